"""Values of an array and how often each occurs: statistics of a few values in place of those of many voxels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import BoolArray, Float64Array, IntpArray

# Integers of so many bytes have few values; counts of all of them cost less than sorting.
_FEW_BYTES = 2

# Values are counted in parts that fit into the processor's caches.
_AT_ONCE = 1 << 17


def counted(values: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], IntpArray]:
    """Ascending values and their counts, as `numpy.unique` gives them.

    Parameters
    ----------
    values : (...) numbers

    Returns
    -------
    (n,) of the type of `values`, and (n,) intp
    """
    if not _has_few_values(values):
        found, counts = np.unique(values, return_counts=True)
        return found, counts
    # Voxels in the order of memory, as numbers without a sign.
    flat = values.transpose(np.argsort(values.strides)[::-1]).reshape(-1)
    unsigned = np.dtype(f"u{values.dtype.itemsize}")
    codes = flat.view(unsigned)
    count_of_code = np.zeros(1 << 8 * unsigned.itemsize, dtype=np.intp)
    for first in range(0, len(codes), _AT_ONCE):
        count_of_code += np.bincount(codes[first : first + _AT_ONCE], minlength=len(count_of_code))
    present = np.flatnonzero(count_of_code)
    found = present.astype(unsigned).view(values.dtype)
    order = np.argsort(found)
    return found[order], count_of_code[present][order]


def _has_few_values(values: npt.NDArray[Any]) -> bool:
    return values.dtype.kind in "biu" and values.dtype.itemsize <= _FEW_BYTES and values.dtype.isnative


@dataclass(frozen=True, eq=False)
class Sample:
    """Values of a sample, in any order.

    Parameters
    ----------
    values : (n,) float64
    counts : (n,) intp, how often each value occurs; None where each occurs once
    """

    values: Float64Array
    counts: IntpArray | None = None

    @classmethod
    def of(cls, voxels: npt.NDArray[Any]) -> Sample:
        """Take the values of voxels, each once where they are few."""
        if not _has_few_values(voxels):
            return cls(voxels.astype(np.float64).ravel())
        values, counts = counted(voxels)
        return cls(values.astype(np.float64), counts)

    def number(self, chosen: BoolArray) -> int:
        """How many members of the sample have the chosen values."""
        return int(np.count_nonzero(chosen) if self.counts is None else self.counts[chosen].sum())

    def share(self, chosen: BoolArray) -> float:
        """Share of the members with the chosen values."""
        return self.number(chosen) / self.number(np.ones_like(chosen))

    def of_values(self, chosen: BoolArray) -> Sample:
        """The members with the chosen values."""
        return Sample(self.values[chosen], None if self.counts is None else self.counts[chosen])

    def percentile(self, percent: float) -> float:
        """A percentile, linear between ranks as in `numpy.percentile`."""
        if self.counts is None:
            return float(np.percentile(self.values, percent))
        order = np.argsort(self.values)
        ends = np.cumsum(self.counts[order])
        rank = percent / 100 * (int(ends[-1]) - 1)
        low, high = self.values[order][np.searchsorted(ends, [np.floor(rank), np.ceil(rank)], side="right")]
        return float(low + (high - low) * (rank % 1))

    def histogram(self, values: Float64Array, n_bins: int) -> tuple[Float64Array, Float64Array]:
        """Counts and edges of bins of equal width, of `values` in place of those of the members."""
        counts, edges = np.histogram(values, n_bins, weights=self.counts)
        return counts.astype(np.float64), edges
