"""Readers of child processes within this process, so that the fuzzer sees their code."""

from __future__ import annotations

import importlib
import json
import signal

from corticast import errors
from corticast.errors import DataError
from corticast.io import confined, confined_child, head_transform, recording_confined
from corticast.io.confined import Confined
from corticast.io.door import by_path
from corticast.io.readers import fif, img_pipe, nwb, spreadsheet

# Modules that start a child.
_PARENTS = (recording_confined, head_transform, fif, nwb, spreadsheet, img_pipe)
MOST_BYTES = 768 << 20
# Computing time of an answer. Children get 30 s.
MOST_S = 5
# Where such a file is damaged, SciPy's reader of MATLAB files ends the process, and HDF5 computes without an end: these
# files are read in children, as those of users are.
IN_CHILDREN = (".mat", ".set", ".nwb")


class TooLongError(BaseException):
    """The time of an answer is over. No reader catches this error."""


def _confined(module, library, path, kind, **arguments):
    stand_in = Confined if path.suffix.lower() in IN_CHILDREN else InProcess
    return stand_in(module, library, path, kind, **arguments)


class InProcess:
    """Stands in for `corticast.io.confined.Confined`: the same module of the child, its errors and its JSON."""

    def __init__(self, module, library, path, kind, **arguments):
        self._path = path.absolute()
        with by_path(path, kind):
            self._content = self._tried(importlib.import_module(module)._open, self._path, arguments)
            facts = {**self._content.facts, "files": [], "lines": self._content.lines}
            self.facts = json.loads(json.dumps(facts))

    @property
    def lines(self):
        return tuple(self._content.lines)

    def read(self, first, stop, rows):
        return self._tried(self._content.read, first, stop, rows)

    def _tried(self, function, *arguments):
        def stop(*_):
            raise TooLongError

        before = signal.signal(signal.SIGVTALRM, stop)
        signal.setitimer(signal.ITIMER_VIRTUAL, MOST_S)
        try:
            return function(*arguments)
        except TooLongError as error:
            raise DataError(f"{self._path}: computed for more than {MOST_S} s; get the file again") from error
        except Exception as error:
            task = {"most_bytes": MOST_BYTES}
            failure = confined_child._failure(error, self._path, confined_child._Folder(self._path), task)
            raise getattr(errors, failure["error"])(failure["message"]) from error
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)


def read_in_process():
    """Put the stand-in into all modules that start a child. The result is for `read_in_children`."""
    changes = [(confined, "_LEAST_S", MOST_S), *((module, "Confined", _confined) for module in _PARENTS)]
    before = [(module, name, getattr(module, name)) for module, name, _ in changes]
    read_in_children(changes)
    return before


def read_in_children(before):
    """Let the modules start children again."""
    for module, name, value in before:
        setattr(module, name, value)
