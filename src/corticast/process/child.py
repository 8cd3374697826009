"""The child's side: it reads a task, sends events and errors, and ends with its parent."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, Protocol

from corticast.errors import CorticastError, one_line


class Tell(Protocol):
    """Sends an event to the parent."""

    def __call__(self, event: str, **facts: Any) -> None:
        """Send an event.

        Parameters
        ----------
        event : its name; "failed" is for errors alone
        facts : values that JSON can hold
        """


def serve(do: Callable[[Any, Tell], None], *, gives_up_within_s: float = 0.0) -> None:
    """Do the task that the parent sends; its errors become events.

    The process ends with its standard input, and so with its parent, however the parent ends.

    Parameters
    ----------
    do : called with the task and with a function that sends events
    gives_up_within_s : seconds that the task may take to tidy up. It is interrupted by `SystemExit`, as by SIGTERM.
        0 ends the process at once.
    """
    tell = _teller(_take_stdout())
    if gives_up_within_s:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    line = sys.stdin.readline()
    if not line:
        return
    threading.Thread(target=_end_with_input, args=(gives_up_within_s,), daemon=True).start()
    try:
        do(json.loads(line), tell)
    except CorticastError as error:
        tell("failed", error=type(error).__name__, message=error.as_typed)
    except Exception as error:
        traceback.print_exc()
        tell("failed", error=CorticastError.__name__, message=f"unexpected {type(error).__name__}: {one_line(error)}")


def _take_stdout() -> IO[str]:
    """Standard output for events alone; whatever libraries print goes to standard error."""
    events = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return events


def _teller(events: IO[str]) -> Tell:
    def tell(event: str, **facts: Any) -> None:
        # Without a reader there is no parent: standard input has ended too, which ends the process.
        with suppress(BrokenPipeError):
            events.write(json.dumps({"event": event, **facts}) + "\n")
            events.flush()

    return tell


def _end_with_input(gives_up_within_s: float) -> None:
    # Not by sys.stdin: a thread that waits there holds its lock, without which the interpreter cannot end.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    if gives_up_within_s:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(gives_up_within_s)
    os._exit(1)
