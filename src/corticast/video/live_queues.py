"""Queues for the frames and sound of a show. Putting something in never waits for the encoder.

One thread puts into each queue, and one takes from it by iterating. Memory is bounded, and time is kept: frames without
room become repeats of the frame before, and sound without room becomes silence. Both need no memory.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

import numpy as np

from corticast.core.model.types import Float32Array, UInt8Array

T = TypeVar("T")

# A kill loses all waiting frames, so few may wait.
_FRAMES_S = 0.4
_FRAME_BYTES = 64 << 20

_SILENCE_SAMPLES = 65536


def most_frames(frame_bytes: int, fps: Fraction) -> int:
    """Number of frames of a size that may wait."""
    return max(2, min(math.ceil(_FRAMES_S * fps), _FRAME_BYTES // frame_bytes))


@dataclass
class _Run:
    """A frame (None for the frame before it), and the number of times to write it."""

    frame: UInt8Array | None
    n_times: int


class _Queue(Generic[T]):
    """Waiting items, and whether more can follow."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[T] = deque()
        self._ended = False

    def end(self) -> None:
        """Mark the end. Waiting items can still be taken."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def abandon(self) -> None:
        """Drop all waiting items, and accept no more."""
        with self._changed:
            self._waiting.clear()
            self._ended = True
            self._changed.notify()

    def _append(self, item: T) -> None:
        with self._changed:
            if not self._ended:
                self._waiting.append(item)
                self._changed.notify()

    def _take(self) -> T | None:
        """Wait for the next item; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            return self._waiting.popleft() if self._waiting else None


class FrameQueue(_Queue[_Run]):
    """Waiting frames, each with the number of times to write it.

    Parameters
    ----------
    frame_bytes : size of each frame
    n_most : number of frames that may wait, at least 1
    """

    def __init__(self, frame_bytes: int, n_most: int) -> None:
        super().__init__()
        self._n_most = n_most
        self._n_put = self._n_taken = 0
        # Besides the waiting frames: one being written, one being taken, one being filled. All are filled now, since
        # the first write to memory takes several times longer than a copy.
        self._spare: list[UInt8Array] = [np.full(frame_bytes, 0xFF, np.uint8) for _ in range(n_most + 3)]

    @property
    def n_waiting(self) -> int:
        """Number of frames still to write, including repeats."""
        return self._n_put - self._n_taken

    def put(self, frame: UInt8Array, n_times: int) -> bool:
        """Copy a flat frame into the queue. If the queue is full, repeat its last frame instead.

        Returns
        -------
        whether this frame itself will be written
        """
        with self._changed:
            if self._ended:
                return False
            self._n_put += n_times
            if len(self._waiting) >= self._n_most:
                self._waiting[-1].n_times += n_times
                return False
            copy = self._spare.pop()
        np.copyto(copy, frame)
        self._append(_Run(copy, n_times))
        return True

    def repeat(self, n_times: int) -> None:
        """Write the latest frame `n_times` more."""
        self._n_put += n_times
        self._append(_Run(None, n_times))

    def abandon(self) -> None:
        """Drop all waiting frames and their memory, and accept no more."""
        with self._changed:
            super().abandon()
            self._spare.clear()

    def __iter__(self) -> Iterator[UInt8Array]:
        """Frames to write, until the end. Each stays unchanged until the next one is taken."""
        last: UInt8Array | None = None
        while (run := self._take()) is not None:
            if run.frame is not None:
                if last is not None:
                    self._spare.append(last)
                last = run.frame
            assert last is not None
            for _ in range(run.n_times):
                yield last
                self._n_taken += 1


class SoundQueue(_Queue[Float32Array | int]):
    """Waiting interleaved sound: blocks, and numbers of silent samples.

    Parameters
    ----------
    n_channels : number of channels in each block
    n_most : number of samples that may wait; further sound becomes silence
    """

    def __init__(self, n_channels: int, n_most: int) -> None:
        super().__init__()
        self._n_channels = n_channels
        self._n_most = n_most
        self._n_put = self._n_taken = 0

    def put(self, block: Float32Array) -> bool:
        """Put in a block (n, n_channels) float32, C-contiguous. It must stay unchanged.

        Returns
        -------
        whether this block will be written; else silence of its length will be
        """
        if self._n_put - self._n_taken + len(block) > self._n_most:
            self.put_silence(len(block))
            return False
        self._n_put += len(block)
        self._append(block)
        return True

    def put_silence(self, n_samples: int) -> None:
        """Write so many silent samples."""
        with self._changed:
            last = self._waiting[-1] if self._waiting else None
            if isinstance(last, int):
                self._waiting[-1] = last + n_samples
                return
        self._append(n_samples)

    def __iter__(self) -> Iterator[Float32Array]:
        """Blocks to write, until the end."""
        while (taken := self._take()) is not None:
            if not isinstance(taken, int):
                yield taken
                self._n_taken += len(taken)
                continue
            for first in range(0, taken, _SILENCE_SAMPLES):
                yield np.zeros((min(_SILENCE_SAMPLES, taken - first), self._n_channels), "<f4")
