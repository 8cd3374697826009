"""Libraries that cannot be bounded, in a process of their own with limits of memory and time.

::

    Confined ── the task, as JSON ──────────> a module of ours, by `confined_child.serve_reader`
    Confined <── facts, as JSON ───────────── │
    Confined ── first, stop, rows ──────────> │ `read`
    Confined <── samples, float64 ─────────── │   through memory that both share

MNE-Python and pynwb believe what a file says of itself: a header of 400 bytes took 8 GB and 30 s. In the child the
same file meets a limit, and a crash of the child is an error of one line here. Nothing that Python could execute
crosses the socket: facts are JSON, samples are numbers.

The child lives as long as the object; that of a file without samples ends with its facts. It starts anew if it is
needed after an interrupt, or in a forked process. A host imports each library once, and forks the child of each file.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np

from corticast.core.model.types import Float64Array, IntpArray
from corticast.errors import CorticastError
from corticast.io.confined_process import RunningChild
from corticast.io.door import by_path, changed, stamp_of
from corticast.io.file_kinds import FileKind
from corticast.process.memory import available_bytes

# Memory of the child beyond the library's own: a fixed part, and times the size of the file. Some formats are read as a
# whole, and converted to float64.
_LEAST_BYTES, _PER_FILE_BYTE = 768 << 20, 4
# Computing time of an answer: a fixed part, and for each gigabyte of the file.
_LEAST_S, _PER_GB_S = 30, 30
# Memory that both processes share. A request for more samples is divided.
PIECE_BYTES = 8 << 20


class Confined:
    """A file that a library reads in a child process.

    Parameters
    ----------
    module : which calls `corticast.io.confined_child.serve_reader` as the main module of the child
    library : its name for messages
    path, kind : of the file
    arguments : further facts for `open_file` that JSON can hold

    Raises
    ------
    DataError : the file cannot be read, or not within the limits
    CorticastError : of the class that the module raised
    """

    def __init__(self, module: str, library: str, path: Path, kind: FileKind, **arguments: Any) -> None:
        self._module, self._library, self._path, self._kind = module, library, path, kind
        self._arguments = arguments
        self._lock = threading.Lock()
        self._running: RunningChild | None = None
        with by_path(path, kind) as stamp:
            self._stamp = stamp
            self.facts = self._started().facts
        others = map(Path, self.facts["files"])
        self._stamps = {**{other: stamp_of(other) for other in others}, path: stamp}
        self._lines: dict[str, None] = dict.fromkeys(self.facts["lines"])

    @property
    def lines(self) -> tuple[str, ...]:
        """Warnings of the library so far, in lines of ours, each once."""
        return tuple(self._lines)

    def read(self, first: int, stop: int, rows: IntpArray) -> Float64Array:
        """Samples of some rows.

        Parameters
        ----------
        first, stop : first sample, and the sample after the last
        rows : (n_rows,) numbers of channels

        Returns
        -------
        (n_rows, stop - first) float64

        Raises
        ------
        DataError : the samples cannot be read, not within the limits, or the file has changed since it was opened
        """
        out = np.empty((len(rows), stop - first))
        step = max(1, PIECE_BYTES // (8 * max(1, len(rows))))
        with self._lock:
            for begin in range(first, stop, step):
                end = min(begin + step, stop)
                self._read(begin, end, rows, out[:, begin - first : end - first])
        self._check()
        return out

    def _read(self, first: int, stop: int, rows: IntpArray, out: Float64Array) -> None:
        try:
            lines = self._started().read(first, stop, rows, out)
        except CorticastError as error:
            self._check(error)
            raise
        self._lines |= dict.fromkeys(lines)

    def _check(self, error: CorticastError | None = None) -> None:
        """Refuse files that have changed; their errors follow from the change."""
        for path, stamp in self._stamps.items():
            if stamp_of(path) != stamp:
                raise changed(path) from error

    def _started(self) -> RunningChild:
        """The child; a new one after an interrupt, and in a process that was forked."""
        running = self._running
        if running is None or running.pid != os.getpid() or running.is_broken:
            size = self._stamp.size
            most_bytes = _LEAST_BYTES + _PER_FILE_BYTE * size
            task = {
                "path": str(self._path.absolute()),
                "arguments": self._arguments,
                "most_bytes": min(most_bytes, available_bytes() or most_bytes),
                "shared_bytes": PIECE_BYTES,
                "most_s": int(_LEAST_S + _PER_GB_S * size / 1e9),
            }
            running = RunningChild(self._module, f"{self._path}", self._library, task)
            self._running = running
        return running
