"""Amplitudes and z-scores relative to a baseline, or to the resting level of the whole recording."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Any, TypeAlias

import numpy as np

from corticast.core.model.types import BoolArray, Float64Array
from corticast.core.timing import exact
from corticast.dsp.channels import SIGMA_OF_MAD

# First and last second of the recording. None stands for the whole recording.
Baseline: TypeAlias = tuple[Fraction | float, Fraction | float] | None


def is_left_out(baseline: Any) -> bool:
    """Whether a baseline is the word "none", which leaves amplitudes unchanged."""
    return isinstance(baseline, str) and baseline == "none"


def over_rest(
    amplitude: Float64Array, sample_rate: Fraction | float, baseline_s: Baseline, counted: BoolArray | None = None
) -> Float64Array:
    """Divide amplitudes by their mean in the baseline (MNE's baseline mode "ratio"), so that all bands count equally.

    Without a baseline, the median of the whole recording replaces the mean: short bursts do not change a median.

    Parameters
    ----------
    baseline_s : first and last second of the baseline; None takes the whole recording
    counted : (n_samples,) bool, samples that the baseline may hold; None takes all
    """
    rest = _part(amplitude, sample_rate, baseline_s, counted)
    level = np.median(rest, axis=1, keepdims=True) if baseline_s is None else rest.mean(axis=1, keepdims=True)
    return amplitude / np.where(level > 0, level, 1.0)


def z_scored(
    rows: Float64Array, sample_rate: Fraction | float, baseline_s: Baseline, counted: BoolArray | None = None
) -> Float64Array:
    """Z-score rows: subtract the mean in the baseline, divide by the standard deviation (MNE's mode "zscore").

    Without a baseline, the whole recording counts. Then the median replaces the mean, and the median absolute deviation
    replaces the standard deviation (times 1.4826, which makes both equal for a normal distribution). A contact's bursts
    would otherwise raise its own yardstick: bursts that fill a tenth of the time would never exceed 3 standard
    deviations, however strong they are. The noise of a contact without bursts reaches the same score.

    Parameters
    ----------
    baseline_s : first and last second of the baseline; None takes the whole recording
    counted : (n_samples,) bool, samples that the baseline may hold; None takes all
    """
    rest = _part(rows, sample_rate, baseline_s, counted)
    if baseline_s is None:
        middle = np.median(rest, axis=1, keepdims=True)
        spread = SIGMA_OF_MAD * np.median(np.abs(rest - middle), axis=1, keepdims=True)
    else:
        middle, spread = rest.mean(axis=1, keepdims=True), rest.std(axis=1, keepdims=True)
    return (rows - middle) / np.where(spread > 0, spread, 1.0)


def _part(
    rows: Float64Array, sample_rate: Fraction | float, baseline_s: Baseline, counted: BoolArray | None
) -> Float64Array:
    """The samples of a baseline, including its first and last one."""
    part = slice(None)
    if baseline_s is not None:
        begin, end = (exact(time_s, "baseline") * exact(sample_rate) for time_s in baseline_s)
        part = slice(ceil(begin), floor(end) + 1)
    return rows[:, part] if counted is None else rows[:, part][:, counted[part]]
