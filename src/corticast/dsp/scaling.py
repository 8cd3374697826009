"""Band magnitudes to activity: smoothing in time, and what counts as full activity."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

FloatRows = npt.NDArray[np.float32]
ScaleRule = Literal["band", "global", "electrode"]

# Percentile of a band's columns that is full activity.
_FULL_PERCENTILE = 99.0

# No band is lifted more than this above what the loudest one needs.
_MOST_LIFT_DB = 30.0

# Share of a band's magnitude that masks its neighbours, and the factor from band to band beyond. Measured: bursts
# of 50 ms with edges of 5 ms then light their own band alone, and bands of music keep their course (r >= 0.95).
_MASKED_SHARE, _MASKING_DECAY = 0.06, 0.4

# Below this share of full scale nothing is heard: the last bit of 24.
_SILENCE = 1e-7


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
    sigma = gaussian_sigma_s(cutoff_hz) * column_rate_hz
    return np.asarray(gaussian_filter1d(rows, sigma, axis=1, mode="constant", truncate=5.0), dtype=np.float32)


def unmasked(rows: FloatRows) -> FloatRows:
    """What of each band stands out of its neighbours' skirts.

    A tone that is switched on and off reaches into the bands beside its own, and scaling would lift that to
    the eye. As a loud sound masks fainter ones beside it to the ear, a share of each band's magnitude is taken
    from the others: 6 % from its neighbours, and 0.4 times as much with every band between.

    Parameters
    ----------
    rows : (n_rows, n_columns) float32, not negative, ordered by frequency

    Returns
    -------
    like `rows`, not negative
    """
    number = np.arange(len(rows))
    distance = np.abs(number[:, None] - number)
    share = np.where(distance > 0, _MASKED_SHARE * _MASKING_DECAY ** (distance - 1.0), 0.0)
    return np.maximum(rows - share.astype(np.float32) @ rows, np.float32(0.0))


def scaled(rows: FloatRows, rule: ScaleRule) -> FloatRows:
    """Activity 0..1 of magnitudes.

    Parameters
    ----------
    rows : (n_rows, n_columns) float32, not negative
    rule : "band": 0 is silence and 1 each row's own 99th percentile, but no row is lifted more than 30 dB above
        what the loudest needs; "global": 1 is that of the loudest row for all; "electrode": each row from its lowest
        to its highest value

    Returns
    -------
    like `rows`; rows of silence are 0
    """
    if rule == "electrode":
        low = rows.min(axis=1, keepdims=True)
        span = rows.max(axis=1, keepdims=True) - low
        return np.asarray(np.where(span > _SILENCE, (rows - low) / np.maximum(span, _SILENCE), 0.0), dtype=np.float32)
    full = np.percentile(rows, _FULL_PERCENTILE, axis=1, keepdims=True)
    # A row that sounds for less than a hundredth of the time is measured by its highest value.
    full = np.where(full > _SILENCE, full, rows.max(axis=1, keepdims=True))
    loudest = float(full.max(initial=0.0))
    if loudest <= _SILENCE:
        return np.zeros_like(rows)
    full = np.full_like(full, loudest) if rule == "global" else np.maximum(full, loudest / 10 ** (_MOST_LIFT_DB / 20))
    return np.minimum(rows / full.astype(np.float32), np.float32(1.0))


def is_silent(rows: FloatRows) -> bool:
    """Whether nothing is heard in any row."""
    return float(rows.max(initial=0.0)) <= _SILENCE
