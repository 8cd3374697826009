"""The Qt live window with its controls. PySide6 is imported only when a window opens."""

from __future__ import annotations

import os

from corticast.app.live.window.actions import ShowLike, Size
from corticast.app.live.window.loop import no_window, reported_interrupts
from corticast.errors import OptionError
from corticast.gl.native import UnavailableError


def run(show: ShowLike, *, size: Size, screen: int | None, full_screen: bool, title: str) -> None:
    """Run a show in a window until the window is closed or the show ends.

    Parameters
    ----------
    size : (width, height) of the window in pixels; a smaller screen limits the window
    screen : number of the screen, from 0; None lets the desktop choose
    full_screen : whether the window begins in full screen
    title : title of the window

    Raises
    ------
    NoWindowError : PySide6 is missing, or there is no display, or the display has no OpenGL
    OptionError : there is no screen with this number
    KeyboardInterrupt : Ctrl-C closed the window; raised after closing
    """
    from corticast.gl.window_qt import applications, loading_qt

    try:
        with loading_qt():
            from PySide6 import QtWidgets

            from corticast.app.live.window.qt import theme
            from corticast.app.live.window.qt import window as qt_window
        application = applications.enter(QtWidgets.QApplication)
    except UnavailableError as error:
        raise no_window("Qt", error) from error
    try:
        screens = application.screens()
        if screen is not None and not 0 <= screen < len(screens):
            raise OptionError(
                f"--screen {screen}: there are {len(screens)} screens, numbered from 0; give another number"
            )
        theme.set_look(application)
        # Without this, Qt would wait some milliseconds before it draws. `Pacer` waits instead.
        os.environ.setdefault("QT_QPA_UPDATE_IDLE_TIME", "0")
        window = qt_window.Window(show, title)
        try:
            window.open(size, None if screen is None else screens[screen], full_screen=full_screen)
            with reported_interrupts(window.interrupt):
                window.run()
        finally:
            window.destroy_now()
    finally:
        applications.leave()
