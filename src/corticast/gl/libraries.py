"""PyOpenGL and vispy's loader, with the settings that one process needs for every kind of context."""

from __future__ import annotations

import ctypes
import os
import sys

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


def load_opengl() -> None:
    """Import PyOpenGL's entry points, and its EGL before them where the system has EGL.

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
        import corticast.gl.calls  # noqa: F401
    except (ImportError, AttributeError, OSError) as error:
        raise DeviceError(f"OpenGL libraries are missing ({error}); {HOW_TO_GET_GL}") from error
