"""Measures flashes frame by frame, see `corticast.core.flashes`; a frame costs by the cells that change."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from corticast.core.flash_channel import Channel
from corticast.core.flash_counting import ChangedCells, luminance_and_red, srgb_of_ycbcr
from corticast.core.flash_fields import FieldSums
from corticast.core.flash_strictness import AS_WRITTEN, Blocks, Strictness
from corticast.core.flashes import (
    FRONT_ROW,
    GUIDELINES,
    KINDS,
    LEAST_AREA,
    Flashes,
    FlashSample,
    Kind,
    fields_of,
    flashes_of,
)
from corticast.core.model.types import BoolArray, Float32Array, UInt8Array
from corticast.core.patterns import pattern_share

# Patterns are looked for this often, and must last.
_PATTERNS_EVERY_S = 1


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
    is_ycbcr : whether samples are Y', Cb, Cr by BT.709, limited range; else sRGB
    cells : (h, w) bool, cells that may change, see `corticast.core.flash_reach`; None for all

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
        is_ycbcr: bool = False,
        cells: BoolArray | None = None,
    ) -> None:
        self.rate_hz = float(rate_hz)
        n_samples = max(round(self.rate_hz), 1)
        fields = fields_of(size, front_row)
        block_px = strictness.block_px
        blocks = Blocks(size, frame_size or size, block_px) if block_px > 1 else None
        reds: list[Kind] = ["red"] * len(strictness.red_shares)
        shape = size[1], size[0]
        all_sums = FieldSums(fields, np.arange(size[0] * size[1]))
        sums = all_sums if cells is None else FieldSums(fields, np.flatnonzero(cells))
        self._channels = [Channel(kind, sums, all_sums, n_samples, strictness, blocks) for kind in (KINDS[0], *reds)]
        self._changed = ChangedCells(strictness.red_shares, sums.cells, is_ycbcr=is_ycbcr)
        self._is_ycbcr = is_ycbcr
        self._counts = counts
        self._luminance: Float32Array = np.zeros(shape, dtype=np.float32)
        self._patterns_every = n_samples * _PATTERNS_EVERY_S
        self._index = first
        self.samples: list[FlashSample] = []
        self.changes = [0 for _ in GUIDELINES]
        self.patterns_s: list[tuple[float, float]] = []

    def push(self, pixels: UInt8Array | None, *, counted: bool = True) -> None:
        """Take in the next sample.

        Parameters
        ----------
        pixels : (h, w, 3 or 4) uint8; None repeats the latest sample
        counted : whether the second that ends here belongs to the result, or only to later seconds
        """
        if self._counts:
            self._count(pixels, counted=counted)
        elif pixels is not None:
            self._luminance = luminance_and_red(srgb_of_ycbcr(pixels) if self._is_ycbcr else pixels)[0]
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
        luminance = self._channels[0].grid.reshape(self._luminance.shape) if self._counts else self._luminance
        if pattern_share(luminance) >= LEAST_AREA:
            time_s = self._index / self.rate_hz
            self.patterns_s.append((time_s, time_s + _PATTERNS_EVERY_S))

    @property
    def flashes(self) -> Flashes:
        """Flashes of the samples so far."""
        return flashes_of(self.samples, self.rate_hz, tuple(self.patterns_s))
