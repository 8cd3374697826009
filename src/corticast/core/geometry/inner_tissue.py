"""Tissue well within a head: the brain's, without the skin and the fat around it."""

from __future__ import annotations

import numpy as np

from corticast.core.geometry.body import Body, Samples, body_of
from corticast.core.geometry.parts import largest_part
from corticast.core.model.types import BoolArray, Float64Array, Volume

# The search takes about so many blocks of voxels along each axis, and at least so many.
_BLOCKS_PER_AXIS, _LEAST_BLOCKS = 64, 8
# Ways into a head that are at most twice so many blocks wide, such as those of eyes and ears, count as closed.
_CLOSED = 2
# Share of a head, from its middle on. Skin, skull and face lie beyond.
_INNER_SHARE = 0.5


def inner_tissue(volume: Volume) -> Float64Array | None:
    """Scaled values in the inner half of a head or brain, dark ones too, by the distance from the outside.

    Parameters
    ----------
    volume : of grey values

    Returns
    -------
    (n,) float64, one for each block of about a 64th of the volume's edges; None in a volume of few voxels, and where
    nothing reaches the level of the surface
    """
    body = body_of(volume)
    if body.samples is None:
        return None
    steps = tuple(max(1, round(n / _BLOCKS_PER_AXIS)) for n in body.samples.filled.shape)
    blocks = _blocks(body.samples.filled, steps)
    if min(blocks.shape) < _LEAST_BLOCKS:
        return None
    values = _values(volume, body, steps)
    inside = _inner(_without_air_within(blocks))[tuple(slice(n) for n in values.shape)]
    found = values[inside & np.isfinite(values)]
    return found if found.size else None


def _blocks(filled: BoolArray, steps: tuple[int, ...]) -> BoolArray:
    """Blocks of samples with at least one that is filled."""
    for axis, step in enumerate(steps):
        filled = np.logical_or.reduceat(filled, np.arange(0, filled.shape[axis], step), axis=axis)
    return filled


def _values(volume: Volume, body: Body, steps: tuple[int, ...]) -> Float64Array:
    """Scaled values of the middle voxels of blocks; those of the last blocks may be missing."""
    assert isinstance(body.samples, Samples)
    # Samples of a body are blocks of voxels themselves.
    sides = np.rint(np.linalg.norm(body.samples.affine[:3, :3], axis=0) / np.linalg.norm(volume.affine[:3, :3], axis=0))
    voxels = [int(side) * step for side, step in zip(sides, steps, strict=True)]
    stored = volume.voxels[tuple(slice(n // 2, None, n) for n in voxels)]
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(stored.astype(np.float64) * volume.slope + volume.inter)


def _without_air_within(blocks: BoolArray) -> BoolArray:
    """(nx + 2 * m, ...) blocks in a margin, and all that lies within: skull, sinuses and ventricles."""
    margin = _CLOSED + 1
    outside = ~np.pad(blocks, margin)
    for _ in range(_CLOSED):
        outside = _eroded(outside, beyond=True)
    outside = largest_part(outside)
    for _ in range(_CLOSED):
        outside = ~_eroded(~outside, beyond=False)
    return ~outside


def _inner(whole: BoolArray) -> BoolArray:
    """The part of a whole that is left when its outer layers, of half of its blocks, are gone; without the margin."""
    wanted = _INNER_SHARE * np.count_nonzero(whole)
    inner = whole
    while np.count_nonzero(further := _eroded(inner, beyond=False)) >= wanted:
        inner = further
    margin = slice(_CLOSED + 1, -_CLOSED - 1)
    return inner[margin, margin, margin]


def _eroded(filled: BoolArray, *, beyond: bool) -> BoolArray:
    """Blocks whose six neighbours are filled; `beyond` says whether those beside the array count as filled."""
    left = filled.copy()
    for axis in range(3):
        to, of = np.moveaxis(left, axis, 0), np.moveaxis(filled, axis, 0)
        to[1:] &= of[:-1]
        to[:-1] &= of[1:]
        to[0] &= beyond
        to[-1] &= beyond
    return left
