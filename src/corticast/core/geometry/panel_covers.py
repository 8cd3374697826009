"""Contacts at their full size and the head, below the texts of a panel."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from corticast.core.geometry.body import Body
from corticast.core.geometry.boxes import Box
from corticast.core.geometry.contact_sizes import ContactSizes
from corticast.core.geometry.fit import Fit
from corticast.core.geometry.full_strength import FullStrength
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import CutPanel, Motion, ObliquePanel, Panel, SlicePanel, ViewPanel
from corticast.core.geometry.parts import without_holes
from corticast.core.geometry.resting import Planes
from corticast.core.model.scene import Scene
from corticast.core.model.types import BoolArray, Float64Array, FrameState, PlacedElectrodes

# Turns of a camera that are tried, in degrees: for contacts, and for the head.
_TURNS_DEG, _FEW_TURNS_DEG = np.arange(0, 360, 4.0), np.arange(0, 360, 20.0)
# Cells of the grid of a head, in edges of the samples of its surface.
_CELL = 1.5
# Most points of a surface that are looked at.
_MOST_POINTS = 20_000


@dataclass(frozen=True, eq=False)
class HeadGrid:
    """Cells of a panel where the head is in some frame.

    Parameters
    ----------
    start_px : (2,) float64, column and row of the upper left corner
    cell_px : edge of a cell
    sums : (n_rows + 1, n_columns + 1) float64, cells with the head above and left of each corner
    """

    start_px: Float64Array
    cell_px: float
    sums: Float64Array

    @classmethod
    def of(cls, points_px: Float64Array, cell_px: float) -> HeadGrid:
        """The grid of a head whose outline, or whose whole surface, has points in all cells.

        Parameters
        ----------
        points_px : (n, 2) float64 pixels, edges at integers, at least one
        """
        start = points_px.min(axis=0) - cell_px / 2
        columns, rows = ((points_px - start) / cell_px).astype(np.intp).T
        cells = np.zeros((rows.max() + 1, columns.max() + 1), dtype=np.bool_)
        cells[rows, columns] = True
        sums = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1))
        sums[1:, 1:] = without_holes(cells).cumsum(axis=0).cumsum(axis=1)
        return cls(start, cell_px, sums)

    def share(self, box: Box) -> float:
        """Share of a box that the head fills."""
        left, right = (self._place(edge, 0) for edge in (box[0], box[2]))
        top, bottom = (self._place(edge, 1) for edge in (box[1], box[3]))
        filled = self._sum(bottom, right) - self._sum(top, right) - self._sum(bottom, left) + self._sum(top, left)
        area = (box[2] - box[0]) * (box[3] - box[1])
        return filled * self.cell_px**2 / area if area > 0 else 0.0

    def _place(self, edge: float, axis: int) -> float:
        """An edge in cells, within the grid."""
        place = (edge - float(self.start_px[axis])) / self.cell_px
        return min(max(place, 0.0), float(self.sums.shape[1 - axis] - 1))

    def _sum(self, row: float, column: float) -> float:
        """Cells above and left of a point, linear between corners."""
        (y, v), (x, u) = divmod(row, 1), divmod(column, 1)
        i, j, item = int(y), int(x), self.sums.item
        below, right = min(i + 1, self.sums.shape[0] - 1), min(j + 1, self.sums.shape[1] - 1)
        upper = (1 - u) * item(i, j) + u * item(i, right)
        return (1 - v) * upper + v * ((1 - u) * item(below, j) + u * item(below, right))


@dataclass(frozen=True, eq=False)
class PanelCover:
    """Contacts and head on a panel, in all frames of a film.

    Parameters
    ----------
    centres : (n, 2) float64 pixels, edges at integers
    radii : (n,) float64 pixels, of full size
    are_full : gives (n,) bool, contacts that some frame shows at full strength
    head : where the head is; None without a head
    """

    centres: Float64Array
    radii: Float64Array
    are_full: Callable[[], BoolArray]
    head: HeadGrid | None = None

    def n_contacts(self, box: Box) -> int:
        """Contacts that a box covers in part."""
        left, top, right, bottom = box
        x, y = self.centres.T
        beside = np.hypot(
            np.maximum(np.maximum(left - x, x - right), 0), np.maximum(np.maximum(top - y, y - bottom), 0)
        )
        met = beside < self.radii
        # Whether a surface hides a contact is asked only where a text meets one.
        return int((met & self.are_full()).sum()) if met.any() else 0

    def head_share(self, box: Box) -> float:
        """Share of a box that the head fills."""
        return 0.0 if self.head is None else self.head.share(box)


def panel_cover(
    panel: Panel,
    layout: Layout,
    scene: Scene,
    contacts: tuple[PlacedElectrodes, ContactSizes] | None,
    fit: Fit,
    planes_mm: Planes,
    motion: Motion,
) -> PanelCover:
    """The contacts and the head that a panel shows below its texts.

    Parameters
    ----------
    contacts : where they are, and their diameters; None without any
    planes_mm : where the film's planes rest
    motion : what changes from frame to frame
    """
    body = _body_on(panel, fit, planes_mm, motion)
    head = None if body is None else _head_on(panel, body, motion)
    if contacts is None:
        return PanelCover(np.zeros((0, 2)), np.zeros(0), lambda: np.zeros(0, dtype=np.bool_), head)
    placed, sizes = contacts
    radii = sizes.on(panel, layout).max(axis=1) / 2
    if isinstance(panel, ViewPanel) and motion.turn:
        rows = np.flatnonzero(placed.drawn)
        turns = [panel.turned(float(turn_deg)).pixel_of(placed.pos[rows]) + 0.5 for turn_deg in _TURNS_DEG]
        every = np.ones(len(turns) * len(rows), dtype=np.bool_)
        return PanelCover(np.concatenate(turns), np.tile(radii[rows], len(turns)), lambda: every, head)
    strength, state = FullStrength(scene, placed, panel, fit.depths), FrameState(planes_mm)

    @cache
    def are_full() -> BoolArray:
        return placed.drawn if isinstance(panel, CutPanel) and panel.caption_moves(motion) else strength.at(state)

    centres = np.where(placed.drawn[:, None], panel.pixel_of(placed.pos) + 0.5, np.inf)
    return PanelCover(centres, radii, are_full, head)


def _body_on(panel: Panel, fit: Fit, planes_mm: Planes, motion: Motion) -> Body | None:
    """The part of the body that some frame shows; None without any."""
    if isinstance(panel, ObliquePanel):
        return fit.body.section(panel.plane.normal, panel.plane.offset_mm)
    if isinstance(panel, SlicePanel) and not panel.caption_moves(motion):
        return fit.body_at(panel.fixed_axis, panel.plane_at(planes_mm))
    return fit.body


def _head_on(panel: Panel, body: Body, motion: Motion) -> HeadGrid:
    points = body.points_mm[:: math.ceil(len(body.points_mm) / _MOST_POINTS)]
    panels = [panel]
    if isinstance(panel, ViewPanel) and motion.turn:
        panels = [panel.turned(float(turn_deg)) for turn_deg in _FEW_TURNS_DEG]
    points_px = np.concatenate([each.pixel_of(points) for each in panels]) + 0.5
    edge_mm = float(np.linalg.norm(body.edges_mm, axis=0).max()) * math.sqrt(len(body.points_mm) / len(points))
    return HeadGrid.of(points_px, max(_CELL * edge_mm * panel.pixels_per_mm, 1.0))
