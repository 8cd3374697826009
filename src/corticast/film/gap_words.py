"""Gaps of a recording, in words: for the caption and the methods of a film."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from corticast.core.model.types import Activity
from corticast.core.text.numbers import number
from corticast.core.timing import frame_time

if TYPE_CHECKING:
    from corticast.film.film import Film

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


def outside_lines(film: Film) -> list[str]:
    """A line about the parts of a film before the data begin and after they end; none where the data last."""
    known = film.activity
    if film.placed is None or known is None or not known.rests_outside:
        return []
    start, speed = film.timing.start, film.timing.speed
    begin_s, end_s = ((Fraction(time_s) - start) / speed for time_s in (known.start_s, known.end_s))
    parts = [f"before {number(float(begin_s))} s"] if begin_s > 0 else []
    if frame_time(film.n_frames - 1, film.fps) >= end_s:
        parts.append(f"from {number(float(end_s))} s on")
    if not parts:
        return []
    return [f"the film has no data {' and '.join(parts)}; contacts rest there; give another --start or --duration"]


def gap_sentences(activity: Activity) -> list[str]:
    """A sentence about the times without data; none where there are data at all times."""
    if activity.gaps is None or not activity.gaps.any():
        return []
    edges = np.flatnonzero(np.diff(activity.gaps.astype(np.int8), prepend=0, append=0))
    times = [float(Fraction(activity.start_s) + int(edge) / Fraction(activity.column_rate_hz)) for edge in edges]
    spans = [f"{number(begin)} to {number(end)} s" for begin, end in zip(times[::2], times[1::2], strict=True)]
    listed = ", ".join(spans[:_MOST]) + (f" and in {len(spans) - _MOST} more gaps" if len(spans) > _MOST else "")
    return [f"The recording holds no data from {listed}: the contacts rest there, and no filter reached across."]
