"""Where a picture and its labels stand in a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set

import numpy as np

from corticast.core.geometry.bar_rooms import BarRoom, bar_rooms
from corticast.core.geometry.foot_room import foot_room
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import PicturePanel
from corticast.core.geometry.rooms import LINE, rect_around, rooms_for
from corticast.core.geometry.slots import bar_bottom, bar_places, beside_clock, clock_slot, title_slot

# Contacts beyond its edges make a picture no smaller than this share; texts then stand above the contacts.
_LEAST_SHARE = 0.85
# Halvings in the search for the scale of a picture whose contacts reach beyond its edges.
_N_HALVINGS = 40


def picture_layout(
    picture_size: tuple[float, float],
    origin: tuple[float, float],
    size: tuple[int, int],
    *,
    labels: Set[str] = frozenset(),
    has_title: bool = False,
    has_colorbar: bool = False,
    has_foot: bool = False,
    text_scale: float = 1.0,
    groups: Sequence[str] = (),
    keyed: bool = False,
    beyond: Callable[[float], tuple[float, float]] = lambda scale: (0.0, 0.0),
) -> Layout:
    """Layout of one picture, scaled to fit.

    Parameters
    ----------
    picture_size : width, height in the picture's pixels
    origin : column and row of its top left edge, (-0.5, -0.5) for a picture whose pixel centres are integers
    size : width, height of the frame in pixels
    text_scale : how much larger texts are than usual
    groups : names of the legend that stands in place of the bar
    keyed : whether a key of diameters stands beside the bar
    beyond : how far contacts reach beyond the upper and the lower edge of the picture in pixels of the frame, by the
        scale in pixels of the frame per pixel of the picture; texts above and below keep clear of the contacts
    """
    kinds = labels - {"letters", "slice", "mm"}
    rooms = rooms_for(size, kinds, has_title=has_title, has_foot=has_foot, single=True, scale=text_scale, keyed=keyed)
    clock_room = LINE * rooms.name_px if "clock" in labels else 0.0
    top = rooms.margin + max(rooms.title, clock_room)
    bars = bar_rooms(size, rooms, groups) if has_colorbar and "colorbar" in labels else [BarRoom()]

    def room_of(bar: BarRoom) -> tuple[float, float]:
        return size[0] - 2 * rooms.margin - bar.width, size[1] - top - rooms.margin - bar.height

    def beyond_at(scale: float, bar: BarRoom) -> tuple[float, float]:
        above, below = beyond(scale)
        return above if rooms.title else 0.0, below if rooms.foot + bar.height else 0.0

    def scale_of(bar: BarRoom) -> float:
        room = room_of(bar)
        least = 1.0 / max(picture_size)
        scale = max(min(room[0] / picture_size[0], (room[1] - rooms.foot) / picture_size[1]), least)

        def fits(scale: float) -> bool:
            return picture_size[1] * scale + sum(beyond_at(scale, bar)) <= room[1] - rooms.foot + 1e-6

        return scale if fits(scale) else max(_largest(fits, least, scale), _LEAST_SHARE * scale)

    bar = max(bars, key=scale_of)
    room, scale = room_of(bar), scale_of(bar)
    above, below = beyond_at(scale, bar)
    free_y = room[1] - rooms.foot
    # The foot moves only a picture that would reach into its room.
    half = picture_size[1] * scale / 2
    left = min(max(free_y - 2 * half, 0.0) / max(above + below, 1e-9), 1.0)
    above, below = above * left, below * left
    middle = max(min(room[1] / 2, free_y - below - half), above + half)
    centre = (rooms.margin + room[0] / 2, top + middle)
    rect = rect_around(centre, (picture_size[0] * scale, picture_size[1] * scale), size)
    # The picture fills whole pixels; the affine follows the rectangle, not the other way round.
    step = (rect[2] / picture_size[0], rect[3] / picture_size[1])
    affine = np.array(
        [
            [step[0], 0.0, rect[0] - 0.5 - step[0] * origin[0]],
            [0.0, step[1], rect[1] - 0.5 - step[1] * origin[1]],
        ]
    )
    panel = PicturePanel("picture", rect, affine, ("", "", "", ""))
    ends = float(rect[1]), float(rect[1] + rect[3]) + below
    bar_room, colorbar = bar_places(size, rooms, bar, ends)
    title, clock = title_slot(size, rooms), clock_slot(size, rooms)
    if "clock" in labels:
        title = beside_clock(title, clock)
    bottom = max(ends[1], *bar_bottom(colorbar, rooms))
    return Layout(
        size=size,
        unit=rooms.unit,
        panels=(panel,),
        title=title if rooms.title else None,
        clock=clock if "clock" in labels else None,
        names=(None,),
        captions=(None,),
        letters=(None,),
        colorbar=colorbar,
        bar_room=bar_room,
        tick_px=rooms.tick_px,
        least_px=rooms.least_px,
        foot=foot_room(size, rooms.margin, bottom, text_scale) if rooms.foot else None,
    )


def _largest(fits: Callable[[float], bool], low: float, high: float) -> float:
    """The largest scale that fits, between one that is taken in any case and one that does not fit."""
    for _ in range(_N_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low
