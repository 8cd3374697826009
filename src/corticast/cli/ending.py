"""How the process ends: by a signal, or with a reader of its output that has gone away."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

INTERRUPTED = 128 + signal.SIGINT

# The signal that is to end this process, once one has come.
_received: list[int] = []


def catch_signals() -> None:
    """Let SIGTERM end the process as Ctrl-C does, with nothing half-written left behind, and note both."""
    _received.clear()
    signal.signal(signal.SIGTERM, _end)
    # A shell's background job ignores Ctrl-C, and continues to.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def _end(number: int, frame: FrameType | None) -> None:
    _received.append(number)
    if _is_taking_up(frame):
        # An exception would be lost here as well, for good.
        _come_again()
        return
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)


def signalled() -> BaseException | None:
    """The exception of the signal that has come; None if none has.

    An exception that is raised while ctypes converts an argument comes out as another one.
    """
    if not _received:
        return None
    return KeyboardInterrupt() if _received[-1] == signal.SIGINT else SystemExit(128 + _received[-1])


def say_ended(ending: BaseException, before: Mapping[Path, int | None] | None = None) -> int:
    """Report a signal on stderr in one line, and return the exit status; any other SystemExit says nothing.

    Parameters
    ----------
    ending : KeyboardInterrupt, whose text names kept files, or SystemExit
    before : written files, and their times as `times_of` gave them
    """
    if isinstance(ending, KeyboardInterrupt):
        word, status, more = "interrupted", INTERRUPTED, str(ending)
    elif isinstance(ending, SystemExit) and ending.code == 128 + signal.SIGTERM:
        word, status, more = "terminated", 128 + signal.SIGTERM, ""
    else:
        raise ending
    _received.clear()
    # Python ends by SIGINT itself where Ctrl-C came within code from a text, until other such code has run.
    eval("0")
    left = more or _kept(before or {})
    sys.stderr.write(f"corticast: {word}{left and f'; {left}'}\n")
    return status


def times_of(paths: Iterable[Path]) -> dict[Path, int | None]:
    """Times of files before a run, None for missing ones. Files that the run has written differ."""
    return {path: _time_of(path) for path in paths}


def _time_of(path: Path) -> int | None:
    return path.stat().st_mtime_ns if path.is_file() else None


def _kept(before: Mapping[Path, int | None]) -> str:
    """Which files are there that were not, or are new."""
    kept = [str(path) for path, time in before.items() if _time_of(path) not in (None, time)]
    return f"{', '.join(kept)} {'is' if len(kept) == 1 else 'are'} kept" if kept else ""


@contextmanager
def in_one_line() -> Iterator[None]:
    """Report a signal that comes outside a command, and let a signal that was lost come again."""
    hook = sys.unraisablehook
    sys.unraisablehook = partial(_take_up, hook)
    try:
        yield
    except (KeyboardInterrupt, SystemExit) as ending:
        if isinstance(ending, SystemExit) and not _received:
            raise
        sys.exit(say_ended(ending))
    except Exception:
        signalled_by = signalled()
        if signalled_by is None:
            raise
        sys.exit(say_ended(signalled_by))
    finally:
        sys.unraisablehook = hook


def _take_up(otherwise: Callable[[Any], object], lost: Any) -> None:
    """Let a signal whose exception was lost come again; report other lost exceptions."""
    if _is_signal(lost):
        _come_again()
    else:
        otherwise(lost)


def _is_taking_up(frame: FrameType | None) -> bool:
    """Whether `_take_up` is at work in a frame or in one that called it."""
    while frame is not None and frame.f_code is not _take_up.__code__:
        frame = frame.f_back
    return frame is not None


def _is_signal(lost: Any) -> bool:
    return bool(_received) and issubclass(lost.exc_type, (KeyboardInterrupt, SystemExit))


def _come_again() -> None:
    """Send the signal once more, after a callback or a finalizer in which no exception can be raised."""
    import _thread
    import threading

    again = threading.Timer(0.02, _thread.interrupt_main, (_received[-1],))
    again.daemon = True
    # A process that ends starts no threads, and needs no signal.
    with suppress(RuntimeError):
        again.start()


@contextmanager
def open_streams() -> Iterator[None]:
    """Give a process whose output is closed a place to write to, and lose the text of a reader that has gone away."""
    _fill_descriptors()
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _lossy(sys.stdout, 1), _lossy(sys.stderr, 2)
    try:
        yield
    finally:
        try:
            sys.stdout.flush()
        except OSError as error:
            sys.stderr.write(f"corticast: standard output: {error.strerror or error}\n")
            sys.exit(1)
        finally:
            sys.stdout, sys.stderr = before


def _fill_descriptors() -> None:
    """Open the null device as each closed descriptor of 0, 1, 2, which another file or pipe would get."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            # The system gives the lowest free number.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _lossy(stream: Any, descriptor: int) -> Any:
    """The stream where it cannot break: one of a test, or a terminal; else one that drops what nobody reads."""
    is_own = stream is None or stream in (sys.__stdout__, sys.__stderr__)
    if not is_own or (stream is not None and stream.isatty()):
        return stream
    encoding, errors = ("utf-8", "replace") if stream is None else (stream.encoding, stream.errors)
    buffer = io.BufferedWriter(_Lossy(descriptor, "w", closefd=False))
    return io.TextIOWrapper(buffer, encoding=encoding, errors=errors, line_buffering=descriptor == 2)


class _Lossy(io.FileIO):
    """A file that drops all bytes once the other end of the pipe is closed, or once an error was raised."""

    _is_lost = False

    def write(self, content: Any) -> int:
        """Write the bytes, or drop them."""
        try:
            return memoryview(content).nbytes if self._is_lost else super().write(content)
        except BrokenPipeError:
            self._is_lost = True
            return memoryview(content).nbytes
        except OSError:
            self._is_lost = True
            raise
