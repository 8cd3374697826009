"""Pixels from the GPU without waiting: a ring of pixel-pack buffers.

The transfer of frame k begins when frame k has been drawn. The frame is fetched after frame k + depth has been drawn.
By then the transfer is over, so neither side waits. On a CPU renderer nothing runs in parallel, and frames are read at
once.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Iterator

import numpy as np

from corticast.core.model.types import UInt8Array
from corticast.errors import DeviceError
from corticast.gl.context import GlFacts
from corticast.gl.target import Target

# A frame takes milliseconds. A GPU that needs longer than this time hangs.
_TIMEOUT_NS = 60_000_000_000


def ring_depth(facts: GlFacts) -> int:
    """Number of buffers that suit a renderer."""
    return 0 if facts.is_software else 2


class ReadbackRing:
    """Fetches the pixels of a target in the order of its frames.

    Parameters
    ----------
    n_bytes : size of one frame
    depth : number of buffers in the ring; 0 reads every frame at once without a buffer, which saves a copy
    kept : number of arrays that are returned in turn; new arrays would cost a page fault every 4 kB
    """

    def __init__(self, n_bytes: int, depth: int, kept: int = 2) -> None:
        from corticast.gl import calls

        self._n_bytes = n_bytes
        self._frames = deque(np.empty(n_bytes, dtype=np.uint8) for _ in range(kept))
        self._depth = depth
        names = np.zeros(depth, dtype=np.uint32)
        calls.glGenBuffers(depth, names)
        self._free = deque(names.tolist())
        self._pending: deque[tuple[int, object]] = deque()
        for name in self._free:
            calls.glBindBuffer(calls.GL_PIXEL_PACK_BUFFER, name)
            calls.glBufferData(calls.GL_PIXEL_PACK_BUFFER, n_bytes, None, calls.GL_STREAM_READ)
        calls.glBindBuffer(calls.GL_PIXEL_PACK_BUFFER, 0)

    def push(self, target: Target) -> UInt8Array | None:
        """Begin the transfer of the target's pixels; return the oldest frame once the ring is full.

        Returns
        -------
        (n_bytes,) uint8, unchanged until `kept` - 1 further frames have been fetched; None while the ring fills
        """
        from corticast.gl import calls

        if not self._depth:
            target.bind_for_reading()
            frame = self._next_array()
            calls.glReadPixels(
                0, 0, *target.size, calls.GL_RGBA, calls.GL_UNSIGNED_BYTE, ctypes.c_void_p(frame.ctypes.data)
            )
            return frame
        oldest = self._fetch() if not self._free else None
        name = self._free.popleft()
        target.bind_for_reading()
        calls.glBindBuffer(calls.GL_PIXEL_PACK_BUFFER, name)
        calls.glReadPixels(0, 0, *target.size, calls.GL_RGBA, calls.GL_UNSIGNED_BYTE, ctypes.c_void_p(0))
        calls.glBindBuffer(calls.GL_PIXEL_PACK_BUFFER, 0)
        self._pending.append((name, calls.glFenceSync(calls.GL_SYNC_GPU_COMMANDS_COMPLETE, 0)))
        return oldest

    def drain(self) -> Iterator[UInt8Array]:
        """Return the frames that are still in the ring, oldest first."""
        while self._pending:
            yield self._fetch()

    def _fetch(self) -> UInt8Array:
        from corticast.gl import calls

        name, fence = self._pending.popleft()
        status = calls.glClientWaitSync(fence, calls.GL_SYNC_FLUSH_COMMANDS_BIT, _TIMEOUT_NS)
        calls.glDeleteSync(fence)
        if status in (calls.GL_TIMEOUT_EXPIRED, calls.GL_WAIT_FAILED):
            raise DeviceError("the GPU did not finish a frame within a minute; read the log of the GPU's driver")
        frame = self._next_array()
        calls.glBindBuffer(calls.GL_PIXEL_PACK_BUFFER, name)
        calls.glGetBufferSubData(calls.GL_PIXEL_PACK_BUFFER, 0, self._n_bytes, ctypes.c_void_p(frame.ctypes.data))
        calls.glBindBuffer(calls.GL_PIXEL_PACK_BUFFER, 0)
        self._free.append(name)
        return frame

    def _next_array(self) -> UInt8Array:
        self._frames.rotate(-1)
        return self._frames[0]

    def close(self) -> None:
        """Free the buffers and drop frames not yet fetched."""
        from corticast.gl import calls

        for name, fence in self._pending:
            calls.glDeleteSync(fence)
            self._free.append(name)
        self._pending.clear()
        while self._free:
            calls.glDeleteBuffers(1, np.array([self._free.popleft()], np.uint32))
