"""A bar of a round length in mm: its length, and its place in a corner of a panel or below all panels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from corticast.core.geometry.boxes import Box
from corticast.core.geometry.layout import CornerSlot, Layout, TextSlot
from corticast.core.geometry.panels import Panel
from corticast.core.geometry.rooms import MARGIN_PX
from corticast.core.text.metrics import text_width_px

# Least and greatest share of its panel's width that a bar takes.
_LEAST_SHARE, _MOST_SHARE = 0.1, 0.25
# Steps of round lengths: each share of a width holds one.
_STEPS = (1, 2, 5)
# From here on a length stands in cm.
_CM_FROM_MM = 100.0
# In sizes of the text: width of the bar's line, its rim, from the line to the middle of the text above it, room around
# the two, and from the bar to a text beside it.
_WIDTH, _RIM, _TEXT_ABOVE, _AROUND, _TEXT_BESIDE = 0.16, 0.06, 0.62, 0.45, 0.35
# Height of a text, and of the band below all panels.
_TEXT_HEIGHT, _BAND = 1.0, 1.5


@dataclass(frozen=True)
class ScaleBar:
    """A level bar with its length as text.

    Parameters
    ----------
    length_mm : length that the text states
    x, y : left end of the line, and middle of its height, in pixels with edges at integers
    length_px, width_px : of the line
    slot : of the text
    panel : number of the panel with the bar; None below all panels
    """

    length_mm: float
    x: float
    y: float
    length_px: float
    width_px: float
    slot: TextSlot
    panel: int | None = None

    @property
    def text(self) -> str:
        """The length with its unit."""
        return length_text(self.length_mm)

    @property
    def box(self) -> Box:
        """Pixels of the line and of the text."""
        slot, width = self.slot, text_width_px(self.text, self.slot.size_px)
        left = slot.x - {"l": 0.0, "m": 0.5, "r": 1.0}[slot.anchor] * width
        half, rim = _TEXT_HEIGHT / 2 * slot.size_px, self.rim_px + self.width_px / 2
        top, bottom = min(slot.y - half, self.y - rim), max(slot.y + half, self.y + rim)
        return min(left, self.x - self.rim_px), top, max(left + width, self.x + self.length_px + self.rim_px), bottom

    @property
    def rim_px(self) -> float:
        """Width of the rim around the line."""
        return max(_RIM * self.slot.size_px, 1.0)


def length_text(length_mm: float) -> str:
    """A length with its unit: mm below 100 mm, else cm."""
    return f"{length_mm / 10:.12g} cm" if length_mm >= _CM_FROM_MM else f"{length_mm:.12g} mm"


def round_lengths_mm(pixels_per_mm: float, width_px: float) -> tuple[float, ...]:
    """Lengths of 1, 2 or 5 times a power of ten that take a tenth to a quarter of a width, the longest first.

    Parameters
    ----------
    pixels_per_mm : scale of the panel
    width_px : of the panel
    """
    low, high = (share * width_px / pixels_per_mm for share in (_LEAST_SHARE, _MOST_SHARE))
    power = math.floor(math.log10(low))
    every = [float(f"{step}e{exponent}") for exponent in (power + 1, power) for step in reversed(_STEPS)]
    tiny = 1e-9
    return tuple(length for length in every if low * (1 - tiny) <= length <= high * (1 + tiny))


def in_a_corner(layout: Layout, is_free: Callable[[int, Box], bool]) -> Layout | None:
    """The layout with a bar in a free corner of a panel; None where none is free.

    Of all corners the lower right ones come first, and of panels the last ones.

    Parameters
    ----------
    is_free : says whether a box of the panel with a number holds only air
    """
    found = (bar for bar in _tried(layout) if bar.panel is not None and is_free(bar.panel, bar.box))
    bar = next(found, None)
    return None if bar is None else replace(layout, scale_bar=bar)


def foot_band_px(layout: Layout) -> float:
    """Height of the room that a bar below all panels takes."""
    return _BAND * _text_px(layout)


def _text_px(layout: Layout) -> float:
    """Font size of the bar: that of captions where corners hold some, and at most that of numbers."""
    style, has_captions = layout.caption_style, any(isinstance(slot, CornerSlot) for slot in layout.captions)
    return layout.tick_px if style is None or not has_captions else min(style.size_px, layout.tick_px)


def below_panels(layout: Layout) -> Layout:
    """The layout with a bar at the right end of a band at its foot, which is kept free."""
    margin_px, panel, size_px = MARGIN_PX * layout.unit, layout.panels[0], _text_px(layout)
    length_mm = round_lengths_mm(panel.pixels_per_mm, panel.rect[2])[0]
    y = layout.size[1] - margin_px - foot_band_px(layout) / 2
    bar = with_text_beside(length_mm, panel.pixels_per_mm, 0.0, y, size_px)
    x = layout.size[0] - margin_px - _AROUND * size_px - bar.box[2]
    return replace(layout, scale_bar=with_text_beside(length_mm, panel.pixels_per_mm, x, y, size_px))


def with_text_beside(length_mm: float, pixels_per_mm: float, x: float, y: float, size_px: float) -> ScaleBar:
    """A bar with its text at its right.

    Parameters
    ----------
    x, y : left end and middle in pixels, edges at integers; both are rounded
    size_px : of the text
    """
    length_px, left, middle = length_mm * pixels_per_mm, math.floor(x), round(y)
    width = text_width_px(length_text(length_mm), size_px)
    slot = TextSlot(left + length_px + _TEXT_BESIDE * size_px, middle, "l", size_px, width)
    return ScaleBar(length_mm, left, middle, length_px, _line_px(size_px), slot)


def _tried(layout: Layout) -> Iterator[ScaleBar]:
    lengths = [round_lengths_mm(panel.pixels_per_mm, panel.rect[2]) for panel in layout.panels]
    for rank in range(max(map(len, lengths), default=0)):
        for at_bottom, at_right in ((True, True), (True, False), (False, True), (False, False)):
            for number in reversed(range(len(lengths))):
                if rank < len(lengths[number]):
                    panel, length_mm = layout.panels[number], lengths[number][rank]
                    bar = _in_corner(panel, length_mm, _text_px(layout), at_bottom=at_bottom, at_right=at_right)
                    yield replace(bar, panel=number)


def _in_corner(panel: Panel, length_mm: float, size_px: float, *, at_bottom: bool, at_right: bool) -> ScaleBar:
    """A bar with its text above, in the middle, in a corner of a panel."""
    x, y, width, height = panel.rect
    length_px = length_mm * panel.pixels_per_mm
    text_px = text_width_px(length_text(length_mm), size_px)
    half = max(length_px, text_px) / 2 + _AROUND * size_px
    middle = x + width - half if at_right else x + half
    high = (_TEXT_HEIGHT / 2 + _TEXT_ABOVE + _AROUND) * size_px
    line = round(y + height - _AROUND * size_px if at_bottom else y + high)
    left = round(middle - length_px / 2)
    slot = TextSlot(left + length_px / 2, line - _TEXT_ABOVE * size_px, "m", size_px, max(text_px, 1.0))
    return ScaleBar(length_mm, left, line, length_px, _line_px(size_px), slot)


def _line_px(size_px: float) -> float:
    """Width of the bar's line: an even number of pixels, so that its edges are sharp."""
    return max(2 * round(_WIDTH * size_px / 2), 2)
