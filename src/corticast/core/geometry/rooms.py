"""Room that labels take around the panels of a frame.

All lengths scale with the frame, so that a small and a large frame look the same.
"""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass

from corticast.core.geometry.foot_room import kept_foot_px
from corticast.core.geometry.panels import Rect

# Lengths in pixels of a frame whose shorter side is 1080.
TITLE_PX, NAME_PX, LETTER_PX, CAPTION_PX, TICK_PX = 40.0, 32.0, 32.0, 30.0, 26.0
_MARGIN, _GAP, _LETTER_ROOM, _BAR_ROOM = 18.0, 26.0, 34.0, 116.0


@dataclass(frozen=True)
class Rooms:
    """Pixels that labels take around panels."""

    unit: float
    margin: float
    gap: float
    letter: float
    name: float
    caption: float
    bar: float
    title: float
    clock: float
    foot: float


def rooms_for(
    size: tuple[int, int],
    labels: Set[str],
    *,
    has_title: bool,
    has_colorbar: bool,
    has_foot: bool = False,
    single: bool,
    one_line: bool = False,
    scale: float = 1.0,
) -> Rooms:
    """Room for labels; with `one_line` captions stand beside the names, and the clock elsewhere.

    Parameters
    ----------
    scale : how much larger all labels are than usual
    """
    unit = scale * min(size) / 1080
    named = "title" in labels
    captioned = bool(labels & {"slice", "mm"})
    any_label = bool(labels)
    in_name_line = (named or captioned) if one_line else (named or "clock" in labels)
    return Rooms(
        unit=unit,
        margin=_MARGIN * unit if any_label else 0.0,
        gap=_GAP * unit if any_label or not single else 0.0,
        letter=_LETTER_ROOM * unit if "letters" in labels else 0.0,
        name=1.6 * NAME_PX * unit if in_name_line else 0.0,
        caption=1.6 * CAPTION_PX * unit if captioned and not one_line else 0.0,
        bar=_BAR_ROOM * unit if has_colorbar else 0.0,
        title=1.6 * TITLE_PX * unit if has_title and named else 0.0,
        clock=CAPTION_PX * unit,
        foot=kept_foot_px(size, _MARGIN * unit, scale) if has_foot and any_label else 0.0,
    )


@dataclass(frozen=True)
class Spot:
    """Where a cell stands.

    Parameters
    ----------
    cell : x, y, width, height in pixels, room for letters, name and caption included
    centre : of the panel in pixels, edges at integers
    scale : pixels per mm
    """

    cell: tuple[float, float, float, float]
    centre: tuple[float, float]
    scale: float


def rect_around(centre: tuple[float, float], extent: tuple[float, float], limits: tuple[int, int]) -> Rect:
    """Smallest pixel rectangle that holds an extent, within the frame."""
    tiny = 1e-6
    x0 = max(0, math.floor(centre[0] - extent[0] / 2 + tiny))
    y0 = max(0, math.floor(centre[1] - extent[1] / 2 + tiny))
    x1 = min(limits[0], math.ceil(centre[0] + extent[0] / 2 - tiny))
    y1 = min(limits[1], math.ceil(centre[1] + extent[1] / 2 - tiny))
    return x0, y0, max(1, x1 - x0), max(1, y1 - y0)
