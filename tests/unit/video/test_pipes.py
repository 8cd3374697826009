"""The threads that feed ffmpeg, with a plain pipe in its place."""

import ctypes
import errno
import itertools
import os
import threading

import numpy as np
import pytest

from corticast.core.trace import Trace
from corticast.video import lending
from corticast.video.pipes import FramePipe, SoundPipe, frames_held, frames_in_flight


def frames(n, n_bytes):
    return [np.full(n_bytes, k, np.uint8) for k in range(n)]


def read_all(fd):
    with open(fd, "rb") as reader:
        return np.frombuffer(reader.read(), np.uint8)


def test_frames_larger_than_the_pipe_come_through_in_order():
    read_end, write_end = os.pipe()
    pipe = FramePipe(write_end, 300_001, Trace())
    pipe.start()
    whole = frames(9, 300_001)
    writer = threading.Thread(target=lambda: [*(pipe.put(frame.data) for frame in whole), pipe.finish()])
    writer.start()
    np.testing.assert_array_equal(read_all(read_end), np.concatenate(whole))
    writer.join()
    assert not pipe.broken
    assert not pipe.is_alive()


@pytest.mark.parametrize("lends", [True, False])
@pytest.mark.parametrize("frame_bytes", [20_000, 200_000, 3_000_001, 40_000_000])
def test_frames_stay_as_they_are_until_enough_further_ones_follow(monkeypatch, frame_bytes, lends):
    """A ring of one buffer more than frames are held is safe, however late the reader is."""
    if not lends:
        monkeypatch.setattr(lending, "_vmsplice", lambda: None)
    read_end, write_end = os.pipe()
    pipe = FramePipe(write_end, frame_bytes, Trace())
    pipe.start()
    ring = frames(frames_held(frame_bytes) + 1, frame_bytes)
    n_frames = 3 * len(ring)
    n_given = 0

    def write():
        nonlocal n_given
        for k in range(n_frames):
            buffer = ring[k % len(ring)]
            buffer[:] = k
            pipe.put(buffer.data)
            n_given = k + 1
        # What the pipe still holds is nobody else's.
        ring.clear()
        pipe.finish()

    writer = threading.Thread(target=write)
    writer.start()
    # The latest reader that there can be: all that may be on its way is, and the next buffer has been filled.
    while n_given < frames_in_flight(frame_bytes) or (ring[n_given % len(ring)] != n_given).any():
        assert writer.is_alive()
    with open(read_end, "rb", buffering=0) as reader:
        for k in range(n_frames):
            left = frame_bytes
            while left:
                chunk = np.frombuffer(reader.read(min(left, 1 << 22)), np.uint8)
                assert (chunk == k % 256).all(), k
                left -= len(chunk)
        assert not reader.read(1)
    writer.join()


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EPERM])
def test_a_system_that_refuses_to_lend_is_written_to(monkeypatch, code):
    """A sandbox may know the call and refuse it."""

    def refuse(*_):
        ctypes.set_errno(code)
        return -1

    monkeypatch.setattr(lending, "_vmsplice", lambda: refuse)
    read_end, write_end = os.pipe()
    assert lending.lend(write_end, memoryview(b"frame")) == 5
    assert os.read(read_end, 10) == b"frame"
    os.close(read_end)
    os.close(write_end)


def test_a_pipe_that_fails_stops_nobody(monkeypatch):
    def fail(*_):
        ctypes.set_errno(errno.EIO)
        return -1

    monkeypatch.setattr(lending, "_vmsplice", lambda: fail)
    read_end, write_end = os.pipe()
    pipe = FramePipe(write_end, 1000, Trace())
    pipe.start()
    for frame in frames(50, 1000):
        pipe.put(frame.data)
    pipe.finish()
    assert pipe.broken
    os.close(read_end)


def test_large_frames_are_fewer_on_their_way():
    sizes = [(320, 180), (1920, 1080), (3840, 2160), (7680, 4320), (16384, 16384)]
    numbers = [frames_in_flight(width * height * 3 // 2) for width, height in sizes]
    assert numbers == [8, 8, 5, 2, 2]


@pytest.mark.parametrize("n_read", [0, 150_000])
def test_a_reader_that_goes_away_stops_nobody(n_read):
    read_end, write_end = os.pipe()
    pipe = FramePipe(write_end, 100_000, Trace())
    pipe.start()
    writer = threading.Thread(target=lambda: [*(pipe.put(frame.data) for frame in frames(50, 100_000)), pipe.finish()])
    writer.start()
    left = n_read
    while left:
        left -= len(os.read(read_end, left))
    os.close(read_end)
    writer.join(timeout=30)
    assert not writer.is_alive()
    assert pipe.broken


def test_sound_is_written_until_the_reader_goes():
    read_end, write_end = os.pipe()
    pipe = SoundPipe(write_end, itertools.repeat(np.zeros((1000, 2), np.float32)))
    pipe.start()
    os.read(read_end, 100_000)
    os.close(read_end)
    pipe.finish()
    assert pipe.broken
    assert pipe.error is None


def test_what_the_sound_raises_is_kept_and_the_pipe_closed():
    def blocks():
        yield np.ones((10, 1), np.float32)
        raise OSError("unreadable")

    read_end, write_end = os.pipe()
    pipe = SoundPipe(write_end, blocks())
    pipe.start()
    assert read_all(read_end).size == 40
    pipe.finish()
    assert str(pipe.error) == "unreadable"


def test_a_pipe_that_never_started_is_closed():
    read_end, write_end = os.pipe()
    FramePipe(write_end, 1000, Trace()).finish()
    assert read_all(read_end).size == 0
