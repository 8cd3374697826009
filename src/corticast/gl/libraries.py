"""The system's OpenGL libraries, PyOpenGL and vispy's loader, set up for every kind of context."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from corticast.errors import DeviceError

LIBEGL = "libEGL.so.1"
_LIBGL = ("libGL.so.1", "libOpenGL.so.0")

HOW_TO_GET_GL = (
    "on Debian or Ubuntu: apt-get install libegl1 libgl1 libgl1-mesa-dri libfontconfig1; `corticast doctor` shows more"
)


def has_library(name: str) -> bool:
    """Whether the system's loader finds a shared library with this file name."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def typed_library(name: str, functions: Mapping[str, tuple[Any, ...]]) -> Any:
    """A shared library with typed functions; None if the library or a function is missing.

    Parameters
    ----------
    functions : types by name: the result's, then the arguments'
    """
    try:
        library = ctypes.CDLL(name)
        for function, (result, *arguments) in functions.items():
            getattr(library, function).restype = result
            getattr(library, function).argtypes = arguments
    except (OSError, AttributeError):
        return None
    return library


def load_opengl() -> None:
    """Import PyOpenGL's entry points and vispy's, which find their libraries by variables of the environment.

    The variables are set for the import alone: a child of this process shall not see them.

    Raises
    ------
    DeviceError : the OpenGL libraries are missing
    """
    with _defaults(_loader_variables()):
        try:
            import corticast.gl.calls  # noqa: F401
        except (ImportError, AttributeError, OSError) as error:
            raise DeviceError(f"OpenGL libraries are missing ({error}); {HOW_TO_GET_GL}") from error
        try:
            # This import also loads the system's fontconfig, for texts that corticast draws in another way.
            import vispy.gloo.context  # noqa: F401
        except (ImportError, OSError) as error:
            raise DeviceError(f"vispy cannot be loaded ({error}); {HOW_TO_GET_GL}") from error


def _loader_variables() -> dict[str, str]:
    if not sys.platform.startswith("linux") or {"corticast.gl.calls", "vispy.gloo.gl"} <= sys.modules.keys():
        return {}
    variables = {}
    if has_library(LIBEGL):
        # EGL's loader also finds the functions for contexts of windows.
        variables["PYOPENGL_PLATFORM"] = "egl"
    # vispy's loader only knows libGL, and runs ldconfig to find it. libOpenGL (GLVND without X11) works, too.
    libgl = next(filter(has_library, _LIBGL), None)
    if libgl is not None:
        variables["VISPY_GL_LIB"] = libgl
    return variables


@contextmanager
def _defaults(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment that are not set yet, and unset them afterwards."""
    ours = {name: value for name, value in variables.items() if name not in os.environ}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name in ours:
            os.environ.pop(name, None)
