"""Amplitudes and scores against a baseline, or against a recording's own level at rest."""

from __future__ import annotations

from math import ceil, floor
from typing import TypeAlias

import numpy as np

from corticast.core.model.types import FloatArray
from corticast.dsp.channels import SIGMA_OF_MAD

# First and last second of the recording; None is all of it.
Baseline: TypeAlias = tuple[float, float] | None


def over_rest(amplitude: FloatArray, sample_rate: float, baseline_s: Baseline) -> FloatArray:
    """Amplitude as a multiple of its mean in the baseline (MNE's baseline mode "ratio"), so that bands count alike.

    Without a baseline its median is taken: what a contact does now and then is no part of its level at rest.

    Parameters
    ----------
    baseline_s : first and last second of the recording that count; None takes all of it
    """
    rest = _part(amplitude, sample_rate, baseline_s)
    level = np.median(rest, axis=1, keepdims=True) if baseline_s is None else rest.mean(axis=1, keepdims=True)
    return amplitude / np.where(level > 0, level, 1.0)


def z_scored(rows: FloatArray, sample_rate: float, baseline_s: Baseline) -> FloatArray:
    """Rows less their mean in the baseline, by their standard deviation there (MNE's baseline mode "zscore").

    Without a baseline all of the recording counts, by its median and its median absolute deviation (times 1.4826, which
    for a normal distribution is its standard deviation). What a contact does now and then would otherwise be part of
    its own measure: bursts in a tenth of the time never reach more than 3 standard deviations, however strong, and the
    noise of a contact without any reaches as much.

    Parameters
    ----------
    baseline_s : first and last second of the recording that count; None takes all of it
    """
    rest = _part(rows, sample_rate, baseline_s)
    if baseline_s is None:
        middle = np.median(rest, axis=1, keepdims=True)
        spread = SIGMA_OF_MAD * np.median(np.abs(rest - middle), axis=1, keepdims=True)
    else:
        middle, spread = rest.mean(axis=1, keepdims=True), rest.std(axis=1, keepdims=True)
    return (rows - middle) / np.where(spread > 0, spread, 1.0)


def _part(rows: FloatArray, sample_rate: float, baseline_s: Baseline) -> FloatArray:
    """Samples of a baseline, its ends included."""
    if baseline_s is None:
        return rows
    # A hair more: a decimal such as 0.3 may lie beside its sample.
    first, last = ceil(baseline_s[0] * sample_rate - 1e-6), floor(baseline_s[1] * sample_rate + 1e-6)
    return rows[:, first : last + 1]
