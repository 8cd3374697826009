"""Tall and square frames with room to spare: panels, bar and lines at the foot stand together as one group."""

from __future__ import annotations

from corticast.core.geometry.bar_rooms import BarRoom
from corticast.core.geometry.foot_room import foot_room
from corticast.core.geometry.layout import FootRoom
from corticast.core.geometry.panels import Rect
from corticast.core.geometry.rooms import Rooms
from corticast.core.geometry.slots import bar_bottom

# From this share of a frame's height on, room to spare would part the lines at the foot from the panels.
_LEAST_SPARE = 0.1
# A group looks centred a little above the middle.
_OPTICAL_MIDDLE = 0.45


def is_group(block_px: float, height_px: float, size: tuple[int, int], rooms: Rooms, bar: BarRoom) -> bool:
    """Whether a frame's panels stand in one group with what stands below them.

    Parameters
    ----------
    block_px : height of the panels
    height_px : height that the panels may take
    size : width, height in pixels
    """
    has_more = not bar.width and (bar.height > 0 or rooms.foot > 0)
    return has_more and size[1] >= size[0] and height_px - block_px > _LEAST_SPARE * size[1]


def top_of_group(block_px: float, height_px: float, rooms: Rooms) -> float:
    """Row of the upper edge of the panels of a group; parameters as in `is_group`."""
    return rooms.margin + rooms.title + _OPTICAL_MIDDLE * (height_px - block_px)


def foot_below(
    size: tuple[int, int],
    rooms: Rooms,
    panels_px: float,
    bar: tuple[Rect | None, Rect | None],
    scale: float,
    band_px: float,
    *,
    grouped: bool,
) -> FootRoom:
    """Room of the lines at the foot, below the panels and the bar.

    Parameters
    ----------
    panels_px : lower edge of the panels
    bar : rectangles of the bar with its texts, and of the bar itself
    scale : of all texts
    band_px : height of a band below the lines
    grouped : whether the lines stand close to the panels and the bar
    """
    room, colorbar = bar
    above = max(panels_px, *bar_bottom(colorbar, rooms))
    if grouped and room is not None:
        above = max(above, room[1] + room[3])
    return foot_room(size, rooms.margin, above, scale, band_px, follows=grouped)
