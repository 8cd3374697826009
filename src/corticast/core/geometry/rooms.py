"""Room that labels take in a frame, and the sizes of their texts.

All lengths scale with the frame, so that a small and a large frame look the same.
"""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass

from corticast.core.geometry.foot_room import FOOT_PX, kept_foot_px, least_text_px
from corticast.core.geometry.panels import Rect

# Lengths in pixels of a frame whose shorter side is 1080.
TITLE_PX, NAME_PX, LETTER_PX, CAPTION_PX, TICK_PX = 36.0, 32.0, 30.0, 30.0, 26.0
# Captions of many small slices are as large as the text at the foot.
_CAPTION_ALIKE_PX = FOOT_PX
# Names and captions at the middle of edges: 25 points of a figure that is 6 inches high, as in the post.
HEADING_PX = 25 / (6 * 72) * 1080
MARGIN_PX, _GAP = 8.0, 10.0
# Between slices of one axis, which read as one picture.
_GAP_ALIKE = 4.0
# Between panels that touch nothing else.
_LEAST_GAP = 2.0
# In sizes of their texts: height of a line, and width of a letter with what stands around it.
LINE, LETTER_ROOM = 1.35, 1.5
# Texts of frames that have no room for 10 pixels become smaller down to this share.
_READABLE_PX, _LEAST_SHARE = 10.0, 0.6
# Room of a standing bar and height of a lying one with its numbers, and with a key beside it, in sizes of their texts.
_BAR_ROOM, _LYING, _KEYED = 4.4, 2.1, 4.2
# Least room of a standing bar whose texts cannot become smaller, in the least readable sizes; and that of a tiny frame.
_LEAST_BAR_ROOM, _TINY_BAR_ROOM = 4.74, 4.9


@dataclass(frozen=True)
class Rooms:
    """Pixels that labels take.

    Parameters
    ----------
    unit : pixels that one pixel of a frame of 1080 lines becomes
    margin, gap : around everything, and between panels
    title_px, name_px, letter_px, caption_px, clock_px, tick_px : sizes of texts
    least_px : the least size that can be read
    heading_px : size of names and captions at the middle of edges; 0 where they stand in corners
    letter : beside a panel, for the letters at its sides
    beside : at each side of a panel, for its letter, and for half of a caption at its left edge
    above, below : for the name of a panel, or its letter, and for its caption
    title, foot : of the frame, empty without one
    bar, lying : width of the room of a standing bar, and height of the room of a lying one
    """

    unit: float
    margin: float
    gap: float
    title_px: float
    name_px: float
    letter_px: float
    caption_px: float
    clock_px: float
    tick_px: float
    least_px: float
    heading_px: float
    letter: float
    beside: float
    above: float
    below: float
    title: float
    foot: float
    bar: float
    lying: float


def rooms_for(
    size: tuple[int, int],
    labels: Set[str],
    *,
    has_title: bool,
    has_foot: bool = False,
    single: bool,
    scale: float = 1.0,
    keyed: bool = False,
    on_edges: bool = False,
    alike: bool = False,
) -> Rooms:
    """Room for labels.

    Parameters
    ----------
    size : width, height in pixels
    labels : kinds of labels that are drawn
    has_title, has_foot : whether the film has a title, and lines at its foot
    single : whether a single panel needs no gap
    scale : how much larger all labels are than usual
    keyed : whether a key of diameters stands beside the bar
    on_edges : whether names and captions of panels stand large at the middle of edges
    alike : whether all panels are slices of one axis
    """
    # Whoever asks for smaller texts gets smaller ones.
    unit, readable_px = scale * min(size) / 1080, min(scale, 1.0) * least_text_px(size)
    panel_px = _CAPTION_ALIKE_PX if alike and not single else CAPTION_PX
    title_px, name_px, letter_px, caption_px, clock_px, tick_px = (
        max(size_px * unit, readable_px) for size_px in (TITLE_PX, NAME_PX, LETTER_PX, panel_px, CAPTION_PX, TICK_PX)
    )
    is_tiny = least_text_px(size) < _READABLE_PX
    margin = MARGIN_PX * unit if labels else 0.0
    letter = LETTER_ROOM * letter_px if "letters" in labels else 0.0
    heading_px = max(HEADING_PX * unit, readable_px) if on_edges else 0.0
    name = LINE * (heading_px or name_px) if "title" in labels else 0.0
    caption = LINE * (heading_px or caption_px) if labels & {"slice", "mm"} else 0.0
    return Rooms(
        unit,
        margin,
        max((_GAP_ALIKE if alike else _GAP) * unit, _LEAST_GAP) if labels or not single else 0.0,
        title_px,
        name_px,
        letter_px,
        caption_px,
        clock_px,
        tick_px,
        # Tiny frames have no room for a size that can be read.
        _LEAST_SHARE * readable_px if is_tiny else readable_px,
        heading_px,
        letter,
        letter + caption / 2 if on_edges else letter,
        name + letter if on_edges else max(name, letter),
        letter if on_edges else max(caption, letter),
        1.2 * title_px if has_title and "title" in labels else 0.0,
        kept_foot_px(size, margin, scale) if has_foot and labels else 0.0,
        max(_BAR_ROOM * tick_px, (_TINY_BAR_ROOM if is_tiny else _LEAST_BAR_ROOM) * readable_px),
        (_KEYED if keyed else _LYING) * tick_px,
    )


@dataclass(frozen=True)
class Spot:
    """Where a cell stands.

    Parameters
    ----------
    cell : x, y, width, height in pixels, room for letters, name and caption included
    centre : of the panel in pixels, edges at integers
    scale : pixels per mm
    below : more room for texts below the cell
    """

    cell: tuple[float, float, float, float]
    centre: tuple[float, float]
    scale: float
    below: float = 0.0


def rect_around(centre: tuple[float, float], extent: tuple[float, float], limits: tuple[int, int]) -> Rect:
    """Smallest pixel rectangle that holds an extent, within the frame."""
    tiny = 1e-6
    x0 = max(0, math.floor(centre[0] - extent[0] / 2 + tiny))
    y0 = max(0, math.floor(centre[1] - extent[1] / 2 + tiny))
    x1 = min(limits[0], math.ceil(centre[0] + extent[0] / 2 - tiny))
    y1 = min(limits[1], math.ceil(centre[1] + extent[1] / 2 - tiny))
    return x0, y0, max(1, x1 - x0), max(1, y1 - y0)
