"""A context of GLFW's: of a hidden window, which nothing is drawn to."""

from __future__ import annotations

import atexit
import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from corticast.gl.native import NO_DISPLAY, UnavailableError, one_line

GET_GLFW = 'pip install "corticast[glfw]"'

# Addresses of our windows: which of them is current is not GLFW's business but `OffscreenContext`'s.
_ours: set[int | None] = set()


class GlfwContext:
    """The context of a hidden window of 1 x 1 pixels.

    Raises
    ------
    UnavailableError : GLFW is not installed, or there is no display or no OpenGL on it
    """

    def __init__(self) -> None:
        try:
            import glfw
        except ImportError as error:
            raise UnavailableError(f"GLFW is missing ({one_line(error)})", GET_GLFW) from error
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
        """Make the context current in this thread; whether it could be."""
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
        """Make what the program had current by GLFW current again, or none."""
        self._glfw.make_context_current(self._previous or None)
        self._previous = None

    def close(self) -> None:
        """Destroy the window with its context."""
        _ours.discard(_address(self._window))
        self._glfw.destroy_window(self._window)


def _address(window: Any) -> int | None:
    """A window's address, by which two are told apart."""
    return ctypes.cast(window, ctypes.c_void_p).value


def open_window(glfw: Any, create: Callable[[], Any]) -> Any:
    """A window with a context, by EGL where it can be had.

    Parameters
    ----------
    create : sets hints of its own, and creates a window; none of them is the version or the profile of OpenGL: to ask
        for none gives macOS's 2.1, for which the shaders are written

    Raises
    ------
    glfw.GLFWError : there is no display or no OpenGL on it
    """
    if sys.platform.startswith("linux"):
        # EGL, as everything else in this process; a display without it may have GLX.
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
        raise glfw.GLFWError("GLFW makes no window here")
    return window


def initialise(glfw: Any) -> None:
    """Initialise GLFW, and end it with the process, unless the program has done so itself."""
    try:
        if glfw.get_time() > 0:  # fails, or gives 0, before GLFW is initialised
            return
    except glfw.GLFWError:
        pass
    if sys.platform == "darwin":
        # No icon in the dock, no menu, and the working folder stays.
        glfw.init_hint(glfw.COCOA_MENUBAR, glfw.FALSE)
        glfw.init_hint(glfw.COCOA_CHDIR_RESOURCES, glfw.FALSE)
    if not glfw.init():
        raise glfw.GLFWError("GLFW cannot be initialised")
    atexit.register(glfw.terminate)


@contextmanager
def raised_errors(glfw: Any) -> Iterator[None]:
    """GLFW's errors as exceptions, whatever the program has them reported as."""
    reporting = glfw.ERROR_REPORTING
    glfw.ERROR_REPORTING = "raise"
    try:
        yield
    finally:
        glfw.ERROR_REPORTING = reporting


def words(error: Exception) -> str:
    """GLFW's own words of an error, without its number and the marks of bytes."""
    return one_line(error).partition(") ")[2].removeprefix("b").strip("'\"") or one_line(error)
