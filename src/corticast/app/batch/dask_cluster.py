"""Tasks on a Dask cluster; the only code that imports dask.

A worker starts a process of its own for each task. When the worker is killed, the process ends with it, and Dask gives
the task to another worker.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from corticast.app.batch.pool import Done, TaskProgress
from corticast.app.batch.processes import run_in_child
from corticast.app.batch.tasks import Task
from corticast.app.batch.travel import packed, unpacked
from corticast.core.suggest import did_you_mean
from corticast.errors import CorticastError, OptionError, one_line
from corticast.process.threads import granted_threads

_NO_DASK = "--dask {}: dask is not installed; get it by: pip install 'corticast[cluster]'"
_REMEDY = "give tcp://HOST:PORT of a scheduler that runs, slurm or local"
_REMEDIES = {
    "slurm": "describe the jobs in ~/.config/dask/jobqueue.yaml, see the page Configuration of dask-jobqueue's manual"
}
# Default number of workers in a cluster on this machine.
LOCAL_WORKERS = 2
_ANSWER_WITHIN_S = 5
_ASK_EVERY_S = 1.0


class Cluster:
    """A `Pool` of Dask workers.

    Parameters
    ----------
    where : address of a scheduler, "local", or "slurm"
    n_jobs : workers of a cluster that is made; None makes one, or two on this machine
    report : called, in any thread, with the progress of a task

    Raises
    ------
    OptionError : dask is not installed, nothing answers at the address, or the cluster cannot be made
    """

    def __init__(self, where: str, n_jobs: int | None, report: TaskProgress) -> None:
        try:
            import distributed
        except ImportError:
            raise OptionError(_NO_DASK.format(where)) from None
        self._distributed: Any = distributed
        self._report = report
        self._n_jobs = n_jobs or 1
        self._cluster: Any = None
        try:
            if where == "local":
                self._cluster = distributed.LocalCluster(
                    n_workers=n_jobs or LOCAL_WORKERS,
                    threads_per_worker=1,
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )
            elif where == "slurm":
                self._cluster = _slurm_cluster(n_jobs)
            self._client = distributed.Client(self._cluster or where, timeout=_ANSWER_WITHIN_S)
        except (OSError, ValueError, TimeoutError, RuntimeError) as error:
            if self._cluster is not None:
                self._cluster.close()
            raise OptionError(f"--dask {where}: {one_line(error)}; {_remedy(where)}") from error
        self._run_name = f"corticast-{secrets.token_hex(8)}"
        self._tasks: dict[Any, Task] = {}
        self._task_of_key: dict[str, Task] = {}
        self._completed = distributed.as_completed()
        self._client.subscribe_topic(self._run_name, self._hear)

    @property
    def n_workers(self) -> int:
        """How many tasks it does at a time."""
        # A batch system may start requested workers later.
        return max(self._n_jobs, sum(self._client.nthreads().values()))

    def submit(self, task: Task) -> None:
        """Take a task."""
        key = f"{self._run_name}-{len(self._task_of_key)}"
        self._task_of_key[key] = task
        future = self._client.submit(_perform, packed(task), self._run_name, key, key=key, pure=False)
        self._tasks[future] = task
        self._completed.add(future)

    def give_up(self, film: Path) -> None:
        """End all tasks of a film; `results` may still give their outcome."""
        # Tasks under way end within a second or so; the others never begin.
        self._distributed.Event(_stop_name(self._run_name, film), client=self._client).set()
        self._client.cancel([future for future, task in self._tasks.items() if task.order.film == film])

    def results(self) -> Iterator[Done]:
        """Outcomes of tasks, as they end, until none is left; more may be submitted meanwhile."""
        for future in self._completed:
            task = self._tasks.pop(future)
            if future.cancelled():
                continue
            error = future.exception()
            if error is None:
                yield Done(task, future.result())
            elif isinstance(error, CorticastError):
                yield Done(task, error=error)
            else:
                yield Done(task, error=CorticastError(f"on the cluster: {type(error).__name__}: {one_line(error)}"))

    def _hear(self, event: tuple[float, dict[str, Any]]) -> None:
        _, facts = event
        self._report(self._task_of_key[facts["key"]], facts["done"], facts["total"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for film in {task.order.film for task in self._tasks.values()}:
            self.give_up(film)
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


def _remedy(where: str) -> str:
    return _REMEDIES.get(where) or did_you_mean(where, ("slurm", "local")) + _REMEDY


def _slurm_cluster(n_jobs: int | None) -> Any:
    """A cluster of SLURM jobs, as the user's jobqueue.yaml describes them."""
    try:
        from dask_jobqueue import SLURMCluster
    except ImportError:
        raise OptionError(_NO_DASK.format("slurm")) from None
    cluster = SLURMCluster()
    cluster.scale(jobs=n_jobs or 1)
    return cluster


def _perform(values: Mapping[str, Any], run_name: str, key: str) -> dict[str, Any]:
    """Do a task; runs in a thread of a worker."""
    import distributed

    worker: Any = distributed.get_worker()
    task = unpacked(values)
    stop = distributed.Event(_stop_name(run_name, task.order.film))
    asked = -_ASK_EVERY_S

    def stopped() -> bool:
        nonlocal asked
        if time.monotonic() - asked < _ASK_EVERY_S:
            return False
        asked = time.monotonic()
        return bool(stop.is_set())

    def report(done: int, total: int) -> None:
        worker.log_event(run_name, {"key": key, "done": done, "total": total})

    if task.order.machine.threads is None:
        # Dask sets OMP_NUM_THREADS=1 for its workers, which is no limit of the machine.
        share = max(1, granted_threads(by_openmp=False) // max(1, worker.state.nthreads))
        task = replace(task, order=task.order.on_threads(share))
    return run_in_child(task, report, stopped)


def _stop_name(run_name: str, film: Path) -> str:
    return f"{run_name}-stop-{film}"
