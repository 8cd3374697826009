"""Where a picture and its labels stand in a frame."""

from __future__ import annotations

from collections.abc import Set

import numpy as np

from corticast.core.geometry.foot_room import foot_room
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import PicturePanel
from corticast.core.geometry.rooms import rect_around, rooms_for
from corticast.core.geometry.slots import bar_bottom, beside, clock_slot, colorbar_rect, title_slot


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
) -> Layout:
    """Layout of one picture, scaled to fit.

    Parameters
    ----------
    picture_size : width, height in the picture's pixels
    origin : column and row of its top left edge, (-0.5, -0.5) for a picture whose pixel centres are integers
    size : width, height of the frame in pixels
    text_scale : how much larger texts are than usual
    """
    bar = has_colorbar and "colorbar" in labels
    kinds = labels - {"letters", "slice", "mm"}
    rooms = rooms_for(
        size, kinds, has_title=has_title, has_colorbar=bar, has_foot=has_foot, single=True, scale=text_scale
    )
    clock_room = rooms.name if "clock" in labels else 0.0
    top = rooms.margin + max(rooms.title, clock_room)
    room = (size[0] - 2 * rooms.margin - rooms.bar, size[1] - top - rooms.margin)
    free_y = room[1] - rooms.foot
    scale = max(min(room[0] / picture_size[0], free_y / picture_size[1]), 1.0 / max(picture_size))
    # The foot moves only a picture that would reach into its room.
    middle = min(room[1] / 2, free_y - picture_size[1] * scale / 2)
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
    colorbar = colorbar_rect(size, rooms, [panel]) if bar else None
    bottom = max([rect[1] + rect[3], *bar_bottom(colorbar, rooms)])
    title, clock = title_slot(size, rooms), clock_slot(size, rooms, rooms.margin)
    if "clock" in labels:
        title, clock = beside(title, clock)
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
        foot=foot_room(size, rooms.margin, bottom, text_scale) if rooms.foot else None,
    )
