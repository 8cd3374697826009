"""Places of the texts and of the colour bar in a frame: within the panels, and in bands around them."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass

from corticast.core.geometry.bar_rooms import BarRoom
from corticast.core.geometry.layout import CornerSlot, TextSlot
from corticast.core.geometry.panels import Panel, Rect, ViewPanel
from corticast.core.geometry.rooms import LETTER_ROOM, LINE, Rooms, Spot

# Width of the bar in sizes of its numbers.
_BAR_WIDTH = 0.55
# Room above a standing bar for its title and a number, and below it for a number, in sizes of its texts.
_BAR_ABOVE, _BAR_BELOW = 6.4, 1.5
# Ends of a lying bar, as shares of the width: its title stands at the left.
_LYING_FROM, _LYING_TO = 0.47, 0.78
# Width of the clock beside a title, in sizes of its text.
_CLOCK_WIDTH = 4.4
# Height of a standing bar, as a share of the panels'.
_BAR_SHARE = 2 / 3


@dataclass(frozen=True)
class PanelSlots:
    """Slots of one panel's labels, None when off."""

    name: CornerSlot | None
    caption: CornerSlot | None
    letters: tuple[TextSlot, TextSlot, TextSlot, TextSlot] | None


def panel_slots(panel: Panel, spot: Spot, rooms: Rooms, labels: Set[str], *, named: bool) -> PanelSlots:
    """Slots within a panel: the name in its upper left corner, the caption in the lower left one.

    Parameters
    ----------
    named : whether the panel has its name; slices of a mosaic stand without one
    """
    x, y, width, height = spot.cell
    lettered = bool(rooms.letter)
    # Letters of a view may be two.
    letter_px = (2 if isinstance(panel, ViewPanel) else 1) * 0.8 * rooms.letter_px if lettered else 0.0
    pad = 0.25 * rooms.caption_px
    half_px = max(width / 2 - letter_px / 2 - pad - 0.5 * rooms.caption_px, 1.0)
    edge_px = LINE * rooms.letter_px if lettered else 0.0
    whole_px = max(width - 2 * pad, 1.0)
    widths = half_px, whole_px, edge_px
    above_px = spot.centre[1] - y - 0.6 * rooms.letter_px
    below_px = y + height - spot.centre[1] - 0.6 * rooms.letter_px
    name = CornerSlot(x + pad, y, 1, rooms.name_px, rooms.least_px, *widths, above_px)
    caption = CornerSlot(x + pad, y + height, -1, rooms.caption_px, rooms.least_px, *widths, below_px)
    letters = _letter_slots(panel.rect, spot.centre, rooms) if lettered else None
    return PanelSlots(
        name if named and "title" in labels else None, caption if labels & {"slice", "mm"} else None, letters
    )


def _letter_slots(
    rect: Rect, centre: tuple[float, float], rooms: Rooms
) -> tuple[TextSlot, TextSlot, TextSlot, TextSlot]:
    """Slots of the letters within a panel, at the middle of its edges: left, right, top, bottom."""
    x0, y0, width, height = rect
    size_px, room_px = rooms.letter_px, LETTER_ROOM * rooms.letter_px
    side, end = 0.25 * size_px, LINE / 2 * size_px
    return (
        TextSlot(x0 + side, centre[1], "l", size_px, room_px),
        TextSlot(x0 + width - side, centre[1], "r", size_px, room_px),
        TextSlot(centre[0], y0 + end, "m", size_px, room_px),
        TextSlot(centre[0], y0 + height - end, "m", size_px, room_px),
    )


def title_slot(size: tuple[int, int], rooms: Rooms) -> TextSlot:
    """Slot of the title, in the middle above the panels."""
    size_px = rooms.title_px
    return TextSlot(size[0] / 2, rooms.margin + rooms.title / 2, "m", size_px, max(size[0] - 2 * size_px, 1.0))


def clock_slot(size: tuple[int, int], rooms: Rooms) -> TextSlot:
    """Slot of the clock, at the right on the line of the title or of the uppermost names."""
    line = rooms.margin + (rooms.title or LINE * rooms.name_px) / 2
    room_px = _CLOCK_WIDTH * rooms.caption_px
    return TextSlot(size[0] - max(rooms.margin, 0.25 * rooms.caption_px), line, "r", rooms.caption_px, room_px)


def beside_clock(title: TextSlot, clock: TextSlot) -> TextSlot:
    """A title that leaves room for the clock on its line."""
    room_px = 2 * (clock.x - clock.room_px - title.x) - title.size_px
    return TextSlot(title.x, title.y, title.anchor, title.size_px, max(room_px, 1.0))


def bar_places(
    size: tuple[int, int], rooms: Rooms, bar: BarRoom, ends: tuple[float, float]
) -> tuple[Rect | None, Rect | None]:
    """The room of a bar with its texts, and the bar itself; None without one.

    Parameters
    ----------
    ends : highest and lowest edge of the panels
    """
    room = bar.rect(size, rooms, ends)
    if room is None:
        return None, None
    if bar.width:
        return room, _standing_bar_rect(size, rooms, bar.width, ends)
    return room, _lying_bar_rect(size, rooms, room[1])


def _standing_bar_rect(size: tuple[int, int], rooms: Rooms, room_px: float, ends: tuple[float, float]) -> Rect:
    """A standing bar in the middle of its room at the right, as tall as two thirds of the panels.

    Above the bar there is room for the clock, the title and a number, below the bar for a number.

    Parameters
    ----------
    room_px : width of its room
    ends : highest and lowest edge of the panels
    """
    top, bottom = ends
    width, height = max(1, round(_BAR_WIDTH * rooms.tick_px)), (bottom - top) * _BAR_SHARE
    highest = rooms.margin + (rooms.title or LINE * rooms.name_px) + _BAR_ABOVE * rooms.tick_px
    lowest = size[1] - rooms.margin - rooms.foot - _BAR_BELOW * rooms.tick_px
    start = min(max((top + bottom - height) / 2, highest), size[1] - 4.0)
    stop = max(min((top + bottom + height) / 2, lowest), start + 2.0)
    x = size[0] - rooms.margin - (room_px + width) / 2
    return max(0, round(x)), round(start), width, max(2, min(round(stop - start), math.floor(lowest) - round(start)))


def _lying_bar_rect(size: tuple[int, int], rooms: Rooms, top: float) -> Rect:
    """A lying bar in its room below the panels: its title stands at the left, its numbers below."""
    left, right = round(_LYING_FROM * size[0]), round(_LYING_TO * size[0])
    # A key beside the bar has its title above.
    top += 1.7 * rooms.tick_px if rooms.lying > 3 * rooms.tick_px else 0.25 * rooms.tick_px
    return left, round(top), max(2, right - left), max(1, round(_BAR_WIDTH * rooms.tick_px))


def bar_bottom(rect: Rect | None, rooms: Rooms) -> list[float]:
    """Lower edge of the texts of a bar; 0 without one."""
    return [rect[1] + rect[3] + _BAR_BELOW * rooms.tick_px] if rect is not None else [0.0]


def ends_of(spots: Sequence[Spot]) -> tuple[float, float]:
    """Highest and lowest edge of all cells."""
    return min(spot.cell[1] for spot in spots), max(spot.cell[1] + spot.cell[3] for spot in spots)
