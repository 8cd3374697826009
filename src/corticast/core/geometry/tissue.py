"""Which contacts the surface of a volume hides from a viewer, by the tissue along the lines of sight."""

from __future__ import annotations

import numpy as np

from corticast.core.geometry.affines import apply_affine
from corticast.core.geometry.camera import Camera
from corticast.core.geometry.head import luma_of
from corticast.core.geometry.head_scale import head_scale, longest_mm
from corticast.core.geometry.surface_hits import AROUND_MM, DEEP_MM, SUNK_MM
from corticast.core.model.types import BoolArray, Float64Array, Volume

# Steps along a line of sight in a human head, and how far it is looked for tissue, at least the volume's longest edge.
_STEP_MM, _FARTHEST_MM = 1.5, 260.0


def are_on_surface(volume: Volume, level: float, camera: Camera, pos_mm: Float64Array) -> BoolArray:
    """Whether contacts lie before the surface, on it, or not far under it somewhere about.

    As `SurfaceHits.are_on_surface`, without rays: tissue far above a contact hides the contact.

    Parameters
    ----------
    volume : of grey values, or of colours, whose luma counts
    level : scaled value at its surface, or luma
    camera : of the viewer
    pos_mm : (n, 3) float64 RAS+ mm, NaN where missing
    """
    right, up, towards = camera.axes
    scale = head_scale(volume)
    steps = np.arange(scale * SUNK_MM, max(scale * _FARTHEST_MM, longest_mm(volume)), scale * _STEP_MM)
    inverse = np.linalg.inv(volume.affine)
    along = steps[:, None] * (inverse[:3, :3] @ towards)

    def tissue_before(from_mm: Float64Array) -> BoolArray:
        """(..., n_steps) bool, steps at which tissue lies on the lines of sight."""
        starts = apply_affine(inverse, from_mm)
        return np.asarray(_values(volume, starts[..., None, :] + along) >= level)

    known = np.flatnonzero(np.isfinite(pos_mm).all(axis=1))
    is_tissue = tissue_before(pos_mm[known])
    is_free: BoolArray = np.asarray(~is_tissue.any(axis=1))
    # Of contacts under a little tissue, lines about them decide.
    doubtful = np.flatnonzero(~is_free & ~is_tissue[:, steps >= scale * DEEP_MM].any(axis=1))
    about = np.array([scale * AROUND_MM * (x * right + y * up) for y in (-1, 0, 1) for x in (-1, 0, 1) if x or y])
    is_free[doubtful] = ~tissue_before(pos_mm[known[doubtful]] + about[:, None]).any(axis=2).all(axis=0)
    seen = np.zeros(len(pos_mm), dtype=np.bool_)
    seen[known] = is_free
    return seen


def _values(volume: Volume, places: Float64Array) -> Float64Array:
    """Scaled values, or luma, of the voxels nearest to (..., 3) places in voxels; minus infinity beside the volume."""
    index = np.rint(places.reshape(-1, 3)).astype(np.intp)
    inside = np.flatnonzero(((index >= 0) & (index < volume.shape)).all(axis=1))
    i, j, k = index[inside].T
    stored = volume.voxels[i, j, k]
    found = luma_of(stored) if volume.is_rgb else stored.astype(np.float64) * volume.slope + volume.inter
    values = np.full(len(index), -np.inf)
    values[inside] = np.where(np.isfinite(found), found, -np.inf)
    return values.reshape(places.shape[:-1])
