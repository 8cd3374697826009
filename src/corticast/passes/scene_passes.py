"""Which passes draw a scene, in the order they are drawn. A new pass gets a line here."""

from __future__ import annotations

from collections.abc import Iterator

from corticast.core.color import colormaps
from corticast.core.color.colour_bar import bar_pixels
from corticast.core.color.key_discs import disc_pixels
from corticast.core.color.themes import theme_of
from corticast.core.geometry.cut_gaps import DrawnContacts
from corticast.core.geometry.cuts import panel_cuts
from corticast.core.geometry.in_the_way import corner_texts_px
from corticast.core.geometry.masked import seen_volume
from corticast.core.geometry.panels import ObliquePanel
from corticast.core.geometry.seen_as import contact_theme, render_of_views
from corticast.core.model.types import UInt8Array
from corticast.core.text.captions import ActivityScale
from corticast.core.text.face import face_of, in_face
from corticast.gl.context import OffscreenContext
from corticast.gl.volume import VolumeTexture
from corticast.passes.captions import CaptionPass
from corticast.passes.compositor import Compositor
from corticast.passes.contact_passes import contact_passes
from corticast.passes.cubes import CubesPass
from corticast.passes.cuts import CutsPass
from corticast.passes.head_passes import slice_passes, view_pass
from corticast.passes.panel import PanelPass
from corticast.passes.picture import ChipsPass, ColorbarPass, PicturePass
from corticast.passes.planes import PlanePass
from corticast.passes.scale_bar import ScaleBarPass
from corticast.passes.scene_picture import ScenePicture
from corticast.passes.views import ViewPass, n_kept_turns, view_look


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
    texts = CaptionPass(picture.captions, theme.text, theme.ground, picture.rim)
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
        yield from slice_passes(context, picture, volume, texture, volume_colours, theme)
        if layout.views:
            is_alone = not (bool(layout.slices) or bool(layout.of(ObliquePanel)))
            seen = seen_volume(volume, scene.mask)
            render = render_of_views(scene, placed)
            look = view_look(scene, seen, volume_colours, theme, render=render, is_alone=is_alone)
            if is_alone:
                bar_colours = look.colours
            if views is None:
                of_seen = texture if seen is volume else VolumeTexture(context, seen, picture.window)
                views = view_pass(context, picture, seen, of_seen, look, frame_size)
            yield views
    if layout.cubes:
        yield CubesPass(layout, theme, sided=volume is None or volume.sided, moves=motion.turn)
    if picture.groups:
        bar_colours = colormaps.group_entries(scene.contact_map, len(picture.groups), on_paper=theme.is_light)
    elif placed is not None:
        maps = contact_theme(scene, placed)
        bar_colours = colormaps.activity_table(picture.sprites.cmap, signed=picture.scale.signed, theme=maps)
    yield from _key_passes(picture, bar_colours)
    if layout.scale_bar is not None:
        yield ScaleBarPass(size, layout.scale_bar, theme.text, theme.ground)
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
        yield from contact_passes(context, picture, placed, picture.sizes, bar_colours, theme, views, frame_size)


def _key_passes(picture: ScenePicture, colours: UInt8Array) -> Iterator[PanelPass]:
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
        sprites = picture.themed_sprites.in_frame(layout.size[1])
        yield ColorbarPass(layout.size, key.rect, disc_pixels(key, sprites))
