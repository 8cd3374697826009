"""A process that imports a library once, and forks a process for each task: this takes a hundredth of an import.

::

    Host ── task, file descriptors ──> the module, by `forks.serve_forks` ── fork ──> the task's process
    Host <── number of the process ─── │
    Host ── reap a process ──────────> │
    Host <── its status ────────────── │
"""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from corticast.errors import CorticastError
from corticast.process.parent import Child


class Host:
    """A module of this package as a process that forks; the process ends with this object.

    Parameters
    ----------
    module : calls `corticast.process.forks.serve_forks`
    task : a value that JSON can hold, for the module's own start
    """

    def __init__(self, module: str, task: Any) -> None:
        self._owner = os.getpid()
        self._is_whole = True
        self._lock = threading.Lock()
        # Forked processes whose numbers are still theirs, and those that were ended.
        self._forked: set[int] = set()
        self._ended: list[int] = []
        self._control, other = socket.socketpair()
        with other:
            self._child = Child(module, {"control": other.fileno(), "task": task}, fds=[other.fileno()])
        weakref.finalize(self, _end, self._owner, self._control, self._child)

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._child.pid

    @property
    def is_usable(self) -> bool:
        """Whether this process has started the host, and no interrupt or death has cut off an answer."""
        return self._is_whole and self._owner == os.getpid() and self._child.is_running

    def fork(self, task: Any, fds: Sequence[int]) -> int:
        """Start a process for a task; its number.

        Parameters
        ----------
        task : a value that JSON can hold
        fds : file descriptors that the process gets

        Raises
        ------
        CorticastError : the host has ended
        """
        with self._lock:
            while self._ended:
                self._ask({"reap": self._ended.pop()})
            pid = self._ask({"task": task}, fds)
            self._forked.add(pid)
            return pid

    def end(self, pid: int) -> None:
        """End a forked process at once. Any thread may do this at any time, the garbage collector's too."""
        if self.is_usable and pid in self._forked:
            self._forked.discard(pid)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self._ended.append(pid)

    def status(self, pid: int) -> int:
        """Wait until a forked process has ended; its status, negative for a signal.

        Raises
        ------
        CorticastError : the host has ended
        """
        with self._lock:
            # Afterwards the system may give the number to another program.
            self._forked.discard(pid)
            return self._ask({"reap": pid})

    def _ask(self, request: Any, fds: Sequence[int] = ()) -> int:
        self._is_whole = False
        line = json.dumps(request).encode() + b"\n"
        answer = b""
        with suppress(BrokenPipeError, ConnectionResetError):
            n_sent = socket.send_fds(self._control, [line], list(fds))
            self._control.sendall(line[n_sent:])
            while not answer.endswith(b"\n") and (part := self._control.recv(64)):
                answer += part
        if not answer:
            self._child.wait()
            raise CorticastError(f"the process that reads files {self._child.ending()}")
        self._is_whole = True
        return int(answer)


def _end(owner: int, control: socket.socket, child: Child) -> None:
    control.close()
    if owner == os.getpid():
        child.end()
