"""Pulses of sound and the light that they make, in files and in decoded films."""

from __future__ import annotations

import math
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import soundfile
from tests.films import decoded, probed, time_stamps

import corticast as cc
from corticast.process.ffmpeg import executable

SIDE = 32  # pixels of a square film
# Three contacts above one another show bands 1, 5 and 8 of the ten: a carrier in the middle of each.
EDGES_HZ = np.geomspace(400, 6000, 11)
CARRIERS_HZ = np.sqrt(EDGES_HZ[[1, 5, 8]] * EDGES_HZ[[2, 6, 9]])


def pulse_s(number: np.ndarray, fps: Fraction) -> np.ndarray:
    """Middle of a pulse: one in each second, at evenly spread places between two frames."""
    golden = (1 + math.sqrt(5)) / 2
    return number + 0.5 + (number * golden % 1) / float(fps)


def write_pulses(path: Path, fps: Fraction, n_seconds: int, sample_rate: int, n_channels: int) -> Path:
    """Sound of Gaussian pulses three frames wide at half their height, second by second."""
    sigma_s = 3 / float(fps) / math.sqrt(8 * math.log(2))
    gains = np.array([0.8, -0.3])[:n_channels]  # channels that are out of phase: their mean would be faint
    with soundfile.SoundFile(path, "w", sample_rate, n_channels, "PCM_16") as file:
        for second in range(n_seconds):
            from_middle_s = second + np.arange(sample_rate) / sample_rate - pulse_s(second, fps)
            envelope = np.exp(-0.5 * (from_middle_s / sigma_s) ** 2)
            carrier = np.sin(2 * np.pi * CARRIERS_HZ[second % 3] * from_middle_s)
            file.write((envelope * carrier)[:, None] * gains)
    return path


def pulsing_scene(sound: Path) -> cc.Scene:
    """Three large contacts over a small black volume, moved by a sound as any sound moves them."""
    return cc.Scene(
        volume=cc.Volume(np.zeros((8, 8, 8), np.uint8, order="F"), np.diag([10.0, 10.0, 10.0, 1.0])),
        electrodes=cc.Electrodes(("A", "B", "C"), np.array([[x, 35.0, x] for x in (15, 35, 55)]), space="world"),
        drive=cc.AudioDrive(cc.load_audio(sound), array="numpy"),
        layout="coronal",
        labels="none",
        electrode_size=(100, 500),
        electrode_depth="all",
    )


def centroids(times_s: np.ndarray, weights: np.ndarray, edges_s: np.ndarray) -> np.ndarray:
    """Middle in time of the weights between neighbouring edges."""
    parts = np.split(np.arange(len(times_s)), np.searchsorted(times_s, edges_s))[1:-1]
    return np.array([np.average(times_s[part], weights=weights[part]) for part in parts])


def seen_s(path: Path, stamps: list[Fraction], edges_s: np.ndarray) -> np.ndarray:
    """Middles of the light: mean brightness of the frames above that at rest, each at its own time stamp."""
    brightness = decoded(path, "gray", shape=(SIDE, SIDE)).mean(axis=(1, 2, 3))
    assert len(brightness) == len(stamps)
    rest, full = np.median(brightness), brightness.max()
    assert full > 4 * rest + 20, "the contacts hardly move"
    # Lossy video leaves an afterglow of hundredths of a grey level, which lasts until the next key frame and would
    # weigh by its distance: light begins a twentieth above rest.
    light = np.maximum(brightness - rest - (full - rest) / 20, 0)
    return centroids(np.array(stamps, np.float64), light, edges_s)


def heard_s(path: Path, edges_s: np.ndarray) -> np.ndarray:
    """Middles of the sound's power; read second by second, as an hour of samples is large."""
    (stream,) = probed(path, "stream=sample_rate,channels", "-select_streams", "a")["streams"]
    sample_rate, n_channels = int(stream["sample_rate"]), stream["channels"]
    # Without -copyts ffmpeg would count from the first time stamp of any stream; the filter then fills or cuts
    # the time between 0 and the first sample.
    command = [executable(), "-v", "error", "-copyts", "-i", str(path), "-map", "0:a", "-af", "aresample=first_pts=0"]
    found = []
    with subprocess.Popen([*command, "-f", "f32le", "-"], stdout=subprocess.PIPE) as process:
        first = 0
        for edge_s in edges_s:
            last = math.ceil(edge_s * sample_rate)
            raw = process.stdout.read(4 * n_channels * (last - first))
            power = (np.frombuffer(raw, "<f4").astype(np.float64) ** 2).reshape(-1, n_channels).sum(axis=1)
            assert len(power) == last - first, "the sound is over"
            if edge_s != edges_s[0]:
                found.append((first + np.average(np.arange(len(power)), weights=power)) / sample_rate)
            first = last
        process.stdout.read()
    assert process.returncode == 0
    return np.array(found)


def offsets_in_frames(path: Path, fps: Fraction, n_seconds: int, start_s: float = 0.0) -> np.ndarray:
    """How many frames the light of each pulse comes after its sound, in a film of a sound from `start_s` on."""
    numbers = np.arange(math.ceil(start_s), n_seconds)
    edges_s = np.append(numbers, n_seconds) - start_s
    stamps = time_stamps(path)
    seen, heard = seen_s(path, stamps, edges_s), heard_s(path, edges_s)
    # Both shifted alike would be no offset, but another part of the sound.
    np.testing.assert_allclose(heard, pulse_s(numbers, fps) - start_s, atol=0.001)
    return (seen - heard) * float(fps)


BOTH = "centroids of brightness and of power, decoded by ffmpeg"
