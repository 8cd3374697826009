"""Leaders: thin lines from contacts to their names. Twin of shaders/pass/leaders.frag."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Float64Array

# Width in pixels of a frame whose shorter side is 1080, and the least one.
LEADER_PX, LEAST_LEADER_PX = 1.5, 1.0
OPACITY = 0.9
# Width of the rim at each side of a line, which keeps the line visible on any ground, and its opacity.
RIM_PX, RIM_OPACITY = 0.75, 0.6


def coverage(across_px: npt.ArrayLike, width_px: float) -> Float64Array:
    """Share of a pixel that a line covers, by the distance of the pixel's centre from the middle of the line."""
    return np.clip(width_px / 2 + 0.5 - np.abs(np.asarray(across_px, dtype=np.float64)), 0.0, 1.0)


def corners(lines: Float64Array, width_px: float) -> tuple[Float64Array, Float64Array]:
    """Quads around lines with their rims.

    Parameters
    ----------
    lines : (k, 2, 2) float64, ends in pixels, edges at integers

    Returns
    -------
    (k, 4, 2) corners in pixels, and (k, 4) pixels from the middle of the line, in the order of `UNIT_CORNERS`
    """
    along = lines[:, 1] - lines[:, 0]
    length = np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1) / length
    half = width_px / 2 + RIM_PX + 1.0
    sides = np.array([-half, half, half, -half])
    ends = lines[:, [0, 0, 1, 1]]
    return ends + sides[None, :, None] * normal[:, None], np.tile(sides, (len(lines), 1))
