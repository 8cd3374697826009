"""Regular patterns of a picture, which may disturb viewers even at rest (ITU-R BT.1702, Ofcom, ISO 9241-391).

The guidelines name more than five pairs of light and dark stripes, in any direction, which rows of equal objects may
form: stripes, checks, and dense lattices of dots.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Float32Array, IntpArray

# More than five pairs of light and dark across the picture; a tile of half a side holds half of them.
_LEAST_PAIRS = 2.75
# Frequencies below this one belong to shading, in cycles per tile.
_SHADING = 2.5
# Contrast, peak to peak, in relative luminance; the dark parts lie below 0.80.
_LEAST_CONTRAST, _DARK = 0.1, 0.8
# Share of a tile's variance at one spatial frequency, in stripes, and at two, in checks and lattices. Texture spreads
# over many. Ideal stripes have 0.81, checks 0.66, dots 0.65; a mosaic of slices has up to 0.60 at two.
_STRIPES_PURITY, _LATTICE_PURITY = 0.5, 0.62
# Unit cells that a tile holds at least.
_LEAST_CELLS = _LEAST_PAIRS**2

# Steps to nine neighbouring frequencies.
_DOWN, _ACROSS = np.repeat((-1, 0, 1), 3), np.tile((-1, 0, 1), 3)

# A frequency in cycles per height and per width of a tile, and its share of the variance.
_Peak = tuple[float, float, float]


def pattern_share(luminance: Float32Array) -> float:
    """Share of a picture that regular patterns fill.

    Nine tiles of half a side, each half a tile beside the next, are examined by their spectra.

    Parameters
    ----------
    luminance : (h, w) float32, relative luminance 0..1

    Returns
    -------
    0..1, in steps of a sixteenth
    """
    height, width = (side // 4 * 4 for side in luminance.shape)
    if min(height, width) < 48:
        return 0.0
    places = [(row, column) for row in range(3) for column in range(3)]
    tiles = np.stack(
        [
            luminance[row * height // 4 : (row + 2) * height // 4, column * width // 4 : (column + 2) * width // 4]
            for row, column in places
        ]
    )
    filled = np.zeros((4, 4), dtype=bool)
    for (row, column), is_regular in zip(places, _are_regular(tiles), strict=True):
        filled[row : row + 2, column : column + 2] |= is_regular
    return float(filled.mean())


def _are_regular(tiles: Float32Array) -> list[bool]:
    """Whether most of each tile's variance lies at one spatial frequency, or at two of different directions."""
    window = _window(tiles.shape[1:])
    means = (tiles * window).sum(axis=(1, 2)) / window.sum()
    deviations = (tiles - means[:, None, None]) * window
    totals = (deviations**2).sum(axis=(1, 2))
    # A pattern of this contrast has at least the variance of a sine.
    least = _LEAST_CONTRAST**2 / 8 * float((window**2).sum())
    has_contrast = (totals >= least) & (tiles.min(axis=(1, 2)) < _DARK)
    found = np.zeros(len(tiles), dtype=bool)
    if not has_contrast.any():
        return found.tolist()
    spectra = np.fft.rfft2(deviations[has_contrast])
    powers = spectra.real**2 + spectra.imag**2
    wholes = totals[has_contrast] * window.size
    may_be = _first_shares(powers, wholes) >= _LATTICE_PURITY / 2
    found[np.flatnonzero(has_contrast)[may_be]] = [
        _is_regular(power, float(whole)) for power, whole in zip(powers[may_be], wholes[may_be], strict=True)
    ]
    return found.tolist()


def _first_shares(powers: npt.NDArray[Any], wholes: npt.NDArray[Any]) -> Float32Array:
    """(n,) float32, share of each tile's strongest frequency, which is too weak in most tiles.

    Parameters
    ----------
    powers : (n, h, w // 2 + 1), half spectra
    wholes : (n,), sums of the whole spectra
    """
    n, height, width = powers.shape
    searched = powers * _no_shading((height, width))
    row, column = np.divmod(searched.reshape(n, -1).argmax(axis=1), width)
    y = np.where(row > height // 2, row - height, row)
    rows, columns = _around(y[:, None], column[:, None], (height, width))
    near = powers[np.arange(n)[:, None], rows, columns].sum(axis=1)
    return np.asarray(2 * near / wholes)


def _is_regular(power: Float32Array, whole: float) -> bool:
    """Whether a half spectrum is that of stripes, or of checks and lattices.

    Parameters
    ----------
    power : (h, w // 2 + 1) of a tile
    whole : sum of the whole spectrum
    """
    searched = power * _no_shading(power.shape)
    y, x, share = _strongest(power, searched, whole)
    if share >= _STRIPES_PURITY:
        return bool(np.hypot(y, x) >= _LEAST_PAIRS)
    if 2 * share < _LATTICE_PURITY:
        return False
    other_y, other_x, other_share = _strongest(power, searched, whole)
    is_pure = share + other_share >= _LATTICE_PURITY
    has_pairs = min(np.hypot(y, x), np.hypot(other_y, other_x)) >= _LEAST_PAIRS
    return bool(is_pure and has_pairs and abs(y * other_x - x * other_y) >= _LEAST_CELLS)


def _strongest(power: Float32Array, searched: Float32Array, whole: float) -> _Peak:
    """The strongest frequency of a half spectrum with its neighbours, which are then taken from `searched`."""
    height = len(power)
    row, column = divmod(int(searched.argmax()), power.shape[1])
    y = row - height if row > height // 2 else row
    rows, columns = _around(y, column, power.shape)
    near = power[rows, columns]
    near_sum = float(near.sum())
    searched[rows, columns] = 0
    # The column of frequency 0 holds each frequency twice.
    searched[-rows[columns == 0], 0] = 0
    down, across = float(near @ _DOWN) / near_sum, float(near @ _ACROSS) / near_sum
    # A real picture has each frequency twice.
    return y + down, column + across, 2 * near_sum / whole


def _around(y: int | IntpArray, x: int | IntpArray, shape: tuple[int, ...]) -> tuple[IntpArray, IntpArray]:
    """Rows and columns of a half spectrum that hold the nine frequencies about one, or about each of (n, 1)."""
    ys, xs = y + _DOWN, x + _ACROSS
    rows = np.where(xs < 0, -ys, ys) % shape[0]
    return rows, np.minimum(np.abs(xs), shape[1] - 1)


@lru_cache(maxsize=4)
def _window(shape: tuple[int, ...]) -> Float32Array:
    """A Hann window, which keeps each frequency within one bin beside its own."""
    down, across = (np.hanning(side + 2)[1:-1] for side in shape)
    return np.asarray(np.outer(down, across), dtype=np.float32)


@lru_cache(maxsize=4)
def _no_shading(shape: tuple[int, ...]) -> Float32Array:
    """1 where a half spectrum holds frequencies of patterns, 0 where it holds those of shading."""
    down, across = np.fft.fftfreq(shape[0]) * shape[0], np.arange(shape[1])
    return np.asarray(np.hypot(down[:, None], across[None]) >= _SHADING, dtype=np.float32)
