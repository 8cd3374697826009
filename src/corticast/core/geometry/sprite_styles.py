"""Styles of sprites: lit balls, rings, and light around discs.

The functions here are the twins of the shaders.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.sprites import outline_width_px, ring_width_px
from corticast.core.model.scene import ElectrodeStyle
from corticast.core.model.types import Float64Array

# Of a halo at full activity: its width as a share of the disc's radius then, and its opacity at the edge of the disc.
HALO_SHARE, HALO_OPACITY = 2.0, 0.85

# Level of the halos of contacts without activity, as they have half of the full size.
STEADY_LEVEL = 0.5

# Twins of the constants in shaders/lib/sprite_ball.glsl.
_LIGHT = np.array([-0.45, -0.55, np.sqrt(1 - 0.45**2 - 0.55**2)])
_BETWEEN = _LIGHT + np.array([0.0, 0.0, 1.0])
_HALF = _BETWEEN / np.linalg.norm(_BETWEEN)
_AMBIENT, _SPOT, _GLOSS = 0.35, 0.95, 0.6


def ball_colors(place: npt.ArrayLike, color: npt.ArrayLike) -> Float64Array:
    """Colours of a lit ball: the colour itself at the middle, lighter towards the light, darker away from it.

    Twin of `ball_color` in shaders/lib/sprite_ball.glsl.

    Parameters
    ----------
    place : (..., 2) float, offset from the middle as a share of the radius, x right and y down
    color : (..., 3) float, sRGB in 0..1 of the activity

    Returns
    -------
    (..., 3) float64, sRGB
    """
    across = np.asarray(place, dtype=np.float64)
    depth = np.sqrt(np.maximum(1 - (across**2).sum(axis=-1), 0))
    normal = np.concatenate([across, depth[..., None]], axis=-1)
    light = _AMBIENT + (1 - _AMBIENT) * np.maximum(normal @ _LIGHT, 0) / _LIGHT[2]
    spot = np.maximum(normal @ _HALF - _SPOT, 0) / (1 - _SPOT)
    white = np.clip(np.maximum(light - 1, 0) + _GLOSS * spot**2, 0, 1)[..., None]
    return np.asarray(np.asarray(color) * np.minimum(light, 1)[..., None] * (1 - white) + white)


def bar_share(offset_px: npt.ArrayLike, radius_px: npt.ArrayLike, widest_px: npt.ArrayLike) -> Float64Array:
    """Share of a pixel that the bar across the ring of a bad channel covers.

    Twin of `sprite_bar` in shaders/lib/sprite_disc.glsl.

    Parameters
    ----------
    offset_px : (..., 2) float, from the centre, x right and y down
    radius_px : (...) float, of the outer edge
    widest_px : (...) float, width of the outline on large sprites
    """
    beside = np.abs(np.asarray(offset_px, dtype=np.float64).sum(axis=-1)) / np.sqrt(2)
    width = ring_width_px(radius_px, outline_width_px(radius_px, widest_px))
    return np.asarray(np.clip(0.5 * width + 0.5 - beside, 0, 1))


def halo_opacity(
    distance_px: npt.ArrayLike, radius_px: npt.ArrayLike, halo_px: npt.ArrayLike, strength: npt.ArrayLike
) -> Float64Array:
    """Opacity of the light around a sprite; 0 from the halo's outer edge on.

    Twin of `sprite_halo` in shaders/lib/sprite_halo.glsl.

    Parameters
    ----------
    distance_px : (...) float, from the centre of the sprite
    radius_px : (...) float, of the sprite
    halo_px : (...) float, width of the halo
    strength : (...) float, opacity at the edge of the sprite
    """
    beyond = np.asarray(distance_px, dtype=np.float64) - np.asarray(radius_px, dtype=np.float64)
    share = np.clip(1 - beyond / np.maximum(np.asarray(halo_px), 1e-3), 0, 1)
    return np.asarray(np.asarray(strength) * share**2)


def halo_of(activity: npt.ArrayLike, full_radius_px: npt.ArrayLike) -> tuple[Float64Array, Float64Array]:
    """Width in pixels and strength of the halo of a contact; both 0 at rest, and larger with every rise of activity.

    Parameters
    ----------
    activity : (...) float; the magnitude counts, up to 1
    full_radius_px : (...) float, radius at full activity
    """
    level = np.minimum(np.abs(np.asarray(activity, dtype=np.float64)), 1)
    return np.asarray(HALO_SHARE * level * np.asarray(full_radius_px)), HALO_OPACITY * level


def reach_of(style: ElectrodeStyle) -> float:
    """Radii that light of a style reaches from a sprite's centre."""
    return 1 + HALO_SHARE if style == "glow" else 1.0
