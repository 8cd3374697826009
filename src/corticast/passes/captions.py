"""The caption pass: all texts of a frame, above everything else that is drawn."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from corticast.core.geometry.panels import Rect
from corticast.core.model.types import FrameState
from corticast.core.page.parts import RIM, PageText, Rim
from corticast.core.text.captions import Captions, Text
from corticast.passes.labels import GlyphAtlas, LabelPass
from corticast.passes.quads import overlap


class CaptionPass:
    """Draws titles, names, letters, captions, the clock and the texts of a colour bar.

    Texts that rest belong to the still layer, except where a pass that moves may cover them: those are drawn in every
    frame, with a rim.

    Parameters
    ----------
    captions : what the texts say and where they stand
    color : of texts without a colour of their own, sRGB in 0..1
    ground : colour behind the panels, sRGB in 0..1, of the texts' rim
    rim : its strokes

    Attributes
    ----------
    is_neutral : whether no text has a hue
    """

    def __init__(
        self,
        captions: Captions,
        color: tuple[float, float, float],
        ground: tuple[float, float, float],
        rim: Rim = RIM,
    ) -> None:
        self._captions = captions
        self._color, self._ground, self._rim = color, ground, rim
        self.is_neutral = all(len(set(ink)) == 1 for ink in (color, ground, captions.panel_ink or color))
        atlas = GlyphAtlas()
        size = captions.layout.size
        # Texts stand within panels too: a rim keeps them legible on any grey.
        self._resting, self._moving, self._raised = (LabelPass(size, atlas, color, ground, rim) for _ in range(3))
        self._covered: Sequence[Rect] = ()
        self._split_for: Hashable = None
        self._split: tuple[list[Text], list[Text]] = ([], [])

    def raise_over(self, rects: Sequence[Rect]) -> None:
        """Draw resting texts that reach into these rectangles of the frame above the passes that move."""
        self._covered = rects

    @property
    def rects(self) -> list[Rect]:
        """Rectangles of the frame that were covered by texts of the moving layer when they were drawn last."""
        return self._moving.rects + self._raised.rects

    def resting_rects(self, state: FrameState) -> list[Rect]:
        """Rectangles of the frame that resting texts cover."""
        self._resting.lay_out(self._captions.resting(state))
        return self._resting.rects

    def reach(self, states: Sequence[FrameState]) -> list[Rect] | None:
        """Rectangles of the frame that texts can change, None where unknown; see `Captions.reach`."""
        return self._captions.reach(states)

    def shown(self, state: FrameState) -> Hashable:
        """What resting texts depend on: while it stays equal, so do they."""
        return self._captions.shown(state)

    def draw_resting(self, state: FrameState) -> None:
        """Draw the texts of the still layer into the bound target, with blending on."""
        self._resting.draw(self._texts(state)[0])

    def lay_out_moving(self, state: FrameState) -> None:
        """Find the places of the texts of this frame alone."""
        self._raised.lay_out(self._texts(state)[1])
        self._moving.lay_out(self._captions.moving(state))

    def draw_moving(self, state: FrameState) -> None:
        """Draw the texts of this frame alone into the bound target, with blending on."""
        self._raised.draw(self._texts(state)[1])
        self._moving.draw(self._captions.moving(state))

    def parts(self, state: FrameState) -> tuple[PageText, ...]:
        """All texts of a frame, for a page."""
        resting, raised = self._texts(state)
        return tuple(self._part(text) for text in (*resting, *raised, *self._captions.moving(state)))

    def _part(self, text: Text) -> PageText:
        slot, color = text.slot, text.color or self._color
        return PageText(
            text.text,
            *text.at_px,
            slot.size_px,
            text.strong,
            color,
            text.opacity,
            self._ground,
            slot.upright,
            self._rim,
        )

    def _texts(self, state: FrameState) -> tuple[list[Text], list[Text]]:
        """Resting texts of the still layer, and those that are raised."""
        shown = self._captions.shown(state)
        if shown != self._split_for:
            self._split_for = shown
            self._split = ([], [])
            for text in self._captions.resting(state):
                self._split[self._is_covered(text)].append(text)
        return self._split

    def _is_covered(self, text: Text) -> bool:
        return any(overlap(own, rect) for own in self._raised.rects_of(text) for rect in self._covered)
