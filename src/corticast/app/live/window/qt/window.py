"""Qt's live window: the picture, the controls to its right, the strip and the status line below."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6 import QtGui
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtOpenGL import QOpenGLWindow
from PySide6.QtWidgets import QDockWidget, QFrame, QGridLayout, QLabel, QMainWindow, QStatusBar, QVBoxLayout, QWidget

from corticast.app.live.window.actions import KEYS, MOUSE, Actions, Button, ShowLike, Size
from corticast.app.live.window.loop import UPKEEP_S, Failures, Pacer, attached
from corticast.app.live.window.qt.controls import Controls
from corticast.app.live.window.qt.meters import BandStrip
from corticast.app.live.window.qt.theme import ElidedLabel
from corticast.gl.context import OffscreenContext
from corticast.gl.window_qt import surface_format

# Meters move this often: on software OpenGL, each change of a widget costs the window time.
_METERS_S = 1 / 15
_TEXT_S = 1 / 4
# Without a frame for so long, the picture counts as invisible. Slow drawing alone must not cause more work.
_UNSEEN_S = 0.3
_NOTCH = 120  # Qt counts a wheel's notch of 15 degrees in eighths of a degree
_HIDE_MOUSE_MS = 2000
_MANAGER_MS = 500
_BUTTONS: dict[Any, Button] = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.MiddleButton: "middle",
    Qt.MouseButton.RightButton: "right",
}


class _ViewContext:
    """The context of a picture in Qt."""

    def __init__(self, picture: QOpenGLWindow) -> None:
        self._picture_window = picture
        self.platform = f"window of Qt, {QGuiApplication.platformName()}"

    def make_current(self) -> bool:
        """Make the context current in this thread; return whether this succeeded."""
        self._picture_window.makeCurrent()
        return bool(self._picture_window.isValid())

    def release(self) -> None:
        """Make no context current."""
        self._picture_window.doneCurrent()

    def close(self) -> None:
        """Do nothing: Qt owns the context."""


class PictureWindow(QOpenGLWindow):
    """The picture, drawn at the display's rate.

    This is a window inside the window, whose frames go to the display directly. Qt would draw all widgets over those of
    a QOpenGLWidget. Without a GPU, this takes four times as long as everything else (42 frames per second with 115 % of
    a core, against 87 with 28 %).

    Parameters
    ----------
    show : the show
    actions : collects the calls of the mouse
    on_key : gets key events
    failures : catches errors

    Attributes
    ----------
    fatal : an error after which nothing can be drawn; None without one
    """

    def __init__(self, show: ShowLike, actions: Actions, on_key: Callable[[Any], None], failures: Failures) -> None:
        super().__init__()
        self.setFormat(surface_format(QtGui))
        self._show, self._actions, self._failures = show, actions, failures
        self._on_key = on_key
        self._gl: OffscreenContext | None = None
        self._size = (0, 0)
        self._drawn_s = 0.0
        self._unseen = False
        self.fatal: Exception | None = None
        self._pacer = Pacer()
        self._next = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._next.timeout.connect(self.update)
        self._hide_mouse = QTimer(self, singleShot=True, interval=_HIDE_MOUSE_MS)
        self._hide_mouse.timeout.connect(lambda: self.setCursor(Qt.CursorShape.BlankCursor))
        self.frameSwapped.connect(self._swapped)
        self._mouse_rests = False

    # Drawing

    def initializeGL(self) -> None:  # noqa: N802
        """Take over the context. It lives as long as the window."""
        try:
            self._size = self._device_size()
            self._gl = attached(self._show, "pyside6", _ViewContext(self), self._size)
        except Exception as error:
            self.fatal = error
            return
        self._pacer.set_rate(self.screen().refreshRate())

    def release(self) -> None:
        """Release the context before the window destroys it."""
        gl, self._gl = self._gl, None
        if gl is None:
            return
        with self._failures.caught():
            gl.make_current()
            # Keys that came after the latest frame still count.
            self._actions.apply(time.monotonic())
            self._show.detach()
        gl.close()

    def paintGL(self) -> None:  # noqa: N802
        """Draw the newest moment."""
        if self._gl is None:
            return
        with self._failures.caught():
            self._draw(self._gl)

    def _draw(self, gl: OffscreenContext) -> None:
        self._drawn_s = time.monotonic()
        self._pacer.begin(self._drawn_s)
        gl.make_current()
        size = self._device_size()
        if size != self._size:
            self._size = size
            self._show.resize(size)
            self._pacer.set_rate(self.screen().refreshRate())
        # An error in an event does not prevent the frame.
        with self._failures.caught():
            self._actions.apply(self._drawn_s)
        target = self._show.draw()
        target.show(self.defaultFramebufferObject(), size)
        self._actions.shown(target.size, size)
        self._unseen = True

    def _device_size(self) -> tuple[int, int]:
        """Pixels of the framebuffer, in Qt's rounding."""
        size = self.size() * self.devicePixelRatio()
        return max(size.width(), 1), max(size.height(), 1)

    def _swapped(self) -> None:
        now_s = time.monotonic()
        if self._unseen:
            self._unseen = False
            with self._failures.caught():
                self._show.finished(now_s)
        # Qt also sends this signal if only a meter has changed.
        if not self._next.isActive():
            self._next.start(int(1e3 * self._pacer.wait_s(now_s)))

    def look_after(self) -> None:
        """Continue if nothing was drawn for a while: Qt does not draw invisible windows."""
        if self._gl is None or time.monotonic() - self._drawn_s < _UNSEEN_S:
            return
        with self._failures.caught():
            self._gl.make_current()
            self._show.upkeep()
        self.update()

    # Events

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802
        """Pass on a key."""
        self._on_key(event)

    def _place(self, event: Any) -> tuple[float, float]:
        place, ratio = event.position(), self.devicePixelRatio()
        return place.x() * ratio, place.y() * ratio

    def mousePressEvent(self, event: Any) -> None:  # noqa: N802
        """Report a pressed button. Qt sends its own double click in addition to the second press."""
        if event.button() in _BUTTONS:
            self._actions.press(_BUTTONS[event.button()], *self._place(event), time.monotonic())

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: N802
        """Report a released button."""
        if event.button() in _BUTTONS:
            self._actions.release(_BUTTONS[event.button()])

    def mouseMoveEvent(self, event: Any) -> None:  # noqa: N802
        """Report a move of the mouse."""
        self._actions.move(*self._place(event))
        if self._mouse_rests:
            self.hide_resting_mouse(True)

    def wheelEvent(self, event: Any) -> None:  # noqa: N802
        """Report a turn of the wheel."""
        self._actions.wheel(*self._place(event), event.angleDelta().y() / _NOTCH)

    def hide_resting_mouse(self, hides: bool) -> None:
        """Hide the mouse while it rests (in full screen), or never hide it."""
        self.unsetCursor()
        self._mouse_rests = hides
        if hides:
            self._hide_mouse.start()
        else:
            self._hide_mouse.stop()


