"""Threads that write into ffmpeg's pipes, so that drawing, sound and encoding overlap.

Measured at 1920×1080 on two cores: beside a direct write, the frame thread makes a film 5 to 8 %
faster where the CPU draws and encodes, and 20 to 30 % where a GPU draws.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from io import FileIO
from queue import SimpleQueue
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.trace import Recorder
from corticast.video.lending import PIPE_BYTES, enlarge, lend

# In recordings: the thread that writes frames, and its stage in which ffmpeg is behind or takes a frame in.
WRITER = "writer"
WRITING = "write to ffmpeg"

# Encoders take frames in by bursts. Measured at 1920×1080 on two cores, drawing and encoding on both: a film is 8 to
# 12 % faster with eight frames on their way than with two. Large frames are fewer.
_MOST_FRAMES, _LEAST_FRAMES, _BYTES_IN_FLIGHT = 8, 2, 64 << 20


def frames_in_flight(frame_bytes: int) -> int:
    """How many frames of a size may wait to be written, or be written."""
    return min(max(_LEAST_FRAMES, _BYTES_IN_FLIGHT // frame_bytes), _MOST_FRAMES)


def frames_held(frame_bytes: int) -> int:
    """How many frames of a size may be on their way, those included that have been written and not yet been read."""
    return frames_in_flight(frame_bytes) + -(-PIPE_BYTES // frame_bytes)


class _PipeThread(threading.Thread):
    """Writes chunks into a pipe until they or the pipe's reader have ended, then closes the pipe."""

    def __init__(self, fd: int, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._pipe = FileIO(fd, "wb")
        self.broken = False

    def finish(self) -> None:
        """Wait until all is written, or until the reader is gone; close the pipe."""
        if self.ident is None:
            self._pipe.close()
        else:
            self.join()

    def _write(self, chunk: memoryview) -> None:
        """Write one chunk; once the reader is gone or the pipe fails, `broken` is set and nothing more is written."""
        try:
            while chunk and not self.broken:
                chunk = chunk[self._put_in(chunk) :]
        except OSError:
            self.broken = True

    def _put_in(self, chunk: memoryview) -> int:
        """Write what fits of a chunk, at least one byte; how many it were."""
        return self._pipe.write(chunk)


class FramePipe(_PipeThread):
    """Takes frames and writes them in order.

    Parameters
    ----------
    fd : write end of the pipe, owned from here on
    frame_bytes : of each frame
    recorder : of the time that is spent waiting and writing
    """

    def __init__(self, fd: int, frame_bytes: int, recorder: Recorder) -> None:
        super().__init__(fd, "corticast-frames")
        enlarge(fd)
        # Those that the reader may not have taken out of the pipe: nobody else is to be given their memory.
        self._lent: deque[memoryview] = deque(maxlen=frames_held(frame_bytes))
        self._recorder = recorder
        self._queueing = recorder.stage("wait for queue")
        # A simple queue and a semaphore: unlike a bounded queue, they stay usable when Ctrl-C
        # interrupts the caller in the middle of a put.
        self._frames: SimpleQueue[memoryview | None] = SimpleQueue()
        self._slots = threading.Semaphore(frames_in_flight(frame_bytes))

    def put(self, frame: memoryview) -> None:
        """Hand over a frame; waits while as many as may be are on their way."""
        with self._queueing:
            self._slots.acquire()
        self._frames.put(frame)

    def _put_in(self, chunk: memoryview) -> int:
        return lend(self._pipe.fileno(), chunk)

    def finish(self) -> None:
        """Wait until all frames are written, or until the reader is gone; close the pipe."""
        self._frames.put(None)
        super().finish()

    def run(self) -> None:
        """Write frames until `finish`; the thread's own."""
        waiting = self._recorder.stage("wait for frame", WRITER)
        writing = self._recorder.stage(WRITING, WRITER)
        with self._pipe:
            while True:
                with waiting:
                    frame = self._frames.get()
                if frame is None:
                    return
                # After a break the frames are still taken, so that `put` never waits for ever.
                self._lent.append(frame)
                with writing:
                    self._write(frame)
                self._slots.release()


class ArrayPipe(_PipeThread):
    """Writes arrays one after the other.

    Parameters
    ----------
    fd : write end of the pipe, owned from here on
    arrays : C-contiguous, none of them empty; iterated in the thread. Each has been written when the next is asked for.
    name : of the thread
    """

    def __init__(self, fd: int, arrays: Iterable[npt.NDArray[Any]], name: str) -> None:
        super().__init__(fd, name)
        self._arrays = arrays
        self.error: Exception | None = None

    def run(self) -> None:
        """Write all arrays; the thread's own."""
        try:
            with self._pipe:
                for array in self._arrays:
                    self._write(array.data.cast("B"))
                    if self.broken:
                        return
        except Exception as error:
            # An unreadable file, for one: it is the caller's to see, in the caller's thread.
            self.error = error
        finally:
            # What makes the arrays may hold a file or a process, which ends with it.
            self._arrays = ()


class SoundPipe(ArrayPipe):
    """Writes the blocks of a sound.

    Parameters
    ----------
    fd : write end of the pipe, owned from here on
    blocks : C-contiguous samples; iterated in the thread
    """

    def __init__(self, fd: int, blocks: Iterable[npt.NDArray[np.float32]]) -> None:
        super().__init__(fd, blocks, "corticast-sound")
