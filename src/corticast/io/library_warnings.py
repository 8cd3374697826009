"""Warnings of libraries about a file, as lines of ours that name the file.

::

    MNE-Python, pynwb, NumPy, Pillow ── warnings.warn ──> a filter in front ─┐
    nibabel, MNE-Python ── logging ──> a filter at their logger ─────────────┴─> library_words ──> Listener.lines

`warnings.catch_warnings` does not fit here. It exchanges the filters of the whole process, and readers run in any
thread of their host. Two threads that leave it in the wrong order exchange the host's filters for ever. Our filter
matches only in a thread that listens, so it changes nothing for other threads, even where a thread of the host puts
back an old list of filters that holds ours.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from corticast.errors import MOST_CHARACTERS, DataError, one_line
from corticast.io.library_words import words_for

# Warnings that speak to the programmers of a library or of its callers, never about the content of a file.
OF_PROGRAMMERS = (
    DeprecationWarning,
    PendingDeprecationWarning,
    FutureWarning,
    ImportWarning,
    SyntaxWarning,
    ResourceWarning,
    BytesWarning,
    EncodingWarning,
)
# Loggers with handlers of their own, and those that would write to standard error for want of a handler.
_LOGGERS = ("mne", "nibabel.global", "PIL.TiffImagePlugin")

_listening: ContextVar[Listener | None] = ContextVar("listening", default=None)


class Listener:
    """Hears the warnings of a library about one file.

    Parameters
    ----------
    file : path of the file, or its name
    library : name of the library, for warnings without words of ours
    """

    def __init__(self, file: Path | str, library: str) -> None:
        self._file, self._library = file, library
        self._lines: dict[str, None] = {}
        self._refusal = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Lines for the user, in the order in which they were first heard."""
        return tuple(self._lines)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear the warnings of this thread.

        Raises
        ------
        DataError : the library warned of a fault with which the file cannot be shown
        """
        token = _listening.set(self)
        _gate.open()
        try:
            yield
        except Exception as error:
            # An error after such a warning follows from it.
            self._refuse(error)
            raise
        finally:
            _gate.close()
            _listening.reset(token)
        self.check()

    def check(self) -> None:
        """Refuse a file with a fault with which it cannot be shown.

        Raises
        ------
        DataError : the library has warned of such a fault
        """
        self._refuse()

    def _refuse(self, error: Exception | None = None) -> None:
        if self._refusal:
            raise DataError(one_line(f"{self._file}: {self._refusal}", MOST_CHARACTERS)) from error

    def hear(self, text: str) -> None:
        """Take in a warning."""
        name = Path(self._file).name
        found = words_for(self._library, text)
        if found is None:
            self._lines[one_line(f"{name}: {self._library} reports: {text}", MOST_CHARACTERS)] = None
            return
        words, ours = found
        if words.refuses:
            self._refusal = self._refusal or ours
        elif ours:
            self._lines[one_line(f"{name}: {ours}", MOST_CHARACTERS)] = None


class _Heard:
    """Stands where the filters of `warnings` hold a regular expression; Python calls `match` with each text."""

    def match(self, text: str) -> bool:
        """Whether this thread listens; its listener takes in the text."""
        listener = _listening.get()
        if listener is not None:
            listener.hear(text)
        return listener is not None


class _Unheard:
    """Matches the warnings of programmers in threads that listen."""

    def match(self, _: str) -> bool:
        """Whether this thread listens."""
        return _listening.get() is not None


class _Logged(logging.Filter):
    """Keeps the records of threads that listen from the handlers of a logger."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record continues to the handlers."""
        listener = _listening.get()
        if listener is None or record.levelno < logging.WARNING:
            return True
        listener.hear(record.getMessage())
        return False


class _Changed(Warning):
    """Never raised: adding a filter by the public function makes Python forget which warnings it has given before."""


class _Gate:
    """The filters, in place while at least one thread listens."""

    def __init__(self) -> None:
        unheard = [("ignore", _Unheard(), category, None, 0) for category in OF_PROGRAMMERS]
        self._filters: list[Any] = [*unheard, ("ignore", _Heard(), Warning, None, 0)]
        self._marker = ("ignore", None, _Changed, None, 0)
        self._logged = _Logged()
        self._lock = threading.Lock()
        self._n_open = 0

    def open(self) -> None:
        """Put the filters in front of all others."""
        with self._lock:
            self._n_open += 1
            self._put(self._filters)
            warnings.simplefilter("ignore", _Changed, append=True)
            for name in _LOGGERS:
                logging.getLogger(name).addFilter(self._logged)

    def close(self) -> None:
        """Take the filters away when the last thread has closed the gate."""
        with self._lock:
            self._n_open -= 1
            if not self._n_open:
                self._put([])
                for name in _LOGGERS:
                    logging.getLogger(name).removeFilter(self._logged)

    def _put(self, first: list[Any]) -> None:
        """Put these of our filters in front, at once: another thread may be looking for a filter."""
        # Typed as if it could not be changed.
        filters: Any = warnings.filters
        ours = {id(each) for each in self._filters}
        wanted = [*first, *(each for each in filters if id(each) not in ours and (first or each != self._marker))]
        if wanted != filters:
            filters[:] = wanted


_gate = _Gate()
