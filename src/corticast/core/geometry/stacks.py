"""Contacts that stand behind one another in a panel, such as those of a shaft seen end on: their outlines are thin.

Of a disc that is covered except for a sickle, a whole outline would hide the colour.
"""

from __future__ import annotations

import numpy as np

from corticast.core.model.types import Float64Array, IntpArray

# Contacts of a stack are neighbours in space: so many are asked.
_N_NEIGHBOURS = 8

# An outline takes this share of the distance to the next centre at most, but is no thinner than the second share of its
# own width: half a pixel separates two discs.
_MOST_OF_STEP, _LEAST_SHARE = 0.25, 0.25


def neighbours_in_space(pos_mm: Float64Array) -> IntpArray:
    """The nearest other contacts of each contact.

    Parameters
    ----------
    pos_mm : (n, 2 or 3) float64, finite

    Returns
    -------
    (n, k) intp rows, k at most 8
    """
    n = len(pos_mm)
    k = min(_N_NEIGHBOURS, max(n - 1, 0))
    found = np.zeros((n, k), dtype=np.intp)
    for row, place in enumerate(pos_mm):
        away = ((pos_mm - place) ** 2).sum(axis=1)
        away[row] = np.inf
        found[row] = np.argpartition(away, k - 1)[:k] if k else []
    return found


def outline_shares(centres_px: Float64Array, neighbours: IntpArray, outline_px: float) -> Float64Array:
    """Widths of outlines as shares of the usual one.

    Parameters
    ----------
    centres_px : (n, 2) float64
    neighbours : (n, k) intp rows of contacts that may stand in a stack with each
    outline_px : usual width

    Returns
    -------
    (n,) float64, 1 where the nearest neighbour stands apart
    """
    if not neighbours.size or outline_px <= 0:
        return np.ones(len(centres_px))
    step_px = np.linalg.norm(centres_px[neighbours] - centres_px[:, None], axis=2).min(axis=1)
    return np.asarray(np.clip(_MOST_OF_STEP * step_px / outline_px, _LEAST_SHARE, 1.0))
