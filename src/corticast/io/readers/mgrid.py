"""BioImage Suite's grids (.mgrid), which hold millimetres from a corner of an image that they do not name."""

from __future__ import annotations

from pathlib import Path

from corticast.errors import DataError
from corticast.io.door import check_exists
from corticast.io.file_kinds import TABLE
from corticast.io.readers.position_file import PositionFile


def refuse_mgrid(path: Path) -> PositionFile:
    """Refuse a grid: which corner its positions count from depends on how the program turned the image.

    Raises
    ------
    DataError : always, with the way to convert
    """
    check_exists(path, TABLE)
    raise DataError(
        f"{path}: counts from a corner of the image that the grid was drawn on; convert with that image, by iELVis to "
        ".LEPTO or by FieldTrip's bis2fieldtrip, and give the result"
    )
