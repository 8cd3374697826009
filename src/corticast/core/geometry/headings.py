"""Names and captions of panels that stand large at the middle of edges."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from typing import TYPE_CHECKING

from corticast.core.geometry.layout import TextSlot
from corticast.core.geometry.panels import Panel, ViewPanel
from corticast.core.geometry.rooms import LINE, Rooms, Spot
from corticast.core.geometry.text_areas import TextArea
from corticast.core.text.metrics import text_width_px

if TYPE_CHECKING:
    from corticast.core.geometry.slots import PanelSlots

# Headings are no larger than this share of their panel's height.
_HEADING_SHARE = 0.08
# An upright caption has so much of a line of the least size beside the content at least.
_LEAST_SIDE = 0.75
# From a caption without a letter beside it to the content, in sizes of a letter.
_CLOSE = 0.25
# From the content's sides to the outer side of a letter, and from its upper and lower end to the middle of a letter, in
# sizes of the letter.
LETTER_OUT, LETTER_UP = 1.0, 0.75


def upright_fits(panel: Panel, spot: Spot, area: TextArea, rooms: Rooms, labels: Set[str], *, named: bool) -> bool:
    """Whether an upright caption has room at the left of a panel's content; true of a panel without a caption."""
    widest = text_width_px(widest_caption(panel, labels), max(rooms.caption_px, rooms.least_px))
    # A text that is made to fit becomes a little smaller than its room.
    has_height = widest <= 0.98 * _high_px(spot, LINE * _largest_px(spot, rooms) * named, rooms)
    return not widest or (has_height and area.box[0] - spot.cell[0] >= _LEAST_SIDE * LINE * rooms.name_px)


def _largest_px(spot: Spot, rooms: Rooms) -> float:
    """Size of a heading that has room enough."""
    return min(rooms.heading_px, max(_HEADING_SHARE * spot.cell[3], rooms.name_px))


def _high_px(spot: Spot, name_line: float, rooms: Rooms) -> float:
    """Height that an upright caption may take."""
    _, y, _, height = spot.cell
    row = spot.centre[1]
    return max(2 * min(row - y - name_line, y + height - row) - 0.5 * _largest_px(spot, rooms), 1.0)


def with_headings(slots: PanelSlots, spot: Spot, area: TextArea, rooms: Rooms, *, upright: bool) -> PanelSlots:
    """The name at the middle of the upper edge, the caption upright at that of the left one, letters further inside.

    A level caption stands in its corner.
    """
    x, y, width, _ = spot.cell
    column, row = spot.centre
    largest_px = _largest_px(spot, rooms)
    size_px = _fitted_px(area.upper.lines - y - rooms.letter, largest_px, rooms)
    caption_px = _fitted_px(area.box[0] - x - rooms.letter, largest_px, rooms)
    line, side_line = LINE * size_px, LINE * caption_px
    name_line = line if slots.name is not None else 0.0
    wide_px = max(2 * min(column - x, x + width - column) - 0.5 * size_px, 1.0)
    high_px = _high_px(spot, name_line, rooms)
    # From the outside in stand the caption, a letter and the content.
    letter_px = LETTER_OUT * rooms.letter_px
    if area.box[0] - x < side_line + letter_px:
        # Without room for both the caption stands close, so that it is nearer to its own content than to another one.
        letter_px = _CLOSE * rooms.letter_px
    side = max(x, area.box[0] - letter_px - side_line)
    above = max(y, area.upper.lines - (LETTER_UP + LINE / 2) * rooms.letter_px - name_line)
    inside = side + side_line * upright + 0.25 * rooms.letter_px
    below = above + name_line + LINE / 2 * rooms.letter_px
    letters = slots.letters
    if letters is not None:
        left, right, top, bottom = letters
        letters = replace(left, x=max(left.x, inside)), right, replace(top, y=max(top.y, below)), bottom
    return replace(
        slots,
        name=TextSlot(column, above + line / 2, "m", size_px, wide_px) if name_line else None,
        caption=TextSlot(side + side_line / 2, row, "m", caption_px, high_px, upright=True)
        if upright
        else slots.caption,
        letters=letters,
    )


def _fitted_px(room_px: float, largest_px: float, rooms: Rooms) -> float:
    """Size of a heading in the room beside a letter, between those of names in corners and the largest one."""
    return min(max(room_px / LINE, rooms.name_px), largest_px)


def widest_caption(panel: Panel, labels: Set[str]) -> str:
    """Words that no caption is longer than; "" for a view without a caption."""
    if isinstance(panel, ViewPanel):
        return "  ·  ".join(panel.widest_caption(None, labels))
    return "  ·  ".join(["Slice 888"] * ("slice" in labels) + ["x = −888.8 mm"] * ("mm" in labels))
