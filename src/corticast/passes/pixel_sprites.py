"""Contacts that a page holds as pixels, such as balls, which have no shape of one colour."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from corticast.core.flash_reach import Discs
from corticast.core.geometry.panels import Rect
from corticast.core.model.types import FrameState
from corticast.passes.sprites import FlatSprites
from corticast.passes.view_sprites import ViewSprites


class PixelSprites:
    """Draws sprites, and gives no shapes of them.

    Parameters
    ----------
    sprites : that are drawn
    """

    moves, blends, is_neutral = True, True, False

    def __init__(self, sprites: FlatSprites | ViewSprites) -> None:
        self._sprites = sprites

    @property
    def rects(self) -> Sequence[Rect]:
        """Rectangles of the frame that sprites can cover."""
        return self._sprites.rects

    def shown(self, state: FrameState) -> Hashable:
        """What of a state the sprites show."""
        return self._sprites.shown(state)

    def prepare(self, state: FrameState) -> None:
        """Make the sprites ready."""
        self._sprites.prepare(state)

    def draw(self, state: FrameState) -> None:
        """Draw the sprites into the bound frame."""
        self._sprites.draw(state)

    def discs(self, state: FrameState) -> Discs:
        """Discs outside which no activity draws, while planes and cameras stay as in a state."""
        return self._sprites.discs(state)
