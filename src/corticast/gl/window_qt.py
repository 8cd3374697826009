"""A context of Qt's, by PySide6: for an offscreen surface, which nothing is drawn to."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from corticast.gl.libraries import has_library
from corticast.gl.native import NO_DISPLAY, UnavailableError, one_line

_GET_QT = 'pip install "corticast[gui]"'
_GET_QT_LIBRARIES = (
    "on Debian or Ubuntu: apt-get install libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 "
    "libxcb-keysyms1 libxcb-randr0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libx11-xcb1 libdbus-1-3 libglib2.0-0, "
    "or use --backend egl"
)

# Our contexts: which of them is current is not Qt's business but `OffscreenContext`'s.
_ours: list[Any] = []


class QtContext:
    """A context on a QOffscreenSurface; the QGuiApplication that both need is the program's own, where it has one.

    Raises
    ------
    UnavailableError : PySide6 is not installed, or there is no display or no OpenGL on it
    """

    def __init__(self) -> None:
        with loading_qt():
            from PySide6 import QtGui
        self._qt: Any = QtGui
        self._previous: Any = None
        applications.enter(QtGui.QGuiApplication)
        try:
            self._open()
        except BaseException:
            applications.leave()
            raise

    def _open(self) -> None:
        qt = self._qt
        self._context = qt.QOpenGLContext()
        self._context.setFormat(surface_format(qt))
        if not self._context.create():
            platform = qt.QGuiApplication.platformName()
            raise UnavailableError(f"Qt's platform {platform!r} makes no OpenGL context here", NO_DISPLAY)
        self._surface = qt.QOffscreenSurface()
        self._surface.setFormat(self._context.format())
        self._surface.create()
        _ours.append(self._context)
        self.platform = f"offscreen surface of Qt, {qt.QGuiApplication.platformName()}"

    def make_current(self) -> bool:
        """Make the context current in this thread; whether it could be."""
        current = self._qt.QOpenGLContext.currentContext()
        if current is not None and current not in _ours:
            self._previous = current
        return bool(self._context.makeCurrent(self._surface))

    def release(self) -> None:
        """Make what the program had current by Qt current again, or none."""
        self._context.doneCurrent()
        if self._previous is not None:
            self._previous.makeCurrent(self._previous.surface())
        self._previous = None

    def close(self) -> None:
        """Destroy the context and its surface."""
        _ours.remove(self._context)
        self._surface.destroy()
        del self._context, self._surface
        applications.leave()


@contextmanager
def loading_qt() -> Iterator[None]:
    """Say in words why PySide6 cannot be imported.

    Raises
    ------
    UnavailableError : it is not installed, or lacks one of the system's libraries
    """
    _keep_none()
    try:
        yield
    except ModuleNotFoundError as error:
        raise UnavailableError(f"PySide6 is missing ({one_line(error)})", _GET_QT) from error
    except ImportError as error:
        raise UnavailableError(f"PySide6 cannot be loaded ({one_line(error)})", _GET_QT_LIBRARIES) from error


@cache
def _keep_none() -> None:
    """Keep None from being deallocated, which ends the process within a minute of frames.

    Each call of PySide6 6.12.0 that returns nothing gives away a reference to None. Python counts them before 3.12.
    """
    if sys.implementation.name == "cpython" and sys.version_info < (3, 12):
        # The count is the first field of an object; no process lives to see so many calls.
        ctypes.c_ssize_t.from_address(id(None)).value += 1 << 40


def surface_format(qt: Any) -> Any:
    """What is asked of OpenGL; `qt` is PySide6.QtGui."""
    # Not the program's default format, which may be a core profile: the shaders are written for macOS's 2.1.
    wanted = qt.QSurfaceFormat()
    wanted.setRenderableType(qt.QSurfaceFormat.RenderableType.OpenGL)
    return wanted


class _Applications:
    """Keeps an application of our own as long as one of our contexts or windows needs it."""

    def __init__(self) -> None:
        self._own: Any = None
        self._n_users = 0

    def enter(self, kind: Any) -> Any:
        """See that there is an application.

        Parameters
        ----------
        kind : QGuiApplication, or QApplication for widgets

        Raises
        ------
        UnavailableError : there is one of a lesser kind, or there is no display
        """
        there = kind.instance()
        if there is None:
            there = self._own = _new_application(kind)
        elif not isinstance(there, kind):
            raise UnavailableError(f"this program has a {type(there).__name__}, which cannot draw", "use --backend egl")
        self._n_users += 1
        return there

    def leave(self) -> None:
        """End the application that we made, when nobody needs it."""
        self._n_users -= 1
        if not self._n_users and self._own is not None:
            # The program may want to make a QApplication of its own later, and Qt allows one.
            self._own.shutdown()
            self._own = None


applications = _Applications()


def _new_application(kind: Any) -> Any:
    """An application; Qt would abort the process where it can have none, so this looks first."""
    arguments = ["corticast"]
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if sys.platform.startswith("linux"):
        platform = _linux_platform(chosen.split(";") if chosen else ["xcb", "wayland"])
        arguments += ["-platform", platform]
    # EGL before GLX, as everything else in this process.
    name = "QT_XCB_GL_INTEGRATION"
    ours = name not in os.environ
    if ours:
        os.environ[name] = "xcb_egl"
    try:
        return kind(arguments)
    finally:
        if ours:
            del os.environ[name]


class _Display(NamedTuple):
    """A kind of display server: its client library with the functions that ask for it, and Qt's plugin."""

    library: str
    connect: str
    arguments: tuple[None, ...]
    failed: str | None
    disconnect: str
    plugin: str


_DISPLAYS = {
    "xcb": _Display(
        "libxcb.so.1", "xcb_connect", (None, None), "xcb_connection_has_error", "xcb_disconnect", "libqxcb.so"
    ),
    "wayland": _Display(
        "libwayland-client.so.0", "wl_display_connect", (None,), None, "wl_display_disconnect", "libqwayland.so"
    ),
}


def _linux_platform(names: list[str]) -> str:
    """The first of Qt's platforms that has a display; one that needs none, such as offscreen, is taken as it is."""
    from PySide6.QtCore import QLibraryInfo

    for name in names:
        if name not in _DISPLAYS:
            return name
        display = _DISPLAYS[name]
        # Without a runtime folder libwayland complains on stderr.
        if (name == "wayland" and "XDG_RUNTIME_DIR" not in os.environ) or not _answers(display):
            continue
        try:
            ctypes.CDLL(str(Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath), "platforms", display.plugin)))
        except OSError as error:
            raise UnavailableError(f"Qt lacks a library ({one_line(error)})", _GET_QT_LIBRARIES) from error
        return name
    address = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    raise UnavailableError(f"no display answers at {address}" if address else "there is no display", NO_DISPLAY)


def _answers(display: _Display) -> bool:
    """Whether a display server is there."""
    if not has_library(display.library):
        return False
    client = ctypes.CDLL(display.library)
    getattr(client, display.connect).restype = ctypes.c_void_p
    connection = ctypes.c_void_p(getattr(client, display.connect)(*display.arguments))
    if not connection:
        return False
    answers = display.failed is None or not getattr(client, display.failed)(connection)
    getattr(client, display.disconnect)(connection)
    return answers
