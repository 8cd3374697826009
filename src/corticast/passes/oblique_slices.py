"""Slices of a volume in any position, and of coloured voxels: eight taps per pixel."""

from __future__ import annotations

from collections.abc import Sequence

from corticast.core.geometry.panels import CutPanel
from corticast.core.model.types import FrameState, Volume
from corticast.gl.context import OffscreenContext
from corticast.gl.volume import VolumeTexture
from corticast.passes.quads import UNIT_CORNERS, rect_corners
from corticast.passes.slice_base import SliceLook, SlicePass


class ObliqueSlices(SlicePass):
    """Slices of a volume in any position, and of coloured voxels."""

    def __init__(
        self,
        context: OffscreenContext,
        volume: Volume,
        panels: Sequence[CutPanel],
        frame_size: tuple[int, int],
        look: SliceLook,
        texture: VolumeTexture,
        *,
        moves: bool,
    ) -> None:
        shaders = "rect.vert", "slice_oblique.frag", ("RGB_VOXELS",) * volume.is_rgb
        super().__init__(context, volume, panels, frame_size, look, texture, *shaders, moves=moves)
        self._pass["u_volume"] = self._texture.texture
        self._pass["u_volume_shape"] = volume.shape
        self._pass["a_texcoord"] = UNIT_CORNERS
        if look.air is not None:
            self._pass["u_opacity"], self._pass["u_edge"] = texture.air(look.air.opacity, look.air.edge)
        if not self._linear:
            self._pass["u_tie"] = self._tie

    def draw(self, state: FrameState) -> None:
        """Draw the slices into the bound frame, all of the panels' rectangles, without blending."""
        for panel in self._panels:
            pixel_to_index = self._pixel_to_index(panel, panel.plane_at(state.planes_mm))
            self._pass["u_index_right"] = pixel_to_index[:, 0]
            self._pass["u_index_down"] = pixel_to_index[:, 1]
            self._pass["u_index_origin"] = pixel_to_index[:, 2]
            self._pass["a_pixel"] = rect_corners(panel.rect)
            self._pass.draw()
