"""Affines between voxel indices and RAS+ millimetres.

An *affine* is a (4, 4) float64 matrix that maps voxel indices (i, j, k), 0-based and integral at
voxel centres, to world coordinates in RAS+ millimetres, as nibabel gives it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Float64Array

# An axis counts as aligned if less than this share of its length points elsewhere. Over 512
# voxels, this is a hundredth of a voxel.
_ALIGNED_TOLERANCE = 2e-5
# Positions this close to the middle between two voxel centres, in voxels, are ties. Else rounding would decide them.
_TIE_TOLERANCE = 1e-6


def apply_affine(affine: npt.ArrayLike, points: npt.ArrayLike) -> Float64Array:
    """Map points through an affine.

    Parameters
    ----------
    affine : (4, 4) float
    points : (..., 3) float

    Returns
    -------
    (..., 3) float64
    """
    matrix = np.asarray(affine, dtype=np.float64)
    return np.asarray(np.asarray(points, dtype=np.float64) @ matrix[:3, :3].T + matrix[:3, 3])


def zooms_mm(affine: npt.ArrayLike) -> Float64Array:
    """Edge lengths of a voxel in millimetres, (3,) float64."""
    lengths: Float64Array = np.linalg.norm(np.asarray(affine, dtype=np.float64)[:3, :3], axis=0)
    return lengths


def box_corners_vox(shape: tuple[int, ...]) -> Float64Array:
    """(8, 3) float64, corners of a volume in voxel indices, including the voxels' edges."""
    corners = np.meshgrid(*[(-0.5, n - 0.5) for n in shape[:3]], indexing="ij")
    return np.stack(corners, axis=-1).reshape(-1, 3)


def world_box_mm(affine: npt.ArrayLike, shape: tuple[int, ...]) -> Float64Array:
    """Bounding box of a volume in world space, including the voxels' edges.

    Parameters
    ----------
    affine : (4, 4) float
    shape : number of voxels along i, j, k

    Returns
    -------
    (2, 3) float64, lowest and highest x, y, z in RAS+ mm
    """
    corners_mm = apply_affine(affine, box_corners_vox(shape))
    return np.stack([corners_mm.min(axis=0), corners_mm.max(axis=0)])


def voxel_axis_of_world_axis(affine: npt.ArrayLike) -> tuple[int, int, int] | None:
    """The voxel axis along each world axis; None if the volume is oblique."""
    matrix = np.asarray(affine, dtype=np.float64)[:3, :3]
    share = np.abs(matrix) / np.linalg.norm(matrix, axis=0)
    order = share.argmax(axis=1)
    off_axis = share.copy()
    off_axis[np.arange(3), order] = 0.0
    if len(set(order.tolist())) < 3 or (np.linalg.norm(off_axis, axis=0) > _ALIGNED_TOLERANCE).any():
        return None
    return int(order[0]), int(order[1]), int(order[2])


def snap_to_voxel_centre(affine: npt.ArrayLike, shape: tuple[int, ...], world_axis: int, value_mm: float) -> float:
    """World coordinate of the nearest voxel centre to a plane of an axis-aligned volume.

    Ties go to the larger world coordinate. The result lies inside the volume. For oblique volumes, the
    plane itself is returned.
    """
    index = voxel_index_of_plane(affine, shape, world_axis, value_mm)
    line = _line_of_centres(affine, shape, world_axis)
    if index is None or line is None:
        return float(value_mm)
    return line.first_mm + line.step_mm * index


def voxel_centres_mm(affine: npt.ArrayLike, shape: tuple[int, ...], world_axis: int) -> Float64Array:
    """World coordinates of the voxel centres along one world axis, in ascending order.

    In an oblique volume no voxel axis runs along the world axis. Then the box is divided into
    steps of the smallest zoom.

    Returns
    -------
    (n,) float64, mm
    """
    line = _line_of_centres(affine, shape, world_axis)
    if line is None:
        low, high = world_box_mm(affine, shape)[:, world_axis]
        n_steps = max(1, int(np.floor((high - low) / zooms_mm(affine).min() + 1e-6)))
        step = (high - low) / n_steps
        steps: Float64Array = low + step * (np.arange(n_steps) + 0.5)
        return steps
    return np.sort(line.first_mm + line.step_mm * np.arange(shape[line.axis]))


