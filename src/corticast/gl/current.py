"""Which context is current in this thread, whoever made it, so that a program gets its own back.

A program that shows a window, such as napari, has a context of its own current when it asks for a frame. On
Linux that may be one of GLX, beside which EGL makes no context current, or one of EGL, which EGL would drop.
Elsewhere the libraries of windows keep the book.
"""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass
from functools import cache
from typing import Any

from corticast.gl.libraries import LIBEGL

_EGL_DRAW, _EGL_READ = 0x3059, 0x305A


@dataclass(frozen=True)
class CurrentContext:
    """A context and what it draws to, as it was current in a thread.

    Parameters
    ----------
    system : "egl", "glx", or "" for none that is known
    handles : arguments that make it current again
    """

    system: str = ""
    handles: tuple[int | None, ...] = ()

    def release(self) -> None:
        """Make no context current."""
        if self.system == "glx":
            _glx().glXMakeContextCurrent(self.handles[0], 0, 0, None)
        elif self.system == "egl":
            _egl().eglMakeCurrent(self.handles[0], None, None, None)

    def restore(self) -> None:
        """Make it current again; it must be there still."""
        if self.system == "glx":
            _glx().glXMakeContextCurrent(*self.handles)
        elif self.system == "egl":
            _egl().eglMakeCurrent(*self.handles)


def current_context() -> CurrentContext:
    """The context that is current in this thread."""
    if not sys.platform.startswith("linux"):
        return CurrentContext()
    egl, glx = _egl(), _glx()
    if egl is not None and (context := egl.eglGetCurrentContext()):
        surfaces = egl.eglGetCurrentSurface(_EGL_DRAW), egl.eglGetCurrentSurface(_EGL_READ)
        return CurrentContext("egl", (egl.eglGetCurrentDisplay(), *surfaces, context))
    if glx is not None and (context := glx.glXGetCurrentContext()):
        drawables = glx.glXGetCurrentDrawable(), glx.glXGetCurrentReadDrawable()
        return CurrentContext("glx", (glx.glXGetCurrentDisplay(), *drawables, context))
    return CurrentContext()


@cache
def _egl() -> Any:
    """EGL, None where there is none."""
    pointer = ctypes.c_void_p
    return _library(
        LIBEGL,
        {
            "eglGetCurrentContext": (pointer,),
            "eglGetCurrentDisplay": (pointer,),
            "eglGetCurrentSurface": (pointer, ctypes.c_int),
            "eglMakeCurrent": (ctypes.c_uint, pointer, pointer, pointer, pointer),
        },
    )


@cache
def _glx() -> Any:
    """GLX, None where there is none."""
    pointer, drawable = ctypes.c_void_p, ctypes.c_ulong
    return _library(
        "libGL.so.1",
        {
            "glXGetCurrentContext": (pointer,),
            "glXGetCurrentDisplay": (pointer,),
            "glXGetCurrentDrawable": (drawable,),
            "glXGetCurrentReadDrawable": (drawable,),
            "glXMakeContextCurrent": (ctypes.c_int, pointer, drawable, drawable, pointer),
        },
    )


def _library(name: str, functions: dict[str, tuple[Any, ...]]) -> Any:
    """A shared library whose functions know their types: result, then arguments."""
    try:
        library = ctypes.CDLL(name)
        for function, (result, *arguments) in functions.items():
            getattr(library, function).restype = result
            getattr(library, function).argtypes = arguments
    except (OSError, AttributeError):
        return None
    return library
