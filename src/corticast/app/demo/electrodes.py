"""The demo's electrodes: an ECoG grid and two sEEG shafts, placed on a template brain by geometry."""

from __future__ import annotations

import numpy as np

from corticast.core.geometry.affines import apply_affine
from corticast.core.model.types import Electrodes, Float64Array, Volume

SPACE = "MNI152NLin2009aSym"

_GRID_SIDE = 8
_GRID_SPACING_MM = 9.0
_GRID_ABOVE_BRAIN_MM = 1.5
# Middle of the grid: on the left, over the sylvian fissure.
_GRID_TOWARDS_MM = np.array([-65.0, -14.0, 18.0])

# Name, entry in the right temporal or frontal lobe, target, number of contacts, spacing: hippocampus and insula.
_SHAFTS = (
    ("RH", np.array([68.0, -22.0, -12.0]), np.array([22.0, -20.0, -18.0]), 12, 3.5),
    ("RI", np.array([58.0, 8.0, 10.0]), np.array([22.0, 10.0, 12.0]), 10, 3.5),
)

# A voxel of a brain-extracted T1w counts as brain from this share of the brightest voxel on.
_BRAIN_LEVEL = 0.25

# The hull takes the largest radius within this angle, so it spans the sulci.
_HULL_CONE_RAD = np.deg2rad(7.0)


def demo_electrodes(brain: Volume) -> Electrodes:
    """A grid of 8 x 8 contacts along the left hemisphere, and two straight shafts on the right.

    Parameters
    ----------
    brain : brain-extracted template in MNI space

    Returns
    -------
    Electrodes in MNI space, named G1 … G64, RH1 … RH12 and RI1 … RI10; shafts are numbered from the target
    """
    names = [f"G{number}" for number in range(1, _GRID_SIDE**2 + 1)]
    parts = [_grid(_Hull(brain))]
    for name, entry, target, n, spacing_mm in _SHAFTS:
        direction = (entry - target) / np.linalg.norm(entry - target)
        parts.append(target + direction * (spacing_mm * np.arange(n))[:, None])
        names += [f"{name}{number}" for number in range(1, n + 1)]
    groups = tuple("grid" if name.startswith("G") else name[:2] for name in names)
    return Electrodes(tuple(names), np.concatenate(parts), "world", SPACE, columns={"group": groups})


class _Hull:
    """The outer surface of the brain, as seen from its middle.

    Parameters
    ----------
    brain : brain-extracted volume
    """

    def __init__(self, brain: Volume) -> None:
        self._inside = brain.voxels > _BRAIN_LEVEL * float(brain.voxels.max())
        self._inverse = np.linalg.inv(brain.affine)
        voxels = np.argwhere(self._inside)
        self.centre_mm = apply_affine(brain.affine, voxels.mean(axis=0))
        self._radii_mm = np.arange(110.0, 20.0, -0.5)

    def project(self, point_mm: Float64Array) -> Float64Array:
        """Project a point onto the surface along the ray from the middle."""
        direction = (point_mm - self.centre_mm) / np.linalg.norm(point_mm - self.centre_mm)
        across = np.linalg.svd(direction[None])[2][1:]
        angles = np.linspace(0, 2 * np.pi, 8, endpoint=False)
        ring = np.cos(angles)[:, None] * across[0] + np.sin(angles)[:, None] * across[1]
        around = np.vstack([direction, direction + np.tan(_HULL_CONE_RAD) * ring])
        radius = max(self._radius_mm(ray / np.linalg.norm(ray)) for ray in around)
        return np.asarray(self.centre_mm + (radius + _GRID_ABOVE_BRAIN_MM) * direction)

    def _radius_mm(self, direction: Float64Array) -> float:
        """Radius at which a ray from outside first meets the brain."""
        points = self.centre_mm + self._radii_mm[:, None] * direction
        index = np.rint(apply_affine(self._inverse, points)).astype(int)
        valid = ((index >= 0) & (index < self._inside.shape)).all(axis=1)
        hit = np.zeros(len(points), dtype=bool)
        hit[valid] = self._inside[tuple(index[valid].T)]
        return float(self._radii_mm[np.argmax(hit)])


def _grid(hull: _Hull) -> Float64Array:
    """Contacts of the grid, row by row from the top, each row from the front."""
    middle = hull.project(_GRID_TOWARDS_MM)
    forwards, upwards = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])
    half = (_GRID_SIDE - 1) / 2
    # First a column of contacts through the middle, then a row to the front and to the back from each.
    spine = [_walk(hull, middle, upwards, (half - row) * _GRID_SPACING_MM) for row in range(_GRID_SIDE)]
    return np.array(
        [
            _walk(hull, point, forwards, (half - column) * _GRID_SPACING_MM)
            for point in spine
            for column in range(_GRID_SIDE)
        ]
    )


def _walk(hull: _Hull, start_mm: Float64Array, direction: Float64Array, length_mm: float) -> Float64Array:
    """Walk along the surface in steps of half a spacing. A negative length walks backwards."""
    point = start_mm
    step_mm = _GRID_SPACING_MM / 2 * np.sign(length_mm)
    for _ in range(round(abs(length_mm) / (_GRID_SPACING_MM / 2))):
        outwards = (point - hull.centre_mm) / np.linalg.norm(point - hull.centre_mm)
        tangent = direction - (direction @ outwards) * outwards
        point = hull.project(point + step_mm * tangent / np.linalg.norm(tangent))
    return point
