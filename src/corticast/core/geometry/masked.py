"""The brain that a mask cuts out of a volume: what views from outside show, and how slices end around it."""

from __future__ import annotations

from dataclasses import replace
from weakref import WeakKeyDictionary

import numpy as np

from corticast.core.color.themes import Theme
from corticast.core.geometry.affines import zooms_mm
from corticast.core.geometry.air import Air, shown_air
from corticast.core.geometry.background import on_dark
from corticast.core.geometry.head import head_of
from corticast.core.geometry.head_scale import head_scale
from corticast.core.geometry.mask_voxels import voxels_above_zero
from corticast.core.model.types import BoolArray, UInt8Array, Volume

# Slices fade out beyond the mask, by the shoulder of a Gaussian of this width: half is left at about 1.7 mm.
_FADE_MM = 2.5
# What slices of a human head show around the mask.
_AROUND_MM = 3.0
# Opacity is whole where the fade has at least this share, so that no value is unmixed from air.
_SHOWN = 0.1

_inside: WeakKeyDictionary[Volume, WeakKeyDictionary[Volume, BoolArray]] = WeakKeyDictionary()
_seen: WeakKeyDictionary[Volume, WeakKeyDictionary[Volume, Volume]] = WeakKeyDictionary()
_ends: WeakKeyDictionary[Volume, WeakKeyDictionary[Volume, Air]] = WeakKeyDictionary()


def around_mm(volume: Volume) -> float:
    """How far slices show a volume beyond its mask, in mm."""
    return _AROUND_MM * head_scale(volume)


def is_inside(volume: Volume, mask: Volume) -> BoolArray:
    """Voxels of a volume whose centre lies in a voxel above 0 of a mask on any grid, found once.

    Returns
    -------
    (nx, ny, nz) bool
    """
    found = _inside.setdefault(volume, WeakKeyDictionary())
    if mask not in found:
        found[mask] = _sampled(volume, mask)
    return found[mask]


def _sampled(volume: Volume, mask: Volume) -> BoolArray:
    brain = voxels_above_zero(mask)
    to_mask = np.linalg.inv(mask.affine) @ volume.affine
    if brain.shape == volume.shape[:3] and np.allclose(to_mask, np.eye(4), atol=1e-4):
        return brain
    from scipy import ndimage

    shape = volume.shape[:3]
    # A place beyond the grid, or half a voxel within its edge, is that of the nearest voxel or of none.
    sampled = ndimage.affine_transform(
        brain.view(np.uint8), to_mask[:3, :3], to_mask[:3, 3], shape, order=0, mode="grid-constant"
    )
    return np.asarray(sampled, dtype=np.bool_)


def seen_volume(volume: Volume, mask: Volume | None) -> Volume:
    """The volume as views from outside show it: within a mask the brain alone, the air's value elsewhere. Made once.

    Without a mask a background that is not dark is left out.
    """
    if mask is None:
        return on_dark(volume)
    found = _seen.setdefault(volume, WeakKeyDictionary())
    if mask not in found:
        voxels = volume.voxels.copy(order="K")
        voxels[~is_inside(volume, mask)] = _stored_outside(volume)
        found[mask] = replace(volume, voxels=voxels)
    return found[mask]


def _stored_outside(volume: Volume) -> float:
    """Stored value of the air, as near as the stored type has it."""
    if volume.is_rgb:
        return 0
    stored = (head_of(volume).outside - volume.inter) / (volume.slope or 1.0)
    if volume.voxels.dtype.kind in "iu":
        ends = np.iinfo(volume.voxels.dtype)
        return int(np.clip(round(stored), ends.min, ends.max))
    return float(stored)


def ground_around(volume: Volume, mask: Volume | None, colours: UInt8Array, theme: Theme) -> Air | None:
    """Parts of slices in whose place the ground shows: voxels farther than some mm beyond a mask, and the air.

    Parameters
    ----------
    colours : (256, 3) colour map of the volume

    Returns
    -------
    None where slices show every voxel
    """
    air = shown_air(volume, colours, theme)
    if mask is None:
        return air
    beyond = _beyond(volume, mask)
    if air is None:
        return beyond
    return Air(np.minimum(air.opacity, beyond.opacity), np.minimum(air.edge, beyond.edge), air.value)


def _beyond(volume: Volume, mask: Volume) -> Air:
    """The end of slices around a mask, found once: within the mask all is shown, beyond a soft end nothing."""
    found = _ends.setdefault(volume, WeakKeyDictionary())
    if mask not in found:
        found[mask] = _soft_end(volume, is_inside(volume, mask))
    return found[mask]


def _soft_end(volume: Volume, inside: BoolArray) -> Air:
    from scipy import ndimage

    edge, opacity = np.zeros(inside.shape, np.uint8), np.zeros(inside.shape, np.uint8)
    sigma = _FADE_MM * head_scale(volume) / zooms_mm(volume.affine)
    reach = np.ceil(4 * sigma).astype(int)
    box = tuple(
        slice(max(int(rows.min(initial=n)) - wide, 0), int(rows.max(initial=0)) + wide + 1)
        for rows, wide, n in zip(np.nonzero(inside), reach, inside.shape, strict=True)
    )
    part = inside[box]
    soft = ndimage.gaussian_filter(part.astype(np.float32), sigma, mode="nearest", truncate=3.0)
    edge[box] = np.where(part, 255, np.clip(510 * soft, 0, 255) + 0.5).astype(np.uint8)
    opacity[edge >= 255 * _SHOWN] = 255
    return Air(opacity, edge, head_of(volume).outside)
