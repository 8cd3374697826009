"""Pages as PDF. The only module that imports fpdf2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from fpdf import FPDF
from fpdf.enums import PathPaintRule, StrokeJoinStyle

from corticast.app.render.page.fonts import face_for, outline_of, subset_font
from corticast.app.render.picture_file import png_bytes
from corticast.core.geometry.print_size import MM_PER_INCH
from corticast.core.page.parts import Page, PageDisc, PageLine, PageText, Rgb, Shape
from corticast.core.text.face import BUILT_IN, Face, built_in_file, in_face
from corticast.core.text.metrics import pens_px

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
    _add_fonts(pdf, page)
    pdf.add_page()
    with in_face(page.face):
        for layer in page.layers:
            if isinstance(layer, np.ndarray):
                pdf.image(BytesIO(png_bytes(layer)), 0, 0, *page.printed.size)
            else:
                for shape in layer:
                    _draw(pdf, shape, points_per_px)
    return bytes(pdf.output())


def _add_fonts(pdf: FPDF, page: Page) -> None:
    """Fonts of the built-in face, and of the page's own."""
    for strong in _STRONG:
        pdf.add_font(_family(BUILT_IN, strong), fname=built_in_file(strong=strong))
    if page.face == BUILT_IN:
        return
    characters = {c for text in page.texts for c in text.text if page.face.has(c)}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "own.ttf"
        file.write_bytes(subset_font(page.face, sorted(characters), strong=False))
        pdf.add_font(_family(page.face, False), fname=file)


def _family(face: Face, strong: bool) -> str:
    """Name of a font within the file: a face of one's own has one weight."""
    return "label" + _STRONG[strong] if face == BUILT_IN else "own"


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
            _draw_outline(pdf, replace(shape, opacity=opacity), shape.halo, width_px=2 * reach * shape.size_px)
    pdf.set_text_color(*_codes(shape.color))
    for part, face in _parts(shape):
        if face is not None:
            pdf.set_font(_family(face, shape.strong), size=shape.size_px * points_per_px)
            with pdf.local_context(fill_opacity=part.opacity):
                pdf.text(part.x, part.baseline, part.text)
        else:
            _draw_outline(pdf, part, part.color)


def _parts(text: PageText) -> Iterator[tuple[PageText, Face | None]]:
    """Parts of a text, and the face that has their characters: fpdf2 leaves out others, where labels have boxes."""
    pens = pens_px(text.text, text.size_px, text.strong)
    for face, some in groupby(enumerate(text.text), lambda each: face_for(each[1], strong=text.strong)):
        places, characters = zip(*some, strict=True)
        yield replace(text, text="".join(characters), x=text.x + pens[places[0]]), face


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


def _draw_outline(pdf: FPDF, text: PageText, color: Rgb, width_px: float = 0.0) -> None:
    """Draw the glyphs of a text as shapes, grown by half a width: no search finds them as text."""
    with pdf.new_path() as path:
        path.style.paint_rule = PathPaintRule.STROKE_FILL_NONZERO if width_px else PathPaintRule.FILL_NONZERO
        path.style.fill_color = path.style.stroke_color = _hex(color)
        path.style.fill_opacity = path.style.stroke_opacity = text.opacity
        path.style.stroke_width = width_px
        path.style.stroke_join_style = StrokeJoinStyle.ROUND
        for kind, points in outline_of(text):
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
