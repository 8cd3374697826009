"""A library in the child of `corticast.io.confined` that does as its file says."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import numpy as np

from corticast.io.confined_child import serve_reader


class Facts:
    """A file without samples."""

    def __init__(self, path, command):
        self._command, self._path = command, path
        self.lines = ("a.txt: a warning",)
        self.facts = {"names": ["α", "b"], "pid": os.getpid(), "command": command}


class Numbers(Facts):
    """Samples that state their place; after a command, another end."""

    def read(self, first, stop, rows):
        if self._command == "crash later":
            os.abort()
        if self._command == "fail later":
            raise RuntimeError("no such sample\nin two lines")
        self.lines = ("a.txt: a warning", "a.txt: another")
        return 1000.0 * rows[:, None] + np.arange(first, stop)


def load(path):
    pass


def open_file(path, arguments):
    command, _, name = path.read_text().partition(": ")
    if command == "crash":
        os.abort()
    if command == "compute":
        import resource

        # As if half a minute had passed.
        resource.setrlimit(resource.RLIMIT_CPU, (1, -1))
        while True:
            pass
    if command == "fill memory":
        np.ones(1 << 40)
    if command == "read":
        (path.parent / name).read_bytes()
    if command == "try to read":
        with suppress(Exception):
            Path(name).read_bytes()
    if command == "fail":
        raise KeyError(arguments["word"])
    return Facts(path, command) if command == "facts alone" else Numbers(path, command)


if __name__ == "__main__":
    serve_reader(load, open_file)
