"""Widths and heights of texts, by Pillow: the same fonts that labels are drawn with."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from corticast.core.text.face import BUILT_IN, Face, current_face

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

# Advances are measured in a font that is larger by this factor.
_ADVANCE_DETAIL = 16


def font(size_px: float, strong: bool, text: str = "") -> FreeTypeFont:
    """The font of labels at a size in pixels.

    Parameters
    ----------
    strong : whether the medium weight is asked for
    text : characters that the font draws; the built-in face stands in where the face lacks one
    """
    face = current_face()
    return _font(face if all(map(face.has, text)) else BUILT_IN, size_px, strong)


@lru_cache(maxsize=128)
def _font(face: Face, size_px: float, strong: bool) -> FreeTypeFont:
    from PIL import ImageFont

    # Basic layout: glyph by glyph with kerning, the same with and without libraqm.
    file = face.file(strong=strong)
    return ImageFont.truetype(file, max(size_px, 1.0), layout_engine=ImageFont.Layout.BASIC)


# No font has a glyph for this code point.
_NO_CHARACTER = "\uffff"
_GLYPH_PX = 32


def missing_characters(text: str) -> tuple[str, ...]:
    """Characters of a text that the built-in font lacks, each once; they look like a character that no font has."""
    face = current_face()
    unsure = (c for c in dict.fromkeys(text) if not c.isascii() and not c.isspace() and not _is_own(face, c))
    return tuple(c for c in unsure if _glyph(c) == _glyph(_NO_CHARACTER))


def _is_own(face: Face, character: str) -> bool:
    return face.path is not None and face.has(character)


@lru_cache(maxsize=256)
def _glyph(character: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(BUILT_IN, _GLYPH_PX, False).getmask(character, mode="L")
    return mask.size, bytes(mask)


def capital_height_px(size_px: float, strong: bool) -> float:
    """Height of capitals in pixels."""
    return _capital_height_px(current_face(), size_px, strong)


@lru_cache(maxsize=128)
def _capital_height_px(face: Face, size_px: float, strong: bool) -> float:
    _, top, _, bottom = _font(face, size_px, strong).getbbox("H", anchor="ls")
    return float(bottom - top)


def ink_px(texts: Iterable[str], size_px: float, strong: bool) -> tuple[float, float]:
    """Pixels that the ink of texts reaches above and below the middle of their capitals, the same for all of them."""
    boxes = [font(size_px, strong, each).getbbox(each, anchor="ls") for each in sorted(set().union(*texts))]
    middle = capital_height_px(size_px, strong) / 2
    top, bottom = min((box[1] for box in boxes), default=-middle), max((box[3] for box in boxes), default=0)
    return -float(top) - middle, float(bottom) + middle


class _Advances(dict[str, float]):
    """How far a character moves the pen: by itself, or with its predecessor as a pair.

    Faces of one's own are spaced by advances alone, as PDF and SVG space them. Advances are taken from a larger font:
    at small sizes hinting rounds them to whole pixels, and a text of a small frame would be spaced otherwise than that
    of a large one.
    """

    def __init__(self, face: Face, size_px: float, strong: bool) -> None:
        super().__init__()
        self._face, self._strong = face, strong
        self._size_px = size_px * _ADVANCE_DETAIL

    def __missing__(self, pair: str) -> float:
        used = _font(self._face if self._face.has(pair[-1]) else BUILT_IN, self._size_px, self._strong)
        whole, before = used.getlength(pair), used.getlength(pair[:-1])
        if self._face.path is not None:
            whole, before = used.getlength(pair[-1]), 0.0
        advance = self[pair] = float(whole - before) / _ADVANCE_DETAIL
        return advance


@lru_cache(maxsize=64)
def _advances(face: Face, size_px: float, strong: bool) -> _Advances:
    return _Advances(face, size_px, strong)


def pens_px(text: str, size_px: float, strong: bool) -> list[float]:
    """Pen position before each character, and after the last one."""
    return _pens_px(current_face(), text, size_px, strong)


def _pens_px(face: Face, text: str, size_px: float, strong: bool) -> list[float]:
    advances = _advances(face, size_px, strong)
    pairs = [text[:1], *(one + other for one, other in pairwise(text))] if text else []
    return [0.0, *accumulate(advances[pair] for pair in pairs)]


@lru_cache(maxsize=1024)
def _width_px(face: Face, text: str, size_px: float, strong: bool) -> float:
    return _pens_px(face, text, size_px, strong)[-1]


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
    return _width_px(current_face(), text, size_px, strong)


def fitting_px(text: str, room_px: float, size_px: float, *, strong: bool = False) -> float:
    """The size in which a line of text fits, at most the full one."""
    width_px = text_width_px(text, size_px, strong=strong)
    # A smaller font is not exactly as much narrower.
    return size_px if width_px <= room_px else 0.995 * size_px * room_px / width_px


def shortened(text: str, room_px: float, size_px: float, *, strong: bool = False) -> str:
    """A line of text that fits; what does not is left out at its end, and "…" says so."""
    pens = pens_px(text, size_px, strong)
    if pens[-1] <= room_px:
        return text
    n = bisect_right(pens, room_px - text_width_px("…", size_px, strong=strong)) - 1
    return text[: max(n, 0)].rstrip() + "…"


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
