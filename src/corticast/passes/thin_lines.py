"""Thin straight lines with a rim on both sides, antialiased over one pixel."""

from __future__ import annotations

from typing import Any

import numpy as np

from corticast.core.model.types import Float64Array
from corticast.core.page.parts import Rgb
from corticast.core.text.leaders import RIM_PX, corners
from corticast.gl.arrays import vertices
from corticast.gl.shaders import Pass

_VERTEX = np.dtype([("a_pixel", np.float32, 2), ("a_across", np.float32)])


class ThinLines:
    """Draws lines of one width and colour.

    Parameters
    ----------
    frame_size : width, height in pixels
    width_px : of the lines in pixels
    color, opacity : of the lines, sRGB in 0..1
    ground, rim_opacity : of the rim, which keeps the lines visible on any grey
    """

    def __init__(
        self,
        frame_size: tuple[int, int],
        width_px: float,
        color: Rgb,
        opacity: float,
        ground: Rgb,
        rim_opacity: float,
    ) -> None:
        self._width_px = width_px
        self._buffer: Any = vertices(np.zeros(4, dtype=_VERTEX))
        self._n_lines = 0
        self._pass = Pass("leaders.vert", "leaders.frag")
        self._pass["u_frame_size"] = frame_size
        half = width_px / 2
        # The rims first, so that none covers another line.
        self._coats = ((half + RIM_PX, (*ground, rim_opacity)), (half, (*color, opacity)))
        self._pass.program.bind(self._buffer)

    def lay_out(self, lines: Float64Array) -> None:
        """Take (k, 2, 2) ends of lines in pixels, edges at integers."""
        self._n_lines = len(lines)
        if self._n_lines:
            quads = np.empty((len(lines), 4), dtype=_VERTEX)
            quads["a_pixel"], quads["a_across"] = corners(lines, self._width_px)
            self._buffer.set_data(quads.ravel())

    def draw(self) -> None:
        """Draw the lines into the bound target, with blending on."""
        for half_px, color in self._coats if self._n_lines else ():
            self._pass["u_half_px"], self._pass["u_color"] = half_px, color
            self._pass.draw(self._n_lines)
