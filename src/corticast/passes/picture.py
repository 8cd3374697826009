"""Textures drawn into rectangles of the frame: the picture, and the colour bar."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

from corticast.core.geometry.panels import Rect
from corticast.core.model.types import FrameState, UInt8Array
from corticast.gl.arrays import texture
from corticast.gl.shaders import Pass
from corticast.passes.quads import UNIT_CORNERS, has_no_hue, rect_corners


class TexturePass:
    """Draws textures into rectangles, one texel on one pixel or stretched to nearest texels."""

    def __init__(self, frame_size: tuple[int, int]) -> None:
        self._pass = Pass("rect.vert", "picture.frag")
        self._pass["u_target_size"] = frame_size

    def draw(self, source: Any, rect: Rect) -> None:
        """Draw a whole texture into a rectangle of the bound frame."""
        self._pass["a_pixel"] = rect_corners(rect)
        self._pass["a_texcoord"] = UNIT_CORNERS
        self._pass["u_picture"] = source
        self._pass.draw()


class _StillRect:
    """A texture that rests in one rectangle; a pass of the compositor.

    Parameters
    ----------
    frame_size : width, height in pixels
    rect : of the frame
    source : texture
    is_neutral : whether the texture has no hue
    """

    moves = False
    blends = False

    def __init__(self, frame_size: tuple[int, int], rect: Rect, source: Any, *, is_neutral: bool) -> None:
        self.rects = [rect]
        self.is_neutral = is_neutral
        self._source = source
        self._textures = TexturePass(frame_size)

    def shown(self, state: FrameState) -> Hashable:
        """Nothing of the state."""

    def prepare(self, state: FrameState) -> None:
        """Nothing: the texture is ready."""

    def draw(self, state: FrameState) -> None:
        """Draw the texture into the bound target."""
        self._textures.draw(self._source, self.rects[0])


class PicturePass(_StillRect):
    """Draws the picture that contacts stand on.

    Parameters
    ----------
    frame_size : width, height in pixels
    rect : of the frame
    pixels : (height, width, 3) uint8, sRGB
    """

    def __init__(self, frame_size: tuple[int, int], rect: Rect, pixels: UInt8Array) -> None:
        super().__init__(frame_size, rect, picture_texture(pixels, rect[2:]), is_neutral=False)


class ColorbarPass(_StillRect):
    """Draws a colour bar.

    Parameters
    ----------
    frame_size : width, height in pixels
    rect : of the frame
    pixels : (height, width, 4) uint8, premultiplied sRGB and coverage
    """

    blends = True

    def __init__(self, frame_size: tuple[int, int], rect: Rect, pixels: UInt8Array) -> None:
        is_neutral = has_no_hue(pixels[..., :3].reshape(-1, 3))
        super().__init__(frame_size, rect, texture(pixels, "rgba8"), is_neutral=is_neutral)


class ChipsPass:
    """Draws a legend's rectangles, each in its colour.

    Parameters
    ----------
    frame_size : width, height in pixels
    rects : of the frame
    colours : (n, 3) uint8, n at least the number of rectangles
    """

    moves, blends, is_neutral = False, False, False

    def __init__(self, frame_size: tuple[int, int], rects: list[Rect], colours: UInt8Array) -> None:
        self.rects = rects
        self._textures = TexturePass(frame_size)
        self._chips = [texture(colour[None, None], "rgb8") for colour in colours[: len(rects)]]

    def shown(self, state: FrameState) -> Hashable:
        """Nothing of the state."""

    def prepare(self, state: FrameState) -> None:
        """Nothing: the textures are ready."""

    def draw(self, state: FrameState) -> None:
        """Draw the rectangles into the bound target."""
        for chip, rect in zip(self._chips, self.rects, strict=True):
            self._textures.draw(chip, rect)


def picture_texture(pixels: UInt8Array, size: tuple[int, int]) -> Any:
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
