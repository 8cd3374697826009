"""Sound from one process to another, or from one thread to another, through a ring of bytes and without locks.

One writer, one reader. Counts are absolute: a frame (one sample of every channel) has the number of frames that were
written before it, and a block the number of the blocks before it. The writer never waits, and overwrites the oldest
frames. The reader learns the number of the first frame that is left.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from corticast.core.model.types import Float32Array, Float64Array

# Before each ring: the number of entries written, alone in its line of the processor's cache.
_HEADER_BYTES = 64
_FLOAT_BYTES = 4
_DOUBLE_BYTES = 8


class Counter:
    """A number in shared memory that one side raises.

    Parameters
    ----------
    buffer : at least 8 bytes, writable, 0 at first
    """

    def __init__(self, buffer: memoryview) -> None:
        # Aligned and 8 bytes long: no processor lets the other side see half of it.
        self._value = buffer[:_DOUBLE_BYTES].cast("q")
        # The reader must see earlier stores before the number, even if the processor reorders stores, as ARM does.
        # Python has no barrier, but taking a lock is one.
        self._barrier = threading.Lock()

    def get(self) -> int:
        """The number; all stores before it was set are visible."""
        value = self._value[0]
        with self._barrier:
            return value

    def set(self, value: int) -> None:
        """Set the number, after all earlier stores."""
        with self._barrier:
            self._value[0] = value


class RecordRing:
    """The newest records, of a few numbers each.

    Parameters
    ----------
    buffer : `n_bytes(n_records, n_fields)` bytes, writable, 0 at first
    n_records : records that are kept, at least 2
    n_fields : float64 numbers in each
    """

    def __init__(self, buffer: memoryview, n_records: int, n_fields: int) -> None:
        self._count = Counter(buffer)
        self._n_records, self._n_fields = n_records, n_fields
        records = buffer[_HEADER_BYTES : self.n_bytes(n_records, n_fields)]
        self._values = records.cast("d")
        self._table = np.frombuffer(records, dtype=np.float64).reshape(n_records, n_fields)
        self._n_written = self._count.get()

    @staticmethod
    def n_bytes(n_records: int, n_fields: int) -> int:
        """Bytes that a ring needs."""
        return _HEADER_BYTES + n_records * n_fields * _DOUBLE_BYTES

    @property
    def n_written(self) -> int:
        """Number of records so far."""
        return self._count.get()

    def write(self, *fields: float) -> None:
        """Add a record; the writer's."""
        place = self._n_written % self._n_records * self._n_fields
        for k, value in enumerate(fields):
            self._values[place + k] = value
        self._n_written += 1
        self._count.set(self._n_written)

    def read(self, first: int) -> tuple[int, Float64Array]:
        """Records from a number on; the reader's.

        Returns
        -------
        number of the first record that is still kept, and (n, n_fields) float64, copied
        """
        stop = self._count.get()
        first = max(first, stop - self._n_records + 1)
        records = self._table[np.arange(first, stop) % self._n_records]
        # A record that is being written replaces the oldest.
        oldest = self._count.get() - self._n_records + 1
        return max(first, min(oldest, stop)), records[max(oldest - first, 0) :]


@dataclass(frozen=True)
class RingShape:
    """Size of a `SampleRing`.

    Parameters
    ----------
    n_frames : frames; `block_size` fewer can be read for certain
    n_channels : samples in each
    block_size : most frames in a block
    """

    n_frames: int
    n_channels: int
    block_size: int

    @property
    def n_blocks(self) -> int:
        """Blocks whose record is kept: all blocks in the ring, with a few to spare."""
        return self.n_frames // self.block_size + 8

    @property
    def n_bytes(self) -> int:
        """Bytes of memory that a ring of this shape needs."""
        samples = _HEADER_BYTES + self.n_frames * self.n_channels * _FLOAT_BYTES
        # Records of doubles follow the samples.
        return -(-samples // _HEADER_BYTES) * _HEADER_BYTES + RecordRing.n_bytes(self.n_blocks, len(Block._fields))


class Block(NamedTuple):
    """A record of a block.

    Parameters
    ----------
    stop : number of the frame after its last
    arrival_s : monotonic time at which the block arrived
    adc_s : time of the first sample by the device's own clock
    flags : of PortAudio
    """

    stop: int
    arrival_s: float
    adc_s: float
    flags: int


class SampleRing:
    """The newest frames, and a record of each block that brought them.

    Parameters
    ----------
    buffer : `shape.n_bytes` bytes, writable, 0 at first
    shape : how much it holds
    """

    def __init__(self, buffer: memoryview, shape: RingShape) -> None:
        self.shape = shape
        self._frame_bytes = shape.n_channels * _FLOAT_BYTES
        self._n_sample_bytes = shape.n_frames * self._frame_bytes
        self._count = Counter(buffer)
        self._samples = buffer[_HEADER_BYTES : _HEADER_BYTES + self._n_sample_bytes].cast("B")
        self._frames = np.frombuffer(self._samples, dtype=np.float32).reshape(shape.n_frames, shape.n_channels)
        n_records = RecordRing.n_bytes(shape.n_blocks, len(Block._fields))
        self._blocks = RecordRing(buffer[shape.n_bytes - n_records : shape.n_bytes], shape.n_blocks, len(Block._fields))
        self._n_written = self._count.get()

    @property
    def n_written(self) -> int:
        """Number of frames so far."""
        return self._count.get()

    @property
    def n_blocks(self) -> int:
        """Number of blocks so far."""
        return self._blocks.n_written

    def write(self, block: bytes | memoryview, arrival_s: float = 0.0, adc_s: float = 0.0, flags: int = 0) -> None:
        """Add a block; the writer's. It copies, and allocates only Python's small numbers.

        Parameters
        ----------
        block : bytes of at most `block_size` frames, interleaved float32
        """
        n_bytes = len(block)
        assert n_bytes <= self.shape.block_size * self._frame_bytes
        place = self._n_written * self._frame_bytes % self._n_sample_bytes
        until_end = self._n_sample_bytes - place
        if n_bytes <= until_end:
            self._samples[place : place + n_bytes] = block
        else:
            view = memoryview(block)
            self._samples[place:] = view[:until_end]
            self._samples[: n_bytes - until_end] = view[until_end:]
        self._n_written += n_bytes // self._frame_bytes
        self._count.set(self._n_written)
        self._blocks.write(self._n_written, arrival_s, adc_s, flags)

    def blocks(self, first: int) -> tuple[int, list[Block]]:
        """Blocks from a number on; the reader's.

        Returns
        -------
        number of the first block that is still kept, and the blocks
        """
        first, records = self._blocks.read(first)
        return first, [Block(int(stop), arrival, adc, int(flags)) for stop, arrival, adc, flags in records.tolist()]

    def read(self, first: int, stop: int) -> tuple[int, Float32Array]:
        """Frames from `first` to before `stop`, which have been written; the reader's.

        Returns
        -------
        number of the first frame that is still kept, at most `stop`, and (n, n_channels) float32, copied
        """
        n_frames = self.shape.n_frames
        start = min(max(first, self._oldest()), stop)
        place, n = start % n_frames, stop - start
        until_end = min(n, n_frames - place)
        frames = np.empty((n, self.shape.n_channels), dtype=np.float32)
        frames[:until_end] = self._frames[place : place + until_end]
        frames[until_end:] = self._frames[: n - until_end]
        # The writer may have overwritten frames during the copy.
        there = min(max(start, self._oldest()), stop)
        return there, frames[there - start :]

    def _oldest(self) -> int:
        """The oldest frame that the writer does not touch, even if it is in the middle of a block."""
        return self._count.get() + self.shape.block_size - self.shape.n_frames
