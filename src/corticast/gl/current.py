"""The context that is current in this thread, whoever made it, so that a program gets its own back.

A program that shows a window, such as napari, has a context of its own current when it asks for a frame. On Linux the
context may belong to GLX: EGL cannot make one current beside it. Or it may belong to EGL, which would drop it.
Elsewhere the libraries of windows keep the book.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from functools import cache
from typing import Any

from corticast.gl.egl_library import egl_library
from corticast.gl.libraries import typed_library

_EGL_DRAW, _EGL_READ = 0x3059, 0x305A


@dataclass(frozen=True)
class CurrentContext:
    """A context and its surfaces, as they were current in a thread.

    Parameters
    ----------
    system : "egl" or "glx"; "" if no context is current
    handles : arguments that make it current again
    """

    system: str = ""
    handles: tuple[int | None, ...] = ()

    def release(self) -> None:
        """Make no context current."""
        if self.system == "glx":
            _glx().glXMakeContextCurrent(self.handles[0], 0, 0, None)
        elif self.system == "egl":
            egl_library().eglMakeCurrent(self.handles[0], None, None, None)

    def restore(self) -> None:
        """Make the context current again. It must still exist."""
        if self.system == "glx":
            _glx().glXMakeContextCurrent(*self.handles)
        elif self.system == "egl":
            egl_library().eglMakeCurrent(*self.handles)


def current_context() -> CurrentContext:
    """Find the context that is current in this thread."""
    if not sys.platform.startswith("linux"):
        return CurrentContext()
    egl, glx = egl_library(), _glx()
    if egl is not None and (context := egl.eglGetCurrentContext()):
        surfaces = egl.eglGetCurrentSurface(_EGL_DRAW), egl.eglGetCurrentSurface(_EGL_READ)
        return CurrentContext("egl", (egl.eglGetCurrentDisplay(), *surfaces, context))
    if glx is not None and (context := glx.glXGetCurrentContext()):
        drawables = glx.glXGetCurrentDrawable(), glx.glXGetCurrentReadDrawable()
        return CurrentContext("glx", (glx.glXGetCurrentDisplay(), *drawables, context))
    return CurrentContext()


@cache
def _glx() -> Any:
    """The GLX library; None if it is missing."""
    pointer, drawable = ctypes.c_void_p, ctypes.c_ulong
    return typed_library(
        "libGL.so.1",
        {
            "glXGetCurrentContext": (pointer,),
            "glXGetCurrentDisplay": (pointer,),
            "glXGetCurrentDrawable": (drawable,),
            "glXGetCurrentReadDrawable": (drawable,),
            "glXMakeContextCurrent": (ctypes.c_int, pointer, drawable, drawable, pointer),
        },
    )
