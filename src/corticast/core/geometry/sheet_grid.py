"""A contact sheet: which slices a page shows, where they stand on it, and which contacts belong together.

A page has cells of one size. Each cell shows one slice. A contact stands on one slice, the nearest to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from corticast.core.geometry.affines import voxel_centres_mm, world_box_mm
from corticast.core.geometry.arrange import arrange
from corticast.core.geometry.cells import SliceCell
from corticast.core.geometry.head_scale import head_scale
from corticast.core.geometry.panels import Rect, SlicePanel
from corticast.core.model.scene import Convention, SagittalNose
from corticast.core.model.types import BoolArray, Float64Array, IntpArray, Volume

SheetPlane = Literal["axial", "coronal", "sagittal"]

# Of a human head, and less in small ones by `head_scale`. Contacts farther than this outside of the volume are not
# looked for: one that is lost would make all slices small.
_REACH_MM = 20.0
# Beyond the outermost contacts, so that their surroundings are visible.
_MARGIN_MM = 5.0
# Height by width that a page has where its size is free, about that of paper.
_PORTRAIT = 4 / 3
# Lengths in pixels of a page of 2400 x 3200.
_GAP, _CAPTION = 18.0, 88.0


@dataclass(frozen=True, eq=False)
class SheetCell:
    """One slice on the page.

    Parameters
    ----------
    panel : the slice, with a plane of its own, in pixels of the page
    plane_mm : world coordinate of that plane
    caption : rectangle below the panel
    rows : of the electrode table, the contacts that stand on it
    """

    panel: SlicePanel
    plane_mm: float
    caption: Rect
    rows: tuple[int, ...]


def on_sheet(volume: Volume, pos_mm: Float64Array) -> BoolArray:
    """Contacts that a page has room for, those in the volume or 20 mm around it, and less around a small one.

    Parameters
    ----------
    pos_mm : (n, 3) RAS+ mm, NaN where missing

    Returns
    -------
    (n,) bool
    """
    box = world_box_mm(volume.affine, volume.shape) + head_scale(volume) * np.array([[-_REACH_MM], [_REACH_MM]])
    return np.asarray(((pos_mm >= box[0]) & (pos_mm <= box[1])).all(axis=1), dtype=np.bool_)


def sheet_box_mm(volume: Volume, content_mm: Sequence[Float64Array], pos_mm: Float64Array) -> Float64Array:
    """(2, 3) world box that cells show: the content of the volume, and the contacts.

    Parameters
    ----------
    content_mm : planes along x, y and z that hold content, ascending
    pos_mm : (n, 3) RAS+ mm of the contacts on the page
    """
    ends = [np.array([[planes[0] for planes in content_mm], [planes[-1] for planes in content_mm]])]
    if len(pos_mm):
        ends.append(np.stack([pos_mm.min(axis=0), pos_mm.max(axis=0)]))
    low, high = np.min([end[0] for end in ends], axis=0), np.max([end[1] for end in ends], axis=0)
    margin = head_scale(volume) * _MARGIN_MM
    return np.stack([low - margin, high + margin])


def sheet_planes_mm(
    volume: Volume, axis: int, n_slices: int, content_mm: Float64Array, pos_mm: Float64Array
) -> Float64Array:
    """Planes of a page, spread evenly over the contacts, or over the content without contacts.

    All are voxel centres, and their continuation where contacts stand outside. There are fewer of them where the volume
    has fewer.

    Parameters
    ----------
    axis : world axis that the planes fix
    content_mm : planes along this axis that hold content, ascending
    pos_mm : (n, 3) RAS+ mm of the contacts on the page

    Returns
    -------
    (at most n_slices,) float64, ascending
    """
    centres = voxel_centres_mm(volume.affine, volume.shape, axis)
    low, high = world_box_mm(volume.affine, volume.shape)[:, axis]
    step = (high - low) / len(centres)
    ends = np.array([content_mm[0], content_mm[-1]])
    if len(pos_mm):
        margin = head_scale(volume) * _MARGIN_MM
        ends = np.array([pos_mm[:, axis].min() - margin, pos_mm[:, axis].max() + margin])
    # Places on the lattice of voxel centres; those of the volume are 0 to its number less 1.
    places = (ends - centres[0]) / step
    first, last = math.ceil(places[0] - 1e-6), math.floor(places[1] + 1e-6)
    lowest, highest = min(first, 0), max(last, len(centres) - 1)
    n = min(n_slices, highest - lowest + 1)
    if last - first + 1 < n:
        first = min(max((first + last + 1 - n) // 2, lowest), highest + 1 - n)
        last = first + n - 1
    chosen = first + np.floor((np.arange(n) + 0.5) * (last - first + 1) / n)
    return np.asarray(centres[0] + step * chosen)


def nearest_plane(planes_mm: Float64Array, coordinates_mm: Float64Array) -> IntpArray:
    """(n,) number of the plane nearest to each of n coordinates along the planes' axis."""
    return np.asarray(np.abs(coordinates_mm[:, None] - planes_mm[None, :]).argmin(axis=1), dtype=np.intp)


