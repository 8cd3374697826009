"""What panels must have room for: the head or the brain, and the contacts, or the whole box of the volume."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from corticast.core.color.themes import theme_of
from corticast.core.geometry.affines import world_box_mm
from corticast.core.geometry.body import Body, box_body
from corticast.core.geometry.camera import Camera
from corticast.core.geometry.cells import Cell, CellTree, ObliqueCell, SliceCell, ViewCell
from corticast.core.geometry.contact_sizes import largest_contacts
from corticast.core.geometry.contact_strengths import GHOST_SCALE, drawn_on_cut, in_slab
from corticast.core.geometry.depths import Depths, Slab, depths_of
from corticast.core.geometry.head_scale import head_scale
from corticast.core.geometry.masked import around_mm
from corticast.core.geometry.panels import PLANES
from corticast.core.geometry.planes import Plane
from corticast.core.geometry.resting import Planes, planes_at_rest
from corticast.core.geometry.shown_body import shown_body
from corticast.core.model.scene import Scene
from corticast.core.model.trees import leaves, with_leaves
from corticast.core.model.types import BoolArray, Float64Array, PlacedElectrodes

# Room around contacts that stand on the plain background, in mm and as a share of their extent.
_PLAIN_MARGIN_MM, _PLAIN_MARGIN_SHARE = 8.0, 0.12
# Panels make no room for contacts farther than this outside of the volume, and less in small ones by `head_scale`: one
# that is lost would make the head small.
_REACH_MM = 20.0


@dataclass(frozen=True, eq=False)
class Fit:
    """Boxes of a scene's panels, in mm.

    Parameters
    ----------
    body : the head, the brain or a box
    limits_mm : (2, 3) float64, box that slices do not pass, except for contacts
    contacts_mm : (n, 3) float64, contacts that panels have room for
    planes_mm : where the film's planes rest; None where they move
    depths : slabs of the planes
    ghosts : whether contacts outside the slab are drawn
    radii_mm : (n,) float64, of the contacts at full size, 0 where they are sized in pixels
    around_mm : how much slices show around the body
    """

    body: Body
    limits_mm: Float64Array
    contacts_mm: Float64Array
    planes_mm: Planes | None
    depths: Depths
    ghosts: bool
    radii_mm: Float64Array
    around_mm: float = 0.0

    def slice_mm(self, name: str, planes_mm: Sequence[float | None]) -> Float64Array:
        """Box that slices of one axis show.

        Parameters
        ----------
        name : "sagittal", "coronal" or "axial"
        planes_mm : coordinates of the slices' planes; None for the film's plane

        Returns
        -------
        (2, 2) float64, lowest and highest coordinates to the right and up, in mm
        """
        # Every arrangement of the panels asks for the same slices.
        key = name, *planes_mm
        if key not in self._slices:
            ends = [self._at_plane(name, plane_mm) for plane_mm in planes_mm]
            self._slices[key] = np.stack([np.min([e[0] for e in ends], axis=0), np.max([e[1] for e in ends], axis=0)])
        return self._slices[key]

    @cached_property
    def _slices(self) -> dict[tuple[str | float | None, ...], Float64Array]:
        return {}

    def body_at(self, axis: int, plane_mm: float) -> Body | None:
        """The part of the body that a plane meets, found once; None where the plane passes by."""
        if (axis, plane_mm) not in self._bodies:
            self._bodies[axis, plane_mm] = self.body.at_plane(axis, plane_mm)
        return self._bodies[axis, plane_mm]

    @cached_property
    def _bodies(self) -> dict[tuple[int, float], Body | None]:
        return {}

    def _at_plane(self, name: str, plane_mm: float | None) -> Float64Array:
        fixed, right, up = PLANES[name]
        is_own = plane_mm is not None
        if plane_mm is None and self.planes_mm is not None:
            plane_mm = self.planes_mm[fixed]
        body, shown, sizes = self.body, np.ones(len(self.contacts_mm), dtype=np.bool_), np.ones(len(self.contacts_mm))
        if plane_mm is not None:
            body = self.body_at(fixed, plane_mm) or body
            slab = self.depths.at(fixed, plane_mm, is_own=is_own)
            shown, sizes = self._drawn_at(fixed, plane_mm, slab), self._sizes_at(fixed, plane_mm, slab)
        ends = np.clip(self._ends_mm(body, np.eye(3)[[right, up]]), *self.limits_mm[:, None, [right, up]])
        return _ends_with_discs(ends, self.contacts_mm[shown][:, [right, up]], (self.radii_mm * sizes)[shown])

    def oblique_mm(self, plane: Plane) -> Float64Array:
        """Box that an oblique plane shows.

        Returns
        -------
        (2, 2) float64, lowest and highest mm to the right and up from the plane's origin
        """
        axes = np.stack([plane.right, plane.up])
        body = self.body.section(plane.normal, plane.offset_mm) or self.body
        ends = self._ends_mm(body, axes) - axes @ plane.origin_mm
        limits = plane.section_mm(self.limits_mm)
        if len(limits):
            ends = np.clip(ends, *limits)
        distance_mm, slab = plane.distance_mm(self.contacts_mm), self.depths.usual
        shown = drawn_on_cut(self.contacts_mm, distance_mm, slab, ghosts=self.ghosts)
        radii_mm = np.where(in_slab(distance_mm, slab), 1.0, GHOST_SCALE) * self.radii_mm
        return _ends_with_discs(ends, plane.in_plane(self.contacts_mm[shown]), radii_mm[shown])

    def _ends_mm(self, body: Body, axes: Float64Array) -> Float64Array:
        """(2, k) ends of what slices show of a body along (k, 3) unit vectors."""
        return np.asarray(body.ends_mm(axes) + np.array([[-self.around_mm], [self.around_mm]]))

    def _drawn_at(self, fixed: int, plane_mm: float, slab: Slab | None) -> BoolArray:
        """Contacts that a slice draws."""
        distance_mm = self.contacts_mm[:, fixed] - plane_mm
        sagittal_mm = plane_mm if fixed == 0 else None
        return drawn_on_cut(self.contacts_mm, distance_mm, slab, sagittal_mm=sagittal_mm, ghosts=self.ghosts)

    def _sizes_at(self, fixed: int, plane_mm: float, slab: Slab | None) -> Float64Array:
        """(n,) float64, how large contacts are on a slice: whole near the plane, small beside the slab."""
        return np.where(in_slab(self.contacts_mm[:, fixed] - plane_mm, slab), 1.0, GHOST_SCALE)

    def view(self, name: str, camera: Camera, *, turning: bool) -> ViewCell:
        """A view that shows the outline of everything, from wherever a turning camera looks.

        Parameters
        ----------
        camera : that looks at any point
        """
        middle = self.body.ends_mm(np.eye(3)).mean(axis=0)
        camera = replace(camera, centre_mm=middle)
        if turning:
            low, high = self._turning_ends(camera)
            # The axis of the turn stays in the middle.
            shift = np.array([0.0, 0.0, (low[1] + high[1]) / 2 / max(np.cos(np.deg2rad(camera.elevation_deg)), 1e-3)])
        else:
            seen = camera.seen(self.contacts_mm)[:, :2]
            outline = self.body.ends_mm(camera.axes[:2]) - camera.axes[:2] @ middle
            low, high = _ends_with_discs(outline, seen, self.radii_mm)
            shift = (low + high) / 2 @ camera.axes[:2]
        extent = high - low
        return ViewCell(name, replace(camera, centre_mm=middle + shift), (float(extent[0]), float(extent[1])))

    def _turning_ends(self, camera: Camera) -> Float64Array:
        """(2, 2) mm from the centre: about the vertical through the centre every point goes in a circle."""
        parts = [self.body.points_mm, self.contacts_mm]
        away = np.concatenate(parts) - camera.centre_mm
        edge = np.zeros((len(away), 2))
        edge[: len(parts[0])] = self.body.half_mm
        edge[len(parts[0]) :] = self.radii_mm[:, None]
        radius = np.linalg.norm(away[:, :2], axis=1) + edge[:, 0]
        elevation = np.deg2rad(camera.elevation_deg)
        height, tilt = away[:, 2] * np.cos(elevation), radius * abs(np.sin(elevation))
        # Samples are boxes, contacts face the viewer.
        tall = edge[:, 1] * np.where(np.arange(len(away)) < len(parts[0]), np.cos(elevation), 1.0)
        widest = radius.max()
        return np.array([[-widest, (height - tilt - tall).min()], [widest, (height + tilt + tall).max()]])


def fit_of(scene: Scene, placed: PlacedElectrodes | None, *, planes_move: bool = False) -> Fit:
    """What a scene's panels must have room for.

    Parameters
    ----------
    placed : where the electrodes are in the world, None without any
    planes_move : whether somebody drags the planes; those of a scene that sweeps move anyway

    Raises
    ------
    DataError : the mask is empty, or lies outside of the volume
    """
    contacts_mm = placed.pos[placed.drawn] if placed is not None else np.zeros((0, 3))
    depths = depths_of(scene, placed)
    volume = scene.volume
    if volume is None:
        low, high = contacts_mm.min(axis=0), contacts_mm.max(axis=0)
        margin = _PLAIN_MARGIN_MM + _PLAIN_MARGIN_SHARE * float((high - low).max())
        around = Body(contacts_mm, 2 * margin * np.eye(3))
        limits = np.stack([low - margin, high + margin])
        return Fit(around, limits, contacts_mm, None, depths, ghosts=True, radii_mm=np.zeros(len(contacts_mm)))
    limits = world_box_mm(volume.affine, volume.shape)
    if scene.fit == "volume":
        return Fit(box_body(volume), limits, contacts_mm[:0], None, depths, ghosts=True, radii_mm=np.zeros(0))
    reach = limits + head_scale(volume) * np.array([[-_REACH_MM], [_REACH_MM]])
    near = ((contacts_mm >= reach[0]) & (contacts_mm <= reach[1])).all(axis=1)
    planes = planes_at_rest(scene, placed, planes_move=planes_move)
    radii_mm = _radii_mm(scene, placed, is_fed=planes_move)[near]
    ghosts = theme_of(scene).ghosts
    body = shown_body(scene, volume)
    beyond_mm = 0.0 if scene.mask is None else around_mm(volume)
    return Fit(body, limits, contacts_mm[near], planes, depths, ghosts, radii_mm, beyond_mm)


def _radii_mm(scene: Scene, placed: PlacedElectrodes | None, *, is_fed: bool) -> Float64Array:
    """(n_drawn,) float64, radii of the drawn contacts at full size."""
    if placed is None:
        return np.zeros(0)
    return largest_contacts(scene, placed, is_fed=is_fed).largest_mm[placed.drawn] / 2


def fitted(tree: CellTree, fit: Fit) -> CellTree:
    """The tree with the box of each slice. Slices of one axis that have planes of their own share a box."""
    every: list[Cell] = list(leaves(tree))
    cells = [cell for cell in every if isinstance(cell, SliceCell)]
    kinds = {(cell.name, cell.plane_mm is None) for cell in cells}
    boxes = {
        kind: fit.slice_mm(kind[0], [cell.plane_mm for cell in cells if (cell.name, cell.plane_mm is None) == kind])
        for kind in kinds
    }

    def with_box(cell: Cell) -> Cell:
        match cell:
            case SliceCell():
                return replace(cell, shown_mm=boxes[cell.name, cell.plane_mm is None])
            case ObliqueCell():
                return replace(cell, shown_mm=fit.oblique_mm(cell.plane))
            case _:
                return cell

    return with_leaves(tree, [with_box(cell) for cell in every])


def _ends_with_discs(ends: Float64Array, points: Float64Array, radii: Float64Array) -> Float64Array:
    """(2, k) ends that hold discs around (n, k) points, too."""
    every = np.concatenate([ends, points - radii[:, None], points + radii[:, None]])
    return np.stack([every.min(axis=0), every.max(axis=0)])
