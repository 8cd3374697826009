"""Pages as PDF. The only module that writes with fpdf2."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zlib import crc32

import numpy as np
from fpdf import FPDF
from fpdf.enums import PathPaintRule, StrokeJoinStyle, TextMode

from corticast.app.render.page.fonts import Step, is_drawn_by, outline_of, outline_of_unit, subset_font
from corticast.app.render.picture_file import png_bytes
from corticast.core.geometry.print_size import MM_PER_INCH
from corticast.core.page.parts import Page, PageDisc, PageLine, PageText, Rgb, Shape
from corticast.core.text.face import BUILT_IN, Face, built_in_file, in_face
from corticast.core.text.metrics import pens_px
from corticast.core.text.units import Unit, units_of

_POINTS_PER_INCH = 72.0
_STRONG = {False: "", True: "-strong"}


def pdf_bytes(page: Page) -> bytes:
    """A page as PDF: pixels without loss, contacts as circles, texts as text in a font that the file carries."""
    # One unit is one pixel.
    points_per_px = page.printed.width_mm / MM_PER_INCH * _POINTS_PER_INCH / page.printed.size[0]
    pdf = FPDF(unit=points_per_px, format=page.printed.size)
    pdf.set_margin(0)
    pdf.set_auto_page_break(False)
    pdf.set_image_filter("FlateDecode")
    pdf.set_creator("corticast")
    if page.title:
        pdf.set_title(page.title)
    pdf.add_page()
    with in_face(page.face):
        _add_fonts(pdf, page)
        for layer in page.layers:
            if isinstance(layer, np.ndarray):
                pdf.image(BytesIO(png_bytes(layer)), 0, 0, *page.printed.size)
            else:
                for shape in layer:
                    _draw(pdf, shape, points_per_px)
    return bytes(pdf.output())


def _add_fonts(pdf: FPDF, page: Page) -> None:
    """Fonts of the built-in face, and of the others that the page's texts are drawn in."""
    for strong in _STRONG:
        pdf.add_font(_family(BUILT_IN, strong), fname=built_in_file(strong=strong))
    characters: dict[Face, set[str]] = {}
    for text in page.texts:
        for unit in units_of(text.text):
            if unit.face != BUILT_IN:
                characters.setdefault(unit.face, set()).update(unit.text)
    with TemporaryDirectory() as folder:
        for face, some in characters.items():
            file = Path(folder) / f"{_family(face, False)}.ttf"
            file.write_bytes(subset_font(face, sorted(some), strong=False))
            pdf.add_font(_family(face, False), fname=file)


def _family(face: Face, strong: bool) -> str:
    """Name of a font within the file: faces other than the built-in one have one weight, and may share their family."""
    return "label" + _STRONG[strong] if face == BUILT_IN else f"face-{crc32(face.content)}-{face.index}"


def _draw(pdf: FPDF, shape: Shape, points_per_px: float) -> None:
    if isinstance(shape, PageDisc):
        _draw_disc(pdf, shape)
    elif isinstance(shape, PageLine):
        _draw_line(pdf, shape)
    elif shape.upright:
        with pdf.rotation(90, shape.x, shape.baseline):
            _draw_text(pdf, shape, points_per_px)
    else:
        _draw_text(pdf, shape, points_per_px)


def _draw_line(pdf: FPDF, line: PageLine) -> None:
    pdf.set_draw_color(*_codes(line.color))
    pdf.set_line_width(line.width)
    with pdf.local_context(stroke_opacity=line.opacity):
        pdf.line(line.x1, line.y1, line.x2, line.y2)


