"""A contact sheet drawn: slices, contacts and text on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corticast.core.color import colormaps
from corticast.core.color.themes import Theme
from corticast.core.geometry.air import shown_air
from corticast.core.geometry.contact_sizes import ContactSizes
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import PicturePanel
from corticast.core.geometry.scale_bar import ScaleBar
from corticast.core.geometry.sheet_grid import SheetCell
from corticast.core.geometry.sprites import SpriteLook
from corticast.core.model.scene import Interpolation
from corticast.core.model.types import (
    BoolArray,
    Electrodes,
    Float64Array,
    FrameState,
    IntpArray,
    PlacedElectrodes,
    UInt8Array,
    Volume,
)
from corticast.core.page.parts import RIM_ON_ANY_PAGE
from corticast.core.text.captions import Text
from corticast.gl.context import OffscreenContext
from corticast.gl.target import Target
from corticast.gl.volume import VolumeTexture
from corticast.passes.labels import GlyphAtlas, LabelPass
from corticast.passes.scale_bar import ScaleBarPass
from corticast.passes.slice_base import SliceLook
from corticast.passes.slices import slice_pass
from corticast.passes.sprites import FlatSprites

# Thin, so that hollow discs can be recognised among small ones.
_OUTLINE_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class Discs:
    """Contacts, or their examples in the legend.

    Parameters
    ----------
    pos_px : (n, 2) float64, column and row of the page, integral at pixel centres
    colour : (n,) intp, row of `colours`
    hollow : (n,) bool
    colours : (at most 256, 3) uint8, sRGB
    diameter_px : of all
    """

    pos_px: Float64Array
    colour: IntpArray
    hollow: BoolArray
    colours: UInt8Array
    diameter_px: float


@dataclass(frozen=True, eq=False)
class Page:
    """What stands on a page.

    Parameters
    ----------
    size : width, height in pixels
    cells : slices
    texts, warnings : lines, the second ones in a colour of their own
    examples : of the legend
    contacts : on the slices
    scale_bar : bar in mm, whose text is among the texts; None without one
    """

    size: tuple[int, int]
    cells: Sequence[SheetCell]
    texts: Sequence[Text]
    warnings: Sequence[Text]
    examples: Discs
    contacts: Discs
    scale_bar: ScaleBar | None = None


def draw_page(
    context: OffscreenContext,
    volume: Volume,
    window: tuple[float, float],
    page: Page,
    *,
    theme: Theme,
    interpolation: Interpolation,
) -> UInt8Array:
    """Draw a page.

    Parameters
    ----------
    context : current
    window : scaled values drawn black and white
    theme, interpolation : of the scene

    Returns
    -------
    (height, width, 4) uint8, premultiplied sRGB, row 0 is the top
    """
    ground = theme.premultiplied
    target = Target(context, page.size)
    with target.bound():
        target.clear(ground)
    colours = colormaps.table(theme.cmap)
    look = SliceLook(interpolation, colours, ground, shown_air(volume, colours, theme))
    texture = VolumeTexture(context, volume, window)
    state = FrameState(window=window)
    for cell in page.cells:
        slices = slice_pass(context, volume, (cell.panel,), page.size, look, texture)
        slices.prepare(state)
        with target.bound():
            slices.draw(state)
        context.flush()
    atlas = GlyphAtlas()
    with target.bound(blend=True):
        for discs in (page.examples, page.contacts):
            _draw_discs(discs, page.size, theme)
        if page.scale_bar is not None:
            ScaleBarPass(page.size, page.scale_bar, theme.text, theme.ground).draw(state)
        rim = theme.ground if theme.is_transparent else None
        LabelPass(page.size, atlas, theme.text, rim, RIM_ON_ANY_PAGE).draw(page.texts)
        LabelPass(page.size, atlas, theme.warning, rim, RIM_ON_ANY_PAGE).draw(page.warnings)
    context.flush()
    return target.read()


def _draw_discs(discs: Discs, size: tuple[int, int], theme: Theme) -> None:
    """Draw all discs in one go: to the electrode pass the page is a picture, and activity a row of its table."""
    if not len(discs.pos_px):
        return
    table = np.zeros((colormaps.N_COLOURS, 3), np.uint8)
    table[: len(discs.colours)] = discs.colours
    electrodes = Electrodes(("",) * len(discs.pos_px), discs.pos_px, "picture", bad=discs.hollow)
    panel = PicturePanel("picture", (0, 0, *size), np.eye(2, 3), ("", "", "", ""))
    layout = Layout(size, size[1] / 1080, (panel,))
    # Looks and sizes have pixels of a frame of 1080 lines.
    diameter = discs.diameter_px * 1080 / size[1]
    look = SpriteLook(outline_px=_OUTLINE_SHARE * diameter, outline=theme.outline)
    sizes = ContactSizes.in_pixels(len(discs.pos_px), (diameter, diameter))
    sprites = FlatSprites(layout, PlacedElectrodes(electrodes, discs.pos_px), look, sizes, table, signed=False)
    state = FrameState(activity=discs.colour.astype(np.float32) / np.float32(colormaps.N_COLOURS - 1))
    sprites.prepare(state)
    sprites.draw(state)
