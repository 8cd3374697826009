"""Transitions of luminance and red saturation: counted per cell of a grid, and per mean of a field of view."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Float32Array, IntpArray, UInt8Array

# A flash is a pair of opposing changes of at least this much of the largest relative luminance, the darker state below
# 0.80 (WCAG 2.2, "general flash"; ITU-R BT.1702: 20 of 200 cd/m², the darker state below 160).
LUMINANCE_STEP, DARK = 0.1, 0.8
# A saturated red has R / (R + G + B) >= 0.8 in linear light, and (R - G - B) * 320 changes by more than 20 (WCAG 2.1).
RED_STEP, RED_SHARE, _RED_UNIT = 20.0, 0.8, 320.0
# Red has no bound on its darker state.
_NO_BOUND = float("inf")

# IEC 61966-2-1: linear light of the 256 values of sRGB.
_CODES = np.arange(256) / 255
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
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


class ChangedCells:
    """Finds the cells of a grid of pixels that differ from the grid before: little changes from frame to frame.

    Parameters
    ----------
    red_shares : see `luminance_and_reds`
    """

    def __init__(self, red_shares: Sequence[float] = (RED_SHARE,)) -> None:
        self._red_shares = tuple(red_shares)
        self._latest: npt.NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)

    def push(self, pixels: UInt8Array | None) -> tuple[IntpArray, tuple[Float32Array, ...]]:
        """Take in the next grid.

        Parameters
        ----------
        pixels : (h, w, 3 or 4) uint8, sRGB; None repeats the latest grid

        Returns
        -------
        cells that differ, all cells of the first grid; their luminance and red, see `luminance_and_reds`
        """
        if pixels is None:
            return _NO_CELLS, (_NO_VALUES,) * (1 + len(self._red_shares))
        # One number per pixel is compared ten times as fast as its channels.
        codes = _codes(pixels)
        is_first = not len(self._latest)
        cells = np.arange(len(codes)) if is_first else np.flatnonzero(codes != self._latest)
        changed = codes[cells]
        if is_first:
            self._latest = codes.copy()
        else:
            self._latest[cells] = changed
        return cells, luminance_and_reds(changed.view(np.uint8).reshape(-1, 4), self._red_shares)


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
    counts : (n_cells,) uint8, changes during the last second
    """

    def __init__(self, n_samples: int, step: float, dark: float = _NO_BOUND) -> None:
        self._n_samples, self._step, self._dark = n_samples, np.float32(step), np.float32(dark)
        self._recent: deque[IntpArray] = deque()
        self._low = self._high = np.zeros(0, dtype=np.float32)
        self._rose = self._fell = np.zeros(0, dtype=bool)
        self.counts: UInt8Array = np.zeros(0, dtype=np.uint8)

    def push(self, cells: IntpArray, values: Float32Array) -> None:
        """Count the changes of some cells; the others keep their values. The first call gives all cells.

        Parameters
        ----------
        cells : (k,) intp, numbers of the cells
        values : (k,) float32
        """
        if not len(self._low):
            self._low, self._high = values.copy(), values.copy()
            self._rose, self._fell = (np.zeros(len(values), dtype=bool) for _ in range(2))
            self.counts = np.zeros(len(values), dtype=np.uint8)
            return
        changed = self._changed(cells, values) if len(cells) else cells
        self._recent.append(changed)
        self.counts[changed] += 1
        if len(self._recent) > self._n_samples:
            self.counts[self._recent.popleft()] -= 1

    def push_all(self, values: Float32Array | None) -> None:
        """Count the changes of all cells to an array of values; None repeats the latest ones."""
        if values is None:
            self.push(_NO_CELLS, _NO_VALUES)
        else:
            self.push(np.arange(values.size), values.ravel())

    def _changed(self, cells: IntpArray, values: Float32Array) -> IntpArray:
        """Those of the cells whose change counts now."""
        low, high = np.minimum(self._low[cells], values), np.maximum(self._high[cells], values)
        self._low[cells], self._high[cells] = low, high
        rises = (values - low >= self._step) & ~self._rose[cells] & (low < self._dark)
        falls = (high - values >= self._step) & ~self._fell[cells] & (values < self._dark)
        counts = rises | falls
        changed: IntpArray = cells[counts]
        self._rose[changed], self._fell[changed] = rises[counts], falls[counts]
        self._low[changed] = self._high[changed] = values[counts]
        return changed


@dataclass(frozen=True, eq=False)
class Fields:
    """Overlapping rectangles of a grid, each about a quarter of a rectangle beside the next.

    Parameters
    ----------
    rows : (n_y, h) float32, weights of the grid's rows, which sum to 1
    columns : (w, n_x) float32, weights of its columns
    """

    rows: Float32Array
    columns: Float32Array

    @classmethod
    def of(cls, size: tuple[int, int], share: float) -> Fields:
        """Fields of a share of a grid's width by the same share of its height.

        Parameters
        ----------
        size : width, height of the grid
        share : above 0; 1 or more is the whole grid
        """
        width, height = size
        rows, columns = (_windows(n, share) for n in (height, width))
        return cls(rows, np.ascontiguousarray(columns.T))

    @cached_property
    def n_cells(self) -> int:
        """Cells of a field."""
        return int(np.count_nonzero(self.rows[0]) * np.count_nonzero(self.columns[:, 0]))

    def mean(self, values: npt.NDArray[Any]) -> Float32Array:
        """(n_y, n_x) float32, the mean of (h, w) values in each field."""
        return np.asarray(self.rows @ values.astype(np.float32, copy=False) @ self.columns, dtype=np.float32)


def _windows(n: int, share: float) -> Float32Array:
    """(n_windows, n) float32, weights of windows of a share of n cells."""
    length = min(max(round(n * share), 1), n)
    # A length that was rounded down adds no window: crops of a third that overlap by half are among the windows.
    n_windows = 1 if length == n else int(np.ceil((n - length) / (length / 4) - 0.1)) + 1
    weights = np.zeros((n_windows, n), dtype=np.float32)
    for row, first in enumerate(np.linspace(0, n - length, n_windows).round().astype(int)):
        weights[row, first : first + length] = 1 / length
    return weights
