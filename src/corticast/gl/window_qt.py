"""A Qt context, by PySide6: that of an offscreen surface, which nothing is drawn to."""

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
from corticast.gl.native import NO_DISPLAY, UnavailableError, short

_GET_QT = 'pip install "corticast[gui]"'
_GET_QT_LIBRARIES = (
    "on Debian or Ubuntu: apt-get install libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 "
    "libxcb-keysyms1 libxcb-randr0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libx11-xcb1 libdbus-1-3 libglib2.0-0, "
    "or use --backend egl"
)

# This module's contexts. `OffscreenContext` decides which of them is current, not Qt.
_ours: list[Any] = []


class QtContext:
    """A context on a QOffscreenSurface. Both need a QGuiApplication: the program's own, or else a new one.

    Raises
    ------
    UnavailableError : PySide6 is not installed, or there is no display, or the display has no OpenGL
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
            raise UnavailableError(f"Qt's platform {platform!r} cannot create an OpenGL context", NO_DISPLAY)
        self._surface = qt.QOffscreenSurface()
        self._surface.setFormat(self._context.format())
        self._surface.create()
        _ours.append(self._context)
        self.platform = f"offscreen surface of Qt, {qt.QGuiApplication.platformName()}"

    def make_current(self) -> bool:
        """Make the context current in this thread; return whether this succeeded."""
        current = self._qt.QOpenGLContext.currentContext()
        if current is not None and current not in _ours:
            self._previous = current
        return bool(self._context.makeCurrent(self._surface))

    def release(self) -> None:
        """Restore the context that the program had made current with Qt, if any."""
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
    """Report in one line why PySide6 cannot be imported.

    Raises
    ------
    UnavailableError : PySide6 is not installed, or lacks a system library
    """
    _keep_none()
    try:
        yield
    except ModuleNotFoundError as error:
        raise UnavailableError(f"PySide6 is missing ({short(error)})", _GET_QT) from error
    except ImportError as error:
        raise UnavailableError(f"PySide6 cannot be loaded ({short(error)})", _GET_QT_LIBRARIES) from error


@cache
def _keep_none() -> None:
    """Keep None from being deallocated, which would end the process after a minute of frames.

    Each call of PySide6 6.12.0 that returns None releases a reference that it does not own. Before Python 3.12, None
    counts its references.
    """
    if sys.implementation.name == "cpython" and sys.version_info < (3, 12):
        # The count is the first field of an object. No process lives long enough for so many calls.
        ctypes.c_ssize_t.from_address(id(None)).value += 1 << 40


def surface_format(qt: Any) -> Any:
    """The OpenGL format to request. `qt` is PySide6.QtGui."""
    # The program's default format may be a core profile, but the shaders are written for OpenGL 2.1 (macOS).
    wanted = qt.QSurfaceFormat()
    wanted.setRenderableType(qt.QSurfaceFormat.RenderableType.OpenGL)
    return wanted


class _Applications:
    """Keeps one application alive as long as a context or window of this package needs it."""

    def __init__(self) -> None:
        self._own: Any = None
        self._n_users = 0

    def enter(self, kind: Any) -> Any:
        """Make sure that an application exists.

        Parameters
        ----------
        kind : QGuiApplication, or QApplication for widgets

        Raises
        ------
        UnavailableError : the program's application is of a lesser kind, or there is no display
        """
        there = kind.instance()
        if there is None:
            there = self._own = _new_application(kind)
        elif not isinstance(there, kind):
            raise UnavailableError(f"this program has a {type(there).__name__}, which cannot draw", "use --backend egl")
        self._n_users += 1
        return there

    def leave(self) -> None:
        """End the application if this package made it and nobody needs it any more."""
        self._n_users -= 1
        if not self._n_users and self._own is not None:
            # Qt allows one application, and the program may want to make its own later.
            self._own.shutdown()
            self._own = None


applications = _Applications()


def _new_application(kind: Any) -> Any:
    """Make an application. Qt would abort the process without a display, so look for one first."""
    arguments = ["corticast"]
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if sys.platform.startswith("linux"):
        platform = _linux_platform(chosen.split(";") if chosen else ["xcb", "wayland"])
        arguments += ["-platform", platform]
    # EGL before GLX, like everything else in this process.
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
    """A kind of display server: its client library, the functions that ask for a connection, and Qt's plugin."""

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
    """The first of Qt's platforms with a display. A platform without need of one, such as offscreen, counts, too."""
    from PySide6.QtCore import QLibraryInfo

    for name in names:
        if name not in _DISPLAYS:
            return name
        display = _DISPLAYS[name]
        # Without a runtime folder, libwayland complains on stderr.
        if (name == "wayland" and "XDG_RUNTIME_DIR" not in os.environ) or not _answers(display):
            continue
        try:
            ctypes.CDLL(str(Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath), "platforms", display.plugin)))
        except OSError as error:
            raise UnavailableError(f"Qt lacks a library ({short(error)})", _GET_QT_LIBRARIES) from error
        return name
    address = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    raise UnavailableError(f"no display answers at {address}" if address else "there is no display", NO_DISPLAY)


def _answers(display: _Display) -> bool:
    """Whether a display server answers."""
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
