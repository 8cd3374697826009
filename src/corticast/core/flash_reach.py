"""Where the frames of a film can differ from one another, and whether this is enough for a flash.

A flash fills a quarter of a field. Where only contacts and a clock move, the cells that contacts at their
largest size and the clock can reach are known before a frame is drawn. If these cells fill less than a quarter of every
field, no activity makes a flash: neither by cells, nor by means, which count where a quarter of the field's cells
change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from corticast.core.flash_strictness import AS_WRITTEN, Blocks, Strictness
from corticast.core.flashes import FRONT_ROW, fields_of, sample_size
from corticast.core.geometry.panels import Rect
from corticast.core.model.types import BoolArray, Float64Array

# Tolerance for single precision, in pixels. A cell whose middle lies on the edge of two pixels may take either one.
_PRECISION_PX = 0.05
# Single precision of the shares that the meter compares.
_ROUNDING = 1e-4


class Discs(NamedTuple):
    """Discs of the frame outside which contacts never draw.

    Parameters
    ----------
    centres_px : (n, 2) float64, column and row, integral at pixel centres
    radii_px : (n,) float64
    """

    centres_px: Float64Array
    radii_px: Float64Array


@dataclass(frozen=True, eq=False)
class Reach:
    """Parts of the frame outside which no frame differs from another.

    Parameters
    ----------
    frame_size : width, height in pixels
    discs : of the contacts, a set per pass
    rects : of the texts, column and row of the first pixel, width, height
    """

    frame_size: tuple[int, int]
    discs: tuple[Discs, ...] = ()
    rects: tuple[Rect, ...] = ()

    def can_flash(self, *, front_row: float = FRONT_ROW, strictness: Strictness = AS_WRITTEN) -> bool:
        """Whether the flash meter could find a flash in these parts.

        Parameters
        ----------
        front_row : screen widths between the screen and the nearest viewer, above 0
        strictness : of the meter
        """
        cells, size = self.cells(), sample_size(self.frame_size)
        if strictness.block_px > 1:
            cells = Blocks(size, self.frame_size, strictness.block_px).spread(np.flatnonzero(cells))
        fields = fields_of(size, front_row)
        return any(float(field.mean(cells).max()) >= strictness.least_area - _ROUNDING for field in fields)

    def cells(self) -> BoolArray:
        """(h, w) bool, cells of a sample whose pixel may lie in these parts."""
        width, height = sample_size(self.frame_size)
        columns, rows = _Axis.of(width, self.frame_size[0]), _Axis.of(height, self.frame_size[1])
        cells = np.zeros((height, width), dtype=bool)
        for x, y, radius in self._circles():
            across, down = columns.near(x - radius, x + radius), rows.near(y - radius, y + radius)
            beside_px, below_px = columns.distances_px(x, across), rows.distances_px(y, down)
            cells[down, across] |= below_px[:, None] ** 2 + beside_px**2 <= radius**2
        for x, y, wide, high in self.rects:
            cells[rows.near(y, y + high), columns.near(x, x + wide)] = True
        return cells

    def _circles(self) -> Iterator[tuple[float, float, float]]:
        for centres_px, radii_px in self.discs:
            yield from zip(*centres_px.T.tolist(), (radii_px + _PRECISION_PX).tolist(), strict=True)


class _Axis(NamedTuple):
    """Pixels that the cells of a sample may take along an axis.

    Parameters
    ----------
    first_px, last_px : (n_cells,) float64, of each cell; the two are the same, or neighbours
    """

    first_px: Float64Array
    last_px: Float64Array

    @classmethod
    def of(cls, n_cells: int, n_px: int) -> _Axis:
        """Pixels in the middle of each cell."""
        middles = (np.arange(n_cells) + 0.5) * n_px / n_cells
        return cls(np.floor(middles - _PRECISION_PX), np.floor(middles + _PRECISION_PX))

    def near(self, low: float, high: float) -> slice:
        """Cells that may take a pixel between two places."""
        first, stop = (
            np.searchsorted(self.last_px, low, side="left"),
            np.searchsorted(self.first_px, high, side="right"),
        )
        return slice(int(first), int(stop))

    def distances_px(self, place: float, cells: slice) -> Float64Array:
        """(n,) float64, distance from the nearer pixel of each cell, at most."""
        return np.maximum(np.maximum(self.first_px[cells] - place, place - self.last_px[cells]), 0.0)
