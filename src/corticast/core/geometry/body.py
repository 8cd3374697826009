"""The head or brain in a volume, as points of its surface: what pictures of it must have room for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import product
from typing import Any, Literal
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.affines import apply_affine, world_box_mm
from corticast.core.geometry.background import on_dark
from corticast.core.geometry.head import head_of, luma_of, sample_steps, surface_level_of
from corticast.core.geometry.mask_voxels import voxels_above_zero
from corticast.core.geometry.parts import largest_part
from corticast.core.geometry.statistics import is_statistic
from corticast.core.model.types import BoolArray, Float64Array, Volume

# A part counts as the head if it holds at least this share of the voxels that reach the level. Otherwise the volume is
# a map of several spots, and all of them are shown.
_LEAST_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples of a volume, and those of them that belong to a body.

    Parameters
    ----------
    filled : (i, j, k) bool, whether a sample belongs to the body
    affine : (4, 4) float64, from indices of samples to RAS+ mm
    """

    filled: BoolArray
    affine: Float64Array


@dataclass(frozen=True, eq=False)
class Body:
    """Surface of a head, a brain or a volume's box.

    Parameters
    ----------
    points_mm : (n, 3) float64 in RAS+ mm, the middles of the outermost samples, at least one
    edges_mm : (3, 3) float64, edges of a sample as columns
    samples : all samples, inner ones too; None for a box
    """

    points_mm: Float64Array
    edges_mm: Float64Array
    samples: Samples | None = None

    def ends_mm(self, directions: npt.ArrayLike) -> Float64Array:
        """(2, k) float64, lowest and highest coordinate in mm along each of (k, 3) unit vectors."""
        along = np.asarray(directions, dtype=np.float64)
        seen = along @ self.points_mm.T
        half = np.abs(along @ self.edges_mm).sum(axis=1) / 2
        return np.stack([seen.min(axis=1) - half, seen.max(axis=1) + half])

    @property
    def half_mm(self) -> tuple[float, float]:
        """Farthest that the box around a point reaches, sideways and up."""
        half = np.abs(self.edges_mm).sum(axis=1) / 2
        return float(np.hypot(half[0], half[1])), float(half[2])

    @cached_property
    def areas(self) -> tuple[tuple[Float64Array, Float64Array], ...]:
        """Per axis of the world, coordinates of layers in mm and the samples of each layer; empty for a box."""
        return tuple(_layers(self.samples, axis) for axis in range(3)) if self.samples is not None else ()

    def planes_with(self, share: float) -> Float64Array | None:
        """(2, 3) lowest and highest coordinates whose slices have a share of the area of the largest slice.

        None for a box, whose slices are equally large.
        """
        if not self.areas:
            return None
        kept = [middles[counts >= share * counts.max()] for middles, counts in self.areas]
        return np.array([[layers[0] for layers in kept], [layers[-1] for layers in kept]])

    def at_plane(self, axis: int, plane_mm: float) -> Body | None:
        """The part that a plane meets; None where the plane passes by the body."""
        return self._met(np.eye(3)[axis], self.points_mm[:, axis] - plane_mm)

    def section(self, normal: Float64Array, offset_mm: float) -> Body | None:
        """The part that a plane in any position meets; None where the plane passes by the body.

        Parameters
        ----------
        normal : (3,) float64 unit vector
        offset_mm : coordinate of the plane along its normal
        """
        return self._met(normal, self.points_mm @ normal - offset_mm)

    def _met(self, normal: Float64Array, away_mm: Float64Array) -> Body | None:
        """The part that a plane meets, by the distances of all points from the plane."""
        half = np.abs(normal @ self.edges_mm).sum() / 2
        near = np.abs(away_mm) <= half * (1 + 1e-6)
        return replace(self, points_mm=self.points_mm[near]) if near.any() else None


_known: WeakKeyDictionary[Volume, dict[float | None, Body]] = WeakKeyDictionary()
_brains: WeakKeyDictionary[Volume, Body | None] = WeakKeyDictionary()


def body_of(volume: Volume, level: float | None = None) -> Body:
    """Find the largest connected part of a volume that reaches a level, once.

    Parts are connected through faces of samples. A sample is a block of voxels, and reaches the level if one of them
    does, so that the body is never cut. The whole box stands in where nothing reaches the level. Of a statistic, whose
    small values are data, all parts that differ from the background are the body.

    Parameters
    ----------
    level : scaled value at the surface; None takes the one that `surface_level_of` finds
    """
    chosen = None if level is None and is_statistic(volume) else surface_level_of(volume, level)
    bodies = _known.setdefault(volume, {})
    if chosen not in bodies:
        steps = sample_steps(volume.shape)
        if chosen is None:
            filled = _blocks_of(volume, partial(_differs, volume, outside=head_of(volume).outside), steps)
        else:
            seen = on_dark(volume)
            filled = largest_part(_blocks_of(seen, partial(_reaches, seen, level=chosen), steps), _LEAST_SHARE)
        bodies[chosen] = _surface_of(filled, volume.affine, steps) or box_body(volume)
    return bodies[chosen]


