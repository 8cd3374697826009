"""The live window by Qt, with a panel. Imports PySide6 only when a window is opened."""

from __future__ import annotations

import os

from corticast.app.live.window.actions import ShowLike, Size
from corticast.app.live.window.loop import no_window, told_interrupts
from corticast.errors import OptionError
from corticast.gl.native import UnavailableError


def run(show: ShowLike, *, size: Size, screen: int | None, full_screen: bool, title: str) -> None:
    """Show a show in a window until that is closed, or nothing more will come.

    Parameters
    ----------
    size : (width, height) of the window in pixels; a smaller screen makes it smaller
    screen : number of the screen, from 0; None leaves it to the desktop
    full_screen : whether it begins so
    title : of the window

    Raises
    ------
    NoWindowError : PySide6 is missing, or there is no display or no OpenGL on it
    OptionError : there is no such screen
    KeyboardInterrupt : Ctrl-C closed the window, after that is done
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
            raise OptionError(f"--screen {screen}: there are {len(screens)} screens, numbered from 0")
        theme.set_look(application)
        # Qt waits so many milliseconds before it draws; `Pacer` knows how long.
        os.environ.setdefault("QT_QPA_UPDATE_IDLE_TIME", "0")
        window = qt_window.Window(show, title)
        try:
            window.open(size, None if screen is None else screens[screen], full_screen=full_screen)
            with told_interrupts(window.interrupt):
                window.run()
        finally:
            window.destroy_now()
    finally:
        applications.leave()
