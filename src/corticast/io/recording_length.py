"""The length that the header of a BrainVision or EEGLAB recording announces, against the samples that are there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from corticast.errors import DataError
from corticast.io.door import opened, read_bytes
from corticast.io.file_kinds import RECORDING, TABLE

_DATA_POINTS = re.compile(r"^DataPoints=(\d+)\s*$", re.MULTILINE)


def check_length(raw: Any, path: Path) -> tuple[str, ...]:
    """Warn about a recording that was cut off.

    Parameters
    ----------
    raw : mne.io.Raw of the file
    path : header of the recording

    Raises
    ------
    DataError : MNE-Python cannot read the samples that are left
    """
    rate, n = float(raw.info["sfreq"]), int(raw.n_times)
    if path.suffix.lower() == ".vhdr":
        found = _DATA_POINTS.search(read_bytes(path, TABLE).decode(errors="replace"))
        text = "" if found is None else _cut_off(int(found[1]), n, rate)
        return (f"{path.name}: {text}",) if text else ()
    data = Path(raw.filenames[0]) if raw.filenames and raw.filenames[0] else path
    if data.suffix.lower() == ".fdt":
        with opened(data, RECORDING) as file:
            # Numbers of four bytes, all channels of a moment together.
            text = _cut_off(n, file.size // (4 * len(raw.ch_names)), rate)
        if text:
            raise DataError(f"{data}: {text}; get the file again")
    return ()


def _cut_off(announced: int, present: int, rate: float) -> str:
    if present >= announced:
        return ""
    return (
        f"cut off: its header announces {announced / rate:.3f} s, but only {present / rate:.3f} s are present "
        f"({(announced - present) / rate:.3f} s are missing)"
    )
