"""Opposing changes of values, counted during a running second."""

from __future__ import annotations

import math

import numpy as np

from corticast.core.model.types import BoolArray, Float32Array, IntpArray, UInt8Array

# A flash is a pair of opposing changes of at least this much of the largest relative luminance, the darker state below
# 0.80 (WCAG 2.2, "general flash"; ITU-R BT.1702: 20 of 200 cd/m², the darker state below 160).
LUMINANCE_STEP, DARK = 0.1, 0.8
# (R - G - B) * 320 of saturated red changes by more than 20 (WCAG 2.1).
RED_STEP = 20.0


class Transitions:
    """Counts opposing changes of values during the last second.

    A value rises or falls from its latest extreme. A change counts once it reaches the step; then only a change in the
    other direction can count.

    Parameters
    ----------
    n_samples : samples of a second
    step : least change that counts, of all values or of each
    dark : the darker state lies below, of all values or of each

    Attributes
    ----------
    counts : (n,) uint8, changes during the last second
    """

    def __init__(self, n_samples: int, step: float | Float32Array, dark: float | Float32Array = math.inf) -> None:
        self._n_samples = n_samples
        self._step, self._dark = (np.atleast_1d(np.asarray(each, dtype=np.float32)) for each in (step, dark))
        self._low = self._high = np.zeros(0, dtype=np.float32)
        self._rose = self._fell = np.zeros(0, dtype=bool)
        # Which values changed in each sample of the last second, and the place of the oldest one.
        self._recent, self._oldest = np.zeros((n_samples, 0), dtype=bool), 0
        # Samples since a value changed.
        self._n_quiet = n_samples
        self.counts: UInt8Array = np.zeros(0, dtype=np.uint8)

    def push(self, values: Float32Array | None) -> None:
        """Take in the next (n,) float32 values; None repeats the latest ones."""
        if values is not None:
            self.push_all(values[None])
        elif self._n_quiet < self._n_samples:
            self._count(np.zeros((1, len(self.counts)), dtype=bool))

    def push_all(self, values: Float32Array) -> UInt8Array:
        """Take in values of several samples of a second at most.

        Parameters
        ----------
        values : (b, n) float32

        Returns
        -------
        (b, n) uint8, changes during the second before each sample
        """
        if not len(self._low):
            self._begin(values[0])
        return self._count(self._changes(values))

    def _begin(self, values: Float32Array) -> None:
        n = len(values)
        self._low, self._high = values.copy(), values.copy()
        self._step, self._dark = (np.broadcast_to(each, n) for each in (self._step, self._dark))
        self._rose, self._fell = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        self._recent = np.zeros((self._n_samples, n), dtype=bool)
        self.counts = np.zeros(n, dtype=np.uint8)

    def _count(self, changes: BoolArray) -> UInt8Array:
        """Counts with the (b, n) changes of the next samples."""
        b = len(changes)
        self._n_quiet = 0 if changes.any() else self._n_quiet + b
        if self._n_quiet >= self._n_samples + b:
            return np.zeros(changes.shape, dtype=np.uint8)
        rows = (self._oldest + np.arange(b)) % self._n_samples
        counts = np.empty(changes.shape, dtype=np.uint8)
        latest = self.counts
        for row, count, more in zip(rows.tolist(), counts, changes.view(np.uint8), strict=True):
            np.subtract(latest, self._recent[row].view(np.uint8), out=count)
            latest = np.add(count, more, out=count)
        self._recent[rows], self._oldest = changes, (self._oldest + b) % self._n_samples
        self.counts = latest.copy()
        return counts

    def _changes(self, values: Float32Array) -> BoolArray:
        """(b, n) bool, which of the values change so that the change counts."""
        changes = np.zeros(values.shape, dtype=bool)
        low, high = np.minimum(self._low, values.min(axis=0)), np.maximum(self._high, values.max(axis=0))
        # Values between these change by no step.
        may_change, has_changed = high - low >= self._step, self._rose | self._fell
        for own, follow in (may_change & ~has_changed, self._first), (may_change & has_changed, self._next):
            numbers = np.flatnonzero(own)
            if len(numbers):
                low[numbers], high[numbers] = follow(values[:, numbers], numbers, changes)
        self._low, self._high = low, high
        return changes

    def _first(self, values: Float32Array, numbers: IntpArray, changes: BoolArray) -> tuple[Float32Array, Float32Array]:
        """Mark the changes of values that have neither risen nor fallen yet; give their extremes."""
        low, high = self._low[numbers], self._high[numbers]
        rose, fell = self._rose[numbers], self._fell[numbers]
        step, dark = self._step[numbers], self._dark[numbers]
        for value, changed in zip(values, changes, strict=True):
            np.minimum(low, value, out=low)
            np.maximum(high, value, out=high)
            rises = (value - low >= step) & (low < dark) & ~rose
            falls = (high - value >= step) & (value < dark) & ~fell
            found = (rises | falls).nonzero()[0]
            rose[found], fell[found] = rises[found], falls[found]
            low[found] = high[found] = value[found]
            changed[numbers[found]] = True
        self._rose[numbers], self._fell[numbers] = rose, fell
        return low, high

    def _next(self, values: Float32Array, numbers: IntpArray, changes: BoolArray) -> tuple[Float32Array, Float32Array]:
        """Mark the changes of values that rose or fell before; give the extreme since then, as the low and the high."""
        step, dark = self._step[numbers], self._dark[numbers]
        # A value that rose falls next: with its sign turned, the value rises from its least.
        sign = np.where(self._rose[numbers], np.float32(-1), np.float32(1))
        least = np.where(self._rose[numbers], -self._high[numbers], self._low[numbers])
        turned, way = np.empty_like(least), np.empty_like(least)
        for value, changed in zip(values, changes, strict=True):
            np.minimum(least, np.multiply(value, sign, out=turned), out=least)
            found = (np.subtract(turned, least, out=way) >= step).nonzero()[0]
            if len(found):
                darker = np.where(sign[found] > 0, least[found], value[found])
                found = found[darker < dark[found]]
                sign[found] *= -1
                least[found] = value[found] * sign[found]
                changed[numbers[found]] = True
        self._rose[numbers], self._fell[numbers] = sign < 0, sign > 0
        least *= sign
        return least, least
