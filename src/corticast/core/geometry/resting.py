"""The planes that a scene shows while nothing moves them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corticast.core.geometry.affines import snap_to_voxel_centre, world_box_mm
from corticast.core.geometry.head_scale import depth_of, usual_depth_mm
from corticast.core.geometry.shown_body import planes_with_enough_mm
from corticast.core.model.scene import Scene, changed
from corticast.core.model.types import Float64Array, PlacedElectrodes, Volume

Planes = tuple[float, float, float]


@dataclass(frozen=True)
class RestingPlanes:
    """World planes x, y, z that show most of a scene at rest.

    Parameters
    ----------
    planes_mm : the planes
    through_mm : where they were before they moved inwards, to slices that show enough of the head
    """

    planes_mm: Planes
    through_mm: Planes


def resting_planes(scene: Scene, placed: PlacedElectrodes | None) -> RestingPlanes:
    """World planes of a scene: those that it names, or else those that show most.

    The planes run through the contact nearest to the centroid of all contacts, or else through the centre of the
    volume's box. Where contacts lie on both sides of x = 0, the sagittal plane runs through the contact with most
    contacts in its slab; of several such contacts, through the nearest to the centroid. A plane that would show little
    of the head moves inwards, to the nearest slice that shows enough (`planes_with_enough_mm`), before contacts are
    counted. Planes of an axis-aligned volume are moved to voxel centres.

    Parameters
    ----------
    placed : where the electrodes are, None without any

    Raises
    ------
    DataError : the scene's mask is empty, or lies outside of the volume
    """
    if scene.plane_mm is not None:
        return RestingPlanes(scene.plane_mm, scene.plane_mm)
    volume = scene.volume
    if placed is None or placed.in_picture or not placed.drawn.any():
        return _in_the_middle(scene, volume)
    pos_mm = placed.pos[placed.drawn]
    depth = depth_of(scene)
    depth_mm = usual_depth_mm(volume) if depth == "all" else depth
    within_mm = _with_enough(scene, volume, pos_mm)
    row_of_plane = _rows_of_planes(pos_mm, within_mm, depth_mm, reaches_back=scene.electrode_depth == "auto")
    planes, through = (_snapped(volume, points[row_of_plane, range(3)]) for points in (within_mm, pos_mm))
    return RestingPlanes(planes, through)


def planes_at_rest(scene: Scene, placed: PlacedElectrodes | None, *, planes_move: bool) -> Planes | None:
    """World planes of a scene that rest; None where they sweep, or where somebody may drag them.

    Parameters
    ----------
    placed : where the electrodes are in the world, None without any
    planes_move : whether somebody may drag the planes
    """
    moves = planes_move or scene.sweeps != "none"
    return None if moves else resting_planes(scene, placed).planes_mm


def as_single_picture(scene: Scene) -> Scene:
    """The scene without sweep and turn, as a picture that belongs to no film is laid out; itself if nothing moves."""
    return scene if scene.sweeps == "none" and not scene.spin else changed(scene, sweep="none", spin=0.0)


def _in_the_middle(scene: Scene, volume: Volume | None) -> RestingPlanes:
    """Planes through the centre of the volume's box; with `--fit volume` they stay there."""
    middle = np.zeros(3) if volume is None else world_box_mm(volume.affine, volume.shape).mean(axis=0)
    within = middle if scene.fit == "volume" else _with_enough(scene, volume, middle)
    return RestingPlanes(_snapped(volume, within), _snapped(volume, middle))


def _with_enough(scene: Scene, volume: Volume | None, points: Float64Array) -> Float64Array:
    """(..., 3) points, moved inwards along each axis to where a plane shows enough of the head."""
    enough = None if volume is None else planes_with_enough_mm(scene, volume)
    return points if enough is None else np.asarray(np.clip(points, enough[0], enough[1]))


def _snapped(volume: Volume | None, point: Float64Array) -> Planes:
    """A point within the volume's box, at voxel centres."""
    if volume is not None:
        box = world_box_mm(volume.affine, volume.shape)
        point = np.clip(point, box[0], box[1])
        point = np.array([snap_to_voxel_centre(volume.affine, volume.shape, a, point[a]) for a in range(3)])
    return float(point[0]), float(point[1]), float(point[2])


def _rows_of_planes(pos_mm: Float64Array, within_mm: Float64Array, depth_mm: float, *, reaches_back: bool) -> list[int]:
    """Contacts whose x, y and z the planes take.

    Parameters
    ----------
    within_mm : (n, 3) float64, places of the contacts, moved inwards to where planes show enough of the head
    reaches_back : whether the slab of a plane that moved inwards reaches the contacts around its former place
    """
    away = np.linalg.norm(pos_mm - pos_mm.mean(axis=0), axis=1)
    nearest = int(np.argmin(away))
    x, planes_x = pos_mm[:, 0], within_mm[:, 0]
    if not x.min() < 0 < x.max():
        return [nearest] * 3
    ordered = np.sort(x)
    ends = np.stack([planes_x, x if reaches_back else planes_x])
    first, last = ends.min(axis=0) - depth_mm, ends.max(axis=0) + depth_mm
    n_near = np.searchsorted(ordered, last, "right") - np.searchsorted(ordered, first, "left")
    return [int(np.lexsort((away, -n_near))[0]), nearest, nearest]
