"""Time, from sound file to decoded film: sound and picture belong together, frame by frame."""

from __future__ import annotations

import math
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.films import RATES, decoded, needs_ffprobe, time_stamps
from tests.pipeline.pulses import (
    BOTH,
    CARRIERS_HZ,
    SIDE,
    heard_s,
    offsets_in_frames,
    pulsing_scene,
    seen_s,
    write_pulses,
)

import corticast as cc
from corticast.process.ffmpeg import executable

pytestmark = pytest.mark.gl

NTSC, POST = RATES[2], RATES[5]

# Pulses of sound and the light they make.


SOUNDS = [
    ("film.mp4", RATES[0], 44100, 1),
    ("film.mp4", RATES[1], 48000, 2),
    ("film.mp4", NTSC, 44100, 2),
    ("film.mp4", RATES[3], 22050, 1),
    ("film.mp4", RATES[4], 48000, 1),
    ("film.mp4", POST, 22050, 2),
    ("film.webm", NTSC, 44100, 1),
    ("film.mov", NTSC, 48000, 1),
]


@needs_ffprobe
@pytest.mark.parametrize(("name", "fps", "sample_rate", "n_channels"), SOUNDS)
def test_light_and_sound_of_a_pulse_coincide(tmp_path, fidelity, name, fps, sample_rate, n_channels):
    n_seconds = 6  # each carrier twice
    sound = write_pulses(tmp_path / "pulses.wav", fps, n_seconds, sample_rate, n_channels)
    # Large sprites over one another: the second of two quick pulses would be held back.
    cc.render(pulsing_scene(sound), tmp_path / name, fps=fps, size=(SIDE, SIDE))
    offsets = offsets_in_frames(tmp_path / name, fps, n_seconds)
    fidelity.within("Time: sound against picture at the start, decoded", BOTH, offsets, 0.5, "frames")


@needs_ffprobe
@pytest.mark.parametrize(
    ("name", "fps", "start_s"),
    [("film.mp4", RATES[1], 2.37), ("film.mp4", NTSC, 4.0), ("film.webm", RATES[4], 1.0049), ("film.mov", POST, 3.99)],
)
def test_an_excerpt_keeps_light_and_sound_together(tmp_path, fidelity, name, fps, start_s):
    sound = write_pulses(tmp_path / "pulses.wav", fps, 8, 44100, 1)
    cc.render(pulsing_scene(sound), tmp_path / name, fps=fps, size=(SIDE, SIDE), start=start_s)
    offsets = offsets_in_frames(tmp_path / name, fps, 8, start_s)
    fidelity.within("Time: sound against picture in an excerpt, decoded", BOTH, offsets, 0.5, "frames")


@pytest.mark.slow
@pytest.mark.hours
@needs_ffprobe
@pytest.mark.parametrize("fps", RATES)
def test_light_and_sound_coincide_after_an_hour(tmp_path, fidelity, fps):
    sound = write_pulses(tmp_path / "hour.wav", fps, 3600, 44100, 1)
    film = tmp_path / "hour.mp4"
    report = cc.render(pulsing_scene(sound), film, fps=fps, size=(SIDE, SIDE), preset="ultrafast")
    assert report.n_frames == math.ceil(3600 * fps)
    offsets = offsets_in_frames(film, fps, 3600)
    claim = "Time: sound against picture in the last 20 s of an hour, decoded"
    fidelity.within(claim, BOTH, offsets[-20:], 0.5, "frames")
    fidelity.within("Time: sound against picture throughout an hour, decoded", BOTH, offsets, 0.5, "frames")
    check_time_stamps(fidelity, film, fps, report.n_frames)
    # Hundreds of megabytes that pytest would keep.
    sound.unlink()
    film.unlink()


# Sound and picture at another pace.


