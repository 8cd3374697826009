"""Lines that show where slices run in the other panels, below the contacts."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import numpy as np

from corticast.core.geometry.cuts import PanelCuts, cut_px
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Rect
from corticast.core.model.types import Float64Array, FrameState
from corticast.core.page.parts import PageLine, Rgb
from corticast.core.text.leaders import RIM_PX
from corticast.passes.quads import clipped
from corticast.passes.thin_lines import ThinLines

OPACITY, RIM_OPACITY = 0.85, 0.35
# Pixels around the lines that their rims reach.
_REACH = 3


class CutsPass:
    """Draws the lines of panels that all rest, or that all move.

    Parameters
    ----------
    layout : of the frame
    cuts : the panels with their lines
    color, ground : of the lines and of their rims, sRGB in 0..1
    """

    blends, is_neutral = True, False

    def __init__(self, layout: Layout, cuts: Sequence[PanelCuts], color: Rgb, ground: Rgb) -> None:
        self._cuts = tuple(cuts)
        self._color, self._ground = color, ground
        self._width_px = cut_px(layout)
        self.moves = any(each.moves for each in cuts)
        self.rects: list[Rect] = [clipped(each.box, layout.size, _REACH) for each in cuts]
        self._frame: tuple[Hashable, Float64Array] = (None, np.zeros((0, 2, 2)))
        self._lines = ThinLines(layout.size, self._width_px, color, OPACITY, ground, RIM_OPACITY)

    def shown(self, state: FrameState) -> Hashable:
        """The planes, and the turn of views."""
        return tuple(each.shown(state) for each in self._cuts)

    def prepare(self, state: FrameState) -> None:
        """Find the lines; those of the frame before are kept where nothing has moved."""
        shown = self.shown(state)
        if shown != self._frame[0]:
            self._frame = shown, np.concatenate([each.lines(state) for each in self._cuts])
            self._lines.lay_out(self._frame[1])

    def draw(self, state: FrameState) -> None:
        """Draw the lines into the bound target, with blending on."""
        self._lines.draw()

    def parts(self, state: FrameState) -> Iterator[PageLine]:
        """The lines as shapes, below them their rims; `prepare` comes first."""
        coats = ((self._width_px + 2 * RIM_PX, self._ground, RIM_OPACITY), (self._width_px, self._color, OPACITY))
        for width_px, color, opacity in coats:
            for (x1, y1), (x2, y2) in self._frame[1].tolist():
                yield PageLine(x1, y1, x2, y2, width_px, color, opacity)
