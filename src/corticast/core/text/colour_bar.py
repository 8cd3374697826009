"""Texts of a colour bar, measured before they are placed: none touches another one or leaves its room."""

from __future__ import annotations

from dataclasses import dataclass, replace

from corticast.core.geometry.bar_rooms import TO_EDGE
from corticast.core.geometry.layout import TextSlot
from corticast.core.geometry.panels import Rect
from corticast.core.text.metrics import filled_lines, fitting_px, shortened, text_width_px

# Lines that a title takes at most, and the sizes that are tried for it, as shares of its full size.
TITLE_LINES = 4
_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6)
# From the bar to the middle of a number, and from line to line, in sizes of the text.
NUMBER_AWAY, LINE_STEP = 0.85, 1.25
# From a standing bar to the number beside its middle, in sizes of the text.
_BESIDE = 0.3
# Column, row, width and height of a bar in a corner within its room, in sizes of the text, and lines of its title.
CORNER_BAR = (0.25, 2.55, 8.5, 0.55)
_CORNER_LINES = 2
# From the ends of a standing bar to the middle of a number beside the bar, in sizes of the text.
_CLEAR = 0.3
# Least room between numbers below a bar, and below a bar in a corner, in sizes of the text.
_APART, _CORNER_APART = 1.0, 0.5


@dataclass(frozen=True)
class BarWords:
    """Words of a colour bar.

    Parameters
    ----------
    low, high : numbers at its ends
    quantity : name of the values
    unit : of the values; "" without one
    middle : number at its middle; "" without one
    marks : numbers where its grey part begins and ends, each with its place in 0..1 from the low end
    """

    low: str
    high: str
    quantity: str
    unit: str = ""
    middle: str = ""
    marks: tuple[tuple[str, float], ...] = ()


def bar_texts(
    words: BarWords, rect: Rect, sizes_px: tuple[float, float], frame_width: int
) -> list[tuple[str, TextSlot]]:
    """Texts of a bar with their places: the numbers at its ends and within it, then the lines of the title.

    The number at the middle is left out where the marks of the grey part need its room.

    Parameters
    ----------
    rect : the bar, which stands if it is higher than wide; a standing bar is the middle of its room
    sizes_px : of the font, the full one and the smallest one that can be read
    frame_width : pixels
    """
    return (_standing if rect[3] > rect[2] else _lying)(words, rect, sizes_px, frame_width)


def _standing(
    words: BarWords, rect: Rect, sizes_px: tuple[float, float], frame_width: int
) -> list[tuple[str, TextSlot]]:
    """Numbers above, below and to the right of the bar, and the title above them."""
    x, y, width, height = rect
    size_px, least_px = sizes_px
    middle = x + width / 2
    room_px = standing_room_px(rect, size_px, frame_width)
    away = NUMBER_AWAY * size_px
    numbers = [(words.high, y - away), (words.low, y + height + away)]
    texts = [(text, TextSlot(middle, line, "m", fitting_px(text, room_px, size_px))) for text, line in numbers]
    at = x + width + _BESIDE * size_px
    for text, share in _within_bar(words, LINE_STEP * size_px / max(height, 1)):
        beside_px = fitting_px(text, max(frame_width - at - TO_EDGE * size_px, 1.0), size_px)
        at_y = min(max(y + (1 - share) * height, y + _CLEAR * size_px), y + height - _CLEAR * size_px)
        texts.append((text, TextSlot(at, at_y, "l", beside_px)))
    lines, title_px = _title(words, room_px, size_px, least_px)
    title: list[tuple[str, TextSlot]] = []
    for number, line in enumerate(reversed(lines), start=1):
        title.append((line, TextSlot(middle, y - away - number * LINE_STEP * size_px, "m", title_px)))
    return [*texts, *reversed(title)]


def standing_room_px(rect: Rect, size_px: float, frame_width: int) -> float:
    """Width of the room of a standing bar, which is as wide to the left as to the frame's right edge."""
    return max(2 * (frame_width - rect[0] - rect[2] / 2 - TO_EDGE * size_px), 1.0)


def corner_texts(words: BarWords, rect: Rect, sizes_px: tuple[float, float]) -> list[tuple[str, TextSlot]]:
    """Texts of a lying bar in a corner, as `bar_texts` has them: numbers below the bar, and the title above."""
    x, y, width, _ = rect
    size_px, least_px = sizes_px
    lines, title_px = _title(words, width, size_px, least_px, _CORNER_LINES)
    first = y - NUMBER_AWAY * size_px - (len(lines) - 1) * LINE_STEP * title_px
    slots = (TextSlot(x + width / 2, first + row * LINE_STEP * title_px, "m", title_px) for row in range(len(lines)))
    return [*_numbers_below(words, rect, size_px, _CORNER_APART), *zip(lines, slots, strict=True)]


