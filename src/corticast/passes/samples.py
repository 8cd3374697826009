"""Samples of frames for the flash meter: single pixels on a coarse grid, read back without waiting."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from corticast.core.flashes import sample_size
from corticast.core.model.types import UInt8Array
from corticast.gl.context import OffscreenContext
from corticast.gl.readback import ReadbackRing, ring_depth
from corticast.gl.target import Target


class FrameSamples:
    """Takes samples of frames.

    Parameters
    ----------
    context : current
    size : width, height of the frames in pixels
    n_together : samples that are read back at once; a reading waits for the renderer, and takes longer than a sample

    Attributes
    ----------
    size : width, height of a sample in pixels, see `sample_size`
    """

    def __init__(self, context: OffscreenContext, size: tuple[int, int], n_together: int = 1) -> None:
        self._n_together = n_together
        self.size = width, height = sample_size(size)
        self._target = Target(context, (width, height * n_together))
        self._ring = ReadbackRing(4 * width * height * n_together, ring_depth(context.facts), 1)
        # Samples in the target, and in each transfer on its way.
        self._n_filled, self._n_read = 0, deque[int]()
        # Whether each sample on its way is new; one that is not has no pixels.
        self._is_new: deque[bool] = deque()

    def take(self, frame: Target, *, is_new: bool) -> Iterator[UInt8Array | None]:
        """Take the sample of a frame; give those that have come, None for frames that equal the one before."""
        self._is_new.append(is_new)
        if is_new:
            height = self.size[1]
            rows = range(self._n_filled * height, (self._n_filled + 1) * height)
            self._target.sample(frame, rows=rows)
            self._n_filled += 1
        if self._n_filled == self._n_together:
            yield from self._read()

    def rest(self) -> Iterator[UInt8Array | None]:
        """Give the samples that are still on their way."""
        if self._n_filled:
            yield from self._read()
        for packed in self._ring.drain():
            yield from self._given(packed)
        while self._is_new:
            self._is_new.popleft()
            yield None

    def _read(self) -> Iterator[UInt8Array | None]:
        """Begin the transfer of the samples in the target; give those that have come."""
        self._n_read.append(self._n_filled)
        self._n_filled = 0
        packed = self._ring.push(self._target)
        if packed is not None:
            yield from self._given(packed)

    def _given(self, packed: UInt8Array) -> Iterator[UInt8Array | None]:
        """Samples of a transfer, with those that repeat the ones before."""
        for sample in packed.reshape(self._n_together, -1)[: self._n_read.popleft()]:
            yield from self._until_new()
            yield sample.reshape(self.size[1], self.size[0], 4)

    def _until_new(self) -> Iterator[None]:
        """Repeated samples before the next new one."""
        while not self._is_new.popleft():
            yield None

    def close(self) -> None:
        """Free the buffers."""
        self._ring.close()
