"""A process that does one task: it reads it as a line of JSON, tells of it in lines of JSON, and ends with its input.

When the parent is gone, however it went, standard input ends, and the task is given up like on Ctrl-C.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from typing import Any

# Seconds between two words of how far it is, and after which a task that is given up ends at the latest.
_TELL_EVERY_S = 0.2
_GIVE_UP_S = 20.0


def main() -> None:
    """Do the task that stands in the first line of standard input."""
    # Whatever libraries print is no event.
    events = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    text = sys.stdin.readline()
    threading.Thread(target=_end_with_input, daemon=True).start()

    def tell(**facts: Any) -> None:
        print(json.dumps(facts), file=events, flush=True)

    last_told = 0.0

    def told(done: int, total: int) -> None:
        nonlocal last_told
        now = time.monotonic()
        if done == total or now - last_told >= _TELL_EVERY_S:
            last_told = now
            tell(done=done, total=total)

    from corticast.app.batch.tasks import Task, perform
    from corticast.errors import CorticastError, InputError, one_line

    try:
        tell(facts=perform(Task.from_json(text), told))
    except CorticastError as error:
        tell(error=str(error), is_input=isinstance(error, InputError))
    except MemoryError:
        tell(error="out of memory; choose a smaller --size, or fewer --jobs", is_input=False)
    except Exception as error:
        tell(error=f"unexpected {type(error).__name__}: {one_line(error)}", is_input=False)


def _end_with_input() -> None:
    # Not by sys.stdin: whoever waits there holds its lock, without which the interpreter cannot end.
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GIVE_UP_S)
    os._exit(1)


if __name__ == "__main__":
    main()
