"""The plain live window, by GLFW: picture, keys and mouse, with the status in the title."""

from __future__ import annotations

import sys
import time
from typing import Any

from corticast.app.live.window.actions import KEYS, MOUSE, Actions, Button, ShowLike, Size
from corticast.app.live.window.loop import UPKEEP_S, Failures, Pacer, attached, no_window, reported_interrupts
from corticast.errors import OptionError
from corticast.gl.context import OffscreenContext
from corticast.gl.native import NO_DISPLAY, UnavailableError, short
from corticast.gl.window_glfw import GET_GLFW, initialise, open_window, raised_errors, words

_TITLE_S = 0.5


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
    NoWindowError : GLFW is missing, or there is no display, or the display has no OpenGL
    OptionError : there is no screen with this number
    KeyboardInterrupt : Ctrl-C closed the window; raised after closing
    """
    try:
        window = _opened(show, size, screen, title)
    except UnavailableError as error:
        raise no_window("GLFW", error) from error
    try:
        if full_screen:
            window.toggle_full_screen()
        with reported_interrupts(window.quit):
            window.run()
    finally:
        window.close()


def _opened(show: ShowLike, size: Size, screen: int | None, title: str) -> _Window:
    try:
        import glfw
    except ImportError as error:
        raise UnavailableError(f"GLFW is missing ({short(error)})", GET_GLFW) from error
    try:
        with raised_errors(glfw):
            initialise(glfw)
            return _Window(glfw, show, size, screen, title)
    except glfw.GLFWError as error:
        raise UnavailableError(words(error), NO_DISPLAY) from error


class _WindowContext:
    """The context of a GLFW window."""

    def __init__(self, glfw: Any, handle: Any) -> None:
        self._glfw, self._handle = glfw, handle
        self.platform = f"window of GLFW {'.'.join(map(str, glfw.get_version()))}"

    def make_current(self) -> bool:
        """Make the context current in this thread; return whether this succeeded."""
        try:
            with raised_errors(self._glfw):
                self._glfw.make_context_current(self._handle)
        except self._glfw.GLFWError:
            return False
        return True

    def release(self) -> None:
        """Make no context current."""
        self._glfw.make_context_current(None)

    def close(self) -> None:
        """Do nothing: the window owns the context."""


class _Window:
    """The window.

    Parameters
    ----------
    glfw : the initialised library
    show, size, screen, title : see `run`
    """

    def __init__(self, glfw: Any, show: ShowLike, size: Size, screen: int | None, title: str) -> None:
        self._glfw, self._show, self._title = glfw, show, title
        monitors = glfw.get_monitors()
        if screen is not None and not 0 <= screen < len(monitors):
            raise OptionError(
                f"--screen {screen}: there are {len(monitors)} screens, numbered from 0; give another number"
            )
        self._screen = monitors[screen] if screen is not None else None
        if not monitors:
            raise glfw.GLFWError("(0) the display has no screen")
        left, top, width, height = glfw.get_monitor_workarea(self._screen or monitors[0])
        width, height = min(size[0], width), min(size[1], height)
        self._handle = open_window(glfw, lambda: glfw.create_window(width, height, title, None, None))
        if self._screen is not None:
            glfw.set_window_pos(self._handle, left, top)
        self._failures = Failures()
        self._actions = Actions(show, self)
        self._pacer = Pacer()
        self._gl: OffscreenContext | None = None
        self._size = size
        # Place and size of the window before full screen.
        self._before: tuple[int, int, int, int] | None = None
        self._is_repeat = False
        self._shown_title = title
        self._titled_s = float("-inf")
        self._listen()

    def run(self) -> None:
        """Run the show until the window is closed.

        Raises
        ------
        Exception : the show cannot be drawn here
        """
        glfw = self._glfw
        self._size = self._framebuffer_size()
        self._gl = attached(self._show, "glfw", _WindowContext(glfw, self._handle), self._size)
        glfw.swap_interval(1)
        self._pacer.set_rate(self._rate_hz())
        while not glfw.window_should_close(self._handle) and not self._show.is_over:
            if glfw.get_window_attrib(self._handle, glfw.ICONIFIED) or not all(self._framebuffer_size()):
                with self._failures.caught():
                    self._show.upkeep()
                self._wait(UPKEEP_S)
            else:
                with self._failures.caught():
                    self._draw(self._gl)
                glfw.swap_buffers(self._handle)
                now_s = time.monotonic()
                with self._failures.caught():
                    self._show.finished(now_s)
                self._wait(self._pacer.wait_s(now_s))
            self._tell()

    def _draw(self, gl: OffscreenContext) -> None:
        now_s = time.monotonic()
        self._pacer.begin(now_s)
        gl.make_current()
        size = self._framebuffer_size()
        if size != self._size:
            self._size = size
            self._show.resize(size)
            self._pacer.set_rate(self._rate_hz())
        # An error in an event does not prevent the frame.
        with self._failures.caught():
            self._actions.apply(now_s)
        target = self._show.draw()
        target.show(0, size)
        self._actions.shown(target.size, size)

    def _wait(self, seconds: float) -> None:
        """Handle events for some time. Events do not shorten the time, so a moving mouse does not speed up frames."""
        glfw = self._glfw
        glfw.poll_events()
        until_s = time.monotonic() + seconds
        while (left_s := until_s - time.monotonic()) > 0 and not glfw.window_should_close(self._handle):
            glfw.wait_events_timeout(left_s)

    def _framebuffer_size(self) -> Size:
        width, height = self._glfw.get_framebuffer_size(self._handle)
        return width, height

    def _rate_hz(self) -> float:
        mode = self._glfw.get_video_mode(self._monitor())
        return float(mode.refresh_rate) if mode else 0.0

    def _monitor(self) -> Any:
        """The chosen screen, or the screen that holds the middle of the window."""
        glfw = self._glfw
        if self._screen is not None:
            return self._screen
        (left, top), (width, height) = glfw.get_window_pos(self._handle), glfw.get_window_size(self._handle)
        x, y = left + width / 2, top + height / 2
        for monitor in glfw.get_monitors():
            mode, (from_x, from_y) = glfw.get_video_mode(monitor), glfw.get_monitor_pos(monitor)
            if from_x <= x < from_x + mode.size.width and from_y <= y < from_y + mode.size.height:
                return monitor
        return glfw.get_primary_monitor()

    def _tell(self) -> None:
        """Show the state of the show in the title."""
        now_s = time.monotonic()
        if now_s - self._titled_s < _TITLE_S:
            return
        self._titled_s = now_s
        with self._failures.caught():
            status = self._show.status
            message = self._failures.text or status.message
            title = "  ·  ".join(filter(None, (message, status.text, self._title)))
            if title != self._shown_title:
                self._shown_title = title
                self._glfw.set_window_title(self._handle, title)

    # Calls of keys

    def toggle_full_screen(self) -> None:
        """Fill the screen with the window, or stop filling it."""
        glfw = self._glfw
        if self._before is not None:
            glfw.set_window_monitor(self._handle, None, *self._before, glfw.DONT_CARE)
            self._before = None
            return
        monitor = self._monitor()
        mode = glfw.get_video_mode(monitor)
        self._before = (*glfw.get_window_pos(self._handle), *glfw.get_window_size(self._handle))
        glfw.set_window_monitor(self._handle, monitor, 0, 0, mode.size.width, mode.size.height, mode.refresh_rate)

    def escape(self) -> None:
        """Leave the full screen."""
        if self._before is not None:
            self.toggle_full_screen()

    def toggle_help(self) -> None:
        """List the keys on stderr: this window cannot draw text."""
        sys.stderr.write("".join(f"  {what:<14}{does}\n" for what, does in (*KEYS, *MOUSE)))

    def quit(self) -> None:
        """Close the window soon."""
        self._glfw.set_window_should_close(self._handle, True)

    def close(self) -> None:
        """Release the context and destroy the window."""
        gl, self._gl = self._gl, None
        if gl is not None:
            with self._failures.caught():
                gl.make_current()
                self._show.detach()
            gl.close()
        self._glfw.destroy_window(self._handle)

    # Events

    def _listen(self) -> None:
        glfw, handle = self._glfw, self._handle
        glfw.set_key_callback(handle, self._on_key)
        glfw.set_char_callback(handle, self._on_char)
        glfw.set_mouse_button_callback(handle, self._on_button)
        glfw.set_cursor_pos_callback(handle, lambda _, x, y: self._actions.move(*self._in_pixels(x, y)))
        glfw.set_scroll_callback(handle, lambda _, _dx, dy: self._actions.wheel(*self._mouse(), dy))

    def _on_key(self, _handle: Any, key: int, _code: int, action: int, mods: int) -> None:
        glfw = self._glfw
        # The character event follows its key event, but lacks this fact.
        self._is_repeat = action == glfw.REPEAT
        if action == glfw.PRESS and key == glfw.KEY_ESCAPE:
            self._actions.key("escape")
        if action == glfw.PRESS and key == glfw.KEY_Q and mods & (glfw.MOD_CONTROL | glfw.MOD_SUPER):
            self.quit()

    def _on_char(self, _handle: Any, character: int) -> None:
        self._actions.key(chr(character), repeated=self._is_repeat)

    def _on_button(self, _handle: Any, number: int, action: int, _mods: int) -> None:
        glfw = self._glfw
        buttons: dict[int, Button] = {
            glfw.MOUSE_BUTTON_LEFT: "left",
            glfw.MOUSE_BUTTON_MIDDLE: "middle",
            glfw.MOUSE_BUTTON_RIGHT: "right",
        }
        if number not in buttons:
            return
        if action == glfw.PRESS:
            self._actions.press(buttons[number], *self._mouse(), time.monotonic())
        else:
            self._actions.release(buttons[number])

    def _mouse(self) -> tuple[float, float]:
        return self._in_pixels(*self._glfw.get_cursor_pos(self._handle))

    def _in_pixels(self, x: float, y: float) -> tuple[float, float]:
        """Convert a place in the window to pixels. Screens may have several pixels per unit."""
        width, height = self._glfw.get_window_size(self._handle)
        pixels = self._framebuffer_size()
        return x * pixels[0] / max(width, 1), y * pixels[1] / max(height, 1)
