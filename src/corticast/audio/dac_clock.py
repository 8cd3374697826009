"""Finds the sample of a source that is heard at a time, from the times that a device's callbacks receive."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from statistics import median

from corticast.audio.playing import PlayedBlock

# Single estimates of the device's delay jump by a millisecond. The delay itself jumps by half a second when a sink
# wakes up. A median over this much sound, or this many blocks, follows soon and stays calm.
_ESTIMATES_S, _FEWEST_ESTIMATES = 0.4, 5
# Blocks whose sound may not have been heard yet, or is heard now.
_N_BLOCKS = 512


class DacClock:
    """The clock of one stream.

    The frames of a stream, silence included, are heard at an even rate. Each block gives an estimate of the time at
    which frame 0 was heard; the median of the estimates fixes the clock. The record of each block maps frames to
    samples of the source.

    Parameters
    ----------
    sample_rate : frames per second
    """

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        # For each recent block: its first frame, and its estimate of the time at which frame 0 was heard.
        self._estimates: deque[tuple[int, float]] = deque()
        self._blocks: deque[PlayedBlock] = deque(maxlen=_N_BLOCKS)
        self._start_s = 0.0

    def add(self, blocks: Iterable[PlayedBlock]) -> None:
        """Take blocks in order."""
        for block in blocks:
            self._blocks.append(block)
            self._estimates.append((block.start, block.dac_s - block.start / self._rate))
        while len(self._estimates) > _FEWEST_ESTIMATES and self._is_old(self._estimates[0][0]):
            self._estimates.popleft()
        if self._estimates:
            self._start_s = median(start_s for _, start_s in self._estimates)

    def _is_old(self, frame: int) -> bool:
        return frame < self._estimates[-1][0] - _ESTIMATES_S * self._rate

    def heard(self, now_s: float) -> float | None:
        """Sample of the source that is heard at a monotonic time; None before the first block."""
        frame = (now_s - self._start_s) * self._rate
        for block in reversed(self._blocks):
            if block.start <= frame:
                return block.position + min(frame - block.start, block.n)
        return float(self._blocks[0].position) if self._blocks else None
