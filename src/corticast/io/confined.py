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

import json
import os
import signal
import socket
import struct
import threading
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from corticast import errors
from corticast.core.model.types import Float64Array, IntpArray
from corticast.errors import CorticastError, DataError
from corticast.io.door import by_path, changed, stamp_of
from corticast.io.file_kinds import FileKind, size_in_words
from corticast.process.host import Host
from corticast.process.memory import available_bytes
from corticast.process.shared_memory import create_shared, map_shared

# Memory of the child beyond the library's own: a fixed part, and times the size of the file. Some formats are read as a
# whole, and converted to float64.
_LEAST_BYTES, _PER_FILE_BYTE = 768 << 20, 4
# Computing time of an answer: a fixed part, and for each gigabyte of the file.
_LEAST_S, _PER_GB_S = 30, 30
# Memory that both processes share. A request for more samples is divided.
PIECE_BYTES = 8 << 20
# Facts of a recording, with 100 000 events, fit well.
_MOST_FACTS_BYTES = 256 << 20

# A message's kind, and the number of its bytes.
MESSAGE = struct.Struct("<cQ")
FACTS, FAILURE = b"f", b"e"
# First sample, the sample after the last, and the number of rows.
REQUEST = struct.Struct("<qqq")


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
        self._running: _Running | None = None
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

    def _started(self) -> _Running:
        """The child; a new one after an interrupt, and in a process that was forked."""
        running = self._running
        if running is None or running.pid != os.getpid() or running.is_broken:
            size = self._stamp.size
            most_bytes = _LEAST_BYTES + _PER_FILE_BYTE * size
            task = {
                "path": str(self._path.absolute()),
                "arguments": self._arguments,
                "most_bytes": min(most_bytes, available_bytes() or most_bytes),
                "most_s": int(_LEAST_S + _PER_GB_S * size / 1e9),
            }
            running = _Running(self._module, f"{self._path}", self._library, task)
            self._running = running
        return running


class _Running:
    """A running child."""

    def __init__(self, module: str, label: str, library: str, task: dict[str, Any]) -> None:
        self._label, self._library, self._task = label, library, task
        self.pid = os.getpid()
        self.is_broken = True
        self._host = _host_of(module, library, task["path"])
        own, other = socket.socketpair()
        shared_bytes = PIECE_BYTES
        memory = create_shared(shared_bytes)
        try:
            self._samples = np.frombuffer(map_shared(memory, shared_bytes), dtype=np.float64)
            self._child = self._host.fork({**task, "shared_bytes": shared_bytes}, [other.fileno(), memory])
        finally:
            other.close()
            os.close(memory)
        self._socket = own
        # At most once: by `_end`, or when nobody holds this object any more.
        self._finally = weakref.finalize(self, _end, self._host, own, self._child)
        try:
            self.facts = self._answer()
        except BaseException:
            self._end()
            raise
        self.is_broken = False

    def read(self, first: int, stop: int, rows: IntpArray, out: Float64Array) -> list[str]:
        """Read samples into an array; the lines of the library's warnings."""
        self.is_broken = True
        try:
            wanted = np.ascontiguousarray(rows, dtype="<i8")
            with suppress(BrokenPipeError, ConnectionResetError):
                self._socket.sendall(REQUEST.pack(first, stop, len(wanted)) + wanted.tobytes())
            lines: list[str] = self._answer()["lines"]
        except BaseException:
            # An interrupt leaves a part of the answer on its way.
            self._end()
            raise
        self.is_broken = False
        out[:] = self._samples[: out.size].reshape(out.shape)
        return lines

    def _answer(self) -> dict[str, Any]:
        """Facts of the child.

        Raises
        ------
        CorticastError : the child failed
        """
        kind, n_bytes = MESSAGE.unpack(self._receive(bytearray(MESSAGE.size)))
        if n_bytes > _MOST_FACTS_BYTES:
            raise DataError(f"{self._label}: its events and names take {size_in_words(n_bytes)}; get the file again")
        content = self._receive(bytearray(n_bytes))
        try:
            facts: dict[str, Any] = dict(json.loads(content))
            if kind == FACTS:
                return facts
            # The user may have given a path from the current folder.
            message = facts["message"].replace(self._task["path"], self._label)
            failure = getattr(errors, facts["error"])(message)
            assert isinstance(failure, CorticastError)
        # A library that writes past its memory may change the answer.
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError) as error:
            raise DataError(f"{self._label}: {self._library} gave no answer that can be read; start again") from error
        raise failure

    def _receive(self, memory: bytearray) -> bytearray:
        view = memoryview(memory)
        while len(view):
            try:
                n = self._socket.recv_into(view)
            except ConnectionResetError:
                n = 0
            if not n:
                raise self._death()
            view = view[n:]
        return memory

    def _death(self) -> CorticastError:
        """The error about a child that has ended before its answer."""
        status = self._host.status(self._child)
        if status == -signal.SIGXCPU:
            seconds = self._task["most_s"]
            return DataError(f"{self._label}: {self._library} computed for more than {seconds} s; get the file again")
        if status < 0:
            return DataError(
                f"{self._label}: {self._library} was ended by {signal.Signals(-status).name}; get the file again"
            )
        return CorticastError(f"{self._label}: the process of {self._library} ended with status {status}")

    def _end(self) -> None:
        self._finally()


def _end(host: Host, own: socket.socket, child: int) -> None:
    own.close()
    host.end(child)


_hosts: dict[tuple[str, str], Host] = {}
_hosts_lock = threading.Lock()


def _host_of(module: str, library: str, path: str) -> Host:
    """The host of a library, which stays for the next file; a new one where the former cannot be used."""
    with _hosts_lock:
        host = _hosts.get((module, library))
        if host is None or not host.is_usable:
            host = Host(module, {"path": path})
            _hosts[module, library] = host
        return host
