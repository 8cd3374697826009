"""Flashes of luminance or of red: changes of cells and of means of fields, and the areas that they fill."""

from __future__ import annotations

import math

import numpy as np

from corticast.core.flash_counting import DARK, LUMINANCE_STEP, RED_STEP, Transitions
from corticast.core.flash_fields import FieldSums
from corticast.core.flash_strictness import Blocks, Strictness
from corticast.core.flashes import SEQUENCE_CHANGES, Kind
from corticast.core.model.types import BoolArray, Float32Array, Float64Array, IntpArray

# Changes that fill a quarter of a field in the running second, and the share of the field that they fill.
Worst = tuple[int, float]
_NOTHING: Worst = (0, 0.0)


class Channel:
    """Changes of luminance or of red, by cells and by means of fields.

    Parameters
    ----------
    kind : luminance or red
    sums, all_sums : of the cells that may change, and of all cells of the grid
    n_samples : samples of a second
    strictness : see `Strictness`
    blocks : cells that count as changed together; None where each counts alone
    """

    def __init__(
        self,
        kind: Kind,
        sums: FieldSums,
        all_sums: FieldSums,
        n_samples: int,
        strictness: Strictness,
        blocks: Blocks | None,
    ) -> None:
        step, dark = (LUMINANCE_STEP, DARK) if kind == "luminance" else (RED_STEP, math.inf)
        self.kind: Kind = kind
        self._sums, self._all_sums, self._blocks = sums, all_sums, blocks
        self._least_area = strictness.least_area
        # Fewer cells fill a quarter of no field of a reading.
        self._least_cells = [self._least_area * field.n_cells for field in sums.fields]
        # Of the cells that may change, and of the whole grid; the second is behind, see `grid`.
        self._latest, self._grid = np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.float32)
        share = strictness.mean_step
        self._cells = Transitions(n_samples, step, dark)
        # The means of all fields of all readings, one after the other.
        self._means = Transitions(n_samples, share * step, dark / share)
        self._mean: Float64Array = np.zeros(0)
        sizes = [len(field.rows) * field.columns.shape[1] for field in sums.fields]
        self._firsts = np.cumsum([0, *sizes[:-1]])
        # Where the search for the most changes begins, by reading.
        self._probed = [SEQUENCE_CHANGES for _ in sums.fields]
        self._worst: tuple[Worst, ...] = tuple(_NOTHING for _ in sums.fields)

    @property
    def grid(self) -> Float32Array:
        """(n_cells,) float32, the latest values of the whole grid."""
        self._grid[self._sums.cells] = self._latest
        return self._grid

    def push(self, cells: IntpArray, values: Float32Array) -> tuple[Worst, ...]:
        """Take in new values of some cells; the first call gives the whole grid.

        Parameters
        ----------
        cells : (k,) intp, places in `sums.cells`
        values : (k,) float32

        Returns
        -------
        for each reading the most changes in a running second that fill a quarter of a field; (0, 0) below two flashes
        """
        if not len(self._grid):
            self._begin(values)
        elif self._move(cells, values):
            readings = range(len(self._probed))
            by_means = np.maximum.reduceat(self._means.counts, self._firsts).tolist()
            self._worst = tuple(max(self._by_means(each, by_means[each]), self._by_cells(each)) for each in readings)
        return self._worst

    def _begin(self, values: Float32Array) -> None:
        self._grid, self._latest = values.copy(), values[self._sums.cells]
        self._mean = self._all_sums.all_means(values[self._all_sums.cells])
        self._cells.push(self._latest)
        self._means.push(self._mean.astype(np.float32))

    def _move(self, cells: IntpArray, values: Float32Array) -> bool:
        """Count the changes to new values of some cells; whether a count may differ now."""
        latest = self._latest.copy()
        latest[cells] = values
        change = latest - self._latest
        moved = change != 0
        if not moved.any():
            return self._count(None, None)
        means = self._moved_means(moved, change)
        self._latest = latest
        return self._count(latest, means)

    def _count(self, values: Float32Array | None, means: Float32Array | None) -> bool:
        """Count the changes of the cells and of the means; whether a count may differ now."""
        by_cells, by_means = self._cells.push(values), self._means.push(means)
        return by_cells or by_means

    def _moved_means(self, moved: BoolArray, change: Float32Array) -> Float32Array | None:
        """Means of the fields, which follow where a quarter of a field changes; None where no mean does."""
        shares = self._changing_shares(moved)
        if shares is None:
            return None
        is_large = shares >= self._least_area
        if not is_large.any():
            return None
        self._mean += np.where(is_large, self._sums.all_means(change), 0.0)
        return self._mean.astype(np.float32)

    def _changing_shares(self, moved: BoolArray) -> Float64Array | None:
        """(n_fields,) float64, shares of the fields that an encoder may change where cells move; None if too small."""
        sums, changing = self._sums, moved
        if self._blocks is not None:
            cells = sums.cells[moved]
            spread = self._blocks.spread(cells)
            if self.kind == "red":
                red = self.grid > 0
                red[cells] = True
                spread &= self._blocks.coloured(red.reshape(spread.shape))
            sums, changing = self._all_sums, spread.ravel()[self._all_sums.cells]
        return None if np.count_nonzero(changing) < min(self._least_cells) else sums.all_means(changing)

    def _by_means(self, reading: int, changes: int) -> Worst:
        """Changes of the mean of a field, with the area of all cells that change."""
        if changes < SEQUENCE_CHANGES:
            return _NOTHING
        return changes, max(self._area(reading, 1), self._least_area)

    def _by_cells(self, reading: int) -> Worst:
        """Most changes of single cells that fill a quarter of a field, and the area that they fill."""
        # Most samples have as many as the one before. The area shrinks as the number of changes grows.
        changes = self._probed[reading]
        area = self._area(reading, changes)
        while area < self._least_area and changes > SEQUENCE_CHANGES:
            changes -= 1
            area = self._area(reading, changes)
        self._probed[reading] = changes
        if area < self._least_area:
            return _NOTHING
        while (more := self._area(reading, changes + 1)) >= self._least_area:
            changes, area = changes + 1, more
        self._probed[reading] = changes
        return changes, area

    def _area(self, reading: int, changes: int) -> float:
        """Largest share of a field that cells of so many changes or more fill; 0 where it is below a quarter."""
        cells = self._cells.counts >= changes
        if np.count_nonzero(cells) < self._least_cells[reading]:
            return 0.0
        return float(self._sums.means(reading, self._sums.by_crossing(cells)).max())
