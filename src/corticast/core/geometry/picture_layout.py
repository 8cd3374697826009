"""Where a picture and its labels stand in a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corticast.core.geometry.bar_rooms import BarRoom, bar_rooms
from corticast.core.geometry.foot_room import foot_room
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import PicturePanel, Rect
from corticast.core.geometry.rooms import LINE, Rooms, rect_around, rooms_for
from corticast.core.geometry.slots import bar_bottom, bar_places, heading_slots

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
    every = (_PictureRoom(picture_size, size, rooms, top, bar, beyond) for bar in bars)
    chosen = max(every, key=lambda each: each.scale)
    rect, below = chosen.rect()
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
    bar_room, colorbar = bar_places(size, rooms, chosen.bar, ends)
    title, clock = heading_slots(size, rooms, labels)
    bottom = max(ends[1], *bar_bottom(colorbar, rooms))
    return Layout(
        size=size,
        unit=rooms.unit,
        panels=(panel,),
        title=title,
        clock=clock,
        names=(None,),
        captions=(None,),
        letters=(None,),
        colorbar=colorbar,
        bar_room=bar_room,
        tick_px=rooms.tick_px,
        least_px=rooms.least_px,
        foot=foot_room(size, rooms.margin, bottom, text_scale) if rooms.foot else None,
    )


@dataclass(frozen=True)
class _PictureRoom:
    """The room of a picture in a frame.

    Parameters
    ----------
    picture_size : width, height in the picture's pixels
    size : width, height of the frame in pixels
    rooms : of the labels
    top : upper end of the room
    bar : room of the colour bar or the legend
    beyond : see `picture_layout`
    """

    picture_size: tuple[float, float]
    size: tuple[int, int]
    rooms: Rooms
    top: float
    bar: BarRoom
    beyond: Callable[[float], tuple[float, float]]

    @property
    def width(self) -> float:
        """Pixels between the margins and the bar."""
        return self.size[0] - 2 * self.rooms.margin - self.bar.width

    @property
    def height(self) -> float:
        """Pixels between the title and the bar, with those of the foot."""
        return self.size[1] - self.top - self.rooms.margin - self.bar.height

    @cached_property
    def scale(self) -> float:
        """Pixels of the frame per pixel of the picture."""
        wide, high = self.picture_size
        least = 1.0 / max(self.picture_size)
        scale = max(min(self.width / wide, (self.height - self.rooms.foot) / high), least)
        return scale if self._fits(scale) else max(_largest(self._fits, least, scale), _LEAST_SHARE * scale)

    def rect(self) -> tuple[Rect, float]:
        """Rectangle of the picture, and pixels that contacts reach beyond its lower edge."""
        above, below = self._beyond_at(self.scale)
        free_y = self.height - self.rooms.foot
        half = self.picture_size[1] * self.scale / 2
        left = min(max(free_y - 2 * half, 0.0) / max(above + below, 1e-9), 1.0)
        above, below = above * left, below * left
        # The foot moves only a picture that would reach into its room.
        middle = max(min(self.height / 2, free_y - below - half), above + half)
        centre = (self.rooms.margin + self.width / 2, self.top + middle)
        extent = self.picture_size[0] * self.scale, self.picture_size[1] * self.scale
        return rect_around(centre, extent, self.size), below

    def _beyond_at(self, scale: float) -> tuple[float, float]:
        above, below = self.beyond(scale)
        return above if self.rooms.title else 0.0, below if self.rooms.foot + self.bar.height else 0.0

    def _fits(self, scale: float) -> bool:
        needed = self.picture_size[1] * scale + sum(self._beyond_at(scale))
        return needed <= self.height - self.rooms.foot + 1e-6


def _largest(fits: Callable[[float], bool], low: float, high: float) -> float:
    """The largest scale that fits, between one that is taken in any case and one that does not fit."""
    for _ in range(_N_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low
