"""Parts of a frame that texts, the colour bar and orientation cubes take, from its layout alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from corticast.core.geometry.boxes import Box, box_of
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


def taken_by_texts(layout: Layout) -> Iterator[Box]:
    """Parts in which texts, the bar and cubes may stand, whatever their words."""
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
    yield from (box_of(cube.rect) for cube in layout.cubes)
    if layout.scale_bar is not None:
        yield layout.scale_bar.box
    yield from _bar(layout)


def foot_px(layout: Layout) -> Float64Array:
    """(n, 4) float64, box of the lines at the foot: one row, or none without a foot."""
    if layout.foot is None:
        return np.zeros((0, 4))
    foot, height = layout.foot, _FOOT_LINES * layout.foot.size_px
    left = foot.x - foot.width_px / 2
    return np.array([[left, foot.bottom - height, left + foot.width_px, foot.bottom]])


def _line(slot: TextSlot, width: float) -> Box:
    left = slot.x - {"l": 0.0, "m": 0.5, "r": 1.0}[slot.anchor] * width
    return left, slot.y - _HALF_LINE * slot.size_px, left + width, slot.y + _HALF_LINE * slot.size_px


def _corner(corner: CornerSlot | TextSlot) -> Box:
    if isinstance(corner, TextSlot):
        return _edge(corner)
    height = min(_CORNER * corner.size_px, corner.high_px)
    left = corner.x - (corner.half_px if corner.anchor == "r" else 0.0)
    top = corner.y - (0.0 if corner.down > 0 else height)
    return left, top, left + corner.half_px, top + height


def _edge(slot: TextSlot) -> Box:
    """Of a name or a caption at the middle of an edge."""
    left, top, right, bottom = _line(slot, min(slot.room_px, _EDGE * slot.size_px))
    if not slot.upright:
        return left, top, right, bottom
    across, up = (bottom - top) / 2, (right - left) / 2
    return slot.x - across, slot.y - up, slot.x + across, slot.y + up


def _bar(layout: Layout) -> Iterator[Box]:
    """The colour bar or the legend in its place, with their texts."""
    yield from (box_of(rect) for rect in (layout.bar_room, layout.size_key) if rect is not None)
