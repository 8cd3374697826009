"""What processes need that run one of this package's modules."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def environment_of_children(more: Mapping[str, str]) -> dict[str, str]:
    """Environment of a process that runs one of this package's modules.

    Parameters
    ----------
    more : variables that differ from this process's
    """
    # The package's own folder: this process may have it from where -P does not look.
    folders = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    # NumPy's threads would be started for nothing.
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return {**os.environ, **one_thread, **more, "PYTHONPATH": os.pathsep.join(filter(None, folders))}
