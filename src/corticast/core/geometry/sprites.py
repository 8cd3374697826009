"""Electrode sprites: how they look and how large they are.

The functions here are the twins of the shaders: a sprite that is drawn looks as `sprite_pixels` says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from corticast.core.color.themes import THEMES, Theme
from corticast.core.model.scene import ElectrodeStyle
from corticast.core.model.types import Float64Array

# Width of the outline, in pixels of a 1080-line frame, and its colour on a dark ground.
OUTLINE_PX = 2.0
# The same where colours are numbers to be read. So many pixels of the frame still have contrast enough.
VALUE_OUTLINE_PX, LEAST_OUTLINE_PX = 1.25, 1.0
OUTLINE_COLOR = THEMES["dark"].outline

# Twins of the constants in shaders/lib/sprite_disc.glsl: shares of the radius that the outline takes at most, and that
# a ring takes at least; the ring is also as wide as the outline.
_MOST_OUTLINE, _LEAST_RING = 0.3, 0.3


@dataclass(frozen=True)
class SpriteLook:
    """How sprites look.

    Parameters
    ----------
    diameters : at rest and at full activity, in pixels of a 1080-line frame; None where the scene decides
    cmap : colour map of activity, None for the default
    outline_px : width of the outline, in pixels of a 1080-line frame
    outline : colour of the outline, sRGB in 0..1
    ghosts : whether contacts away from a plane, or under a surface, are drawn small and dim; else they are left out
    style : disc, glow, ball or ring
    has_activity : whether halos follow activity; else all have one modest level
    least_outline_px : least width of the outline, in pixels of the frame
    """

    diameters: tuple[float, float] | None = None
    cmap: str | None = None
    outline_px: float = OUTLINE_PX
    outline: tuple[float, float, float] = OUTLINE_COLOR
    ghosts: bool = True
    style: ElectrodeStyle = "disc"
    has_activity: bool = True
    least_outline_px: float = 0.0

    def themed(self, theme: Theme, *, values: bool = False, signed: bool = False) -> SpriteLook:
        """The look on the ground of a theme.

        Parameters
        ----------
        values : whether a column of numbers colours the contacts; their outline is thin
        signed : whether the numbers have signs; the middle of their map is as grey as a brain: before a light middle
            the outline is dark, before a dark one light
        """
        outline = theme.outline
        if values and signed:
            has_light_middle = theme.signed_cmap == THEMES["light"].signed_cmap
            outline = THEMES["dark"].outline if has_light_middle else THEMES["dark"].text
        look = replace(self, outline=outline, ghosts=theme.ghosts)
        if not values:
            return look
        return replace(look, outline_px=min(self.outline_px, VALUE_OUTLINE_PX), least_outline_px=LEAST_OUTLINE_PX)

    def chosen(self, cmap: str | None, style: ElectrodeStyle) -> SpriteLook:
        """The look with a scene's style, and the colour map that the scene chooses itself; None keeps the map."""
        return replace(self, cmap=cmap or self.cmap, style=style)

    def in_frame(self, n_lines: int) -> SpriteLook:
        """The look with an outline in pixels of a frame of another height."""
        return replace(self, outline_px=max(self.outline_px * n_lines / 1080, self.least_outline_px))


def diameter_px(activity: npt.ArrayLike, range_px: tuple[npt.ArrayLike, npt.ArrayLike]) -> Float64Array:
    """Sprite diameter MIN + (MAX - MIN) · max(a, 0.01).

    Twin of `sprite_diameter_px` in shaders/lib/sprite_size.glsl. The magnitude counts where activity
    is signed, and activity above 1 draws as 1.

    Parameters
    ----------
    activity : (...) float
    range_px : diameters in pixels at 0 and at 1, each of the shape of `activity` or one for all
    """
    low, high = (np.asarray(each, dtype=np.float64) for each in range_px)
    share = np.maximum(np.minimum(np.abs(np.asarray(activity, dtype=np.float64)), 1.0), 0.01)
    return np.asarray(low + (high - low) * share)


def outline_width_px(radius_px: npt.ArrayLike, widest_px: npt.ArrayLike) -> Float64Array:
    """Width of the outline: `widest_px`, or less on small sprites, most of whose disc keeps its colour.

    Twin of `sprite_outline_px` in shaders/lib/sprite_disc.glsl.
    """
    return np.minimum(widest_px, _MOST_OUTLINE * np.asarray(radius_px, dtype=np.float64))


def ring_width_px(radius_px: npt.ArrayLike, outline_px: npt.ArrayLike) -> Float64Array:
    """Width of a coloured ring inside its outline, given the width that the outline has.

    Twin of `sprite_ring_px` in shaders/lib/sprite_disc.glsl.
    """
    radius, outline = np.asarray(radius_px, dtype=np.float64), np.asarray(outline_px, dtype=np.float64)
    return np.asarray(np.maximum(outline, _LEAST_RING * radius))


def sprite_pixels(
    distance_px: npt.ArrayLike,
    radius_px: npt.ArrayLike,
    color: npt.ArrayLike,
    *,
    widest_outline_px: npt.ArrayLike,
    opacity: npt.ArrayLike = 1.0,
    hollow: npt.ArrayLike = False,
    outline_color: npt.ArrayLike = OUTLINE_COLOR,
    bar: npt.ArrayLike = 0.0,
) -> Float64Array:
    """Colours of a sprite's pixels: a disc with a dark outline, antialiased over one pixel.

    Twin of `sprite_color` in shaders/lib/sprite_disc.glsl.

    Parameters
    ----------
    distance_px : (...) float, from the centre of the sprite to that of the pixel
    radius_px : (...) float, of the outer edge
    color : (..., 3) float, sRGB in 0..1 of the activity
    widest_outline_px : (...) float, width of the outline on large sprites
    opacity : (...) float in 0..1
    hollow : (...) bool, whether the sprite is a ring, such as that of a bad channel
    outline_color : (3,) float, sRGB in 0..1
    bar : (...) float, share of the pixel that a bar across the ring covers, see `bar_share`

    Returns
    -------
    (..., 4) float64, premultiplied sRGB and coverage
    """
    distance, radius = np.asarray(distance_px, dtype=np.float64), np.asarray(radius_px, dtype=np.float64)
    outline = outline_width_px(radius, widest_outline_px)
    inner = _covered(distance, radius - outline)[..., None]
    hole = np.where(hollow, _covered(distance, radius - outline - ring_width_px(radius, outline)), 0.0)
    hole = hole * (1 - np.asarray(bar, dtype=np.float64))
    alpha = (_covered(distance, radius) * (1 - hole) * opacity)[..., None]
    mixed = np.asarray(outline_color) * (1 - inner) + np.asarray(color) * inner
    return np.concatenate([mixed * alpha, np.broadcast_to(alpha, (*mixed.shape[:-1], 1))], axis=-1)


def _covered(distance: Float64Array, radius: Float64Array) -> Float64Array:
    """Share of a pixel that lies within a radius."""
    return np.asarray(np.clip(radius + 0.5 - distance, 0.0, 1.0))
