"""Cells: panels without their places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import assert_never

import numpy as np

from corticast.core.geometry.camera import Camera
from corticast.core.geometry.panels import PLANES
from corticast.core.geometry.planes import Plane
from corticast.core.model.trees import Tree
from corticast.core.model.types import Float64Array


@dataclass(frozen=True)
class SliceCell:
    """A slice without its place.

    Parameters
    ----------
    name : "sagittal", "coronal" or "axial"
    plane_mm : coordinate of its own plane in mm; None for the film's plane of this axis
    shown_mm : (2, 2) float64, lowest and highest coordinates to the right and up that the panel shows; None for those
        of the box that all slices show
    is_scout : whether the slice only shows where the others run
    """

    name: str
    plane_mm: float | None = None
    shown_mm: Float64Array | None = field(default=None, compare=False)
    is_scout: bool = False

    def ends_mm(self, box_mm: Float64Array) -> Float64Array:
        """(2, 2) float64, lowest and highest coordinates to the right and up that the panel shows.

        Parameters
        ----------
        box_mm : (2, 3) float64, world box of slices without a box of their own
        """
        _, right, up = PLANES[self.name]
        return box_mm[:, [right, up]] if self.shown_mm is None else self.shown_mm


@dataclass(frozen=True, eq=False)
class ObliqueCell:
    """A plane in any position without its place.

    Parameters
    ----------
    name : of its panel
    held_mm : (n, 3) world points that the panel has room for
    shown_mm : (2, 2) float64, lowest and highest mm to the right and up from the plane's origin that the panel shows;
        None for the plane's section through the box that all slices show
    """

    name: str
    plane: Plane
    held_mm: Float64Array
    shown_mm: Float64Array | None = None

    def ends_mm(self, box_mm: Float64Array) -> Float64Array:
        """(2, 2) float64, lowest and highest mm in the plane that the panel shows, the points it holds included.

        Parameters
        ----------
        box_mm : (2, 3) float64, world box of slices without a box of their own
        """
        shown = self.plane.section_mm(box_mm) if self.shown_mm is None else self.shown_mm
        corners = np.concatenate([shown, self.plane.in_plane(self.held_mm)])
        return np.stack([corners.min(axis=0), corners.max(axis=0)])


@dataclass(frozen=True, eq=False)
class ViewCell:
    """A view from outside without its place.

    Parameters
    ----------
    name : of its panel
    camera : whose centre is the middle of the panel
    extent_mm : width and height in mm that the panel shows
    """

    name: str
    camera: Camera
    extent_mm: tuple[float, float]


@dataclass(frozen=True)
class EmptyCell:
    """The place behind the last slice of a mosaic."""


Cell = SliceCell | ObliqueCell | ViewCell | EmptyCell
CellTree = Tree[Cell]


def extent_mm(cell: Cell, box_mm: Float64Array) -> tuple[float, float]:
    """Width and height in mm that a cell shows.

    Parameters
    ----------
    box_mm : (2, 3) float64, world box that slices show
    """
    match cell:
        case EmptyCell():
            return 0.0, 0.0
        case ViewCell():
            return cell.extent_mm
        case SliceCell() | ObliqueCell():
            low, high = cell.ends_mm(box_mm)
            return float(high[0] - low[0]), float(high[1] - low[1])
        case _:
            assert_never(cell)
