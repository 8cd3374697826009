"""Widths and heights of texts, by Pillow: the same fonts that labels are drawn with."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate

from corticast.core.text.face import Face, current_face
from corticast.core.text.fonts import font_of
from corticast.core.text.units import Unit, units_of

# Letters that join are not moved apart or together: PDF and SVG space texts by advances alone.
FEATURES = ("-kern",)
# Advances are measured in a font that is larger by this factor.
_ADVANCE_DETAIL = 16


def capital_height_px(size_px: float, strong: bool) -> float:
    """Height of capitals in pixels."""
    return _capital_height_px(current_face(), size_px, strong)


@lru_cache(maxsize=128)
def _capital_height_px(face: Face, size_px: float, strong: bool) -> float:
    _, top, _, bottom = font_of(face, size_px, strong).getbbox("H", anchor="ls")
    return float(bottom - top)


def ink_px(texts: Iterable[str], size_px: float, strong: bool) -> tuple[float, float]:
    """Pixels that the ink of texts reaches above and below the middle of their capitals, the same for all of them."""
    units = sorted({unit for text in texts for unit in units_of(text)}, key=lambda unit: unit.text)
    boxes = [box_of(unit, size_px, strong) for unit in units]
    middle = capital_height_px(size_px, strong) / 2
    top, bottom = min((box[1] for box in boxes), default=-middle), max((box[3] for box in boxes), default=0)
    return -float(top) - middle, float(bottom) + middle


def box_of(unit: Unit, size_px: float, strong: bool) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a unit's ink in pixels, from the pen on the baseline; rows down."""
    if unit.direction is None:
        return font_of(unit.face, size_px, strong).getbbox(unit.text, anchor="ls")
    shaped = font_of(unit.face, size_px, strong, shaped=True)
    return shaped.getbbox(unit.text, anchor="ls", direction=unit.direction, features=[*FEATURES])


class _Advances(dict[tuple[Unit | None, Unit], float]):
    """How far a unit moves the pen: by itself, or behind its predecessor.

    Faces other than the built-in one are spaced by advances alone, as PDF and SVG space them. Advances are taken from
    a larger font: at small sizes hinting rounds them to whole pixels, and a text of a small frame would be spaced
    otherwise than that of a large one.
    """

    def __init__(self, size_px: float, strong: bool) -> None:
        super().__init__()
        self._strong = strong
        self._size_px = size_px * _ADVANCE_DETAIL

    def __missing__(self, pair: tuple[Unit | None, Unit]) -> float:
        before, unit = pair
        advance = self[pair] = self._length(before, unit) / _ADVANCE_DETAIL
        return advance

    def _length(self, before: Unit | None, unit: Unit) -> float:
        if unit.direction is not None:
            shaped = font_of(unit.face, self._size_px, self._strong, shaped=True)
            return shaped.getlength(unit.text, direction=unit.direction, features=[*FEATURES])
        used = font_of(unit.face, self._size_px, self._strong)
        if unit.face.path is not None or before is None or before.face != unit.face or before.direction is not None:
            return used.getlength(unit.text)
        return used.getlength(before.text + unit.text) - used.getlength(before.text)


@lru_cache(maxsize=64)
def _advances(size_px: float, strong: bool) -> _Advances:
    return _Advances(size_px, strong)


def pens_px(text: str, size_px: float, strong: bool) -> tuple[float, ...]:
    """Pen position before each unit of a text, from left to right, and after the last one."""
    return _pens_px(current_face(), text, size_px, strong)


@lru_cache(maxsize=2048)
def _pens_px(face: Face, text: str, size_px: float, strong: bool) -> tuple[float, ...]:
    assert face == current_face(), "texts are measured in another face"
    advances, units = _advances(size_px, strong), units_of(text)
    return 0.0, *accumulate(advances[pair] for pair in zip((None, *units), units, strict=False))


def start_px(text: str, x: float, y: float, anchor: str, size_px: float, strong: bool) -> tuple[float, int]:
    """Where a text begins: the pen before its first character, and the baseline, on a whole row of pixels.

    Parameters
    ----------
    x, y : pixels (edges at integers)
    anchor : "l", "m" or "r" for the side of the text that x names; y is the middle of its capitals
    """
    start = x - {"l": 0.0, "m": 0.5, "r": 1.0}[anchor] * pens_px(text, size_px, strong)[-1]
    return start, round(y + capital_height_px(size_px, strong) / 2)


def text_width_px(text: str, size_px: float, *, strong: bool = False) -> float:
    """Width of a line of text in pixels."""
    return pens_px(text, size_px, strong)[-1]


def fitting_px(text: str, room_px: float, size_px: float, *, strong: bool = False) -> float:
    """The size in which a line of text fits, at most the full one."""
    width_px = text_width_px(text, size_px, strong=strong)
    # A smaller font is not exactly as much narrower.
    return size_px if width_px <= room_px else 0.995 * size_px * room_px / width_px


def shortened(text: str, room_px: float, size_px: float, *, strong: bool = False) -> str:
    """A line of text that fits; what does not is left out at its end, and "…" says so."""
    if text_width_px(text, size_px, strong=strong) <= room_px:
        return text
    left_px = room_px - text_width_px("…", size_px, strong=strong)
    n = bisect_right(range(1, len(text)), left_px, key=lambda n: text_width_px(text[:n], size_px, strong=strong))
    return text[:n].rstrip() + "…"


def filled_lines(parts: Iterable[str], between: str, room_px: float, size_px: float) -> list[str]:
    """Lines that hold as many parts as fit; a part that is too long has a line of its own.

    Parameters
    ----------
    between : text between two parts on a line
    """
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}{between}{part}" if lines else part
        if lines and text_width_px(longer, size_px) <= room_px:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines
