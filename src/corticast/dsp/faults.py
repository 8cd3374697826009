"""Channels that no analysis can use: they hold NaN, values beyond any unit, or no signal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from corticast.core.matching import some
from corticast.core.model.recording import Recording
from corticast.core.model.types import BoolArray, Float64Array, IntpArray
from corticast.errors import DataError

# No amplifier gives such values in any unit. Larger ones leave float32, or float64 when they are squared.
_LARGEST = 1e30
# Rounding alone makes filters respond to a channel of a single value, and a z-score would enlarge this response.
_LEAST_SPAN = 1e-30


def with_bad_found(recording: Recording) -> Recording:
    """Mark channels bad that hold NaN, infinite or impossibly large values, or a single value throughout.

    One such sample would spread through the filters to all samples of its channel, and through an average to all
    channels. The whole recording is read once; gaps in it are no fault.

    Raises
    ------
    DataError : every good channel is such a channel
    """
    good = np.flatnonzero(~recording.bad)
    found = _Found(len(good))
    for first, block in recording.known_blocks(good):
        found.look_at(first, block)
    kinds = {
        "channels with NaN or infinite values": found.not_finite,
        f"channels with impossible values, above {_LARGEST:g}": found.first_wrong >= 0,
        "flat channels, which hold a single value throughout": found.flat,
    }
    left = np.ones(len(good), dtype=bool)
    texts = []
    for kind, is_such in kinds.items():
        rows = np.flatnonzero(is_such & left)
        left &= ~is_such
        if len(rows):
            names = some([f"{recording.names[good[row]]}{found.time(row, recording.sample_rate)}" for row in rows])
            texts.append(f"{recording.name}: left out {kind}: {names}")
    if not texts:
        return recording
    if not left.any():
        raise DataError(f"{texts[0]}; no channel is left; give a recording without such values")
    bad = recording.bad.copy()
    bad[good[~left]] = True
    return replace(recording, bad=bad, warnings=(*recording.warnings, *texts))


class _Found:
    """What the samples of channels show, block by block.

    Attributes
    ----------
    not_finite : (n,) bool, channels with NaN or infinite values
    first_wrong : (n,) intp, first sample that is not finite or impossibly large; -1 without one
    """

    def __init__(self, n: int) -> None:
        self.not_finite: BoolArray = np.zeros(n, dtype=bool)
        self.first_wrong: IntpArray = np.full(n, -1, dtype=np.intp)
        self._lowest: Float64Array = np.full(n, np.inf)
        self._highest: Float64Array = np.full(n, -np.inf)

    def look_at(self, first: int, block: Float64Array) -> None:
        """Take in samples.

        Parameters
        ----------
        first : number of the first one
        block : (n, n_samples) float64
        """
        lowest, highest = block.min(axis=1), block.max(axis=1)
        # NaN compares false.
        is_right = (lowest >= -_LARGEST) & (highest <= _LARGEST)
        for row in np.flatnonzero(~is_right):
            if self.first_wrong[row] < 0:
                self.first_wrong[row] = first + int(np.argmax(~(np.abs(block[row]) <= _LARGEST)))
        self.not_finite |= ~(np.isfinite(lowest) & np.isfinite(highest))
        self._lowest, self._highest = np.minimum(self._lowest, lowest), np.maximum(self._highest, highest)

    @property
    def flat(self) -> BoolArray:
        """(n,) bool, channels of a single value."""
        with np.errstate(invalid="ignore", over="ignore"):
            return np.asarray(self._highest - self._lowest < _LEAST_SPAN)

    def time(self, row: np.intp, sample_rate: float) -> str:
        """When a channel is first wrong, for messages."""
        first = self.first_wrong[row]
        return f" (first at {first / sample_rate:.10g} s)" if first >= 0 else ""
