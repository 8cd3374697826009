"""Film time that runs slower or faster than sound and activity."""

from fractions import Fraction

import numpy as np
import pytest
from tests.volumes import FPS, volume_of

from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, SampledSound
from corticast.dsp.drive import ArrayDrive
from corticast.errors import EncoderError, OptionError
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming
from corticast.video.sound import Sound
from corticast.video.stretch import stretched, tempo_filter

ONE = Electrodes(("a",), np.zeros((1, 3)))


@pytest.mark.parametrize("speed", [Fraction(1, 4), Fraction(2), Fraction("0.3")])
def test_frame_k_shows_k_over_fps_times_the_speed(speed):
    scene = Scene(electrodes=ONE, drive=ArrayDrive(np.linspace(0, 1, 101)[None], 10.0, ["a"]))
    film = open_film(scene, FilmTiming(fps=FPS, start=Fraction(2), speed=speed))
    assert film.n_frames == np.ceil((Fraction("10.1") - 2) / speed * FPS)
    for index in range(0, film.n_frames - 12, 7):
        assert film.frame(index).activity[0] == pytest.approx((2 + index / 30 * float(speed)) / 10, abs=1e-6)
    assert open_film(scene, FilmTiming(fps=FPS, speed=speed, duration=Fraction(3))).n_frames == 90


def test_the_clock_shows_the_time_of_the_data_and_the_speed():
    scene = Scene(electrodes=ONE, drive=ArrayDrive(np.ones((1, 101)), 10.0, ["a"]))
    assert open_film(scene, FilmTiming(fps=FPS, speed=Fraction(1, 4))).frame(120).clock == "×0.25   0:01.0"
    assert open_film(scene, FilmTiming(fps=FPS)).frame(30).clock == "0:01.0"


def test_a_sound_sets_the_length():
    sound = SampledSound(np.ones((1, 48000), np.float32), 48000)
    film = open_film(Scene(volume=volume_of(), audio=sound), FilmTiming(fps=FPS, speed=Fraction(1, 2)))
    assert film.n_frames == 60


@pytest.mark.parametrize("speed", [0, -1, 9])
def test_a_speed_out_of_bounds_is_refused(speed):
    with pytest.raises(OptionError, match=f"speed {speed}"):
        FilmTiming(fps=FPS, speed=Fraction(speed))


def tones(sample_rate, n_channels, seconds=4):
    time_s = np.arange(seconds * sample_rate) / sample_rate
    return np.stack([0.5 * np.sin(2 * np.pi * freq * time_s) for freq in (441, 1000)[:n_channels]]).astype(np.float32)


@pytest.mark.parametrize("speed", [0.1, 0.25, 0.7, 2.0, 8.0])
@pytest.mark.parametrize(("sample_rate", "n_channels"), [(44100, 2), (8000, 1)])
def test_stretched_sound_is_longer_and_keeps_its_pitch(speed, sample_rate, n_channels):
    samples = tones(sample_rate, n_channels)
    blocks = np.array_split(samples, 9, axis=1)
    out = np.concatenate(list(stretched(Sound(sample_rate, n_channels, blocks), speed).blocks), axis=1)
    n = round(samples.shape[1] / speed)
    # It ends in some silence, so that nothing is lost.
    assert out.shape[0] == n_channels
    assert n <= out.shape[1] < n + (0.5 * sample_rate) / speed
    middle = out[:, n // 4 : 3 * n // 4]
    power = np.abs(np.fft.rfft(middle * np.hanning(middle.shape[1])))
    peaks_hz = power.argmax(axis=1) * sample_rate / middle.shape[1]
    np.testing.assert_allclose(peaks_hz, (441, 1000)[:n_channels], rtol=0.02)
    assert np.sqrt((middle**2).mean()) == pytest.approx(0.5 / np.sqrt(2), rel=0.1)


def test_a_pace_is_made_of_stages_that_atempo_does_well():
    for speed in (0.01, 0.25, 0.5, 1.5, 2, 8):
        factors = [
            float(stage.removeprefix("atempo=")) for stage in tempo_filter(speed).split(",") if "atempo" in stage
        ]
        assert all(0.5 <= factor <= 2 for factor in factors)
        assert np.prod(factors) == pytest.approx(speed)


def test_what_the_sound_raises_is_raised():
    def blocks():
        yield np.zeros((1, 1000), np.float32)
        raise ValueError("unreadable")

    class Blocks:
        def __iter__(self):
            return blocks()

    with pytest.raises(ValueError, match="unreadable"):
        list(stretched(Sound(8000, 1, Blocks()), 0.5).blocks)


def test_ffmpeg_that_fails_is_reported(monkeypatch):
    monkeypatch.setattr("corticast.video.stretch.tempo_filter", lambda speed: "nonsense")
    with pytest.raises(EncoderError, match="speed: ffmpeg could not stretch the sound"):
        list(stretched(Sound(8000, 1, [np.zeros((1, 8000), np.float32)]), 0.5).blocks)


def test_no_process_outlives_one_who_stops_listening():
    import subprocess

    started = []
    original = subprocess.Popen
    try:
        subprocess.Popen = lambda *args, **options: started.append(original(*args, **options)) or started[-1]
        blocks = iter(stretched(Sound(44100, 2, [tones(44100, 2)] * 50), 0.25).blocks)
        next(blocks)
        blocks.close()
    finally:
        subprocess.Popen = original
    assert [process.returncode is not None for process in started] == [True]
