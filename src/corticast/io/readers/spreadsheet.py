"""Spreadsheets (.xlsx) of positions, by openpyxl in a child process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corticast.errors import DataError
from corticast.io.confined import Confined
from corticast.io.decimal_commas import with_points
from corticast.io.file_kinds import SPREADSHEET
from corticast.io.readers.position_file import PositionFile
from corticast.io.readers.text_table import names_axes, table_of_rows
from corticast.io.tables import Line


def read_spreadsheet(path: Path) -> PositionFile:
    """Read the first sheet whose titles name axes, else the first with cells. Formulas have their last value.

    Raises
    ------
    DataError : the file cannot be read, is no spreadsheet, is too large, or openpyxl is missing; or cells of positions
        hold formulas without a value
    """
    child = Confined("corticast.io.table_child", "openpyxl", path, SPREADSHEET)
    sheets = child.facts["sheets"]
    chosen = next((sheet for sheet in sheets if any(names_axes(cells) for _, cells in sheet["rows"])), sheets[0])
    rows, notes = with_points([(number, tuple(cells)) for number, cells in chosen["rows"]], "\t", positions=True)
    read = table_of_rows(path, [Line(number, cells) for number, cells in rows])
    _check_formulas(path, read)
    warnings = [*child.lines, *(f"{path.name}: {note}" for note in notes), *read.warnings]
    if len(sheets) > 1:
        warnings.append(_other_sheets(path, chosen, sheets))
    rule = f"sheet {chosen['sheet']}"
    return PositionFile(read.table, unit=read.unit, warnings=tuple(warnings), rule=rule, is_table=True)


def _check_formulas(path: Path, read: PositionFile) -> None:
    for line in read.table.lines:
        formula = next((cell for cell in line.cells if cell.startswith("=")), None)
        if formula is not None:
            raise DataError(
                f"{path}: line {line.number} holds the formula {formula[:40]}, whose value is missing; "
                "open the file in a spreadsheet program, and save it"
            )


def _other_sheets(path: Path, chosen: dict[str, Any], sheets: list[dict[str, Any]]) -> str:
    others = ", ".join(sheet["sheet"] for sheet in sheets if sheet is not chosen)
    return f"{path.name}: the sheet {chosen['sheet']} is read, and others have cells too: {others[:80]}"
