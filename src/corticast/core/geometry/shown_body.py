"""The head or brain that a scene shows, and the slices that show enough of it."""

from __future__ import annotations

import numpy as np

from corticast.core.geometry.affines import world_box_mm
from corticast.core.geometry.body import Body, body_of, brain_of
from corticast.core.geometry.head import head_of
from corticast.core.model.scene import Scene
from corticast.core.model.types import Float64Array, Volume
from corticast.errors import DataError

# Slices show enough where their area is at least this share of the largest one's. The skin and the skull of a head are
# large where the brain is small: of a T1w and the brain of the same subject, both shares end at the same planes, within
# 9 mm along each axis.
BRAIN_SHARE, HEAD_SHARE = 1 / 3, 0.6


def shown_body(scene: Scene, volume: Volume) -> Body:
    """The brain where a scene has a mask, else the head in its volume.

    Raises
    ------
    DataError : the mask is empty, or lies outside of the volume
    """
    if scene.mask is None:
        return body_of(volume, scene.surface_level)
    name = scene.mask.path or scene.mask.name
    brain = brain_of(scene.mask)
    if brain is None:
        raise DataError(f"--mask {name}: no voxel is above 0; give a mask of the brain")
    ends, box = brain.ends_mm(np.eye(3)), world_box_mm(volume.affine, volume.shape)
    if (ends[0] >= box[1]).any() or (ends[1] <= box[0]).any():
        raise DataError(f"--mask {name}: its brain lies outside of {volume.name}; give a mask in the volume's space")
    return brain


def enough_share(scene: Scene, volume: Volume) -> float:
    """Share of the largest slice's area from which on a slice shows enough of a scene's head."""
    return BRAIN_SHARE if scene.mask is not None or head_of(volume).kind == "brain" else HEAD_SHARE


def planes_with_enough_mm(scene: Scene, volume: Volume) -> Float64Array | None:
    """(2, 3) lowest and highest planes that show enough of a scene's head along each axis; None without a head.

    Raises
    ------
    DataError : as `shown_body`
    """
    return shown_body(scene, volume).planes_with(enough_share(scene, volume))