def voxel_index_of_plane(affine: npt.ArrayLike, shape: tuple[int, ...], world_axis: int, value_mm: float) -> int | None:
    """0-based stored index of the nearest voxel to a plane; None if the volume is oblique.

    Ties go to the larger world coordinate. Planes outside get the outermost voxel.
    """
    line = _line_of_centres(affine, shape, world_axis)
    if line is None:
        return None
    towards_larger = 1.0 if line.step_mm > 0 else -1.0
    position = towards_larger * (value_mm - line.first_mm) / line.step_mm
    nearest = towards_larger * np.floor(position + 0.5 + _TIE_TOLERANCE)
    return int(min(max(nearest, 0), shape[line.axis] - 1))


def slice_at_plane(affine: npt.ArrayLike, shape: tuple[int, ...], world_axis: int, value_mm: float) -> int | None:
    """0-based stored index of the voxels that a plane runs through; None outside of the volume, or if it is oblique.

    Ties go to the larger world coordinate.
    """
    index = voxel_index_of_plane(affine, shape, world_axis, value_mm)
    line = _line_of_centres(affine, shape, world_axis)
    if index is None or line is None:
        return None
    off_mm = abs(value_mm - line.first_mm - line.step_mm * index)
    return index if off_mm <= (0.5 + _TIE_TOLERANCE) * abs(line.step_mm) else None


class _Line(NamedTuple):
    """Voxel centres along a world axis: the voxel axis, the coordinate of voxel 0, and the signed step to the next."""

    axis: int
    first_mm: float
    step_mm: float


def _line_of_centres(affine: npt.ArrayLike, shape: tuple[int, ...], world_axis: int) -> _Line | None:
    """Voxel centres along a world axis; None if the volume is oblique."""
    return _known_line(np.asarray(affine, dtype=np.float64).tobytes(), tuple(shape[:3]), world_axis)


# Captions need the same few lines in every frame.
@lru_cache(maxsize=64)
def _known_line(affine: bytes, shape: tuple[int, ...], world_axis: int) -> _Line | None:
    matrix = np.frombuffer(affine).reshape(4, 4)
    axes = voxel_axis_of_world_axis(matrix)
    if axes is None:
        return None
    # The other voxel axes may lean within the tolerance, so the line runs through the middle of the volume.
    start_vox = (np.asarray(shape) - 1) / 2
    start_vox[axes[world_axis]] = 0
    first_mm = float(apply_affine(matrix, start_vox)[world_axis])
    return _Line(axes[world_axis], first_mm, float(matrix[world_axis, axes[world_axis]]))


def vox_to_tkras(shape: tuple[int, ...], zooms: npt.ArrayLike) -> Float64Array:
    """The affine from voxels to FreeSurfer's surface ("tkregister") RAS, vox2ras_tkr.

    The origin is the centre of the volume. The first voxel axis runs to the left, the second downwards
    and the third to the front, for any scanner affine (Greve, "FreeSurfer coordinate systems",
    2012).

    Parameters
    ----------
    shape : number of voxels along i, j, k
    zooms : (3,) mm

    Returns
    -------
    (4, 4) float64
    """
    dx, dy, dz = np.asarray(zooms, dtype=np.float64)
    nx, ny, nz = shape[:3]
    return np.array(
        [
            [-dx, 0.0, 0.0, nx * dx / 2],
            [0.0, 0.0, dz, -nz * dz / 2],
            [0.0, -dy, 0.0, ny * dy / 2],
            [0.0, 0.0, 0.0, 1.0],
        ]
    )
