"""The ring between two processes that both work at it."""

import subprocess
import sys
import time

import numpy as np

from corticast.audio.ring import RingShape, SampleRing
from corticast.process.shared_memory import create_shared, map_shared

SHAPE = RingShape(n_frames=4096, n_channels=2, block_size=100)

# Frames count from 0, as fast as they go, until the reader has read enough; blocks are of different sizes.
WRITER = """
import select, sys
import numpy as np
from corticast.process.shared_memory import map_shared
from corticast.audio.ring import RingShape, SampleRing

shape = RingShape(n_frames=4096, n_channels=2, block_size=100)
ring = SampleRing(map_shared(int(sys.argv[1]), shape.n_bytes), shape)
n = 0
# float32 counts no further than 2^24.
while n < 2_000_000 or (n < 16_000_000 and not select.select([sys.stdin], [], [], 0)[0]):
    size = 1 + n % 100
    ring.write(np.repeat(np.arange(n, n + size, dtype=np.float32), 2).tobytes(), arrival_s=n)
    n += size
"""


def test_another_process_never_shows_what_it_is_writing():
    """A reader that is lapped again and again gets whole frames in order, and their numbers."""
    fd = create_shared(SHAPE.n_bytes)
    command = [sys.executable, "-c", WRITER, str(fd)]
    with subprocess.Popen(command, pass_fds=[fd], stdin=subprocess.PIPE) as writer:
        ring = SampleRing(map_shared(fd, SHAPE.n_bytes), SHAPE)
        n_reads = 0
        newest = n_records = 0
        while writer.poll() is None or newest < ring.n_written:
            stop = ring.n_written
            # From the edge that the writer overwrites at this moment.
            first, frames = ring.read(max(stop - SHAPE.n_frames, 0), stop)
            np.testing.assert_array_equal(frames, np.repeat(np.arange(first, stop, dtype=np.float32), 2).reshape(-1, 2))
            n_records, blocks = ring.blocks(n_records)
            n_records += len(blocks)
            assert all(block.stop == block.arrival_s + 1 + block.arrival_s % 100 for block in blocks)
            n_reads += stop > newest
            newest = stop
            if n_reads > 10:
                writer.stdin.close()
        assert writer.wait() == 0
    assert newest >= 2_000_000
    assert n_reads > 10
    assert n_records == ring.n_blocks


def test_writing_makes_no_garbage_that_stays():
    """The callback's part: memory does not grow, and a block costs a small part of its time."""
    ring = SampleRing(memoryview(bytearray(SHAPE.n_bytes)), SHAPE)
    block = bytes(100 * 8)
    before = sys.getallocatedblocks()
    for _ in range(10_000):
        ring.write(block, time.monotonic(), 0.0, 0)
    assert sys.getallocatedblocks() - before < 50


def test_memory_is_shared_zero_and_without_a_name(tmp_path):
    fd = create_shared(5000)
    one, other = map_shared(fd, 5000), map_shared(fd, 5000)
    assert bytes(one) == bytes(5000)
    one[4999] = 7
    assert other[4999] == 7
