"""Sounds for live shows, and the command that shows them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import soundfile

CORTICAST = Path(sys.executable).with_name("corticast")
RATE = 44100
TONE_HZ, PERIOD_S, BEEP_S = 1000.0, 0.5, 0.1


def beeps(path, seconds):
    """A tone of a tenth of a second in every half."""
    times_s = np.arange(round(seconds * RATE)) / RATE
    on = times_s % PERIOD_S >= PERIOD_S - BEEP_S
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * TONE_HZ * times_s) * on, RATE, subtype="FLOAT")
    return path
