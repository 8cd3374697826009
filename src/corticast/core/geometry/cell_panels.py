"""Panels of cells where they stand in a frame."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

import numpy as np

from corticast.core.geometry.camera import letters_of
from corticast.core.geometry.cells import ObliqueCell, SliceCell, ViewCell
from corticast.core.geometry.panels import PLANES, ObliquePanel, Panel, SlicePanel, ViewPanel, slice_letters
from corticast.core.geometry.rooms import Spot, rect_around
from corticast.core.model.scene import Convention, SagittalNose
from corticast.core.model.types import Float64Array


def panel_of(
    cell: SliceCell | ObliqueCell | ViewCell,
    box_mm: Float64Array,
    spot: Spot,
    size: tuple[int, int],
    convention: Convention,
    nose: SagittalNose,
) -> Panel:
    """Panel of a cell that stands at a spot.

    Parameters
    ----------
    box_mm : (2, 3) float64, world box of slices without a box of their own
    size : width, height of the frame in pixels
    convention : side of the frame that the left of the head has on coronal and axial slices
    nose : side of the frame that the nose has on sagittal slices
    """
    match cell:
        case ViewCell():
            return _view_panel(cell, spot, size)
        case SliceCell():
            return _slice_panel(cell, box_mm, spot, size, convention, nose)
        case ObliqueCell():
            return _oblique_panel(cell, box_mm, spot, size)
        case _:
            assert_never(cell)


def _slice_panel(
    cell: SliceCell,
    box_mm: Float64Array,
    spot: Spot,
    size: tuple[int, int],
    convention: Convention,
    nose: SagittalNose,
) -> SlicePanel:
    """Panel whose box is centred on a spot."""
    fixed, right, up = PLANES[cell.name]
    mirrored = nose == "left" if cell.name == "sagittal" else convention == "radiological"
    scale, sign = spot.scale, -1.0 if mirrored else 1.0
    ends = cell.ends_mm(box_mm)
    middle = ends.mean(axis=0)
    affine = np.array(
        [
            [sign * scale, 0.0, spot.centre[0] - 0.5 - sign * scale * middle[0]],
            [0.0, -scale, spot.centre[1] - 0.5 + scale * middle[1]],
        ]
    )
    extent = (ends[1] - ends[0]) * scale
    rect = rect_around(spot.centre, (extent[0], extent[1]), size)
    letters = slice_letters(right, up, mirrored=mirrored)
    return SlicePanel(cell.name, rect, affine, letters, fixed, right, up, cell.plane_mm, cell.is_scout)


def _oblique_panel(cell: ObliqueCell, box_mm: Float64Array, spot: Spot, size: tuple[int, int]) -> ObliquePanel:
    """Panel whose section through the box is centred on a spot."""
    section = cell.ends_mm(box_mm)
    scale, (right, up), extent = spot.scale, section.mean(axis=0), (section[1] - section[0]) * spot.scale
    affine = np.array(
        [
            [scale, 0.0, spot.centre[0] - 0.5 - scale * right],
            [0.0, -scale, spot.centre[1] - 0.5 + scale * up],
        ]
    )
    rect = rect_around(spot.centre, (extent[0], extent[1]), size)
    return ObliquePanel(cell.name, rect, affine, letters_of(cell.plane.right, cell.plane.up), cell.plane)


def _view_panel(view: ViewCell, spot: Spot, size: tuple[int, int]) -> ViewPanel:
    """Panel of a view whose middle is a spot."""
    scale = spot.scale
    affine = np.array([[scale, 0.0, spot.centre[0] - 0.5], [0.0, -scale, spot.centre[1] - 0.5]])
    rect = rect_around(spot.centre, (view.extent_mm[0] * scale, view.extent_mm[1] * scale), size)
    return ViewPanel(view.name, rect, affine, view.camera.letters, view.camera)


def filling_cell(panel: Panel, spot: Spot, size: tuple[int, int]) -> Panel:
    """The panel, which fills its cell."""
    x, y, width, height = spot.cell
    return replace(panel, rect=rect_around((x + width / 2, y + height / 2), (width, height), size))


def with_rim(panel: Panel, voxel_mm: Float64Array, most_px: int, size: tuple[int, int]) -> Panel:
    """A slice with a voxel more on each side, at most some pixels."""
    match panel:
        case SlicePanel():
            axes = np.eye(3)[[panel.right_axis, panel.up_axis]]
        case ObliquePanel():
            axes = np.stack([panel.plane.right, panel.plane.up])
        case _:
            return panel
    x, y, width, height = panel.rect
    rims = np.ceil(np.abs(axes @ voxel_mm).sum(axis=1) * panel.pixels_per_mm)
    across, down = (min(int(rim), most_px) for rim in rims)
    left, top = max(x - across, 0), max(y - down, 0)
    right, bottom = min(x + width + across, size[0]), min(y + height + down, size[1])
    return replace(panel, rect=(left, top, right - left, bottom - top))
