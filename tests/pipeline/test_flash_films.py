"""Flashes of films, counted on their decoded frames."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from tests.films import decoded
from tests.flashes import flashes_per_second

import corticast as cc
from corticast.core.model.types import Electrodes, SampledSound, Volume
from corticast.dsp.drive import AudioDrive

pytestmark = pytest.mark.gl

SIZE, FPS, SECONDS = (320, 180), 30, 3
SAMPLE_RATE = 22050


def strobe(hz):
    """White noise in bursts: all bands at once."""
    time_s = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    noise = np.random.default_rng(3).standard_normal(len(time_s))
    return SampledSound((0.2 * noise * (time_s * hz % 1 < 0.4))[None].astype(np.float32), SAMPLE_RATE, "strobe")


def scene_of(sound, **options):
    """A grid of a hundred contacts, large enough to fill the picture."""
    across = np.linspace(-60, 60, 10)
    pos = np.array([[x, y, 0.0] for y in across for x in across])
    table = Electrodes(tuple(f"E{number}" for number in range(100)), pos)
    options = {"electrode_size": (20, 150), "layout": "axial", "assign": "y"} | options
    drive = AudioDrive(sound, assign=options.pop("assign"), array="numpy")
    return cc.Scene(electrodes=table, drive=drive, **options)


def head():
    """A bright box around the contacts."""
    voxels = np.full((40, 40, 10), 200, np.uint8, order="F")
    voxels[::2] = 90
    affine = np.diag([4.0, 4.0, 4.0, 1.0])
    affine[:3, 3] = -78, -78, -18
    return Volume(voxels, affine)


def flashes(scene, path, **options):
    report = cc.render(scene, path, size=SIZE, fps=FPS, preset="ultrafast", **options)
    frames = decoded(path, "rgb24", shape=SIZE[::-1])
    assert len(frames) == report.n_frames
    return flashes_per_second(frames, FPS), report.warnings


LOOKS = {
    "black": {},
    "white": {"background": "white"},
    "head": {"volume": head(), "window": (0, 255), "plane_mm": (0, 0, 2)},
    "apart": {"electrode_size": (20, 80)},
    "steady": {"electrode_size": (90, 90)},
    "three panels": {"layout": "ortho", "electrode_size": (20, 300)},
    "rainbow": {"electrode_cmap": "turbo"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_strobing_sound_flashes_three_times_a_second_unless_all_is_to_be_shown(tmp_path, look):
    scene = scene_of(strobe(5), **LOOKS[look])
    most, warnings = flashes(scene, tmp_path / "limited.mp4")
    assert most <= 3
    assert any("held back" in text for text in warnings)
    # It is not put to rest.
    assert most >= 1
    free, warnings = flashes(scene, tmp_path / "free.mp4", flash_limit=False)
    assert free > 3
    assert not any("held back" in text for text in warnings)


@pytest.mark.parametrize("fps", [12, Fraction(24000, 1001), 60])
def test_it_does_so_at_any_frame_rate(tmp_path, fps):
    report = cc.render(scene_of(strobe(5)), tmp_path / "film.mp4", size=SIZE, fps=fps, preset="ultrafast")
    frames = decoded(tmp_path / "film.mp4", "rgb24", shape=SIZE[::-1])
    assert len(frames) == report.n_frames
    assert flashes_per_second(frames, float(fps)) <= 3


def tones(rates_hz):
    """A tone in each band that comes and goes at a rate of its own."""
    time_s = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    sound = [
        np.sin(2 * np.pi * tone_hz * time_s) * (time_s * rate_hz % 1 < 0.5)
        for tone_hz, rate_hz in zip(np.geomspace(460, 5300, 10), rates_hz, strict=True)
    ]
    return SampledSound((0.05 * np.sum(sound, axis=0))[None].astype(np.float32), SAMPLE_RATE, "tones")


def test_bands_that_strobe_by_turns_flash_three_times_a_second(tmp_path):
    """Each band its own rhythm: neighbours whose sprites overlap do not add up."""
    scene = scene_of(tones(np.linspace(3.5, 6.5, 10)), electrode_size=(20, 90))
    most, _ = flashes(scene, tmp_path / "limited.mp4")
    free, _ = flashes(scene, tmp_path / "free.mp4", flash_limit=False)
    assert most <= 3 < free


def test_a_slow_rhythm_is_not_touched(tmp_path):
    most, warnings = flashes(scene_of(tones([2.2] * 10), electrode_size=(20, 80)), tmp_path / "film.mp4")
    assert most == 2
    assert not warnings


def test_frame_is_the_frame_of_the_film_when_it_is_held_back(tmp_path):
    scene = scene_of(strobe(5))
    where = {"size": SIZE, "fps": FPS, "frames": 60}
    cc.render(scene, tmp_path / "%02d.png", **where)
    differs = False
    for k in range(0, 60, 11):
        written = np.asarray(Image.open(tmp_path / f"{k:02}.png").convert("RGB"))
        assert np.array_equal(written, cc.frame(scene, time=Fraction(k, FPS), **where))
        differs |= not np.array_equal(written, cc.frame(scene, time=Fraction(k, FPS), flash_limit=False, **where))
    assert differs
