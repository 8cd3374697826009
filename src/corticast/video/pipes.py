"""Threads that write into ffmpeg's pipes, so that drawing, sound and encoding overlap.

Measured at 1920×1080 on two cores: beside a direct write, the frame thread makes a film 5 to 8 %
faster where the CPU draws and encodes, and 20 to 30 % where a GPU draws.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from io import FileIO
from queue import SimpleQueue

import numpy as np
import numpy.typing as npt

from corticast.core.trace import Recorder

# In recordings: the thread that writes frames, and its stage in which ffmpeg is behind or takes a frame in.
WRITER = "writer"
WRITING = "write to ffmpeg"

# Encoders take frames in by bursts. Measured at 1920×1080 on two cores, drawing and encoding on both: a film is 8 to
# 12 % faster with eight frames on their way than with two. Large frames are fewer.
_MOST_FRAMES, _LEAST_FRAMES, _BYTES_IN_FLIGHT = 8, 2, 64 << 20


def frames_in_flight(frame_bytes: int) -> int:
    """How many frames of a size may be on their way to the encoder."""
    return min(max(_LEAST_FRAMES, _BYTES_IN_FLIGHT // frame_bytes), _MOST_FRAMES)


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
        """Write one chunk; once the reader is gone, `broken` is set and nothing is written any more."""
        try:
            while chunk and not self.broken:
                chunk = chunk[self._pipe.write(chunk) :]
        except BrokenPipeError:
            self.broken = True


class FramePipe(_PipeThread):
    """Takes frames and writes them in order.

    Parameters
    ----------
    fd : write end of the pipe, owned from here on
    n_in_flight : frames that may be on their way, the one being written included
    recorder : of the time that is spent waiting and writing
    """

    def __init__(self, fd: int, n_in_flight: int, recorder: Recorder) -> None:
        super().__init__(fd, "corticast-frames")
        self._recorder = recorder
        self._queueing = recorder.stage("wait for queue")
        # A simple queue and a semaphore: unlike a bounded queue, they stay usable when Ctrl-C
        # interrupts the caller in the middle of a put.
        self._frames: SimpleQueue[memoryview | None] = SimpleQueue()
        self._slots = threading.Semaphore(n_in_flight)

    def put(self, frame: memoryview) -> None:
        """Hand over a frame; waits while as many as may be are on their way."""
        with self._queueing:
            self._slots.acquire()
        self._frames.put(frame)

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
                with writing:
                    self._write(frame)
                self._slots.release()


class SoundPipe(_PipeThread):
    """Writes the blocks of a sound.

    Parameters
    ----------
    fd : write end of the pipe, owned from here on
    blocks : C-contiguous samples; iterated in the thread
    """

    def __init__(self, fd: int, blocks: Iterable[npt.NDArray[np.float32]]) -> None:
        super().__init__(fd, "corticast-sound")
        self._blocks = blocks
        self.error: Exception | None = None

    def run(self) -> None:
        """Write all blocks; the thread's own."""
        try:
            with self._pipe:
                for block in self._blocks:
                    self._write(block.data.cast("B"))
                    if self.broken:
                        return
        except Exception as error:
            # An unreadable file, for one: it is the caller's to see, in the caller's thread.
            self.error = error
