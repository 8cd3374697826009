"""Targets: framebuffers of any size that passes draw into."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np

from corticast.core.geometry.panels import Rect
from corticast.core.model.types import Float32Array, UInt8Array
from corticast.gl.arrays import empty_texture
from corticast.gl.context import OffscreenContext


def letterbox(size: tuple[int, int], into: tuple[int, int]) -> Rect:
    """Place of a picture in a window: centred, complete, and as large as possible.

    Parameters
    ----------
    size, into : (width, height) of the picture and of the window, in pixels

    Returns
    -------
    column and row of the first pixel from the top left, width, height
    """
    scale = min(into[0] / size[0], into[1] / size[1])
    width, height = round(size[0] * scale), round(size[1] * scale)
    return (into[0] - width) // 2, (into[1] - height) // 2, width, height


class Target:
    """A framebuffer with one texture.

    Parameters
    ----------
    context : the current context
    size : (width, height) in pixels
    internal_format : "rgba8" for colours, "rgba32f" for voxel values before windowing
    """

    def __init__(self, context: OffscreenContext, size: tuple[int, int], internal_format: str = "rgba8") -> None:
        from vispy import gloo

        context.check_size("--size" if internal_format == "rgba8" else "slice", size)
        self.size = size
        self.texture: Any = empty_texture(size, internal_format)
        self._context = context
        self._framebuffer: Any = gloo.FrameBuffer(color=self.texture)

    @contextmanager
    def bound(self, *, blend: bool = False) -> Iterator[None]:
        """Draw into this target; `blend` lays premultiplied colours over its content.

        The target stays bound afterwards: the next drawing code must bind its own target.
        """
        self._context.draw_into(self._framebuffer, self.size, blend=blend)
        yield

    def copy(self, source: Target, rects: Sequence[Rect]) -> None:
        """Copy rectangles from a target of the same size and format to the same place in this target.

        Parameters
        ----------
        rects : column and row of the first pixel, width, height
        """
        if not rects:
            return
        from corticast.gl import calls

        read, write = source.name, self.name
        # Execute the recorded commands first. gloo then knows this target as the one that is drawn into.
        self._context.draw_into(self._framebuffer, self.size)
        self._context.flush()
        calls.glBindFramebuffer(calls.GL_READ_FRAMEBUFFER, read)
        for x, y, width, height in rects:
            box = x, y, x + width, y + height
            calls.glBlitFramebuffer(*box, *box, calls.GL_COLOR_BUFFER_BIT, calls.GL_NEAREST)
        calls.glBindFramebuffer(calls.GL_FRAMEBUFFER, write)

    def sample(self, source: Target, rows: range | None = None) -> None:
        """Fill this target, or some of its rows, with single pixels of another one, evenly spaced.

        Parameters
        ----------
        rows : that are filled; None fills all
        """
        from corticast.gl import calls

        read, write = source.name, self.name
        self._context.draw_into(self._framebuffer, self.size)
        self._context.flush()
        calls.glBindFramebuffer(calls.GL_READ_FRAMEBUFFER, read)
        rows = rows or range(self.size[1])
        boxes = 0, 0, *source.size, 0, rows.start, self.size[0], rows.stop
        calls.glBlitFramebuffer(*boxes, calls.GL_COLOR_BUFFER_BIT, calls.GL_NEAREST)
        calls.glBindFramebuffer(calls.GL_FRAMEBUFFER, write)

    def show(self, framebuffer: int, size: tuple[int, int]) -> None:
        """Copy the picture into a window's framebuffer: upright, complete, as large as possible, on black.

        Parameters
        ----------
        framebuffer : OpenGL's number of the window's framebuffer; 0 is the context's own
        size : (width, height) of that framebuffer in pixels
        """
        from corticast.gl import calls

        x, y, width, height = letterbox(self.size, size)
        read = self.name
        self._context.flush()
        before = calls.integer(calls.GL_FRAMEBUFFER_BINDING)
        calls.glBindFramebuffer(calls.GL_READ_FRAMEBUFFER, read)
        calls.glBindFramebuffer(calls.GL_DRAW_FRAMEBUFFER, framebuffer)
        if (width, height) != size:
            calls.glClearColor(0, 0, 0, 1)
            calls.glClear(calls.GL_COLOR_BUFFER_BIT)
        # Row 0 is the top of the picture, but the bottom of a framebuffer.
        top = size[1] - y
        sampling = calls.GL_NEAREST if (width, height) == self.size else calls.GL_LINEAR
        calls.glBlitFramebuffer(0, 0, *self.size, x, top, x + width, top - height, calls.GL_COLOR_BUFFER_BIT, sampling)
        calls.glBindFramebuffer(calls.GL_FRAMEBUFFER, before)

    @cached_property
    def name(self) -> int:
        """OpenGL's number of the framebuffer, which gloo does not expose."""
        from corticast.gl import calls

        self._context.draw_into(self._framebuffer, self.size)
        self._context.flush()
        return calls.integer(calls.GL_FRAMEBUFFER_BINDING)

    def clear(self, color: tuple[float, float, float, float]) -> None:
        """Fill the bound target with one premultiplied colour."""
        from vispy import gloo

        gloo.clear(color=color, depth=False)

    def read(self) -> UInt8Array:
        """Wait until all draws are done, and read all pixels.

        Returns
        -------
        (height, width, 4) uint8, row 0 is the top
        """
        from corticast.gl import calls

        width, height = self.size
        pixels = np.empty((height, width, 4), dtype=np.uint8)
        self.bind_for_reading()
        calls.glReadPixels(
            0, 0, width, height, calls.GL_RGBA, calls.GL_UNSIGNED_BYTE, ctypes.c_void_p(pixels.ctypes.data)
        )
        return pixels

    def read_floats(self) -> Float32Array:
        """The same for a target of floats: (height, width, 4) float32, row 0 is the top."""
        from corticast.gl import calls

        width, height = self.size
        values = np.empty((height, width, 4), dtype=np.float32)
        self.bind_for_reading()
        calls.glReadPixels(0, 0, width, height, calls.GL_RGBA, calls.GL_FLOAT, ctypes.c_void_p(values.ctypes.data))
        return values

    def bind_for_reading(self) -> None:
        """Make raw OpenGL calls read from this target."""
        # gloo binds on its draw queue. Executing the queue leaves the framebuffer bound.
        self._context.draw_into(self._framebuffer, self.size)
        self._context.flush()
        from corticast.gl import calls

        calls.glPixelStorei(calls.GL_PACK_ALIGNMENT, 1)
