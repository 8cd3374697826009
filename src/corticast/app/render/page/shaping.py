"""Glyphs of letters that join, carry marks or run to the left. The only module that imports uharfbuzz.

Pictures have them from libraqm in Pillow, which places the same glyphs by the same library, HarfBuzz.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import uharfbuzz
from fontTools.ttLib import TTFont

from corticast.core.text.face import Face
from corticast.core.text.metrics import FEATURES
from corticast.core.text.units import Unit


class PlacedGlyph(NamedTuple):
    """A glyph of a unit.

    Parameters
    ----------
    name : within the font
    x, y : from the pen at the left of the unit, in font units, rows up
    """

    name: str
    x: int
    y: int


@lru_cache(maxsize=256)
def shaped_glyphs(unit: Unit, strong: bool) -> tuple[PlacedGlyph, ...]:
    """Glyphs of a unit that is shaped, from left to right."""
    font, names = _font(unit.face, strong)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(unit.text)
    buffer.guess_segment_properties()
    buffer.direction = unit.direction
    uharfbuzz.shape(font, buffer, {each.lstrip("-"): not each.startswith("-") for each in FEATURES})
    placed, pen = [], 0
    for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        placed.append(PlacedGlyph(names[glyph.codepoint], pen + place.x_offset, place.y_offset))
        pen += place.x_advance
    return tuple(placed)


@lru_cache(maxsize=8)
def _font(face: Face, strong: bool) -> tuple[uharfbuzz.Font, list[str]]:
    """The font of a face for HarfBuzz, and the names of its glyphs."""
    file = face.file(strong=strong)
    content = file.getvalue() if isinstance(file, BytesIO) else Path(file).read_bytes()
    opened = TTFont(BytesIO(content), fontNumber=face.index)
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(content), face.index)), opened.getGlyphOrder()
