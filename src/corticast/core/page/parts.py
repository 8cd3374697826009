"""What stands on a page: shapes and texts, which a file holds as such in place of pixels.

Positions and lengths are in pixels of the frame, edges at integers, rows down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corticast.core.geometry.print_size import PrintSize
from corticast.core.model.types import UInt8Array
from corticast.core.text.face import BUILT_IN, Face

Rgb = tuple[float, float, float]

# The rim of a text: strokes around the glyphs, from the widest one, which together fade outwards. Of each stroke: how
# far the stroke reaches from the glyphs, in sizes of the text, and its opacity.
Rim = tuple[tuple[float, float], ...]
# Within pictures, and over a page that may have any colour: there the rim alone separates glyphs from their ground.
RIM: Rim = ((0.09, 0.4), (0.045, 0.6))
RIM_ON_ANY_PAGE: Rim = ((0.14, 0.5), (0.085, 1.0))


@dataclass(frozen=True)
class Annulus:
    """A ring, or a disc where the inner radius is 0.

    Parameters
    ----------
    outer, inner : radii in pixels
    color : sRGB in 0..1
    """

    outer: float
    inner: float
    color: Rgb


@dataclass(frozen=True)
class PageDisc:
    """A contact: rings about one centre. None covers another one.

    Parameters
    ----------
    x, y : centre
    rings : from the outermost one
    opacity : of all rings together, 0..1
    bar : width of a bar across the hole of the innermost ring, from the lower left to the upper right, in its colour
    """

    x: float
    y: float
    rings: tuple[Annulus, ...]
    opacity: float = 1.0
    bar: float = 0.0

    @property
    def bar_ends(self) -> tuple[float, float, float, float]:
        """Column and row of the bar's lower left and of its upper right end."""
        reach = self.rings[-1].inner / 2**0.5
        return self.x - reach, self.y + reach, self.x + reach, self.y - reach


@dataclass(frozen=True)
class PageText:
    """A line of text.

    Parameters
    ----------
    x, baseline : where the first character begins: a column, and a row
    size_px : font size
    strong : medium weight in place of regular
    color : sRGB in 0..1
    opacity : 0..1
    halo : colour of a rim around the glyphs; None draws no rim
    upright : whether the text runs from bottom to top: it is turned by a right angle to the left, about its beginning
    rim : strokes of the rim
    """

    text: str
    x: float
    baseline: float
    size_px: float
    strong: bool
    color: Rgb
    opacity: float = 1.0
    halo: Rgb | None = None
    upright: bool = False
    rim: Rim = RIM


@dataclass(frozen=True)
class PageLine:
    """A straight line.

    Parameters
    ----------
    x1, y1, x2, y2 : columns and rows of its ends
    width : in pixels
    color : sRGB in 0..1
    opacity : 0..1
    """

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    color: Rgb
    opacity: float = 1.0


Shape = PageDisc | PageText | PageLine
# (height, width, 3 or 4) uint8 of the whole frame, sRGB with straight alpha; or shapes in the order they are drawn.
Layer = UInt8Array | tuple[Shape, ...]


@dataclass(frozen=True, eq=False)
class Page:
    """A frame as a page holds it.

    Parameters
    ----------
    printed : size in pixels and in print
    layers : from the lowest one
    title : of the document; "" without one
    face : of the texts
    """

    printed: PrintSize
    layers: tuple[Layer, ...]
    title: str = ""
    face: Face = BUILT_IN

    @property
    def texts(self) -> Iterator[PageText]:
        """All texts, in the order they are drawn."""
        shapes = (shape for layer in self.layers if isinstance(layer, tuple) for shape in layer)
        return (shape for shape in shapes if isinstance(shape, PageText))
