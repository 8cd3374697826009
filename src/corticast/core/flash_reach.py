"""Where the frames of a film can differ from one another, and whether this is enough for a flash.

A flash fills a quarter of a field. Where only contacts and a clock move, the cells that contacts at their
largest size and the clock can reach are known before a frame is drawn. If these cells fill less than a quarter of every
field, no activity makes a flash: neither by cells, nor by means, which count where a quarter of the field's cells
change. Where they fill more, `corticast.core.flash_activity` asks what the activity of the film itself reaches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from corticast.core.flash_strictness import AS_WRITTEN, Blocks, Strictness
from corticast.core.flashes import FRONT_ROW, fields_of, sample_size
from corticast.core.geometry.panels import Rect
from corticast.core.model.types import BoolArray, Float64Array, IntpArray

# Tolerance for single precision, in pixels. A cell whose middle lies on the edge of two pixels may take either one.
_PRECISION_PX = 0.05
# Single precision of the shares that the meter compares.
ROUNDING = 1e-4


class Discs(NamedTuple):
    """Discs of the frame outside which contacts never draw.

    Parameters
    ----------
    centres_px : (n, 2) float64, column and row, integral at pixel centres
    radii_px : (n,) float64, at full activity
    at_rest_px : (n,) float64, radii at rest; those between are linear in the magnitude of activity. None where each
        activity may have the largest radius
    rows : (n,) intp, rows of the contacts in the table; None with `at_rest_px`
    """

    centres_px: Float64Array
    radii_px: Float64Array
    at_rest_px: Float64Array | None = None
    rows: IntpArray | None = None

    def linear(self) -> tuple[Float64Array, IntpArray]:
        """Radii at rest and rows; without them the largest radii, and rows of -1."""
        if self.at_rest_px is None or self.rows is None:
            return self.radii_px, np.full(len(self.radii_px), -1)
        return self.at_rest_px, self.rows


def joined_discs(parts: Sequence[Discs]) -> Discs:
    """The discs of several parts."""
    linear = [each.linear() for each in parts]
    return Discs(
        np.concatenate([each.centres_px for each in parts]),
        np.concatenate([each.radii_px for each in parts]),
        np.concatenate([at_rest_px for at_rest_px, _ in linear]),
        np.concatenate([rows for _, rows in linear]),
    )


class ReachedCells(NamedTuple):
    """Cells that discs and texts can reach; a cell appears once for each disc.

    Parameters
    ----------
    cells : (k,) intp, numbers of cells of a sample
    rows : (k,) intp, row in the table of the contact that reaches the cell; -1 where any frame may reach it
    shares : (k,) float64 in 0..1, least magnitude of activity with which the contact does
    """

    cells: IntpArray
    rows: IntpArray
    shares: Float64Array


@dataclass(frozen=True, eq=False)
class Reach:
    """Parts of the frame outside which no frame differs from another.

    Parameters
    ----------
    frame_size : width, height in pixels
    discs : of the contacts, a set per pass
    rects : of the texts, column and row of the first pixel, width, height
    halo_px : how far their colour runs over their edges, where colour has fewer pixels than luminance
    """

    frame_size: tuple[int, int]
    discs: tuple[Discs, ...] = ()
    rects: tuple[Rect, ...] = ()
    halo_px: int = 0

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
        return any(float(field.mean(cells).max()) >= strictness.least_area - ROUNDING for field in fields)

    def cells(self) -> BoolArray:
        """(h, w) bool, cells of a sample whose pixel may lie in these parts."""
        width, height = sample_size(self.frame_size)
        cells = np.zeros(height * width, dtype=bool)
        cells[self.reached().cells] = True
        return cells.reshape(height, width)

    def reached(self) -> ReachedCells:
        """Cells of a sample whose pixel may lie in these parts, with the least activity that reaches them."""
        return self._reached

    @cached_property
    def _reached(self) -> ReachedCells:
        width, height = sample_size(self.frame_size)
        columns, rows = _Axis.of(width, self.frame_size[0]), _Axis.of(height, self.frame_size[1])
        numbers = np.arange(height * width).reshape(height, width)
        parts = [ReachedCells(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), np.zeros(0))]
        for x, y, radius, at_rest, row in self._circles():
            across, down = columns.near(x - radius, x + radius), rows.near(y - radius, y + radius)
            distances = np.hypot(rows.distances_px(y, down)[:, None], columns.distances_px(x, across))
            inside = distances <= radius
            # A contact of one size reaches a cell with all activity or with none.
            shares = np.maximum(distances[inside] - at_rest, 0.0) / max(radius - at_rest, _PRECISION_PX)
            parts.append(ReachedCells(numbers[down, across][inside], np.full(shares.shape, row), shares))
        halo = self.halo_px
        for x, y, wide, high in self.rects:
            cells = numbers[rows.near(y - halo, y + high + halo), columns.near(x - halo, x + wide + halo)].ravel()
            parts.append(ReachedCells(cells, np.full(cells.shape, -1), np.zeros(cells.shape)))
        return ReachedCells(*map(np.concatenate, zip(*parts, strict=True)))

    def _circles(self) -> Iterator[tuple[float, float, float, float, int]]:
        """Centre, radius at full activity and at rest, and row of each disc."""
        further_px = self.halo_px + _PRECISION_PX
        for discs in self.discs:
            at_rest_px, rows = discs.linear()
            radii = (discs.radii_px + further_px).tolist(), (at_rest_px + further_px).tolist()
            yield from zip(*discs.centres_px.T.tolist(), *radii, rows.tolist(), strict=True)


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
