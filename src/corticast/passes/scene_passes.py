"""Which passes draw a scene, in the order they are drawn. A new pass gets a line here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from corticast.core.color import colormaps
from corticast.core.color.colour_bar import bar_pixels
from corticast.core.color.key_discs import disc_pixels
from corticast.core.color.themes import Theme, theme_of
from corticast.core.geometry.bricks import bricks_of
from corticast.core.geometry.contact_sizes import ContactSizes
from corticast.core.geometry.cut_gaps import DrawnContacts
from corticast.core.geometry.cuts import panel_cuts
from corticast.core.geometry.in_the_way import corner_texts_px
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.masked import ground_around, seen_volume
from corticast.core.geometry.panels import Motion, ObliquePanel
from corticast.core.geometry.seen_as import render_of_views
from corticast.core.geometry.sprites import SpriteLook
from corticast.core.model.column_look import ColumnLook, size_title
from corticast.core.model.scene import Scene
from corticast.core.model.types import PlacedElectrodes, UInt8Array, Volume
from corticast.core.page.parts import RIM, RIM_ON_ANY_PAGE, Rim
from corticast.core.text.captions import ActivityScale, Captions, SizeScale
from corticast.core.text.face import face_of, in_face
from corticast.core.text.foot import Fact
from corticast.core.text.names import panel_names
from corticast.gl.context import OffscreenContext
from corticast.gl.volume import VolumeTexture
from corticast.passes.captions import CaptionPass
from corticast.passes.compositor import Compositor
from corticast.passes.cubes import CubesPass
from corticast.passes.cuts import CutsPass
from corticast.passes.halos import HaloPass
from corticast.passes.names import LeadersPass, NamesPass
from corticast.passes.oblique_slices import ObliqueSlices
from corticast.passes.panel import PanelPass
from corticast.passes.picture import ChipsPass, ColorbarPass, PicturePass
from corticast.passes.pixel_sprites import PixelSprites
from corticast.passes.planes import PlanePass
from corticast.passes.scale_bar import ScaleBarPass
from corticast.passes.slice_base import SliceLook
from corticast.passes.slices import slice_pass
from corticast.passes.sprites import FlatSprites
from corticast.passes.view_sprites import ViewSprites
from corticast.passes.views import ViewLook, ViewPass, n_kept_turns, view_look

# Most rows of the slices that one pass draws; every renderer of today has textures of so many.
_MOST_ROWS = 8192


@dataclass(frozen=True, eq=False)
class ScenePicture:
    """A scene, laid out and ready to draw.

    Parameters
    ----------
    scene : volume, picture, contacts and their look
    layout : panels and label places
    placed : where the contacts are, None without any
    sprites : how contacts look, what the scene chooses included
    sizes : diameters of the contacts, None without any
    scale : meaning of the ends of the activity's colour bar
    caption : facts of the line at the frame's foot
    groups_title : above the legend; "" without one
    look : colours and sizes by columns; None where no column is shown
    motion : what changes from frame to frame; what rests belongs to the still layer
    window : scaled values drawn black and white at first
    groups : of contacts without activity, a colour for each; empty where contacts have activity
    """

    scene: Scene
    layout: Layout
    placed: PlacedElectrodes | None
    sprites: SpriteLook
    sizes: ContactSizes | None
    scale: ActivityScale
    motion: Motion
    window: tuple[float, float]
    groups: tuple[str, ...] = ()
    caption: tuple[Fact, ...] = ()
    groups_title: str = ""
    look: ColumnLook | None = None

    @cached_property
    def captions(self) -> Captions:
        """Texts of the frames."""
        scale = self.scale if self.placed is not None else None
        texts = (self.groups, self.caption, self.groups_title, self._size_scale)
        return Captions(self.scene, self.layout, self.motion, scale, *texts)

    @property
    def _size_scale(self) -> SizeScale | None:
        """Meaning of diameters; None where they are one."""
        if self.look is None or self.look.sizes is None or self.sizes is None:
            return None
        low, high = self.sizes.range_on(self.layout.panels[0], self.layout)[0]
        return SizeScale(size_title(self.look.sizes), self.look.sizes.largest, (float(low), float(high)))


def scene_compositor(
    context: OffscreenContext,
    picture: ScenePicture,
    texture: VolumeTexture | None,
    planes: PlanePass | None = None,
    *,
    frame_size: tuple[int, int] | None = None,
    views: ViewPass | None = None,
) -> Compositor:
    """Make the passes that draw the frames of a scene.

    Parameters
    ----------
    context : current
    texture : the scene's volume on the GPU, None without one
    planes : where frames are converted to
    frame_size : width, height in pixels of the frames, None for the layout's; see `Compositor`
    views : pass of another compositor that draws the same views, and has cast their rays already
    """
    theme = theme_of(picture.scene)
    face = face_of(picture.scene)
    with in_face(face):
        passes = list(scene_passes(context, picture, texture, frame_size, views))
    texts = CaptionPass(picture.captions, theme.text, theme.ground, _rim_on(theme))
    n_heads = n_kept_turns(frame_size) if frame_size is not None else 0
    ground = theme.premultiplied
    return Compositor(context, picture.layout, ground, passes, texts, planes, frame_size, n_heads, face=face)


def scene_passes(
    context: OffscreenContext,
    picture: ScenePicture,
    texture: VolumeTexture | None,
    frame_size: tuple[int, int] | None = None,
    views: ViewPass | None = None,
) -> Iterator[PanelPass]:
    """Passes that draw a scene, from the lowest to the topmost; parameters as in `scene_compositor`."""
    scene, layout, placed, motion = picture.scene, picture.layout, picture.placed, picture.motion
    size, volume, theme = layout.size, scene.volume, theme_of(scene)
    bar_colours = volume_colours = colormaps.table(theme.cmap)
    if scene.image is not None:
        for panel in layout.pictures:
            yield PicturePass(size, panel.rect, scene.image.pixels)
    if volume is not None and texture is not None:
        yield from _slice_passes(context, picture, volume, texture, volume_colours, theme)
        if layout.views:
            is_alone = not (bool(layout.slices) or bool(layout.of(ObliquePanel)))
            seen = seen_volume(volume, scene.mask)
            render = render_of_views(scene, placed)
            look = view_look(scene, seen, volume_colours, theme, render=render, is_alone=is_alone)
            if is_alone:
                bar_colours = look.colours
            if views is None:
                of_seen = texture if seen is volume else VolumeTexture(context, seen, picture.window)
                views = _view_pass(context, picture, seen, of_seen, look, frame_size)
            yield views
    if layout.cubes:
        yield CubesPass(layout, theme, sided=volume is None or volume.sided, moves=motion.turn)
    if picture.groups:
        bar_colours = colormaps.group_entries(scene.contact_map, len(picture.groups), on_paper=theme.is_light)
    elif placed is not None:
        bar_colours = colormaps.activity_table(picture.sprites.cmap, signed=picture.scale.signed, theme=theme)
    yield from _key_passes(picture, bar_colours, theme)
    bar = layout.scale_bar
    if bar is not None:
        moves = bar.panel is not None and layout.panels[bar.panel].moves(motion)
        yield ScaleBarPass(size, bar, theme.text, theme.ground, moves=moves)
    if "cuts" in scene.shown_labels:
        contacts = None
        if placed is not None and picture.sizes is not None:
            contacts = DrawnContacts(scene, placed, picture.sizes, theme.ghosts)
        cuts = panel_cuts(layout, motion, contacts, corner_texts_px(layout, scene))
        for moves in (False, True):
            some = [each for each in cuts if each.moves is moves]
            if some:
                yield CutsPass(layout, some, theme.cut, theme.ground)
    if placed is not None and picture.sizes is not None:
        yield from _contact_passes(context, picture, placed, picture.sizes, bar_colours, theme, views, frame_size)


def _view_pass(
    context: OffscreenContext,
    picture: ScenePicture,
    seen: Volume,
    texture: VolumeTexture,
    look: ViewLook,
    frame_size: tuple[int, int] | None,
) -> ViewPass:
    """The head, or the brain within a mask, from outside.

    Parameters
    ----------
    seen : the volume as views show it, and its texture
    """
    layout, turns = picture.layout, picture.motion.turn
    size = layout.size
    # Views that rest are drawn into the still layer, which has the layout's size.
    drawn = frame_size if frame_size is not None and turns else size
    step = size[0] / drawn[0], size[1] / drawn[1]
    return ViewPass(
        context, seen, texture, bricks_of(seen), layout.views, size, look,
        moves=turns, pixel_step=step, n_kept=0 if drawn == size else n_kept_turns(drawn),
    )  # fmt: skip


def _sprite_look(picture: ScenePicture, theme: Theme) -> SpriteLook:
    """How contacts look on the ground of a theme."""
    columns = None if picture.look is None else picture.look.colours
    return picture.sprites.themed(theme, signed_column=columns is not None and columns.signed)


def _key_passes(picture: ScenePicture, colours: UInt8Array, theme: Theme) -> Iterator[PanelPass]:
    """The colour bar or the legend, and the key of diameters."""
    layout = picture.layout
    if picture.groups:
        yield ChipsPass(layout.size, [line.chip for line in picture.captions.legend if line.chip], colours)
    elif layout.colorbar is not None:
        scale = picture.scale if picture.placed is not None else ActivityScale()
        beyond = scale.n_clipped > 0
        pixels = bar_pixels(
            colours,
            layout.colorbar[2:],
            gain=scale.gain,
            signed=scale.signed,
            low_arrow=beyond and scale.signed,
            high_arrow=beyond,
            grey=scale.grey,
        )
        yield ColorbarPass(layout.size, layout.colorbar, pixels)
    key = picture.captions.size_key
    if key is not None:
        sprites = _sprite_look(picture, theme).in_frame(layout.size[1])
        yield ColorbarPass(layout.size, key.rect, disc_pixels(key, sprites))


def _contact_passes(
    context: OffscreenContext,
    picture: ScenePicture,
    placed: PlacedElectrodes,
    sizes: ContactSizes,
    colours: UInt8Array,
    theme: Theme,
    views: ViewPass | None,
    frame_size: tuple[int, int] | None,
) -> Iterator[PanelPass]:
    """Contacts with the light around them, and their names.

    Parameters
    ----------
    colours : of activity or groups, where no column gives the contacts others
    views : the head from outside, which hides contacts; None without one
    """
    layout = picture.layout
    columns = None if picture.look is None else picture.look.colours
    if columns is not None:
        colours = colormaps.column_entries(
            picture.scene.contact_map, signed=columns.signed, n_words=len(columns.words), theme=theme
        )
    look = _sprite_look(picture, theme)
    # The levels of columns pick entries of a table, as those of groups do.
    signed = picture.scale.signed and columns is None
    sprites: list[FlatSprites | ViewSprites] = []
    if layout.flat_panels:
        sprites.append(FlatSprites(layout, placed, look, sizes, colours, signed=signed))
    if layout.views:
        sprites.append(
            ViewSprites(
                layout, placed, look, sizes, colours, views,
                signed=signed, dims=layout.depths.usual is not None, turns=picture.motion.turn,
            )
        )  # fmt: skip
    glows = look.style == "glow"
    if glows:
        yield HaloPass(context, sprites, layout.size, frame_size or layout.size)
    # Pages hold discs and rings as shapes, and balls as pixels.
    yield from map(PixelSprites, sprites) if look.style == "ball" else sprites
    yield from _name_passes(picture, placed, sizes, theme, above=glows)


def _rim_on(theme: Theme) -> Rim:
    """Strokes around texts on the ground of a theme."""
    return RIM_ON_ANY_PAGE if theme.is_transparent else RIM


def _name_passes(
    picture: ScenePicture, placed: PlacedElectrodes, sizes: ContactSizes, theme: Theme, *, above: bool
) -> Iterator[PanelPass]:
    """Names beside contacts with their leaders, on panels that rest and on those that move.

    Parameters
    ----------
    above : whether they stand above light around the contacts, which moves
    """
    names = panel_names(picture.scene, placed, picture.layout, sizes, picture.motion, ghosts=theme.ghosts)
    for moves in (False, True):
        some = [each for each in names if each.moves is moves]
        if some:
            yield LeadersPass(picture.layout, some, theme.text, theme.ground, above=above)
            yield NamesPass(picture.layout, some, theme.text, theme.ground, _rim_on(theme), above=above)


def _slice_passes(
    context: OffscreenContext,
    picture: ScenePicture,
    volume: Volume,
    texture: VolumeTexture,
    colours: UInt8Array,
    theme: Theme,
) -> Iterator[PanelPass]:
    """Slices that rest, and slices that sweep."""
    layout = picture.layout
    cuts = bool(layout.slices) or bool(layout.of(ObliquePanel))
    air = ground_around(volume, picture.scene.mask, colours, theme) if cuts else None
    look = SliceLook(picture.scene.drawn_interpolation, colours, theme.premultiplied, air)
    for moves in (False, True):
        panels = [panel for panel in layout.slices if panel.moves(picture.motion) is moves]
        oblique = [panel for panel in layout.of(ObliquePanel) if panel.moves(picture.motion) is moves]
        if oblique:
            yield ObliqueSlices(context, volume, oblique, layout.size, look, texture, moves=moves)
        # A pass has the rows of all its slices in one texture.
        n_at_once = max(1, _MOST_ROWS // max(volume.shape))
        for first in range(0, len(panels), n_at_once):
            chosen = panels[first : first + n_at_once]
            yield slice_pass(context, volume, chosen, layout.size, look, texture, moves=moves)
