"""The label pass: crisp text, one glyph texel on one pixel.

Glyphs, joined letters of other scripts, and their rims are rasterised once by Pillow at the size they are drawn at,
into an atlas on the GPU; a text is laid out once and kept until it changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from corticast.core.geometry.panels import Rect
from corticast.core.model.types import UInt8Array
from corticast.core.page.parts import RIM, Rim
from corticast.core.text.captions import Text
from corticast.core.text.fonts import font_of
from corticast.core.text.metrics import FEATURES, pens_px
from corticast.core.text.units import Unit, units_of
from corticast.gl.arrays import texture, vertices
from corticast.gl.shaders import Pass
from corticast.passes.quads import UNIT_CORNERS

_ATLAS_WIDTH = 2048
_PADDING = 1
# Rasterised glyphs that are kept for the next picture: a few sizes of all characters that it has.
_KEPT_GLYPHS = 2048

# Corners of a glyph in the atlas for the corners of the quad that shows the glyph turned to the left.
_UPRIGHT_CORNERS = np.stack([1 - UNIT_CORNERS[:, 1], UNIT_CORNERS[:, 0]], axis=1)

# Marks that stand close to the letter before them, and far from the one behind.
_MARKS = (":", ";", ",", ".", "!", "?")

# Values of a quad: corner in the frame and in the atlas, size in the frame, colour, and whether the text is upright.
_COLUMNS = ("x", "y", "texel_x", "texel_y", "width", "height", "red", "green", "blue", "opacity", "upright")
_VERTEX = np.dtype([("a_pixel", np.float32, 2), ("a_texel", np.float32, 2), ("a_color", np.float32, 4)])


class _Glyph(NamedTuple):
    """A glyph in the atlas: texel rectangle, and its offset from the pen on the baseline."""

    x: int
    y: int
    width: int
    height: int
    left: int
    top: int


class GlyphAtlas:
    """Coverage of glyphs in one texture, packed in shelves."""

    def __init__(self) -> None:
        self._coverage = np.zeros((256, _ATLAS_WIDTH), dtype=np.uint8)
        self._glyphs: dict[tuple[float, bool, Rim], dict[Unit, _Glyph]] = {}
        self._x = self._y = self._shelf_height = 0
        self._texture: Any = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in texels."""
        height, width = self._coverage.shape
        return width, height

    def texture(self) -> Any:
        """The texture, uploaded again only when a glyph has been added."""
        if self._texture is None:
            self._texture = texture(self._coverage, "r8")
        return self._texture

    def glyphs(self, text: str, size_px: float, strong: bool, *, rim: Rim = ()) -> list[_Glyph]:
        """Texels of each unit of a text, or of the rims around them, rasterised on first use.

        Parameters
        ----------
        rim : strokes of the rim; none for the units
        """
        known = self._glyphs.setdefault((size_px, strong, rim), {})
        units = units_of(text)
        for unit in units:
            if unit not in known:
                known[unit] = self._packed(*_covered(unit, size_px, strong, rim))
                self._texture = None
        return [known[unit] for unit in units]

    def _packed(self, coverage: UInt8Array, left: int, top: int) -> _Glyph:
        height, width = coverage.shape
        if self._x + width + _PADDING > _ATLAS_WIDTH:
            self._x, self._y = 0, self._y + self._shelf_height
            self._shelf_height = 0
        while self._y + height + _PADDING > self._coverage.shape[0]:
            self._coverage = np.vstack([self._coverage, np.zeros_like(self._coverage)])
        self._coverage[self._y : self._y + height, self._x : self._x + width] = coverage
        placed = _Glyph(self._x, self._y, width, height, left, top)
        self._x += width + _PADDING
        self._shelf_height = max(self._shelf_height, height + _PADDING)
        return placed


@lru_cache(maxsize=_KEPT_GLYPHS)
def _covered(unit: Unit, size_px: float, strong: bool, rim: Rim) -> tuple[UInt8Array, int, int]:
    """Coverage of a unit, or of the rim around it."""
    return rim_coverage(unit, size_px, strong, rim) if rim else unit_coverage(unit, size_px, strong)


def unit_coverage(unit: Unit, size_px: float, strong: bool, grown_px: float = 0.0) -> tuple[UInt8Array, int, int]:
    """Coverage of a unit that is grown to all sides.

    Returns
    -------
    (h, w) uint8 coverage, and the columns and rows from the pen on the baseline to its upper left corner
    """
    is_shaped = unit.direction is not None
    mask, (left, top) = font_of(unit.face, size_px, strong, shaped=is_shaped).getmask2(
        unit.text,
        mode="L",
        anchor="ls",
        stroke_width=grown_px,
        direction=unit.direction,
        features=[*FEATURES] if is_shaped else None,
    )
    width, height = mask.size
    return np.array(mask, dtype=np.uint8).reshape(height, width), int(left), int(top)


def rim_coverage(unit: Unit, size_px: float, strong: bool, rim: Rim = RIM) -> tuple[UInt8Array, int, int]:
    """Coverage of the rim around a unit, and below the unit: its strokes above one another.

    Returns
    -------
    as `unit_coverage`
    """
    parts = [(*unit_coverage(unit, size_px, strong, reach * size_px), opacity) for reach, opacity in rim]
    left, top = min(part[1] for part in parts), min(part[2] for part in parts)
    right = max(part[1] + part[0].shape[1] for part in parts)
    bottom = max(part[2] + part[0].shape[0] for part in parts)
    free = np.ones((bottom - top, right - left))
    for coverage, x, y, opacity in parts:
        height, width = coverage.shape
        free[y - top : y - top + height, x - left : x - left + width] *= 1 - opacity / 255 * coverage
    return np.rint(255 * (1 - free)).astype(np.uint8), left, top


