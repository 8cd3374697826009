"""The layout of a scene's frames."""

from __future__ import annotations

from functools import partial

import numpy as np

from corticast.core.geometry.affines import world_box_mm
from corticast.core.geometry.arrange import arrange
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.picture_layout import picture_layout
from corticast.core.geometry.scene_cells import cell_trees
from corticast.core.geometry.text_sizes import text_scale
from corticast.core.model.scene import Scene, has_caption
from corticast.core.model.types import Float64Array, PlacedElectrodes
from corticast.core.text.size_key import with_size_key

# Room around contacts that stand on the plain background, in mm and as a share of their extent.
_PLAIN_MARGIN_MM, _PLAIN_MARGIN_SHARE = 8.0, 0.12


def layout_of(scene: Scene, placed: PlacedElectrodes | None, size: tuple[int, int]) -> Layout:
    """Panels and label places of a scene's frames.

    Parameters
    ----------
    placed : where the electrodes are, None without any
    size : width, height in pixels
    """
    layout = _with_bar(scene, placed, size)
    return with_size_key(layout) if scene.size_by is not None and scene.shows_columns else layout


def _with_bar(scene: Scene, placed: PlacedElectrodes | None, size: tuple[int, int]) -> Layout:
    """Panels and label places, where the colour bar has all of its room."""
    labels = frozenset(scene.labels)
    has_colorbar = placed is not None or (scene.volume is not None and not scene.volume.is_rgb)
    picture_at = partial(
        picture_layout,
        size=size,
        labels=labels,
        has_title=bool(scene.title),
        has_colorbar=has_colorbar,
        has_foot=has_caption(scene),
        text_scale=text_scale(scene),
    )
    if scene.image is not None:
        height, width = scene.image.pixels.shape[:2]
        return picture_at((width, height), (-0.5, -0.5))
    if scene.volume is not None:
        box = world_box_mm(scene.volume.affine, scene.volume.shape)
    else:
        assert placed is not None  # a scene shows something
        box = _extent(placed)
        if placed.in_picture:
            width, height = box[1] - box[0]
            return picture_at((width, height), tuple(box[0]))
    return arrange(
        cell_trees(scene, placed),
        box,
        size,
        labels=labels,
        convention=scene.convention,
        sagittal_nose=scene.sagittal_nose,
        has_title=bool(scene.title),
        has_colorbar=has_colorbar,
        has_foot=has_caption(scene),
        text_scale=text_scale(scene),
    )


def _extent(placed: PlacedElectrodes) -> Float64Array:
    """(2, 2 or 3) box of the drawn contacts with room around it."""
    pos = placed.pos[placed.drawn]
    low, high = pos.min(axis=0), pos.max(axis=0)
    margin = _PLAIN_MARGIN_MM + _PLAIN_MARGIN_SHARE * (high - low).max()
    return np.stack([low - margin, high + margin])
