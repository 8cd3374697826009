"""The sample rate from the times of samples."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

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


def pieces_of(times_s: Float64Array) -> tuple[Fraction, tuple[tuple[int, int], ...]] | None:
    """Sample rate, and pieces of regular times with gaps between them; None for times that are otherwise irregular.

    Parameters
    ----------
    times_s : (n,), n >= 2

    Returns
    -------
    samples per second; of each piece its place, in samples from the first time, and its number of samples
    """
    steps_s = np.diff(times_s)
    usual_s = float(np.median(steps_s))
    is_gap = steps_s > (1 + _MOST_JITTER) * usual_s
    if not usual_s > 0 or not (steps_s >= (1 - _MOST_JITTER) * usual_s).all():
        return None
    ends = [0, *(np.flatnonzero(is_gap) + 1).tolist(), len(times_s)]
    whole = [(first, stop) for first, stop in pairwise(ends) if stop - first > 1]
    if not whole:
        return None
    lasts_s = sum((exact(times_s[stop - 1]) - exact(times_s[first]) for first, stop in whole), Fraction(0))
    rate = sum(stop - first - 1 for first, stop in whole) / lasts_s
    pieces: list[tuple[int, int]] = []
    for first, stop in pairwise(ends):
        place = round((exact(times_s[first]) - exact(times_s[0])) * rate)
        # Rounding never lets two pieces overlap.
        place = max(place, sum(pieces[-1])) if pieces else 0
        pieces.append((place, stop - first))
    return rate, tuple(pieces)
