"""The continuous time line of a stream that may lose samples, stop, and begin again.

A block's *lateness* is the time between its own time and its arrival: arrival − (base + position / rate). The base
follows the least lateness of the last seconds, and with it the drift of the device's clock against the monotonic clock.
Blocks that a sound server has held back arrive late and then catch up: no sample is missing. If blocks never catch up,
samples were lost. Silence takes their place, so that positions and seconds stay in step.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corticast.audio.ring import Block

# PortAudio's flag for input that was dropped before a block. (1 marks zeros that it put in: no sample is missing.)
_DROPPED = 2

# A block is late beyond these: blocks of a sound server come in pairs, and threads wait for one another.
_LATE_S, _LATE_BLOCKS = 0.05, 3
# A late block waits this long for the next ones, until it is clear whether they catch up.
_WAIT_S = 0.5
# A stream begins unevenly: PulseAudio's monitors give three blocks, and then none for half a second or two. After
# _SETTLE_S, the blocks of the last _SETTLED_S give its least lateness, and are the first to be taken in.
_SETTLE_S, _SETTLED_S = 1.0, 0.5
# On a busy machine, the least lateness of one half second exceeds that of others by no more than this.
_JITTER_S = 0.04
_WINDOW_S = 1.0
# Times of arrival are kept this long.
_ARRIVALS_KEPT_S = 35.0


class Piece(NamedTuple):
    """A part of the time line: frames of the stream from `first` on, or silence where `first` is None."""

    n: int
    first: int | None


@dataclass
class _Anchor:
    """What ties the stream under way to the time line.

    Parameters
    ----------
    base_s : monotonic time at which position 0 would have arrived, with the least lateness of recent blocks
    offset : position of the stream's frame 0
    """

    base_s: float
    offset: int


class TimeLine:
    """Puts the blocks of streams, one after another, on one time line.

    Only `arrival_s` and the counts may be used from any thread.

    Parameters
    ----------
    sample_rate : frames per second
    block_size : frames in a block
    """

    def __init__(self, sample_rate: int, block_size: int) -> None:
        self._rate, self._block_size = sample_rate, block_size
        block_s = block_size / sample_rate
        self._late_s = max(_LATE_S, _LATE_BLOCKS * block_s)
        self._jitter_s = max(_JITTER_S, block_s)
        self._flagged_jitter_s = block_s / 2
        self.position = 0
        self.n_blocks = self.n_lost = self.n_late = self.n_flags = 0
        # The base with which the next stream finds its place; None before the first sound or silence.
        self._base_s: float | None = None
        # None while the place of the stream is unknown.
        self._anchor: _Anchor | None = None
        self._heard = self._given = 0
        self._held: list[Block] = []
        self._settles_s = 0.0
        self._least_s: list[float] = []
        self._window_end_s = 0.0
        self._arrivals: list[tuple[int, int, float]] = []
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Begin a stream: the next block is its first."""
        if self._anchor is not None:
            self._base_s = self._anchor.base_s
        self._anchor = None
        self._heard = self._given = 0
        self._held = []

    def end(self) -> list[Piece]:
        """End a lost stream; the blocks that were held back."""
        pieces = [] if self._anchor is None else self._release(self._anchor)
        self._held = []
        return pieces

    def silence_until(self, now_s: float) -> list[Piece]:
        """Silence in step with the monotonic clock, while no stream has its place on the time line.

        The silence stays a block behind, so that the next block finds room.
        """
        if self._base_s is None:
            self._base_s = now_s
        return self._silence(int((now_s - self._base_s) * self._rate) - self._block_size - self.position)

    @property
    def has_begun(self) -> bool:
        """Whether there has been sound, or silence in its place."""
        return self._base_s is not None

    @property
    def is_placed(self) -> bool:
        """Whether the stream has its place on the time line."""
        return self._anchor is not None

    def add(self, block: Block) -> list[Piece]:
        """Take the next block of the stream.

        Returns
        -------
        pieces that follow on the time line; none while the place of the block is not clear
        """
        self.n_blocks += 1
        self.n_flags += block.flags != 0
        first, self._heard = self._heard, block.stop
        anchor = self._anchor
        if anchor is None:
            return self._place() if self._settle(block) else []
        late_s = self._lateness_s(anchor, block)
        self.n_late += late_s > self._late_s
        if not self._held and late_s <= self._late_s and not block.flags & _DROPPED:
            lost = self._follow(anchor, late_s, block.arrival_s)
            return [*lost, *self._give(anchor, first, [block])]
        self._held.append(block)
        caught_up = late_s <= self._jitter_s and not any(held.flags & _DROPPED for held in self._held)
        return self._release(anchor) if caught_up or block.arrival_s - self._held[0].arrival_s >= _WAIT_S else []

    def arrival_s(self, position: float) -> float | None:
        """Monotonic time at which the block with a sample arrived; None for silence and for samples long past.

        From any thread.
        """
        with self._lock:
            k = bisect_right(self._arrivals, position, key=lambda arrival: arrival[1])
            if k == len(self._arrivals) or position < self._arrivals[k][0]:
                return None
            return self._arrivals[k][2]

    def _lateness_s(self, anchor: _Anchor, block: Block) -> float:
        return block.arrival_s - anchor.base_s - (anchor.offset + block.stop) / self._rate

    def _settle(self, block: Block) -> bool:
        """Take one of a stream's first blocks; whether blocks now arrive evenly."""
        if not self._held:
            self._settles_s = block.arrival_s + _SETTLE_S
        recent = [held for held in self._held if held.arrival_s >= block.arrival_s - _SETTLED_S]
        self._held = [*recent, block]
        n_recent = block.stop - self._held[0].stop
        return block.arrival_s >= self._settles_s and n_recent > 0.8 * _SETTLED_S * self._rate

    def _place(self) -> list[Piece]:
        """Find the place of the stream, by the least lateness of its recent blocks."""
        held, self._held = self._held, []
        # The first of these blocks has no known beginning, only an end.
        first = held.pop(0).stop
        start_s = min(block.arrival_s - block.stop / self._rate for block in held)
        if self._base_s is None:
            self._base_s = start_s + first / self._rate
        anchor = self._anchor = _Anchor(self._base_s, round((start_s - self._base_s) * self._rate))
        # Silence may already stand in place of the first frames.
        self._given = max(first, self.position - anchor.offset)
        self._watch_anew(held[-1].arrival_s)
        return [*self._silence(anchor.offset + self._given - self.position), *self._give(anchor, first, held)]

    def _release(self, anchor: _Anchor) -> list[Piece]:
        """Give the blocks that were held back, after silence for frames that are missing before them."""
        if not self._held:
            return []
        held, self._held = self._held, []
        flagged = any(block.flags & _DROPPED for block in held)
        missing_s = min(self._lateness_s(anchor, block) for block in held)
        jitter_s = self._flagged_jitter_s if flagged else self._jitter_s
        lost = self._lose(anchor, missing_s) if missing_s > jitter_s else []
        self._watch_anew(held[-1].arrival_s)
        return [*lost, *self._give(anchor, self._given, held)]

    def _give(self, anchor: _Anchor, first: int, blocks: Sequence[Block]) -> list[Piece]:
        """Frames of the stream from `first` to the end of the last block, except those given before."""
        starts = [first, *(block.stop for block in blocks[:-1])]
        with self._lock:
            for start, block in zip(starts, blocks, strict=True):
                if block.stop > self._given:
                    begin = max(start, self._given)
                    self._arrivals.append((anchor.offset + begin, anchor.offset + block.stop, block.arrival_s))
            if len(self._arrivals) > 1000:
                self._forget(blocks[-1].arrival_s - _ARRIVALS_KEPT_S)
        start, stop = max(first, self._given), blocks[-1].stop
        if stop <= start:
            return []
        self._given = stop
        self.position += stop - start
        return [Piece(stop - start, start)]

    def _forget(self, oldest_s: float) -> None:
        """Drop the older half of all arrivals, once they are long past."""
        half = len(self._arrivals) // 2
        if self._arrivals[half][2] < oldest_s:
            del self._arrivals[:half]

    def _follow(self, anchor: _Anchor, late_s: float, arrival_s: float) -> list[Piece]:
        """Follow the least lateness of the last two seconds; silence after a jump."""
        if late_s < 0:
            anchor.base_s += late_s
            self._least_s = [least_s - late_s for least_s in self._least_s]
            late_s = 0.0
        self._least_s[-1] = min(self._least_s[-1], late_s)
        if arrival_s < self._window_end_s:
            return []
        least_s = min(self._least_s)
        self._window_end_s = arrival_s + _WINDOW_S
        self._least_s = [self._least_s[-1], float("inf")]
        if least_s > self._jitter_s:
            lost = self._lose(anchor, least_s)
            self._watch_anew(arrival_s)
            return lost
        anchor.base_s += least_s
        self._least_s[0] -= least_s
        return []

    def _watch_anew(self, arrival_s: float) -> None:
        self._least_s = [float("inf")]
        self._window_end_s = arrival_s + _WINDOW_S

    def _lose(self, anchor: _Anchor, missing_s: float) -> list[Piece]:
        n = round(missing_s * self._rate)
        anchor.offset += n
        return self._silence(n)

    def _silence(self, n: int) -> list[Piece]:
        if n <= 0:
            return []
        self.position += n
        self.n_lost += n
        return [Piece(n, None)]
