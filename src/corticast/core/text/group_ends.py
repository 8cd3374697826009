"""Ends of groups of contacts: which way a shaft or a strip leads out of the head."""

from __future__ import annotations

import numpy as np

from corticast.core.geometry.body import body_of
from corticast.core.model.scene import Scene
from corticast.core.model.types import BoolArray, Float64Array, IntpArray, PlacedElectrodes

# Contacts of a group lie on a line if they spread so much less across the line than along.
_THIN = 0.2


def outward(pos: Float64Array, groups: IntpArray, centre: Float64Array) -> Float64Array:
    """(n, d) float64, unit vectors along the line of each contact's group to the end that is far from a centre.

    NaN for contacts of groups that lie on no line, as those of a grid, and of groups with fewer than two positions.

    Parameters
    ----------
    pos : (n, d) float64, positions; NaN where unknown
    groups : (n,) intp, number of the group of each contact
    centre : (d,) float64, of the head
    """
    found = np.full(pos.shape, np.nan)
    known = np.isfinite(pos).all(axis=1)
    for group in np.unique(groups[known]):
        points = pos[known & (groups == group)]
        middle = points.mean(axis=0)
        _, spread, directions = np.linalg.svd(points - middle, full_matrices=False)
        if len(points) < 2 or spread[0] < 1e-9 or (spread[1:] > _THIN * spread[0]).any():
            continue
        along = (points - middle) @ directions[0]
        ends = middle + np.array([along.min(), along.max()])[:, None] * directions[0]
        first, last = np.linalg.norm(ends - centre, axis=1)
        found[groups == group] = directions[0] if last >= first else -directions[0]
    return found


def head_centre(scene: Scene, placed: PlacedElectrodes) -> Float64Array:
    """(d,) float64, middle of the head; that of the contacts where no volume is given."""
    if scene.volume is None:
        return np.asarray(np.nanmean(placed.pos, axis=0))
    return np.asarray(body_of(scene.volume, scene.surface_level).ends_mm(np.eye(3)).mean(axis=0))


def outermost(wanted: BoolArray, groups: IntpArray, away: Float64Array) -> BoolArray:
    """(n,) bool, the wanted contact of each group that lies farthest away.

    Parameters
    ----------
    away : (n,) float64, how far out each contact lies; NaN for contacts without a position
    """
    found = np.zeros(len(wanted), dtype=np.bool_)
    away = np.nan_to_num(away, nan=-np.inf)
    for group in np.unique(groups[wanted]):
        rows = np.flatnonzero(wanted & (groups == group))
        found[rows[np.argmax(away[rows])]] = True
    return found


def away_from_middle(centres: Float64Array, groups: IntpArray) -> Float64Array:
    """(n, 2) float64, the directions from the middle of each contact's group to the contact.

    Parameters
    ----------
    centres : (n_moments, n, 2) float64 pixels
    groups : (n,) intp
    """
    middles = centres.mean(axis=0)
    # Groups without a position have no middle.
    known = np.isfinite(middles).all(axis=1)
    counts = np.bincount(groups[known], minlength=groups.max() + 1)
    sums = [np.bincount(groups[known], middles[known, axis], len(counts)) for axis in (0, 1)]
    return np.asarray(middles - (np.stack(sums, axis=1) / np.maximum(counts, 1)[:, None])[groups])
