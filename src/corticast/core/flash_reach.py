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

from corticast.core.flashes import FRONT_ROW, LEAST_AREA, fields_of, sample_size
from corticast.core.geometry.panels import Rect
from corticast.core.model.types import BoolArray, Float64Array

# A sample's pixel lies up to half a pixel beside its place on either axis, and rounding may take the next pixel.
_BESIDE_PX = 1.5
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

    def can_flash(self, *, front_row: float = FRONT_ROW, least_area: float = LEAST_AREA) -> bool:
        """Whether the flash meter could find a flash in these parts.

        Parameters
        ----------
        front_row : screen widths between the screen and the nearest viewer, above 0
        least_area : share of a field that must flash
        """
        cells = self.cells()
        fields = fields_of(sample_size(self.frame_size), front_row)
        return any(float(field.mean(cells).max()) >= least_area - _ROUNDING for field in fields)

    def cells(self) -> BoolArray:
        """(h, w) bool, cells of a sample whose pixel may lie in these parts."""
        width, height = sample_size(self.frame_size)
        columns_px = _places_px(width, self.frame_size[0])
        rows_px = _places_px(height, self.frame_size[1])
        cells = np.zeros((height, width), dtype=bool)
        for x, y, radius in self._circles():
            columns, rows = _near(columns_px, x - radius, x + radius), _near(rows_px, y - radius, y + radius)
            cells[rows, columns] |= (rows_px[rows, None] - y) ** 2 + (columns_px[columns] - x) ** 2 <= radius**2
        for x, y, wide, high in self.rects:
            columns = _near(columns_px, x - _BESIDE_PX, x + wide + _BESIDE_PX)
            cells[_near(rows_px, y - _BESIDE_PX, y + high + _BESIDE_PX), columns] = True
        return cells

    def _circles(self) -> Iterator[tuple[float, float, float]]:
        for centres_px, radii_px in self.discs:
            yield from zip(*centres_px.T.tolist(), (radii_px + _BESIDE_PX).tolist(), strict=True)


def _places_px(n_cells: int, n_px: int) -> Float64Array:
    """(n_cells,) float64, place of each cell's pixel, integral at pixel centres."""
    return np.asarray((np.arange(n_cells) + 0.5) * n_px / n_cells - 0.5)


def _near(places_px: Float64Array, low: float, high: float) -> slice:
    """Cells whose place lies between two."""
    first, stop = np.searchsorted(places_px, low, side="left"), np.searchsorted(places_px, high, side="right")
    return slice(int(first), int(stop))
