"""The planes that a scene shows while nothing moves them."""

from __future__ import annotations

from typing import Literal

import numpy as np

from corticast.core.geometry.affines import snap_to_voxel_centre, world_box_mm
from corticast.core.model.types import Float64Array, PlacedElectrodes, Volume

Planes = tuple[float, float, float]

# Half the thickness of the slab where contacts of all depths are drawn alike.
_USUAL_DEPTH_MM = 10.0


def resting_planes_mm(
    volume: Volume | None, placed: PlacedElectrodes | None, depth_mm: float | Literal["all"] = _USUAL_DEPTH_MM
) -> Planes:
    """World planes x, y, z that show most of a scene at rest.

    The planes run through the contact nearest to the centroid of all contacts, or else through the centre of the
    volume's box. Where contacts lie on both sides of x = 0, the sagittal plane runs through the contact with most
    contacts in its slab; of several such contacts, through the nearest to the centroid. Planes of an axis-aligned
    volume are moved to voxel centres.

    Parameters
    ----------
    depth_mm : half the thickness of the slab
    """
    point = np.zeros(3)
    if placed is not None and not placed.in_picture and placed.drawn.any():
        point = _middle_of(placed.pos[placed.drawn], _USUAL_DEPTH_MM if depth_mm == "all" else depth_mm)
    elif volume is not None:
        point = world_box_mm(volume.affine, volume.shape).mean(axis=0)
    if volume is not None:
        box = world_box_mm(volume.affine, volume.shape)
        point = np.clip(point, box[0], box[1])
        point = np.array([snap_to_voxel_centre(volume.affine, volume.shape, a, point[a]) for a in range(3)])
    return float(point[0]), float(point[1]), float(point[2])


def _middle_of(pos_mm: Float64Array, depth_mm: float) -> Float64Array:
    """(3,) planes through contacts."""
    away = np.linalg.norm(pos_mm - pos_mm.mean(axis=0), axis=1)
    point: Float64Array = pos_mm[np.argmin(away)].copy()
    x = pos_mm[:, 0]
    if x.min() < 0 < x.max():
        ordered = np.sort(x)
        n_near = np.searchsorted(ordered, x + depth_mm, "right") - np.searchsorted(ordered, x - depth_mm, "left")
        point[0] = x[np.lexsort((away, -n_near))[0]]
    return point
