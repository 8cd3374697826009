"""Spreadsheets (.xlsx) of positions: the first sheet with cells, by openpyxl in a child process."""

from __future__ import annotations

from pathlib import Path

from corticast.io.confined import Confined
from corticast.io.file_kinds import SPREADSHEET
from corticast.io.readers.position_file import PositionFile
from corticast.io.readers.text_table import table_of_rows
from corticast.io.tables import Line


def read_spreadsheet(path: Path) -> PositionFile:
    """Read the first sheet that holds cells. Cells of formulas have their last value.

    Raises
    ------
    DataError : the file cannot be read, is no spreadsheet, is too large, or openpyxl is missing
    """
    child = Confined("corticast.io.table_child", "openpyxl", path, SPREADSHEET)
    facts = child.facts
    read = table_of_rows(path, [Line(number, tuple(cells)) for number, cells in facts["rows"]])
    warnings = [*child.lines, *read.warnings]
    if facts["others"]:
        warnings.append(f"{path.name}: the sheet {facts['sheet']} is read, and others have cells too; save them as CSV")
    return PositionFile(read.table, warnings=tuple(warnings), rule=f"sheet {facts['sheet']}", is_table=True)