def brain_of(mask: Volume) -> Body | None:
    """Surface of the voxels above 0 of a mask, found once; None without any."""
    if mask not in _brains:
        _brains[mask] = _brain_of(mask)
    return _brains[mask]


def _brain_of(mask: Volume) -> Body | None:
    return _surface_of(voxels_above_zero(mask), mask.affine, (1, 1, 1))


def _layers(samples: Samples, axis: int) -> tuple[Float64Array, Float64Array]:
    """Coordinates in mm of the middles of layers, ascending, and the samples of each. Layers are one sample thick."""
    along, origin_mm = samples.affine[axis, :3], samples.affine[axis, 3]
    main = int(np.abs(along).argmax())
    others = [other for other in range(3) if other != main]
    if not along[others].any():
        counts = samples.filled.sum(axis=tuple(others), dtype=np.float64)
        middles = origin_mm + along[main] * np.arange(len(counts))
        order = np.argsort(middles)
        return middles[order], counts[order]
    seen = (np.argwhere(samples.filled) @ along + origin_mm) / abs(along[main])
    layer = np.rint(seen - seen.min()).astype(np.intp)
    counts = np.bincount(layer).astype(np.float64)
    return (seen.min() + np.arange(len(counts))) * abs(along[main]), counts


def box_body(volume: Volume) -> Body:
    """The whole box of a volume in the world."""
    low, high = world_box_mm(volume.affine, volume.shape)
    return Body(((low + high) / 2)[None], np.diag(high - low))


def _blocks_of(
    volume: Volume, belongs: Callable[[npt.NDArray[Any]], BoolArray], steps: tuple[int, int, int]
) -> BoolArray:
    """Blocks of voxels with at least one voxel that belongs to a body.

    Parameters
    ----------
    belongs : says so of stored voxels
    steps : voxels along the edges of a block
    """
    n_i, n_j, n_k = volume.shape
    step_i, step_j, step_k = steps
    # Along i voxels lie side by side in memory.
    lines = np.zeros((n_i, -(-n_j // step_j), -(-n_k // step_k)), dtype=np.bool_, order="F")
    for j, k in product(range(step_j), range(step_k)):
        every = belongs(volume.voxels[:, j::step_j, k::step_k])
        lines[:, : every.shape[1], : every.shape[2]] |= every
    filled = lines[::step_i].copy(order="F")
    for i in range(1, step_i):
        every = lines[i::step_i]
        filled[: len(every)] |= every
    return filled


def _reaches(volume: Volume, voxels: npt.NDArray[Any], level: float) -> BoolArray:
    """Whether stored voxels of a volume reach a level; missing values do not."""
    if volume.is_rgb:
        return np.asarray(luma_of(voxels) >= level, dtype=np.bool_)
    with np.errstate(invalid="ignore", over="ignore"):
        if voxels.dtype.kind == "b" or not volume.slope:
            return np.asarray(voxels * volume.slope + volume.inter >= level, dtype=np.bool_)
        stored = (level - volume.inter) / volume.slope
        if voxels.dtype.kind in "iu" and np.isfinite(stored):
            # Comparing integers needs no copy of the voxels as floats.
            stored, ends = int(np.ceil(stored) if volume.slope > 0 else np.floor(stored)), np.iinfo(voxels.dtype)
            if not ends.min <= stored <= ends.max:
                return np.full(voxels.shape, (stored < ends.min) == (volume.slope > 0))
            stored = voxels.dtype.type(stored)
        return np.asarray(voxels >= stored if volume.slope > 0 else voxels <= stored, dtype=np.bool_)


def _differs(volume: Volume, voxels: npt.NDArray[Any], outside: float) -> BoolArray:
    """Whether stored voxels of a volume have another value than its background; missing values do not."""
    if volume.is_rgb:
        return np.asarray(luma_of(voxels) != outside)
    with np.errstate(over="ignore", invalid="ignore"):
        values = voxels * volume.slope + volume.inter
    return np.asarray(np.isfinite(values) & (values != outside))


def _surface_of(filled: BoolArray, affine: Float64Array, steps: Any) -> Body | None:
    """Voxels with a neighbour outside; None without any."""
    order: Literal["C", "F"] = "F" if filled.flags.f_contiguous else "C"
    # Steps along memory, where neighbours lie at constant distances, are many times faster than slices.
    flat = filled.ravel(order)
    hidden = np.ones_like(flat)
    for step in np.empty(filled.shape, np.bool_, order).strides:
        hidden[step : len(flat) - step] &= flat[: max(len(flat) - 2 * step, 0)] & flat[2 * step :]
    shaped = hidden.reshape(filled.shape, order=order)
    for axis in range(3):
        np.moveaxis(shaped, axis, 0)[[0, -1]] = False
    found = np.flatnonzero(flat & ~hidden)
    if not len(found):
        return None
    points = np.stack(np.unravel_index(found, filled.shape, order), axis=1)
    block = np.asarray(steps)
    of_samples = np.eye(4)
    of_samples[:3, :3] = affine[:3, :3] * block
    of_samples[:3, 3] = apply_affine(affine, (block - 1) / 2)
    return Body(apply_affine(of_samples, points), of_samples[:3, :3], Samples(filled, of_samples))
