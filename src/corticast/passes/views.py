"""The view pass: the head from outside, by rays through the volume's texture.

CPU: smooth field -> bricks -> spans of depth, tile by tile ─> rays ─> first hits ─> light, or glass ─> frame
                 bricks of the volume -> spans ─────────────> rays ─> largest grey along the ray ────────┘

First hits stay on the GPU, where sprites ask them which contacts lie under the surface. While the camera rests
nothing is cast again.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

import numpy as np

from corticast.core.color.themes import Theme
from corticast.core.geometry.affines import zooms_mm
from corticast.core.geometry.bricks import BRICK, Bricks, bricks_of, spans_of
from corticast.core.geometry.head import head_of, outside_of, surface_level_of
from corticast.core.geometry.head_scale import head_scale
from corticast.core.geometry.panels import ViewPanel
from corticast.core.geometry.surface_field import FIELD_LEVEL, surface_field
from corticast.core.model.scene import Scene
from corticast.core.model.types import FrameState, UInt8Array, Volume
from corticast.gl.arrays import texture, texture_3d
from corticast.gl.context import OffscreenContext
from corticast.gl.shaders import Pass
from corticast.gl.target import Target
from corticast.gl.volume import VolumeTexture
from corticast.passes.quads import UNIT_CORNERS, has_no_hue, rect_corners, table_texture

# Bytes of the turns of a head that are kept; heads of further turns are cast each time.
KEPT_BYTES = 64 * 2**20
# A pixel of a kept turn: its colour, and where its ray hits.
BYTES_PER_PIXEL = 4 + 16

# Rays see at least this share of white, so that they need not look into air.
_FAINTEST = 0.02

# Gradients are differences over this many voxels to either side. A smaller distance shows single voxels, a larger one
# rounds the sulci.
_SLOPE_VOXELS = 1.75

# Depths under the surface that tell grey matter from fluid.
_INNER_MM = 1.2

# Share of white that no shade takes from a surface on a light ground, beside slices that are lit evenly.
_PAPER_LIGHT = 0.35

# Opacity per mm of white in a head of glass: some 10 cm of brain hide most of the far side.
_GLASS_PER_MM = 0.03

# Shade of a brain of glass where its inside glows, and of its outline; less inside on a light ground, so that contacts
# stand out there too.
_GLASS_INK, _GLASS_INK_ON_LIGHT = (0.62, 0.55), (0.2, 0.62)

# Maxima of the air reach up to this share of the way to the surface's level.
_AIR_PEAK = 0.4

_FRAGMENTS = {"surface": "ray_surface.frag", "mip": "ray_peak.frag", "glass": "ray_glass.frag"}


@dataclass(frozen=True, eq=False)
class ViewLook:
    """How a volume is seen from outside.

    Parameters
    ----------
    render : "surface", "mip" or "glass"
    level : scaled value at the surface
    outside : scaled value below that, of the air around the head
    colours : (256, 3) uint8 colour map
    background : premultiplied sRGB with opacity, drawn where a view shows nothing
    is_light : whether the ground is light: the outline of glass is dark there, and the shades of a surface are lighter
    fades : whether the faintest greys of a maximum fade into the background; else all but black are opaque
    has_skin : whether the glass is the skin of a head, a shell; else a brain, whose inside glows through
    """

    render: Literal["surface", "mip", "glass"]
    level: float
    outside: float
    colours: UInt8Array
    background: tuple[float, float, float, float]
    is_light: bool = False
    fades: bool = False
    has_skin: bool = False


def view_look(
    scene: Scene,
    volume: Volume,
    colours: UInt8Array,
    theme: Theme,
    *,
    render: Literal["surface", "mip", "glass"],
    is_alone: bool = False,
) -> ViewLook:
    """How a scene's volume is seen.

    Parameters
    ----------
    volume : as views from outside show it
    render : see `render_of_views`
    colours : (256, 3) colour map of the volume; on a light ground a maximum takes the map the other way round, as the
        brightest would be lost
    is_alone : whether no slice shows the volume, with the same map
    """
    head = head_of(volume)
    level = surface_level_of(volume, scene.surface_level)
    inverts = render == "mip" and theme.is_light and is_alone
    return ViewLook(
        render,
        level,
        outside_of(volume, level),
        colours[::-1].copy() if inverts else colours,
        theme.premultiplied,
        is_light=theme.is_light,
        fades=theme.is_transparent or theme.is_light or bool(colours[0].any()),
        has_skin=head.kind == "head" and not volume.is_rgb,
    )


def n_kept_turns(frame_size: tuple[int, int]) -> int:
    """Number of turns of a head that are kept.

    Parameters
    ----------
    frame_size : width, height in pixels of frames of single pixels
    """
    return KEPT_BYTES // (BYTES_PER_PIXEL * frame_size[0] * frame_size[1])


@dataclass(frozen=True, eq=False)
class _Rays:
    """What the rays of one turn of the head have met.

    Parameters
    ----------
    of : the turn
    spans : textures of the depths that rays run through, by panel
    hits : first hits, by panel; none in a maximum projection
    """

    of: Hashable
    spans: list[Any]
    hits: list[Target]


class ViewPass:
    """Casts rays through a volume in the panels of views.

    Parameters
    ----------
    context : current
    volume : seen from outside
    volume_texture : the volume on the GPU
    bricks : of the volume
    panels : of views, at a turn of 0
    frame_size : width, height of the frame in pixels
    look : how it is seen
    moves : whether the camera turns from frame to frame
    pixel_step : pixels of the frame across and down per pixel that is drawn; above 1 for frames of single pixels
    n_kept : turns whose rays are kept, and not cast again
    """

    blends = False

    def __init__(
        self,
        context: OffscreenContext,
        volume: Volume,
        volume_texture: VolumeTexture,
        bricks: Bricks,
        panels: Sequence[ViewPanel],
        frame_size: tuple[int, int],
        look: ViewLook,
        *,
        moves: bool = False,
        pixel_step: tuple[float, float] = (1.0, 1.0),
        n_kept: int = 0,
    ) -> None:
        self.moves = moves
        self.is_neutral = has_no_hue(look.colours) and not volume.is_rgb
        # Factor on distances of contacts from the surface.
        self.head_scale = head_scale(volume)
        self.rects = [panel.rect for panel in panels]
        self._context = context
        self._texture = volume_texture
        # Nothing lies between two labels.
        self._is_labels = volume.meaning.is_labels
        self._bricks = bricks
        self._panels = tuple(panels)
        self._look = look
        # Rays run through the box of the smooth field, or those of a maximum through the whole volume.
        run_through = volume
        self._field: VolumeTexture | None = None
        if look.render != "mip":
            run_through = surface_field(volume, bricks, look.level, look.outside)
            self._field = volume_texture.field(run_through)
            self._bricks = bricks = bricks_of(run_through)
        self._inverse_affine = np.linalg.inv(run_through.affine)
        self._shape = np.array(run_through.shape, dtype=np.float64)
        voxel_mm = self._voxel_mm = float(zooms_mm(volume.affine).min())
        self._slope_mm = _SLOPE_VOXELS * voxel_mm
        self._window: tuple[float, float] | None = None
        self._pixel_step = pixel_step
        self._hits = self._new_hits()
        self._rays = _Rays(None, [], self._hits)
        self._kept: dict[Hashable, _Rays] = {}
        self._n_kept = n_kept
        defines = ("RGB_VOXELS",) * volume.is_rgb + ("SKIN",) * (look.render == "glass" and look.has_skin)
        self._draw = Pass("rect.vert", _FRAGMENTS[look.render], defines)
        self._draw["u_target_size"] = frame_size
        self._draw["a_texcoord"] = UNIT_CORNERS
        self._draw["u_table"] = table_texture(look.colours)
        self._draw["u_background"] = look.background
        self._draw["u_pixel_step"] = pixel_step
        passes = [self._draw]
        if look.render != "mip":
            self._cast = Pass("rect.vert", "ray_hits.frag")
            self._cast["a_texcoord"] = UNIT_CORNERS
            self._cast["u_slope_mm"] = self._slope_mm
            self._cast["u_step_mm"] = voxel_mm / 2
            passes.append(self._cast)
        if look.render == "surface":
            self._draw["u_inner_steps"] = self.head_scale * _INNER_MM / self._slope_mm
            self._draw["u_ambient"] = _PAPER_LIGHT if look.is_light else 0.0
        else:
            self._draw["u_step_mm"] = voxel_mm / 2
        if look.render == "glass":
            self._draw["u_shade"] = (1.0, -1.0) if look.is_light else (0.0, 1.0)
            self._draw["u_density"] = _GLASS_PER_MM / self.head_scale
            if not look.has_skin:
                self._draw["u_ink"] = _GLASS_INK_ON_LIGHT if look.is_light else _GLASS_INK
        # Where a grey may be seen depends on the window, and `prepare` finds it; a surface stays where it is.
        skips = None
        if look.render != "mip":
            self._seen_mm = bricks.centres_mm(FIELD_LEVEL)
            skips = texture_3d(bricks.distances(FIELD_LEVEL))
            self._place_field(volume)
        for each in passes:
            if skips is not None:
                each["u_bricks"] = skips
            each["u_bricks_size"] = bricks.peaks.shape
            each["u_bricks_scale"] = self._shape / (BRICK * np.array(bricks.peaks.shape))
            if self._field is not None:
                each["u_field"] = self._field.texture
        self._draw["u_volume"] = volume_texture.texture

    def _place_field(self, volume: Volume) -> None:
        """Tell where in the volume the field's box lies."""
        shape = np.array(volume.shape, dtype=np.float64)
        first = np.linalg.inv(volume.affine) @ np.linalg.inv(self._inverse_affine)[:, 3]
        self._draw["u_volume_scale"] = self._shape / shape
        self._draw["u_volume_origin"] = np.round(first[:3]) / shape

    def hits(self, index: int) -> Target | None:
        """First hits of a view's rays, as ray_hits.frag leaves them; None if nothing hides a contact."""
        return self._rays.hits[index] if self._look.render == "surface" else None

    def shown(self, state: FrameState) -> Hashable:
        """How far the views have turned, and the grey window."""
        return state.turn_deg, state.window

    def prepare(self, state: FrameState) -> None:
        """Set the grey window, and cast rays where the camera has turned since, unless those of this turn are kept."""
        is_peak = self._look.render == "mip"
        if state.window != self._window:
            self._window = state.window
            self._draw["u_window"] = self._texture.texel_window(state.window)
            if is_peak:
                self._look_for_peaks(state.window)
        cast_for = (state.turn_deg, state.window if is_peak else None)
        if cast_for != self._rays.of:
            self._rays = self._kept.get(cast_for) or self._rays_of(cast_for, state)

    def _rays_of(self, cast_for: Hashable, state: FrameState) -> _Rays:
        """Cast the rays of a turn, and keep them while there is room."""
        keeps = len(self._kept) < self._n_kept
        panels = [panel.at(state) for panel in self._panels]
        with self._context.trace.stage("cast rays"):
            spans = [self._spans_of(panel) for panel in panels]
            rays = _Rays(cast_for, spans, self._new_hits() if keeps else self._hits)
            self._cast_rays(panels, rays)
        if keeps:
            self._kept[cast_for] = rays
        return rays

    def _new_hits(self) -> list[Target]:
        """Targets of first hits, by panel; none in a maximum projection."""
        if self._look.render == "mip":
            return []
        return [Target(self._context, _hits_size(panel, self._pixel_step), "rgba32f") for panel in self._panels]

    def _look_for_peaks(self, window: tuple[float, float]) -> None:
        """Tell rays in which bricks they may meet a grey that is seen."""
        low, high = window
        self._seen_mm = self._bricks.centres_mm(low + _FAINTEST * (high - low))
        self._draw["u_faint"] = self._faint(window)
        with np.errstate(invalid="ignore"):
            peaks = np.ceil(np.clip(255 * (self._bricks.peaks - low) / (high - low), 0, 255)).astype(np.uint8)
        self._draw["u_bricks"] = texture_3d(peaks)

    def _faint(self, window: tuple[float, float]) -> tuple[float, float]:
        """Grey up to which a maximum is the background, and the step of its opacity per grey above."""
        if not self._look.fades:
            return 0.0, 1e6
        low, high = window
        rise = (self._look.level - self._look.outside) / (high - low)
        nothing = max((self._look.outside - low) / (high - low) + _AIR_PEAK * rise, 0.0)
        return nothing, 1 / max((1 - _AIR_PEAK) * rise, 1e-6)

    def _cast_rays(self, panels: Sequence[ViewPanel], rays: _Rays) -> None:
        """Find where rays meet the surface."""
        if not rays.hits:
            return
        assert self._field is not None
        with self._field.filtered():
            for index, (panel, target) in enumerate(zip(panels, rays.hits, strict=True)):
                self._aim(self._cast, panel, rays.spans[index])
                step = panel.rect[2] / target.size[0], panel.rect[3] / target.size[1]
                self._cast["u_target_size"] = target.size
                self._cast["u_pixel_step"] = step
                self._cast["u_pixel_mm"] = max(step) / panel.pixels_per_mm
                self._cast["a_pixel"] = rect_corners((0, 0, *target.size))
                with target.bound():
                    self._cast.draw()

    def draw(self, state: FrameState) -> None:
        """Draw the views into the bound frame, all of the panels' rectangles, without blending."""
        with (
            nullcontext() if self._is_labels else self._texture.filtered(),
            self._field.filtered() if self._field is not None else nullcontext(),
        ):
            for index, panel in enumerate(self._panels):
                self._aim(self._draw, panel.at(state), self._rays.spans[index])
                self._draw["u_corner"] = panel.rect[:2]
                self._draw["a_pixel"] = rect_corners(panel.rect)
                if self._rays.hits:
                    self._draw["u_view_size"] = panel.rect[2:]
                    self._draw["u_hits"] = self._rays.hits[index].texture
                self._draw.draw()

    def _spans_of(self, panel: ViewPanel) -> Any:
        """Depths between which rays may meet something, as a texture."""
        centre_px = _centre_px(panel)
        reach_mm = self._bricks.reach_mm(panel.camera)
        size = panel.rect[2], panel.rect[3]
        spans = spans_of(self._seen_mm, reach_mm, panel.camera, panel.pixels_per_mm, centre_px, size)
        nothing = np.zeros_like(spans.near_mm)
        return texture(np.stack([spans.near_mm, spans.far_mm, nothing, nothing], axis=-1), "rgba32f")

    def _aim(self, program: Pass, panel: ViewPanel, spans: Any) -> None:
        """Tell a pass where the rays of a view run."""
        camera = panel.camera
        # Texture coordinates of a millimetre along the camera's axes, and of its centre.
        right, up, towards = camera.axes @ (self._inverse_affine[:3, :3] / self._shape[:, None]).T
        centre = (self._inverse_affine[:3, :3] @ camera.centre_mm + self._inverse_affine[:3, 3] + 0.5) / self._shape
        column, row = _centre_px(panel)
        pixel_mm = 1 / panel.pixels_per_mm
        program["u_origin"] = centre + (row * up - column * right) * pixel_mm
        program["u_right"] = right * pixel_mm
        program["u_down"] = -up * pixel_mm
        program["u_towards"] = towards
        if program is not self._draw:
            step = -towards * self._voxel_mm / 2
            # Divided by, and so not 0.
            program["u_ray_step"] = np.where(np.abs(step) < 1e-9, 1e-9, step)
        program["u_spans"] = spans
        height, width = spans.shape[:2]
        program["u_spans_size"] = width, height
        if self._look.render != "mip":
            program["u_slope_right"] = right * self._slope_mm
            program["u_slope_up"] = up * self._slope_mm
            program["u_slope_towards"] = towards * self._slope_mm


def _hits_size(panel: ViewPanel, pixel_step: tuple[float, float]) -> tuple[int, int]:
    """Number of first hits across and down: one per pixel that is drawn."""
    width, height = (ceil(side / step) for side, step in zip(panel.rect[2:], pixel_step, strict=True))
    return width, height


def _centre_px(panel: ViewPanel) -> tuple[float, float]:
    """Column and row of a view that show its camera's centre, edges at integers."""
    column, row = panel.affine[:, 2] + 0.5 - panel.rect[:2]
    return float(column), float(row)
