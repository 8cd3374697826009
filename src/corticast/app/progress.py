"""Tells how a render is going: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corticast.app.tasks import Task as FilmTask

# Seconds between plain lines in a log file.
_LINE_EVERY_S = 10.0


@contextmanager
def render_progress(*, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """What to hand to `render` as its progress: frames, frames per second, time left."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar() as update:
            yield update
    else:
        yield _Lines()


class FilmsProgress:
    """How far many films are: frames of all of them, those not yet begun taken to be as long as the others.

    Parameters
    ----------
    n_films : in all
    update : called with (frames written, frames in all)
    """

    def __init__(self, n_films: int, update: Callable[[int, int], None] | None) -> None:
        self._n_films = n_films
        self._update = update
        self._lock = threading.Lock()
        self._tasks: dict[Path, tuple[Path, int, int]] = {}
        self._n_frames: dict[Path, int] = {}

    def told(self, task: FilmTask, done: int, total: int) -> None:
        """Take note of a task; in any thread."""
        if self._update is None or task.parts:
            return
        with self._lock:
            self._tasks[task.part or task.film] = task.film, done, total
            self._show()

    def film_done(self, film: Path, n_frames: int) -> None:
        """Take note of a film that is done, or, with no frames, has failed."""
        if self._update is None:
            return
        with self._lock:
            self._n_frames[film] = n_frames
            self._show()

    def _show(self) -> None:
        assert self._update is not None
        begun: dict[Path, int] = {}
        n_done = sum(self._n_frames.values())
        for film, done, total in self._tasks.values():
            if film not in self._n_frames:
                begun[film] = begun.get(film, 0) + total
                n_done += done
        begun |= self._n_frames
        lengths = [length for length in begun.values() if length] or [0]
        n_to_come = round(sum(lengths) / len(lengths) * (self._n_films - len(begun)))
        self._update(n_done, sum(begun.values()) + n_to_come)


@contextmanager
def films_progress(n_films: int, *, quiet: bool) -> Iterator[FilmsProgress]:
    """What is told of many films' tasks goes here."""
    with render_progress(quiet=quiet) as update:
        yield FilmsProgress(n_films, update)


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
    """A line now and then, for logs."""

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last < _LINE_EVERY_S:
            return
        self._last = now
        line = f"{done} of {total} frames"
        if done:
            rate = done / (now - self._start)
            line += f", {rate:.0f} fps, {(total - done) / rate:.0f} s left"
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
