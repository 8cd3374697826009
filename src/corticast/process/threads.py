"""The number of threads that a render may use.

The software renderer and the encoder each get all of them. On two cores, a sweep at 1920×1080 with 0 to 2 threads that
draw and 1 to 4 that encode made 50 to 56 frames a second; two and two were fastest.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corticast.errors import OptionError

# Variables in which batch systems give the number of processors granted.
_GRANTED_BY_BATCH = ("SLURM_CPUS_PER_TASK", "PBS_NUM_PPN", "NSLOTS", "LSB_DJOB_NUMPROC")
_OPENMP = "OMP_NUM_THREADS"
# Mesa's software renderer reads this variable whenever a display is opened.
_MESA = "LP_NUM_THREADS"


def granted_threads(*, by_openmp: bool = True) -> int:
    """Threads that the batch system, the cgroup and the affinity mask leave to this process.

    Parameters
    ----------
    by_openmp : whether the environment's limit for OpenMP counts too
    """
    limits = [len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1]
    for name in (*_GRANTED_BY_BATCH, *[_OPENMP] * by_openmp):
        if os.environ.get(name, "").isdigit() and int(os.environ[name]) > 0:
            limits.append(int(os.environ[name]))
    quota = _cgroup_quota()
    if quota is not None:
        limits.append(quota)
    return max(1, min(limits))


def _cgroup_quota() -> int | None:
    """Whole CPUs of the cgroup's quota (version 2, then 1), None without a limit."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
    except (OSError, ValueError):
        try:
            quota = Path("/sys/fs/cgroup/cpu/cpu.cfs_quota_us").read_text().strip()
            period = Path("/sys/fs/cgroup/cpu/cpu.cfs_period_us").read_text().strip()
        except OSError:
            return None
    if not quota.isdigit() or not period.isdigit() or int(period) == 0:
        return None
    return max(1, math.ceil(int(quota) / int(period)))


def settled_threads(threads: int | None) -> int:
    """The number of threads of a render: as given, else as many as the machine grants.

    Raises
    ------
    OptionError : `threads` is below 1
    """
    if threads is not None and threads < 1:
        raise OptionError(f"--threads {threads}: give 1 or more")
    return threads or granted_threads()


@contextmanager
def renderer_threads_set(threads: int | None) -> Iterator[None]:
    """Tell Mesa's software renderer its number of threads, while contexts are made.

    Parameters
    ----------
    threads : None takes the number in the environment, else as many as the machine grants
    """
    before = os.environ.get(_MESA)
    os.environ[_MESA] = str(threads or before or granted_threads())
    try:
        yield
    finally:
        if before is None:
            del os.environ[_MESA]
        else:
            os.environ[_MESA] = before


def renderer_threads() -> str:
    """Number of threads that Mesa's software renderer takes for displays that are opened now; "" for its own choice."""
    return os.environ.get(_MESA, "")
