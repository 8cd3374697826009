"""Fields of view in a grid of cells, and the shares of them that cells fill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import BoolArray, Float32Array, Float64Array, IntpArray


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
    """

    def __init__(self, fields: Sequence[Fields], cells: IntpArray) -> None:
        self.fields = tuple(fields)
        strip_of_row, self._rows = _strips([each.rows for each in fields])
        strip_of_column, columns = _strips([each.columns.T for each in fields])
        self._columns = [each.T for each in columns]
        self._shape = self._rows[0].shape[1], columns[0].shape[1]
        crossings = (strip_of_row[:, None] * self._shape[1] + strip_of_column).ravel()[cells]
        self.cells: IntpArray = cells[np.argsort(crossings, kind="stable")]
        self._crossings, self._firsts = np.unique(np.sort(crossings), return_index=True)

    def by_crossing(self, values: BoolArray | Float32Array) -> Float64Array:
        """Sums of (k,) values of the cells by crossings, which `means` takes."""
        sums = np.zeros(self._shape)
        if len(self.cells):
            kind = np.intp if values.dtype == bool else np.float64
            sums.ravel()[self._crossings] = np.add.reduceat(values, self._firsts, dtype=kind)
        return sums

    def means(self, number: int, sums: Float64Array) -> Float64Array:
        """(n_y, n_x) float64, the mean of each field of a reading, given by its number."""
        means: Float64Array = self._rows[number] @ sums @ self._columns[number] / self.fields[number].n_cells
        return means

    def all_means(self, values: BoolArray | Float32Array) -> Float64Array:
        """(n_fields,) float64, the means of (k,) values of the cells in the fields of all readings."""
        sums = self.by_crossing(values)
        return np.concatenate([self.means(number, sums).ravel() for number in range(len(self.fields))])


def _strips(weights: Sequence[Float32Array]) -> tuple[IntpArray, list[Float64Array]]:
    """Strip of each of n lines, and (n_windows, n_strips) 0 or 1 for each of several sets of windows over the lines."""
    windows = np.concatenate(weights) > 0
    begins = np.concatenate([[False], (windows[:, 1:] != windows[:, :-1]).any(axis=0)])
    firsts = np.flatnonzero(np.concatenate([[True], begins[1:]]))
    strip_of_line: IntpArray = np.cumsum(begins).astype(np.intp)
    return strip_of_line, [(each[:, firsts] > 0).astype(np.float64) for each in weights]
