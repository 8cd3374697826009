"""A process that holds a device, seen from its parent."""

from __future__ import annotations

import json
import logging
import os
import selectors
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Self

from corticast.process.environment import environment_of_children

_log = logging.getLogger("corticast.audio")


class Child:
    """One of this package's modules as a process; a context manager.

    Parameters
    ----------
    module : such as "corticast.audio.capture_process"
    arguments : handed over as JSON
    fds : file descriptors that it inherits
    environment : variables that differ from this process's
    """

    def __init__(
        self,
        module: str,
        arguments: Mapping[str, Any],
        *,
        fds: Sequence[int] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._process = subprocess.Popen(
            # -P: what lies in the folder of a user is not to be imported in place of a library.
            [sys.executable, "-P", "-m", module, json.dumps(arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment_of_children(environment or {}),
            pass_fds=fds,
            # A group of its own: Ctrl-C is this process's to deal with.
            process_group=0,
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._selector = selectors.DefaultSelector()
        for pipe in (self._process.stdout, self._process.stderr):
            self._selector.register(pipe, selectors.EVENT_READ)
        self._begun = {self._process.stdout.fileno(): b"", self._process.stderr.fileno(): b""}

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def events(self, timeout_s: float) -> list[dict[str, Any]]:
        """What it has told; waits for it at most so long. What it has put on standard error goes to the log."""
        assert self._process.stdout is not None
        events: list[dict[str, Any]] = []
        for key, _ in self._selector.select(timeout_s):
            if not (read := os.read(key.fd, 65536)):
                self._selector.unregister(key.fileobj)
                continue
            *lines, self._begun[key.fd] = (self._begun[key.fd] + read).split(b"\n")
            if key.fd == self._process.stdout.fileno():
                events += [json.loads(line) for line in lines]
            else:
                for line in lines:
                    _log.debug("process %d: %s", self.pid, line.decode(errors="replace"))
        return events

    @property
    def has_closed(self) -> bool:
        """Whether all that it will ever tell has been read."""
        return not self._selector.get_map()

    def end(self) -> None:
        """End it, hung or not."""
        self._process.kill()
        self._process.wait()
        self._selector.close()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
