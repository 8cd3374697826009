"""Which contacts of a view lie on the surface of a head, by the first hits of its rays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from corticast.core.model.types import BoolArray, Float32Array, Float64Array

# Of a human head, and less in small ones by `head_scale`. A contact counts as on the surface down to here. The brain
# sinks when the skull is opened, and a scan from before shows it where it was: of a real grid of 320 contacts half lie
# 7.5 mm under the cortex along the line of sight, three quarters 10 mm; of depth electrodes' contacts half lie 20 mm
# under it.
SUNK_MM = 12.0

# A contact is compared with the surface around it, as far as this; one that lies deeper than this under the surface
# before it is never on the surface.
AROUND_MM, DEEP_MM = 3.0, 25.0

# Contacts under the surface show through the near half of the head. Beyond the middle they fade within this distance,
# down to a share that eyes can see; those with less are not drawn. Twin of LEAST_SHARE in shaders/pass/sprites.vert.
BEYOND_MM = 5.0
_LEAST_SHARE = 0.25


def ghost_share(depth_mm: Float64Array, scale: float = 1.0) -> Float64Array:
    """Share of a ghost's opacity in a view of a surface: the head hides contacts of the far half.

    Twin of `ghost_share` in shaders/pass/sprites.vert.

    Parameters
    ----------
    depth_mm : (n,) float64, towards the viewer from the middle of the head
    scale : factor on the depths of a human head
    """
    shares = np.clip(1 + depth_mm / (scale * BEYOND_MM), 0.0, 1.0)
    return np.where(shares < _LEAST_SHARE, 0.0, shares)


def are_on_surface(
    hits_at: Callable[[Float64Array], Float32Array],
    place_px: Float64Array,
    depth_mm: Float64Array,
    around_px: float,
    scale: float = 1.0,
) -> BoolArray:
    """Whether contacts lie before the surface, on it, or not far under it somewhere about.

    Twin of `is_on_surface` in shaders/pass/sprites.vert.

    Parameters
    ----------
    hits_at : gives the (..., 4) first hits of the pixels that hold places
    place_px : (n, 2) float64, column and row in the view, edges at integers
    depth_mm : (n,) float64, towards the viewer
    around_px : how far around a contact the surface is looked up, in pixels
    scale : factor on the depths of a human head
    """
    before = hits_at(place_px)
    above_mm = before[:, 0] - depth_mm
    is_seen = np.asarray((before[:, 2] < 0.5) | (above_mm <= scale * SUNK_MM))
    # Pixels about others decide, unless they lie too deep.
    rows = np.flatnonzero(~is_seen & (above_mm <= scale * DEEP_MM))
    steps = around_px * np.array([(x, y) for y in (-1, 0, 1) for x in (-1, 0, 1) if x or y])
    about = hits_at(place_px[rows, None] + steps)
    is_seen[rows] = ((about[..., 2] > 0.5) & (depth_mm[rows, None] >= about[..., 0] - scale * SUNK_MM)).any(axis=1)
    return is_seen


@dataclass(frozen=True, eq=False)
class SurfaceHits:
    """First hits of a view's rays.

    Parameters
    ----------
    hits : (rows, columns, 4) float32: depth in mm towards the viewer, a share, 1 where the ray hits the surface
    view_size : width, height of the view in pixels
    """

    hits: Float32Array
    view_size: tuple[int, int]

    def at(self, place_px: Float64Array) -> Float32Array:
        """(..., 4) hits at (..., 2) places; those beside the view are of its nearest pixel."""
        rows, columns = self.hits.shape[:2]
        texel = np.floor(place_px / self.view_size * (columns, rows))
        index = np.clip(np.nan_to_num(texel), 0, (columns - 1, rows - 1)).astype(np.intp)
        return np.asarray(self.hits[index[..., 1], index[..., 0]])