@dataclass(frozen=True)
class Grid:
    """Cells of one size in rows.

    Parameters
    ----------
    origin : x, y of the first cell in pixels
    cell : width, height of a slice in pixels
    n_columns : cells per row
    gap, caption : pixels between cells, and below each
    """

    origin: tuple[int, int]
    cell: tuple[int, int]
    n_columns: int
    gap: int
    caption: int

    def rect(self, number: int) -> Rect:
        """Rectangle of a slice."""
        row, column = divmod(number, self.n_columns)
        x = self.origin[0] + column * (self.cell[0] + self.gap)
        return x, self.origin[1] + row * (self.cell[1] + self.caption), *self.cell

    def height(self, n_cells: int) -> int:
        """Height of the rows that so many cells take."""
        return -(-n_cells // self.n_columns) * (self.cell[1] + self.caption)


def sheet_grid(
    n_cells: int, extent_mm: tuple[float, float], width: int, height: int | None, top: int, unit: float
) -> Grid | None:
    """Cells of a page, as large as they fit.

    Parameters
    ----------
    extent_mm : width and height of a slice
    width, height : of the page in pixels; without a height the page becomes about as tall as paper is
    top : pixels above the cells
    unit : pixels that one pixel of a page of 2400 x 3200 becomes

    Returns
    -------
    None where the page has no room
    """
    gap, caption = max(2, round(_GAP * unit)), max(8, round(_CAPTION * unit))
    best: tuple[float, Grid] | None = None
    for n_columns in range(1, n_cells + 1):
        n_rows = -(-n_cells // n_columns)
        scale = (width - (n_columns + 1) * gap) / n_columns / extent_mm[0]
        if height is not None:
            scale = min(scale, ((height - top - gap) / n_rows - caption) / extent_mm[1])
        cell = math.floor(extent_mm[0] * scale), math.floor(extent_mm[1] * scale)
        if min(cell) < 8:
            continue
        # Room to spare parts the columns, so that captions keep apart.
        apart = max(gap, min((width - n_columns * cell[0]) // (n_columns + 1), cell[0] // 4))
        left = (width - n_columns * cell[0] - (n_columns - 1) * apart) // 2
        grid = Grid((left, top), cell, n_columns, apart, caption)
        # Larger slices are better; where the height is free, a page that is nearer to its shape.
        shape = abs(math.log((top + grid.height(n_cells)) / width / _PORTRAIT))
        merit = scale if height is not None else -shape
        if best is None or merit > best[0]:
            best = merit, grid
    return best[1] if best is not None else None


def cell_panel(
    cell: SliceCell, box_mm: Float64Array, rect: Rect, convention: Convention, sagittal_nose: SagittalNose
) -> SlicePanel:
    """Panel of a slice in the middle of a rectangle of the page."""
    x, y, width, height = rect
    layout = arrange([cell], box_mm, (width, height), convention=convention, sagittal_nose=sagittal_nose)
    (panel,) = layout.slices
    affine = panel.affine + np.array([[0.0, 0.0, x], [0.0, 0.0, y]])
    return replace(panel, rect=(panel.rect[0] + x, panel.rect[1] + y, *panel.rect[2:]), affine=affine)
