"""Affines between voxel indices and RAS+ millimetres.

An *affine* is a (4, 4) float64 matrix that maps voxel indices (i, j, k), 0-based and integral at
voxel centres, to world coordinates in RAS+ millimetres, as nibabel gives it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

# An axis counts as aligned when less than this share of its length points elsewhere: over 512
# voxels that is a hundredth of a voxel.
_ALIGNED_TOLERANCE = 2e-5


def apply_affine(affine: npt.ArrayLike, points: npt.ArrayLike) -> FloatArray:
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


def zooms_mm(affine: npt.ArrayLike) -> FloatArray:
    """Edge lengths of a voxel in millimetres, shape (3,)."""
    return np.linalg.norm(np.asarray(affine, dtype=np.float64)[:3, :3], axis=0)


def world_box_mm(affine: npt.ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    """Bounding box in world space of a volume, voxel edges included.

    Parameters
    ----------
    affine : (4, 4) float
    shape : number of voxels along i, j, k

    Returns
    -------
    (2, 3) float64, lowest and highest x, y, z in RAS+ mm
    """
    corners_vox = np.stack(np.meshgrid(*[(-0.5, n - 0.5) for n in shape[:3]], indexing="ij"), axis=-1)
    corners_mm = apply_affine(affine, corners_vox.reshape(-1, 3))
    return np.stack([corners_mm.min(axis=0), corners_mm.max(axis=0)])


def voxel_axis_of_world_axis(affine: npt.ArrayLike) -> tuple[int, int, int] | None:
    """For each world axis the voxel axis that runs along it; None when the volume is oblique."""
    matrix = np.asarray(affine, dtype=np.float64)[:3, :3]
    share = np.abs(matrix) / np.linalg.norm(matrix, axis=0)
    order = share.argmax(axis=1)
    aligned = share[np.arange(3), order]
    off_axis = np.sqrt(np.clip((share**2).sum(axis=0)[order] - aligned**2, 0, None))
    if len(set(order.tolist())) < 3 or (off_axis > _ALIGNED_TOLERANCE).any():
        return None
    return int(order[0]), int(order[1]), int(order[2])


def snap_to_voxel_centre(affine: npt.ArrayLike, shape: tuple[int, ...], world_axis: int, value_mm: float) -> float:
    """World coordinate of the voxel centre nearest to a plane of an axis-aligned volume.

    Ties go to the larger world coordinate. The result lies inside the volume. Planes of an oblique
    volume are returned as they are.
    """
    axes = voxel_axis_of_world_axis(affine)
    if axes is None:
        return float(value_mm)
    centres_mm = voxel_centres_mm(affine, shape, world_axis)
    distance = np.abs(centres_mm - value_mm)
    # A tie is decided with a tolerance, else rounding of the affine decides it.
    nearest = np.flatnonzero(distance <= distance.min() + 1e-6 * np.ptp(centres_mm[:2]) + 1e-9)
    return float(centres_mm[nearest].max())


def voxel_centres_mm(affine: npt.ArrayLike, shape: tuple[int, ...], world_axis: int) -> FloatArray:
    """World coordinates of the voxel centres along one world axis, in ascending order.

    For an oblique volume, where no voxel axis runs along the world axis, the box is divided into
    steps of the smallest zoom.

    Returns
    -------
    (n,) float64, mm
    """
    matrix = np.asarray(affine, dtype=np.float64)
    axes = voxel_axis_of_world_axis(matrix)
    if axes is None:
        low, high = world_box_mm(matrix, shape)[:, world_axis]
        n_steps = max(1, int(np.floor((high - low) / zooms_mm(matrix).min() + 1e-6)))
        step = (high - low) / n_steps
        steps: FloatArray = low + step * (np.arange(n_steps) + 0.5)
        return steps
    axis = axes[world_axis]
    centres = matrix[world_axis, axis] * np.arange(shape[axis]) + matrix[world_axis, 3]
    others = [a for a in range(3) if a != axis]
    # Off-axis terms are below the tolerance but not exactly zero: take them at the volume's middle.
    centres = centres + sum(matrix[world_axis, a] * (shape[a] - 1) / 2 for a in others)
    return np.sort(centres)


def voxel_index_of_plane(affine: npt.ArrayLike, shape: tuple[int, ...], world_axis: int, value_mm: float) -> int | None:
    """0-based stored voxel index of a plane, None when the volume is oblique."""
    axes = voxel_axis_of_world_axis(affine)
    if axes is None:
        return None
    matrix = np.asarray(affine, dtype=np.float64)
    axis = axes[world_axis]
    middle = apply_affine(matrix, (np.asarray(shape[:3]) - 1) / 2)
    index = (value_mm - middle[world_axis]) / matrix[world_axis, axis] + (shape[axis] - 1) / 2
    # The half goes the way that `snap_to_voxel_centre` sends it: to the larger world coordinate.
    sign = 1.0 if matrix[world_axis, axis] > 0 else -1.0
    nearest = sign * np.floor(sign * index + 0.5 + 1e-6)
    return int(np.clip(nearest, 0, shape[axis] - 1))


def vox_to_tkras(shape: tuple[int, ...], zooms: npt.ArrayLike) -> FloatArray:
    """FreeSurfer's surface ("tkregister") RAS of a voxel: vox2ras_tkr.

    The volume's centre is the origin, the first voxel axis runs to the left, the second downwards
    and the third to the front, whatever the scanner affine says (Greve, "FreeSurfer coordinate
    systems", 2012).

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
