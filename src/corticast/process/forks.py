"""The child's side of `corticast.process.host`: a process that forks a process for each task."""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

_MESSAGE_BYTES, _MOST_FDS = 1 << 16, 8


def serve_forks(load: Callable[[Any], None], do: Callable[[Any, list[int]], None]) -> None:
    """Fork a process for each task of the host; end with the host's owner.

    Parameters
    ----------
    load : called once with the host's own task; imports what all tasks need
    do : called in a forked process, with the task and its file descriptors; the process ends with it
    """
    first = json.loads(sys.stdin.readline())
    control = socket.socket(fileno=first["control"])
    load(first["task"])
    # Nobody reads these any more.
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    # Objects that stay for ever need no copy in each process.
    gc.freeze()
    while (received := _received(control)) is not None:
        request, fds = received
        if "reap" in request:
            answer = _reaped(request["reap"])
        else:
            answer = os.fork()
            if answer == 0:
                _do_alone(control, do, request["task"], fds)
        for fd in fds:
            os.close(fd)
        control.sendall(f"{answer}\n".encode())


def _received(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """A request, one line of JSON, and its file descriptors; None after the last."""
    line = b""
    fds: list[int] = []
    while not line.endswith(b"\n"):
        part, some, _, _ = socket.recv_fds(control, _MESSAGE_BYTES, _MOST_FDS)
        if not part:
            return None
        line, fds = line + part, [*fds, *some]
    request: dict[str, Any] = json.loads(line)
    return request, fds


def _reaped(pid: int) -> int:
    """Status of a process once it has ended, negative for a signal."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return 0


def _do_alone(control: socket.socket, do: Callable[[Any, list[int]], None], task: Any, fds: list[int]) -> None:
    """Do a task, and end this process without what its host would do at its end."""
    status = 1
    try:
        control.close()
        do(task, fds)
        status = 0
    finally:
        os._exit(status)
