"""The child process of a confined file, seen from its parent; the protocol is that of `confined`."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import threading
import weakref
from contextlib import suppress
from typing import Any

import numpy as np

from corticast import errors
from corticast.core.model.types import Float64Array, IntpArray
from corticast.errors import CorticastError, DataError
from corticast.io.file_kinds import size_in_words
from corticast.process.host import Host
from corticast.process.shared_memory import create_shared, map_shared

# Facts of a recording, with 100 000 events, fit well.
_MOST_FACTS_BYTES = 256 << 20

# A message's kind, and the number of its bytes.
MESSAGE = struct.Struct("<cQ")
FACTS, FAILURE = b"f", b"e"
# First sample, the sample after the last, and the number of rows.
REQUEST = struct.Struct("<qqq")


class RunningChild:
    """A child that runs, and what crosses its socket.

    Parameters
    ----------
    module, library : see `Confined`
    label : the path of the file for messages
    task : for the child, with its limits and the bytes of memory that both share

    Raises
    ------
    CorticastError : the child cannot open the file
    """

    def __init__(self, module: str, label: str, library: str, task: dict[str, Any]) -> None:
        self._label, self._library, self._task = label, library, task
        self.pid = os.getpid()
        self.is_broken = True
        self._host = _host_of(module, library, task["path"])
        own, other = socket.socketpair()
        memory = create_shared(task["shared_bytes"])
        try:
            self._samples = np.frombuffer(map_shared(memory, task["shared_bytes"]), dtype=np.float64)
            self._child = self._host.fork(task, [other.fileno(), memory])
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
