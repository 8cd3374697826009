"""OpenGL functions that gloo lacks: limits, copies, pixel-pack buffers, fences, timer queries.

The functions are PyOpenGL's raw ones. Its wrappers of all of OpenGL take longer to import than the first frame takes
to draw. The import fails without OpenGL libraries: see `libraries.load_opengl`.
"""

from __future__ import annotations

import numpy as np
from OpenGL.raw.GL.VERSION.GL_1_0 import (
    GL_BYTE,
    GL_COLOR_BUFFER_BIT,
    GL_FLOAT,
    GL_LINEAR,
    GL_MAX_TEXTURE_SIZE,
    GL_NEAREST,
    GL_PACK_ALIGNMENT,
    GL_RGBA,
    GL_UNPACK_ALIGNMENT,
    GL_UNSIGNED_BYTE,
    glClear,
    glClearColor,
    glFinish,
    glGetError,
    glGetIntegerv,
    glPixelStorei,
    glReadPixels,
)
from OpenGL.raw.GL.VERSION.GL_1_2 import GL_MAX_3D_TEXTURE_SIZE, glTexImage3D, glTexSubImage3D
from OpenGL.raw.GL.VERSION.GL_1_5 import (
    GL_QUERY_COUNTER_BITS,
    GL_QUERY_RESULT,
    GL_STREAM_READ,
    glBeginQuery,
    glBindBuffer,
    glBufferData,
    glDeleteBuffers,
    glDeleteQueries,
    glEndQuery,
    glGenBuffers,
    glGenQueries,
    glGetBufferSubData,
    glGetQueryiv,
)
from OpenGL.raw.GL.VERSION.GL_2_1 import GL_PIXEL_PACK_BUFFER
from OpenGL.raw.GL.VERSION.GL_3_0 import (
    GL_DRAW_FRAMEBUFFER,
    GL_FRAMEBUFFER,
    GL_FRAMEBUFFER_BINDING,
    GL_READ_FRAMEBUFFER,
    glBindFramebuffer,
    glBlitFramebuffer,
)
from OpenGL.raw.GL.VERSION.GL_3_2 import (
    GL_SYNC_FLUSH_COMMANDS_BIT,
    GL_SYNC_GPU_COMMANDS_COMPLETE,
    GL_TIMEOUT_EXPIRED,
    GL_WAIT_FAILED,
    glClientWaitSync,
    glDeleteSync,
    glFenceSync,
)
from OpenGL.raw.GL.VERSION.GL_3_3 import GL_TIME_ELAPSED, glGetQueryObjectui64v

__all__ = [
    "GL_BYTE",
    "GL_COLOR_BUFFER_BIT",
    "GL_DRAW_FRAMEBUFFER",
    "GL_FLOAT",
    "GL_FRAMEBUFFER",
    "GL_FRAMEBUFFER_BINDING",
    "GL_LINEAR",
    "GL_MAX_3D_TEXTURE_SIZE",
    "GL_MAX_TEXTURE_SIZE",
    "GL_NEAREST",
    "GL_PACK_ALIGNMENT",
    "GL_PIXEL_PACK_BUFFER",
    "GL_QUERY_COUNTER_BITS",
    "GL_QUERY_RESULT",
    "GL_READ_FRAMEBUFFER",
    "GL_RGBA",
    "GL_STREAM_READ",
    "GL_SYNC_FLUSH_COMMANDS_BIT",
    "GL_SYNC_GPU_COMMANDS_COMPLETE",
    "GL_TIMEOUT_EXPIRED",
    "GL_TIME_ELAPSED",
    "GL_UNPACK_ALIGNMENT",
    "GL_UNSIGNED_BYTE",
    "GL_WAIT_FAILED",
    "glBeginQuery",
    "glBindBuffer",
    "glBindFramebuffer",
    "glBlitFramebuffer",
    "glBufferData",
    "glClear",
    "glClearColor",
    "glClientWaitSync",
    "glDeleteBuffers",
    "glDeleteQueries",
    "glDeleteSync",
    "glEndQuery",
    "glFenceSync",
    "glFinish",
    "glGenBuffers",
    "glGenQueries",
    "glGetBufferSubData",
    "glGetError",
    "glGetQueryObjectui64v",
    "glGetQueryiv",
    "glPixelStorei",
    "glReadPixels",
    "glTexImage3D",
    "glTexSubImage3D",
    "integer",
]  # fmt: skip


def integer(name: int) -> int:
    """An OpenGL state or limit that is a single integer."""
    value = np.zeros(1, dtype=np.int32)
    glGetIntegerv(name, value)
    return int(value[0])
