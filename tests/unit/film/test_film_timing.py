"""The timing that a caller writes: exact, or refused in one line that names the argument."""

from fractions import Fraction

import numpy as np
import pytest

import corticast as cc
from corticast.core.model.scene_file import SceneFile
from corticast.errors import OptionError
from corticast.film.scene_inputs import film_timing
from corticast.film.timing import FilmTiming


def test_decimals_are_exact_whoever_writes_them():
    expected = FilmTiming((320, 180), Fraction(30000, 1001), Fraction(1, 10), Fraction(3, 10), None, Fraction(7, 10))
    written = {"size": (320, 180), "fps": 29.97, "start": 0.1, "duration": 0.3, "speed": 0.7}
    assert FilmTiming.of(**written) == expected
    assert FilmTiming.of(**{**written, "start": "0.1", "duration": np.float64(0.3), "speed": "7/10"}) == expected
    assert film_timing(SceneFile(**{**written, "size": "320x180"})) == expected


WRONG = [
    ({"start": float("nan")}, "start nan"),
    ({"start": float("inf")}, "start inf"),
    ({"start": -0.5}, "start -0.5"),
    ({"start": "soon"}, "start soon"),
    ({"start": None}, "start None"),
    ({"duration": 0}, "duration 0"),
    ({"duration": float("-inf")}, "duration -inf"),
    ({"duration": True}, "duration True"),
    ({"duration": "1e999999999"}, "duration 1e999999999"),
    ({"duration": "9" * 5000}, "duration 9999"),
    ({"frames": 0}, "frames 0"),
    ({"frames": 2.5}, "frames 2.5"),
    ({"frames": True}, "frames True"),
    ({"frames": 3, "duration": 1}, "frames and duration"),
    ({"speed": 0}, "speed 0"),
    ({"speed": 8.5}, "speed 8.5"),
    ({"speed": float("nan")}, "speed nan"),
    ({"fps": float("nan")}, "fps nan"),
    ({"fps": "fast\nfaster"}, "fps fast faster"),
    ({"size": (0, 90)}, "size 0x90"),
    ({"size": (160, 90.5)}, "size 160,90.5"),
    ({"size": "160x90"}, "size 160x90"),
    ({"size": 160}, "size 160"),
]


@pytest.mark.parametrize(("wrong", "text"), WRONG)
def test_a_wrong_timing_is_refused_in_one_line(wrong, text, tmp_path):
    scene = cc.Scene(electrodes=cc.Electrodes(("a",), np.zeros((1, 3))))
    calls = [lambda: cc.render(scene, tmp_path / "film.mp4", **wrong), lambda: cc.frame(scene, 0, **wrong)]
    for call in calls:
        with pytest.raises(OptionError) as caught:
            call()
        assert str(caught.value).startswith(text)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 200
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"gpu": -1}, "gpu -1"),
        ({"gpu": 0.5}, "gpu 0.5"),
        ({"threads": 0}, "threads 0"),
        ({"threads": True}, "threads True"),
        ({"backend": "metal"}, "backend metal"),
    ],
)
def test_a_wrong_machine_is_refused_in_one_line(wrong, text):
    scene = cc.Scene(electrodes=cc.Electrodes(("a",), np.zeros((1, 3))))
    with pytest.raises(OptionError) as caught:
        cc.frame(scene, **wrong)
    assert str(caught.value).startswith(text)
    assert "\n" not in str(caught.value)
