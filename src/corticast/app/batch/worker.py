"""A process that does one task: `python -m corticast.app.batch.worker`, started by `run_in_child`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from corticast.errors import CorticastError
from corticast.process.child import Tell, serve

_TELL_EVERY_S = 0.2
# When its parent has ended, a task tidies up, and ends after so long at the latest.
_GIVE_UP_S = 20.0


def main() -> None:
    """Do the task that the parent sends."""
    serve(_do, gives_up_within_s=_GIVE_UP_S)


def _do(values: Mapping[str, Any], tell: Tell) -> None:
    # Imported while the end of the parent is already watched for: this takes seconds.
    from corticast.app.batch.tasks import perform
    from corticast.app.batch.travel import unpacked

    reported_s = 0.0

    def report(done: int, total: int) -> None:
        nonlocal reported_s
        now_s = time.monotonic()
        if done == total or now_s - reported_s >= _TELL_EVERY_S:
            reported_s = now_s
            tell("progress", done=done, total=total)

    try:
        facts = perform(unpacked(values), report)
    except MemoryError:
        raise CorticastError("out of memory; choose a smaller --size, or fewer --jobs") from None
    tell("done", facts=facts)


if __name__ == "__main__":
    main()
