"""Pages as SVG."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape

import numpy as np

from corticast.app.render.page.fonts import outline_of, subset_font
from corticast.app.render.picture_file import png_bytes
from corticast.core.model.types import UInt8Array
from corticast.core.page.parts import Annulus, Page, PageDisc, PageLine, PageText, Rgb, Shape
from corticast.core.text.bidi import is_right_to_left
from corticast.core.text.face import BUILT_IN, Face, in_face
from corticast.core.text.units import units_of

# The family that the file carries, then what a program without fonts of files may have.
_FALLBACK = "Arial, Helvetica, sans-serif"
# Of the built-in face beside another one, which may bear the same name.
_BESIDE = "Corticast Roboto"
_WEIGHTS = {False: 400, True: 500}


def svg_bytes(page: Page) -> bytes:
    """A page as SVG: pixels as PNG, contacts as circles, texts as text in a font that the file carries."""
    with in_face(page.face):
        return "\n".join([*_head(page), *_body(page), "</svg>", ""]).encode()


def _head(page: Page) -> Iterator[str]:
    (width, height), printed = page.printed.size, page.printed
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" '
        f'width="{_number(printed.width_mm)}mm" height="{_number(printed.height_mm)}mm" '
        f'viewBox="0 0 {width} {height}" font-family="{_families(page)}">'
    )
    if page.title:
        yield f"<title>{_text(page.title)}</title>"
    yield f"<defs><style>{''.join(_faces(page))}text{{white-space:pre;font-kerning:none}}</style></defs>"


def _faces(page: Page) -> Iterator[str]:
    """The fonts that the page's texts need, with the glyphs that occur."""
    needed: dict[tuple[Face, bool], set[str]] = {}
    shaped = set()
    for text in page.texts:
        for unit in units_of(text.text):
            needed.setdefault((unit.face, text.strong and unit.face == BUILT_IN), set()).update(unit.text)
            if unit.direction is not None:
                shaped.add(unit.face)
    for (face, strong), characters in needed.items():
        font = subset_font(face, sorted(characters), strong=strong, flavor="woff", shaped=face in shaped)
        data = b64encode(font).decode()
        source = f"url(data:font/woff;base64,{data}) format('woff')"
        weight = f"font-weight:{_WEIGHTS[strong]};" if face == BUILT_IN else ""
        yield f"@font-face{{font-family:'{_family(face, page)}';{weight}src:{source}}}"


def _families(page: Page) -> str:
    """Families of all texts, in the order in which a program looks for a character."""
    drawn = (unit.face for text in page.texts for unit in units_of(text.text))
    faces = dict.fromkeys((page.face, BUILT_IN, *drawn))
    return ", ".join([*(f"'{_family(face, page)}'" for face in faces), _FALLBACK])


def _family(face: Face, page: Page) -> str:
    """Name of a face within the file, in letters that need no escape."""
    if face == BUILT_IN:
        return face.family if page.face == BUILT_IN else _BESIDE
    return "".join(c for c in face.family if c.isalnum() or c in " -") or "Own"


def _body(page: Page) -> Iterator[str]:
    for layer in page.layers:
        if isinstance(layer, np.ndarray):
            yield _image(layer)
        else:
            yield "<g>"
            yield from (line for shape in layer for line in _shape(shape))
            yield "</g>"


def _image(pixels: UInt8Array) -> str:
    """Pixels as a picture; programs of SVG 1.1 read its older attribute."""
    height, width = pixels.shape[:2]
    data = f"data:image/png;base64,{b64encode(png_bytes(pixels)).decode()}"
    return f'<image width="{width}" height="{height}" preserveAspectRatio="none" xlink:href="{data}"/>'


def _shape(shape: Shape) -> list[str]:
    match shape:
        case PageDisc():
            return _disc(shape)
        case PageLine():
            return [_straight(shape)]
        case PageText():
            return _lines(shape)


