"""Flashes of luminance or of red: changes of cells and of means of fields, and the areas that they fill."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from corticast.core.flash_counting import DARK, LUMINANCE_STEP, RED_STEP
from corticast.core.flash_fields import FieldSums
from corticast.core.flash_strictness import Blocks, Strictness
from corticast.core.flashes import SEQUENCE_CHANGES, Kind
from corticast.core.model.types import BoolArray, Float32Array, Float64Array, IntpArray, UInt8Array


class Channel:
    """Changes of luminance or of red, by cells and by means of fields.

    Parameters
    ----------
    kind : luminance or red
    sums, all_sums : of the cells that may change, and of all cells of the grid
    strictness : see `Strictness`
    blocks : cells that count as changed together; None where each counts alone
    first : place of the channel's values among those of all channels

    Attributes
    ----------
    kind : luminance or red
    cells, means : places of the cells that may change, and of the means of all fields, among the values of all channels
    steps, darks : (n_values,) float32, least change that counts, and the bound of the darker state
    """

    def __init__(
        self,
        kind: Kind,
        sums: FieldSums,
        all_sums: FieldSums,
        strictness: Strictness,
        blocks: Blocks | None,
        first: int,
    ) -> None:
        step, dark = (LUMINANCE_STEP, DARK) if kind == "luminance" else (RED_STEP, math.inf)
        share, lengths = strictness.mean_step, (len(sums.cells), sums.n_fields)
        self.kind: Kind = kind
        self.cells = slice(first, first + lengths[0])
        self.means = slice(self.cells.stop, self.cells.stop + lengths[1])
        self.steps = np.repeat(np.array([step, share * step], dtype=np.float32), lengths)
        self.darks = np.repeat(np.array([dark, dark / share], dtype=np.float32), lengths)
        self._sums, self._all_sums, self._blocks = sums, all_sums, blocks
        self._least_area = strictness.least_area
        # Fewer cells fill a quarter of no field.
        self._least_cells = strictness.least_area * sums.least_cells
        self._grid: Float32Array = np.zeros(0, dtype=np.float32)
        self._mean: Float64Array = np.zeros(0)

    def begin(self, grid: Float32Array) -> Float32Array:
        """Take in the values of the whole grid; give those of the cells that may change, and the means."""
        self._grid = grid.copy()
        self._mean = self._all_sums.means(grid[None, self._all_sums.cells])[0]
        return np.concatenate([grid[self._sums.cells], self._mean.astype(np.float32)])

    def grid(self, values: Float32Array) -> Float32Array:
        """(n_cells,) float32, the whole grid with values of the cells that may change; the same array each time."""
        self._grid[self._sums.cells] = values
        return self._grid

    def follow(self, values: Float32Array) -> None:
        """Set the means of samples: of fields where a quarter of the cells change.

        Parameters
        ----------
        values : (b + 1, n_values) float32 of all channels, those of the sample before in the first row
        """
        cells, means = values[:, self.cells], values[:, self.means]
        means[1:] = means[0]
        moved = cells[1:] != cells[:-1]
        rows, is_large = self._large_changes(moved, cells)
        if not len(rows):
            return
        moves = np.zeros((len(moved), self._sums.n_fields))
        moves[rows] = np.where(is_large, self._sums.means(cells[rows + 1] - cells[rows]), 0.0)
        means[1:] = np.cumsum(np.concatenate([self._mean[None], moves]), axis=0)[1:]
        self._mean = self._mean + moves.sum(axis=0)

    def _large_changes(self, moved: BoolArray, cells: Float32Array) -> tuple[IntpArray, BoolArray]:
        """Numbers of samples in which a quarter of a field may change once encoded; (k, n_fields), these fields."""
        rows = np.flatnonzero(moved.any(axis=1))
        sums, changing = self._sums, moved[rows]
        if self._blocks is not None:
            parts = [self._spread(own, before) for own, before in zip(changing, cells[rows], strict=True)]
            sums, changing = self._all_sums, np.array(parts, dtype=bool).reshape(-1, len(self._all_sums.cells))
        is_large = sums.means(changing) >= self._least_area
        found = is_large.any(axis=1)
        return rows[found], is_large[found]

    def _spread(self, moved: BoolArray, before: Float32Array) -> BoolArray:
        """(n_cells,) bool, cells of `all_sums` that an encoder may change where cells move."""
        assert self._blocks is not None
        cells = self._sums.cells[moved]
        spread = self._blocks.spread(cells)
        if self.kind == "red":
            red = self.grid(before) > 0
            red[cells] = True
            spread &= self._blocks.coloured(red.reshape(spread.shape))
        return spread.ravel()[self._all_sums.cells]

    def worst(self, counts: UInt8Array) -> Iterator[tuple[int, int, int, float]]:
        """Most changes in a running second that fill a quarter of a field, where two flashes or more do.

        Parameters
        ----------
        counts : (b, n_values) uint8, changes of the values of all channels during the second before each sample

        Yields
        ------
        number of the sample and of the reading; changes; share of the field that they fill
        """
        changes, areas = self._by_cells(counts[:, self.cells])
        for reading, fields in enumerate(self._sums.readings):
            by_means = counts[:, self.means][:, fields].max(axis=1)
            # Of as many changes, the area of all cells that change is the larger one.
            rows = np.flatnonzero(by_means >= np.maximum(changes[:, reading], SEQUENCE_CHANGES))
            if len(rows):
                area = self._areas(counts[rows, self.cells] > 0)[:, reading]
                changes[rows, reading], areas[rows, reading] = by_means[rows], np.maximum(area, self._least_area)
        for row, reading in np.argwhere(changes).tolist():
            yield row, reading, int(changes[row, reading]), float(areas[row, reading])

    def _by_cells(self, counts: UInt8Array) -> tuple[IntpArray, Float64Array]:
        """(b, n_readings) each: most changes of single cells that fill a quarter of a field, and the area they fill."""
        shape = len(counts), len(self._sums.readings)
        changes, areas = np.zeros(shape, dtype=np.intp), np.zeros(shape)
        if np.count_nonzero(counts.max(axis=0) >= SEQUENCE_CHANGES) < self._least_cells:
            return changes, areas
        rows, level = np.arange(len(counts)), SEQUENCE_CHANGES
        # The area shrinks as the number of changes grows.
        while len(rows):
            area = self._areas(counts[rows] >= level)
            fills = area >= self._least_area
            changes[rows] = np.where(fills, level, changes[rows])
            areas[rows] = np.where(fills, area, areas[rows])
            rows, level = rows[fills.any(axis=1)], level + 1
        return changes, areas

    def _areas(self, cells: BoolArray) -> Float64Array:
        """(b, n_readings) float64, the largest share of a field that (b, k) cells fill."""
        shares = self._sums.means(cells)
        return np.stack([shares[:, fields].max(axis=1) for fields in self._sums.readings], axis=1)
