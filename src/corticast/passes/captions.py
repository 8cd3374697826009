"""The caption pass: all texts of a frame, above everything else that is drawn."""

from __future__ import annotations

from collections.abc import Hashable

from corticast.core.geometry.panels import Rect
from corticast.core.model.types import FrameState
from corticast.core.text.captions import Captions
from corticast.passes.labels import GlyphAtlas, LabelPass


class CaptionPass:
    """Draws titles, names, letters, captions, the clock and the texts of a colour bar.

    Parameters
    ----------
    captions : what the texts say and where they stand
    color : of the texts, sRGB in 0..1
    """

    def __init__(self, captions: Captions, color: tuple[float, float, float]) -> None:
        self._captions = captions
        atlas = GlyphAtlas()
        self._resting = LabelPass(captions.layout.size, atlas, color)
        self._moving = LabelPass(captions.layout.size, atlas, color)

    @property
    def rects(self) -> list[Rect]:
        """Rectangles of the frame that moving texts covered when they were drawn last."""
        return self._moving.rects

    def resting_rects(self, state: FrameState) -> list[Rect]:
        """Rectangles of the frame that resting texts cover."""
        self._resting.lay_out(self._captions.resting(state))
        return self._resting.rects

    def shown(self, state: FrameState) -> Hashable:
        """What resting texts depend on: while it stays equal, so do they."""
        return self._captions.shown(state)

    def draw_resting(self, state: FrameState) -> None:
        """Draw the texts of the still layer into the bound target, with blending on."""
        self._resting.draw(self._captions.resting(state))

    def draw_moving(self, state: FrameState) -> None:
        """Draw the texts of this frame alone into the bound target, with blending on."""
        self._moving.draw(self._captions.moving(state))
