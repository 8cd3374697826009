"""Where and how many films are made, or one in parts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from corticast.app.batch.dask_cluster import LOCAL_WORKERS, Cluster
from corticast.app.batch.pool import Pool, TaskProgress
from corticast.app.batch.processes import Processes
from corticast.core.model.machine import Machine
from corticast.errors import OptionError
from corticast.process.threads import granted_threads


@dataclass(frozen=True)
class Workplace:
    """Where and how films are made.

    Parameters
    ----------
    jobs : tasks at a time; None takes one, or as many as the cluster has workers
    dask : address of a scheduler, "local", "slurm", or None for processes of this machine
    segments : parts of each film; None decides by the films and the jobs
    machine : how the machine is used; its threads are those of all jobs together, on other machines of each
    overwrite : whether films may be replaced
    quiet : print errors only
    """

    jobs: int | None = None
    dask: str | None = None
    segments: int | None = None
    machine: Machine = field(default_factory=Machine)
    overwrite: bool = False
    quiet: bool = False

    def __post_init__(self) -> None:
        for name in ("jobs", "segments"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise OptionError(f"--{name} {value}: give 1 or more")

    @property
    def n_here(self) -> int | None:
        """Number of tasks that this machine does at a time; None where others do them."""
        if self.dask is None:
            return self.jobs or 1
        return self.jobs or LOCAL_WORKERS if self.dask == "local" else None

    @property
    def task_machine(self) -> Machine:
        """Use of the machine by one task: a share of the threads here; elsewhere each task asks its own machine."""
        if self.n_here is None:
            return self.machine
        return replace(self.machine, threads=max(1, self.encoder_threads // self.n_here))

    @property
    def encoder_threads(self) -> int:
        """Threads of every task's encoder: as many as a film alone has."""
        return self.machine.threads or granted_threads()

    def pool(self, report: TaskProgress) -> Pool:
        """The pool that does the tasks.

        Raises
        ------
        OptionError : the cluster cannot be reached or made
        """
        if self.dask is None:
            return Processes(self.n_here or 1, report)
        return Cluster(self.dask, self.jobs, report)
