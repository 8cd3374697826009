"""Whether the activity of a film makes a flash possible, found without drawing the film.

A cell changes from one sample to the next only if a contact whose activity changes reaches the cell in one of the two.
Two flashes are four changes within a second. So a film cannot flash if in each second the cells that may change four
times fill less than a quarter of every field, and if no sample may change a quarter of a field, as means ask for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import islice

import numpy as np

from corticast.core.flash_fields import Fields
from corticast.core.flash_reach import ROUNDING, Reach, ReachedCells
from corticast.core.flash_strictness import AS_WRITTEN, Blocks, Strictness
from corticast.core.flashes import FRONT_ROW, SEQUENCE_CHANGES, fields_of, sample_size
from corticast.core.model.types import BoolArray, Float32Array, IntpArray

# Contacts at rest are as large as those of a hundredth of full activity.
_LEAST_SHARE = 0.01
# Single precision of activity.
_PRECISION = 1e-5
# Numbers that are looked at together: samples by cells.
_MOST_NUMBERS = 4_000_000


def activity_can_flash(
    reach: Reach,
    activity: Iterable[Float32Array],
    rate_hz: Fraction | float,
    *,
    front_row: float = FRONT_ROW,
    strictness: Strictness = AS_WRITTEN,
) -> bool:
    """Whether the flash meter could find a flash in frames of some activity; false only where none can be.

    Parameters
    ----------
    reach : parts of the frames outside which no frame differs from another
    activity : (n_contacts,) float32 each, of the frames that give samples, in order
    rate_hz : samples per second
    front_row : screen widths between the screen and the nearest viewer, above 0
    strictness : of the meter
    """
    reached = reach.reached()
    if not len(reached.cells):
        return False
    size = sample_size(reach.frame_size)
    fields = fields_of(size, front_row)
    least = strictness.least_area - ROUNDING
    n_samples = max(round(float(rate_hz)), 1)
    cells = _Parts(reached, np.arange(size[0] * size[1]), fields)
    blocks = cells
    if strictness.block_px > 1:
        blocks = _Parts(reached, Blocks(size, reach.frame_size, strictness.block_px).of_cell.ravel(), fields)
    n_together = max(_MOST_NUMBERS // len(reached.cells), 1)
    before = np.zeros((n_samples - 1, cells.n), dtype=bool)
    for peaks in _peaks(activity, n_together):
        changed = cells.changed(peaks)
        if blocks.fill(changed if blocks is cells else blocks.changed(peaks), least):
            return True
        recent = np.concatenate([before, changed])
        if cells.fill(_counts(recent, n_samples) >= SEQUENCE_CHANGES, least):
            return True
        before = recent[len(recent) - len(before) :]
    return False


def _peaks(activity: Iterable[Float32Array], n_together: int) -> Iterator[Float32Array]:
    """(k, n_contacts) float32 each: larger magnitude of two frames that follow one another, -1 where they are equal."""
    frames = iter(activity)
    latest = list(islice(frames, 1))
    while more := list(islice(frames, n_together)):
        values = np.stack(latest + more)
        latest = more[-1:]
        shares = np.maximum(np.abs(values), np.float32(_LEAST_SHARE))
        peaks = np.maximum(shares[:-1], shares[1:]) + np.float32(_PRECISION)
        yield np.where(values[:-1] == values[1:], np.float32(-1), peaks).astype(np.float32)


def _counts(changed: BoolArray, n_samples: int) -> IntpArray:
    """(k, n) intp, changes within each full second of samples, given by changes of (n_samples - 1 + k, n)."""
    sums: IntpArray = np.cumsum(changed, axis=0, dtype=np.intp)
    counts = sums[n_samples - 1 :].copy()
    counts[1:] -= sums[: len(counts) - 1]
    return counts


class _Parts:
    """Cells, or blocks of cells, that contacts reach.

    Parameters
    ----------
    reached : cells by contact
    part_of_cell : (n_cells,) intp, number of the part that each cell of a sample belongs to
    fields : by reading

    Attributes
    ----------
    n : number of parts
    """

    def __init__(self, reached: ReachedCells, part_of_cell: IntpArray, fields: tuple[Fields, ...]) -> None:
        parts = part_of_cell[reached.cells]
        order = np.argsort(parts, kind="stable")
        self._rows, self._shares = reached.rows[order], reached.shares[order].astype(np.float32)
        numbers, self._firsts = np.unique(parts[order], return_index=True)
        self.n = len(numbers)
        self._weights = np.concatenate([_weights(numbers, part_of_cell, field) for field in fields], axis=1)

    def changed(self, peaks: Float32Array) -> BoolArray:
        """(k, n) bool, parts that may change, given by (k, n_contacts) peaks of activity."""
        at_any_time = np.full((len(peaks), 1), np.inf, dtype=np.float32)
        # A row of -1 takes the last column.
        reaches = np.concatenate([peaks, at_any_time], axis=1)[:, self._rows] >= self._shares
        changed: BoolArray = np.logical_or.reduceat(reaches, self._firsts, axis=1)
        return changed

    def fill(self, parts: BoolArray, least: float) -> bool:
        """Whether (k, n) parts fill a share of a field in one of k samples."""
        return bool((parts.astype(np.float32) @ self._weights).max(initial=0.0) >= least)


def _weights(numbers: IntpArray, part_of_cell: IntpArray, field: Fields) -> Float32Array:
    """(n, n_fields) float32, shares of the fields that parts fill, given by the numbers of the parts."""
    cells = np.flatnonzero(np.isin(part_of_cell, numbers))
    y, x = np.divmod(cells, field.columns.shape[0])
    shares = (field.rows.T[y][:, :, None] * field.columns[x][:, None, :]).reshape(len(cells), -1)
    order = np.argsort(part_of_cell[cells], kind="stable")
    firsts = np.searchsorted(part_of_cell[cells][order], numbers)
    return np.asarray(np.add.reduceat(shares[order], firsts, axis=0), dtype=np.float32)
