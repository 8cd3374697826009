"""Readers of electrode formats, one per file; `load_electrodes` handles units, spaces and bad channels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corticast.io.readers.position_file import PositionFile
from corticast.io.readers.text_table import read_table

# A format gets a line here: its suffix in lower case, and its reader.
READERS: dict[str, Callable[[Path], PositionFile]] = {
    ".tsv": read_table,
    ".csv": read_table,
}


def read_positions(path: Path) -> PositionFile:
    """Read a file of positions by its suffix; a file with an unknown suffix counts as a text table.

    Raises
    ------
    DataError : the file cannot be read, or holds no positions
    """
    return READERS.get(path.suffix.lower(), read_table)(path)
