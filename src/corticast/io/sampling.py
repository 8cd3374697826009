"""The sample rate from the times of samples."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from corticast.core.model.types import Float64Array
from corticast.core.timing import exact

# Allowed deviation, as a share of the usual step: times may be rounded, but a lost sample is a whole step.
_MOST_JITTER = 0.75


def first_irregular(times_s: Float64Array) -> int | None:
    """Find the first time that does not follow the time before by about the usual step; None if all do.

    Parameters
    ----------
    times_s : (n,), n >= 2
    """
    steps_s = np.diff(times_s)
    usual_s = float(np.median(steps_s))
    if not usual_s > 0:
        return 1
    wrong = np.flatnonzero(~(np.abs(steps_s - usual_s) <= _MOST_JITTER * usual_s))
    return int(wrong[0]) + 1 if len(wrong) else None


def rate_hz(times_s: Float64Array) -> Fraction:
    """Samples per second of regular times, (n,), n >= 2; exact, as times stand for the decimals that were written."""
    return (len(times_s) - 1) / (exact(times_s[-1]) - exact(times_s[0]))
