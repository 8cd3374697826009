"""Contacts as shapes: the rings that a sprite's pixels show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from corticast.core.color.color import look_up
from corticast.core.geometry.sprites import SpriteLook, diameter_px, outline_width_px, ring_width_px
from corticast.core.model.types import BoolArray, Float32Array, Float64Array, UInt8Array
from corticast.core.page.parts import Annulus, PageDisc, Rgb


@dataclass(frozen=True, eq=False)
class DrawnSprites:
    """Sprites of a panel in the order they are drawn.

    Parameters
    ----------
    centre_px : (n, 2) float, column and row, integral at pixel centres
    scale : (n,) float, share of the full diameter
    opacity : (n,) float, 0 hides
    hollow : (n,) bool, rings of bad channels
    activity : (n,) float, 0..1, or -1..1 if signed
    diameters_px : (2,) or (n, 2) float, at rest and at full activity
    look : outline in pixels of the frame, and style; among rings, hollow sprites have a bar across
    outlines : (n,) float, widths of outlines as shares of the look's; None for 1
    """

    centre_px: Float64Array | Float32Array
    scale: Float32Array
    opacity: Float32Array
    hollow: BoolArray
    activity: Float32Array
    diameters_px: Float64Array | Float32Array
    look: SpriteLook
    outlines: Float32Array | None = None


def page_discs(sprites: DrawnSprites, colours: UInt8Array, *, signed: bool) -> Iterator[PageDisc]:
    """Sprites as shapes; those that nobody sees are left out.

    Parameters
    ----------
    colours : (256, 3) uint8 colour map
    signed : whether activity runs from -1 to 1
    """
    activity = np.asarray(sprites.activity, dtype=np.float64)
    range_px = np.broadcast_to(np.asarray(sprites.diameters_px, dtype=np.float64), (len(activity), 2))
    radius = 0.5 * sprites.scale * diameter_px(activity, (range_px[:, 0], range_px[:, 1]))
    shares = 1.0 if sprites.outlines is None else sprites.outlines.astype(np.float64)
    outline = outline_width_px(radius, shares * sprites.look.outline_px)
    ring = ring_width_px(radius, outline)
    colors = look_up(colours, 0.5 + 0.5 * activity if signed else activity) / 255
    are_rings = sprites.look.style == "ring"
    places = np.asarray(sprites.centre_px, dtype=np.float64) + 0.5
    for row in np.flatnonzero((sprites.opacity > 0) & (radius > 0) & np.isfinite(places).all(axis=1)):
        inner = radius[row] - outline[row]
        hole = max(inner - ring[row], 0.0) if sprites.hollow[row] or are_rings else 0.0
        bar = float(ring[row]) if sprites.hollow[row] and are_rings else 0.0
        color: Rgb = (float(colors[row, 0]), float(colors[row, 1]), float(colors[row, 2]))
        rings = (
            Annulus(float(radius[row]), float(inner), sprites.look.outline),
            Annulus(float(inner), float(hole), color),
        )
        x, y = places[row]
        yield PageDisc(float(x), float(y), rings, float(sprites.opacity[row]), bar)
