"""Band magnitudes to activity: smoothing in time, and what counts as full activity."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from corticast.errors import OptionError

FloatRows = npt.NDArray[np.float32]
ScaleRule = Literal["band", "global", "electrode"]

# Percentile of a band's columns that is full activity.
_FULL_PERCENTILE = 99.0

# No band is lifted more than this above what the loudest one needs.
MOST_LIFT_DB = 30.0

# What stays below a tenth of full activity when lifted that far is not worth lifting.
LEAST_LEVEL_DB = MOST_LIFT_DB + 20.0

# Columns this far below the loudest are pauses. They do not count, so that a sound looks the same with silence around.
_PAUSE_DB = 60.0

# Slower than this, activity would hardly move in a film, and the filter would be longer than the sound.
_LEAST_SMOOTHING_HZ = 0.01

# Standard deviations after which the Gaussian is cut: it has fallen to 4e-6.
GAUSSIAN_REACH = 5.0

# Times what a tone in the middle of its band spills: for tones that lie elsewhere, and for starts that meet ends.
_SPILL_MARGIN = 2.5


def check_smoothing(cutoff_hz: float) -> None:
    """Refuse a smoothing that cannot be used.

    Raises
    ------
    OptionError : its -3 dB point is below 0.01 Hz, or no number
    """
    if not _LEAST_SMOOTHING_HZ <= cutoff_hz < float("inf"):
        raise OptionError(f"--smoothing-hz {cutoff_hz:g}: give {_LEAST_SMOOTHING_HZ:g} Hz or more")


def gaussian_sigma_s(cutoff_hz: float) -> float:
    """Standard deviation in seconds of a Gaussian whose response is -3 dB at a frequency.

    |H(f)| = exp(-2 π² σ² f²) = 1 / sqrt(2), so σ = sqrt(ln 2) / (2 π f).
    """
    return float(np.sqrt(np.log(2)) / (2 * np.pi * cutoff_hz))


def smoothed(rows: FloatRows, column_rate_hz: float, cutoff_hz: float) -> FloatRows:
    """Rows smoothed along time by a zero-phase Gaussian, -3 dB at `cutoff_hz`.

    A Gaussian neither undershoots nor rings. Outside the sound there is silence.

    Parameters
    ----------
    rows : (n_rows, n_columns) float32
    """
    from scipy.ndimage import gaussian_filter1d

    sigma = gaussian_sigma_s(cutoff_hz) * column_rate_hz
    return np.asarray(
        gaussian_filter1d(rows, sigma, axis=1, mode="constant", truncate=GAUSSIAN_REACH), dtype=np.float32
    )


def without_spill(
    rows: FloatRows, magnitudes: FloatRows, edges_hz: npt.ArrayLike, *, reach: int, share: float
) -> FloatRows:
    """Rows where they hold more than a start or an end of sound in another band puts there, 0 elsewhere.

    A tone that is switched on or off is no tone at that moment: whatever the window, its spectrum falls off with
    1 / (2 π d) in the distances d of its two frequencies ±f. Where a tone makes its band's mean magnitude A, it
    spills A · width / (2 π d) into others.

    Parameters
    ----------
    rows : (n_bands, n_columns) float32, smoothed magnitudes
    magnitudes : like `rows`, not smoothed
    edges_hz : (n_bands + 1,) of the bands
    reach : columns before and after a start or end in which its spill is seen
    share : of a short response's height that is left when it is smoothed

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


def spill_factors(edges_hz: npt.ArrayLike, share: float = 1.0) -> FloatRows:
    """How much of a band's change others may show that hold nothing, see `without_spill`.

    Parameters
    ----------
    edges_hz : (n_bands + 1,) of the bands
    share : of a short response's height that is left when it is smoothed

    Returns
    -------
    (n_bands, n_bands) float32, from each band (row) to each other, 0 to itself
    """
    edges = np.asarray(edges_hz, dtype=np.float64)
    middles, widths = np.sqrt(edges[1:] * edges[:-1]), np.diff(edges)
    factors = np.empty((len(widths), len(widths)), dtype=np.float32)
    for source, (middle, width) in enumerate(zip(middles, widths, strict=True)):
        # Means of 1 / d over each band.
        mean = (np.abs(_log_ratio(edges - middle)) + _log_ratio(edges + middle)) / widths
        mean[source] = 0.0
        factors[source] = _SPILL_MARGIN * share * width / (2 * np.pi) * mean
    return factors


def _log_ratio(distances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(n - 1,) logarithm of the ratios of neighbours' magnitudes: the integral of 1 / d between them."""
    return np.diff(np.log(np.abs(distances)))


def scaled(rows: FloatRows, own: FloatRows, rule: ScaleRule, faintest: float) -> FloatRows:
    """Activity 0..1 of magnitudes.

    Parameters
    ----------
    rows : (n_rows, n_columns) float32, not negative
    own : the part of them that levels are taken from, see `without_spill`
    rule : "band": 0 is silence and 1 each row's own 99th percentile, but no row is lifted more than 30 dB above
        what the loudest needs, and one 50 dB below it rests; "global": 1 is that of the loudest row for all;
        "electrode": each row from its lowest to its highest value
    faintest : level up to which a row holds nothing, and rests

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
    return np.minimum(rows / levels[:, None].astype(np.float32), np.float32(1.0))


def _levels(own: FloatRows) -> npt.NDArray[np.float64]:
    """(n_rows,) 99th percentile of each row over the columns in which anything sounds."""
    loudness = own.max(axis=0)
    sounds = loudness > float(loudness.max(initial=0.0)) * 10 ** (-_PAUSE_DB / 20)
    if not sounds.any():
        return np.zeros(len(own))
    return np.asarray(np.percentile(own[:, sounds], _FULL_PERCENTILE, axis=1), dtype=np.float64)
