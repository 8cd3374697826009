"""Parts of a frame that texts, the colour bar and orientation cubes take, from its layout alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from corticast.core.geometry.layout import CornerSlot, Layout, TextSlot
from corticast.core.model.types import Float64Array

# Widths of texts whose slot has no end, in sizes of the text: letters, a clock, and others.
_LETTERS, _CLOCK, _OTHERS = 2.2, 6.0, 30.0
# Length of a name or a caption at the middle of an edge, in sizes of the text.
_EDGE = 12.0
# Height of a corner of a panel with two lines, in sizes of the text.
_CORNER = 2.6
# Half a line, in sizes of the text.
_HALF_LINE = 0.7
# Lines at the foot.
_FOOT_LINES = 3.2

Box = tuple[float, float, float, float]


def taken_by_texts(layout: Layout) -> Iterator[Box]:
    """X, y, width and height of parts in which texts, the bar and cubes may stand, whatever their words."""
    for slots in layout.letters:
        yield from (_line(slot, _LETTERS * slot.size_px) for slot in slots or () if slot is not None)
    if layout.clock is not None:
        yield _line(layout.clock, _CLOCK * layout.clock.size_px)
    if layout.title is not None:
        yield _line(layout.title, min(layout.title.room_px, _OTHERS * layout.title.size_px))
    for corner in (*layout.names, *layout.captions):
        if corner is not None:
            yield _corner(corner)
    yield from map(tuple, foot_px(layout).tolist())
    for cube in layout.cubes:
        x, y, width, height = cube.rect
        yield float(x), float(y), float(width), float(height)
    if layout.scale_bar is not None:
        left, top, right, bottom = layout.scale_bar.box
        yield left, top, right - left, bottom - top
    yield from _bar(layout)


def foot_px(layout: Layout) -> Float64Array:
    """(n, 4) float64 x, y, width, height of the lines at the foot: one row, or none without a foot."""
    if layout.foot is None:
        return np.zeros((0, 4))
    foot, height = layout.foot, _FOOT_LINES * layout.foot.size_px
    return np.array([[foot.x - foot.width_px / 2, foot.bottom - height, foot.width_px, height]])


def _line(slot: TextSlot, width: float) -> Box:
    left = slot.x - {"l": 0.0, "m": 0.5, "r": 1.0}[slot.anchor] * width
    return left, slot.y - _HALF_LINE * slot.size_px, width, 2 * _HALF_LINE * slot.size_px


def _corner(corner: CornerSlot | TextSlot) -> Box:
    if isinstance(corner, TextSlot):
        return _edge(corner)
    height = min(_CORNER * corner.size_px, corner.high_px)
    left = corner.x - (corner.half_px if corner.anchor == "r" else 0.0)
    return left, corner.y - (0.0 if corner.down > 0 else height), corner.half_px, height


def _edge(slot: TextSlot) -> Box:
    """Of a name or a caption at the middle of an edge."""
    x, y, long, high = _line(slot, min(slot.room_px, _EDGE * slot.size_px))
    if not slot.upright:
        return x, y, long, high
    return slot.x - high / 2, slot.y - long / 2, high, long


def _bar(layout: Layout) -> Iterator[Box]:
    """The colour bar or the legend in its place, with their texts."""
    if layout.bar_room is not None:
        x, y, width, height = layout.bar_room
        yield float(x), float(y), float(width), float(height)
    if layout.size_key is not None:
        x, y, width, height = layout.size_key
        yield float(x), float(y), float(width), float(height)
