"""Tasks side by side, each in a process of its own: a task that crashes takes no other with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Self

from corticast.app.batch.pool import Done, StoppedError, TaskProgress
from corticast.app.batch.tasks import Task
from corticast.app.batch.travel import packed
from corticast.errors import CorticastError
from corticast.process.parent import Child

_LOOK_EVERY_S = 0.2
_END_WITHIN_S = 10.0


class Processes:
    """A `Pool` of processes of this machine.

    Parameters
    ----------
    n_workers : at a time
    report : called, in any thread, with the progress of a task
    """

    def __init__(self, n_workers: int, report: TaskProgress) -> None:
        self.n_workers = n_workers
        self._report = report
        self._threads = ThreadPoolExecutor(n_workers, thread_name_prefix="corticast-job")
        self._done: SimpleQueue[Done] = SimpleQueue()
        self._n_left = 0
        self._stopped = threading.Event()
        self._given_up: set[Path] = set()

    def submit(self, task: Task) -> None:
        """Take a task."""
        self._n_left += 1
        self._threads.submit(self._run, task)

    def give_up(self, film: Path) -> None:
        """End all tasks of a film; `results` may still give their outcome."""
        self._given_up.add(film)

    def results(self) -> Iterator[Done]:
        """Outcomes of tasks, as they end, until none is left; more may be submitted meanwhile."""
        while self._n_left:
            done = self._done.get()
            self._n_left -= 1
            yield done

    def _run(self, task: Task) -> None:
        def stopped() -> bool:
            return self._stopped.is_set() or task.order.film in self._given_up

        try:
            facts = run_in_child(task, lambda done, total: self._report(task, done, total), stopped)
        except BaseException as error:
            self._done.put(Done(task, error=error))
        else:
            self._done.put(Done(task, facts))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._threads.shutdown(wait=True, cancel_futures=True)


def run_in_child(task: Task, report: Callable[[int, int], None], stopped: Callable[[], bool]) -> dict[str, Any]:
    """Do a task in a process of its own.

    Parameters
    ----------
    report : called with (frames written, frames in all)
    stopped : asked a few times a second whether to give the task up

    Returns
    -------
    the facts that `perform` returns

    Raises
    ------
    CorticastError : the task has raised one, which keeps its class; or the process was killed
    StoppedError : the task was given up
    """
    if stopped():
        raise StoppedError("given up")
    with Child("corticast.app.batch.worker", packed(task), ends_within_s=_END_WITHIN_S) as child:
        while not child.has_closed:
            if stopped():
                raise StoppedError("given up")
            for event in child.events(_LOOK_EVERY_S):
                if event["event"] == "done":
                    return dict(event["facts"])
                report(event["done"], event["total"])
    ending = child.ending()
    hint = " (out of memory? give fewer --jobs)" if ending == "was killed by SIGKILL" else ""
    raise CorticastError(f"its process {ending}{hint}")
