"""The straight-alpha pass: a transparent frame as encoders take it."""

from __future__ import annotations

from corticast.gl.context import OffscreenContext
from corticast.gl.shaders import Pass
from corticast.gl.target import Target
from corticast.passes.quads import UNIT_CORNERS, rect_corners


class StraightPass:
    """Divides colours by their alpha.

    Parameters
    ----------
    context : current
    size : width, height of the frame in pixels
    """

    def __init__(self, context: OffscreenContext, size: tuple[int, int]) -> None:
        self.target = Target(context, size)
        self._pass = Pass("rect.vert", "straight.frag")
        self._pass["u_target_size"] = size
        self._pass["u_frame_size"] = size
        self._pass["a_pixel"] = rect_corners((0, 0, *size))
        self._pass["a_texcoord"] = UNIT_CORNERS

    def draw(self, frame: Target) -> None:
        """Convert a frame."""
        with self.target.bound():
            self._pass["u_frame"] = frame.texture
            self._pass.draw()
