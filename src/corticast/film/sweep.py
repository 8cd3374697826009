"""Planes of a film that move through the volume."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.affines import (
    apply_affine,
    voxel_axis_of_world_axis,
    voxel_centres_mm,
    world_box_mm,
    zooms_mm,
)
from corticast.core.geometry.slabs import slabs
from corticast.core.model.types import BoolArray, Float64Array, Volume

# A voxel counts as content from this share of the grey window on, and a slice from this share of its voxels
# on. Scanner noise around a head reaches neither.
_CONTENT_LEVEL, _CONTENT_SHARE = 0.12, 0.002
# Voxels of an oblique volume are sampled at this distance, and counted in slices of twice this thickness.
_OBLIQUE_STEP_MM = 2.0


def sweep_planes_mm(
    volume: Volume, extent: Literal["content", "full"], window: tuple[float, float]
) -> tuple[Float64Array, Float64Array, Float64Array]:
    """World coordinates of the three planes in a sweep: L to R, P to A, I to S, at voxel centres.

    Parameters
    ----------
    extent : "full" takes every slice; "content" leaves out empty slices at both ends
    window : scaled values drawn black and white; darker voxels count as empty

    Returns
    -------
    x, y, z : float64 in mm, ascending
    """
    planes = [voxel_centres_mm(volume.affine, volume.shape, axis) for axis in range(3)]
    if extent == "content":
        box_mm = _content_box_mm(volume, window)
        if box_mm is not None:
            planes = [_within(values, box_mm[:, axis]) for axis, values in enumerate(planes)]
    return planes[0], planes[1], planes[2]


def plane_of_frame(planes_mm: Float64Array, index: int, n_frames: int) -> float:
    """Plane of frame `index` of `n_frames`: slice floor(index · n / n_frames) of n slices."""
    n = len(planes_mm)
    return float(planes_mm[min(index * n // n_frames, n - 1)])


def _within(values: Float64Array, ends: Float64Array) -> Float64Array:
    tolerance = 1e-6 * max(1.0, float(np.abs(values).max()))
    kept = values[(values >= ends[0] - tolerance) & (values <= ends[1] + tolerance)]
    return kept if len(kept) else values


def _content_box_mm(volume: Volume, window: tuple[float, float]) -> Float64Array | None:
    """World box of the slices with more than noise; None without such slices.

    The sides of the box are voxel centres. In an oblique volume they are exact only to some millimetres.
    """
    low, high = window
    level = low + _CONTENT_LEVEL * (high - low)
    slope = volume.slope or 1.0
    level_voxel = (level - volume.inter) / slope

    def content_of(voxels: npt.NDArray[Any]) -> BoolArray:
        values = voxels.max(axis=3) if voxels.ndim == 4 else voxels
        # NaN compares as empty.
        return np.asarray(values > level_voxel if slope > 0 else values < level_voxel)

    if voxel_axis_of_world_axis(volume.affine) is None:
        return _oblique_content_box_mm(volume, content_of)
    counts = [np.zeros(n, dtype=np.int64) for n in volume.shape]
    for first, slab in slabs(volume.voxels):
        content = content_of(slab)
        counts[0] += np.count_nonzero(content, axis=(1, 2))
        counts[1] += np.count_nonzero(content, axis=(0, 2))
        counts[2][first : first + slab.shape[2]] += np.count_nonzero(content, axis=(0, 1))
    ends = []
    for axis, count in enumerate(counts):
        voxels_per_slice = np.prod(volume.shape) / volume.shape[axis]
        full = np.flatnonzero(count > _CONTENT_SHARE * voxels_per_slice)
        if not len(full):
            return None
        ends.append((full[0], full[-1]))
    corners = np.stack(np.meshgrid(*ends, indexing="ij"), axis=-1).reshape(-1, 3)
    corners_mm = apply_affine(volume.affine, corners)
    return np.stack([corners_mm.min(axis=0), corners_mm.max(axis=0)])


def _oblique_content_box_mm(volume: Volume, content_of: Callable[[npt.NDArray[Any]], BoolArray]) -> Float64Array | None:
    """World box of the content of an oblique volume, whose slices cross many voxel layers."""
    zooms = zooms_mm(volume.affine)
    steps = np.maximum(1, (_OBLIQUE_STEP_MM / zooms).astype(int))
    content = content_of(volume.voxels[:: steps[0], :: steps[1], :: steps[2]])
    pos_mm = apply_affine(volume.affine, np.argwhere(content) * steps)
    box = world_box_mm(volume.affine, volume.shape)
    thickness_mm = 2 * float((steps * zooms).max())
    ends = []
    for axis in range(3):
        n_slices = max(1, int(np.ceil((box[1, axis] - box[0, axis]) / thickness_mm)))
        counts, edges_mm = np.histogram(pos_mm[:, axis], n_slices, (box[0, axis], box[1, axis]))
        full = np.flatnonzero(counts > _CONTENT_SHARE * content.size / n_slices)
        if not len(full):
            return None
        ends.append((edges_mm[full[0]], edges_mm[full[-1] + 1]))
    return np.array(ends).T
