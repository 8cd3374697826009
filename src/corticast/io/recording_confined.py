"""Recordings that MNE-Python and pynwb read, in a child with limits of memory and time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from corticast.core.model.recording import Event, Recording
from corticast.io.confined import Confined
from corticast.io.file_kinds import RECORDING


def open_confined(path: Path, library: str, *, series: str | None = None) -> Recording:
    """Open a recording. Samples are read on demand.

    The child process lives as long as the recording.

    Parameters
    ----------
    library : its name for messages
    series : name of a series in an NWB file

    Raises
    ------
    DataError : the file is damaged, cannot be read within the limits, or names a file outside its folder
    DeviceError : the library is not installed
    """
    file = Confined("corticast.io.recording_child", library, path, RECORDING, series=series)
    facts: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in file.facts.items()
    }
    for name in ("files", "lines", "warnings"):
        facts.pop(name)
    facts["bad"] = np.array(facts["bad"], dtype=np.bool_)
    facts["events"] = tuple(Event(**event) for event in facts["events"])
    facts["gaps"] = tuple((first, stop) for first, stop in facts["gaps"])
    return Recording(**facts, path=path, read=file.read, warnings=file.lines, read_warnings=lambda: file.lines)
