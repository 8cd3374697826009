"""Which contacts of a view lie on the surface of a head, by the first hits of its rays."""

from __future__ import annotations

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

# Contacts under the surface show through the near half of the head. Beyond the middle they fade within this distance.
BEYOND_MM = 5.0


def ghost_share(depth_mm: Float64Array, scale: float = 1.0) -> Float64Array:
    """Share of a ghost's opacity in a view of a surface: the head hides contacts of the far half.

    Twin of `ghost_share` in shaders/pass/sprites.vert.

    Parameters
    ----------
    depth_mm : (n,) float64, towards the viewer from the middle of the head
    scale : factor on the depths of a human head
    """
    return np.asarray(np.clip(1 + depth_mm / (scale * BEYOND_MM), 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class SurfaceHits:
    """First hits of a view's rays.

    Parameters
    ----------
    hits : (rows, columns, 4) float32: depth in mm towards the viewer, a share, 1 where the ray hits the surface
    view_size : width, height of the view in pixels
    around_px : how far around a contact the surface is looked up, in pixels
    scale : factor on the depths of a human head
    """

    hits: Float32Array
    view_size: tuple[int, int]
    around_px: float
    scale: float = 1.0

    def are_on_surface(self, place_px: Float64Array, depth_mm: Float64Array) -> BoolArray:
        """Whether contacts lie before the surface, on it, or not far under it somewhere about.

        Twin of `is_on_surface` in shaders/pass/sprites.vert.

        Parameters
        ----------
        place_px : (n, 2) float64, column and row in the view, edges at integers
        depth_mm : (n,) float64, towards the viewer
        """
        before = self._at(place_px)
        steps = [(column, row) for row in (-1, 0, 1) for column in (-1, 0, 1)]
        about = np.stack([self._at(place_px + self.around_px * np.array(step)) for step in steps])
        near = ((about[..., 2] > 0.5) & (depth_mm >= about[..., 0] - self.scale * SUNK_MM)).any(axis=0)
        is_hit = before[:, 2] >= 0.5
        return np.asarray(~is_hit | ((depth_mm >= before[:, 0] - self.scale * DEEP_MM) & near))

    def _at(self, place_px: Float64Array) -> Float32Array:
        """(n, 4) hits at places; those beside the view are of its nearest pixel."""
        rows, columns = self.hits.shape[:2]
        texel = np.floor(place_px / self.view_size * (columns, rows))
        column, row = np.clip(np.nan_to_num(texel), 0, (columns - 1, rows - 1)).astype(np.intp).T
        return np.asarray(self.hits[row, column])
