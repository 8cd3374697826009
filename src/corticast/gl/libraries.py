"""PyOpenGL and vispy's loader, with the settings that one process needs for every kind of context."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any

from corticast.errors import DeviceError

LIBEGL = "libEGL.so.1"
_LIBGL = ("libGL.so.1", "libOpenGL.so.0")

HOW_TO_GET_GL = (
    "on Debian or Ubuntu: apt-get install libegl1 libgl1 libgl1-mesa-dri libfontconfig1; `corticast doctor` tells more"
)


def has_library(name: str) -> bool:
    """Whether the system's loader finds a shared library, by its file's name."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def load_opengl() -> Any:
    """Import PyOpenGL's GL, and its EGL before it where the system has EGL.

    Returns
    -------
    the module OpenGL.GL

    Raises
    ------
    DeviceError : the libraries are missing
    """
    with_egl = sys.platform.startswith("linux") and has_library(LIBEGL)
    if sys.platform.startswith("linux"):
        if with_egl:
            # Contexts of windows are asked for by EGL as well, so that one setting serves all in a process.
            os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
        # vispy's loader knows libGL only, and runs ldconfig to find it; a machine with libOpenGL (GLVND without X11)
        # serves as well.
        libgl = next(filter(has_library, _LIBGL), None)
        if libgl is not None:
            os.environ.setdefault("VISPY_GL_LIB", libgl)
    try:
        import OpenGL

        # EGL's wrappers need PyOpenGL's error checking at import; GL's cost a driver call per call.
        if with_egl:
            from OpenGL import EGL  # noqa: F401

        OpenGL.ERROR_CHECKING = "CORTICAST_GL_DEBUG" in os.environ
        from OpenGL import GL
    except (ImportError, AttributeError, OSError) as error:
        raise DeviceError(f"OpenGL libraries are missing ({error}); {HOW_TO_GET_GL}") from error
    return GL
