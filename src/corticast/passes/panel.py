"""Passes as the compositor sees them: each draws something on panels, and the compositor knows no kind of pass."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Protocol, runtime_checkable

from corticast.core.flash_reach import Discs
from corticast.core.geometry.panels import Rect
from corticast.core.model.types import FrameState
from corticast.core.page.parts import Shape
from corticast.gl.target import Target


class PanelPass(Protocol):
    """Draws one thing on panels: slices, views, a picture, a bar, sprites.

    A pass either moves or rests. One that moves is drawn in every frame. One that rests belongs to the still layer, and
    is drawn again only when `shown` says that it shows something else. Over a pass that moves it is drawn in every
    frame.

    A pass either covers or blends. One that covers paints all pixels of its rectangles. One that blends lets pixels
    below show through, so that the compositor restores its rectangles before the next frame.
    """

    @property
    def moves(self) -> bool:
        """Whether the pass draws something else from frame to frame."""

    @property
    def blends(self) -> bool:
        """Whether the pass lays premultiplied colours over the pixels below."""

    @property
    def is_neutral(self) -> bool:
        """Whether no pixel that the pass draws has a hue."""

    @property
    def rects(self) -> Sequence[Rect]:
        """Rectangles of the frame outside which the pass never draws."""

    def shown(self, state: FrameState) -> Hashable:
        """What of a state the pass shows: while it stays equal, the pass draws the same pixels."""

    def prepare(self, state: FrameState) -> None:
        """Make ready what `draw` needs; called in every frame, before a target is bound."""

    def draw(self, state: FrameState) -> None:
        """Draw into the bound target, which blends if the pass does."""


@runtime_checkable
class ShapePass(PanelPass, Protocol):
    """A pass whose drawing a page can hold as shapes."""

    def parts(self, state: FrameState) -> Iterable[Shape]:
        """Shapes of a frame in the order they are drawn; `prepare` comes first."""


@runtime_checkable
class LumaPass(PanelPass, Protocol):
    """A pass that can also draw straight into the luma plane, past the frame and its conversion."""

    @property
    def luma_rects(self) -> Sequence[Rect]:
        """Rectangles of the frame that `draw_luma` covers, background beside the panels included."""

    def draw_within(self, rects: Sequence[Rect]) -> None:
        """Draw the prepared picture into the bound frame, only within some rectangles."""

    def draw_luma(self, planes: Target) -> None:
        """Draw the prepared picture into the luma plane of a packed target, as a PlanePass has it."""


@runtime_checkable
class DiscPass(PanelPass, Protocol):
    """A pass that draws discs alone, whose largest sizes are known."""

    def discs(self, state: FrameState) -> Discs:
        """Discs outside which the pass never draws, while planes and cameras stay as in a state."""
