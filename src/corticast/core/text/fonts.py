"""Fonts of Pillow, in the faces of texts."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from corticast.core.text.face import BUILT_IN, Face

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

# No font has a glyph for this code point.
_NO_CHARACTER = "\uffff"
_GLYPH_PX = 32


@lru_cache(maxsize=128)
def font_of(face: Face, size_px: float, strong: bool, *, shaped: bool = False) -> FreeTypeFont:
    """The font of a face at a size in pixels.

    Parameters
    ----------
    strong : whether the medium weight is asked for
    shaped : whether libraqm joins and places glyphs; otherwise glyph by glyph, the same with and without libraqm
    """
    from PIL import ImageFont

    engine = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
    return ImageFont.truetype(face.file(strong=strong), max(size_px, 1.0), index=face.index, layout_engine=engine)


def has_raqm() -> bool:
    """Whether Pillow finds libraqm here, which joins letters and places marks."""
    from PIL import features

    return bool(features.check("raqm"))


@cache
def built_in_has(character: str) -> bool:
    """Whether the built-in face has a character: one that looks like a character of no font is missing."""
    return character.isascii() or character.isspace() or _glyph(character) != _glyph(_NO_CHARACTER)


@lru_cache(maxsize=256)
def _glyph(character: str) -> tuple[tuple[int, int], bytes]:
    mask = font_of(BUILT_IN, _GLYPH_PX, False).getmask(character, mode="L")
    return mask.size, bytes(mask)
