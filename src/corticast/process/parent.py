"""The parent's side: it starts a module as a process, sends a task, reads events, and ends the process."""

from __future__ import annotations

import json
import logging
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from signal import Signals
from typing import Any, Self

from corticast import errors
from corticast.process.environment import environment_of_children

_log = logging.getLogger("corticast.process")

# How soon the end of a process is seen whose pipes are still open.
_LOOK_S = 0.05

Event = dict[str, Any]


class Child:
    """A module of this package as a process; a context manager, whose end is the process's.

    Parameters
    ----------
    module : calls `corticast.process.child.serve`
    task : a value that JSON can hold
    fds : file descriptors that the process inherits
    environment : variables that differ from this process's
    ends_within_s : seconds that the process may take to end by itself, when it is ended; 0 kills it at once
    """

    def __init__(
        self,
        module: str,
        task: Any,
        *,
        fds: Sequence[int] = (),
        environment: Mapping[str, str] | None = None,
        ends_within_s: float = 0.0,
    ) -> None:
        self._ends_within_s = ends_within_s
        self._process = subprocess.Popen(
            # -P: a file in the current folder must not be imported in place of a library.
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment_of_children(environment or {}),
            pass_fds=fds,
            # With a process group of its own, Ctrl-C on the terminal reaches only this process.
            process_group=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._stdin, self._stdout, self._stderr = self._process.stdin, self._process.stdout, self._process.stderr
        self._selector = selectors.DefaultSelector()
        self._begun: dict[int, bytes] = {}
        for pipe in (self._stdout, self._stderr):
            self._selector.register(pipe, selectors.EVENT_READ)
            self._begun[pipe.fileno()] = b""
        self._events: list[Event] = []
        self._last_words = ""
        with suppress(BrokenPipeError):
            self._stdin.write(json.dumps(task).encode() + b"\n")
            self._stdin.flush()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    @property
    def has_closed(self) -> bool:
        """Whether all events have been read that the process will ever send."""
        return self._stdout not in self._selector.get_map()

    def events(self, timeout_s: float) -> list[Event]:
        """Read events. Lines on standard error go to the log, at debug level.

        Parameters
        ----------
        timeout_s : how long to wait for the first

        Raises
        ------
        CorticastError : the process has reported one; of the class that was raised there
        """
        self._read(timeout_s)
        events, self._events = self._events, []
        for event in events:
            if event["event"] == "failed":
                raise getattr(errors, event["error"])(event["message"])
        return events

    def end(self) -> None:
        """End the process, whatever it does, and wait for it."""
        with suppress(BrokenPipeError):
            self._stdin.close()
        self._let_end()
        self._process.kill()
        self._process.wait()
        while self._read(0.0):
            pass
        self._selector.close()
        self._stdout.close()
        self._stderr.close()

    def wait(self) -> int:
        """Wait until the process has ended, and read its last lines; its status, negative for a signal."""
        while self._selector.get_map():
            self._read(_LOOK_S)
        return self._process.wait()

    def ending(self) -> str:
        """How the process has ended, such as "was killed by SIGKILL" or "ended with status 1: its last line"."""
        status = self._process.wait()
        if status < 0:
            return f"was killed by {Signals(-status).name}"
        return f"ended with status {status}" + (f": {self._last_words}" if self._last_words else " and left no message")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def _let_end(self) -> None:
        """Wait until the process ends by itself, and keep it from waiting for a reader."""
        deadline_s = time.monotonic() + self._ends_within_s
        while self.is_running and (left_s := deadline_s - time.monotonic()) > 0:
            if self._selector.get_map():
                self._read(min(left_s, _LOOK_S))
            else:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(left_s)

    def _read(self, timeout_s: float) -> bool:
        """Read the process's output; return whether anything came, including the end of a pipe."""
        ready = self._selector.select(timeout_s)
        for key, _ in ready:
            if not (read := os.read(key.fd, 65536)):
                self._selector.unregister(key.fileobj)
                read = b"\n" if self._begun[key.fd] else b""
            *lines, self._begun[key.fd] = (self._begun[key.fd] + read).split(b"\n")
            for line in lines:
                self._take(line, is_event=key.fileobj is self._stdout)
        return bool(ready)

    def _take(self, line: bytes, *, is_event: bool) -> None:
        event = _event(line) if is_event else None
        if event is not None:
            self._events.append(event)
        elif text := line.decode(errors="replace").strip():
            self._last_words = text
            _log.debug("process %d: %s", self.pid, text)


def _event(line: bytes) -> Event | None:
    """The event in a line; None for anything that was printed before events had standard output to themselves."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None
