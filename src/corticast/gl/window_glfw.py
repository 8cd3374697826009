"""A GLFW context: that of a hidden window, which nothing is drawn to."""

from __future__ import annotations

import atexit
import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from corticast.errors import one_line
from corticast.gl.native import NO_DISPLAY, UnavailableError, short

GET_GLFW = 'pip install "corticast[glfw]"'

# Addresses of this module's windows. `OffscreenContext` decides which of them is current, not GLFW.
_ours: set[int | None] = set()


class GlfwContext:
    """The context of a hidden window of 1 x 1 pixels.

    Raises
    ------
    UnavailableError : GLFW is not installed, or there is no display, or the display has no OpenGL
    """

    def __init__(self) -> None:
        try:
            import glfw
        except ImportError as error:
            raise UnavailableError(f"GLFW is missing ({short(error)})", GET_GLFW) from error
        self._glfw: Any = glfw
        self._previous: Any = None
        try:
            with raised_errors(glfw):
                initialise(glfw)
                self._window = open_window(glfw, self._hidden_window)
                _ours.add(_address(self._window))
        except glfw.GLFWError as error:
            raise UnavailableError(words(error), NO_DISPLAY) from error
        self.platform = f"hidden window of GLFW {'.'.join(map(str, glfw.get_version()))}"

    def _hidden_window(self) -> Any:
        self._glfw.window_hint(self._glfw.VISIBLE, self._glfw.FALSE)
        return self._glfw.create_window(1, 1, "corticast", None, None)

    def make_current(self) -> bool:
        """Make the context current in this thread; return whether this succeeded."""
        glfw = self._glfw
        current = glfw.get_current_context()
        if current and _address(current) not in _ours:
            self._previous = current
        try:
            with raised_errors(glfw):
                glfw.make_context_current(self._window)
        except glfw.GLFWError:
            return False
        return True

    def release(self) -> None:
        """Restore the context that the program had made current with GLFW, if any."""
        self._glfw.make_context_current(self._previous or None)
        self._previous = None

    def close(self) -> None:
        """Destroy the window with its context."""
        _ours.discard(_address(self._window))
        self._glfw.destroy_window(self._window)


def _address(window: Any) -> int | None:
    """A window's address, which identifies the window."""
    return ctypes.cast(window, ctypes.c_void_p).value


def open_window(glfw: Any, create: Callable[[], Any]) -> Any:
    """Open a window with a context: EGL's if possible, else the system's.

    Parameters
    ----------
    create : sets its own hints and creates a window. The hints leave out version and profile: macOS then
        gives OpenGL 2.1, the version of the shaders.

    Raises
    ------
    glfw.GLFWError : there is no display, or the display has no OpenGL
    """
    if sys.platform.startswith("linux"):
        # EGL, like everything else in this process. A display without EGL may have GLX.
        try:
            return _create_by(glfw, glfw.EGL_CONTEXT_API, create)
        except glfw.GLFWError:
            pass
    return _create_by(glfw, glfw.NATIVE_CONTEXT_API, create)


def _create_by(glfw: Any, context_api: int, create: Callable[[], Any]) -> Any:
    glfw.default_window_hints()
    glfw.window_hint(glfw.CONTEXT_CREATION_API, context_api)
    try:
        window = create()
    finally:
        glfw.default_window_hints()
    if not window:
        raise glfw.GLFWError("GLFW cannot create a window")
    return window


def initialise(glfw: Any) -> None:
    """Initialise GLFW and terminate it with the process, unless the program has initialised GLFW itself."""
    try:
        if glfw.get_time() > 0:  # fails, or returns 0, before GLFW is initialised
            return
    except glfw.GLFWError:
        pass
    if sys.platform == "darwin":
        # No icon in the dock, no menu, no change of the working folder.
        glfw.init_hint(glfw.COCOA_MENUBAR, glfw.FALSE)
        glfw.init_hint(glfw.COCOA_CHDIR_RESOURCES, glfw.FALSE)
    if not glfw.init():
        raise glfw.GLFWError("GLFW cannot be initialised")
    atexit.register(glfw.terminate)


@contextmanager
def raised_errors(glfw: Any) -> Iterator[None]:
    """Raise GLFW's errors as exceptions, whatever the program chose to do with them."""
    reporting = glfw.ERROR_REPORTING
    glfw.ERROR_REPORTING = "raise"
    try:
        yield
    finally:
        glfw.ERROR_REPORTING = reporting


def words(error: Exception) -> str:
    """GLFW's description of an error, without its number and Python's marks of bytes."""
    return one_line(error).partition(") ")[2].removeprefix("b").strip("'\"") or one_line(error)
