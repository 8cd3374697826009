"""How deep slices show contacts at full strength: the one place that knows the slab of each panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.affines import zooms_mm
from corticast.core.geometry.head_scale import depth_of
from corticast.core.geometry.panels import PLANES, CutPanel, SlicePanel
from corticast.core.geometry.resting import resting_planes
from corticast.core.geometry.spread import spread_of
from corticast.core.model.layouts import words_in
from corticast.core.model.scene import Scene
from corticast.core.model.types import BoolArray, Float64Array, PlacedElectrodes

_AXES = range(3)


@dataclass(frozen=True)
class Slab:
    """How far from a plane contacts count as near the plane.

    Parameters
    ----------
    below_mm, above_mm : reach against the plane's normal and along the normal
    """

    below_mm: float
    above_mm: float

    @classmethod
    def around(cls, depth_mm: float) -> Self:
        """The slab with one depth on both sides."""
        return cls(depth_mm, depth_mm)

    @property
    def thickness_mm(self) -> float:
        """Distance between the ends of the slab."""
        return self.below_mm + self.above_mm

    def holds(self, distance_mm: Float64Array) -> BoolArray:
        """(n,) bool, whether (n,) signed distances from the plane lie in the slab; NaN does not."""
        return np.asarray((distance_mm >= -self.below_mm) & (distance_mm <= self.above_mm), dtype=np.bool_)

    def reach_mm(self, distance_mm: npt.ArrayLike) -> Float64Array:
        """(n,) float64, depth of the slab on the side of each of (n,) signed distances from the plane."""
        return np.where(np.asarray(distance_mm) < 0, self.below_mm, self.above_mm)


# A plane by its axis (0 x, 1 y, 2 z) and its coordinate in mm.
Slabs = Mapping[tuple[int, float], Slab]


@dataclass(frozen=True, eq=False)
class Depths:
    """The slabs of a frame's panels.

    Parameters
    ----------
    usual : slab of every plane without another one; None draws all contacts at full strength
    own : slabs of slices of mosaics
    resting : slabs of the film's planes where they rest
    """

    usual: Slab | None = field(default_factory=lambda: Slab.around(10.0))
    own: Slabs = field(default_factory=dict)
    resting: Slabs = field(default_factory=dict)

    def on(self, panel: CutPanel, plane_mm: float) -> Slab | None:
        """The slab of a panel whose plane is at a coordinate; None draws all contacts at full strength."""
        if not isinstance(panel, SlicePanel):
            return self.usual
        return self.at(panel.fixed_axis, plane_mm, is_own=panel.plane_mm is not None)

    def at(self, axis: int, plane_mm: float, *, is_own: bool) -> Slab | None:
        """The slab of a plane, as `on`.

        Parameters
        ----------
        is_own : whether the plane belongs to one panel alone; else the film's planes are meant
        """
        return (self.own if is_own else self.resting).get((axis, plane_mm), self.usual)

    @property
    def in_sweeps(self) -> Depths:
        """The slabs of a film that sweeps: its planes keep one slab, also where others would rest."""
        return replace(self, resting={})

    def thickest_mm(self, axis: int) -> float:
        """Largest thickness of a slab of the film's plane along an axis, wherever the plane is."""
        slabs = [slab for (other, _), slab in self.resting.items() if other == axis]
        return np.inf if self.usual is None else max(slab.thickness_mm for slab in (*slabs, self.usual))


def depths_of(scene: Scene, placed: PlacedElectrodes | None) -> Depths:
    """The slabs of a scene's panels.

    A depth that the scene gives holds on all planes. The default adapts in two cases. In a mosaic each contact is near
    its nearest slice alone. The slab of a plane that moved inwards, to where the head is, reaches back to the contacts
    that the plane would have been near, while the plane rests there.

    Parameters
    ----------
    placed : where the electrodes are, None without any

    Raises
    ------
    DataError : the scene's mask is empty, or lies outside of the volume
    """
    depth = depth_of(scene)
    if depth == "all":
        return Depths(None)
    usual = Slab.around(depth)
    if scene.electrode_depth != "auto" or placed is None or placed.in_picture:
        return Depths(usual)
    return Depths(usual, _of_mosaics(scene, placed, depth), _of_moved(scene, placed, depth))


def _of_mosaics(scene: Scene, placed: PlacedElectrodes, depth_mm: float) -> Slabs:
    """Slabs of the slices of mosaics: up to the middle between neighbours, and beyond the ends the usual depth."""
    planes: dict[int, set[float]] = {}
    for word in words_in(scene.layout, contacts=True):
        if word.name == "mosaic":
            spread = spread_of(word, scene, placed)
            planes.setdefault(PLANES[spread.plane][0], set()).update(spread.planes_mm)
    voxel_mm = 0.0 if scene.volume is None else float(zooms_mm(scene.volume.affine).max())
    return {
        (axis, plane_mm): slab
        for axis, planes_mm in planes.items()
        for plane_mm, slab in zip(sorted(planes_mm), _nearest(sorted(planes_mm), depth_mm, voxel_mm), strict=True)
    }


def _nearest(planes_mm: list[float], depth_mm: float, voxel_mm: float) -> list[Slab]:
    """Slabs of ascending planes that hold what no other plane is nearer to.

    Parameters
    ----------
    depth_mm : least reach beyond the first and the last plane
    voxel_mm : edge of a voxel; planes may stand by half of an edge beside the middle of their share
    """
    halves = np.diff(planes_mm) / 2
    ends = [max([depth_mm, *(half + voxel_mm)]) for half in (halves[:1], halves[-1:])]
    # A contact in the middle between two slices is on the lower one alone.
    below = [ends[0], *np.nextafter(halves, 0)]
    return [Slab(float(low), float(high)) for low, high in zip(below, [*halves, ends[1]], strict=True)]


def _of_moved(scene: Scene, placed: PlacedElectrodes, depth_mm: float) -> Slabs:
    """Slabs of planes that moved inwards, which reach as far outwards as the slabs from where they moved."""
    if scene.volume is None:
        return {}
    found = resting_planes(scene, placed)
    moves = [through_mm - plane_mm for through_mm, plane_mm in zip(found.through_mm, found.planes_mm, strict=True)]
    return {
        (axis, found.planes_mm[axis]): Slab(depth_mm + max(-moves[axis], 0.0), depth_mm + max(moves[axis], 0.0))
        for axis in _AXES
        if moves[axis]
    }
