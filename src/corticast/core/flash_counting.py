"""Luminance and saturated red of pixels, and the counting of their changes."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from corticast.core.color.color import YcbcrEncoding
from corticast.core.model.types import Float32Array, IntpArray, UInt8Array

# A flash is a pair of opposing changes of at least this much of the largest relative luminance, the darker state below
# 0.80 (WCAG 2.2, "general flash"; ITU-R BT.1702: 20 of 200 cd/m², the darker state below 160).
LUMINANCE_STEP, DARK = 0.1, 0.8
# A saturated red has R / (R + G + B) >= 0.8 in linear light, and (R - G - B) * 320 changes by more than 20 (WCAG 2.1).
RED_STEP, RED_SHARE, _RED_UNIT = 20.0, 0.8, 320.0

# IEC 61966-2-1: linear light of the 256 values of sRGB.
_CODES = np.arange(256) / 255
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
# Y'CbCr to sRGB, of codes 0..255 both.
_YCBCR = YcbcrEncoding().matrix
_TO_SRGB = np.linalg.inv(_YCBCR[:, :3]).T.astype(np.float32)
_TO_SRGB_OFFSET = (0.5 - 255 * np.linalg.inv(_YCBCR[:, :3]) @ _YCBCR[:, 3]).astype(np.float32)
_ALL = np.ones(3, dtype=np.float32)
_NO_CELLS, _NO_VALUES = np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32)


def luminance_and_red(pixels: UInt8Array) -> tuple[Float32Array, Float32Array]:
    """Relative luminance 0..1 and the excess of saturated red of pixels.

    Parameters
    ----------
    pixels : (..., 3 or 4) uint8, sRGB

    Returns
    -------
    two arrays of (...) float32; the second is 0 where red is not saturated
    """
    luminance, red = luminance_and_reds(pixels, (RED_SHARE,))
    return luminance, red


def luminance_and_reds(pixels: UInt8Array, red_shares: Sequence[float]) -> tuple[Float32Array, ...]:
    """Relative luminance 0..1, and the excess of saturated red by several bounds of saturation.

    Parameters
    ----------
    pixels : (..., 3 or 4) uint8, sRGB
    red_shares : shares of red in a colour from which on the colour is saturated

    Returns
    -------
    arrays of (...) float32: luminance, and red for each share, 0 where red is not saturated
    """
    linear = np.take(_LINEAR, pixels[..., :3])
    luminance = linear @ _LUMINANCE
    total = linear @ _ALL
    red = linear[..., 0]
    # R - G - B = 2 R - (R + G + B)
    excess = _RED_UNIT * (2 * red - total)
    return luminance, *(np.where(red >= share * total, excess, np.float32(0)) for share in red_shares)


def srgb_of_ycbcr(codes: UInt8Array) -> UInt8Array:
    """Colours of pixels that are given as an encoder gets them.

    Parameters
    ----------
    codes : (..., 3 or 4) uint8, Y', Cb, Cr by BT.709, limited range

    Returns
    -------
    (..., 3) uint8, sRGB
    """
    colours = codes[..., :3].astype(np.float32) @ _TO_SRGB + _TO_SRGB_OFFSET
    # Half a step rounds up.
    return np.clip(colours, 0, 255, out=colours).astype(np.uint8)


class ChangedCells:
    """Finds the cells of a grid of pixels that differ from the grid before: little changes from frame to frame.

    Parameters
    ----------
    red_shares : see `luminance_and_reds`
    is_ycbcr : whether pixels are Y', Cb, Cr by BT.709, limited range; else sRGB
    numbers : (n,) intp, cells that may differ, which then are numbered from 0 on; None for all
    """

    def __init__(
        self, red_shares: Sequence[float] = (RED_SHARE,), numbers: IntpArray | None = None, *, is_ycbcr: bool = False
    ) -> None:
        self._red_shares, self._numbers, self._is_ycbcr = tuple(red_shares), numbers, is_ycbcr
        self._latest: npt.NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)

    def push(self, pixels: UInt8Array | None) -> tuple[IntpArray, tuple[Float32Array, ...]]:
        """Take in the next grid.

        Parameters
        ----------
        pixels : (h, w, 3 or 4) uint8; None repeats the latest grid

        Returns
        -------
        cells that differ, all of the first grid; their luminance and red, see `luminance_and_reds`
        """
        if pixels is None:
            return _NO_CELLS, (_NO_VALUES,) * (1 + len(self._red_shares))
        # One number per pixel is compared ten times as fast as its channels.
        codes = _codes(pixels)
        own = codes if self._numbers is None else codes[self._numbers]
        if not len(self._latest):
            self._latest = own.copy()
            return np.arange(len(codes)), self._light(codes)
        cells = np.flatnonzero(own != self._latest)
        changed = own[cells]
        self._latest[cells] = changed
        return cells, self._light(changed)

    def _light(self, codes: npt.NDArray[np.uint32]) -> tuple[Float32Array, ...]:
        pixels = codes.view(np.uint8).reshape(-1, 4)
        return luminance_and_reds(srgb_of_ycbcr(pixels) if self._is_ycbcr else pixels, self._red_shares)


def _codes(pixels: UInt8Array) -> npt.NDArray[np.uint32]:
    """(n,) uint32, the channels of each pixel as one number."""
    flat = pixels.reshape(-1, pixels.shape[-1])
    if flat.shape[1] < 4 or not flat.flags.c_contiguous:
        padded = np.zeros((len(flat), 4), dtype=np.uint8)
        padded[:, : flat.shape[1]] = flat
        flat = padded
    return np.asarray(flat.view(np.uint32)[:, 0])


class Transitions:
    """Counts opposing changes of values during the last second.

    A value rises or falls from its latest extreme. A change counts once it reaches the step; then only a change in the
    other direction can count.

    Parameters
    ----------
    n_samples : samples of a second
    step : least change that counts
    dark : the darker state lies below

    Attributes
    ----------
    counts : (n,) uint8, changes during the last second
    """

    def __init__(self, n_samples: int, step: float, dark: float = math.inf) -> None:
        self._n_samples, self._step = n_samples, np.float32(step)
        self._dark = None if dark == math.inf else np.float32(dark)
        self._recent: deque[IntpArray] = deque()
        self._low = self._high = np.zeros(0, dtype=np.float32)
        self._rose = self._fell = np.zeros(0, dtype=bool)
        self.counts: UInt8Array = np.zeros(0, dtype=np.uint8)

    def push(self, values: Float32Array | None) -> bool:
        """Take in the next values.

        Parameters
        ----------
        values : (n,) float32; None repeats the latest ones

        Returns
        -------
        whether a count may have changed
        """
        if not len(self._low):
            self._begin(values)
            return True
        changed = _NO_CELLS if values is None else self._changed(values)
        self.counts[changed] += 1
        self._recent.append(changed)
        is_full = len(self._recent) > self._n_samples
        forgotten = self._recent.popleft() if is_full else _NO_CELLS
        self.counts[forgotten] -= 1
        return len(changed) + len(forgotten) > 0

    def _begin(self, values: Float32Array | None) -> None:
        assert values is not None, "the first values repeat none"
        self._low, self._high = values.copy(), values.copy()
        self._rose, self._fell = (np.zeros(len(values), dtype=bool) for _ in range(2))
        self.counts = np.zeros(len(values), dtype=np.uint8)

    def _changed(self, values: Float32Array) -> IntpArray:
        """Numbers of the values whose change counts now."""
        # All values take less time than some of them, which would be picked by number.
        low, high = np.minimum(self._low, values, out=self._low), np.maximum(self._high, values, out=self._high)
        # Greater is "and not" of booleans.
        rises, falls = values - low >= self._step, high - values >= self._step
        np.greater(rises, self._rose, out=rises)
        np.greater(falls, self._fell, out=falls)
        if self._dark is not None:
            rises &= low < self._dark
            falls &= values < self._dark
        changed: IntpArray = np.flatnonzero(rises | falls)
        self._rose[changed], self._fell[changed] = rises[changed], falls[changed]
        low[changed] = high[changed] = values[changed]
        return changed