def _lying(words: BarWords, rect: Rect, sizes_px: tuple[float, float], frame_width: int) -> list[tuple[str, TextSlot]]:
    """Numbers below the ends and the middle of the bar, and the title at its left."""
    x, y, _, height = rect
    size_px, least_px = sizes_px
    texts = _numbers_below(words, rect, size_px, _APART)
    title, left_px = " ".join(_pieces(words)), max(x - size_px, 1.0)
    title_px = max(fitting_px(title, left_px, size_px), least_px)
    slot = TextSlot(x - 0.5 * size_px, y + height / 2, "r", title_px)
    # The unit stays.
    unit = f" ({words.unit})" if words.unit else ""
    quantity_px = left_px - text_width_px(unit, title_px)
    if quantity_px < _SHARES[-1] * left_px:
        return [*texts, (shortened(title, left_px, title_px), slot)]
    return [*texts, (shortened(words.quantity, quantity_px, title_px) + unit, slot)]


def _numbers_below(words: BarWords, rect: Rect, size_px: float, apart: float) -> list[tuple[str, TextSlot]]:
    """Numbers below the ends of a lying bar and within the bar."""
    x, y, width, height = rect
    below = y + height + NUMBER_AWAY * size_px
    apart_px = apart * size_px
    widest = max((text_width_px(text, size_px) for text, _ in words.marks), default=0.0)
    least = (widest + apart_px) / max(width, 1)
    # The caption states a threshold without room beside the numbers at the ends.
    marks = tuple((text, share) for text, share in words.marks if least < share < 1 - least)
    within = _within_bar(replace(words, marks=marks), least)
    ends = [(words.high, x + width, "r"), (words.low, x, "l")]
    if not within:
        room_px = max((width - apart_px) / 2, 1.0)
        return [(text, TextSlot(at, below, anchor, fitting_px(text, room_px, size_px))) for text, at, anchor in ends]
    # Each number has half of the way to its neighbours.
    places = [share for _, share in within]
    steps = [b - a for a, b in zip([0.0, *places], [*places, 1.0], strict=True)]
    if marks:
        room_px = max(min(steps[0], steps[-1]) * width - widest / 2 - apart_px, 1.0)
        inner_px = max(min([*steps[1:-1], 2 * steps[0], 2 * steps[-1]]) * width - apart_px, 1.0)
    else:
        inner_px = max(width / 3 - size_px, 1.0)
        middle_px = text_width_px(words.middle, fitting_px(words.middle, inner_px, size_px))
        room_px = max((width - middle_px - 2 * apart_px) / 2, 1.0)
    texts = [(text, TextSlot(at, below, anchor, fitting_px(text, room_px, size_px))) for text, at, anchor in ends]
    inner = [
        (text, TextSlot(x + share * width, below, "m", fitting_px(text, inner_px, size_px))) for text, share in within
    ]
    return texts + inner


def _within_bar(words: BarWords, least: float) -> list[tuple[str, float]]:
    """Numbers within a bar with their places from the low end, no two nearer than a share of the bar."""
    middle = [(words.middle, 0.5)] if words.middle else []
    if len(words.marks) == 2 and words.marks[1][1] - words.marks[0][1] < least:
        return [(f"±{words.marks[1][0]}", (words.marks[0][1] + words.marks[1][1]) / 2)]
    if any(abs(share - 0.5) < least for _, share in words.marks):
        middle = []
    return sorted([*words.marks, *middle], key=lambda each: each[1])


def _pieces(words: BarWords) -> list[str]:
    return words.quantity.split() + [f"({words.unit})"] * bool(words.unit)


def _title(
    words: BarWords, room_px: float, size_px: float, least_px: float, most_lines: int = TITLE_LINES
) -> tuple[list[str], float]:
    """Lines of a title, and their size: the largest at which all words fit; else long words are shortened."""
    pieces = _pieces(words)
    least_px = max(_SHARES[-1] * size_px, min(least_px, size_px))
    for share in _SHARES:
        title_px = max(share * size_px, least_px)
        lines = filled_lines(pieces, " ", room_px, title_px)
        if len(lines) <= most_lines and all(text_width_px(line, title_px) <= room_px for line in lines):
            return lines, title_px
    n_free = most_lines - bool(words.unit)
    lines = filled_lines(words.quantity.split(), " ", room_px, least_px)
    kept = [*lines[: n_free - 1], " ".join(lines[n_free - 1 :]), *pieces[len(words.quantity.split()) :]]
    return [shortened(line, room_px, least_px) for line in kept if line], least_px
