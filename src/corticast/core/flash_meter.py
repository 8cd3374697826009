"""Measures the flashes of frames, see `corticast.core.flashes`, some samples at once."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from corticast.core.flash_channel import Channel
from corticast.core.flash_counting import Transitions
from corticast.core.flash_fields import FieldSums
from corticast.core.flash_light import Light, codes_of_cells
from corticast.core.flash_strictness import AS_WRITTEN, Blocks, Strictness
from corticast.core.flashes import (
    FRONT_ROW,
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
# Samples that are counted at once: few calls, and their values stay in the processor's cache.
_N_TOGETHER = 15


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
    cells : (k,) intp, numbers of the cells that may change, in the order in which samples of them alone are given
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
        all_sums = FieldSums(fields, np.arange(size[0] * size[1]))
        sums = all_sums if cells is None else FieldSums(fields, np.flatnonzero(cells))
        self.cells = sums.cells
        kinds: list[Kind] = [KINDS[0], *(KINDS[1] for _ in strictness.red_shares)]
        n_values = len(sums.cells) + sums.n_fields
        self._channels = [
            Channel(kind, sums, all_sums, strictness, blocks, number * n_values) for number, kind in enumerate(kinds)
        ]
        self._light = Light(strictness.red_shares, is_ycbcr=is_ycbcr)
        steps, darks = ([getattr(each, name) for each in self._channels] for name in ("steps", "darks"))
        self._transitions = Transitions(n_samples, np.concatenate(steps), np.concatenate(darks))
        self._counts = counts
        self._shape = size[1], size[0]
        self._n_together = min(_N_TOGETHER, n_samples)
        # Codes of the sample that was counted last, and of those that are not yet counted; whether their second belongs
        # to the result.
        self._codes: list[UInt8Array] = []
        self._counted: list[bool] = []
        # Of all channels, in the same order.
        self._values: Float32Array = np.zeros((self._n_together + 1, n_values * len(kinds)), dtype=np.float32)
        self._luminance: Float32Array = np.zeros(0, dtype=np.float32)
        self._patterns_every = n_samples * _PATTERNS_EVERY_S
        self._index = first
        self._samples: list[FlashSample] = []
        self._patterns_s: list[tuple[float, float]] = []

    def push(self, pixels: UInt8Array | None, *, counted: bool = True) -> None:
        """Take in the next sample.

        Parameters
        ----------
        pixels : (h, w, 3 or 4) uint8, or, after the first sample, (3, k) uint8 of `cells`; None repeats the latest one
        counted : whether the second that ends here belongs to the result, or only to later seconds
        """
        if self._counts:
            self._take(pixels)
            self._counted.append(counted)
        elif self.needs(self._index):
            if pixels is not None:
                self._luminance = self._light.of(codes_of_cells(pixels).T)[0]
            if counted:
                self._look_for_patterns(self._index, self._luminance)
        self._index += 1
        if len(self._counted) == self._n_together:
            self._count()

    def needs(self, index: int) -> bool:
        """Whether the pixels of a sample matter; others may be None."""
        return self._counts or self._is_looked_at(index)

    def _is_looked_at(self, index: int) -> bool:
        return index % self._patterns_every == 0

    def _take(self, pixels: UInt8Array | None) -> None:
        """Keep the codes of a sample."""
        if not self._codes:
            assert pixels is not None, "the first sample repeats none"
            light = self._light.of(codes_of_cells(pixels).T)
            self._values[0] = np.concatenate([each.begin(own) for each, own in zip(self._channels, light, strict=True)])
            self._transitions.push(self._values[0])
            self._codes.append(codes_of_cells(pixels, self.cells))
        if pixels is None:
            self._codes.append(self._codes[-1])
        else:
            self._codes.append(pixels if pixels.ndim == 2 else codes_of_cells(pixels, self.cells))

    def _count(self) -> None:
        """Count the changes of the samples that are not yet counted."""
        b = len(self._counted)
        if not b:
            return
        values = self._values[: b + 1]
        self._light.follow(np.stack(self._codes, axis=1), [values[:, each.cells] for each in self._channels])
        for channel in self._channels:
            channel.follow(values)
        counts = self._transitions.push_all(values[1:])
        worst: dict[tuple[int, int, Kind], tuple[int, float]] = {}
        for channel in self._channels:
            for row, guideline, changes, area in channel.worst(counts):
                place = row, guideline, channel.kind
                worst[place] = max(worst.get(place, (0, 0.0)), (changes, area))
        first = self._index - b
        for (row, guideline, kind), (changes, area) in sorted(worst.items(), key=lambda each: each[0][0]):
            if self._counted[row]:
                self._samples.append(FlashSample(first + row, guideline, kind, changes, area))
        for row, counted in enumerate(self._counted):
            if counted and self._is_looked_at(first + row):
                luminance = self._channels[0]
                self._look_for_patterns(first + row, luminance.grid(values[row + 1, luminance.cells]))
        self._values[0] = values[-1]
        self._codes, self._counted = self._codes[-1:], []

    def _look_for_patterns(self, index: int, luminance: Float32Array) -> None:
        if pattern_share(luminance.reshape(self._shape)) >= LEAST_AREA:
            time_s = index / self.rate_hz
            self._patterns_s.append((time_s, time_s + _PATTERNS_EVERY_S))

    @property
    def samples(self) -> list[FlashSample]:
        """Samples with two or more flashes in their second."""
        self._count()
        return self._samples

    @property
    def patterns_s(self) -> list[tuple[float, float]]:
        """First and last second of regular patterns."""
        self._count()
        return self._patterns_s

    @property
    def flashes(self) -> Flashes:
        """Flashes of the samples so far."""
        return flashes_of(self.samples, self.rate_hz, tuple(self.patterns_s))