class Window(QMainWindow):
    """The live window.

    Parameters
    ----------
    show : the show
    title : title of the window
    """

    def __init__(self, show: ShowLike, title: str) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.setMinimumSize(640, 400)
        self._show = show
        self._failures = Failures()
        self._loop = QEventLoop()
        self._interrupted = False
        self._is_maximised = False
        self._before = QRect()
        self._meters_s = self._text_s = float("-inf")
        actions = Actions(show, self)
        self._actions = actions
        self.picture = PictureWindow(show, actions, self.keyPressEvent, self._failures)
        self._strip = BandStrip(show.band_edges_hz)
        ground = QWidget()
        ground.setObjectName("ground")
        rows = QVBoxLayout(ground)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self._container = QWidget.createWindowContainer(self.picture)
        self._container.setMinimumSize(160, 90)
        # Keys that no focused control takes go to the window, so the picture has the focus.
        self._container.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        rows.addWidget(self._container, 1)
        rows.addWidget(self._strip)
        self.setCentralWidget(ground)
        self._help = _HelpList(ground)
        self._controls = Controls(show, actions)
        self._dock = QDockWidget(features=QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self._dock.setTitleBarWidget(QWidget())
        self._dock.setWidget(self._controls)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self._dock)
        self._status, self._message = ElidedLabel("status"), ElidedLabel("message")
        bar = QStatusBar(sizeGripEnabled=False)
        bar.setContentsMargins(10, 0, 6, 0)
        bar.addWidget(self._status, 1)
        bar.addPermanentWidget(self._message, 0)
        self.setStatusBar(bar)
        self._container.setFocus()
        self._refresh()
        self.picture.frameSwapped.connect(self._refresh)
        self._timer = QTimer(self, interval=int(1e3 * UPKEEP_S))
        self._timer.timeout.connect(self._tick)

    def open(self, size: Size, screen: Any, *, full_screen: bool) -> None:
        """Open the window.

        Parameters
        ----------
        size : (width, height) in pixels
        screen : a Qt screen; None lets the desktop choose
        """
        place = (screen or self.screen()).availableGeometry()
        ratio = (screen or self.screen()).devicePixelRatio()
        width, height = round(size[0] / ratio), round(size[1] / ratio)
        self.resize(min(width, place.width()), min(height, place.height()))
        if screen is not None:
            self.setScreen(screen)
            self.move(place.center() - self.rect().center())
        if full_screen:
            self.toggle_full_screen()
        elif width < place.width() and height < place.height():
            self.show()
        else:
            # The window's frame would reach beyond the screen.
            self.showMaximized()

    def destroy_now(self) -> None:
        """Destroy the window with all its parts, before the application may end."""
        self.hide()
        self.picture.release()
        self.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def run(self) -> None:
        """Run the show until the window is closed.

        Raises
        ------
        Exception : the show cannot be drawn here
        """
        self._timer.start()
        self._loop.exec()
        self._timer.stop()
        self.picture.release()
        if self.picture.fatal is not None:
            raise self.picture.fatal

    def interrupt(self) -> None:
        """Ask for the window to close soon. May be called at any moment."""
        self._interrupted = True

    def _tick(self) -> None:
        if self._interrupted or self.picture.fatal is not None or self._show.is_over:
            self.close()
            return
        self.picture.look_after()
        self._refresh()

    def _refresh(self) -> None:
        """Update everything around the picture, as often as an eye needs."""
        now_s = time.monotonic()
        if now_s - self._meters_s < _METERS_S:
            return
        self._meters_s = now_s
        with self._failures.caught():
            settings, status = self._show.settings, self._show.status
            self._dock.setVisible(settings.controls)
            self._strip.setVisible(settings.spectrogram)
            if settings.controls:
                self._controls.refresh(status, settings, now_s)
            if settings.spectrogram:
                self._strip.show_spectrum(self._show.spectrum, now_s)
            message = self._failures.text or status.message
            if now_s - self._text_s >= _TEXT_S:
                self._text_s = now_s
                self._status.show_text(status.text)
                self._message.show_text(message)
                self._message.setVisible(bool(message))
                # A full screen belongs to the picture, except for messages.
                self.statusBar().setVisible(bool(message) or not self.isFullScreen())

    # Calls of keys

    def toggle_full_screen(self) -> None:
        """Fill the screen with the window, or stop filling it."""
        if self.isFullScreen():
            self._leave_full_screen()
        else:
            self._is_maximised, self._before = self.isMaximized(), self.geometry()
            self.showFullScreen()
            self._see_to_place(self.screen().geometry())
        self.picture.hide_resting_mouse(self.isFullScreen())
        self._text_s = self._meters_s = float("-inf")

    def _leave_full_screen(self) -> None:
        if self._is_maximised:
            self.showMaximized()
        else:
            self.showNormal()
            self._see_to_place(self._before)

    def _see_to_place(self, place: QRect) -> None:
        """Move the window to a place if no window manager has done so."""

        def see() -> None:
            # The widget's own geometry cannot be set without leaving the full screen.
            if self.geometry().size() != place.size():
                self.windowHandle().setGeometry(place)

        QTimer.singleShot(_MANAGER_MS, self, see)

    def escape(self) -> None:
        """Leave the full screen and hide the list of keys."""
        self._help.hide()
        if self.isFullScreen():
            self.toggle_full_screen()
        self._container.setFocus()

    def toggle_help(self) -> None:
        """Show or hide the list of keys."""
        self._help.setVisible(self._help.isHidden())
        self._place_help()

    def quit(self) -> None:
        """Close the window."""
        self.close()

    # Events

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802
        """Handle a key of this window or of the picture's window."""
        if event.matches(QKeySequence.StandardKey.Quit):
            self.quit()
            return
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        name = "escape" if event.key() == Qt.Key.Key_Escape else event.text()
        if name and not held:
            self._actions.key(name, repeated=event.isAutoRepeat())

    def resizeEvent(self, event: Any) -> None:  # noqa: N802
        """Keep the list of keys centred."""
        super().resizeEvent(event)
        self._place_help()

    def closeEvent(self, event: Any) -> None:  # noqa: N802
        """End the loop; `destroy_now` closes the window after it.

        A closed window loses its surface at once. Qt would still paint the picture for an exposure that is on its way,
        without a current context, and the process would end by SIGSEGV.
        """
        event.ignore()
        self._loop.quit()

    def _place_help(self) -> None:
        self._help.adjustSize()
        room = self._container.geometry().center() - self._help.rect().center()
        self._help.move(max(room.x(), 0), max(room.y(), 0))
        self._help.raise_()


class _HelpList(QFrame):
    """The list of keys and mouse actions over the picture. A click hides it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        # Without this, the list would lie below the picture's window.
        self.setAttribute(Qt.WidgetAttribute.WA_NativeWindow)
        rows = QGridLayout(self)
        rows.setContentsMargins(22, 16, 22, 16)
        rows.setHorizontalSpacing(22)
        rows.setVerticalSpacing(4)
        for row, (what, does) in enumerate([*KEYS, ("", ""), *MOUSE]):
            rows.addWidget(QLabel(what), row, 0)
            meaning = QLabel(does)
            meaning.setObjectName("heading")
            rows.addWidget(meaning, row, 1)
        self.hide()

    def mousePressEvent(self, _event: Any) -> None:  # noqa: N802
        """Hide the list."""
        self.hide()
