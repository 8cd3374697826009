"""Backgrounds that are not dark: noise as bright as the head (MP2RAGE, maps), one bright value, zeros around a CT.

A level cannot tell such a background from the head. Its texture can: along the edges of the volume's box, where no head
is, local means and local deviations have one distribution. Samples of the same distribution that reach these edges are
background. The head is the largest part of the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.parts import largest_part
from corticast.core.model.types import BoolArray, Float32Array, Volume

# Samples along each axis for the first look, and for the search.
_GLANCE, _SAMPLES = 48, 128
# Values along the edges are dark up to this share of the way from the darkest to the brightest. A single value is dark
# if it is the darkest.
_DARK = 0.25
# Along the edges so many samples must have the background's texture; a cut through tissue has no texture of its own.
_UNIFORM = 0.8
# Deviations of local means and of local noise from those at the edges, in standard deviations.
_NEAR = 4.0
# Share of the box that a head fills.
_LEAST_HEAD, _MOST_HEAD = 0.01, 0.9
# Dents up to so many samples deep are filled.
_DENTS = 3
# The share of the other samples that the head holds.
_LEAST_PART = 0.5
# Hounsfield units below any tissue, and of bone; the value of air, and the least share of air in a CT.
_AIR_HU, _BONE_HU = -500.0, 700.0
_CT_AIR_HU, _CT_AIR_SHARE = -1000.0, 0.05

# None where the background is dark: a volume that is its own value would never be freed.
_known: WeakKeyDictionary[Volume, Volume | None] = WeakKeyDictionary()
_heads: WeakKeyDictionary[Volume, BoolArray | None] = WeakKeyDictionary()


@dataclass(frozen=True)
class _Texture:
    """Local means and local deviations of the background, with their own deviations."""

    mean: float
    mean_sd: float
    noise: float
    noise_sd: float


def on_dark(volume: Volume) -> Volume:
    """The volume itself where its background is dark, else the same with a dark background. Made once.

    Views from outside, outlines and the grey window need a head that stands out. Slices show the volume's own values.
    """
    if volume not in _known:
        inside = head_in(volume)
        made = None if inside is None else _darkened(volume, inside)
        if made is not None:
            _known[made] = None
        _known[volume] = made
    made = _known[volume]
    return volume if made is None else made


def head_in(volume: Volume) -> BoolArray | None:
    """(nx, ny, nz) voxels of the head before a background that is not dark; None before a dark one, or without a head.

    Found once.
    """
    if volume not in _heads:
        _heads[volume] = _found(volume)
    return _heads[volume]


def _found(volume: Volume) -> BoolArray | None:
    if volume.is_rgb or volume.voxels.dtype.kind == "b" or min(volume.shape) < 8:
        return None
    glance, _ = _sampled(volume, _GLANCE)
    if not np.isfinite(glance).all():
        # Missing values are a background of their own.
        return None
    edges = glance[_along_edges(glance.shape)]
    low, high = np.percentile(glance, (1, 99))
    one = float(edges[0]) if (edges == edges[0]).all() else None
    is_ct = np.mean(glance < _AIR_HU) > _CT_AIR_SHARE and glance.max() > _BONE_HU
    # Of maps, and of volumes within a mask, zeros are no noise.
    if (one == 0 and not is_ct) or np.percentile(edges, 90) <= low + (0.0 if one else _DARK) * (high - low):
        return None
    values, steps = _sampled(volume, _SAMPLES)
    if not np.isfinite(values).all():
        return None
    filled = values == one if one is not None else _like_edges(values)
    if is_ct and filled is not None:
        filled |= values < _AIR_HU
    head = None if filled is None else _head_beside(filled)
    if head is not None and one is None:
        # The rim is a mixture, and looks like noise.
        head = _grown(head)
    return None if head is None else _spread(head, steps, volume.shape)


def _sampled(volume: Volume, n: int) -> tuple[Float32Array, tuple[int, ...]]:
    """Scaled values of every so many voxels, and the steps between them."""
    steps = tuple(max(1, round(side / n)) for side in volume.shape)
    stored = volume.voxels[tuple(slice(step // 2, None, step) for step in steps)]
    with np.errstate(over="ignore", invalid="ignore"):
        return (stored.astype(np.float64) * volume.slope + volume.inter).astype(np.float32), steps


def _along_edges(shape: tuple[int, ...]) -> BoolArray:
    """Samples along the twelve edges of a box."""
    thick = [max(2, n // 16) for n in shape]
    near = [(np.arange(n) < t) | (np.arange(n) >= n - t) for n, t in zip(shape, thick, strict=True)]
    x, y, z = np.ix_(*(each.astype(np.uint8) for each in near))
    return np.asarray(x + y + z >= 2)


def _like_edges(values: Float32Array) -> BoolArray | None:
    """Samples with the texture of those along the edges; None where these have no texture in common."""
    from scipy import ndimage

    scale = float(np.abs(values).max()) or 1.0
    scaled = values / np.float32(scale)
    mean = ndimage.uniform_filter(scaled, 3, mode="nearest")
    squares = ndimage.uniform_filter((scaled - mean) ** 2, 3, mode="nearest")
    noise = np.sqrt(np.maximum(squares, 0))  # rounding may leave a little less than 0
    edges = _along_edges(values.shape)
    texture = _Texture(*_middle(mean[edges]), *_middle(noise[edges]))
    near = np.abs(mean - texture.mean) <= max(_NEAR * texture.mean_sd, 1e-6)
    near &= np.abs(noise - texture.noise) <= max(_NEAR * texture.noise_sd, 1e-6)
    return near if near[edges].mean() >= _UNIFORM else None


def _middle(values: npt.NDArray[Any]) -> tuple[float, float]:
    """Median, and standard deviation by the median absolute deviation."""
    median = float(np.median(values))
    return median, 1.4826 * float(np.median(np.abs(values - median)))


def _head_beside(filled: BoolArray) -> BoolArray | None:
    """The head: the largest part that a background reaching the box's edges leaves, without holes."""
    from scipy import ndimage

    parts, _ = ndimage.label(filled)
    outer = np.unique(parts[_along_edges(filled.shape) & filled])
    others = ~np.isin(parts, outer[outer > 0])
    others = ndimage.binary_opening(others)
    if not others.any():
        return None
    head = largest_part(others)
    if head.sum() < _LEAST_PART * others.sum() or not _LEAST_HEAD <= head.mean() <= _MOST_HEAD:
        return None
    # Dents are tissue that looks like the background.
    closed = ndimage.binary_closing(np.pad(head, _DENTS), iterations=_DENTS)[(slice(_DENTS, -_DENTS),) * 3]
    return np.asarray(ndimage.binary_fill_holes(closed))