def write_beeps(path: Path, n_seconds: int, sample_rate: int) -> Path:
    """A beep of 50 ms in the middle of each second, in all of the bands that are shown."""
    times_s = np.arange(n_seconds * sample_rate) / sample_rate
    is_on = np.abs(times_s % 1 - 0.5) < 0.025
    soundfile.write(
        path, 0.3 * is_on * np.sin(2 * np.pi * CARRIERS_HZ[:, None] * times_s).sum(axis=0), sample_rate, "PCM_16"
    )
    return path


@needs_ffprobe
@pytest.mark.slow
@pytest.mark.parametrize("speed", [Fraction(1, 4), Fraction(1, 2), Fraction(2), Fraction(4)])
@pytest.mark.parametrize(("name", "sample_rate"), [("film.mp4", 44100), ("film.webm", 48000)])
def test_beeps_are_seen_when_they_are_heard_at_any_pace(tmp_path, fidelity, speed, name, sample_rate):
    n_seconds = 4 if speed < 1 else 8  # a quarter of the pace makes 16 s of them
    sound = write_beeps(tmp_path / "sound.wav", n_seconds, sample_rate)
    film = tmp_path / name
    report = cc.render(pulsing_scene(sound), film, fps=30, size=(SIDE, SIDE), speed=speed)
    assert report.duration_s == n_seconds / speed
    edges_s = np.arange(n_seconds + 1) / float(speed)
    seen, heard = seen_s(film, time_stamps(film), edges_s), heard_s(film, edges_s)
    claim = f"Time: sound to picture at {float(speed):g} of the pace, beeps of 50 ms"
    fidelity.within(claim, "decoded film: centroids of sound and light", (seen - heard) * 30, 1, "frames")
    errors = (seen - edges_s[:-1] - 0.5 / float(speed)) * 30
    fidelity.within(f"Time: picture at {float(speed):g} of the pace", "the beeps", errors, 1, "frames")
    # The pitch stays.
    samples = sound_of(film)
    power, freqs_hz = np.abs(np.fft.rfft(samples)) ** 2, np.fft.rfftfreq(len(samples), 1 / 48000)
    for carrier_hz in CARRIERS_HZ:
        near = np.abs(freqs_hz - carrier_hz) < 0.2 * carrier_hz
        assert np.average(freqs_hz[near], weights=power[near]) == pytest.approx(carrier_hz, rel=0.02)


