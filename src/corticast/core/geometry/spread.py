"""Where the slices of a mosaic lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from corticast.core.geometry.affines import snap_to_voxel_centre, voxel_axis_of_world_axis, world_box_mm, zooms_mm
from corticast.core.geometry.head_scale import head_scale
from corticast.core.geometry.panels import PLANES
from corticast.core.geometry.shown_body import planes_with_enough_mm
from corticast.core.model.layout_words import MOSAIC_SLICES, Word
from corticast.core.model.layouts import mosaic_plane
from corticast.core.model.scene import Scene
from corticast.core.model.scouts import scout_of
from corticast.core.model.types import Float64Array, PlacedElectrodes, Volume

# Slices closer than this look alike, and contacts within the usual depth stand on five of them already.
_LEAST_STEP_MM = 4.0


@dataclass(frozen=True)
class Spread:
    """Slices spread evenly, each in the middle of its share of a range.

    Parameters
    ----------
    plane : "sagittal", "coronal" or "axial"
    planes_mm : ascending coordinates of the slices, each once
    over : what the range holds
    has_all : whether the range holds as many slices as the mosaic would have
    """

    plane: str
    planes_mm: tuple[float, ...]
    over: Literal["head", "contacts"]
    has_all: bool = True


def spread_of(word: Word, scene: Scene, placed: PlacedElectrodes | None) -> Spread:
    """Slices of a mosaic: over the contacts, or without any over the slices that show enough of the head.

    A range of contacts that would put slices closer than 4 mm, or than voxels, is widened about its middle, up to that
    of the head. Each slice of voxels stands in a mosaic once, so that a range of few slices has fewer than asked for.

    Parameters
    ----------
    word : "mosaic", with or without a plane and a number of slices
    placed : where the electrodes are in the world, None without any

    Raises
    ------
    DataError : the scene's mask is empty, or lies outside of the volume
    """
    plane = mosaic_plane(word)
    # A scout is one of the usual panels.
    usual = MOSAIC_SLICES - (scout_of(word, scene.layout, scene.shown_labels) is not None)
    n = int(next((each for each in word.at if isinstance(each, float)), usual))
    axis, volume = PLANES[plane][0], scene.volume
    ends = _ends_of_contacts(placed, axis)
    if volume is None:
        assert ends is not None  # a scene without a volume has contacts
        return _distinct(plane, _in_shares(ends, n), "contacts")
    head = _ends_of_head(scene, volume, axis)
    over: Literal["head", "contacts"] = "head" if ends is None else "contacts"
    ends = head if ends is None else _widened(np.clip(ends, *_box(volume)[:, axis]), n * _step_mm(volume, axis), head)
    snapped = [snap_to_voxel_centre(volume.affine, volume.shape, axis, each) for each in _in_shares(ends, n)]
    return _distinct(plane, snapped, over)


def _distinct(plane: str, planes_mm: Sequence[float], over: Literal["head", "contacts"]) -> Spread:
    """Slices at each of the given coordinates once."""
    distinct = tuple(dict.fromkeys(planes_mm))
    return Spread(plane, distinct, over, has_all=len(distinct) == len(planes_mm))


def _step_mm(volume: Volume, axis: int) -> float:
    """Least mm between slices along a world axis: 4 mm of a human head, and a voxel if the volume is axis-aligned."""
    axes, least_mm = voxel_axis_of_world_axis(volume.affine), head_scale(volume) * _LEAST_STEP_MM
    return least_mm if axes is None else max(least_mm, float(zooms_mm(volume.affine)[axes[axis]]))


def _box(volume: Volume) -> Float64Array:
    return world_box_mm(volume.affine, volume.shape)


def _ends_of_contacts(placed: PlacedElectrodes | None, axis: int) -> Float64Array | None:
    """(2,) lowest and highest coordinate of the drawn contacts; None without any."""
    if placed is None or placed.in_picture or not placed.drawn.any():
        return None
    along_mm = placed.pos[placed.drawn, axis]
    return np.array([along_mm.min(), along_mm.max()])


def _ends_of_head(scene: Scene, volume: Volume, axis: int) -> Float64Array:
    """(2,) lowest and highest slice that shows enough of the head; the ends of the box without a head."""
    enough = planes_with_enough_mm(scene, volume)
    return np.asarray((_box(volume) if enough is None else enough)[:, axis])


def _widened(ends: Float64Array, least_mm: float, head: Float64Array) -> Float64Array:
    """A range about the same middle, with a least length, as far as the range of the head allows."""
    length = min(least_mm, float(head[1] - head[0]))
    if ends[1] - ends[0] >= length:
        return ends
    low = np.clip(ends.mean() - length / 2, min(head[0], ends[0]), max(head[1], ends[1]) - length)
    return np.array([low, low + length])


def _in_shares(ends: Float64Array, n: int) -> tuple[float, ...]:
    """Middles of n equal shares of a range."""
    return tuple(float(ends[0] + (ends[1] - ends[0]) * (number + 0.5) / n) for number in range(n))
