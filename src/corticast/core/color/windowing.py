"""Grey window of a volume: the scaled values that are drawn black and white.

Nothing is sorted, and no volume is copied whole. Voxels are counted slab by slab by the leading 16 bits of an
order-preserving code. For wider types, voxels in the counts that hold the wanted ranks are counted again by their next
bits. The result is exact order statistics in a few megabytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from corticast.core.counting import counted
from corticast.core.model.types import IntpArray, Volume
from corticast.errors import OptionError

WindowSpec = Literal["robust", "header"] | tuple[float, float]

_SHARES = (0.005, 0.995)
# Air, or the zeros around a masked brain, fill at least this share of a volume's outer faces.
_BACKGROUND_SHARE = 0.25
_SLAB_VOXELS = 1 << 18
# A window goes to the shader as float32.
MAX_VALUE = float(np.finfo(np.float32).max) / 2
# A background of 0 may differ from 0 by this share after slope and intercept, stored as float32, were applied.
_ZERO_TOLERANCE = 1e-6


def window_of(volume: Volume, spec: WindowSpec = "robust") -> tuple[float, float]:
    """Choose the scaled values drawn black and white.

    "robust" takes the 0.5 and the 99.5 percentile of all finite voxels except the background. The *background* is the
    most frequent value on the volume's six outer faces (an edge counts for both of its faces), if this value fills at
    least a quarter of their finite voxels. Otherwise the volume has no background. The low end is 0 if the background
    is 0 and no voxel is negative. If both ends are equal, the background, or else 0, becomes the other end. Colours
    have the window (0, 255).

    Parameters
    ----------
    volume : volume of any integer or float type
    spec : "robust", "header" (cal_min and cal_max), or (low, high) in scaled values

    Returns
    -------
    low, high : finite, low < high; for "robust" also as float32, for any voxels

    Raises
    ------
    OptionError : low and high do not ascend, or the header has no window
    """
    if not isinstance(spec, str):
        low, high = spec
        if not -math.inf < low < high < math.inf:
            raise OptionError(f"--window {low:g},{high:g}: not a window; give two finite numbers, the lower one first")
        if max(abs(low), abs(high), *(abs((edge - volume.inter) / (volume.slope or 1.0)) for edge in spec)) > MAX_VALUE:
            raise OptionError(f"--window {low:g},{high:g}: too large; give numbers below {MAX_VALUE:.2g}")
        return float(low), float(high)
    if spec == "header":
        if volume.header_window is None:
            raise OptionError(f"--window header: {volume.name} sets no cal_min and cal_max; give LO,HI or robust")
        return volume.header_window
    if volume.is_rgb:
        return 0.0, 255.0
    return _robust(volume)


def _robust(volume: Volume) -> tuple[float, float]:
    voxels = volume.voxels.view(np.uint8) if volume.voxels.dtype == np.bool_ else volume.voxels
    background = background_of(voxels)
    ranking = _Ranking(voxels, background)

    def scaled(stored: float) -> float:
        return min(max(stored * volume.slope + volume.inter, -MAX_VALUE), MAX_VALUE)

    empty = 0.0 if background is None else scaled(background)
    low, high = sorted(map(scaled, ranking.percentiles(_SHARES))) if ranking.n else (empty, empty)
    is_zero = background is not None and abs(empty) <= _ZERO_TOLERANCE * abs(volume.inter)
    n_negative = ranking.n_below if volume.slope > 0 else ranking.n_above
    if is_zero and n_negative == 0:
        low = 0.0
    for other in (empty, 0.0, low + 1.0):
        if np.float32(low) < np.float32(high):
            break
        low, high = min(low, other), max(high, other)
    return low, high


def single_value(volume: Volume) -> float | None:
    """The scaled value that all finite voxels share; NaN without any finite voxel; None if two voxels differ.

    The search ends at the first two values that differ: it reads little of a volume that shows something.
    """
    shared = math.nan
    voxels = volume.voxels
    flat = voxels.transpose(np.argsort(voxels.strides)[::-1]).reshape(-1)
    for start in range(0, flat.size, _SLAB_VOXELS):
        slab = flat[start : start + _SLAB_VOXELS]
        finite = slab[np.isfinite(slab)]
        if finite.size:
            value = float(finite[0])
            if (finite != finite[0]).any() or value != (value if math.isnan(shared) else shared):
                return None
            shared = value
    return shared * volume.slope + volume.inter


def background_of(voxels: npt.NDArray[Any]) -> float | None:
    """Stored value of the background; None without a background. See `window_of`."""
    faces = np.concatenate(
        [np.moveaxis(voxels, axis, 0)[index].ravel() for axis in range(3) for index in {0, voxels.shape[axis] - 1}]
    )
    values, counts = counted(faces[np.isfinite(faces)])
    if not counts.size or counts.max() < _BACKGROUND_SHARE * counts.sum():
        return None
    background: float = values[counts.argmax()].item()
    return background


class _Ranking:
    """All finite voxels except the background, in ascending order of their stored values.

    Radix selection finds the voxel of a rank. First all voxels are counted by their leading 16 bits, then those in the
    count that holds the rank by their next 16 bits. Bits are counted in stored form; the counts, not the voxels, are
    put in the order of the values.

    Parameters
    ----------
    voxels : (nx, ny, nz) integer or float; not copied if contiguous in any order of its axes
    background : stored value to leave out; None leaves out nothing

    Attributes
    ----------
    n, n_below, n_above : number of voxels in the ranking, and those below and above the background
    """

    def __init__(self, voxels: npt.NDArray[Any], background: float | None) -> None:
        self._values = voxels.transpose(np.argsort(voxels.strides)[::-1]).reshape(-1)
        self._bits = self._values.view(f"u{voxels.dtype.itemsize}")
        n_bits = 8 * voxels.dtype.itemsize
        self._digit_bits = min(n_bits, 16)
        self._shifts = range(n_bits - self._digit_bits, -1, -self._digit_bits)
        self._leading_counts = self._count({0}, self._shifts[0])[0]
        if voxels.dtype.kind == "f":
            # Infinities and NaN have all bits of the exponent set. The leading digit contains the exponent.
            exponent = int(np.array(np.inf, voxels.dtype).view(self._bits.dtype)) >> self._shifts[0]
            self._leading_counts[np.arange(self._leading_counts.size) & exponent == exponent] = 0
        self.n_below, self._n_background = (0, 0) if background is None else self._count_background(background)
        self.n = int(self._leading_counts.sum()) - self._n_background
        self.n_above = self.n - self.n_below

    def percentiles(self, shares: Sequence[float]) -> list[float]:
        """Stored values at these shares of the ranking, linear between ranks as in `numpy.percentile`."""
        ranks = [share * (self.n - 1) for share in shares]
        values = self._values_at([*map(math.floor, ranks), *map(math.ceil, ranks)])
        neighbours = zip(ranks, values[: len(ranks)], values[len(ranks) :], strict=True)
        return [low + (high - low) * (rank % 1) for rank, low, high in neighbours]

    def _values_at(self, ranks: Sequence[int]) -> list[float]:
        places = [rank if rank < self.n_below else rank + self._n_background for rank in ranks]
        prefixes = [0] * len(places)
        for shift in self._shifts:
            is_leading = shift == self._shifts[0]
            counts = {0: self._leading_counts} if is_leading else self._count(set(prefixes), shift)
            in_order = {prefix: self._digits_in_order(prefix, shift) for prefix in counts}
            for i, prefix in enumerate(prefixes):
                digits = in_order[prefix]
                ends = np.cumsum(counts[prefix][digits])
                nth = int(np.searchsorted(ends, places[i], side="right"))
                places[i] -= int(ends[nth - 1]) if nth else 0
                prefixes[i] = prefix << self._digit_bits | int(digits[nth])
        values: list[float] = np.array(prefixes, self._bits.dtype).view(self._values.dtype).tolist()
        return values

    def _count(self, prefixes: set[int], shift: int) -> dict[int, npt.NDArray[np.int64]]:
        """Counts of all values of the digit at `shift`, for each of the prefixes."""
        n_digits = 1 << self._digit_bits
        counts = {prefix: np.zeros(n_digits, np.int64) for prefix in prefixes}
        is_leading = shift == self._shifts[0]
        for slab in self._slabs(self._bits):
            for prefix in prefixes:
                bits = slab if is_leading else slab[slab >> (shift + self._digit_bits) == prefix]
                # The narrower type cuts off the digits before this one.
                digits = (bits >> shift if shift else bits).astype(f"u{self._digit_bits // 8}", copy=False)
                counts[prefix] += np.bincount(digits, minlength=n_digits)
        return counts

    def _digits_in_order(self, prefix: int, shift: int) -> IntpArray:
        """All values of the digit at `shift`, in the order of the voxel values."""
        digits = np.arange(1 << self._digit_bits, dtype=self._bits.dtype)
        # With all later bits set, the digit of negative values next to zero is not confused with -0.0.
        later = (1 << shift) - 1
        bits = (digits | prefix << self._digit_bits) << shift | later
        return np.argsort(bits.view(self._values.dtype), kind="stable")

    def _count_background(self, background: float) -> tuple[int, int]:
        """Number of finite voxels below the background, and number of background voxels."""
        n_below = n_background = 0
        for slab in self._slabs(self._values):
            n_below += int(np.count_nonzero(slab < background))
            n_background += int(np.count_nonzero(slab == background))
            if slab.dtype.kind == "f":
                n_below -= int(np.count_nonzero(slab == -np.inf))
        return n_below, n_background

    @staticmethod
    def _slabs(flat: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
        for start in range(0, flat.size, _SLAB_VOXELS):
            yield flat[start : start + _SLAB_VOXELS]
