"""How long the GPU itself takes, by timer queries; and waiting until it is done."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


def finish() -> None:
    """Wait until OpenGL has done everything it was told; needs a current context."""
    from OpenGL import GL

    GL.glFinish()


class GpuTimer:
    """Times what OpenGL executes between two points of its queue; needs a current context that supports it."""

    def __init__(self) -> None:
        from OpenGL import GL

        self._query = int(np.atleast_1d(GL.glGenQueries(1))[0])

    @staticmethod
    def is_supported() -> bool:
        """Whether the current context has timer queries (OpenGL 3.3, or ARB_timer_query) that count."""
        from OpenGL import GL

        if not (bool(GL.glGetQueryiv) and bool(GL.glGetQueryObjectui64v)):
            return False
        # Where the target is not known nothing is written.
        bits = np.zeros(1, dtype=np.int32)
        GL.glGetQueryiv(GL.GL_TIME_ELAPSED, GL.GL_QUERY_COUNTER_BITS, bits)
        return bool(bits[0] > 0)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Time the commands that are executed within; gloo's must be flushed there too."""
        from OpenGL import GL

        GL.glBeginQuery(GL.GL_TIME_ELAPSED, self._query)
        try:
            yield
        finally:
            GL.glEndQuery(GL.GL_TIME_ELAPSED)

    def milliseconds(self) -> float:
        """Time of the commands measured last; waits until they are done."""
        from OpenGL import GL

        # PyOpenGL's own wrapper has no array type for 64-bit results.
        from OpenGL.raw.GL.VERSION.GL_3_3 import glGetQueryObjectui64v

        elapsed_ns = (ctypes.c_uint64 * 1)()
        glGetQueryObjectui64v(self._query, GL.GL_QUERY_RESULT, elapsed_ns)
        return elapsed_ns[0] / 1e6

    def close(self) -> None:
        """Free the query."""
        from OpenGL import GL

        GL.glDeleteQueries(1, [self._query])
