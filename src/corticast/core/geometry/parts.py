"""Connected parts and holes in yes and no, without SciPy: its image functions take longer to import than to run."""

from __future__ import annotations

import numpy as np

from corticast.core.model.types import BoolArray, IntpArray


def largest_part(filled: BoolArray, least_share: float = 0.0) -> BoolArray:
    """The largest part whose voxels are connected through faces; all parts where none is large enough.

    Voxels of a row that follow one another are a run. Runs of neighbouring rows that share a face are of one part.

    Parameters
    ----------
    filled : (nx, ny, nz) bool
    least_share : of all filled voxels, that the largest part must hold
    """
    # Rows along the axis whose voxels lie side by side in memory; each ends with an empty voxel.
    axes = np.argsort(filled.strides)[::-1]
    rows = np.zeros((*np.array(filled.shape)[axes[:2]], filled.shape[axes[2]] + 1), dtype=np.bool_)
    rows[:, :, :-1] = filled.transpose(axes)
    flat = rows.reshape(-1)
    turns = np.flatnonzero(np.diff(flat, prepend=False))
    starts, stops = turns[::2], turns[1::2]
    part_of_run = _parts(len(starts), *_neighbours(rows, starts))
    sizes = np.bincount(part_of_run, weights=stops - starts)
    if np.count_nonzero(sizes) < 2 or sizes.max() < least_share * sizes.sum():
        return filled
    kept = np.repeat(part_of_run == sizes.argmax(), stops - starts)
    flat[flat] = kept
    return np.ascontiguousarray(rows[:, :, :-1]).transpose(np.argsort(axes))


def without_holes(filled: BoolArray) -> BoolArray:
    """A plane whose holes are filled: empty cells that do not reach its edge through sides of empty cells.

    Parameters
    ----------
    filled : (n_rows, n_columns) bool
    """
    # The plane lies in an empty margin. Its empty cells, the margin's too, are runs; each row ends with a filled cell.
    empty = np.zeros((1, filled.shape[0] + 2, filled.shape[1] + 3), dtype=np.bool_)
    empty[:, :, :-1] = True
    empty[0, 1:-1, 1:-2] = ~filled
    flat = empty.reshape(-1)
    turns = np.flatnonzero(np.diff(flat, prepend=False))
    starts, stops = turns[::2], turns[1::2]
    # The first run is the upper margin, and the lowest number of its part.
    flat[flat] = np.repeat(_parts(len(starts), *_neighbours(empty, starts)) == 0, stops - starts)
    return ~empty[0, 1:-1, 1:-2]


def _neighbours(rows: BoolArray, starts: IntpArray) -> tuple[IntpArray, IntpArray]:
    """Numbers of runs in neighbouring rows that share a face: those before, and those after."""
    before, after = [], []
    for axis in (0, 1):
        step = rows.strides[axis]
        both = np.zeros_like(rows)
        low, high = [slice(None)] * 3, [slice(None)] * 3
        low[axis], high[axis] = slice(None, -1), slice(1, None)
        np.logical_and(rows[tuple(low)], rows[tuple(high)], out=both[tuple(low)])
        # One voxel of each stretch that two runs share.
        places = np.flatnonzero(np.diff(both.reshape(-1), prepend=False))[::2]
        before.append(np.searchsorted(starts, places, side="right") - 1)
        after.append(np.searchsorted(starts, places + step, side="right") - 1)
    return np.concatenate(before), np.concatenate(after)


def _parts(n: int, one: IntpArray, other: IntpArray) -> IntpArray:
    """(n,) for each run the lowest number of a run of its part; runs `one` and `other` are neighbours."""
    lowest = np.arange(n)
    while len(one):
        first, second = lowest[one], lowest[other]
        np.minimum.at(lowest, np.maximum(first, second), np.minimum(first, second))
        # Each run now points to a lower one of its part: follow them to the end.
        while (further := lowest[lowest]).tobytes() != lowest.tobytes():
            lowest = further
        apart = lowest[one] != lowest[other]
        one, other = one[apart], other[apart]
    return lowest
