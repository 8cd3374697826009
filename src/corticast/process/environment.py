"""Environment of processes that run a module of this package."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def environment_of_children(changed: Mapping[str, str]) -> dict[str, str]:
    """Environment of a process that runs a module of this package.

    Parameters
    ----------
    changed : variables that differ from this process's
    """
    # Python's -P ignores the current folder, from which this process may have imported the package.
    folders = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    # Children calculate little: threads of NumPy's would cost them memory and time to start.
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return {**os.environ, **one_thread, **changed, "PYTHONPATH": os.pathsep.join(filter(None, folders))}
