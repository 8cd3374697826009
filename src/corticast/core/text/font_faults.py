"""Faults of a font file: what fontTools logs, and how it fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from corticast.errors import MOST_CHARACTERS, OptionError, in_width, one_line

_LIBRARY = logging.getLogger("fontTools")
# Handlers belong to the whole process: one thread at a time replaces them.
_replacing = threading.RLock()


@dataclass(eq=False)
class Faults:
    """Faults that fontTools logs, each kind once: its first message and its number."""

    _kinds: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    def hear(self, record: logging.LogRecord) -> None:
        """Count a record. Its text before values are filled in is its kind."""
        kind = record.name, str(record.msg)
        first, n = self._kinds.get(kind) or (record.getMessage(), 0)
        self._kinds[kind] = first, n + 1

    def lines(self, path: Path) -> tuple[str, ...]:
        """One line for each kind."""
        return tuple(_line(path, first, n) for first, n in self._kinds.values())


def _line(path: Path, first: str, n: int) -> str:
    more = f" (and {n - 1} more of this kind)" if n > 1 else ""
    return f"--font {path}: fontTools reports: {one_line(first, MOST_CHARACTERS)}{more}"


class _Hearing(logging.Handler):
    def __init__(self, faults: Faults) -> None:
        super().__init__(logging.WARNING)
        self._faults = faults

    def emit(self, record: logging.LogRecord) -> None:
        self._faults.hear(record)


@contextmanager
def hearing_fonts() -> Iterator[Faults]:
    """Hear what fontTools logs, in place of the handlers of the process."""
    faults = Faults()
    handler = _Hearing(faults)
    with _replacing:
        passes_on = _LIBRARY.propagate
        _LIBRARY.addHandler(handler)
        _LIBRARY.propagate = False
        try:
            yield faults
        finally:
            _LIBRARY.removeHandler(handler)
            _LIBRARY.propagate = passes_on


@contextmanager
def reading_font(path: Path) -> Iterator[Faults]:
    """Hear what fontTools logs about a font file, and refuse the file where reading fails.

    Raises
    ------
    OptionError : the font is damaged
    """
    try:
        with hearing_fonts() as faults:
            yield faults
    except Exception as error:
        # fontTools and FreeType fail on damaged files in many ways.
        raise refusal(path, f"a damaged font ({type(error).__name__}); get the file again") from error


def refusal(path: Path, why: str) -> OptionError:
    """The error about a font file that is not taken."""
    return OptionError(in_width(f"--font {path}: {why}"), "font")
