"""How long the GPU itself takes, by timer queries; and waiting until it is done."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


def finish() -> None:
    """Wait until OpenGL has done everything it was told; needs a current context."""
    from corticast.gl import calls

    calls.glFinish()


class GpuTimer:
    """Times what OpenGL executes between two points of its queue; needs a current context that supports it."""

    def __init__(self) -> None:
        from corticast.gl import calls

        names = np.zeros(1, dtype=np.uint32)
        calls.glGenQueries(1, names)
        self._query = int(names[0])

    @staticmethod
    def is_supported() -> bool:
        """Whether the current context has timer queries (OpenGL 3.3, or ARB_timer_query) that count."""
        from corticast.gl import calls

        if not (bool(calls.glGetQueryiv) and bool(calls.glGetQueryObjectui64v)):
            return False
        # Where the target is not known nothing is written.
        bits = np.zeros(1, dtype=np.int32)
        calls.glGetQueryiv(calls.GL_TIME_ELAPSED, calls.GL_QUERY_COUNTER_BITS, bits)
        # What OpenGL says of an unknown target is not the next draw's.
        calls.glGetError()
        return bool(bits[0] > 0)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Time the commands that are executed within; gloo's must be flushed there too."""
        from corticast.gl import calls

        calls.glBeginQuery(calls.GL_TIME_ELAPSED, self._query)
        try:
            yield
        finally:
            calls.glEndQuery(calls.GL_TIME_ELAPSED)

    def milliseconds(self) -> float:
        """Time of the commands measured last; waits until they are done."""
        from corticast.gl import calls

        elapsed_ns = (ctypes.c_uint64 * 1)()
        calls.glGetQueryObjectui64v(self._query, calls.GL_QUERY_RESULT, elapsed_ns)
        return elapsed_ns[0] / 1e6

    def close(self) -> None:
        """Free the query."""
        from corticast.gl import calls

        calls.glDeleteQueries(1, np.array([self._query], np.uint32))
