"""MNE-Python's FIF files: positions of channels from a recording's header or a file of digitised points."""

from __future__ import annotations

from pathlib import Path

from corticast.errors import DataError
from corticast.io.confined import Confined
from corticast.io.file_kinds import RECORDING
from corticast.io.readers.position_file import PositionFile
from corticast.io.tables import Line, Table

# Coordinate systems of MNE-Python's frames. Its "mri" is surface RAS, and "mni_tal" the space of fsaverage.
FRAMES = {"mri": "fsnative", "mri_voxel": "voxel", "mni_tal": "MNI305", "ras": "ScanRAS", "unknown": ""}


def read_fif(path: Path) -> PositionFile:
    """Read positions of channels, in metres, or in voxels, fiducials, and which channels are bad.

    Raises
    ------
    DataError : the file cannot be read, or holds no position of a channel
    DeviceError : MNE-Python is not installed
    """
    child = Confined("corticast.io.fif_child", "MNE-Python", path, RECORDING, wanted="montage")
    frame, contacts, bads = child.facts["frame"], child.facts["contacts"], frozenset(child.facts["bads"])
    if not contacts:
        raise DataError(f"{path}: holds no positions of channels; give a file that has them, or a table")
    lines = [
        Line(row, (name, *(repr(value) if value == value else "n/a" for value in place), str(int(name in bads))))
        for row, (name, place) in enumerate(contacts.items(), 1)
    ]
    rule = f"MNE-Python's montage, {frame} coordinates"
    table = Table(path, ("name", "x", "y", "z", "bad"), tuple(lines))
    landmarks = {key: (x, y, z) for key, (x, y, z) in child.facts["fiducials"].items()}
    return PositionFile(
        table, FRAMES.get(frame, frame), "m", child.lines, rule, landmarks=landmarks if len(landmarks) == 3 else {}
    )
