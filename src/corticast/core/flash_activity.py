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

from corticast.core.flash_fields import Fields, FieldSums
from corticast.core.flash_reach import ROUNDING, Reach, ReachedCells
from corticast.core.flash_strictness import AS_WRITTEN, Blocks, Strictness
from corticast.core.flashes import FRONT_ROW, SEQUENCE_CHANGES, fields_of, sample_size
from corticast.core.model.types import BoolArray, Float32Array, IntpArray

# Contacts at rest are as large as those of a hundredth of full activity.
_LEAST_SHARE = 0.01
# Single precision of activity.
_PRECISION = 1e-5
# Samples that are looked at first: many films that flash do so at once. Then twice as many each time, up to this many
# numbers, samples by cells, which stay in the processor's cache.
_FIRST_TOGETHER = 32
_MOST_NUMBERS = 1_000_000


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
    most_together = max(_MOST_NUMBERS // len(reached.cells), 1)
    before = np.zeros((n_samples - 1, cells.n), dtype=bool)
    for peaks in _peaks(activity, most_together):
        changed = cells.changed(peaks)
        if blocks.fill(changed if blocks is cells else blocks.changed(peaks), least):
            return True
        recent = np.concatenate([before, changed])
        if cells.fill(_counts(recent, n_samples) >= SEQUENCE_CHANGES, least):
            return True
        before = recent[len(recent) - len(before) :]
    return False


def _peaks(activity: Iterable[Float32Array], most_together: int) -> Iterator[Float32Array]:
    """(k, n_contacts) float32 each: larger magnitude of two frames that follow one another, -1 where they are equal."""
    frames, n_together = iter(activity), min(_FIRST_TOGETHER, most_together)
    latest = list(islice(frames, 1))
    while more := list(islice(frames, n_together)):
        values = np.stack(latest + more)
        latest, n_together = more[-1:], min(2 * n_together, most_together)
        shares = np.maximum(np.abs(values), np.float32(_LEAST_SHARE))
        peaks = np.maximum(shares[:-1], shares[1:]) + np.float32(_PRECISION)
        yield np.where(values[:-1] == values[1:], np.float32(-1), peaks).astype(np.float32)


def _counts(changed: BoolArray, n_samples: int) -> IntpArray:
    """(k, n), changes within each full second of samples, given by changes of (n_samples - 1 + k, n)."""
    ones = changed.view(np.uint8)
    kind = np.uint8 if n_samples <= np.iinfo(np.uint8).max else np.intp
    counts = np.empty((len(ones) - n_samples + 1, ones.shape[1]), dtype=kind)
    counts[0] = ones[:n_samples].sum(axis=0, dtype=kind)
    for number in range(1, len(counts)):
        np.add(counts[number - 1], ones[number + n_samples - 1], out=counts[number])
        counts[number] -= ones[number - 1]
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
        self._sums = FieldSums(fields, np.flatnonzero(np.isin(part_of_cell, numbers)))
        # Place among the parts of each cell that is summed.
        self._places = np.searchsorted(numbers, part_of_cell[self._sums.cells])

    def changed(self, peaks: Float32Array) -> BoolArray:
        """(k, n) bool, parts that may change, given by (k, n_contacts) peaks of activity."""
        at_any_time = np.full((len(peaks), 1), np.inf, dtype=np.float32)
        # A row of -1 takes the last column.
        reaches = np.concatenate([peaks, at_any_time], axis=1)[:, self._rows] >= self._shares
        changed: BoolArray = np.logical_or.reduceat(reaches, self._firsts, axis=1)
        return changed

    def fill(self, parts: BoolArray, least: float) -> bool:
        """Whether (k, n) parts fill a share of a field in one of k samples."""
        return bool(self._sums.means(parts[:, self._places]).max(initial=0.0) >= least)
