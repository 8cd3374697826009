"""How far contacts stand from their neighbours in space."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from corticast.core.model.types import Float64Array

# Contacts of the usual group count. A group whose contacts stand much nearer, such as a bundle of microwires at the tip
# of a shaft or an array of needles beside grids, would shrink all others to dots.
_LEAST_SHARE = 0.2

# Rows of the matrix of distances that are held at a time.
_ROWS = 256


def nearest_distances(pos: Float64Array) -> Float64Array:
    """Distance of each point from its nearest other one.

    Parameters
    ----------
    pos : (n, 2 or 3) float64, finite

    Returns
    -------
    (n,) float64 in the unit of `pos`; infinite for a single point
    """
    n = len(pos)
    nearest = np.full(n, np.inf)
    for first in range(0, n, _ROWS):
        rows = np.arange(first, min(first + _ROWS, n))
        squares = ((pos[rows, None] - pos[None]) ** 2).sum(axis=2)
        squares[np.arange(len(rows)), rows] = np.inf
        nearest[rows] = np.sqrt(squares.min(axis=1))
    return nearest


def neighbour_spacing(pos: Float64Array, groups: Sequence[str], subjects: Sequence[str] = ()) -> float | None:
    """Spacing of neighbouring contacts.

    Each group has a spacing: the median distance of its contacts from their nearest neighbour in the group. The
    spacing is the smallest one among the groups, or the median distance of all contacts from their nearest neighbour,
    if that one is smaller. Groups that stand nearer than a fifth of the usual spacing do not count. Contacts at the
    same place count as one. Contacts of another subject are no neighbours, and the smallest spacing of the subjects
    counts.

    Parameters
    ----------
    pos : (n, 2 or 3) float64, pixels of a picture or RAS+ mm, NaN where missing
    groups : group of each contact; those of several subjects differ
    subjects : subject of each contact; empty for one subject

    Returns
    -------
    in the unit of `pos`; None without two contacts at different places
    """
    pos = np.asarray(pos, dtype=np.float64)
    return _spacing(pos.tobytes(), pos.shape[1], tuple(groups), tuple(subjects))


@lru_cache(maxsize=8)
def _spacing(content: bytes, n_axes: int, groups: tuple[str, ...], subjects: tuple[str, ...]) -> float | None:
    """The spacing of contacts, once for the same places and groups: each layout asks several times."""
    pos = np.frombuffer(content).reshape(-1, n_axes)
    present = np.isfinite(pos).all(axis=1)
    places_of: dict[tuple[str, str], list[Float64Array]] = {}
    owners = subjects or ("",) * len(groups)
    for row in np.flatnonzero(present):
        places_of.setdefault((owners[row], groups[row]), []).append(pos[row])
    distinct = {group: np.unique(places, axis=0) for group, places in places_of.items()}
    own = {group: _median(places) for group, places in distinct.items() if len(places) > 1}
    usual = float(np.median(np.repeat(list(own.values()), [len(distinct[group]) for group in own]))) if own else 0.0
    counted = [group for group in distinct if group not in own or own[group] >= _LEAST_SHARE * usual]
    together = [
        np.unique(np.concatenate([distinct[group] for group in counted if group[0] == owner]), axis=0)
        for owner in dict.fromkeys(owner for owner, _ in counted)
    ]
    found = [_median(places) for places in together if len(places) > 1]
    return min([*found, *(own[group] for group in counted if group in own)], default=None)


def _median(places: Float64Array) -> float:
    return float(np.median(nearest_distances(places)))
