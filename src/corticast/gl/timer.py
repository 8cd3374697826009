"""Time that the GPU itself takes, by timer queries; waiting for the GPU."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


def finish() -> None:
    """Wait until OpenGL has executed all its commands. Needs a current context."""
    from corticast.gl import calls

    calls.glFinish()


class GpuTimer:
    """Measures the time of a run of OpenGL commands. Needs a current context with timer queries."""

    def __init__(self) -> None:
        from corticast.gl import calls

        names = np.zeros(1, dtype=np.uint32)
        calls.glGenQueries(1, names)
        self._query = int(names[0])

    @staticmethod
    def is_supported() -> bool:
        """Whether the current context has working timer queries (OpenGL 3.3 or ARB_timer_query)."""
        from corticast.gl import calls

        if not (bool(calls.glGetQueryiv) and bool(calls.glGetQueryObjectui64v)):
            return False
        # OpenGL writes nothing for an unknown target.
        bits = np.zeros(1, dtype=np.int32)
        calls.glGetQueryiv(calls.GL_TIME_ELAPSED, calls.GL_QUERY_COUNTER_BITS, bits)
        # Clear the error of an unknown target, so that the next draw does not report it.
        calls.glGetError()
        return bool(bits[0] > 0)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure the commands executed inside the block. Flush gloo's commands inside, too."""
        from corticast.gl import calls

        calls.glBeginQuery(calls.GL_TIME_ELAPSED, self._query)
        try:
            yield
        finally:
            calls.glEndQuery(calls.GL_TIME_ELAPSED)

    def milliseconds(self) -> float:
        """Time of the latest measured commands in milliseconds. Waits until they are done."""
        from corticast.gl import calls

        elapsed_ns = (ctypes.c_uint64 * 1)()
        calls.glGetQueryObjectui64v(self._query, calls.GL_QUERY_RESULT, elapsed_ns)
        return elapsed_ns[0] / 1e6

    def close(self) -> None:
        """Free the query."""
        from corticast.gl import calls

        calls.glDeleteQueries(1, np.array([self._query], np.uint32))
