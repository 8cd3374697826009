"""Places of the texts and of the colour bar around the panels of a frame."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from corticast.core.geometry.layout import TextSlot
from corticast.core.geometry.panels import Panel, Rect
from corticast.core.geometry.rooms import CAPTION_PX, LETTER_PX, NAME_PX, TICK_PX, TITLE_PX, Rooms, Spot

# Width of the bar in pixels of a frame whose shorter side is 1080.
_BAR_WIDTH = 22.0
# Room above a standing bar for its title and a number, and below it for a number, in sizes of its texts.
_BAR_ABOVE, _BAR_BELOW = 5.2, 1.5
# Between texts that stand side by side, and width of the clock beside them in sizes of its text.
_BESIDE, _CLOCK_WIDTH = 12.0, 4.4


@dataclass(frozen=True)
class PanelSlots:
    """Slots of one panel's labels, None when off."""

    name: TextSlot | None
    caption: TextSlot | None
    letters: tuple[TextSlot, TextSlot, TextSlot, TextSlot] | None


@dataclass(frozen=True)
class TextRoom:
    """Widths of the texts in the middle of a cell: on the line of its name, and below its panel."""

    name_px: float
    caption_px: float


def text_rooms(spots: Sequence[Spot], size: tuple[int, int], rooms: Rooms, clock: TextSlot) -> list[TextRoom]:
    """Room for the texts of each cell: halfway to its neighbours, to the frame's side, to the bar or the clock."""
    between = _BESIDE * rooms.unit
    first, last = rooms.margin - between / 2, size[0] - (rooms.bar or rooms.margin) + between / 2
    found = []
    for spot in spots:
        middles = [(spot.centre[0] + other.centre[0]) / 2 for other in spots if _are_neighbours(spot, other)]
        low = max([first, *(middle for middle in middles if middle < spot.centre[0])])
        high = min([last, *(middle for middle in middles if middle > spot.centre[0])])
        name_line = spot.cell[1] + rooms.name / 2
        meets_clock = high == last and _share_line(name_line, clock.y, rooms)
        beside_clock = min(high, clock.x - _CLOCK_WIDTH * clock.size_px - between / 2) if meets_clock else high
        wide = [2 * min(spot.centre[0] - low, end - spot.centre[0]) - between for end in (beside_clock, high)]
        found.append(TextRoom(max(wide[0], 1.0), max(wide[1], 1.0)))
    return found


def _are_neighbours(one: Spot, other: Spot) -> bool:
    """Whether two cells stand side by side, at some height."""
    tops = [spot.cell[1] for spot in (one, other)]
    bottoms = [spot.cell[1] + spot.cell[3] for spot in (one, other)]
    apart = one.cell[0] + one.cell[2] <= other.cell[0] or other.cell[0] + other.cell[2] <= one.cell[0]
    # A rounding error makes no neighbours of rows.
    return apart and max(tops) + 1e-6 < min(bottoms)


def _share_line(one: float, other: float, rooms: Rooms) -> bool:
    """Whether texts at two heights would touch."""
    return abs(one - other) < 1.1 * NAME_PX * rooms.unit


def panel_slots(panel: Panel, spot: Spot, rooms: Rooms, labels: Set[str], text: TextRoom) -> PanelSlots:
    """Slots around a panel."""
    _, top, _, cell_height = spot.cell
    # Names and captions of a row stand on common lines, whatever the panels' heights.
    name_line = TextSlot(spot.centre[0], top + rooms.name / 2, "m", NAME_PX * rooms.unit, text.name_px)
    caption: TextSlot | None = name_line
    if not labels & {"slice", "mm"}:
        caption = None
    elif rooms.caption:
        line = top + cell_height - rooms.caption / 2
        caption = TextSlot(spot.centre[0], line, "m", CAPTION_PX * rooms.unit, text.caption_px)
    letters = _letter_slots(panel.rect, spot.centre, rooms) if rooms.letter else None
    return PanelSlots(name_line if "title" in labels else None, caption, letters)


def _letter_slots(
    rect: Rect, centre: tuple[float, float], rooms: Rooms
) -> tuple[TextSlot, TextSlot, TextSlot, TextSlot]:
    """Slots of the letters: left, right, top, bottom."""
    x0, y0, width, height = rect
    size_px, away = LETTER_PX * rooms.unit, rooms.letter / 2
    return (
        TextSlot(x0 - away, centre[1], "m", size_px),
        TextSlot(x0 + width + away, centre[1], "m", size_px),
        TextSlot(centre[0], y0 - away, "m", size_px),
        TextSlot(centre[0], y0 + height + away, "m", size_px),
    )


