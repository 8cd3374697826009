"""Orders the passes of a frame, and draws again only what has changed.

What rests is drawn once into a still layer: background, names, letters, colour bar, and the
slices or the picture while the planes rest. A frame is the still layer, moving slices, sprites
and moving text.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from corticast.core.color import colormaps
from corticast.core.geometry.affines import voxel_index_of_plane
from corticast.core.geometry.head import head_of
from corticast.core.geometry.layout import TICK_PX, Panel, Rect, TextSlot
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.geometry.sprites import SpriteLook
from corticast.core.model.scene import Scene
from corticast.core.model.types import FrameState, PlacedElectrodes, Volume
from corticast.core.text.captions import millimetres, number
from corticast.core.text.metrics import shortened, text_width_px
from corticast.gl.context import OffscreenContext
from corticast.gl.target import Target
from corticast.gl.volume import VolumeTexture
from corticast.passes.labels import GlyphAtlas, LabelPass, Text
from corticast.passes.picture import PicturePass, picture_texture
from corticast.passes.planes import PlanePass
from corticast.passes.quads import merged, overlap, table_texture
from corticast.passes.slices import AlignedSlices, SliceLook, SlicePass, luma_rect, slice_pass
from corticast.passes.sprites import ElectrodePass
from corticast.passes.view_sprites import ViewSprites
from corticast.passes.views import ViewLook, ViewPass

# How a volume is seen from outside by what it holds: the surface of a head is its skin.
_RENDER_OF_KIND: dict[str, Literal["surface", "mip", "glass"]] = {"brain": "surface", "head": "glass", "ct": "mip"}

# The surface is above what lies outside by this share of its level at least.
_LEAST_RISE = 1e-3


class Compositor:
    """Draws the frames of one scene.

    Parameters
    ----------
    context : current, and kept current while frames are drawn
    scene : what is shown and how
    placed : where the electrodes are, None without any
    window : scaled values drawn black and white
    size : width, height in pixels
    sprites : what the drive asks of the sprites
    signed : whether activity runs from -1 to 1
    quantity, full_scale : what activity is, and how much of it 1 is, for the colour bar
    facts : lines for a grid's fourth cell
    moving : whether planes move from frame to frame; those that rest belong to the still layer
    turning : whether views from outside turn from frame to frame; likewise
    planes : where frames are converted to; slices may then go there without passing through the frame
    volume_texture : of another compositor in the same context; the volume is uploaded where it does not serve

    Attributes
    ----------
    layout : panels and label places
    frame : what `draw` draws into
    changed : rectangles that differ from the frame before, None where all may
    is_neutral : whether no frame has a pixel with a hue, so that chroma never changes
    """

    def __init__(
        self,
        context: OffscreenContext,
        scene: Scene,
        placed: PlacedElectrodes | None,
        window: tuple[float, float],
        size: tuple[int, int],
        sprites: SpriteLook,
        *,
        signed: bool = False,
        quantity: str = "activity",
        full_scale: float = 1.0,
        facts: tuple[str, ...] = (),
        moving: bool,
        turning: bool = False,
        planes: PlanePass | None = None,
        volume_texture: VolumeTexture | None = None,
    ) -> None:
        self._context = context
        self._scene = scene
        self._moving = moving
        self._turning = turning
        self._window = window
        self._signed = signed
        self._quantity, self._full_scale = quantity, full_scale
        self._facts = facts
        self.layout = layout_of(scene, placed, size)
        # A grid names its panels on the line of their captions.
        self._names_in_captions = self.layout.names[0] is not None and self.layout.names == self.layout.captions
        self.frame = Target(context, size)
        self._still = Target(context, size)
        self._still_rests: tuple[object, ...] | None = None

        self._background, text_color = colormaps.ground(scene.background)

        self._pictures = PicturePass(size)
        atlas = GlyphAtlas()
        self._still_labels = LabelPass(size, atlas, text_color)
        self._moving_labels = LabelPass(size, atlas, text_color)

        volume_colours = colormaps.table(scene.cmap)
        self._slices: SlicePass | None = None
        self._views: ViewPass | None = None
        self.volume_texture: VolumeTexture | None = None
        if scene.volume is not None:
            if volume_texture is None or not volume_texture.serves(scene.volume, window):
                volume_texture = VolumeTexture(context, scene.volume, window)
            self.volume_texture = volume_texture
            if self.layout.flat_panels:
                look = SliceLook(window, scene.interpolation, volume_colours, self._background)
                self._slices = slice_pass(context, scene.volume, self.layout.flat_panels, size, look, volume_texture)
            if self.layout.views:
                self._views = self._view_pass(scene.volume, volume_texture, volume_colours)
        self._picture = None
        if scene.image is not None:
            rect = self.layout.panels[0].rect
            self._picture = picture_texture(scene.image.pixels, (rect[2], rect[3]))
        self._has_electrodes = placed is not None
        self._electrodes: ElectrodePass | None = None
        self._view_sprites: ViewSprites | None = None
        bar_colours = volume_colours
        if placed is not None:
            bar_colours = colormaps.activity_table(scene.electrode_cmap or sprites.cmap, signed=signed)
            diameters = scene.electrode_size or sprites.diameters
            depth_mm = None if scene.electrode_depth == "all" else float(scene.electrode_depth)
            if self.layout.flat_panels:
                self._electrodes = ElectrodePass(self.layout, placed, diameters, depth_mm, bar_colours, signed=signed)
            if self.layout.views:
                dims = depth_mm is not None
                self._view_sprites = ViewSprites(
                    self.layout, placed, diameters, bar_colours, self._views, signed=signed, dims=dims
                )
        self._bar_table = table_texture(bar_colours)
        colourless = [_is_neutral(volume_colours), _is_neutral(np.array([self._background[:3]])), placed is None]
        colourless += [scene.image is None, scene.volume is None or not scene.volume.is_rgb]
        self.is_neutral = all(colourless)
        self.changed: list[Rect] | None = None
        # Slices paint over all of their rectangles; what sprites have covered is restored from the still layer.
        sprites_drawn = [each for each in (self._electrodes, self._view_sprites) if each is not None]
        self._sprite_rects = merged([rect for each in sprites_drawn for rect in each.rects])
        self._planes = planes
        self._direct: AlignedSlices | None = None
        if self._moving and planes is not None and self.is_neutral and self._stands_apart(planes):
            assert isinstance(self._slices, AlignedSlices)
            self._direct = self._slices
        in_frame = self._moving and self._direct is None
        drawn_rects = [panel.rect for panel in self.layout.flat_panels] if in_frame else []
        drawn_rects += [panel.rect for panel in self.layout.views] if turning else []
        self._moving_rects = merged(self._sprite_rects + drawn_rects)

    def _view_pass(self, volume: Volume, volume_texture: VolumeTexture, colours: npt.NDArray[np.uint8]) -> ViewPass:
        """What draws a volume from outside."""
        scene, head = self._scene, head_of(volume)
        render = _RENDER_OF_KIND[head.kind] if scene.render == "auto" else scene.render
        level = head.level if scene.surface_level is None else scene.surface_level
        # A level that is asked for may lie below what is taken to be outside.
        outside = min(head.outside, level - _LEAST_RISE * max(abs(level), 1.0))
        look = ViewLook(render, level, outside, self._window, colours, self._background)
        return ViewPass(self._context, volume, volume_texture, head.bricks, self.layout.views, self.layout.size, look)

    def draw(self, state: FrameState) -> Target:
        """Draw a frame; the target holds it until the next one is drawn."""
        if self._slices is not None:
            self._slices.prepare(state.planes_mm)
        if self._views is not None:
            self._views.prepare(state.turn_deg)
        rests = (None if self._moving else state.planes_mm, None if self._turning else state.turn_deg)
        is_new = self._still_rests != rests
        if is_new:
            self._draw_still(state)
            self._still_rests = rests
        before = self._moving_labels.rects
        # What the last frame drew over the still layer is taken away.
        self.frame.copy(self._still, [(0, 0, *self.layout.size)] if is_new else self._sprite_rects + before)
        if self._moving and self._direct is None:
            with self.frame.bound():
                self._draw_slices(state)
        if self._turning:
            with self.frame.bound():
                self._draw_views(state)
        with self.frame.bound(blend=True):
            if self._electrodes is not None and state.activity is not None:
                self._electrodes.draw(state.planes_mm, state.activity)
            if self._view_sprites is not None and state.activity is not None:
                self._view_sprites.draw(state.turn_deg, state.activity)
            self._moving_labels.draw(self._moving_texts(state))
        self.changed = None if is_new else self._moving_rects + before + self._moving_labels.rects
        self._context.flush()
        return self.frame

    def convert(self) -> Target:
        """Convert the frame drawn last to planes; the packed target holds them until the next conversion."""
        assert self._planes is not None
        if self._direct is None:
            self._planes.draw(self.frame, self.changed, chroma_rests=self.is_neutral)
        else:
            if self.changed is None:
                self._planes.draw(self.frame)
            self._direct.draw_luma(self._planes.target)
            # After the slices: a caption may reach into the background that they leave beside a panel.
            texts = self._moving_labels.rects if self.changed is None else self.changed
            self._planes.draw(self.frame, texts, chroma_rests=True)
        self._context.flush()
        return self._planes.target

    def _stands_apart(self, planes: PlanePass) -> bool:
        """Whether texels of four pixels that hold slices hold nothing else but background."""
        if not isinstance(self._slices, AlignedSlices) or planes.size != self.layout.size:
            return False
        # Slices move here, and so do captions; letters rest.
        self._still_labels.lay_out(self._still_texts(FrameState()))
        others = self._still_labels.rects + ([self.layout.colorbar] if self.layout.colorbar is not None else [])
        rects = [luma_rect(panel.rect) for panel in self.layout.panels]
        return len(merged(rects)) == len(rects) and not any(overlap(rect, other) for rect in rects for other in others)

    def _draw_still(self, state: FrameState) -> None:
        with self._still.bound():
            self._still.clear(self._background)
            if self._picture is not None:
                self._pictures.draw(self._picture, self.layout.panels[0].rect)
            if not self._moving:
                self._draw_slices(state)
            if not self._turning:
                self._draw_views(state)
            if self.layout.colorbar is not None:
                rect = self.layout.colorbar
                self._pictures.draw(self._bar_table, rect, standing=rect[3] > rect[2])
        with self._still.bound(blend=True):
            self._still_labels.draw(self._still_texts(state))

    def _draw_slices(self, state: FrameState) -> None:
        if self._slices is not None:
            self._slices.draw(state.planes_mm)

    def _draw_views(self, state: FrameState) -> None:
        if self._views is not None:
            self._views.draw(state.turn_deg)

    def _moving_texts(self, state: FrameState) -> list[Text]:
        texts = self._panel_texts(state, moving=True)
        if self.layout.clock is not None and state.clock:
            texts.append(Text(state.clock, self.layout.clock))
        return texts

    def _still_texts(self, state: FrameState) -> list[Text]:
        layout = self.layout
        texts: list[Text] = []
        if layout.title is not None:
            texts.append(self._heading(self._scene.title, layout.title))
        for line, (slot, text) in enumerate(zip(layout.info, (self._scene.title, *self._facts), strict=False)):
            # Beside it stand panels.
            ends = [x + width for x, _, width, _ in (panel.rect for panel in layout.panels) if x + width < slot.x]
            texts.append(self._heading(text, slot, max(ends, default=0)) if line == 0 else Text(text, slot))
        for panel, name, caption in zip(layout.panels, layout.names, layout.captions, strict=True):
            if name is not None and name != caption:
                texts.append(Text(panel.title, name, strong=True))
        return texts + self._panel_texts(state, moving=False) + self._colorbar_texts()

    def _heading(self, text: str, slot: TextSlot, left: float = 0.0) -> Text:
        """A title in the middle between `left` and the right side of the frame, as long as it fits there."""
        room_px = 2 * (min(slot.x - left, self.layout.size[0] - slot.x) - slot.size_px)
        return Text(shortened(text, room_px, slot.size_px, strong=True), slot, strong=True)

    def _panel_texts(self, state: FrameState, *, moving: bool) -> list[Text]:
        """Letters and captions of the panels: of those that move from frame to frame, or of those that rest."""
        texts: list[Text] = []
        for panel, caption, letters in zip(self.layout.panels, self.layout.captions, self.layout.letters, strict=True):
            is_view = panel.camera is not None
            if is_view:
                panel = panel.turned(state.turn_deg)
            # A slice's letters rest even where its plane moves.
            if (self._turning if is_view else False) == moving:
                texts += self._letters(panel, letters)
            text = self._caption(panel, state) if caption is not None else ""
            if caption is not None and text and (self._turning if is_view else self._moving) == moving:
                texts.append(Text(text, caption))
        return texts

    def _letters(self, panel: Panel, slots: tuple[TextSlot, ...] | None) -> list[Text]:
        sided = self._scene.volume is None or self._scene.volume.sided
        texts = []
        for slot, letters in zip(slots or (), panel.letters, strict=False):
            doubtful = not sided and bool(set(letters) & set("LR"))
            texts.append(Text(letters + "?" * doubtful, slot, opacity=0.85))
        return texts

    def _colorbar_texts(self) -> list[Text]:
        rect = self.layout.colorbar
        if rect is None:
            return []
        if not self._has_electrodes:
            low, high = self._window
            ends, heading = (number(low), number(high)), "intensity"
        else:
            full = self._full_scale
            ends, heading = (number(-full) if self._signed else "0", number(full)), self._quantity
        x, y, width, height = rect
        size_px = TICK_PX * self.layout.unit
        if height > width:
            right = x + width + 0.35 * size_px
            # The heading is centred over the bar unless that would leave the frame.
            half = text_width_px(heading, size_px) / 2
            middle = min(x + width / 2, self.layout.size[0] - half - 0.3 * size_px)
            return [
                Text(ends[1], TextSlot(right, y + size_px * 0.4, "l", size_px)),
                Text(ends[0], TextSlot(right, y + height - size_px * 0.4, "l", size_px)),
                Text(heading, TextSlot(middle, y - size_px, "m", size_px)),
            ]
        below = y + height + size_px
        return [
            Text(ends[0], TextSlot(x, below, "l", size_px)),
            Text(ends[1], TextSlot(x + width, below, "r", size_px)),
            Text(heading, TextSlot(x + width / 2, y - size_px, "m", size_px)),
        ]

    def _caption(self, panel: Panel, state: FrameState) -> str:
        parts = [panel.title] if self._names_in_captions else []
        if panel.camera is not None and panel.name == "3d" and "mm" in self._scene.labels:
            azimuth = round(panel.camera.azimuth_deg) % 360
            parts += [f"azimuth {azimuth}°", f"elevation {millimetres(round(panel.camera.elevation_deg))}°"]
        if panel.fixed_axis is None:
            return "  ·  ".join(parts)
        plane_mm = _plane_of(panel, state)
        if "mm" in self._scene.labels:
            parts.append(f"{'xyz'[panel.fixed_axis]} = {millimetres(plane_mm)} mm")
        volume = self._scene.volume
        if "slice" in self._scene.labels and volume is not None:
            index = voxel_index_of_plane(volume.affine, volume.shape, panel.fixed_axis, plane_mm)
            if index is not None:
                parts.append(f"slice {index}")
        return "  ·  ".join(parts)


def _is_neutral(colours: npt.NDArray[Any]) -> bool:
    """Whether no colour has a hue."""
    return bool((colours == colours[:, :1]).all())


def _plane_of(panel: Panel, state: FrameState) -> float:
    return state.planes_mm[panel.fixed_axis] if panel.fixed_axis is not None else 0.0
