"""The picture pass: a texture drawn into a rectangle of the frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.layout import Rect
from corticast.gl.arrays import quad_indices, texture
from corticast.gl.shaders import Pass
from corticast.passes.quads import UNIT_CORNERS, rect_corners, rects_corners


class PicturePass:
    """Draws textures into rectangles, one texel on one pixel or stretched to nearest texels."""

    def __init__(self, frame_size: tuple[int, int]) -> None:
        self._size = frame_size
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
        self._draw(source, rect_corners(rect), np.ascontiguousarray(corners))

    def copy(self, source: Any, rects: Sequence[Rect]) -> None:
        """Copy rectangles of a texture of the frame's size to the same place of the bound frame."""
        if rects:
            pixels = rects_corners(rects)
            self._draw(source, pixels, np.asarray(pixels / self._size, dtype=np.float32))

    def _draw(self, source: Any, pixels: npt.NDArray[np.float32], texcoords: npt.NDArray[np.float32]) -> None:
        self._pass["u_picture"] = source
        self._pass["a_pixel"] = pixels
        self._pass["a_texcoord"] = texcoords
        self._pass.draw(quad_indices(len(pixels) // 4))


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
