"""What the loops of all live windows share: their pace, what they do about errors, and Ctrl-C."""

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
from corticast.errors import CorticastError, DeviceError
from corticast.gl.context import OffscreenContext
from corticast.gl.native import NativeContext, UnavailableError, one_line

logger = logging.getLogger(__name__)

# Without a picture to draw, a window looks after the show this often.
UPKEEP_S = 0.1
# An error is told as long as it is new.
_TOLD_S = 5.0
# A show of hours may fail in ever other words.
_MOST_LOGGED = 100
_RATES_HZ = (24.0, 360.0)
_USUAL_HZ = 60.0
# Faster than the display by so much, a loop never waits by itself where the display makes it wait.
_AHEAD = 1.03


class NoWindowError(DeviceError):
    """No window can be opened here, for lack of a library or a display; the text has the remedy."""


def no_window(library: str, error: UnavailableError) -> NoWindowError:
    """The error for the user, of one of the libraries of windows."""
    # The remedies are those of pictures, which need no window.
    remedy = error.remedy.replace("--backend egl", "--headless")
    return NoWindowError(f"no window can be opened by {library}: {error.reason}; {remedy}")


def attached(show: ShowLike, backend: str, native: NativeContext, size: Size) -> OffscreenContext:
    """A window's context, current, in which a show draws.

    Raises
    ------
    CorticastError : the show cannot be drawn in it
    """
    context = OffscreenContext(backend=backend, native=native)
    try:
        show.attach(context, size)
    except BaseException:
        context.close()
        raise
    return context


class Pacer:
    """Keeps a loop to the display's rate where swapping does not wait for it, as with software OpenGL.

    Parameters
    ----------
    rate_hz : of the display, as its driver tells it
    """

    def __init__(self, rate_hz: float = _USUAL_HZ) -> None:
        self._due_s = float("-inf")
        self.set_rate(rate_hz)

    def set_rate(self, rate_hz: float) -> None:
        """Take the rate of another display; one that cannot be is taken for the usual one."""
        low, high = _RATES_HZ
        self._period_s = 1 / (_AHEAD * (rate_hz if low <= rate_hz <= high else _USUAL_HZ))

    def wait_s(self, now_s: float) -> float:
        """Seconds until the next frame is due, 0 when it is."""
        return max(self._due_s - now_s, 0.0)

    def begin(self, now_s: float) -> None:
        """A frame begins; one that is late is not caught up on."""
        due_s = self._due_s + self._period_s
        self._due_s = due_s if due_s > now_s else now_s + self._period_s


class Failures:
    """Catches what goes wrong in a frame or an event: logged once, told for some seconds, and the window lives on."""

    def __init__(self) -> None:
        self._text = ""
        self._told_until_s = 0.0
        self._logged: set[str] = set()

    @property
    def text(self) -> str:
        """The newest error in one line, while it is new."""
        return self._text if time.monotonic() < self._told_until_s else ""

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Let an error end this piece of work, and no more than that."""
        try:
            yield
        except Exception as error:
            text = one_line(error, 200)
            if not isinstance(error, CorticastError):
                text = f"{type(error).__name__}: {text}"
            self._text, self._told_until_s = text, time.monotonic() + _TOLD_S
            if text not in self._logged and len(self._logged) < _MOST_LOGGED:
                self._logged.add(text)
                logger.exception("the live window goes on after an error")


@contextmanager
def told_interrupts(tell: Callable[[], None]) -> Iterator[None]:
    """Have Ctrl-C, and a system's wish that we end, told instead of raised: the window closes as always.

    A second one is raised again. Afterwards what was told is raised.

    Parameters
    ----------
    tell : sets a mark for the loop; called between any two instructions of Python

    Raises
    ------
    KeyboardInterrupt : it was Ctrl-C
    SystemExit : it was SIGTERM
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told = 0

    def handle(number: int, _frame: FrameType | None) -> None:
        nonlocal told
        told = number
        for each, handler in before.items():
            signal.signal(each, handler)
        tell()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if told == signal.SIGINT:
        raise KeyboardInterrupt
    if told:
        sys.exit(128 + told)
