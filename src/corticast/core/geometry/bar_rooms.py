"""Rooms that a colour bar, or a legend in its place, may take: a column at the right, or a band below the panels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corticast.core.geometry.panels import Rect
from corticast.core.geometry.rooms import Rooms
from corticast.core.text.metrics import text_width_px

# In sizes of the text: from line to line of a legend, from a chip's left edge to its name, and between two names.
LEGEND_LINE, LEGEND_TEXT, LEGEND_BETWEEN = 1.45, 1.1, 1.2
# Most names of a legend, and most of a frame's width and height that it takes.
MOST_NAMES = 24
_MOST_WIDTH, _MOST_HEIGHT = 0.26, 0.14
# From the texts of a standing bar to the frame's edge, in sizes of the text.
TO_EDGE = 0.17
# From captions to a lying bar, in sizes of captions.
_APART = 0.8


@dataclass(frozen=True)
class BarRoom:
    """Room kept free of panels.

    Parameters
    ----------
    width : of a column at the right in pixels, 0 without one
    height : of a band below the panels in pixels, 0 without one
    """

    width: float = 0.0
    height: float = 0.0

    def rect(self, size: tuple[int, int], rooms: Rooms, ends: tuple[float, float]) -> Rect | None:
        """The room in a frame.

        Parameters
        ----------
        ends : highest and lowest edge of the panels
        """
        top = rooms.margin + (rooms.title or 1.5 * rooms.name_px)
        bottom = size[1] - rooms.margin - rooms.foot
        if self.width:
            width = middle_px(rooms, self)
            x = size[0] - rooms.margin - width
            return round(x), round(top), max(1, round(width)), max(1, round(bottom - top))
        if self.height:
            y = min(ends[1] + apart_px(rooms, self), bottom - self.height)
            return round(rooms.margin), round(y), max(1, round(size[0] - 2 * rooms.margin)), max(1, round(self.height))
        return None


def apart_px(rooms: Rooms, bar: BarRoom) -> float:
    """From the panels to a lying bar where there is room to spare, so that no caption reads as the bar's title."""
    return max(rooms.gap, _APART * rooms.caption_px) if bar.height else 0.0


def middle_px(rooms: Rooms, bar: BarRoom) -> float:
    """Width of the part of a column whose middle is the bar's.

    Texts of the bar reach into the frame's margin, and as far to the left, where the column ends.
    """
    return max(bar.width - max(rooms.margin - TO_EDGE * rooms.tick_px, 0.0), 1.0)


def bar_rooms(size: tuple[int, int], rooms: Rooms, groups: Sequence[str]) -> list[BarRoom]:
    """Rooms that the bar may take, or a legend of groups.

    Parameters
    ----------
    groups : names of the legend, empty for a bar
    """
    if not groups:
        return [BarRoom(width=rooms.bar), BarRoom(height=rooms.lying)]
    tick_px, names = rooms.tick_px, groups[:MOST_NAMES]
    widths = [text_width_px(name, tick_px) + LEGEND_TEXT * tick_px for name in names]
    column = min(max(rooms.bar, max(widths) + 0.5 * tick_px), max(_MOST_WIDTH * size[0], rooms.bar))
    room_px, between_px = size[0] - 2 * rooms.margin, LEGEND_BETWEEN * tick_px
    highest = max(_MOST_HEIGHT * size[1], rooms.lying)
    # Columns may take more rows than there is room for; names then fill rows as they come.
    rows = legend_rows(widths, room_px, between_px)[0], filled_rows(widths, room_px, between_px)
    # In a show activity may come, and a bar with its numbers stands in the room.
    bands = [max(len(each) * LEGEND_LINE * tick_px, rooms.lying) for each in rows]
    lying = [BarRoom(height=band) for band in bands if band <= highest][:1]
    stands = len(names) * LEGEND_LINE * tick_px <= size[1] - 2 * rooms.margin - rooms.title - rooms.foot - tick_px
    found = [BarRoom(width=column)] * stands + lying
    return found or [BarRoom(width=column)]


def legend_rows(widths: Sequence[float], room_px: float, between_px: float) -> tuple[list[list[int]], list[float]]:
    """Numbers of the items of each row, and the widths that items take.

    Items without room in one row stand in equal columns, about as many in each row; items without room for two columns
    fill rows as they come.
    """
    n, filled = len(widths), filled_rows(widths, room_px, between_px)
    most = int((room_px + between_px) // (max(widths) + between_px))
    if len(filled) < 2 or most < 2:
        return filled, list(widths)
    n_columns = -(-n // -(-n // most))
    rows = [list(range(first, min(first + n_columns, n))) for first in range(0, n, n_columns)]
    return rows, [max(widths)] * n


def filled_rows(widths: Sequence[float], room_px: float, between_px: float) -> list[list[int]]:
    """Numbers of the items of each row, as many as have room."""
    rows: list[list[int]] = []
    used = 0.0
    for number, width in enumerate(widths):
        if rows and used + between_px + width <= room_px:
            rows[-1].append(number)
            used += between_px + width
        else:
            rows.append([number])
            used = width
    return rows
