"""The field whose level set is the surface of a volume seen from outside: smooth by about a voxel.

Where a brain was extracted, values end in a step, and linear interpolation shows the lattice of the voxels as terraces.
So rays look for the surface in a field of their own: the share of each voxel on the way from the outside to the level
and as far again, smoothed by a binomial kernel. Where the values rise smoothly already, they do not change, and neither
does the surface.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.bricks import BRICK, Bricks
from corticast.core.geometry.head import luma_of
from corticast.core.geometry.slabs import slabs
from corticast.core.model.types import Float64Array, UInt16Array, Volume

# The field at the surface; twice as much is its largest value, so that four of them fit 16 bits. Twin of the constant
# in shaders/lib/ray_field.glsl.
FIELD_LEVEL = 8191

# Times that the kernel 1 2 1 smooths along each axis: a standard deviation of one voxel. Once leaves terraces in sight.
_N_SMOOTHINGS = 2

# Smoothing takes half of its effect where it changes the field by this share of the level. A smooth ball of 30 mm
# changes by 0.01, and keeps its surface; a step changes by 0.2 to 0.5.
_ROUGH = 0.05

_known: WeakKeyDictionary[Volume, dict[tuple[float, float], Volume]] = WeakKeyDictionary()


def surface_field(volume: Volume, bricks: Bricks, level: float, outside: float) -> Volume:
    """The smooth field of a volume around its surface, made once.

    Parameters
    ----------
    bricks : of the volume
    level : scaled value at the surface
    outside : scaled value below that, of the air around the head

    Returns
    -------
    (nx, ny, nz) uint16 voxels, 0 outside, `FIELD_LEVEL` at the surface; of the box alone that reaches the level
    """
    fields = _known.setdefault(volume, {})
    if (level, outside) not in fields:
        fields[level, outside] = _field(volume, bricks, level, outside)
    return fields[level, outside]


def _field(volume: Volume, bricks: Bricks, level: float, outside: float) -> Volume:
    box = _box(bricks, level, volume.shape)
    values = _rises(volume, volume.voxels[box], level, outside)
    smooth = values
    for axis in (0, 1, 2) * _N_SMOOTHINGS:
        smooth = smoothed(smooth, axis)
    affine = volume.affine.copy()
    affine[:3, 3] += affine[:3, :3] @ [side.start for side in box]
    return Volume(_where_rough(values, smooth), affine, name=volume.name)


def _box(bricks: Bricks, level: float, shape: tuple[int, ...]) -> tuple[slice, slice, slice]:
    """Voxels of the bricks that reach a level, and of a brick around them; one brick where none does."""
    reaching = bricks.peaks >= np.float64(level)
    sides = []
    for axis, n in enumerate(shape):
        along = np.flatnonzero(reaching.any(axis=tuple({0, 1, 2} - {axis})))
        first, last = (along[0], along[-1]) if len(along) else (0, 0)
        sides.append(slice(max(0, (int(first) - 1) * BRICK), min(n, (int(last) + 2) * BRICK)))
    return sides[0], sides[1], sides[2]


def _rises(volume: Volume, voxels: npt.NDArray[Any], level: float, outside: float) -> UInt16Array:
    """(nx, ny, nz) uint16 share of the way from the outside to twice the level, before smoothing."""
    kind, size = voxels.dtype.kind, voxels.dtype.itemsize
    if volume.is_rgb or kind == "f" or size > 2:
        rises = np.empty(voxels.shape[:3], np.uint16, order="F")
        for first, slab in slabs(voxels):
            values = luma_of(slab) if volume.is_rgb else slab.astype(np.float64) * volume.slope + volume.inter
            rises[:, :, first : first + slab.shape[2]] = _levels(values, level, outside)
        return rises
    # Each possible value is converted once.
    stored = np.arange(2 ** (8 * size)).astype(voxels.dtype) if kind != "b" else np.array([False, True])
    index = voxels.view(np.uint8) if kind == "b" else voxels.view(f"u{size}")
    return np.asarray(_levels(stored.astype(np.float64) * volume.slope + volume.inter, level, outside)[index])


def _levels(values: Float64Array, level: float, outside: float) -> UInt16Array:
    """Values as a field that is `FIELD_LEVEL` at a level; missing values are outside."""
    with np.errstate(over="ignore", invalid="ignore"):
        rises = np.nan_to_num((values - outside) * (FIELD_LEVEL / (level - outside)), nan=0.0)
    return np.asarray(np.clip(rises, 0, 2 * FIELD_LEVEL) + 0.5, dtype=np.uint16)


def _where_rough(values: UInt16Array, smooth: UInt16Array) -> UInt16Array:
    """The smoothed field where it differs from the values, the values where both nearly agree."""
    field = np.empty_like(values)
    # Slice by slice: these arrays then stay in the processor's cache.
    for k in range(values.shape[2]):
        change = smooth[:, :, k].astype(np.float32) - values[:, :, k]
        square = change * change
        change *= square / (square + np.float32((_ROUGH * FIELD_LEVEL) ** 2))
        field[:, :, k] = change + values[:, :, k] + np.float32(0.5)
    return field


def smoothed(values: UInt16Array, axis: int) -> UInt16Array:
    """Means by the binomial kernel 1 2 1 along an axis; beyond the edge as at the edge.

    Parameters
    ----------
    values : (nx, ny, nz) uint16, at most 16383
    axis : 0, 1 or 2
    """
    values = np.moveaxis(values, axis, 0)
    total = values * np.uint16(2)
    total[1:] += values[:-1]
    total[0] += values[0]
    total[:-1] += values[1:]
    total[-1] += values[-1]
    total += np.uint16(2)
    total >>= np.uint16(2)
    return np.moveaxis(total, 0, axis)