class LabelPass:
    """Draws lines of text.

    Parameters
    ----------
    frame_size : width, height in pixels
    atlas : may be shared between passes
    color : of texts without a colour of their own, sRGB in 0..1
    halo : colour of a rim around the glyphs, which keeps them legible on any ground; None draws no rim
    rim : strokes of the rim

    Attributes
    ----------
    rects : of the frame that the texts drawn last cover
    """

    def __init__(
        self,
        frame_size: tuple[int, int],
        atlas: GlyphAtlas,
        color: tuple[float, float, float],
        halo: tuple[float, float, float] | None = None,
        rim: Rim = RIM,
    ) -> None:
        self._atlas = atlas
        self._color, self._halo, self._strokes = color, halo, rim
        self._texts: tuple[Text, ...] = ()
        self.rects: list[Rect] = []
        self._vertices: Any = vertices(np.zeros(4, dtype=_VERTEX))
        self._n_glyphs = 0
        self._pass = Pass("labels.vert", "labels.frag")
        self._pass["u_frame_size"] = frame_size
        self._pass.program.bind(self._vertices)

    def draw(self, texts: Sequence[Text]) -> None:
        """Draw into the bound frame, with blending on; texts that are the same as last time are kept."""
        self.lay_out(texts)
        if self._n_glyphs:
            self._pass.draw(self._n_glyphs)

    def lay_out(self, texts: Sequence[Text]) -> None:
        """Find the places of texts; those that are the same as last time are kept."""
        if tuple(texts) == self._texts:
            return
        self._texts = tuple(texts)
        per_text = [self._all_quads(text) for text in self._texts]
        self.rects = [_around(quads) for quads in per_text if quads]
        rows = [quad for quads in per_text for quad in quads]
        quads = np.array(rows, dtype=np.float32).reshape(-1, len(_COLUMNS))
        n = self._n_glyphs = len(quads)
        if not n:
            return
        upright = quads[:, None, 10:] != 0
        size = quads[:, None, 4:6]
        corners = np.empty((n, 4), dtype=_VERTEX)
        corners["a_pixel"] = quads[:, None, 0:2] + UNIT_CORNERS * size
        texels = np.where(upright, _UPRIGHT_CORNERS * size[..., ::-1], UNIT_CORNERS * size)
        corners["a_texel"] = quads[:, None, 2:4] + texels
        corners["a_color"] = quads[:, None, 6:10]
        self._vertices.set_data(corners.ravel())
        self._pass["u_atlas"] = self._atlas.texture()
        self._pass["u_atlas_size"] = self._atlas.size

    def rects_of(self, text: Text) -> list[Rect]:
        """The rectangle of the frame that a text would cover; none for a text without ink."""
        quads = self._all_quads(text)
        return [_around(quads)] if quads else []

    def _all_quads(self, text: Text) -> list[tuple[float, ...]]:
        return self._rim(text) + self._quads(text)

    def _rim(self, text: Text) -> list[tuple[float, ...]]:
        """A row for the rim of each glyph; none without a rim."""
        return [] if self._halo is None else self._quads(text, self._halo)

    def _quads(self, text: Text, rim: tuple[float, float, float] | None = None) -> list[tuple[float, ...]]:
        """A row for each glyph, or for the rim around it in a colour, with the values that `_COLUMNS` names."""
        slot = text.slot
        pens = pens_px(text.text, slot.size_px, text.strong)
        start, baseline = text.start_px
        columns = _columns(text.text, [start + pen for pen in pens])
        ink = (*(rim or text.color or self._color), 1.0 if rim is not None else text.opacity, float(slot.upright))
        glyphs = self._atlas.glyphs(text.text, slot.size_px, text.strong, rim=() if rim is None else self._strokes)
        quads: list[tuple[float, ...]] = []
        for (x, y, width, height, left, top), column in zip(glyphs, columns, strict=True):
            along, across = column + left, baseline + top
            if slot.upright:
                # Turned to the left: what ran to the right runs up.
                quads.append((across, -(along + width), x, y, height, width, *ink))
            else:
                quads.append((along, across, x, y, width, height, *ink))
        return [quad for quad in quads if quad[4] and quad[5]]


def _columns(text: str, pens: Sequence[float]) -> list[int]:
    """Whole columns of units. A mark at the end of a word keeps its distance: rounded, it could lie upon the letter.

    Parameters
    ----------
    pens : columns of the units, and of the end of the last one
    """
    units, columns = units_of(text), list(map(round, pens))
    for number in range(1, len(units) - 1):
        if units[number].text in _MARKS and units[number + 1].text == " ":
            apart = ceil(pens[number] - pens[number - 1])
            columns[number] = max(columns[number], columns[number - 1] + apart)
    return columns[:-1]


def _around(quads: list[tuple[float, ...]]) -> Rect:
    """Rectangle around a text's glyphs and their rims."""
    x0, y0 = min(quad[0] for quad in quads), min(quad[1] for quad in quads)
    x1, y1 = max(quad[0] + quad[4] for quad in quads), max(quad[1] + quad[5] for quad in quads)
    return int(x0), int(y0), int(x1 - x0), int(y1 - y0)
