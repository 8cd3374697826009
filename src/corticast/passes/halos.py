"""Light around contacts: halos that grow with activity, and change no pixel of any contact."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from corticast.core.flash_reach import Discs, joined_discs
from corticast.core.model.types import FrameState
from corticast.gl.context import OffscreenContext
from corticast.gl.shaders import Pass
from corticast.gl.target import Target
from corticast.passes.quads import covering, rects_corners
from corticast.passes.sprites import FlatSprites
from corticast.passes.view_sprites import ViewSprites


class HaloPass:
    """Draws the light around the contacts of all panels, below the contacts.

    A layer of its own takes the halos, each pixel the brightest of them: the light of a contact does not depend on
    another's activity. All pixels that contacts touch are erased from the layer. Then the layer is laid over the frame.

    Parameters
    ----------
    context : current
    sprites : passes that draw the contacts, in a style with halos
    layout_size, frame_size : width, height in pixels of the layout, and of the frames that are drawn

    Attributes
    ----------
    rects : of the frame that halos can reach
    """

    moves, blends, is_neutral = True, True, False

    def __init__(
        self,
        context: OffscreenContext,
        sprites: Sequence[FlatSprites | ViewSprites],
        layout_size: tuple[int, int],
        frame_size: tuple[int, int],
    ) -> None:
        self._context = context
        self._sprites = tuple(sprites)
        self.rects = covering([rect for each in sprites for rect in each.rects], layout_size)
        self._layer = Target(context, frame_size)
        self._pass = Pass("rect.vert", "picture.frag")
        corners = rects_corners(self.rects or [(0, 0, 0, 0)])
        self._pass["u_target_size"] = layout_size
        self._pass["a_pixel"] = corners
        self._pass["a_texcoord"] = corners / np.asarray(layout_size, dtype=np.float32)
        self._pass["u_picture"] = self._layer.texture

    def shown(self, state: FrameState) -> Hashable:
        """The state itself: activity is new in every frame."""
        return state

    def prepare(self, state: FrameState) -> None:
        """Draw the halos into their layer."""
        for each in self._sprites:
            each.prepare(state)
        with self._layer.bound(blend=True):
            self._layer.clear((0.0, 0.0, 0.0, 0.0))
            with self._context.mixing("maximum"):
                for each in self._sprites:
                    each.draw_aspect("halos", state)
            with self._context.mixing("erase"):
                for each in self._sprites:
                    each.draw_aspect("covers", state)

    def discs(self, state: FrameState) -> Discs:
        """Discs outside which no activity draws, while planes and cameras stay as in a state."""
        return joined_discs([sprites.discs(state) for sprites in self._sprites])

    def draw(self, state: FrameState) -> None:
        """Lay the halos over the bound frame; nothing without activity."""
        if self.rects and state.activity is not None:
            self._pass.draw(len(self.rects))
