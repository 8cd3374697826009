"""`--max-size`: files stay below the bound, and a far one takes no quality."""

import json
import subprocess

import numpy as np
import pytest
import scipy.ndimage
from tests.films import needs_ffprobe

import corticast as cc
from corticast.core.model.encoder import EncoderOptions
from corticast.core.model.kinds import ByteSize
from corticast.core.model.types import SampledSound
from corticast.errors import OptionError
from corticast.video.formats import film_format

pytestmark = pytest.mark.gl


@pytest.fixture
def noisy():
    """A scene that is hard to encode, with sound."""
    rng = np.random.default_rng(3)
    smooth = scipy.ndimage.gaussian_filter(rng.normal(size=(40, 40, 40)), 1.5)
    volume = cc.Volume((smooth / np.abs(smooth).max() * 120 + 125).astype(np.uint8), np.eye(4))
    sound = SampledSound(rng.normal(0, 0.1, (2, 4 * 44100)).astype(np.float32), 44100)
    return cc.Scene(volume=volume, audio=sound, sweep="full", labels=(), interpolation="nearest")


@needs_ffprobe
@pytest.mark.parametrize(("name", "codec"), [("a.mp4", None), ("a.webm", None), ("a.webm", "av1")])
def test_a_film_stays_below_its_bound(noisy, tmp_path, name, codec):
    free = cc.render(noisy, tmp_path / f"free-{name}", size=(320, 180), fps=25, codec=codec)
    bound = free.n_bytes // 2
    report = cc.render(noisy, tmp_path / name, size=(320, 180), fps=25, codec=codec, max_size=bound)
    path = tmp_path / name
    assert bound / 2 < path.stat().st_size <= bound
    assert report.n_bytes == path.stat().st_size
    probe = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_type:format=duration", "-of", "json", str(path)]
    facts = json.loads(subprocess.run(probe, capture_output=True, check=True, timeout=60).stdout)
    assert [stream["codec_type"] for stream in facts["streams"]] == ["video", "audio"]
    assert float(facts["format"]["duration"]) == pytest.approx(4, abs=0.05)


def test_a_bound_that_is_far_away_takes_no_quality(noisy, tmp_path):
    options = {"size": (160, 90), "fps": 25, "frames": 50}
    free = cc.render(noisy, tmp_path / "free.mp4", **options)
    bounded = cc.render(noisy, tmp_path / "bounded.mp4", **options, max_size="50MB")
    assert bounded.bound.sound_bps == 192000
    assert bounded.n_bytes == pytest.approx(free.n_bytes, rel=0.03)


def test_a_bound_that_no_film_keeps_is_refused_with_one_that_some_film_keeps(noisy, tmp_path):
    with pytest.raises(OptionError, match=r"max_size 40kB: too small for 4 s of film; give (\d+)kB or more") as caught:
        cc.render(noisy, tmp_path / "a.mp4", size=(320, 180), fps=25, max_size="40kB")
    least = str(caught.value).split("give ")[1].split(" ")[0]
    report = cc.render(noisy, tmp_path / "a.mp4", size=(32, 18), fps=25, max_size=least)
    assert report.n_bytes <= ByteSize().read(least)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4"]


@pytest.mark.parametrize("name", ["a.gif", "a.mov", "%05d.png"])
def test_other_kinds_of_film_have_no_bound(noisy, tmp_path, name):
    with pytest.raises(OptionError, match=r"max_size 1MB: has no bound on the bit rate of"):
        cc.render(noisy, tmp_path / name, size=(32, 18), fps=25, max_size="1MB")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "n_bytes"),
    [("10MB", 10**7), ("1.5 MiB", 1572864), ("800k", 800000), (12345, 12345), ("2GB", 2 * 10**9), ("7", 7)],
)
def test_sizes_are_read_as_people_write_them(text, n_bytes):
    assert ByteSize().read(text) == n_bytes


@pytest.mark.parametrize("wrong", ["10 M B", "0", "-1MB", "MB", "10TB", True, ""])
def test_other_texts_are_refused(wrong):
    with pytest.raises(ValueError, match="give bytes, or a size such as 10MB or 8MiB"):
        ByteSize().read(wrong)


def test_a_bounded_film_is_not_cut():
    film = film_format("a.mp4", size=(64, 64), fps=25, encoding=EncoderOptions(max_size=10**6))
    from corticast.app.batch.segments import why_whole

    assert why_whole(film) == "--max-size bounds the film as a whole"
