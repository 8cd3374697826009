"""Frames and sound of a show on their way to the encoder: whoever hands them over is never kept waiting.

Each queue has one thread that puts and one that takes, by iterating. Memory is bounded, and time is kept: what there
is no room for is replaced by as much of something that needs none, the frame before it or silence.
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
import numpy.typing as npt

Frame = npt.NDArray[np.uint8]
Block = npt.NDArray[np.float32]

T = TypeVar("T")

# What waits is lost when all is killed.
_FRAMES_S = 0.4
_FRAME_BYTES = 64 << 20

_SILENCE_SAMPLES = 65536


def most_frames(frame_bytes: int, fps: Fraction) -> int:
    """How many frames of a size may wait."""
    return max(2, min(math.ceil(_FRAMES_S * fps), _FRAME_BYTES // frame_bytes))


@dataclass
class _Run:
    """A frame, None for the one before it, and how many times it is to be written."""

    frame: Frame | None
    n_times: int


class _Queue(Generic[T]):
    """What waits, and whether more can come."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[T] = deque()
        self._ended = False

    def end(self) -> None:
        """Nothing follows: what waits is still taken."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def abandon(self) -> None:
        """Let go of what waits; nothing more is taken in."""
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
        """Wait for what is next; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            return self._waiting.popleft() if self._waiting else None


class FrameQueue(_Queue[_Run]):
    """Frames that wait, each with the number of times that it is to be written.

    Parameters
    ----------
    frame_bytes : of each frame
    n_most : how many frames may wait, at least 1
    """

    def __init__(self, frame_bytes: int, n_most: int) -> None:
        super().__init__()
        self._n_most = n_most
        self._n_put = self._n_taken = 0
        # Besides those that wait: one that is being written, one that is being taken, one that is being filled. All
        # are written to now, as the first time takes several times longer than a copy does.
        self._spare: list[Frame] = [np.full(frame_bytes, 0xFF, np.uint8) for _ in range(n_most + 3)]

    @property
    def n_waiting(self) -> int:
        """How often a frame is still to be written, repeats included."""
        return self._n_put - self._n_taken

    def put(self, frame: Frame, n_times: int) -> bool:
        """Copy a flat frame, or, while as many wait as may, repeat the last of them in its place.

        Returns
        -------
        whether the frame itself will be written
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
        """Have the last frame of all written so many times more."""
        self._n_put += n_times
        self._append(_Run(None, n_times))

    def abandon(self) -> None:
        """Let go of what waits and of the memory for it; nothing more is taken in."""
        with self._changed:
            super().abandon()
            self._spare.clear()

    def __iter__(self) -> Iterator[Frame]:
        """Frames to write, until the end; each stays as it is until the next one is asked for."""
        last: Frame | None = None
        while (run := self._take()) is not None:
            if run.frame is not None:
                if last is not None:
                    self._spare.append(last)
                last = run.frame
            assert last is not None
            for _ in range(run.n_times):
                yield last
                self._n_taken += 1


class SoundQueue(_Queue[Block | int]):
    """Interleaved sound that waits: blocks, and numbers of silent samples.

    Parameters
    ----------
    n_channels : of each block
    n_most : how many samples may wait; what comes on top of them is silence
    """

    def __init__(self, n_channels: int, n_most: int) -> None:
        super().__init__()
        self._n_channels = n_channels
        self._n_most = n_most
        self._n_put = self._n_taken = 0

    def put(self, block: Block) -> bool:
        """Take in a block (n, n_channels) float32, C-contiguous, which must stay as it is.

        Returns
        -------
        whether it will be written; else silence of its length will
        """
        if self._n_put - self._n_taken + len(block) > self._n_most:
            self.put_silence(len(block))
            return False
        self._n_put += len(block)
        self._append(block)
        return True

    def put_silence(self, n_samples: int) -> None:
        """Have so many silent samples written."""
        with self._changed:
            last = self._waiting[-1] if self._waiting else None
            if isinstance(last, int):
                self._waiting[-1] = last + n_samples
                return
        self._append(n_samples)

    def __iter__(self) -> Iterator[Block]:
        """Blocks to write, until the end."""
        while (taken := self._take()) is not None:
            if not isinstance(taken, int):
                yield taken
                self._n_taken += len(taken)
                continue
            for first in range(0, taken, _SILENCE_SAMPLES):
                yield np.zeros((min(_SILENCE_SAMPLES, taken - first), self._n_channels), "<f4")
