"""Measures flashes frame by frame, see `corticast.core.flashes`; a frame costs by the cells that change."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from corticast.core.flash_counting import (
    DARK,
    LUMINANCE_STEP,
    RED_STEP,
    ChangedCells,
    Fields,
    Transitions,
    luminance_and_red,
)
from corticast.core.flash_strictness import AS_WRITTEN, Blocks, Strictness
from corticast.core.flashes import (
    FRONT_ROW,
    GUIDELINES,
    KINDS,
    LEAST_AREA,
    SEQUENCE_CHANGES,
    Flashes,
    FlashSample,
    Kind,
    fields_of,
    flashes_of,
)
from corticast.core.model.types import BoolArray, Float32Array, IntpArray, UInt8Array
from corticast.core.patterns import pattern_share

# Patterns are looked for this often, and must last.
_PATTERNS_EVERY_S = 1


class _Channel:
    """Changes of luminance or of red, by cells and by means of fields.

    Parameters
    ----------
    kind : luminance or red
    size : width, height of the grid
    fields : by reading
    n_samples : samples of a second
    strictness : see `Strictness`
    blocks : cells that count as changed together; None where each counts alone
    """

    def __init__(
        self,
        kind: Kind,
        size: tuple[int, int],
        fields: tuple[Fields, ...],
        n_samples: int,
        strictness: Strictness,
        blocks: Blocks | None,
    ) -> None:
        step, dark = (LUMINANCE_STEP, DARK) if kind == "luminance" else (RED_STEP, math.inf)
        self.kind: Kind = kind
        self._shape = size[1], size[0]
        self._fields, self._least_area, self._blocks = fields, strictness.least_area, blocks
        self._cells = Transitions(n_samples, step, dark)
        share = strictness.mean_step
        self._means = [Transitions(n_samples, share * step, dark / share) for _ in fields]
        self._mean: list[Float32Array] = []
        self._latest = np.zeros(0, dtype=np.float32)

    def push(self, cells: IntpArray, values: Float32Array) -> list[tuple[int, float]]:
        """Changes in a running second and the area that they fill, for each reading; (0, 0) below two flashes."""
        if not len(self._latest):
            self._begin(cells, values)
        elif len(cells):
            # Where a value stays, its count does.
            moved = values != self._latest[cells]
            cells, values = cells[moved], values[moved]
            self._cells.push(cells, values)
            self._move_means(cells, values)
        else:
            for each in (self._cells, *self._means):
                each.push_all(None)
        counts = self._cells.counts
        n_flashing = int(np.count_nonzero(counts >= SEQUENCE_CHANGES))
        return [self._worst(number, counts.reshape(self._shape), n_flashing) for number in range(len(self._fields))]

    def _begin(self, cells: IntpArray, values: Float32Array) -> None:
        self._cells.push(cells, values)
        self._latest = values.copy()
        self._mean = [field.mean(values.reshape(self._shape)) for field in self._fields]
        for means, mean in zip(self._means, self._mean, strict=True):
            means.push_all(mean)

    @property
    def grid(self) -> Float32Array:
        """(h, w) float32, the latest values."""
        return self._latest.reshape(self._shape)

    def _move_means(self, cells: IntpArray, values: Float32Array) -> None:
        """Let the means follow where a quarter of a field changes; elsewhere they keep their value."""
        spread = self._spread(cells)
        n_changed = len(cells) if spread is None else np.count_nonzero(spread)
        change: Float32Array | None = None
        for number, field in enumerate(self._fields):
            moved = None
            if n_changed >= self._least_area * field.n_cells:
                change = self._grid_of(cells, values - self._latest[cells]) if change is None else change
                is_large = field.mean(change != 0 if spread is None else spread) >= self._least_area
                if is_large.any():
                    moved = self._mean[number] + np.where(is_large, field.mean(change), np.float32(0))
                    self._mean[number] = moved
            self._means[number].push_all(moved)
        self._latest[cells] = values

    def _spread(self, cells: IntpArray) -> BoolArray | None:
        """(h, w) bool, cells that an encoder may change where some cells change; None where none but these."""
        if self._blocks is None:
            return None
        spread = self._blocks.spread(cells)
        if self.kind == "luminance" or not len(cells):
            return spread
        red = self.grid > 0
        red.ravel()[cells] = True
        return np.logical_and(spread, self._blocks.coloured(red))

    def _grid_of(self, cells: IntpArray, values: Float32Array) -> Float32Array:
        """(h, w) float32, values of some cells, 0 elsewhere."""
        grid = np.zeros(len(self._latest), dtype=np.float32)
        grid[cells] = values
        return grid.reshape(self._shape)

    def _worst(self, number: int, counts: UInt8Array, n_flashing: int) -> tuple[int, float]:
        """Most changes that fill a quarter of a field, and the area that they fill; `n_flashing` cells of all flash."""
        field = self._fields[number]
        by_mean = int(self._means[number].counts.max())
        worst = (0, 0.0)
        # Few cells cannot fill a quarter of a field.
        most = int(counts.max()) if n_flashing >= self._least_area * field.n_cells else 0
        if by_mean >= SEQUENCE_CHANGES:
            worst = by_mean, max(float(field.mean(counts > 0).max()), self._least_area)
        # The area shrinks as the number of changes grows.
        low, high = SEQUENCE_CHANGES, most
        while low <= high:
            changes = (low + high) // 2
            area = float(field.mean(counts >= changes).max())
            if area >= self._least_area:
                worst, low = max(worst, (changes, area)), changes + 1
            else:
                high = changes - 1
        return worst


class FlashMeter:
    """Measures the flashes of frames that come one after the other.

    Parameters
    ----------
    size : width, height of the samples in pixels
    rate_hz : samples per second
    front_row : screen widths between the screen and the nearest viewer, above 0; sets WCAG's field
    first : index of the first sample
    strictness : by how much flashes are found that the guidelines leave out
    frame_size : width, height in pixels of the frames that are sampled, for blocks of pixels; None for `size`
    counts : whether changes are counted; else patterns alone are looked for, where nothing can flash

    Attributes
    ----------
    samples : with two or more flashes in their second
    changes : for each guideline, opposing changes in the running second that fill a quarter of a field; 0 below four
    patterns_s : first and last second of regular patterns
    """

    def __init__(
        self,
        size: tuple[int, int],
        rate_hz: Fraction | float,
        *,
        front_row: float = FRONT_ROW,
        first: int = 0,
        strictness: Strictness = AS_WRITTEN,
        frame_size: tuple[int, int] | None = None,
        counts: bool = True,
    ) -> None:
        self.rate_hz = float(rate_hz)
        n_samples = max(round(self.rate_hz), 1)
        fields = fields_of(size, front_row)
        block_px = strictness.block_px
        blocks = Blocks(size, frame_size or size, block_px) if block_px > 1 else None
        reds: list[Kind] = ["red"] * len(strictness.red_shares)
        self._channels = [_Channel(kind, size, fields, n_samples, strictness, blocks) for kind in (KINDS[0], *reds)]
        self._changed = ChangedCells(strictness.red_shares)
        self._counts = counts
        self._luminance: Float32Array = np.zeros((size[1], size[0]), dtype=np.float32)
        self._patterns_every = n_samples * _PATTERNS_EVERY_S
        self._index = first
        self.samples: list[FlashSample] = []
        self.changes = [0 for _ in GUIDELINES]
        self.patterns_s: list[tuple[float, float]] = []

    def push(self, pixels: UInt8Array | None, *, counted: bool = True) -> None:
        """Take in the next sample.

        Parameters
        ----------
        pixels : (h, w, 3 or 4) uint8, sRGB; None repeats the latest sample
        counted : whether the second that ends here belongs to the result, or only to later seconds
        """
        if self._counts:
            self._count(pixels, counted=counted)
            self._luminance = self._channels[0].grid
        elif pixels is not None:
            self._luminance = luminance_and_red(pixels)[0]
        if counted and self._is_looked_at(self._index):
            self._look_for_patterns()
        self._index += 1

    def needs(self, index: int) -> bool:
        """Whether the pixels of a sample matter; others may be None."""
        return self._counts or self._is_looked_at(index)

    def _is_looked_at(self, index: int) -> bool:
        return index % self._patterns_every == 0

    def _count(self, pixels: UInt8Array | None, *, counted: bool) -> None:
        """Count the changes of a sample."""
        cells, values = self._changed.push(pixels)
        self.changes = [0 for _ in GUIDELINES]
        worst: dict[tuple[int, Kind], tuple[int, float]] = {}
        for channel, channel_values in zip(self._channels, values, strict=True):
            for guideline, found in enumerate(channel.push(cells, channel_values)):
                self.changes[guideline] = max(self.changes[guideline], found[0])
                worst[guideline, channel.kind] = max(worst.get((guideline, channel.kind), found), found)
        if counted:
            self.samples += [FlashSample(self._index, *of, *found) for of, found in worst.items() if found[0]]

    def _look_for_patterns(self) -> None:
        if pattern_share(self._luminance) >= LEAST_AREA:
            time_s = self._index / self.rate_hz
            self.patterns_s.append((time_s, time_s + _PATTERNS_EVERY_S))

    @property
    def flashes(self) -> Flashes:
        """Flashes of the samples so far."""
        return flashes_of(self.samples, self.rate_hz, tuple(self.patterns_s))
