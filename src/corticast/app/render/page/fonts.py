"""Fonts of pages: the glyphs that a file carries, and their outlines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from io import BytesIO
from string import ascii_letters, digits
from typing import Any, Literal

from fontTools.pens.basePen import BasePen
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

from corticast.app.render.page.shaping import PlacedGlyph, shaped_glyphs
from corticast.core.page.parts import PageText
from corticast.core.text.face import Face
from corticast.core.text.font_faults import reading_font
from corticast.core.text.metrics import pens_px
from corticast.core.text.units import Unit, units_of

# Tables of a font that outlines and advances need.
_TABLES = {
    *("GlyphOrder", "head", "hhea", "maxp", "OS/2", "hmtx", "cmap", "name", "post"),
    *("glyf", "loca", "CFF ", "cvt ", "fpgm", "prep", "gasp"),
}

_LETTERS = ascii_letters + digits

# Fields of TrueType's maxp table that are 0 for glyphs without instructions.
_NO_INSTRUCTIONS = (
    *("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements"),
    *("maxSizeOfInstructions", "maxComponentElements"),
)

# Tables for letters that join, change places and carry marks.
_SHAPING = {"GSUB", "GPOS", "GDEF"}

# M, L: a point; C: two control points and a point; Z: none.
Step = tuple[Literal["M", "L", "C", "Z"], tuple[tuple[float, float], ...]]


def page_faults(face: Face) -> tuple[str, ...]:
    """Lines about faults that a page meets in the file of a face, before anything is drawn.

    Raises
    ------
    OptionError : the font is damaged
    """
    if face.path is None:
        return ()
    with reading_font(face.path) as faults:
        _subset(face, _LETTERS, strong=False)
    return faults.lines(face.path)


def subset_font(
    face: Face,
    characters: Iterable[str],
    *,
    strong: bool,
    flavor: Literal["woff"] | None = None,
    shaped: bool = False,
) -> bytes:
    """The font of a face with some characters, as TrueType: fpdf2 labels cubic outlines (CFF) as quadratic ones.

    Parameters
    ----------
    flavor : "woff" packs the font as web pages take it
    shaped : whether programs join letters with this font

    Raises
    ------
    OptionError : the font is damaged
    """
    with _reading(face):
        return _subset(face, characters, strong=strong, flavor=flavor, shaped=shaped)


def _reading(face: Face) -> AbstractContextManager[object]:
    """Refuse the file of a face where reading fails; the built-in face has no file of the user's."""
    return nullcontext() if face.path is None else reading_font(face.path)


def _subset(
    face: Face, characters: Iterable[str], *, strong: bool, flavor: str | None = None, shaped: bool = False
) -> bytes:
    """The font of a face with some characters.

    Tables that move or join glyphs are left out where letters are not shaped: labels are spaced by advances alone.
    """
    # The licence stays among the names.
    options = Options(name_IDs=[0, 1, 2, 4, 13, 14], notdef_outline=True)
    made = TTFont(face.file(strong=strong), fontNumber=face.index)
    options.drop_tables = sorted(set(made.keys()) - _TABLES - (_SHAPING if shaped else set()))
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(characters))
    subsetter.subset(made)
    if "CFF " in made:
        _make_quadratic(made)
    if made["name"].getBestFullName() is None:
        # fpdf2 needs a name, which a damaged table lacks.
        made["name"].setName(face.family, 4, 3, 1, 0x409)
    # The same characters make the same file.
    made.recalcTimestamp = False
    made.flavor = flavor
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def _make_quadratic(made: TTFont) -> None:
    """Replace cubic outlines by quadratic ones, which lie within a thousandth of the em."""
    glyphs, order = made.getGlyphSet(), made.getGlyphOrder()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, made["head"].unitsPerEm / 1000, reverse_direction=True))
        drawn[name] = pen.glyph()
    made["loca"], made["glyf"] = newTable("loca"), newTable("glyf")
    made["glyf"].glyphOrder, made["glyf"].glyphs = order, drawn
    del made["CFF "]
    # TrueType states its largest numbers; without instructions most are 0.
    made["maxp"].tableVersion, made["maxp"].maxZones = 0x00010000, 1
    for name in _NO_INSTRUCTIONS:
        setattr(made["maxp"], name, 0)
    made["post"].formatType, made["post"].extraNames, made["post"].mapping = 2.0, [], {}
    made.sfntVersion = "\000\001\000\000"


def is_drawn_by(unit: Unit, *, strong: bool) -> bool:
    """Whether the face of a unit has its characters; other units are boxes."""
    return all(ord(character) in _glyphs(unit.face, strong)[1] for character in unit.text)


def outline_of(text: PageText) -> list[Step]:
    """Outlines of a text's glyphs, in pixels of the frame."""
    pens = pens_px(text.text, text.size_px, text.strong)
    units = zip(units_of(text.text), pens, strict=False)
    return [step for unit, pen_px in units for step in outline_of_unit(unit, text, pen_px)]


def outline_of_unit(unit: Unit, text: PageText, pen_px: float) -> list[Step]:
    """Outlines of a unit of a text.

    Parameters
    ----------
    pen_px : place of the unit within the text
    """
    steps: list[Step] = []
    with _reading(unit.face):
        glyphs, _, units_per_em = _glyphs(unit.face, text.strong)
        scale = text.size_px / units_per_em
        for name, x, y in _placed_glyphs(unit, text.strong):
            pen = _PixelPen(glyphs, text.x + pen_px + x * scale, text.baseline - y * scale, scale)
            glyphs[name].draw(pen)
            steps += pen.steps
    return steps


def _placed_glyphs(unit: Unit, strong: bool) -> Sequence[PlacedGlyph]:
    """Names of a unit's glyphs, and their places from the pen in font units."""
    if unit.direction is not None:
        return shaped_glyphs(unit, strong)
    names = _glyphs(unit.face, strong)[1]
    return [PlacedGlyph(names.get(ord(unit.text), ".notdef"), 0, 0)]


@lru_cache(maxsize=8)
def _glyphs(face: Face, strong: bool) -> tuple[Any, dict[int, str], int]:
    """Glyphs by name, names by character, and font units per em."""
    opened = TTFont(face.file(strong=strong), fontNumber=face.index)
    return opened.getGlyphSet(), opened.getBestCmap(), opened["head"].unitsPerEm


class _PixelPen(BasePen):
    """Takes a glyph's outline, in font units, rows up, to pixels of the frame.

    Parameters
    ----------
    glyphs : of the font
    x, baseline : of the glyph, in pixels
    scale : pixels per font unit
    """

    def __init__(self, glyphs: Any, x: float, baseline: float, scale: float) -> None:
        super().__init__(glyphs)
        self._x, self._baseline, self._scale = x, baseline, scale
        self.steps: list[Step] = []

    def _add(self, kind: Literal["M", "L", "C", "Z"], points: Sequence[tuple[float, float]]) -> None:
        scale = self._scale
        self.steps.append((kind, tuple((self._x + x * scale, self._baseline - y * scale) for x, y in points)))

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._add("M", [pt])

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self._add("L", [pt])

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self._add("C", [pt1, pt2, pt3])

    def _closePath(self) -> None:  # noqa: N802
        self._add("Z", [])