def _grown(head: BoolArray) -> BoolArray:
    """The head with one more layer of samples."""
    from scipy import ndimage

    return np.asarray(ndimage.binary_dilation(head))


def _spread(head: BoolArray, steps: tuple[int, ...], shape: tuple[int, ...]) -> BoolArray:
    """Samples as voxels, with a smooth outline."""
    from scipy import ndimage

    for axis, step in enumerate(steps):
        head = np.repeat(head, step, axis=axis)
    head = np.pad(head, [(0, max(0, n - have)) for n, have in zip(shape, head.shape, strict=True)], mode="edge")
    head = head[tuple(slice(n) for n in shape)]
    soft = ndimage.gaussian_filter(head.astype(np.float32), [max(step, 1.0) for step in steps], mode="nearest")
    return np.asarray(soft >= 0.5)


def _darkened(volume: Volume, inside: BoolArray) -> Volume:
    """The volume with a background as far below the head's values as half of their range."""
    voxels = volume.voxels.copy(order="K")
    head = voxels[inside].astype(np.float64) * volume.slope + volume.inter
    low, high = np.percentile(head, (0.5, 99.5))
    is_ct = float(voxels.min()) * volume.slope + volume.inter < _AIR_HU and head.max() > _BONE_HU
    dark = _CT_AIR_HU if is_ct else low - (high - low) / 2 if low < 0 else 0.0
    stored = (dark - volume.inter) / (volume.slope or 1.0)
    if voxels.dtype.kind in "iu":
        ends = np.iinfo(voxels.dtype)
        stored = int(np.clip(round(stored), ends.min, ends.max))
    voxels[~inside] = stored
    return replace(volume, voxels=voxels)
