"""Bricks of voxels with their largest values, so that rays can skip empty bricks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.affines import apply_affine
from corticast.core.geometry.camera import Camera
from corticast.core.geometry.slabs import slabs
from corticast.core.model.types import Float32Array, Float64Array, UInt8Array, Volume

# Voxels along an edge of a brick.
BRICK = 4

# Rays skip at most so many bricks at once.
_LARGEST_DISTANCE = 15

# Pixels along a side of a tile; twin of the constant in shaders/lib/ray_place.glsl.
TILE_PX = 8


@dataclass(frozen=True, eq=False)
class Bricks:
    """The largest values of a volume's bricks, and the places of the bricks.

    Parameters
    ----------
    peaks : (bx, by, bz) float32, the largest scaled value that linear interpolation can return in each brick, so the
        voxels around the brick count, too; -inf without a value
    affine : (4, 4) float64, voxel index -> RAS+ mm
    """

    peaks: Float32Array
    affine: Float64Array

    def centres_mm(self, level: float) -> Float64Array:
        """(n, 3) float64, centres of the bricks that reach a value, in the world."""
        return apply_affine(self.affine, (np.argwhere(self.peaks >= np.float64(level)) + 0.5) * BRICK - 0.5)

    def reach_mm(self, camera: Camera) -> Float64Array:
        """(3,) float64, distance from the centre of a brick to its sides, along a camera's axes."""
        return np.asarray(np.abs(camera.axes @ self.affine[:3, :3]).sum(axis=1) * (BRICK / 2))

    def distances(self, level: float) -> UInt8Array:
        """Distance to the nearest brick that reaches a value, in bricks along the longest axis, at most 15.

        Returns
        -------
        (bx, by, bz) uint8, 0 in bricks that reach the value
        """
        near = (self.peaks >= np.float64(level)).astype(np.uint8)
        distances = 1 - near
        for _ in range(_LARGEST_DISTANCE - 1):
            near = _spread(near, (1, 1, 1))
            distances += 1 - near
        return distances


_known: WeakKeyDictionary[Volume, Bricks] = WeakKeyDictionary()


def bricks_of(volume: Volume) -> Bricks:
    """Cut a volume into bricks, once.

    Parameters
    ----------
    volume : volume; in a volume of colours, the strongest channel counts
    """
    if volume not in _known:
        _known[volume] = _cut(volume)
    return _known[volume]


def _cut(volume: Volume) -> Bricks:
    last = volume.shape[2]
    parts = []
    for first, slab in slabs(volume.voxels, multiple=BRICK):
        # Include one slice on either side.
        low, high = max(first - 1, 0), min(first + slab.shape[2] + 1, last)
        parts.append(_peaks(volume.voxels[:, :, low:high], volume.slope, first - low, slab.shape[2]))
    peaks = np.concatenate(parts, axis=2)
    # Values beyond float32 become infinite, and stay the largest.
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = peaks.astype(np.float64) * volume.slope + volume.inter
        scaled[np.isnan(scaled)] = -np.inf
        return Bricks(scaled.astype(np.float32), volume.affine)


def _peaks(run: npt.NDArray[np.generic], slope: float, first: int, count: int) -> npt.NDArray[np.generic]:
    """(n, n, n) stored value of each brick that is largest after scaling; NaN if all voxels are NaN.

    Parameters
    ----------
    first, count : slices of the run to cut into bricks; the others are their neighbours
    """
    # Opacity is not a colour.
    values = run[..., :3].max(axis=3) if run.ndim == 4 else run
    if values.dtype.kind == "b":
        values = values.view(np.uint8)
    # Unlike `maximum`, these functions ignore NaN.
    largest = np.fmax if slope >= 0 else np.fmin
    for axis, (start, n) in ((2, (first, count)), (1, (0, values.shape[1])), (0, (0, values.shape[0]))):
        starts = np.arange(start, start + n, BRICK)
        within = largest.reduceat(values.take(range(start, start + n), axis), starts - start, axis=axis)
        before = values.take(np.maximum(starts - 1, 0), axis)
        after = values.take(np.minimum(starts + BRICK, values.shape[axis] - 1), axis)
        values = largest(within, largest(before, after))
    return values


def _spread(values: npt.NDArray[Any], around: Sequence[int]) -> npt.NDArray[Any]:
    """The largest value within `around` places before and after, along each axis."""
    for axis, n in enumerate(around):
        largest = values.copy()
        for step in range(1, min(n, values.shape[axis] - 1) + 1):
            here, there = [slice(None)] * values.ndim, [slice(None)] * values.ndim
            here[axis], there[axis] = slice(step, None), slice(None, -step)
            for one, other in ((here, there), (there, here)):
                part = largest[tuple(one)]
                np.maximum(part, values[tuple(other)], out=part)
        values = largest
    return values


@dataclass(frozen=True, eq=False)
class Spans:
    """The part of each ray that may meet something, tile by tile.

    Parameters
    ----------
    near_mm, far_mm : (rows, columns) float32, positions along the camera's axis towards the viewer; `near` is larger
        than `far`, except in empty tiles
    """

    near_mm: Float32Array
    far_mm: Float32Array


def spans_of(
    centres_mm: Float64Array,
    reach_mm: Float64Array,
    camera: Camera,
    pixels_per_mm: float,
    centre_px: tuple[float, float],
    size: tuple[int, int],
) -> Spans:
    """Find the part of each ray of a view that may meet a value.

    In parallel projection, all bricks have the same outline. The depth of each centre is spread over this outline.

    Parameters
    ----------
    centres_mm : (n, 3) world positions of the centres of bricks with content
    reach_mm : (3,) distance from the centre of a brick to its sides, along the camera's axes
    pixels_per_mm : scale of the view
    centre_px : column, row of the camera's centre in the view, edges at integers
    size : width, height of the view in pixels
    """
    right, up, depth = camera.seen(centres_mm).T
    around = np.ceil(reach_mm[1::-1] * pixels_per_mm / TILE_PX).astype(int)
    shape = np.array([-(-size[1] // TILE_PX), -(-size[0] // TILE_PX)])
    rows = np.floor((centre_px[1] - up * pixels_per_mm) / TILE_PX).astype(np.intp) + around[0]
    columns = np.floor((centre_px[0] + right * pixels_per_mm) / TILE_PX).astype(np.intp) + around[1]
    padded = shape + 2 * around
    inside = (rows >= 0) & (rows < padded[0]) & (columns >= 0) & (columns < padded[1])
    ends = []
    for along in (depth, -depth):
        extremes = np.full(padded, -np.inf, dtype=np.float32)
        np.maximum.at(extremes, (rows[inside], columns[inside]), along[inside].astype(np.float32))
        spread = _spread(extremes, around.tolist())
        ends.append(
            spread[around[0] : around[0] + shape[0], around[1] : around[1] + shape[1]] + np.float32(reach_mm[2])
        )
    # Finite values, for the GPU.
    near, far = (np.where(np.isfinite(end), end, np.float32(-1e6)) for end in ends)
    return Spans(near, -far)
