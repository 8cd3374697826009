"""Which passes draw contacts, the light around them and their names."""

from __future__ import annotations

from collections.abc import Iterator

from corticast.core.color import colormaps
from corticast.core.color.themes import Theme
from corticast.core.geometry.contact_sizes import ContactSizes
from corticast.core.geometry.seen_as import contact_theme
from corticast.core.model.types import PlacedElectrodes, UInt8Array
from corticast.core.text.names import panel_names
from corticast.gl.context import OffscreenContext
from corticast.passes.halos import HaloPass
from corticast.passes.names import LeadersPass, NamesPass
from corticast.passes.panel import PanelPass
from corticast.passes.pixel_sprites import PixelSprites
from corticast.passes.scene_picture import ScenePicture
from corticast.passes.sprites import FlatSprites
from corticast.passes.view_sprites import ViewSprites
from corticast.passes.views import ViewPass


def contact_passes(
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
        maps = contact_theme(picture.scene, placed)
        colours = colormaps.column_entries(
            picture.scene.contact_map, signed=columns.signed, n_words=len(columns.words), theme=maps
        )
    look = picture.themed_sprites
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
            yield NamesPass(picture.layout, some, theme.text, theme.ground, picture.rim, above=above)
