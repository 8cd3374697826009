"""Parts of a frame that texts and the colour bar take, from its layout alone."""

from __future__ import annotations

from collections.abc import Iterator

from corticast.core.geometry.layout import Layout, TextSlot
from corticast.core.geometry.rooms import TICK_PX
from corticast.core.text.colour_bar import standing_room_px

# Above and below a bar, in sizes of its texts: its title and its numbers.
_ABOVE, _BELOW = 5.2, 1.8
# Widths of texts whose slot has no end, in sizes of the text: letters, a clock, and others.
_LETTERS, _CLOCK, _OTHERS = 2.2, 6.0, 30.0
# Half a line, in sizes of the text.
_HALF_LINE = 0.7
# Lines at the foot.
_FOOT_LINES = 3.2

_Box = tuple[float, float, float, float]


def taken_by_texts(layout: Layout) -> Iterator[_Box]:
    """X, y, width and height of parts in which texts and the colour bar may stand, whatever their words."""
    for slots in layout.letters:
        yield from (_line(slot, _LETTERS * slot.size_px) for slot in slots or ())
    if layout.clock is not None:
        yield _line(layout.clock, _CLOCK * layout.clock.size_px)
    lines = (layout.title, *layout.names, *layout.captions, *layout.info)
    yield from (_line(slot, min(slot.room_px, _OTHERS * slot.size_px)) for slot in lines if slot is not None)
    if layout.foot is not None:
        foot = layout.foot
        height = _FOOT_LINES * foot.size_px
        yield foot.x - foot.width_px / 2, foot.bottom - height, foot.width_px, height
    yield from _bar(layout)


def _line(slot: TextSlot, width: float) -> _Box:
    left = slot.x - {"l": 0.0, "m": 0.5, "r": 1.0}[slot.anchor] * width
    return left, slot.y - _HALF_LINE * slot.size_px, width, 2 * _HALF_LINE * slot.size_px


def _bar(layout: Layout) -> Iterator[_Box]:
    """The colour bar or the legend in its place, with their texts."""
    if layout.colorbar is None:
        return
    x, y, width, height = layout.colorbar
    size_px = TICK_PX * layout.unit
    top, bottom = y - _ABOVE * size_px, y + height + _BELOW * size_px
    if layout.size_key is not None:
        bottom = max(bottom, float(layout.size_key[1] + layout.size_key[3]))
    if width > height:
        yield float(x), top, float(layout.size[0] if layout.size_key else width), bottom - top
        return
    room = standing_room_px(layout.colorbar, size_px, layout.size[0])
    left = min(float(x), x + width / 2 - room / 2)
    # A legend may be higher than the bar.
    yield left, 0.0, layout.size[0] - left, float(layout.size[1])