def sound_of(path: Path) -> np.ndarray:
    """A film's sound at 48 kHz, in one channel."""
    command = [executable(), "-v", "error", "-i", str(path), "-ac", "1", "-ar", "48000", "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, "<f4")


# Frames that hold their number.

COLUMNS, ROWS = 4, 3  # contacts, one per bit
CELL = 40  # pixels


def numbered_scene(n_frames: int, fps: Fraction) -> cc.Scene:
    """Twelve contacts; at time k / fps each shows one bit of k, and at no other time a number."""
    centres = np.array([[10 + 20 * column, 10 + 20 * row, 15.0] for row in range(ROWS) for column in range(COLUMNS)])
    names = tuple(f"bit {bit}" for bit in range(len(centres)))
    bits = (np.arange(n_frames) >> np.arange(len(centres))[:, None]) & 1
    # Voxel edges at 0 and 80, 60, 30 mm, two pixels to a millimetre.
    affine = np.diag([10.0, 10.0, 10.0, 1.0])
    affine[:3, 3] = 5
    return cc.Scene(
        volume=cc.Volume(np.zeros((8, 6, 3), np.uint8, order="F"), affine),
        electrodes=cc.Electrodes(names, centres, space="world"),
        drive=cc.ArrayDrive(bits, float(fps), names),
        layout="axial",
        labels="none",
        electrode_size=(36, 288),  # 4 and 32 pixels
        electrode_depth="all",
    )


def numbers_in(frames: np.ndarray) -> np.ndarray:
    """Number that each frame holds."""
    cells = frames.reshape(-1, ROWS, CELL, COLUMNS, CELL).mean(axis=(2, 4))[:, ::-1]  # y points up
    level = (cells / cells.max()).reshape(len(frames), -1)
    assert ((level < 0.25) | (level > 0.75)).all(), "a picture is a mixture"
    return (level > 0.5) @ (1 << np.arange(ROWS * COLUMNS))


# How far a time stamp may be from k / fps, in seconds.
RESOLUTION_S = {".mp4": 0.0, ".mov": 0.0, ".webm": 0.001, ".gif": 0.01}


def check_time_stamps(fidelity, film, fps, n_frames):
    container = film.suffix
    errors = [float(stamp - k / fps) for k, stamp in enumerate(time_stamps(film))]
    assert len(errors) == n_frames
    claim = f"Time: time stamp of frame k in {container}"
    fidelity.within(claim, "k / fps, read by ffprobe", errors, RESOLUTION_S[container], "s")


@needs_ffprobe
@pytest.mark.parametrize(
    ("name", "fps"),
    [
        *(("film.mp4", fps) for fps in RATES),
        ("film.webm", NTSC),
        ("film.mov", NTSC),
        ("film.gif", NTSC),
        ("frames/%04d.png", NTSC),
    ],
)
def test_every_frame_of_a_render_comes_once_and_in_order(tmp_path, fidelity, name, fps):
    n_frames = 310
    film = tmp_path / name
    # Numbers flicker as fast as frames come.
    size = (COLUMNS * CELL, ROWS * CELL)
    report = cc.render(numbered_scene(n_frames, fps), film, fps=fps, size=size)
    assert report.n_frames == n_frames
    pattern = ["-start_number", "0"] if film.suffix == ".png" else []
    numbers = numbers_in(decoded(film, "gray", *pattern, shape=(ROWS * CELL, COLUMNS * CELL)))
    assert len(numbers) == n_frames
    claim = "Time: number that frame k holds, decoded (lost, doubled, reordered)"
    fidelity.within(claim, "k", numbers - np.arange(n_frames), 0, "frames")
    if film.suffix != ".png":
        check_time_stamps(fidelity, film, fps, n_frames)


# Sweeps.


@needs_ffprobe
@pytest.mark.parametrize("layout", ["sagittal", "coronal", "axial"])
@pytest.mark.parametrize(("n_slices", "n_frames"), [(23, 311), (50, 50), (61, 24)])
@pytest.mark.parametrize("flipped", [False, True])
def test_frame_k_of_a_sweep_shows_slice_k_n_over_n_frames(tmp_path, fidelity, layout, n_slices, n_frames, flipped):
    axis = ["sagittal", "coronal", "axial"].index(layout)
    shape = [16, 16, 16]
    shape[axis] = n_slices
    step = 4  # grey levels from slice to slice: the film's quantisation is a level or two
    along = np.arange(n_slices)
    voxels = np.zeros(shape, np.uint8, order="F") + np.uint8(step) * along.astype(np.uint8).reshape(
        [-1 if a == axis else 1 for a in range(3)]
    )
    affine = np.eye(4)
    if flipped:
        affine[axis, axis] = -1.0
    scene = cc.Scene(
        volume=cc.Volume(np.asfortranarray(voxels), affine),
        layout=layout, sweep="full", window=(0, 255), labels="none",
    )  # fmt: skip
    cc.render(scene, tmp_path / "film.mp4", fps=NTSC, size=(32, 32), frames=n_frames)
    frames = decoded(tmp_path / "film.mp4", "gray", shape=(32, 32))[:, 12:20, 12:20]
    assert len(frames) == n_frames
    slices = np.round(frames.mean(axis=(1, 2, 3)) / step)
    expected = np.arange(n_frames) * n_slices // n_frames
    # Sweeps run to larger world coordinates, whichever way the voxels are stored.
    expected = n_slices - 1 - expected if flipped else expected
    claim = "Time: slice that frame k of a sweep shows, decoded"
    fidelity.within(claim, "floor(k · slices / frames)", slices - expected, 0, "slices")