def _draw_text(pdf: FPDF, shape: PageText, points_per_px: float) -> None:
    if shape.halo is not None:
        for reach, opacity in shape.rim:
            _draw_outline(pdf, outline_of(shape), shape.halo, opacity, width_px=2 * reach * shape.size_px)
    pdf.set_text_color(*_codes(shape.color))
    for part in _parts(shape):
        if part.outline:
            _draw_outline(pdf, part.outline, shape.color, shape.opacity)
        if part.face is None:
            continue
        pdf.set_font(_family(part.face, shape.strong), size=shape.size_px * points_per_px)
        with pdf.local_context(fill_opacity=shape.opacity):
            if part.outline:
                # Joined letters are narrower than the same letters by themselves.
                pdf.set_stretching(100 * part.width_px / (pdf.get_string_width(part.text) or part.width_px or 1))
                pdf.text_mode = TextMode.INVISIBLE
            pdf.text(part.x, shape.baseline, part.text)


class _Part(NamedTuple):
    """A part of a text.

    Parameters
    ----------
    text : its characters from left to right, as programs that read a page expect them
    x, width_px : left end and length in pixels
    face : that has the characters; None for characters that no face has: fpdf2 leaves them out, labels have boxes
    outline : shapes of glyphs, of letters that join and of boxes; no program shows the text itself then, and every one
        finds it
    """

    text: str
    x: float
    width_px: float
    face: Face | None
    outline: list[Step]


def _parts(text: PageText) -> Iterator[_Part]:
    """Parts of a text from left to right."""
    pens = pens_px(text.text, text.size_px, text.strong)
    placed = zip(units_of(text.text), pens, pens[1:], strict=False)
    for (face, is_shape), some in groupby(placed, lambda each: _kind(each[0], text.strong)):
        # A shape stands by itself.
        for together in [[each] for each in some] if is_shape else [list(some)]:
            unit, begin, _ = together[0]
            outline = outline_of_unit(unit, text, begin) if is_shape else []
            characters = "".join(unit.visual for unit, *_ in together)
            yield _Part(characters, text.x + begin, together[-1][2] - begin, face, outline)


def _kind(unit: Unit, strong: bool) -> tuple[Face | None, bool]:
    """The face that has a unit, and whether the unit is drawn as a shape."""
    face = unit.face if is_drawn_by(unit, strong=strong) else None
    return face, face is None or unit.direction is not None


def _draw_disc(pdf: FPDF, disc: PageDisc) -> None:
    """Draw a contact. No ring covers another one: half opaque ones would add up."""
    with pdf.local_context(fill_opacity=disc.opacity, stroke_opacity=disc.opacity):
        for ring in disc.rings:
            if ring.inner == 0:
                pdf.set_fill_color(*_codes(ring.color))
                pdf.circle(disc.x, disc.y, ring.outer, style="F")
            else:
                pdf.set_draw_color(*_codes(ring.color))
                pdf.set_line_width(ring.outer - ring.inner)
                pdf.circle(disc.x, disc.y, (ring.outer + ring.inner) / 2, style="D")
        if disc.bar:
            pdf.set_draw_color(*_codes(disc.rings[-1].color))
            pdf.set_line_width(disc.bar)
            pdf.line(*disc.bar_ends)


def _draw_outline(pdf: FPDF, steps: list[Step], color: Rgb, opacity: float, width_px: float = 0.0) -> None:
    """Draw outlines of glyphs as shapes, grown by half a width: no search finds them as text."""
    with pdf.new_path() as path:
        path.style.paint_rule = PathPaintRule.STROKE_FILL_NONZERO if width_px else PathPaintRule.FILL_NONZERO
        path.style.fill_color = path.style.stroke_color = _hex(color)
        path.style.fill_opacity = path.style.stroke_opacity = opacity
        path.style.stroke_width = width_px
        path.style.stroke_join_style = StrokeJoinStyle.ROUND
        for kind, points in steps:
            if kind == "M":
                path.move_to(*points[0])
            elif kind == "L":
                path.line_to(*points[0])
            elif kind == "C":
                path.curve_to(*points[0], *points[1], *points[2])
            else:
                path.close()


def _codes(color: Rgb) -> tuple[int, int, int]:
    red, green, blue = (round(255 * share) for share in color)
    return red, green, blue


def _hex(color: Rgb) -> str:
    return "#" + "".join(f"{code:02x}" for code in _codes(color))
