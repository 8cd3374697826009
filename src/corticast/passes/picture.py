"""The picture pass: a texture drawn into a rectangle of the frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.layout import Rect
from corticast.gl.arrays import texture
from corticast.gl.shaders import Pass
from corticast.passes.quads import UNIT_CORNERS, rect_corners


class PicturePass:
    """Draws textures into rectangles, one texel on one pixel or stretched to nearest texels."""

    def __init__(self, frame_size: tuple[int, int]) -> None:
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
        self._pass["a_pixel"] = rect_corners(rect)
        self._pass["a_texcoord"] = np.ascontiguousarray(corners)
        self._pass["u_picture"] = source
        self._pass.draw()


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
