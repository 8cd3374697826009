"""Gaps of a recording, in words: for the caption and the methods of a film."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import numpy as np

from corticast.core.model.types import Activity
from corticast.core.text.numbers import number

# A sentence lists so many gaps.
_MOST = 5


def has_gaps(activity: Activity, begin_s: Fraction, end_s: Fraction) -> bool:
    """Whether data are missing at some moment of a time.

    Parameters
    ----------
    begin_s, end_s : in the activity's seconds
    """
    if activity.gaps is None:
        return False
    rate, start_s = Fraction(activity.column_rate_hz), Fraction(activity.start_s)
    first, stop = floor((begin_s - start_s) * rate), ceil((end_s - start_s) * rate)
    return bool(activity.gaps[max(first, 0) : max(stop, 0)].any())


def gap_sentences(activity: Activity) -> list[str]:
    """A sentence about the times without data; none where there are data at all times."""
    if activity.gaps is None or not activity.gaps.any():
        return []
    edges = np.flatnonzero(np.diff(activity.gaps.astype(np.int8), prepend=0, append=0))
    times = [float(Fraction(activity.start_s) + int(edge) / Fraction(activity.column_rate_hz)) for edge in edges]
    spans = [f"{number(begin)} to {number(end)} s" for begin, end in zip(times[::2], times[1::2], strict=True)]
    listed = ", ".join(spans[:_MOST]) + (f" and in {len(spans) - _MOST} more gaps" if len(spans) > _MOST else "")
    return [f"The recording holds no data from {listed}: the contacts rest there, and no filter reached across."]
