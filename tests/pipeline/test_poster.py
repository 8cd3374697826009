"""The poster of a film: one of its frames, pixel for pixel."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from tests.unit.cli.running import run

import corticast as cc
from corticast.errors import OptionError

pytestmark = pytest.mark.gl


@pytest.fixture
def scene():
    """Contacts whose activity peaks in the frame at 0.7 s."""
    electrodes = cc.Electrodes(("A1", "A2", "A3"), np.array([[0.0, 0, 0], [10, 0, 0], [20, 0, 0]]))
    values = np.zeros((3, 11))
    values[:, 7] = (0.5, 0.6, 0.7)
    values[0, 2] = 1
    return cc.Scene(
        electrodes=electrodes, layout="axial", drive=cc.ArrayDrive(values, 10, electrodes.names, full_scale=1)
    )


def test_the_poster_is_the_frame_with_most_activity(scene, tmp_path):
    options = {"size": (160, 90), "fps": 10}
    report = cc.render(scene, tmp_path / "a.mp4", **options, poster=tmp_path / "a.png")
    assert report.poster_s == Fraction(7, 10)
    shown = np.asarray(Image.open(tmp_path / "a.png"))
    assert np.array_equal(shown, cc.frame(scene, 0.7, **options))
    assert not np.array_equal(shown, cc.frame(scene, 0.2, **options))


def test_the_poster_is_the_frame_on_screen_at_a_given_time(scene, tmp_path):
    options = {"size": (160, 90), "fps": 10}
    cc.render(scene, tmp_path / "a.mp4", **options, poster=tmp_path / "a.png", poster_time=0.29)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), cc.frame(scene, 0.2, **options))


def test_without_activity_the_poster_is_the_middle(tmp_path):
    volume = cc.Volume(np.arange(16**3, dtype=np.int16).reshape(16, 16, 16), np.eye(4))
    scene = cc.Scene(volume=volume, sweep="full", background="none")
    report = cc.render(scene, tmp_path / "a.mov", size=(96, 54), fps=4, poster=tmp_path / "a.png")
    assert report.poster_s == Fraction(2)
    shown = np.asarray(Image.open(tmp_path / "a.png"))
    assert np.array_equal(shown, cc.frame(scene, 2, size=(96, 54), fps=4))
    assert shown.shape[2] == 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"poster_time": 1}, "poster_time: does nothing without a poster"),
        ({"poster": "a.png", "poster_time": 9}, "poster_time 9: the film lasts 1.1 s; give a time within it"),
        ({"poster": "a.png", "poster_time": -1}, "poster_time -1: before the film"),
        ({"poster": "a.mp4"}, "poster a.mp4: unknown kind of picture"),
        ({"poster": "none/a.png"}, "poster none/a.png: no such folder"),
    ],
)
def test_wrong_posters_are_refused_before_the_film(scene, tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OptionError) as caught:
        cc.render(scene, "film.mp4", size=(96, 54), fps=10, **options)
    assert str(caught.value).startswith(message)
    assert not list(tmp_path.iterdir())


def test_a_poster_that_exists_is_kept(scene, tmp_path):
    (tmp_path / "a.png").write_text("mine")
    with pytest.raises(OptionError, match=r"a\.png: exists"):
        cc.render(scene, tmp_path / "a.mp4", size=(96, 54), fps=10, poster=tmp_path / "a.png")
    assert (tmp_path / "a.png").read_text() == "mine"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("--sheet", "s.png", "--poster", "a.png"), "--poster: shows a frame of a film; give -o FILE"),
        (("-o", "a.mp4", "--poster", "a.png", "--segments", "3"), "--poster: works for one film in one process"),
        (("-o", "a.png", "--poster", "a.png"), "--poster a.png: -o is the same file; choose another name"),
    ],
)
def test_wrong_calls_get_one_line(capsys, tmp_path, monkeypatch, call, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.tsv").write_text("name\tx\ty\tz\nA1\t2\t3\t4\nA2\t5\t3\t4\n")
    status, _, err = run(capsys, "render", "--electrodes", "e.tsv", "--duration", "1", *call)
    assert status == 2
    assert message in err
    assert err.count("\n") == 1
