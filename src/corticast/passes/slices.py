"""The slice pass: a plane through the volume, sampled exactly and windowed last.

An axis-aligned slice is taken out of the volume unwindowed at voxel resolution, then enlarged in
two dimensions; an oblique one is sampled with eight taps per pixel. Both give the same values.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from corticast.core.affines import voxel_axis_of_world_axis
from corticast.core.layout import Panel
from corticast.core.scene import Interpolation
from corticast.core.types import Volume
from corticast.gl.arrays import quad_indices
from corticast.gl.context import OffscreenContext
from corticast.gl.shaders import Pass
from corticast.gl.target import Target
from corticast.gl.volume import VolumeTexture
from corticast.passes.quads import UNIT_CORNERS, rect_corners, table_texture

# Twin of ON_CENTRE in shaders/lib/grid_index.glsl.
_ON_CENTRE = 1e-4


class SlicePass:
    """Draws slices of one volume.

    Parameters
    ----------
    context : current
    volume : uploaded once, here
    frame_size : width, height of the target in pixels
    window : scaled values drawn black and white
    interpolation : between voxels
    colours : (256, 3) uint8 colour map
    background : premultiplied sRGB with opacity, drawn where a panel shows no voxel
    """

    def __init__(
        self,
        context: OffscreenContext,
        volume: Volume,
        frame_size: tuple[int, int],
        window: tuple[float, float],
        interpolation: Interpolation,
        colours: npt.NDArray[np.uint8],
        background: tuple[float, float, float, float],
    ) -> None:
        self._context = context
        self._inverse_affine = np.linalg.inv(volume.affine)
        self._linear = interpolation == "linear"
        self._texture = VolumeTexture(context, volume, window)
        self._shape = np.array(volume.shape, dtype=np.float64)
        # Towards larger world coordinates, in voxels.
        self._tie = _ON_CENTRE * np.sign(self._inverse_affine[:3, :3] @ np.ones(3))
        self._axes = None if volume.is_rgb else voxel_axis_of_world_axis(volume.affine)
        self._indices = quad_indices(1)
        self._extracted: dict[str, tuple[float, Target]] = {}

        is_grey = bool((colours == np.arange(len(colours))[:, None]).all())
        variants = {
            "NEAREST": not self._linear,
            "HOLES": self._texture.may_have_holes,
            "GREY": is_grey,
            "RGB_VOXELS": volume.is_rgb,
        }
        defines = tuple(name for name, wanted in variants.items() if wanted)
        if self._axes is None:
            self._draw_pass = Pass("rect.vert", "slice_oblique.frag", defines)
            self._draw_pass["u_volume"] = self._texture.texture
            self._draw_pass["u_volume_shape"] = volume.shape
        else:
            self._draw_pass = Pass("rect.vert", "slice_aligned.frag", defines)
            self._extract_pass = Pass("rect.vert", "slice_extract.frag", defines)
            self._extract_pass["u_volume"] = self._texture.texture
            self._extract_pass["u_volume_shape"] = volume.shape
            self._extract_pass["a_texcoord"] = UNIT_CORNERS
        self._draw_pass["u_target_size"] = frame_size
        self._draw_pass["u_background"] = background
        self._draw_pass["u_window"] = self._texture.window
        if not is_grey:
            self._draw_pass["u_table"] = table_texture(colours)
        self._draw_pass["a_texcoord"] = UNIT_CORNERS

    def prepare(self, panel: Panel, plane_mm: float) -> None:
        """Take out the panel's slice, unless it is the one at hand; before the frame is bound."""
        if self._axes is None:
            return
        assert panel.fixed_axis is not None
        slice_axis = self._axes[panel.fixed_axis]
        column_axis, row_axis = (axis for axis in range(3) if axis != slice_axis)
        position = self._slice_position(panel, plane_mm, slice_axis)
        known = self._extracted.get(panel.name)
        if known is not None and known[0] == position:
            return
        size = int(self._shape[column_axis]), int(self._shape[row_axis])
        target = known[1] if known is not None else Target(self._context, size, "r32f")
        below = math.floor(position)
        unit = np.eye(3)
        self._extract_pass["u_target_size"] = size
        self._extract_pass["a_pixel"] = rect_corners((0, 0, *size))
        self._extract_pass["u_slice_below"] = float(below)
        self._extract_pass["u_weight_above"] = position - below
        self._extract_pass["u_axis_column"] = unit[column_axis]
        self._extract_pass["u_axis_row"] = unit[row_axis]
        self._extract_pass["u_axis_slice"] = unit[slice_axis]
        with target.bound():
            self._extract_pass.draw(self._indices)
        self._extracted[panel.name] = position, target

    def _slice_position(self, panel: Panel, plane_mm: float, slice_axis: int) -> float:
        """Voxel position of the plane across its slices, clamped like any sample; -1 outside the volume."""
        centre = np.array([*self._panel_centre(panel), 1.0])
        world = panel.plane_to_world(plane_mm) @ centre
        index = float((self._inverse_affine[:3, :3] @ world + self._inverse_affine[:3, 3])[slice_axis])
        last = self._shape[slice_axis] - 1
        if not -0.5 - _ON_CENTRE <= index <= last + 0.5 + _ON_CENTRE:
            return -1.0
        if not self._linear:
            return float(np.clip(math.floor(index + 0.5 + self._tie[slice_axis]), 0, last))
        index = min(max(index, 0.0), last)
        nearest = float(round(index))
        return nearest if abs(index - nearest) < _ON_CENTRE else index

    @staticmethod
    def _panel_centre(panel: Panel) -> tuple[float, float]:
        x, y, width, height = panel.rect
        return x + (width - 1) / 2, y + (height - 1) / 2

    def draw(self, panel: Panel, plane_mm: float) -> None:
        """Draw the panel's slice into the bound frame, all of its rectangle, without blending."""
        # Frame pixel (column, row, 1) -> voxel index, in float64.
        pixel_to_index = self._inverse_affine[:3, :3] @ panel.plane_to_world(plane_mm)
        pixel_to_index[:, 2] += self._inverse_affine[:3, 3]
        shown = self._draw_pass
        if self._axes is None:
            kept = [0, 1, 2]
        else:
            assert panel.fixed_axis is not None
            slice_axis = self._axes[panel.fixed_axis]
            position, target = self._extracted[panel.name]
            if position < 0:
                # The plane misses the volume: no pixel is on the grid.
                pixel_to_index[:] = 0.0
                pixel_to_index[:, 2] = -2.0
            kept = [axis for axis in range(3) if axis != slice_axis]
            shown["u_plane"] = target.texture
            shown["u_plane_shape"] = self._shape[kept]
        shown["u_index_right"] = pixel_to_index[kept, 0]
        shown["u_index_down"] = pixel_to_index[kept, 1]
        shown["u_index_origin"] = pixel_to_index[kept, 2]
        if not self._linear:
            shown["u_tie"] = self._tie[kept]
        shown["a_pixel"] = rect_corners(panel.rect)
        shown.draw(self._indices)
