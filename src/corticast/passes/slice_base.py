"""The common part of passes that draw slices: look, grey window, and the way from a pixel to a voxel."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from corticast.core.geometry.air import Air
from corticast.core.geometry.panels import CutPanel
from corticast.core.model.scene import Interpolation
from corticast.core.model.types import Float64Array, FrameState, UInt8Array, Volume
from corticast.gl.context import OffscreenContext
from corticast.gl.shaders import Pass
from corticast.gl.volume import VolumeTexture
from corticast.passes.quads import has_no_hue, table_texture

# Twin of ON_CENTRE in shaders/lib/grid_index.glsl.
ON_CENTRE = 1e-4


@dataclass(frozen=True, eq=False)
class SliceLook:
    """How slices are drawn.

    Parameters
    ----------
    interpolation : between voxels
    colours : (256, 3) uint8 colour map
    background : premultiplied sRGB with opacity, drawn where a panel shows no voxel
    air : around the head, in whose place the background shows; None shows the air's own colour
    """

    interpolation: Interpolation
    colours: UInt8Array
    background: tuple[float, float, float, float]
    air: Air | None = None

    @property
    def is_grey(self) -> bool:
        """Whether the colour map is the plain grey one."""
        return bool((self.colours == np.arange(len(self.colours))[:, None]).all())


class SlicePass(ABC):
    """Draws the slices of one volume; `slice_pass` chooses how.

    Parameters
    ----------
    vertex, fragment : shaders that draw them, in shaders/pass
    defines : names to #define in the shaders
    moves : whether the planes of these panels move from frame to frame
    """

    blends = False

    def __init__(
        self,
        context: OffscreenContext,
        volume: Volume,
        panels: Sequence[CutPanel],
        frame_size: tuple[int, int],
        look: SliceLook,
        texture: VolumeTexture,
        vertex: str,
        fragment: str,
        defines: tuple[str, ...] = (),
        *,
        moves: bool,
    ) -> None:
        self.moves = moves
        self.is_neutral = has_no_hue(look.colours) and not volume.is_rgb
        self.rects = [panel.rect for panel in panels]
        self._context = context
        self._panels = tuple(panels)
        self._look = look
        self._window: tuple[float, float] | None = None
        self._linear = look.interpolation == "linear"
        self._shape = volume.shape
        self._is_rgb = volume.is_rgb
        self._inverse_affine = np.linalg.inv(volume.affine)
        self._texture = texture
        # Towards larger world coordinates, in voxels.
        self._tie = ON_CENTRE * np.sign(self._inverse_affine[:3, :3] @ np.ones(3))
        has_air = look.air is not None
        variants = {"NEAREST": not self._linear, "HOLES": self._texture.may_have_holes, "AIR": has_air}
        self._defines = tuple(name for name, wanted in variants.items() if wanted) + defines
        self._pass = Pass(vertex, fragment, (*self._defines, *("GREY",) * look.is_grey))
        self._pass["u_target_size"] = frame_size
        self._pass["u_background"] = look.background
        self._take_air_value(self._pass)
        if not look.is_grey:
            self._pass["u_table"] = table_texture(look.colours)

    def _take_air_value(self, shader: Pass) -> None:
        """Give a shader the stored value of the air; colours are premultiplied, and need none."""
        if self._look.air is not None and not self._is_rgb:
            shader["u_air"] = self._texture.texel(self._look.air.value)

    def shown(self, state: FrameState) -> Hashable:
        """Planes of the panels, and the grey window."""
        return tuple(panel.plane_at(state.planes_mm) for panel in self._panels), state.window

    def prepare(self, state: FrameState) -> None:
        """Set the grey window, where it has changed."""
        if state.window != self._window:
            self._window = state.window
            self._set_window(self._texture.texel_window(state.window))

    def _set_window(self, texel_window: tuple[float, float]) -> None:
        self._pass["u_window"] = texel_window

    @abstractmethod
    def draw(self, state: FrameState) -> None:
        """Draw the slices into the bound frame, all of the panels' rectangles, without blending."""

    def _pixel_to_index(self, panel: CutPanel, plane_mm: float) -> Float64Array:
        """(3, 3) float64: frame pixel (column, row, 1) -> voxel index."""
        pixel_to_index = self._inverse_affine[:3, :3] @ panel.plane_to_world(plane_mm)
        pixel_to_index[:, 2] += self._inverse_affine[:3, 3]
        return np.asarray(pixel_to_index)
