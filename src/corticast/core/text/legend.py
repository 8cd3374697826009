"""The legend of groups of contacts, in the place of a colour bar: measured before it is placed."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from corticast.core.geometry.bar_rooms import (
    LEGEND_BETWEEN,
    LEGEND_LINE,
    LEGEND_TEXT,
    MOST_NAMES,
    filled_rows,
    legend_rows,
)
from corticast.core.geometry.layout import Layout, TextSlot
from corticast.core.geometry.panels import Rect
from corticast.core.text.metrics import filled_lines, fitting_px, shortened, text_width_px

# In sizes of the text: from line to line of a name, and side of a chip.
_LINE, _CHIP = 1.15, 0.7
# From the panels to a legend at their right, in sizes of the text.
_INSET = 0.25
_STEP, _TEXT_AT = LEGEND_LINE, LEGEND_TEXT
# Lines that a name takes at most, and sizes that are tried for all names, as shares of the full one.
_MOST_LINES = 3
_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6)


@dataclass(frozen=True)
class LegendLine:
    """A line of the legend.

    Parameters
    ----------
    text : of the line
    slot : place of the text
    chip : rectangle of the colour of the group whose name begins here; None in other lines
    """

    text: str
    slot: TextSlot
    chip: Rect | None


@dataclass(frozen=True)
class _Names:
    """Lines of each name, and their size."""

    lines: tuple[tuple[str, ...], ...]
    size_px: float


def legend_lines(groups: Sequence[str], layout: Layout, lowest: float = math.inf, title: str = "") -> list[LegendLine]:
    """Lines of the legend, in the order of the groups; empty where the colour bar is off.

    Parameters
    ----------
    lowest : height in pixels that the legend does not pass
    title : above the names; "" without one
    """
    if layout.bar_room is None or not groups:
        return []
    x, y, width, height = layout.bar_room
    if width > height:
        return _lying(groups, layout, layout.bar_room, title)
    return _standing(groups, layout, (x, y, width, max(min(height, round(min(lowest, 1e6)) - y), 1)), title)


def _lying(groups: Sequence[str], layout: Layout, room: Rect, title: str) -> list[LegendLine]:
    """The title and the names in one row in the middle of the room, else in equal columns."""
    x, y, width, height = room
    size_px = layout.tick_px
    between_px, chip_px = LEGEND_BETWEEN * size_px, LEGEND_TEXT * size_px
    # A text, and whether a chip stands before it.
    items = [(title, False)] * bool(title) + [(name, True) for name in groups[:MOST_NAMES]]
    items += [(f"… and {len(groups) - MOST_NAMES} more", False)] * (len(groups) > MOST_NAMES)
    widths = [text_width_px(text, size_px) + chip_px * has_chip for text, has_chip in items]
    rows, taken = legend_rows(widths, width, between_px)
    if len(rows) * LEGEND_LINE * size_px > height + 1:
        rows, taken = filled_rows(widths, width, between_px), widths
    # Columns begin at one place in all rows.
    wide = [sum(taken[each] for each in row) + (len(row) - 1) * between_px for row in rows]
    is_even = len(set(taken)) == 1
    found: list[LegendLine] = []
    for number, row in enumerate(rows):
        line_y = y + (number + 0.5) * LEGEND_LINE * size_px
        left = x + (width - (max(wide) if is_even else wide[number])) / 2
        side = max(1, round(_CHIP * size_px))
        for each in row:
            text, has_chip = items[each]
            text = shortened(text, width - chip_px, size_px)
            chip = (round(left), round(line_y - side / 2), side, side) if has_chip else None
            found.append(LegendLine(text, TextSlot(left + chip_px * has_chip, line_y, "l", size_px), chip))
            left += taken[each] + between_px
    return found


def _standing(groups: Sequence[str], layout: Layout, room: Rect, title: str) -> list[LegendLine]:
    """Names one below the other, in the middle of the room."""
    full_px, least_px = layout.tick_px, layout.least_px
    x, top, room_px, height = room[0] + _INSET * full_px, room[1], room[2] - _INSET * full_px, room[3]
    names = _names(groups, room_px, full_px, least_px)
    heading, title_px = _heading(title, room_px, full_px, least_px)
    title_height = _height(heading, title_px) if heading else 0.0
    shown = names.lines[: _n_named(names, height - title_height)]
    n_more = len(groups) - len(shown)
    used = sum(_height(lines, names.size_px) for lines in shown) + bool(n_more) * _STEP * names.size_px
    y = top + max((height - used - title_height) / 2, 0.0)
    found = [
        LegendLine(line, TextSlot(x, y + (_STEP / 2 + _LINE * number) * title_px, "l", title_px), None)
        for number, line in enumerate(heading)
    ]
    y += title_height
    for lines in shown:
        found += _placed(lines, x, y, names.size_px)
        y += _height(lines, names.size_px)
    if n_more:
        more = f"… and {n_more} more"
        fitting = fitting_px(more, room_px, names.size_px)
        found.append(LegendLine(more, TextSlot(x, y + _STEP / 2 * names.size_px, "l", fitting), None))
    return found


def _heading(title: str, room_px: float, full_px: float, least_px: float) -> tuple[tuple[str, ...], float]:
    """Lines of a title in the largest size in which they are whole; else one line that is cut."""
    for share in _SHARES:
        size_px = max(share * full_px, min(least_px, full_px))
        lines = tuple(filled_lines(title.split(), " ", room_px, size_px))
        if _has_room(lines, room_px, size_px):
            return lines, size_px
    return (shortened(title, room_px, size_px),), size_px


def _placed(lines: Sequence[str], x: float, y: float, size_px: float) -> list[LegendLine]:
    """Lines of a name, whose room begins at a height, and its chip."""
    first, side = y + _STEP / 2 * size_px, max(1, round(_CHIP * size_px))
    chip = (round(x), round(first - side / 2), side, side)
    found = []
    for number, line in enumerate(lines):
        slot = TextSlot(x + _TEXT_AT * size_px, first + number * _LINE * size_px, "l", size_px)
        found.append(LegendLine(line, slot, None if number else chip))
    return found


def _height(lines: Sequence[str], size_px: float) -> float:
    return (_STEP + (len(lines) - 1) * _LINE) * size_px


def _names(groups: Sequence[str], room_px: float, full_px: float, least_px: float) -> _Names:
    """All names in the largest size in which they are whole; else in the smallest one, and those without room cut."""
    for share in _SHARES:
        size_px = max(share * full_px, min(least_px, full_px))
        text_px = room_px - _TEXT_AT * size_px
        lines = tuple(_filled(name, text_px, size_px) for name in groups)
        if all(_has_room(name_lines, text_px, size_px) for name_lines in lines):
            break
    kept = (
        name_lines if _has_room(name_lines, text_px, size_px) else (shortened(name, text_px, size_px),)
        for name, name_lines in zip(groups, lines, strict=True)
    )
    return _Names(tuple(kept), size_px)


def _has_room(lines: Sequence[str], text_px: float, size_px: float) -> bool:
    return len(lines) <= _MOST_LINES and all(text_width_px(line, size_px) <= text_px for line in lines)


def _filled(name: str, room_px: float, size_px: float) -> tuple[str, ...]:
    """Lines of a name, which break after a blank, a hyphen or an underscore, and before a capital."""
    parts = [part for part in re.split(r"(?<=[\s_-])|(?<=[a-z])(?=[A-Z])", name) if part]
    return tuple(line.strip() for line in filled_lines(parts, "", room_px, size_px)) or ("",)


def _n_named(names: _Names, height_px: float) -> int:
    """Names that have room; where not all have, one line less, for their number."""
    heights = [_height(lines, names.size_px) for lines in names.lines[:MOST_NAMES]]
    if len(heights) == len(names.lines) and sum(heights) <= height_px:
        return len(heights)
    n, free = 0, height_px - _STEP * names.size_px
    while n < len(heights) and heights[n] <= free:
        free -= heights[n]
        n += 1
    return n
