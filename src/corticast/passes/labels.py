"""The label pass: crisp text, one glyph texel on one pixel.

Glyphs are rasterised once by Pillow at the size they are drawn at, into an atlas on the GPU; a
text is laid out once and kept until it changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from corticast.core.geometry.panels import Rect
from corticast.core.model.types import Float32Array
from corticast.core.text.captions import Text
from corticast.core.text.metrics import font, pens_px
from corticast.gl.arrays import texture, vertices
from corticast.gl.shaders import Pass
from corticast.passes.quads import UNIT_CORNERS

_ATLAS_WIDTH = 2048
_PADDING = 1

# Pixels to the sides of a glyph that its rim reaches: as far as HALO_PX in core/page/parts.py.
_AROUND = ((-1, -1), (1, -1), (-1, 1), (1, 1), (-2, 0), (2, 0), (0, -2), (0, 2))

# Corners of a glyph in the atlas for the corners of the quad that shows the glyph turned to the left.
_UPRIGHT_CORNERS = np.stack([1 - UNIT_CORNERS[:, 1], UNIT_CORNERS[:, 0]], axis=1)

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
        self._glyphs: dict[tuple[float, bool], dict[str, _Glyph]] = {}
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

    def glyphs(self, text: str, size_px: float, strong: bool) -> list[_Glyph]:
        """Texels of each character of a text, rasterised on first use."""
        known = self._glyphs.setdefault((size_px, strong), {})
        for character in text:
            if character not in known:
                known[character] = self._rasterise(character, size_px, strong)
                self._texture = None
        return [known[character] for character in text]

    def _rasterise(self, character: str, size_px: float, strong: bool) -> _Glyph:
        mask, (left, top) = font(size_px, strong).getmask2(character, mode="L", anchor="ls")
        width, height = mask.size
        if self._x + width + _PADDING > _ATLAS_WIDTH:
            self._x, self._y = 0, self._y + self._shelf_height
            self._shelf_height = 0
        while self._y + height + _PADDING > self._coverage.shape[0]:
            self._coverage = np.vstack([self._coverage, np.zeros_like(self._coverage)])
        if width and height:
            coverage = np.array(mask, dtype=np.uint8).reshape(height, width)
            self._coverage[self._y : self._y + height, self._x : self._x + width] = coverage
        placed = _Glyph(self._x, self._y, width, height, int(left), int(top))
        self._x += width + _PADDING
        self._shelf_height = max(self._shelf_height, height + _PADDING)
        return placed


class LabelPass:
    """Draws lines of text.

    Parameters
    ----------
    frame_size : width, height in pixels
    atlas : may be shared between passes
    color : of texts without a colour of their own, sRGB in 0..1
    halo : colour of a rim around the glyphs, which keeps them legible on any ground; None draws no rim

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
    ) -> None:
        self._atlas = atlas
        self._color, self._halo = color, halo
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
        per_text = [self._quads(text) for text in self._texts]
        reach = 0 if self._halo is None else max(max(place) for place in _AROUND)
        self.rects = [_around(quads, reach) for quads in per_text if quads]
        quads = np.array([quad for quads in per_text for quad in quads], dtype=np.float32).reshape(-1, len(_COLUMNS))
        rim = self._rim(quads)
        quads = np.concatenate([rim, quads])
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

    def _rim(self, quads: Float32Array) -> Float32Array:
        """Quads of the rim: the glyphs themselves, moved to all sides; without a rim none."""
        if self._halo is None:
            return quads[:0]
        rim = quads.copy()
        rim[:, 6:9] = self._halo
        steps = np.zeros((len(_AROUND), 1, quads.shape[1]), dtype=np.float32)
        steps[:, 0, :2] = _AROUND
        return np.asarray((rim + steps).reshape(-1, quads.shape[1]), dtype=np.float32)

    def _quads(self, text: Text) -> list[tuple[float, ...]]:
        """A row for each glyph, with the values that `_COLUMNS` names."""
        slot = text.slot
        pens = pens_px(text.text, slot.size_px, text.strong)
        start, baseline = text.start_px
        ink = (*(text.color or self._color), text.opacity, float(slot.upright))
        glyphs = self._atlas.glyphs(text.text, slot.size_px, text.strong)
        quads: list[tuple[float, ...]] = []
        for (x, y, width, height, left, top), pen in zip(glyphs, pens, strict=False):
            along, across = round(start + pen) + left, baseline + top
            if slot.upright:
                # Turned to the left: what ran to the right runs up.
                quads.append((across, -(along + width), x, y, height, width, *ink))
            else:
                quads.append((along, across, x, y, width, height, *ink))
        return [quad for quad in quads if quad[4] and quad[5]]


def _around(quads: list[tuple[float, ...]], reach: int) -> Rect:
    """Rectangle around a text's glyphs, grown by a reach to all sides."""
    x0, y0 = min(quad[0] for quad in quads) - reach, min(quad[1] for quad in quads) - reach
    x1, y1 = max(quad[0] + quad[4] for quad in quads) + reach, max(quad[1] + quad[5] for quad in quads) + reach
    return int(x0), int(y0), int(x1 - x0), int(y1 - y0)
