"""Warnings and log records that no reader has heard, in lines like all others of a command.

`io.library_warnings` hears libraries while they read a file. This module is for all other times. It changes the whole
process, which only the command line may do.
"""

from __future__ import annotations

import logging
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corticast.errors import MOST_CHARACTERS, CorticastWarning, one_line
from corticast.io.library_warnings import OF_PROGRAMMERS

_NAMES = {"mne": "MNE-Python", "numpy": "NumPy", "PIL": "Pillow", "scipy": "SciPy"}


@contextmanager
def plain_warnings(*, quiet: bool, verbose: bool) -> Iterator[None]:
    """Write each warning once, in one line after the program's name.

    Parameters
    ----------
    quiet : write none
    verbose : write the traceback of an error that was logged
    """
    written: set[str] = set()

    def write(library: str, text: str) -> None:
        line = text if library == "corticast" else f"{_NAMES.get(library, library)} reports: {text}"
        if not quiet and line not in written:
            written.add(line)
            sys.stderr.write(f"corticast: warning: {one_line(line, MOST_CHARACTERS)}\n")

    def show(message: Any, category: type[Warning], filename: str, *_: Any) -> None:
        if not issubclass(category, OF_PROGRAMMERS):
            is_own = issubclass(category, CorticastWarning)
            write("corticast" if is_own else _library_of(filename, category), str(message))

    shown, last = warnings.showwarning, logging.lastResort
    # Python passes more arguments than the hook names.
    hook: Any = show
    warnings.showwarning, logging.lastResort = hook, _Lines(write, verbose=verbose)
    try:
        yield
    finally:
        warnings.showwarning, logging.lastResort = shown, last


class _Lines(logging.Handler):
    """Takes the records of loggers without a handler."""

    def __init__(self, write: Callable[[str, str], None], *, verbose: bool) -> None:
        super().__init__(logging.WARNING)
        self._write, self._verbose = write, verbose

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        error = record.exc_info[1] if record.exc_info else None
        why = "" if error is None else f": {type(error).__name__}: {error}"
        self._write(record.name.partition(".")[0], f"{record.getMessage()}{why}")
        if self._verbose and error is not None:
            traceback.print_exception(error)


def _library_of(filename: str, category: type[Warning]) -> str:
    """The package that a file of Python belongs to. Arithmetic of NumPy warns in the file that computes."""
    if issubclass(category, RuntimeWarning) and "corticast" in Path(filename).parts:
        return "numpy"
    parts = Path(filename).parts
    places = [number for number, part in enumerate(parts) if part in ("site-packages", "dist-packages", "src")]
    return parts[places[-1] + 1].removesuffix(".py") if places and places[-1] + 1 < len(parts) else "Python"