def title_slot(size: tuple[int, int], rooms: Rooms) -> TextSlot:
    """Slot of the title, in the middle above the panels."""
    size_px = TITLE_PX * rooms.unit
    return TextSlot(size[0] / 2, rooms.margin + rooms.title / 2, "m", size_px, max(size[0] - 2 * size_px, 1.0))


def title_and_clock(
    size: tuple[int, int], rooms: Rooms, name_line: float | None, *, above: bool
) -> tuple[TextSlot, TextSlot]:
    """Slots of the title and the clock.

    Parameters
    ----------
    name_line : height of the uppermost names, which the clock may meet; None where it stands elsewhere
    above : whether the clock then stands beside the title
    """
    title, clock = title_slot(size, rooms), clock_slot(size, rooms, rooms.margin + rooms.title)
    if name_line is None or not _share_line(name_line, clock.y, rooms):
        return title, clock
    clock = replace(clock, room_px=_CLOCK_WIDTH * clock.size_px)
    return beside(title, replace(clock, y=title.y)) if above and rooms.title else (title, clock)


def beside(title: TextSlot, clock: TextSlot) -> tuple[TextSlot, TextSlot]:
    """A title that leaves room for the clock on its line."""
    clock = replace(clock, room_px=_CLOCK_WIDTH * clock.size_px)
    room_px = 2 * (clock.x - clock.room_px - title.x) - title.size_px
    return replace(title, room_px=max(room_px, 1.0)), clock


def clock_slot(size: tuple[int, int], rooms: Rooms, top: float) -> TextSlot:
    """Slot of the clock, at the right on the line of names below a height in pixels."""
    return TextSlot(size[0] - rooms.margin, top + rooms.name / 2, "r", rooms.clock)


def colorbar_rect(size: tuple[int, int], rooms: Rooms, panels: Sequence[Panel]) -> Rect:
    """A standing bar in the middle of its room at the right, as tall as two thirds of the panels.

    Above the bar there is room for the clock, the title and a number, below the bar for a number.
    """
    top = min(panel.rect[1] for panel in panels)
    bottom = max(panel.rect[1] + panel.rect[3] for panel in panels)
    width, height = max(1, round(_BAR_WIDTH * rooms.unit)), (bottom - top) * 2 / 3
    highest = rooms.margin + rooms.title + rooms.name + _BAR_ABOVE * TICK_PX * rooms.unit
    lowest = size[1] - rooms.margin - rooms.foot - _BAR_BELOW * TICK_PX * rooms.unit
    start = min(max((top + bottom - height) / 2, highest), size[1] - 4.0)
    stop = max(min((top + bottom + height) / 2, lowest), start + 2.0)
    x = size[0] - (rooms.margin + rooms.bar + width) / 2
    return max(0, round(x)), round(start), width, max(2, min(round(stop - start), math.floor(lowest) - round(start)))


def bar_bottom(rect: Rect | None, rooms: Rooms) -> list[float]:
    """Lower edge of the texts of a standing bar, if there is one."""
    return [rect[1] + rect[3] + _BAR_BELOW * TICK_PX * rooms.unit] if rect is not None else []


def lying_bar_rect(cell: Rect, rooms: Rooms) -> Rect:
    """A lying bar in the lower part of a grid's fourth cell."""
    x, y, width, height = cell
    inset, unit = round(0.12 * width), rooms.unit
    # Below the lines of text and the clock.
    top = max(y + 0.72 * height, info_slots(cell, unit, width)[1].y + 2.6 * TICK_PX * unit)
    return x + inset, round(top), max(2, width - 2 * inset), max(1, round(_BAR_WIDTH * unit))


def info_slots(cell: Rect, unit: float, room_px: float) -> tuple[tuple[TextSlot, ...], TextSlot]:
    """Lines of a grid's fourth cell, a title and three facts, and the clock below them."""
    x, y, width, height = cell
    middle = x + width / 2
    title = TextSlot(middle, y + 0.16 * height, "m", TITLE_PX * unit, room_px)
    facts = tuple(
        TextSlot(middle, title.y + (1.9 + 1.45 * line) * CAPTION_PX * unit, "m", CAPTION_PX * unit, room_px)
        for line in range(3)
    )
    clock = TextSlot(middle, facts[-1].y + 2.0 * CAPTION_PX * unit, "m", CAPTION_PX * unit, room_px)
    return (title, *facts), clock
