"""Pages as PDF. The only module that imports fpdf2."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from fpdf import FPDF
from fpdf.enums import PathPaintRule, StrokeJoinStyle

from corticast.app.render.page.fonts import outline_of
from corticast.app.render.picture_file import png_bytes
from corticast.core.geometry.print_size import MM_PER_INCH
from corticast.core.page.parts import HALO_PX, Page, PageDisc, PageText, Rgb, Shape
from corticast.core.text.metrics import font_path

_POINTS_PER_INCH = 72.0
_FAMILIES = {False: "label", True: "label-strong"}


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
    for strong, family in _FAMILIES.items():
        pdf.add_font(family, fname=font_path(strong))
    pdf.add_page()
    for layer in page.layers:
        if isinstance(layer, np.ndarray):
            pdf.image(BytesIO(png_bytes(layer)), 0, 0, *page.printed.size)
        else:
            for shape in layer:
                _draw(pdf, shape, points_per_px)
    return bytes(pdf.output())


def _draw(pdf: FPDF, shape: Shape, points_per_px: float) -> None:
    if isinstance(shape, PageDisc):
        _draw_disc(pdf, shape)
        return
    if shape.halo is not None:
        _draw_rim(pdf, shape, shape.halo)
    pdf.set_font(_FAMILIES[shape.strong], size=shape.size_px * points_per_px)
    pdf.set_text_color(*_codes(shape.color))
    with pdf.local_context(fill_opacity=shape.opacity):
        pdf.text(shape.x, shape.baseline, shape.text)


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


def _draw_rim(pdf: FPDF, text: PageText, color: Rgb) -> None:
    """Draw the rim of a text: outlines of its glyphs, which no search finds a second time."""
    with pdf.new_path() as path:
        path.style.paint_rule = PathPaintRule.STROKE_FILL_NONZERO
        path.style.fill_color = path.style.stroke_color = _hex(color)
        path.style.fill_opacity = path.style.stroke_opacity = text.opacity
        path.style.stroke_width = 2 * HALO_PX
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
