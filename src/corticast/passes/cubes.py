"""The cube pass: orientation cubes in the corners of views."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from corticast.core.color.themes import Theme
from corticast.core.geometry.cube import FACE_LETTERS, LETTER_SHARE, edge_color, faces_of
from corticast.core.geometry.layout import CubeSpot, Layout
from corticast.core.geometry.panels import Rect
from corticast.core.model.types import FrameState, UInt8Array
from corticast.core.text.metrics import fitting_px, pens_px
from corticast.core.text.units import units_of
from corticast.gl.arrays import texture
from corticast.gl.shaders import Pass
from corticast.passes.labels import unit_coverage
from corticast.passes.quads import has_no_hue, rect_corners

# Texels of a letter's tile per pixel of a face that is seen from its front.
_DETAIL = 1.5
# Width of a letter with a question mark, in edges of the cube.
_MOST_WIDTH = 0.8
# Half the width of the edge between two faces, in pixels of a frame whose shorter side is 1080.
_LINE_PX, _LEAST_LINE_PX = 0.8, 0.5


class CubesPass:
    """Draws orientation cubes, each turned as the camera of its panel.

    Parameters
    ----------
    layout : frame and places of the cubes, at least one
    theme : colours
    sided : whether left and right are known; else their letters bear a question mark
    moves : whether the cameras turn from frame to frame
    """

    blends = True

    def __init__(self, layout: Layout, theme: Theme, *, sided: bool, moves: bool) -> None:
        self.moves = moves
        self.rects: list[Rect] = [cube.rect for cube in layout.cubes]
        self._cubes: Sequence[CubeSpot] = layout.cubes
        self._theme, self._least_px = theme, layout.least_px
        inks = 255 * np.array([theme.ground, theme.text])
        self.is_neutral = has_no_hue(inks.round().astype(np.uint8))
        self._pass = Pass("cube.vert", "cube.frag")
        self._pass["u_frame_size"] = layout.size
        self._pass["u_line_px"] = max(_LINE_PX * layout.unit, _LEAST_LINE_PX)
        self._pass["u_ink"], self._pass["u_edge"] = theme.text, edge_color(theme)
        letters = [letter + "?" * (not sided and letter in "LR") for letter in FACE_LETTERS]
        self._pass["u_letters"] = _letters_texture(letters, 2 * layout.cubes[0].half_px)

    def shown(self, state: FrameState) -> Hashable:
        """How far the views have turned."""
        return state.turn_deg

    def prepare(self, state: FrameState) -> None:
        """Nothing: a cube follows from the turn."""

    def draw(self, state: FrameState) -> None:
        """Draw the cubes into the bound target, with blending on."""
        for cube, rect in zip(self._cubes, self.rects, strict=True):
            faces = faces_of(cube.panel.at(state).camera)
            self._pass["a_pixel"] = rect_corners(rect)
            self._pass["u_centre"], self._pass["u_half_px"] = cube.centre, cube.half_px
            # Rows become the columns that the shader reads.
            self._pass["u_depths"], self._pass["u_sides"] = faces.depths, faces.sides
            self._pass["u_across"], self._pass["u_upwards"] = faces.across, faces.upwards
            self._pass["u_colors"] = faces.colors(self._theme)
            self._pass["u_seams"], self._pass["u_tiles"] = faces.seams, faces.tiles
            self._pass["u_letter_opacity"] = faces.letter_opacities(cube.half_px, self._least_px)
            self._pass.draw()


def _letters_texture(letters: Sequence[str], edge_px: float) -> Any:
    """Coverage of letters side by side, each in the middle of a square tile."""
    side = max(round(_DETAIL * edge_px), 8)
    found = texture(np.concatenate([_tile(letter, side) for letter in letters], axis=1), "r8")
    found.interpolation = "linear"
    return found


def _tile(letter: str, side: int) -> UInt8Array:
    """(side, side) uint8 coverage of a letter that stands upright."""
    size_px = fitting_px(letter, _MOST_WIDTH * side, LETTER_SHARE * side, strong=True)
    # A font of one's own may have the letter and lack the question mark.
    inks = [unit_coverage(unit, size_px, True) for unit in units_of(letter)]
    pens = [round(pen) for pen in pens_px(letter, size_px, True)]
    boxes = [(pen + x, y, *ink.shape[::-1]) for (ink, x, y), pen in zip(inks, pens, strict=False)]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    width, height = max(x + w for x, _, w, _ in boxes) - left, max(y + h for _, y, _, h in boxes) - top
    tile = np.zeros((side, side), dtype=np.uint8)
    x0, y0 = (side - width) // 2 - left, (side - height) // 2 - top
    for (x, y, w, h), (ink, _, _) in zip(boxes, inks, strict=True):
        place = tile[y0 + y : y0 + y + h, x0 + x : x0 + x + w]
        np.maximum(place, ink, out=place)
    return tile
