"""RAVE's electrodes.csv: Coord_x, Coord_y, Coord_z are surface RAS of the subject, and zeros mean an unknown place."""

from __future__ import annotations

from dataclasses import replace

from corticast.io.decimal_commas import number_of
from corticast.io.readers.position_file import PositionFile
from corticast.io.tables import Line, Table

# Titles that RAVE requires, as it writes them. MNI305_x and others may stand beside them.
RAVE_PLACES = {"x": "Coord_x", "y": "Coord_y", "z": "Coord_z"}
_TITLES = ("Electrode", *RAVE_PLACES.values())


def as_rave(file: PositionFile) -> PositionFile | None:
    """The table with x, y and z in place of RAVE's titles; None for other tables."""
    table = file.table
    if any(table.header.count(title) != 1 for title in _TITLES):
        return None
    columns = [table.header.index(title) for title in _TITLES[1:]]
    header = list(table.header)
    for axis, column in zip("xyz", columns, strict=True):
        header[column] = axis
    lines = []
    for line in table.lines:
        cells = list(line.cells)
        if all(number_of(cells[column]) == 0 for column in columns):
            for column in columns:
                cells[column] = "n/a"
        lines.append(Line(line.number, tuple(cells)))
    words = "RAVE's columns Coord_x, Coord_y, Coord_z, surface RAS"
    return replace(
        file,
        table=Table(table.path, tuple(header), tuple(lines)),
        system=file.system or "fsnative",
        unit=file.unit or "mm",
        rule=", ".join(filter(None, (file.rule, words))),
        warnings=(*file.warnings, f"{table.path.name}: read as {words}; --columns chooses others"),
    )
