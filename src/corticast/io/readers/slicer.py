"""3D Slicer's control points: .fcsv files and markups (.mrk.json), in the coordinate system that they state."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

from corticast.errors import DataError
from corticast.io.decimal_commas import number_of
from corticast.io.json_file import read_json
from corticast.io.readers.position_file import PositionFile
from corticast.io.tables import Line, Table, read_text

# Slicer's numbers of coordinate systems in older files, and the signs that make RAS of each.
_NUMBERED = {"0": "RAS", "1": "LPS", "2": "IJK"}
_SIGNS = {"RAS": (1, 1, 1), "LPS": (-1, -1, 1)}
# Columns of .fcsv before version 4.
_FIRST_COLUMNS = ("label", "x", "y", "z", "sel", "vis")
_SETTING = re.compile(r"#\s*(\w+)\s*=\s*(.*)")
_HEADER = ("name", "x", "y", "z", "description", "list")


def read_fcsv(path: Path) -> PositionFile:
    """Read control points of a .fcsv file. Files that state no coordinate system are RAS, as Slicer wrote them first.

    Raises
    ------
    DataError : the file cannot be read, or its coordinate system is not RAS or LPS
    """
    text = read_text(path)
    settings = {found[1]: found[2] for line in text.split("\n") if (found := _SETTING.match(line))}
    system = _system(path, settings.get("CoordinateSystem", "RAS"))
    columns = [name.strip() for name in settings["columns"].split(",")] if "columns" in settings else _FIRST_COLUMNS
    missing = [name for name in ("x", "y", "z") if name not in columns]
    if missing:
        raise DataError(f"{path}: no column {', '.join(missing)} in {', '.join(columns)}; export the points again")
    lines = []
    try:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip() and not line.startswith("#"):
                (cells,) = csv.reader([line], strict=True)
                row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
                lines.append(_line(path, number, row, system))
    except csv.Error as error:
        raise DataError(f"{path}: line {number} is not a table row ({error}); check its quotes") from error
    return _file(
        path,
        lines,
        system,
        f"3D Slicer's points, {system}" + " (nothing stated)" * ("CoordinateSystem" not in settings),
    )


def read_markups(path: Path) -> PositionFile:
    """Read the control points of all lists of a markups file. Points without a position stay in the table.

    Raises
    ------
    DataError : the file cannot be read, is no markups file, or its coordinate system is not RAS or LPS
    """
    content = read_json(path)
    lists = content.get("markups") if isinstance(content, dict) else None
    if not isinstance(lists, list) or not all(isinstance(each, dict) for each in lists):
        raise DataError(f"{path}: no markups of 3D Slicer; give a .mrk.json file, or a table")
    lines: list[Line] = []
    systems = []
    units = {_unit(path, each) for each in lists}
    if len(units) > 1:
        raise DataError(f"{path}: its lists have several units, {', '.join(sorted(units))}; save one list per file")
    for each in lists:
        systems.append(_system(path, str(each.get("coordinateSystem", "LPS"))))
        points = each.get("controlPoints") or []
        if not isinstance(points, list):
            raise DataError(f"{path}: controlPoints is no list; save the markups again")
        for point in points:
            if not isinstance(point, dict):
                raise DataError(f"{path}: control point {len(lines) + 1} is no object; save the markups again")
            row = {**point, "list": str(each.get("name") or "")}
            lines.append(_line(path, len(lines) + 1, _of_point(path, row, len(lines) + 1), systems[-1]))
    file = _file(path, lines, "", f"3D Slicer's markups, {' and '.join(dict.fromkeys(systems))}")
    return PositionFile(file.table, unit=units.pop() if units else "", rule=file.rule)


def _unit(path: Path, markups: dict[str, Any]) -> str:
    unit = markups.get("coordinateUnits", "mm")
    # Newer files hold a code with its meaning.
    unit = unit[0] if isinstance(unit, list) and unit else unit
    if not isinstance(unit, str):
        raise DataError(f"{path}: unknown coordinateUnits {unit!r}; give mm")
    return unit


def _of_point(path: Path, point: dict[str, Any], number: int) -> dict[str, str]:
    """Cells of a control point."""
    position = point.get("position")
    if point.get("positionStatus", "defined") != "defined" or position is None:
        position = ["n/a"] * 3
    if not isinstance(position, list) or len(position) != 3:
        raise DataError(f"{path}: control point {number}: position is not three numbers; save the markups again")
    row = dict(zip("xyz", map(str, position), strict=True))
    return {
        **row,
        "label": str(point.get("label", "")),
        "desc": str(point.get("description", "")),
        "list": point["list"],
    }


def _system(path: Path, stated: str) -> str:
    system = _NUMBERED.get(stated.strip(), stated.strip().upper())
    if system not in _SIGNS:
        raise DataError(f"{path}: coordinate system {stated!r}, which needs an image; save the points in RAS or LPS")
    return system


def _line(path: Path, number: int, row: dict[str, str], system: str) -> Line:
    """A row of the table in RAS."""
    cells = []
    for axis, sign in zip("xyz", _SIGNS[system], strict=True):
        text = row.get(axis, "")
        value = number_of(text)
        if value is None and text not in ("", "n/a"):
            raise DataError(f"{path}: line {number}, column {axis}: {text!r} is not a number; give a number")
        cells.append("n/a" if value is None else repr(sign * value + 0.0))
    return Line(number, (row.get("label", ""), *cells, row.get("desc", ""), row.get("list", "")))


def _file(path: Path, lines: list[Line], system: str, rule: str) -> PositionFile:
    if not lines:
        raise DataError(f"{path}: no control points; place some in 3D Slicer, and save them again")
    return PositionFile(Table(path, _HEADER, tuple(lines)), unit="mm", rule=rule)
