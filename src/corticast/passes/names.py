"""Names beside contacts, and the leaders between the two."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import numpy as np

from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Rect
from corticast.core.model.types import FrameState
from corticast.core.page.parts import RIM, PageText, Rgb, Rim
from corticast.core.text.leaders import LEADER_PX, LEAST_LEADER_PX, OPACITY, RIM_OPACITY
from corticast.core.text.metrics import start_px
from corticast.core.text.names import PanelNames, ShownNames
from corticast.passes.labels import GlyphAtlas, LabelPass
from corticast.passes.thin_lines import ThinLines


class _OfNames:
    """What the names of a frame depend on, and where they may stand.

    Parameters
    ----------
    layout : of the frame
    names : of panels that all rest, or that all move
    above : whether the names are drawn above passes that move
    """

    blends, is_neutral = True, False

    def __init__(self, layout: Layout, names: Sequence[PanelNames], *, above: bool) -> None:
        self._names = tuple(names)
        self.moves = above or any(each.moves for each in names)
        self.rects: list[Rect] = [each.room for each in names]
        self._frame: tuple[Hashable, tuple[ShownNames, ...]] = (None, ())

    def shown(self, state: FrameState) -> Hashable:
        """Planes and turn: while they stay, so do the names."""
        return state.planes_mm, state.turn_deg

    def _of(self, state: FrameState) -> tuple[ShownNames, ...]:
        shown = self.shown(state)
        if self._frame[0] != shown:
            self._frame = shown, tuple(each.at(state) for each in self._names)
        return self._frame[1]

    def prepare(self, state: FrameState) -> None:
        """Find the places of the names."""
        self._of(state)


class LeadersPass(_OfNames):
    """Draws the leaders of names; parameters as of `NamesPass`."""

    def __init__(
        self, layout: Layout, names: Sequence[PanelNames], color: Rgb, ground: Rgb, *, above: bool = False
    ) -> None:
        super().__init__(layout, names, above=above)
        width_px = max(LEADER_PX * layout.unit, LEAST_LEADER_PX)
        self._lines = ThinLines(layout.size, width_px, color, OPACITY, ground, RIM_OPACITY)
        self._drawn: Hashable = None

    def draw(self, state: FrameState) -> None:
        """Draw the leaders into the bound target, with blending on."""
        shown = self.shown(state)
        if shown != self._drawn:
            self._drawn = shown
            self._lines.lay_out(np.concatenate([np.zeros((0, 2, 2)), *(each.lines for each in self._of(state))]))
        self._lines.draw()


class NamesPass(_OfNames):
    """Draws names beside contacts.

    Parameters
    ----------
    layout : of the frame
    names : of panels that all rest, or that all move
    color : of the texts, sRGB in 0..1
    ground : colour of the rim around them
    rim : its strokes
    above : whether the names are drawn above passes that move
    """

    def __init__(
        self,
        layout: Layout,
        names: Sequence[PanelNames],
        color: Rgb,
        ground: Rgb,
        rim: Rim = RIM,
        *,
        above: bool = False,
    ) -> None:
        super().__init__(layout, names, above=above)
        self._color, self._ground, self._rim = color, ground, rim
        self._labels = LabelPass(layout.size, GlyphAtlas(), color, ground, rim)

    def draw(self, state: FrameState) -> None:
        """Draw the names into the bound target, with blending on."""
        self._labels.draw([text for each in self._of(state) for text in each.texts])

    def parts(self, state: FrameState) -> Iterator[PageText]:
        """The names as texts."""
        for text in (text for each in self._of(state) for text in each.texts):
            slot = text.slot
            x, baseline = start_px(text.text, slot.x, slot.y, slot.anchor, slot.size_px, text.strong)
            yield PageText(
                text.text,
                x,
                baseline,
                slot.size_px,
                text.strong,
                self._color,
                text.opacity,
                self._ground,
                rim=self._rim,
            )
