"""Inputs of the benchmarks: the demo's template brain, grid and song."""

from __future__ import annotations

import wave
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from corticast.app.demo.demo import demo_scene, template_path
from corticast.app.demo.electrodes import SPACE, demo_electrodes
from corticast.app.demo.song import jingle_bells
from corticast.core.geometry.affines import world_box_mm
from corticast.core.model.scene import Scene
from corticast.core.model.types import Float32Array, Volume
from corticast.io.volume import load_volume

SAMPLE_RATE = 44100

_OBLIQUE_DEG = 12.0


@cache
def template() -> Volume:
    """The 1 mm template brain.

    Raises
    ------
    DeviceError : nilearn, which holds the template, is not installed
    """
    return load_volume(template_path(), space=SPACE)


def oblique(volume: Volume) -> Volume:
    """Turn a volume about its middle, so that no slice runs along its voxels."""
    cos, sin = np.cos(np.deg2rad(_OBLIQUE_DEG)), np.sin(np.deg2rad(_OBLIQUE_DEG))
    about_z = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])
    middle = world_box_mm(volume.affine, volume.shape).mean(axis=0)
    turn = np.eye(4)
    turn[:3, :3] = about_z @ about_x
    turn[:3, 3] = middle - turn[:3, :3] @ middle
    return replace(volume, affine=turn @ volume.affine)


def sweep_scene() -> Scene:
    """A scene in which every plane moves in every frame."""
    return Scene(volume=template(), sweep="full")


def scene_of(film: str) -> Scene:
    """Scene of a film: "sweep" moves every plane; "resting" is the demo, where sound moves only the electrodes."""
    return sweep_scene() if film == "sweep" else demo_scene()


def write_song(path: Path, duration_s: float) -> Path:
    """Write the demo's song as a mono WAV of 16 bits, repeated until the duration is full."""
    samples = np.asarray(jingle_bells(SAMPLE_RATE).mean(axis=0) * 32767, dtype="<i2")
    left = round(duration_s * SAMPLE_RATE)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        while left > 0:
            part = samples[:left]
            file.writeframesraw(part.tobytes())
            left -= len(part)
    return path


def write_electrodes(path: Path) -> Path:
    """Write the demo's contacts as a BIDS table."""
    table = demo_electrodes(template())
    rows = ["name\tx\ty\tz"]
    rows += [f"{name}\t{x:.3f}\t{y:.3f}\t{z:.3f}" for name, (x, y, z) in zip(table.names, table.pos, strict=True)]
    path.write_text("\n".join(rows) + "\n")
    return path


def noise(n_channels: int, n_samples: int) -> Float32Array:
    """(n_channels, n_samples) float32 noise, the same in every call."""
    return np.random.default_rng(1857).standard_normal((n_channels, n_samples), dtype=np.float32)