def _straight(line: PageLine) -> str:
    x1, y1, x2, y2 = map(_number, (line.x1, line.y1, line.x2, line.y2))
    stroke = f'stroke="{_rgb(line.color)}" stroke-width="{_number(line.width)}"{_opacity(line.opacity)}'
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" {stroke}/>'


def _disc(disc: PageDisc) -> list[str]:
    """A contact: one circle with an outline, or several."""
    outer, inner = disc.rings[0], disc.rings[-1]
    if len(disc.rings) == 2 and inner.inner == 0:
        width = outer.outer - outer.inner
        outline = f'stroke="{_rgb(outer.color)}" stroke-width="{_number(width)}"'
        return [_circle(disc, outer.outer - width / 2, f'fill="{_rgb(inner.color)}" {outline}{_opacity(disc.opacity)}')]
    circles = [_ring(disc, ring) for ring in disc.rings] + [_bar(disc)] * bool(disc.bar)
    return circles if disc.opacity == 1 else [f"<g{_opacity(disc.opacity)}>", *circles, "</g>"]


def _ring(disc: PageDisc, ring: Annulus) -> str:
    if ring.inner == 0:
        return _circle(disc, ring.outer, f'fill="{_rgb(ring.color)}"')
    width = ring.outer - ring.inner
    stroke = f'fill="none" stroke="{_rgb(ring.color)}" stroke-width="{_number(width)}"'
    return _circle(disc, ring.outer - width / 2, stroke)


def _bar(disc: PageDisc) -> str:
    x1, y1, x2, y2 = map(_number, disc.bar_ends)
    stroke = f'stroke="{_rgb(disc.rings[-1].color)}" stroke-width="{_number(disc.bar)}"'
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" {stroke}/>'


def _circle(disc: PageDisc, radius: float, paint: str) -> str:
    return f'<circle cx="{_number(disc.x)}" cy="{_number(disc.y)}" r="{_number(radius)}" {paint}/>'


def _lines(text: PageText) -> list[str]:
    """A text, and below it the rim that its glyphs' outlines make."""
    size = f'x="{_number(text.x)}" y="{_number(text.baseline)}" font-size="{_number(text.size_px)}"'
    weight = f' font-weight="{_WEIGHTS[True]}"' if text.strong else ""
    paint = f'fill="{_rgb(text.color)}"{_opacity(text.opacity)}'
    # The place of a text is its left end.
    direction = ' direction="rtl" text-anchor="end"' if is_right_to_left(text.text) else ""
    line = f'<text {size}{weight}{direction} {paint} xml:space="preserve">{_text(text.text)}</text>'
    lines = [line] if text.halo is None else [*_rim(text, text.halo), line]
    if not text.upright:
        return lines
    return [f'<g transform="rotate(-90 {_number(text.x)} {_number(text.baseline)})">', *lines, "</g>"]


def _rim(text: PageText, color: Rgb) -> list[str]:
    steps = (kind + " ".join(f"{_number(x)},{_number(y)}" for x, y in points) for kind, points in outline_of(text))
    outline = f'd="{"".join(steps)}" fill="{_rgb(color)}" stroke="{_rgb(color)}" stroke-linejoin="round"'
    widths = [_number(2 * reach * text.size_px) for reach, _ in text.rim]
    return [
        f'<path {outline} stroke-width="{width}"{_opacity(opacity)}/>'
        for width, (_, opacity) in zip(widths, text.rim, strict=True)
    ]


def _opacity(opacity: float) -> str:
    return "" if opacity == 1 else f' opacity="{_number(opacity)}"'


def _rgb(color: Rgb) -> str:
    return "#" + "".join(f"{round(255 * share):02x}" for share in color)


def _number(value: float) -> str:
    """A length with as many places as a renderer can show."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    """Characters as XML holds them; those that XML cannot hold are left out."""
    return escape("".join(character for character in text if character >= " " or character == "\t"))
