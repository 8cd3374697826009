"""The key of diameters: two discs with their values, under a title, in a part of the colour bar's room."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from corticast.core.geometry.layout import Layout, TextSlot
from corticast.core.geometry.panels import Rect
from corticast.core.text.colour_bar import standing_room_px
from corticast.core.text.metrics import filled_lines, fitting_px, shortened
from corticast.core.text.numbers import number

# Height of the key below a standing bar: share of the bar's, and the most and the least in sizes of its texts. Between
# the bar and the key stands a number, which is as far below the bar.
_SHARE, _MOST, _LEAST, _BETWEEN, _NUMBER = 0.5, 7.5, 4.0, 2.2, 1.5
# Beside a lying bar: share of its width, and room between the two, above and below it in sizes of its texts.
_LYING_SHARE, _APART, _ABOVE, _BELOW = 0.4, 1.5, 1.6, 1.6
# Lines of the title, and in sizes of the texts from line to line, from disc to disc, and from a disc to its value.
_TITLE_LINES, _LINE, _GAP, _AWAY = 2, 1.25, 0.5, 0.4
# A title shrinks down to this share of its size before it is cut.
_LEAST_TITLE = 0.6
# Share of the key's width that a disc takes at most.
_WIDEST_DISC = 0.5


@dataclass(frozen=True)
class KeyDisc:
    """A disc of the key: its centre and its diameter in pixels of the frame."""

    x: float
    y: float
    diameter_px: float


@dataclass(frozen=True)
class SizeKey:
    """The key of diameters.

    Parameters
    ----------
    rect : of the frame
    discs : from small to large
    texts : lines of the title, and the values of the discs, with their places
    """

    rect: Rect
    discs: tuple[KeyDisc, ...]
    texts: tuple[tuple[str, TextSlot], ...]


def with_size_key(layout: Layout) -> Layout:
    """A layout whose colour bar leaves a part of its room to a key of diameters."""
    if layout.colorbar is None:
        return layout
    bar, key = (_beside if layout.colorbar[2] > layout.colorbar[3] else _below)(layout.colorbar, layout)
    return replace(layout, colorbar=bar, size_key=key)


def _beside(bar: Rect, layout: Layout) -> tuple[Rect, Rect]:
    """A lying bar, and the key at its right."""
    x, y, width, height = bar
    size_px, key_width = layout.tick_px, round(_LYING_SHARE * width)
    key_height = round(height + (_ABOVE + _BELOW) * size_px)
    key = (x + width - key_width, round(y - _ABOVE * size_px), key_width, key_height)
    return (x, y, max(2, round(width - key_width - _APART * size_px)), height), key


def _below(bar: Rect, layout: Layout) -> tuple[Rect, Rect]:
    """A standing bar, and the key below its number."""
    x, y, width, height = bar
    size_px = layout.tick_px
    key_height = min(max(_SHARE * height, _LEAST * size_px), _MOST * size_px)
    # A bar that is wider than high would lie, and its numbers would have its width alone.
    bar_height = max(width + 1, round(height - key_height - (_BETWEEN - _NUMBER) * size_px))
    key_height = max(min(key_height, height - bar_height - (_BETWEEN - _NUMBER) * size_px), _LEAST * size_px)
    room_px = standing_room_px(bar, size_px, layout.size[0])
    left, top = max(0, round(x + width / 2 - room_px / 2)), round(y + bar_height + _BETWEEN * size_px)
    key = (left, top, min(round(room_px), layout.size[0] - left), round(key_height))
    return (x, y, width, bar_height), key


def size_key(
    title: str, rect: Rect, size_px: float, diameters_px: tuple[float, float], largest: float
) -> SizeKey | None:
    """The key, with the largest readable values whose discs have room; None where none has.

    Parameters
    ----------
    title : meaning of the diameters
    rect : of the key
    size_px : font size
    diameters_px : at magnitude 0 and at the largest one
    largest : magnitude
    """
    x, y, width, height = rect
    lines, title_px = _title(title, width, size_px)
    top = y + len(lines) * _LINE * title_px
    room = (x, round(top), width, max(1, round(y + height - top)))
    cells = max(_side_by_side(room, _GAP * size_px), _stacked(room, _GAP * size_px), key=_widest_px)
    values = key_values(diameters_px, largest, _widest_px(cells))
    if not values:
        return None
    heads = [
        (line, TextSlot(x + width / 2, y + (place + 0.5) * _LINE * title_px, "m", title_px))
        for place, line in enumerate(lines)
    ]
    low, high = diameters_px
    sizes = [low + (high - low) * value / largest for value in values]
    discs, texts = [], []
    for cell, value, diameter in zip(cells, values, sizes, strict=True):
        middle = cell[1] + cell[3] / 2
        discs.append(KeyDisc(cell[0] + sizes[-1] / 2, middle, diameter))
        text, at = number(value), cell[0] + sizes[-1] + _AWAY * size_px
        room_px = max(cell[0] + cell[2] - at, 1.0)
        texts.append((text, TextSlot(at, middle, "l", fitting_px(text, room_px, size_px))))
    return SizeKey(rect, tuple(discs), (*heads, *texts))


def _side_by_side(rect: Rect, gap: float) -> tuple[Rect, Rect]:
    """Room of two discs with their values beside each other."""
    x, y, width, height = rect
    part = max(1, round((width - gap) / 2))
    return (x, y, part, height), (x + width - part, y, part, height)


def _stacked(rect: Rect, gap: float) -> tuple[Rect, Rect]:
    """Room of two discs with their values above each other."""
    x, y, width, height = rect
    part = max(1, round((height - gap) / 2))
    return (x, y, width, part), (x, y + height - part, width, part)


def _widest_px(cells: tuple[Rect, Rect]) -> float:
    """Diameter of the largest disc that has room beside its value."""
    return min(cells[0][3], _WIDEST_DISC * cells[0][2])


def key_values(diameters_px: tuple[float, float], largest: float, most_px: float) -> tuple[float, ...]:
    """Two readable values, the larger one at most twice and a half as large; empty where their discs have no room."""
    low, high = diameters_px
    if largest <= 0 or low >= most_px:
        return ()
    share = 1.0 if high <= most_px else (most_px - low) / (high - low)
    upper = _floor(largest * share)
    return _floor(upper / 2 * (1 + 1e-9)), upper


def _floor(value: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is not above a value."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-12)
    step = max(part for part in (1, 2, 5) if part * power <= value * (1 + 1e-9))
    return float(f"{step * power:.12g}")


def _title(title: str, room_px: float, size_px: float) -> tuple[list[str], float]:
    """Lines of the title, and their size."""
    for percent in range(100, 55, -10):
        lines = filled_lines(title.split(), " ", room_px, percent / 100 * size_px)
        fits = all(fitting_px(line, room_px, percent / 100 * size_px) == percent / 100 * size_px for line in lines)
        if len(lines) <= _TITLE_LINES and fits:
            return lines, percent / 100 * size_px
    least_px = _LEAST_TITLE * size_px
    return [shortened(title, room_px, least_px)], least_px
