"""The picture pass: a texture drawn into a rectangle of the frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.layout import Rect
from corticast.gl.arrays import texture
from corticast.gl.shaders import Pass
from corticast.passes.quads import UNIT_CORNERS, rect_corners, rects_corners


class PicturePass:
    """Draws textures into rectangles, one texel on one pixel or stretched to nearest texels."""

    def __init__(self, frame_size: tuple[int, int]) -> None:
        self._size = frame_size
        self._copied: tuple[Rect, ...] | None = None
        self._pass = Pass("rect.vert", "picture.frag")
        self._pass["u_target_size"] = frame_size

    def draw(self, source: Any, rect: Rect, *, standing: bool = False) -> None:
        """Draw a whole texture into a rectangle of the bound frame.

        Parameters
        ----------
        standing : turn a table of one row upright, first entry at the bottom
        """
        corners = UNIT_CORNERS
        if standing:
            corners = np.stack([1 - UNIT_CORNERS[:, 1], UNIT_CORNERS[:, 0]], axis=1)
        self._copied = None
        self._aim(rect_corners(rect), np.ascontiguousarray(corners))
        self._draw(source, 1)

    def copy(self, source: Any, rects: Sequence[Rect]) -> None:
        """Copy rectangles of a texture of the frame's size to the same place of the bound frame."""
        if not rects:
            return
        if tuple(rects) != self._copied:
            self._copied = tuple(rects)
            pixels = rects_corners(rects)
            self._aim(pixels, np.asarray(pixels / self._size, dtype=np.float32))
        self._draw(source, len(rects))

    def _aim(self, pixels: npt.NDArray[np.float32], texcoords: npt.NDArray[np.float32]) -> None:
        self._pass["a_pixel"] = pixels
        self._pass["a_texcoord"] = texcoords

    def _draw(self, source: Any, n_rects: int) -> None:
        self._pass["u_picture"] = source
        self._pass.draw(n_rects)


def picture_texture(pixels: npt.NDArray[np.uint8], size: tuple[int, int]) -> Any:
    """A picture at the size it is drawn at.

    Parameters
    ----------
    pixels : (height, width, 3) uint8
    size : width, height it is drawn at
    """
    from PIL import Image

    image = Image.fromarray(pixels)
    if image.size != size:
        # Pillow's filter weighs the area that a pixel covers, so that shrinking does not alias.
        image = image.resize(size, Image.Resampling.BICUBIC)
    return texture(np.asarray(image), "rgb8")
