"""Readers of electrode formats, one per file; `load_electrodes` handles units, spaces and bad channels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corticast.io.readers.fif import read_fif
from corticast.io.readers.freesurfer_points import read_control_points
from corticast.io.readers.ielvis import NO_PLACE, SUFFIXES, read_ielvis
from corticast.io.readers.img_pipe import read_img_pipe
from corticast.io.readers.mgrid import read_mgrid
from corticast.io.readers.nwb import read_nwb
from corticast.io.readers.position_file import PositionFile
from corticast.io.readers.slicer import read_fcsv, read_markups
from corticast.io.readers.spreadsheet import read_spreadsheet
from corticast.io.readers.text_table import read_table

# A format gets a line here: its suffix in lower case, and its reader.
READERS: dict[str, Callable[[Path], PositionFile]] = {
    ".tsv": read_table,
    ".csv": read_table,
    ".txt": read_table,
    ".fcsv": read_fcsv,
    ".mrk.json": read_markups,
    ".dat": read_control_points,
    **dict.fromkeys(SUFFIXES, read_ielvis),
    ".xlsx": read_spreadsheet,
    ".mat": read_img_pipe,
    ".mgrid": read_mgrid,
    ".fif": read_fif,
    ".fif.gz": read_fif,
    ".nwb": read_nwb,
}


def read_positions(path: Path) -> PositionFile:
    """Read a file of positions by its suffix; a file with an unknown suffix counts as a text table.

    Raises
    ------
    DataError : the file cannot be read, or holds no positions
    """
    name = path.name.lower()
    if path.suffix.lower() in NO_PLACE:
        return read_ielvis(path)
    return next((read for suffix, read in READERS.items() if name.endswith(suffix)), read_table)(path)
