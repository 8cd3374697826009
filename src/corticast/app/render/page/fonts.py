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

from corticast.core.page.parts import PageText
from corticast.core.text.face import BUILT_IN, Face, current_face
from corticast.core.text.font_faults import reading_font
from corticast.core.text.metrics import pens_px

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


def subset_font(face: Face, characters: Iterable[str], *, strong: bool, flavor: Literal["woff"] | None = None) -> bytes:
    """The font of a face with some characters, as TrueType: fpdf2 labels cubic outlines (CFF) as quadratic ones.

    Parameters
    ----------
    flavor : "woff" packs the font as web pages take it

    Raises
    ------
    OptionError : the font is damaged
    """
    with _reading(face):
        return _subset(face, characters, strong=strong, flavor=flavor)


def _reading(face: Face) -> AbstractContextManager[object]:
    """Refuse the file of a face where reading fails; the built-in face has no file of the user's."""
    return nullcontext() if face.path is None else reading_font(face.path)


def _subset(face: Face, characters: Iterable[str], *, strong: bool, flavor: str | None = None) -> bytes:
    """The font of a face with some characters.

    Tables that move or join glyphs are left out: labels are spaced by advances alone.
    """
    # The licence stays among the names.
    options = Options(name_IDs=[0, 1, 2, 4, 13, 14], notdef_outline=True)
    made = TTFont(face.file(strong=strong))
    options.drop_tables += sorted(set(made.keys()) - _TABLES)
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


def face_for(character: str, *, strong: bool) -> Face | None:
    """The face that has a character: the one that holds now, or the built-in one; None where neither has."""
    face = current_face()
    if face.path is not None and face.has(character):
        return face
    return BUILT_IN if ord(character) in _glyphs(BUILT_IN, strong)[1] else None


def outline_of(text: PageText) -> list[Step]:
    """Outlines of a text's glyphs, in pixels of the frame."""
    pens = pens_px(text.text, text.size_px, text.strong)
    steps: list[Step] = []
    for character, pen_px in zip(text.text, pens, strict=False):
        face = face_for(character, strong=text.strong) or BUILT_IN
        with _reading(face):
            glyphs, names, units = _glyphs(face, text.strong)
            pen = _PixelPen(glyphs, text.x + pen_px, text.baseline, text.size_px / units)
            glyphs[names.get(ord(character), ".notdef")].draw(pen)
        steps += pen.steps
    return steps


@lru_cache(maxsize=8)
def _glyphs(face: Face, strong: bool) -> tuple[Any, dict[int, str], int]:
    """Glyphs by name, names by character, and font units per em."""
    opened = TTFont(face.file(strong=strong))
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
