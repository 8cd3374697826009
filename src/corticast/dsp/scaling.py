"""Band magnitudes to activity: smoothing in time, and what counts as full activity."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from corticast.core.arguments import check_choice, is_real, wrong
from corticast.core.model.types import Float32Array, Float64Array

ScaleRule = Literal["band", "global", "electrode"]
SmoothingRule = Literal["zero-phase", "causal"]

# Percentile of a band's columns that counts as full activity.
_FULL_PERCENTILE = 99.0

# No band is lifted by more than this above the lift of the loudest band.
MOST_LIFT_DB = 30.0

# A band that stays below a tenth of full activity even after the largest lift is left at rest.
LEAST_LEVEL_DB = MOST_LIFT_DB + 20.0

# Columns this far below the loudest are pauses. Pauses do not count, so silence around a sound changes nothing.
_PAUSE_DB = 60.0

# With less, activity would hardly move in a film, and the filter would be longer than the sound.
_LEAST_SMOOTHING_HZ = 0.01

# The Gaussian ends after so many standard deviations, where it has fallen to 4e-6.
GAUSSIAN_REACH = 5.0

# Factor on the spill of a tone in the middle of its band, for tones elsewhere and for onsets that meet offsets.
_SPILL_MARGIN = 2.5


def check_smoothing(cutoff_hz: float) -> None:
    """Refuse a smoothing that is too slow or no number.

    Raises
    ------
    OptionError : the -3 dB point is below 0.01 Hz, infinite or NaN
    """
    if not is_real(cutoff_hz) or cutoff_hz < _LEAST_SMOOTHING_HZ:
        raise wrong("--smoothing-hz", cutoff_hz, f"{_LEAST_SMOOTHING_HZ:g} Hz or more")


def gaussian_sigma_s(cutoff_hz: float) -> float:
    """Standard deviation in seconds of a Gaussian whose frequency response is -3 dB at `cutoff_hz`.

    |H(f)| = exp(-2 π² σ² f²) = 1 / sqrt(2), so σ = sqrt(ln 2) / (2 π f).
    """
    return float(np.sqrt(np.log(2)) / (2 * np.pi * cutoff_hz))


def check_rule(rule: str) -> None:
    """Refuse an unknown kind of smoothing.

    Raises
    ------
    OptionError : neither zero-phase nor causal
    """
    check_choice("--smoothing", rule, get_args(SmoothingRule))


def pole_of(cutoff_hz: float, sample_rate: float) -> float:
    """Factor a of y[n] = a y[n - 1] + (1 - a) x[n], so that two of these filters in series are -3 dB at `cutoff_hz`.

    Each is -1.5 dB there: (1 - a)² / (1 - 2 a cos(2 π f / sample_rate) + a²) = 1 / sqrt(2).
    """
    cosine = np.cos(2 * np.pi * min(cutoff_hz, sample_rate / 2) / sample_rate)
    half = (np.sqrt(2) - cosine) / (np.sqrt(2) - 1)
    return float(half - np.sqrt(half * half - 1))


def causal_delay_s(cutoff_hz: float) -> float:
    """Mean delay in seconds of `causally_smoothed`: 2 τ, where 1 / (2 π τ) · sqrt(sqrt(2) - 1) is the cutoff."""
    return float(2 * np.sqrt(np.sqrt(2) - 1) / (2 * np.pi * cutoff_hz))


def causally_smoothed(rows: npt.NDArray[Any], sample_rate: float, cutoff_hz: float, *, rests: bool) -> Float64Array:
    """Smooth rows by the past alone: two equal one-pole low-passes in series, together -3 dB at `cutoff_hz`.

    The response to an impulse is never negative. A value depends on no later sample.

    Parameters
    ----------
    rows : (n_rows, n_columns)
    rests : whether rows are 0 before their beginning; else the first value extends them
    """
    from scipy.signal import lfilter

    a = pole_of(cutoff_hz, sample_rate)
    for _ in range(2):
        state = np.zeros((len(rows), 1)) if rests else a * rows[:, :1]
        rows, _state = lfilter([1 - a], [1, -a], rows, axis=1, zi=state)
    return np.asarray(rows, dtype=np.float64)


def smoothed(
    rows: Float32Array, column_rate_hz: float, cutoff_hz: float | None, rule: SmoothingRule = "zero-phase"
) -> Float32Array:
    """Smooth rows along time with a zero-phase Gaussian, -3 dB at `cutoff_hz`, or causally; None leaves them.

    A Gaussian neither undershoots nor rings. The rows are 0 before and after the sound.

    Parameters
    ----------
    rows : (n_rows, n_columns) float32
    """
    from scipy.ndimage import gaussian_filter1d

    if cutoff_hz is None:
        return rows
    if rule == "causal":
        return causally_smoothed(rows, column_rate_hz, cutoff_hz, rests=True).astype(np.float32)
    sigma = gaussian_sigma_s(cutoff_hz) * column_rate_hz
    return np.asarray(
        gaussian_filter1d(rows, sigma, axis=1, mode="constant", truncate=GAUSSIAN_REACH), dtype=np.float32
    )


def without_spill(
    rows: Float32Array, magnitudes: Float32Array, edges_hz: npt.ArrayLike, *, reach: int, share: float
) -> Float32Array:
    """Keep values of rows that exceed the spill from onsets and offsets in other bands; other values become 0.

    At the moment a tone begins or ends, it is no pure tone. With any window, its spectrum then falls off with
    1 / (2 π d), where d is the distance from its frequencies ±f. A tone with mean magnitude A in its own band spills
    A · width / (2 π d) into other bands.

    Parameters
    ----------
    rows : (n_bands, n_columns) float32, smoothed magnitudes
    magnitudes : like `rows`, not smoothed
    edges_hz : (n_bands + 1,) of the bands
    reach : number of columns before and after an onset or offset that show its spill
    share : height of a short response after smoothing, relative to its height before

    Returns
    -------
    like `rows`
    """
    from scipy.ndimage import maximum_filter1d, minimum_filter1d

    size = 2 * reach + 1
    change = maximum_filter1d(magnitudes, size, axis=1, mode="constant")
    change -= minimum_filter1d(magnitudes, size, axis=1, mode="constant")
    spill = np.zeros_like(rows)
    for source, factors in enumerate(spill_factors(edges_hz, share)):
        for target, factor in enumerate(factors):
            np.maximum(spill[target], factor * change[source], out=spill[target])
    return np.where(rows > spill, rows, np.float32(0))


def spill_factors(edges_hz: npt.ArrayLike, share: float = 1.0) -> Float32Array:
    """The share of a band's change that may appear as spill in each other band, see `without_spill`.

    Parameters
    ----------
    edges_hz : (n_bands + 1,) of the bands
    share : height of a short response after smoothing, relative to its height before

    Returns
    -------
    (n_bands, n_bands) float32, from each band (row) to each other band (column); 0 on the diagonal
    """
    edges = np.asarray(edges_hz, dtype=np.float64)
    middles, widths = np.sqrt(edges[1:] * edges[:-1]), np.diff(edges)
    factors = np.empty((len(widths), len(widths)), dtype=np.float32)
    for source, (middle, width) in enumerate(zip(middles, widths, strict=True)):
        # Mean of 1 / d over each band.
        mean = (np.abs(_log_ratio(edges - middle)) + _log_ratio(edges + middle)) / widths
        mean[source] = 0.0
        factors[source] = _SPILL_MARGIN * share * width / (2 * np.pi) * mean
    return factors


def _log_ratio(distances: Float64Array) -> Float64Array:
    """(n - 1,) logarithms of the ratios of neighbouring distances: the integral of 1 / d between two edges."""
    return np.diff(np.log(np.abs(distances)))


def over_levels(rows: Float32Array, own: Float32Array, rule: ScaleRule, faintest: float) -> Float32Array:
    """Divide magnitudes by the level of full activity. Quotients above 1 lie beyond full scale.

    Parameters
    ----------
    rows : (n_rows, n_columns) float32, not negative
    own : (n_rows, n_columns) float32, the part of `rows` that sets the levels, see `without_spill`
    rule : "band": 0 is silence and 1 is each row's own 99th percentile, but no row is lifted more than 30 dB above
        the lift of the loudest row, and rows 50 dB below the loudest rest; "global": 1 is the loudest row's 99th
        percentile for all rows; "electrode": each row spans its lowest to its highest value
    faintest : rows up to this level count as silent and rest

    Returns
    -------
    like `rows`
    """
    if rule == "electrode":
        low, high = rows.min(axis=1, keepdims=True), rows.max(axis=1, keepdims=True)
        heard = (high > faintest) & (high > low)
        return np.asarray(np.where(heard, (rows - low) / np.where(heard, high - low, 1.0), 0.0), dtype=np.float32)
    levels = _levels(own)
    loudest = float(levels.max(initial=0.0))
    if loudest <= faintest:
        return np.zeros_like(rows)
    if rule == "global":
        levels[:] = loudest
    else:
        rests = own.max(axis=1) < max(faintest, loudest * 10 ** (-LEAST_LEVEL_DB / 20))
        levels = np.where(rests, np.inf, np.maximum(levels, loudest * 10 ** (-MOST_LIFT_DB / 20)))
    return np.asarray(rows / levels[:, None], dtype=np.float32)


def _levels(own: Float32Array) -> Float64Array:
    """(n_rows,) 99th percentile of each row over the columns that hold sound."""
    loudness = own.max(axis=0)
    sounds = loudness > float(loudness.max(initial=0.0)) * 10 ** (-_PAUSE_DB / 20)
    if not sounds.any():
        return np.zeros(len(own))
    return np.asarray(np.percentile(own[:, sounds], _FULL_PERCENTILE, axis=1), dtype=np.float64)
