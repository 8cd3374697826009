"""A live show in a window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corticast.app.live.options import LiveOptions
from corticast.app.live.report import LiveReport
from corticast.app.live.run import Warn, live_show
from corticast.app.live.settings import LiveSettings
from corticast.app.live.show import Show
from corticast.app.live.window.loop import NoWindowError
from corticast.core.model.scene import Scene
from corticast.dsp.live import LiveDrive
from corticast.errors import OptionError
from corticast.film.sizes import Size


def run_window(
    scene: Scene,
    drive: LiveDrive,
    options: LiveOptions,
    *,
    size: Size,
    settings: LiveSettings,
    screen: int | None = None,
    full_screen: bool = False,
    keep: Callable[[LiveSettings], None] | None = None,
    warn: Warn | None = None,
) -> LiveReport:
    """Run a show in a window: PySide6's with controls, or GLFW's without.

    Parameters
    ----------
    scene, drive, options : as `live_show` takes them
    size : of the window at first, and of the capture
    settings : of the viewer
    screen : number of the screen, from 0
    full_screen : whether the window opens in full screen
    keep : called with the settings when the show ends
    warn : as `live_show` takes it

    Raises
    ------
    as `live_show`, and DeviceError : no window can be opened
    """
    if options.machine.backend == "egl":
        raise OptionError("--backend egl: has no window; add --headless, or give pyside6 or glfw")
    if options.machine.gpu is not None:
        raise OptionError(
            f"--gpu {options.machine.gpu}: a window is drawn by the GPU of its display; leave it out, or add --headless"
        )
    report = LiveReport(size=size)
    with live_show(scene, drive, options, settings, size, report, warn=warn) as show:
        try:
            _run(
                show,
                options.machine.backend,
                size=size,
                screen=screen,
                full_screen=full_screen,
                title=scene.title or "corticast",
            )
        except KeyboardInterrupt:
            # Ctrl-C closes the window.
            pass
        finally:
            if keep is not None:
                keep(show.settings)
    return report


def _run(show: Show, backend: str, **window: Any) -> None:
    """Run a show in the window of a backend; "auto" takes the first that can be opened.

    Raises
    ------
    OptionError : the backend has no window, or there is no such screen
    NoWindowError : no window can be opened
    """
    from corticast.app.live.window import plain
    from corticast.app.live.window.qt import opening

    if backend in ("auto", "pyside6"):
        try:
            opening.run(show, **window)
            return
        except NoWindowError as error:
            if backend == "pyside6":
                raise
            without_qt = error
        try:
            plain.run(show, **window)
        except NoWindowError:
            # The window with controls is the better remedy.
            raise without_qt from None
    else:
        plain.run(show, **window)
