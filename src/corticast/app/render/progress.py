"""Progress of a render: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Seconds between two lines in a log file.
_LINE_EVERY_S = 10.0


@contextmanager
def render_progress(*, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A progress callback for `render` that shows frames, frames per second and the time left; None if quiet."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar() as update:
            yield update
    else:
        yield _Lines()


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
    from rich.text import Text

    class FramesPerSecond(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.0f} fps" if task.speed else "", style="progress.data.speed")

    columns = (BarColumn(), MofNCompleteColumn(), FramesPerSecond(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("frames", total=None)

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield update


class _Lines:
    """Writes a line from time to time, for logs."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        # Frames and time of the first call: the opening of the inputs, before it, says nothing about later frames.
        self._first: tuple[int, float] | None = None

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        n_before, since = self._first = self._first or (done, now)
        if now - self._last < _LINE_EVERY_S:
            return
        self._last = now
        line = f"{done} of {total} frames"
        if done > n_before and now > since:
            rate = (done - n_before) / (now - since)
            digits = 0 if rate >= 10 else 1
            line += f", {rate:.{digits}f} fps, {(total - done) / rate:.0f} s left"
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
