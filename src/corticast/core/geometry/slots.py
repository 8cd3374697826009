"""Places of the texts and of the colour bar in a frame: within the panels, and in bands around them."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from corticast.core.geometry.bar_rooms import BarRoom, middle_px
from corticast.core.geometry.headings import LETTER_OUT, LETTER_UP, widest_caption, with_headings
from corticast.core.geometry.layout import CornerSlot, TextSlot
from corticast.core.geometry.panels import Panel, Rect, ViewPanel
from corticast.core.geometry.rooms import LETTER_ROOM, LINE, Rooms, Spot
from corticast.core.geometry.text_areas import TextArea
from corticast.core.text.metrics import text_width_px

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
    """Slots of one panel's labels, None when off, and the corners at the left of its upper and lower edge."""

    name: CornerSlot | TextSlot | None
    caption: CornerSlot | TextSlot | None
    letters: tuple[TextSlot, TextSlot, TextSlot, TextSlot] | None
    corners: tuple[CornerSlot, CornerSlot]


def panel_slots(
    panel: Panel,
    spot: Spot,
    area: TextArea,
    rooms: Rooms,
    labels: Set[str],
    *,
    named: bool,
    bears_letters: bool = True,
    letters_yield: bool = False,
    upright: bool = False,
) -> PanelSlots:
    """Slots within a panel: the name in its upper left corner, the caption in the lower left one; or both on edges.

    Parameters
    ----------
    area : where its texts stand
    named : whether the panel has its name; of the slices of a mosaic the first one has it
    bears_letters : whether letters stand at the middle of its edges, so that corners end before them
    letters_yield : whether corners reach beyond letters, which step aside of captions
    upright : whether a caption at an edge stands upright, see `headings.upright_fits`
    """
    width = area.width
    lettered, ends_early = bool(rooms.letter) and bears_letters, bears_letters and not letters_yield
    # Letters of a view may be two.
    letter_px = (2 if isinstance(panel, ViewPanel) else 1) * 0.8 * rooms.letter_px if lettered else 0.0
    pad = 0.25 * rooms.caption_px
    whole_px = max(width - 2 * pad, 1.0)
    half_px = max(width / 2 - letter_px / 2 - pad - 0.5 * rooms.caption_px, 1.0) if ends_early else whole_px
    edge_px = LINE * rooms.letter_px if lettered and ends_early else 0.0
    widths = half_px, whole_px, edge_px
    upper, lower = area.upper, area.lower
    above_px = spot.centre[1] - upper.limit - 0.6 * rooms.letter_px
    below_px = lower.limit - spot.centre[1] - 0.6 * rooms.letter_px
    letters = _letter_slots(panel.rect, spot.centre, area, rooms) if lettered else None
    outer_px = LINE / 2 * rooms.letter_px
    beyond_above, beyond_below = (
        (upper.lines - letters[2].y + outer_px, letters[3].y + outer_px - lower.lines) if letters else (0.0, 0.0)
    )
    left = area.left + pad
    name = CornerSlot(
        left, upper.limit, 1, rooms.name_px, rooms.least_px, *widths, above_px, "l", upper.lines, max(beyond_above, 0.0)
    )
    caption = CornerSlot(
        left,
        lower.limit,
        -1,
        rooms.caption_px,
        rooms.least_px,
        *widths,
        below_px,
        "l",
        lower.lines,
        max(beyond_below, 0.0),
    )
    slots = PanelSlots(
        name if named and "title" in labels else None,
        caption if widest_caption(panel, labels) else None,
        letters,
        (name, caption),
    )
    return (
        with_headings(slots, spot, area, rooms, upright=upright and slots.caption is not None)
        if rooms.heading_px
        else slots
    )


def _letter_slots(
    rect: Rect, centre: tuple[float, float], area: TextArea, rooms: Rooms
) -> tuple[TextSlot, TextSlot, TextSlot, TextSlot]:
    """Slots of the letters beside the middles of the content's edges: left, right, top, bottom.

    Letters stay within the panel, and stand over the content where the panel ends there.
    """
    x0, y0, width, height = rect
    left, right = area.box[0], area.box[0] + area.box[2]
    size_px, room_px = rooms.letter_px, LETTER_ROOM * rooms.letter_px
    side, end = 0.25 * size_px, LINE / 2 * size_px
    out, up = LETTER_OUT * size_px, LETTER_UP * size_px
    return (
        TextSlot(max(x0 + side, left - out), centre[1], "l", size_px, room_px),
        TextSlot(min(x0 + width - side, right + out), centre[1], "r", size_px, room_px),
        TextSlot(centre[0], max(y0 + end, area.upper.letter - up), "m", size_px, room_px),
        TextSlot(centre[0], min(y0 + height - end, area.lower.letter + up), "m", size_px, room_px),
    )


def heading_slots(size: tuple[int, int], rooms: Rooms, labels: Set[str]) -> tuple[TextSlot | None, TextSlot | None]:
    """Slots of the title and of the clock, None for each that a frame lacks."""
    title, clock = title_slot(size, rooms) if rooms.title else None, clock_slot(size, rooms)
    if "clock" not in labels:
        return title, None
    return None if title is None else beside_clock(title, clock), clock


def title_slot(size: tuple[int, int], rooms: Rooms) -> TextSlot:
    """Slot of the title, in the middle above the panels."""
    size_px = rooms.title_px
    return TextSlot(size[0] / 2, rooms.margin + rooms.title / 2, "m", size_px, max(size[0] - 2 * size_px, 1.0))


def clock_slot(size: tuple[int, int], rooms: Rooms) -> TextSlot:
    """Slot of the clock, at the right on the line of the title or of the uppermost names."""
    line = rooms.margin + (rooms.title or LINE * rooms.name_px) / 2
    room_px = _CLOCK_WIDTH * rooms.clock_px
    return TextSlot(size[0] - max(rooms.margin, 0.25 * rooms.clock_px), line, "r", rooms.clock_px, room_px)


def beside_clock(title: TextSlot, clock: TextSlot) -> TextSlot:
    """A title that leaves room for the clock on its line."""
    room_px = 2 * (clock.x - clock.room_px - title.x) - title.size_px
    return TextSlot(title.x, title.y, title.anchor, title.size_px, max(room_px, 1.0))


def name_beside_clock(words: str, name: CornerSlot | TextSlot | None, clock: TextSlot) -> CornerSlot | TextSlot | None:
    """A name at the middle of an edge that leaves room for the clock on its line, aside of the middle where needed."""
    if not isinstance(name, TextSlot) or abs(name.y - clock.y) >= (name.size_px + clock.size_px) / 2:
        return name
    room_px = beside_clock(name, clock).room_px
    if text_width_px(words, name.size_px) <= room_px:
        return replace(name, room_px=min(name.room_px, room_px))
    left, right = name.x - name.room_px / 2, clock.x - clock.room_px - 0.5 * name.size_px
    right = min(right, name.x + name.room_px / 2)
    return replace(name, x=(left + right) / 2, room_px=max(right - left, 1.0))


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
        return room, _standing_bar_rect(size, rooms, middle_px(rooms, bar), ends)
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
