"""Which passes draw the head: slices through it, and views from outside."""

from __future__ import annotations

from collections.abc import Iterator

from corticast.core.color.themes import Theme
from corticast.core.geometry.bricks import bricks_of
from corticast.core.geometry.masked import ground_around
from corticast.core.geometry.panels import ObliquePanel
from corticast.core.model.types import UInt8Array, Volume
from corticast.gl.context import OffscreenContext
from corticast.gl.volume import VolumeTexture
from corticast.passes.oblique_slices import ObliqueSlices
from corticast.passes.panel import PanelPass
from corticast.passes.scene_picture import ScenePicture
from corticast.passes.slice_base import SliceLook
from corticast.passes.slices import slice_pass
from corticast.passes.views import ViewLook, ViewPass, n_kept_turns

# Most rows of the slices that one pass draws; every renderer of today has textures of so many.
_MOST_ROWS = 8192


def slice_passes(
    context: OffscreenContext,
    picture: ScenePicture,
    volume: Volume,
    texture: VolumeTexture,
    colours: UInt8Array,
    theme: Theme,
) -> Iterator[PanelPass]:
    """Slices that rest, and slices that sweep."""
    layout = picture.layout
    cuts = bool(layout.slices) or bool(layout.of(ObliquePanel))
    air = ground_around(volume, picture.scene.mask, colours, theme) if cuts else None
    look = SliceLook(picture.scene.drawn_interpolation, colours, theme.premultiplied, air)
    for moves in (False, True):
        panels = [panel for panel in layout.slices if panel.moves(picture.motion) is moves]
        oblique = [panel for panel in layout.of(ObliquePanel) if panel.moves(picture.motion) is moves]
        if oblique:
            yield ObliqueSlices(context, volume, oblique, layout.size, look, texture, moves=moves)
        # A pass has the rows of all its slices in one texture.
        n_at_once = max(1, _MOST_ROWS // max(volume.shape))
        for first in range(0, len(panels), n_at_once):
            chosen = panels[first : first + n_at_once]
            yield slice_pass(context, volume, chosen, layout.size, look, texture, moves=moves)


def view_pass(
    context: OffscreenContext,
    picture: ScenePicture,
    seen: Volume,
    texture: VolumeTexture,
    look: ViewLook,
    frame_size: tuple[int, int] | None,
) -> ViewPass:
    """The head, or the brain within a mask, from outside.

    Parameters
    ----------
    seen : the volume as views show it, and its texture
    """
    layout, turns = picture.layout, picture.motion.turn
    size = layout.size
    # Views that rest are drawn into the still layer, which has the layout's size.
    drawn = frame_size if frame_size is not None and turns else size
    step = size[0] / drawn[0], size[1] / drawn[1]
    return ViewPass(
        context, seen, texture, bricks_of(seen), layout.views, size, look,
        moves=turns, pixel_step=step, n_kept=0 if drawn == size else n_kept_turns(drawn),
    )  # fmt: skip
