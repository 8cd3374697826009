"""BioImage Suite's grids (.mgrid): millimetres from the first voxel of the image on which they were drawn.

The text has a title in each line that begins with #, and its values in the next line::

    # Electrode Grid 0          # Electrode 0 0
    #Description                #Position
    LG                           101.5 88.25 120
    #Dimensions                 #Electrode Present
     2 4                         1
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corticast.errors import DataError
from corticast.io.decimal_commas import number_of
from corticast.io.readers.position_file import PositionFile
from corticast.io.tables import Line, Table, read_text

_REMEDY = "save the grid again in BioImage Suite"
_GRID = re.compile(r"# Electrode Grid (\d+)")
_CONTACT = re.compile(r"# Electrode (\d+) (\d+)")


def read_mgrid(path: Path) -> PositionFile:
    """Read the contacts of all grids, those too that are not present, without a position.

    A contact is called by its grid and its number: of n columns, contact (row, column) is number n - column + n · row.

    Raises
    ------
    DataError : the file cannot be read, or has no contacts
    """
    lines: list[Line] = []
    grid, n_columns = "", 0
    contact: tuple[int, int] | None = None
    for number, title, value in _entries(path):
        if _GRID.match(title):
            grid, n_columns, contact = "", 0, None
        elif found := _CONTACT.match(title):
            contact = int(found[1]), int(found[2])
        elif title == "#Description" and contact is None:
            grid = grid or value
        elif title == "#Dimensions" and contact is None:
            n_columns = int(_numbers(path, number, value, 2)[1])
        elif title == "#Position" and contact is not None:
            name = f"{grid}{n_columns - contact[1] + n_columns * contact[0]}"
            place = _numbers(path, number, value, 3)
            lines.append(Line(number, (name, *map(repr, place), grid)))
        elif title == "#Electrode Present" and contact is not None and lines and value == "0":
            lines[-1] = Line(lines[-1].number, (lines[-1].cells[0], "n/a", "n/a", "n/a", grid))
    if not lines:
        raise DataError(f"{path}: no contacts of a grid; {_REMEDY}")
    warning = (
        f"{path.name}: counts from the first voxel of the image on which the grid was drawn; contacts stand at their "
        "place in that very file alone"
    )
    table = Table(path, ("name", "x", "y", "z", "group"), tuple(lines))
    rule = "BioImage Suite's grids, mm from the first voxel"
    return PositionFile(table, "voxel", warnings=(warning,), rule=rule, from_first_voxel=True)


def _entries(path: Path) -> Iterator[tuple[int, str, str]]:
    """Number of the line, title and value of each entry."""
    lines = [line.strip() for line in read_text(path).split("\n")]
    if not lines[0].startswith("#vtkpxElectrodeMultiGridSource"):
        raise DataError(f"{path}: no grid of BioImage Suite; give an .mgrid file")
    for number, (title, value) in enumerate(zip(lines, [*lines[1:], ""], strict=True), 1):
        if title.startswith("#"):
            yield number, title, value


def _numbers(path: Path, line: int, text: str, n: int) -> list[float]:
    values = [value for word in text.split() if (value := number_of(word)) is not None]
    if len(values) != n or len(text.split()) != n:
        raise DataError(f"{path}: line {line + 1}: {text!r} is not {n} numbers; {_REMEDY}")
    return values
