"""Shows that are captured: their pictures, clicks and tones."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import numpy as np
from tests.pipeline.films import (
    HEIGHT,
    RATES,
    WIDTH,
    frame_of,
    numbered,
)

from corticast.video.live_writer import LiveWriter

NTSC = RATES[2]
SAMPLE_RATE = 48000


def capture(path: Path, fps: Fraction = Fraction(30), **options) -> LiveWriter:
    settings = {"size": (WIDTH, HEIGHT), "sample_rate": SAMPLE_RATE, "n_channels": 1, **options}
    return LiveWriter(path, fps=fps, **settings)


def picture(number: int) -> np.ndarray:
    return frame_of(numbered(number), "yuv420p")


def tone(n_samples: int) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * 440 * np.arange(n_samples)[None] / SAMPLE_RATE).astype(np.float32)


def until(condition, limit_s: float = 30.0) -> None:
    """Wait for something that is bound to happen."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def click(from_middle_s: np.ndarray) -> np.ndarray:
    """A short burst around time 0."""
    return np.exp(-0.5 * (from_middle_s / 0.002) ** 2) * np.sin(2 * np.pi * 2000 * from_middle_s + 1)
