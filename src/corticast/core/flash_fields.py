"""Fields of view in a grid of cells, and the shares of them that cells fill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import BoolArray, Float32Array, Float64Array, IntpArray

# Cells that are counted in a byte.
_MOST_IN_PART = 255
# Products of so many numbers are worked out by one thread. Beside other programs, a second thread is waited for longer.
_MOST_PRODUCTS = 200_000


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


class FieldSums:
    """Means over all fields of several readings, of values of some cells.

    Neighbouring rows of the grid that lie in the same fields are one strip, and so are columns. Values are summed by
    crossings of strips first, which are few.

    Parameters
    ----------
    fields : by reading
    cells : (k,) intp, numbers of the cells of the grid that have values; all others are 0

    Attributes
    ----------
    cells : (k,) intp, the cells in the order of their crossings, in which values are given
    readings : for each reading, its fields among those of all readings
    n_fields : of all readings
    least_cells : cells of the smallest field
    """

    def __init__(self, fields: Sequence[Fields], cells: IntpArray) -> None:
        strip_of_row, rows = _strips([each.rows for each in fields])
        strip_of_column, columns = _strips([each.columns.T for each in fields])
        crossings = (strip_of_row[:, None] * columns[0].shape[1] + strip_of_column).ravel()[cells]
        order = np.argsort(crossings, kind="stable")
        self.cells: IntpArray = cells[order]
        self._firsts = _parts_of(crossings[order])
        y, x = np.divmod(crossings[order][self._firsts], columns[0].shape[1])
        inside = [(down.T[y][:, :, None] * across.T[x][:, None, :]) for down, across in zip(rows, columns, strict=True)]
        sizes = [each.shape[1] * each.shape[2] for each in inside]
        # (n_parts, n_fields) 0 or 1.
        self._inside = np.concatenate([each.reshape(-1, n) for each, n in zip(inside, sizes, strict=True)], axis=1)
        self._n_cells = np.repeat([each.n_cells for each in fields], sizes)
        self.n_fields = sum(sizes)
        self.least_cells = min(each.n_cells for each in fields)
        stops = np.cumsum(sizes).tolist()
        self.readings = [slice(stop - size, stop) for stop, size in zip(stops, sizes, strict=True)]

    def means(self, values: BoolArray | Float32Array) -> Float64Array:
        """(b, n_fields) float64, the means of (b, k) values of the cells in the fields of all readings."""
        if not values.size:
            return np.zeros((len(values), self.n_fields))
        if values.dtype == bool:
            # Bytes are added several times as fast as numbers that must be converted first.
            sums = np.add.reduceat(values.view(np.uint8), self._firsts, axis=1, dtype=np.uint8).astype(np.float64)
        else:
            sums = np.add.reduceat(values, self._firsts, axis=1, dtype=np.float64)
        n_together = max(_MOST_PRODUCTS // self._inside.size, 1)
        parts = [sums[first : first + n_together] @ self._inside for first in range(0, len(sums), n_together)]
        means: Float64Array = np.concatenate(parts) / self._n_cells
        return means


def _parts_of(crossings: IntpArray) -> IntpArray:
    """First places of the parts of (k,) sorted crossings, each with as many cells as a byte counts at most."""
    _, firsts, sizes = np.unique(crossings, return_index=True, return_counts=True)
    parts = [np.arange(first, first + size, _MOST_IN_PART) for first, size in zip(firsts, sizes, strict=True)]
    return np.concatenate([*parts, np.zeros(0, dtype=np.intp)])


def _strips(weights: Sequence[Float32Array]) -> tuple[IntpArray, list[Float64Array]]:
    """Strip of each of n lines, and (n_windows, n_strips) 0 or 1 for each of several sets of windows over the lines."""
    windows = np.concatenate(weights) > 0
    begins = np.concatenate([[False], (windows[:, 1:] != windows[:, :-1]).any(axis=0)])
    firsts = np.flatnonzero(np.concatenate([[True], begins[1:]]))
    strip_of_line: IntpArray = np.cumsum(begins).astype(np.intp)
    return strip_of_line, [(each[:, firsts] > 0).astype(np.float64) for each in weights]
