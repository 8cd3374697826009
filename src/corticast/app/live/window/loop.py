"""Parts that the loops of all live windows share: pace, errors, and Ctrl-C."""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from corticast.app.live.window.actions import ShowLike, Size
from corticast.errors import CorticastError, DeviceError, one_line
from corticast.gl.context import OffscreenContext
from corticast.gl.native import NativeContext, UnavailableError

logger = logging.getLogger(__name__)

# A window without a picture to draw looks after the show this often.
UPKEEP_S = 0.1
# An error shows for this long.
_SHOWN_S = 5.0
# Error texts may vary without end; stop logging new ones here.
_MOST_LOGGED = 100
_RATES_HZ = (24.0, 360.0)
_USUAL_HZ = 60.0
# A loop this much faster than the display never waits by itself if swapping waits for the display.
_AHEAD = 1.03


class NoWindowError(DeviceError):
    """No window can be opened here, because a library or a display is missing. The text has the remedy."""


def no_window(library: str, error: UnavailableError) -> NoWindowError:
    """The error for the user, from one of the window libraries."""
    # The remedies are written for pictures, which need no window.
    remedy = error.remedy.replace("--backend egl", "--headless")
    return NoWindowError(f"{library} cannot open a window: {error.reason}; {remedy}")


def attached(show: ShowLike, backend: str, native: NativeContext, size: Size) -> OffscreenContext:
    """Make a window's context current and attach the show.

    Raises
    ------
    CorticastError : the show cannot be drawn in this context
    """
    context = OffscreenContext(backend=backend, native=native)
    try:
        show.attach(context, size)
    except BaseException:
        context.close()
        raise
    return context


class Pacer:
    """Keeps a loop at the display's rate if swapping does not wait for the display, as with software OpenGL.

    Parameters
    ----------
    rate_hz : rate of the display, from its driver
    """

    def __init__(self, rate_hz: float = _USUAL_HZ) -> None:
        self._due_s = float("-inf")
        self.set_rate(rate_hz)

    def set_rate(self, rate_hz: float) -> None:
        """Set the rate of another display. The usual rate replaces an implausible one."""
        low, high = _RATES_HZ
        self._period_s = 1 / (_AHEAD * (rate_hz if low <= rate_hz <= high else _USUAL_HZ))

    def wait_s(self, now_s: float) -> float:
        """Seconds until the next frame is due; 0 if it is due now."""
        return max(self._due_s - now_s, 0.0)

    def begin(self, now_s: float) -> None:
        """Begin a frame. After a late frame, the loop does not catch up."""
        due_s = self._due_s + self._period_s
        self._due_s = due_s if due_s > now_s else now_s + self._period_s


class Failures:
    """Catches errors in a frame or an event: logs each once, shows it for some seconds, and keeps the window alive."""

    def __init__(self) -> None:
        self._text = ""
        self._shown_until_s = 0.0
        self._logged: set[str] = set()

    @property
    def text(self) -> str:
        """The newest error in one line; empty after some seconds."""
        return self._text if time.monotonic() < self._shown_until_s else ""

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Let an error end only this piece of work."""
        try:
            yield
        except Exception as error:
            text = one_line(error, 200)
            if not isinstance(error, CorticastError):
                text = f"{type(error).__name__}: {text}"
            self._text, self._shown_until_s = text, time.monotonic() + _SHOWN_S
            if text not in self._logged and len(self._logged) < _MOST_LOGGED:
                self._logged.add(text)
                logger.exception("the live window continues after an error")


@contextmanager
def reported_interrupts(report: Callable[[], None]) -> Iterator[None]:
    """Report Ctrl-C and SIGTERM instead of raising them, so that the window closes in order.

    A second signal raises at once. At the end, the first signal is raised.

    Parameters
    ----------
    report : marks the end for the loop; may be called between any two Python instructions

    Raises
    ------
    KeyboardInterrupt : after Ctrl-C
    SystemExit : after SIGTERM
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received = 0

    def handle(number: int, _frame: FrameType | None) -> None:
        nonlocal received
        received = number
        for each, handler in before.items():
            signal.signal(each, handler)
        report()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if received == signal.SIGINT:
        raise KeyboardInterrupt
    if received:
        sys.exit(128 + received)
