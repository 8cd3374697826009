"""Regular patterns of a picture: stripes, which may disturb viewers even at rest (ITU-R BT.1702, annex)."""

from __future__ import annotations

import numpy as np

from corticast.core.model.types import Float32Array

# More than five pairs of light and dark stripes across the picture; a tile of half a side holds half of them.
_LEAST_PAIRS = 3
# Contrast of the stripes, peak to peak, in relative luminance; the dark ones lie below 0.80.
_LEAST_CONTRAST, _DARK = 0.1, 0.8
# Share of a tile's variance that lies at one spatial frequency, in stripes; texture spreads over many.
_LEAST_PURITY = 0.5


def stripes_share(luminance: Float32Array) -> float:
    """Share of a picture that regular stripes fill.

    Nine tiles of half a side, each half a tile beside the next, are examined by their spectra.

    Parameters
    ----------
    luminance : (h, w) float32, relative luminance 0..1

    Returns
    -------
    0..1, in steps of a sixteenth
    """
    height, width = (side // 4 * 4 for side in luminance.shape)
    if min(height, width) < 4 * 4 * _LEAST_PAIRS:
        return 0.0
    filled = np.zeros((4, 4), dtype=bool)
    for row in range(3):
        for column in range(3):
            rows = slice(row * height // 4, (row + 2) * height // 4)
            if _is_striped(luminance[rows, column * width // 4 : (column + 2) * width // 4]):
                filled[row : row + 2, column : column + 2] = True
    return float(filled.mean())


def _is_striped(tile: Float32Array) -> bool:
    """Whether most of a tile's variance lies in stripes of one direction and width."""
    deviations = tile - tile.mean()
    variance = float((deviations**2).mean())
    # Stripes of this contrast have at least the variance of a sine.
    if variance < _LEAST_CONTRAST**2 / 8 or float(tile.min()) >= _DARK:
        return False
    power = np.abs(np.fft.rfft2(deviations)) ** 2
    height, width = tile.shape
    pairs = np.hypot(np.fft.fftfreq(height)[:, None] * height, np.fft.rfftfreq(width)[None] * width)
    power[pairs < _LEAST_PAIRS] = 0
    y, x = divmod(int(power.argmax()), power.shape[1])
    # Stripes between two bins of the spectrum fill both.
    rows = np.arange(y - 1, y + 2) % height
    peak = float(power[np.ix_(rows, np.arange(max(x - 1, 0), min(x + 2, power.shape[1])))].sum())
    # A real picture has each frequency twice.
    return bool(2 * peak / (height * width) ** 2 >= _LEAST_PURITY * variance)
