"""The bar of a round length in mm; its text belongs to the texts of the frame."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import numpy as np

from corticast.core.geometry.panels import Rect
from corticast.core.geometry.scale_bar import ScaleBar
from corticast.core.model.types import FrameState
from corticast.core.page.parts import PageLine, Rgb
from corticast.passes.quads import clipped
from corticast.passes.thin_lines import ThinLines


class ScaleBarPass:
    """Draws the bar with a rim in the ground's colour.

    Parameters
    ----------
    frame_size : width, height in pixels
    bar : its length and place
    color, ground : of the bar and of its rim, sRGB in 0..1
    """

    moves, blends = False, True

    def __init__(self, frame_size: tuple[int, int], bar: ScaleBar, color: Rgb, ground: Rgb) -> None:
        self.is_neutral = len(set(color)) == len(set(ground)) == 1
        rim = bar.rim_px
        left, right = bar.x, bar.x + bar.length_px
        # The rim goes around the ends too.
        self._coats = (
            ((left - rim, bar.y, right + rim, bar.y), bar.width_px + 2 * rim, ground),
            ((left, bar.y, right, bar.y), bar.width_px, color),
        )
        self._lines = []
        for ends, width_px, ink in self._coats:
            line = ThinLines(frame_size, width_px, ink, 1.0, ground, 0.0)
            line.lay_out(np.array(ends).reshape(1, 2, 2))
            self._lines.append(line)
        half = bar.width_px / 2 + rim
        x, y, width, height = int(left - rim), int(bar.y - half), int(bar.length_px + 2 * rim), int(2 * half)
        self.rects: list[Rect] = [clipped((x, y, width, height), frame_size, 2)]

    def shown(self, state: FrameState) -> Hashable:
        """Nothing: all frames have the same bar."""
        return None

    def prepare(self, state: FrameState) -> None:
        """Do nothing: all frames have the same bar."""

    def draw(self, state: FrameState) -> None:
        """Draw the bar into the bound target, with blending on."""
        for line in self._lines:
            line.draw()

    def parts(self, state: FrameState) -> Iterator[PageLine]:
        """The bar as a line, and its rim below."""
        for ends, width_px, color in self._coats:
            yield PageLine(*ends, width_px, color)
