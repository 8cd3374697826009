"""Cameras that look at the head from outside.

A camera sees the world in parallel projection. Its own axes are *right* and *up* in the picture, and *towards* the
viewer; all three are unit vectors in RAS+ world space.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Float64Array

# Letters of the two ends of each world axis.
AXIS_ENDS = (("L", "R"), ("P", "A"), ("I", "S"))

# An axis that leaves the edge by more than some 20 degrees is named beside the one that is nearest to it.
_LEAST_SHARE = 0.35


@dataclass(frozen=True, eq=False)
class Camera:
    """A parallel projection of the world.

    Parameters
    ----------
    azimuth_deg : of the viewer about the vertical, counterclockwise seen from above: 0 on the right of the head, 90
        before the face, 180 on the left, -90 behind
    elevation_deg : of the viewer above the horizontal, -90 to 90
    centre_mm : (3,) world point in the middle of the picture
    """

    azimuth_deg: float
    elevation_deg: float
    centre_mm: Float64Array

    @cached_property
    def axes(self) -> Float64Array:
        """(3, 3) float64, rows: unit vectors to the right, up, and towards the viewer."""
        azimuth, elevation = np.deg2rad([self.azimuth_deg, self.elevation_deg])
        right = np.array([-np.sin(azimuth), np.cos(azimuth), 0.0])
        flat = np.array([np.cos(azimuth), np.sin(azimuth), 0.0])
        vertical = np.array([0.0, 0.0, 1.0])
        towards = np.cos(elevation) * flat + np.sin(elevation) * vertical
        # Views along an axis are free of what rounding leaves of the others.
        axes = np.stack([right, np.cross(towards, right), towards])
        axes[np.abs(axes) < 1e-12] = 0.0
        return axes

    def seen(self, pos_mm: npt.ArrayLike) -> Float64Array:
        """Points in the camera's own axes.

        Parameters
        ----------
        pos_mm : (..., 3) world mm

        Returns
        -------
        (..., 3) float64 mm from the centre: to the right, up, and towards the viewer
        """
        return np.asarray((np.asarray(pos_mm, dtype=np.float64) - self.centre_mm) @ self.axes.T)

    def turned(self, degrees: float) -> Camera:
        """The camera after it has gone about the vertical, counterclockwise seen from above."""
        return replace(self, azimuth_deg=self.azimuth_deg + degrees)

    @cached_property
    def letters(self) -> tuple[str, str, str, str]:
        """Sides at the left, right, top and bottom: one letter, or two, the nearer first."""
        return letters_of(self.axes[0], self.axes[1])


def letters_of(right: Float64Array, up: Float64Array) -> tuple[str, str, str, str]:
    """Sides at the left, right, top and bottom: one letter, or two, the nearer first.

    Parameters
    ----------
    right, up : (3,) float64 unit vectors in RAS+ world space
    """
    return _letters(-right), _letters(right), _letters(up), _letters(-up)


def _letters(direction: Float64Array) -> str:
    shares = np.abs(direction)
    nearest = [axis for axis in np.argsort(-shares, kind="stable") if shares[axis] > _LEAST_SHARE][:2]
    return "".join(AXIS_ENDS[axis][int(direction[axis] > 0)] for axis in nearest)


# Where the viewer stands in views along an axis: azimuth and elevation in degrees. From above and from below the face
# is at the top.
NAMED_VIEWS: dict[str, tuple[float, float]] = {
    "left lateral": (180.0, 0.0),
    "right lateral": (0.0, 0.0),
    "anterior": (90.0, 0.0),
    "posterior": (-90.0, 0.0),
    "superior": (-90.0, 90.0),
    "inferior": (90.0, -90.0),
}

# Before the face at one side, and a little above.
OBLIQUE_VIEWS: dict[str, tuple[float, float]] = {"left": (150.0, 20.0), "right": (30.0, 20.0)}
