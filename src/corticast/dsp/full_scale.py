"""The value that is drawn as full activity, and how many values lie beyond."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Activity, Float32Array, IntpArray, PlacedElectrodes, UInt8Array

# A larger share of values beyond full scale is worth words. An automatic full scale leaves 1 %.
MOST_BEYOND = 0.02
# Percent of the values that stay within full scale.
_FULL_PERCENTILE = 99.0
# Rounded preferred numbers of ISO 3, series R"20. Neighbours differ by 8 to 17 %, so rounding moves a value by 8 % at
# most, and a reader divides the colour bar in the mind. Two digits would be nearer, but 0.87 or 1.3e+02 say no more.
_READABLE = (1.0, 1.1, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2, 2.5, 2.8, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 7.0, 8.0, 9.0, 10.0)
# Values at a time: their magnitudes and counts fit the cache of a core.
_VALUES_AT_ONCE = 1 << 20


def full_scale_of(values: npt.NDArray[Any], percentile: float = _FULL_PERCENTILE) -> float:
    """Choose the value that is drawn as full activity: one value for all channels and the whole time.

    The value is the 99th percentile of the magnitudes of all channels and moments, rounded to a readable number. No
    single channel and no single moment decides. Where so many values are 0 that the percentile is 0 too, as in a table
    of rare events, the percentile of the other values counts.

    Parameters
    ----------
    values : (n_channels, n_columns) of the good channels, finite

    Returns
    -------
    above 0; 1 if there are no values or all values are 0
    """
    rows = np.asarray(values, dtype=np.float32)
    full = percentile_of_magnitudes(rows, percentile) or percentile_of_magnitudes(rows[rows != 0][None], percentile)
    return readable(full) if full > 0 else 1.0


def percentile_of_magnitudes(rows: Float32Array, percentile: float) -> float:
    """The exact percentile of the magnitudes of all values, by nearest rank.

    `np.percentile(np.abs(rows), percentile, method="inverted_cdf")` gives the same value and takes two copies of the
    array. Here the bits of the magnitudes are counted, since bits of positive float32 numbers have the order of the
    numbers: first the upper 16 bits, then the lower 16 bits of the values whose upper bits are those of the result.

    Parameters
    ----------
    rows : (n_channels, n_columns) float32, finite

    Returns
    -------
    0 if there are no values
    """
    if not rows.size:
        return 0.0
    rank = max(int(np.ceil(rows.size * percentile / 100 - 1e-9)), 1)
    upper, below = _bin_of_rank(_counts(rows, None), rank)
    lower, _ = _bin_of_rank(_counts(rows, upper), rank - below)
    return float(np.array([upper << 16 | lower], dtype=np.uint32).view(np.float32)[0])


def _counts(rows: Float32Array, upper: int | None) -> IntpArray:
    """(65536,) counts of the upper 16 bits of magnitudes, or of the lower 16 bits where the upper ones are `upper`."""
    counts = np.zeros(1 << 16, dtype=np.intp)
    step = max(_VALUES_AT_ONCE // len(rows), 1)
    for first in range(0, rows.shape[1], step):
        bits = np.abs(rows[:, first : first + step]).view(np.uint32).ravel()
        halves = bits >> 16 if upper is None else bits[bits >> 16 == upper] & 0xFFFF
        counts += np.bincount(halves, minlength=1 << 16)
    return counts


def _bin_of_rank(counts: IntpArray, rank: int) -> tuple[int, int]:
    """The bin that holds the value of a rank, counted from 1, and the number of values in the bins below."""
    sums = np.cumsum(counts)
    found = int(np.searchsorted(sums, rank))
    return found, int(sums[found] - counts[found])


def readable(value: float) -> float:
    """The readable number nearest to a value, by their ratio: 0.87 gives 0.9, 4.23 gives 4, 128 gives 120.

    Parameters
    ----------
    value : above 0
    """
    power = int(np.floor(np.log10(value)))
    share = value / 10.0**power
    nearest = min(_READABLE, key=lambda step: abs(np.log(step / share)))
    return float(f"{nearest:g}e{power}")


def values_beyond(values: Float32Array, row_of_contact: IntpArray, counts: npt.ArrayLike) -> tuple[int, int]:
    """Count the values of contacts that lie beyond full scale, and all their values.

    Parameters
    ----------
    values : (n_rows, n_columns) real, 1 is full scale
    row_of_contact : (n_contacts,) intp, row of each contact, -1 without a row
    counts : (n_contacts,) bool, contacts whose values are counted

    Returns
    -------
    values above 1 or below -1, and all values; a row counts once for each of its contacts
    """
    rows = row_of_contact[np.asarray(counts) & (row_of_contact >= 0)]
    n_contacts = np.bincount(rows, minlength=len(values))
    beyond = [int(((row > 1) | (row < -1)).sum()) if n else 0 for row, n in zip(values, n_contacts, strict=True)]
    return int(np.dot(beyond, n_contacts)), len(rows) * values.shape[1]


def bits_beyond(values: Float32Array) -> UInt8Array:
    """(n_rows, ceil(n_columns / 8)) uint8, bits of `np.packbits`: values above 1 or below -1.

    Parameters
    ----------
    values : (n_rows, n_columns) real, 1 is full scale
    """
    bits = np.zeros((len(values), -(-values.shape[1] // 8)), dtype=np.uint8)
    for row, into in zip(values, bits, strict=True):
        into[:] = np.packbits((row > 1) | (row < -1))
    return bits


def beyond_within(activity: Activity, counts: npt.ArrayLike, span_s: tuple[Fraction, Fraction]) -> tuple[int, int]:
    """Count the values of contacts that lie beyond full scale within a time, and all their values of that time.

    Parameters
    ----------
    activity : whose values beyond full scale are known; else its own counts of all values are given
    counts : (n_contacts,) bool, contacts whose values are counted
    span_s : begin and end in seconds; one column counts at least

    Returns
    -------
    values above 1 or below -1, and all values; a row counts once for each of its contacts
    """
    if activity.beyond is None:
        return activity.n_clipped, activity.n_values
    first, stop = _columns(activity, span_s)
    rows = activity.row_of_contact[np.asarray(counts) & (activity.row_of_contact >= 0)]
    n_beyond = 0
    for row, n_contacts in zip(*np.unique(rows, return_counts=True), strict=True):
        bits = np.unpackbits(activity.beyond[row, first // 8 : -(-stop // 8)])
        n_beyond += int(n_contacts) * int(bits[first % 8 : first % 8 + stop - first].sum(dtype=np.intp))
    return n_beyond, len(rows) * (stop - first)


def _columns(activity: Activity, span_s: tuple[Fraction, Fraction]) -> tuple[int, int]:
    """First and stop of the columns of a time."""
    rate_hz, n_columns = Fraction(activity.column_rate_hz), activity.values.shape[1]
    begin, end = (float((time_s - Fraction(activity.start_s)) * rate_hz) for time_s in span_s)
    first = max(min(math.floor(begin), n_columns - 1), 0)
    return first, min(max(math.ceil(end), first + 1), n_columns)


def shown_and_good(electrodes: PlacedElectrodes) -> npt.NDArray[np.bool_]:
    """(n_contacts,) bool, contacts that have a position and are not marked bad."""
    return electrodes.drawn & ~electrodes.table.bad
