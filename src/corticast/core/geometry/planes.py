"""Planes in any position: an origin and two unit vectors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import numpy.typing as npt

from corticast.core.model.scene import Convention, SagittalNose
from corticast.core.model.types import Float64Array

# A line nearer to the vertical than so many degrees leaves the direction of a vertical plane to chance.
_STEEP_DEG = 20.0


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane of the world.

    Parameters
    ----------
    origin_mm : (3,) float64, RAS+ point of the plane
    right, up : (3,) float64 unit vectors in the plane, at right angles
    """

    origin_mm: Float64Array
    right: Float64Array
    up: Float64Array

    @cached_property
    def normal(self) -> Float64Array:
        """(3,) float64 unit vector."""
        return np.cross(self.right, self.up)

    @property
    def offset_mm(self) -> float:
        """Coordinate of the plane along its normal."""
        return float(self.origin_mm @ self.normal)

    def in_plane(self, pos_mm: npt.ArrayLike) -> Float64Array:
        """(n, 2) float64 mm to the right and up from the origin, of (n, 3) world mm."""
        return np.asarray((np.asarray(pos_mm, dtype=np.float64) - self.origin_mm) @ np.stack([self.right, self.up]).T)

    def distance_mm(self, pos_mm: npt.ArrayLike) -> Float64Array:
        """(n,) float64 mm from the plane along its normal, of (n, 3) world mm."""
        return np.asarray((np.asarray(pos_mm, dtype=np.float64) - self.origin_mm) @ self.normal)

    def section_mm(self, box_mm: Float64Array) -> Float64Array:
        """Rectangle of the plane that holds its section through a box.

        Parameters
        ----------
        box_mm : (2, 3) float64, least and greatest corner

        Returns
        -------
        (2, 2) float64, least and greatest mm to the right and up; (0, 2) where the plane misses the box
        """
        found = []
        for axis in range(3):
            others = [each for each in range(3) if each != axis]
            for corner in product((0, 1), repeat=2):
                # One of the four edges of the box along this axis.
                ends = box_mm.copy()
                ends[:, others] = box_mm[corner, others]
                low, high = self.distance_mm(ends)
                if low * high <= 0 and low != high:
                    found.append(ends[0] + (ends[1] - ends[0]) * low / (low - high))
        if not found:
            return np.zeros((0, 2))
        corners = self.in_plane(found)
        return np.stack([corners.min(axis=0), corners.max(axis=0)])


def line_of(pos_mm: Float64Array) -> tuple[Float64Array, Float64Array]:
    """The line with the least squared distances from points.

    Parameters
    ----------
    pos_mm : (n, 3) float64, at least two different points

    Returns
    -------
    origin, direction : (3,) float64, the points' centroid in mm, and a unit vector
    """
    centroid = pos_mm.mean(axis=0)
    return centroid, np.linalg.svd(pos_mm - centroid)[2][0]


def plane_through(pos_mm: Float64Array, convention: Convention, nose: SagittalNose) -> Plane:
    """The upright plane that holds the line through points.

    The plane is vertical, as coronal and sagittal slices are, and holds the line. About a steep line all planes are
    nearly vertical; then the plane is the one nearest to a coronal slice, or a sagittal one if the line lies better in
    it. A plane nearer to a coronal slice has its sides as `convention` says, any other has the nose as `nose` says.

    Parameters
    ----------
    pos_mm : (n, 3) float64, at least two different points
    """
    origin_mm, line = line_of(pos_mm)
    vertical = np.array([0.0, 0.0, 1.0])
    normal = np.cross(line, vertical)
    if np.linalg.norm(normal) < np.sin(np.deg2rad(_STEEP_DEG)):
        axis = 0 if abs(line[0]) < abs(line[1]) else 1
        normal = np.eye(3)[axis] - line[axis] * line
    normal = normal / np.linalg.norm(normal)
    up = vertical - (vertical @ normal) * normal
    up /= np.linalg.norm(up)
    right = np.cross(up, normal)
    is_coronal = abs(right[0]) >= abs(right[1])
    mirrored = convention == "radiological" if is_coronal else nose == "left"
    # Neurological pictures have the right of the head, or its nose, at their right.
    if (right[0 if is_coronal else 1] < 0) != mirrored:
        right = -right
    return Plane(origin_mm, right, up)
