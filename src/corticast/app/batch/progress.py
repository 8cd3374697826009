"""Progress of many films, as one row of frames."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from corticast.app.batch.tasks import JoinTask, PartTask, Task
from corticast.app.render.progress import render_progress


class FilmsProgress:
    """Progress of many films in frames. Films that have not begun count with the mean length of the others.

    Parameters
    ----------
    n_films : number of all films
    update : called with (frames written, frames in all)
    """

    def __init__(self, n_films: int, update: Callable[[int, int], None] | None) -> None:
        self._n_films = n_films
        self._update = update
        self._lock = threading.Lock()
        self._tasks: dict[Path, tuple[Path, int, int]] = {}
        self._n_frames: dict[Path, int] = {}

    def report(self, task: Task, done: int, total: int) -> None:
        """Report the progress of a task, in any thread."""
        if self._update is None or isinstance(task, JoinTask):
            return
        with self._lock:
            file = task.part.path if isinstance(task, PartTask) else task.order.film
            self._tasks[file] = task.order.film, done, total
            self._show()

    def film_done(self, film: Path, n_frames: int) -> None:
        """Report a film that is complete, or has failed (0 frames)."""
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
    """Collect the progress of many films, and show it."""
    with render_progress(quiet=quiet) as update:
        yield FilmsProgress(n_films, update)
