"""TSV and CSV tables of positions, with or without a header."""

from __future__ import annotations

from pathlib import Path

from corticast.errors import DataError
from corticast.io.readers.position_file import PositionFile
from corticast.io.tables import Table, number_of, read_lines

EXPECTED = "give columns x, y, z in mm, or x_2d, y_2d in pixels of a picture"


def read_table(path: Path) -> PositionFile:
    """Read a text table of positions. Position columns without a header get one.

    Raises
    ------
    DataError : the file cannot be read, or is empty
    """
    lines = read_lines(path)
    if not lines:
        raise DataError(f"{path}: the table is empty; {EXPECTED}")
    first = lines[0].cells
    # The index of a data frame has no title. A first column of text holds names.
    values = first[1:] if number_of(first[0]) is None else first
    unnamed = {2: ("x_2d", "y_2d"), 3: ("x", "y", "z")}.get(len(values))
    warnings = []
    if unnamed is None or any(number_of(cell) is None for cell in values):
        table = Table.of_lines(path, first, lines[1:])
    else:
        index = ("name",) * (len(first) - len(values))
        # A data frame without column names writes counted columns (0, 1, 2) as its header. Other numbers are a row.
        is_counted = [number_of(cell) for cell in values] in ([0, 1, 2][: len(values)], [1, 2, 3][: len(values)])
        table = Table.of_lines(path, (*index, *unnamed), lines[1:] if is_counted else lines)
        what = f"its header names no columns ({','.join(first)})" if is_counted else "it has no header"
        warnings = [f"{path.name}: {what}; its columns are read as {', '.join(table.header)}"]
    if not table.lines:
        raise DataError(f"{path}: a header without rows; add electrodes")
    return PositionFile(table, warnings=tuple(warnings))
