"""Electrode tables: BIDS TSV with its companions, and plain CSV or TSV."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.types import BoolArray, Electrodes, ElectrodesSpace, FloatArray
from corticast.errors import DataError
from corticast.io.bids import entities, inherited

_NAME_COLUMNS = ("name", "label", "channel", "electrode", "contact", "roi")
_MISSING = {"", "n/a", "na", "nan", "none", "null", "-999", "-999.0"}
_YES = {"1", "1.0", "true", "yes", "bad"}
_MM_PER_UNIT = {"m": 1000.0, "cm": 10.0, "mm": 1.0}

# No part of a head is farther from the origin of its coordinates than this; a table in metres stays below a
# thousandth of it.
_HEAD_MM = 1000.0

# A table without units whose largest coordinate is below this is in metres: 1 mm is no head.
_SURELY_METRES = 1.0

_WANTED = "x, y, z in mm, or x_2d, y_2d in pixels"


@dataclass
class _Table:
    """A table as text."""

    path: Path
    header: list[str]
    rows: list[list[str]]
    warnings: list[str] = field(default_factory=list)

    def column(self, *names: str) -> int | None:
        """Index of the first column with one of these names, whatever its case."""
        lower = [name.lower() for name in self.header]
        return next((lower.index(name) for name in names if name in lower), None)

    def text(self, column: int) -> list[str]:
        return [row[column].strip() for row in self.rows]


def load_electrodes(path: str | os.PathLike[str], *, space: ElectrodesSpace | None = None) -> Electrodes:
    """Read an electrode table.

    A BIDS table takes its units and coordinate system from the coordsystem.json that applies to it, and bad
    channels from the channels.tsv files that do. Rows without a position are kept. A table without a header
    is read as two columns of pixels or three of millimetres.

    Parameters
    ----------
    path : TSV or CSV
    space : how positions are to be read, instead of what the table says

    Raises
    ------
    DataError : the file cannot be read, has no usable row, or lacks a column
    """
    table = _read_table(Path(path))
    system = _coordinate_system(table)
    pos, is_picture = _positions(table, system)
    names = _names(table)
    if not np.isfinite(pos).all(axis=1).any():
        raise DataError(f"{table.path}: no row has a position; corticast needs {_WANTED}")
    _warn_of_rows(table, names, pos)
    own_space, frame = _space_of(table.path, system)
    position_columns = {table.column(name) for name in ("x", "y", "z", "x_2d", "y_2d")}
    name_column = table.column(*_NAME_COLUMNS)
    columns = {
        title: tuple(table.text(index))
        for index, title in enumerate(table.header)
        if title and index not in position_columns and index != name_column
    }
    return Electrodes(
        names=tuple(names),
        pos=pos,
        space="picture" if is_picture else space or own_space,
        frame=None if is_picture else frame,
        bad=_bad(table, names),
        columns=columns,
        path=table.path,
        warnings=tuple(table.warnings),
    )


def _read_table(path: Path) -> _Table:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}; give an electrode table that exists") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not a text file; give a TSV or CSV with {_WANTED}") from error
    if "\0" in text:
        raise DataError(f"{path}: not a text file; give a TSV or CSV with {_WANTED}")
    lines = text.splitlines()
    if not any(line.strip() for line in lines):
        raise DataError(f"{path}: empty; give a table with {_WANTED}")
    delimiter = max("\t,;", key=lines[0].count)
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise DataError(f"{path}: no table: {error}") from error
    table = _with_header(path, rows)
    for number, row in enumerate(table.rows, start=1):
        if len(row) > len(table.header):
            raise DataError(
                f"{path}: row {number} has {len(row)} cells, but there are {len(table.header)} columns; "
                "check its delimiters"
            )
        row.extend([""] * (len(table.header) - len(row)))
    if not table.rows:
        raise DataError(f"{path}: a header without rows; give a table with contacts")
    return table


def _with_header(path: Path, rows: list[list[str]]) -> _Table:
    """Tell a header from a first row of numbers, and name columns that have no name."""
    first = [cell.strip() for cell in rows[0]]
    if all(_is_number(cell) for cell in first):
        names = {2: ["x_2d", "y_2d"], 3: ["x", "y", "z"]}.get(len(first))
        if names is None:
            raise DataError(f"{path}: no header, and {len(first)} columns of numbers; name the columns {_WANTED}")
        told = f"{path}: no header; its columns are taken as {', '.join(names)}"
        return _Table(path, names, [list(row) for row in rows], [told])
    table = _Table(path, first, [list(row) for row in rows[1:]])
    if table.column("x", "x_2d") is None and first[1:] == ["1", "2", "3"]:
        # An index, then three columns that bear numbers: a data frame written without names.
        table.header = [first[0] or "index", "x", "y", "z"]
        table.warnings.append(f"{path}: columns 1, 2, 3 are taken as x, y, z in mm")
    return table


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _coordinate_system(table: _Table) -> dict[str, Any]:
    """The coordsystem.json that applies, {} without one."""
    found = inherited(table.path, "coordsystem.json")
    if not found:
        return {}
    try:
        content = json.loads(found[-1].read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise DataError(f"{found[-1]}: no valid JSON ({error}); repair or remove it") from error
    return content if isinstance(content, dict) else {}


def _positions(table: _Table, system: dict[str, Any]) -> tuple[FloatArray, bool]:
    """Positions in mm, voxels or (column, row) pixels, NaN where missing; and whether they are pixels."""
    is_pixels = str(system.get("iEEGCoordinateSystem", "")).lower() == "pixels"
    flat = [table.column(name) for name in ("x_2d", "y_2d")]
    solid = [table.column(name) for name in ("x", "y", "z")]
    if is_pixels and None not in solid[:2]:
        # BIDS counts pixels as (row, column).
        return _numbers(table, [solid[1], solid[0]]), True
    if None not in solid:
        return _in_mm(table, _numbers(table, solid), system), False
    if None not in flat:
        return _numbers(table, flat), True
    wanted = ("x", "y", "z") if any(index is not None for index in solid) else ("x_2d", "y_2d")
    if all(index is None for index in (*solid, *flat)):
        raise DataError(f"{table.path}: no position columns among {', '.join(table.header)}; corticast needs {_WANTED}")
    lacking = ", ".join(name for name in wanted if table.column(name) is None)
    raise DataError(f"{table.path}: no column {lacking}; corticast needs {_WANTED}")


def _numbers(table: _Table, columns: list[int | None]) -> FloatArray:
    values = np.full((len(table.rows), len(columns)), np.nan)
    for place, column in enumerate(columns):
        assert column is not None
        for row, text in enumerate(table.text(column)):
            if text.lower() in _MISSING:
                continue
            try:
                values[row, place] = float(text)
            except ValueError:
                raise DataError(
                    f"{table.path}: row {row + 1}, column {table.header[column]}: {text!r} is no number; "
                    "give a number or n/a"
                ) from None
    values[~np.isfinite(values).all(axis=1)] = np.nan
    return values


def _in_mm(table: _Table, pos: FloatArray, system: dict[str, Any]) -> FloatArray:
    """Positions in mm, by the declared unit where that can be true."""
    unit = str(system.get("iEEGCoordinateUnits", "")).strip().lower()
    largest = float(np.nanmax(np.abs(pos))) if np.isfinite(pos).any() else 0.0
    factor = _MM_PER_UNIT.get(unit)
    if factor is None:
        if 0 < largest < _SURELY_METRES and not unit:
            table.warnings.append(f"{table.path}: no unit is given, and no coordinate reaches 1: taken as metres")
            return pos * 1000.0
        return pos
    if factor > 1 and largest * factor > _HEAD_MM:
        table.warnings.append(
            f"{table.path}: the unit is given as {unit}, but coordinates reach {largest:g}, "
            "which is no head: taken as mm"
        )
        return pos
    return pos * factor


def _names(table: _Table) -> list[str]:
    column = table.column(*_NAME_COLUMNS)
    if column is None:
        return [str(number) for number in range(1, len(table.rows) + 1)]
    return table.text(column)


def _warn_of_rows(table: _Table, names: list[str], pos: FloatArray) -> None:
    missing = [name for name, where in zip(names, pos, strict=True) if not np.isfinite(where).all()]
    if missing:
        table.warnings.append(
            f"{table.path}: {len(missing)} of {len(names)} contacts have no position: {_some(missing)}"
        )
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        table.warnings.append(f"{table.path}: names that occur more than once: {_some(doubled)}; all are drawn")
    present = pos[np.isfinite(pos).all(axis=1)]
    n_same = len(present) - len(np.unique(present, axis=0))
    if n_same:
        table.warnings.append(f"{table.path}: {n_same} contacts share a position with another; all are drawn")


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")


def _space_of(path: Path, system: dict[str, Any]) -> tuple[ElectrodesSpace | None, str | None]:
    """How positions are to be read, and the name of their coordinate system.

    A coordinate system "Other" says nothing; then the entity in the file's name may.
    """
    for name in (str(system.get("iEEGCoordinateSystem", "")), entities(path).get("space", "")):
        known = name.strip().lower()
        if known in ("", "other", "n/a"):
            continue
        if known == "voxel":
            return "voxel", None
        if known in ("fsnative", "tkras"):
            return "tkras", "native"
        return "world", name.strip()
    return None, None


def _bad(table: _Table, names: list[str]) -> BoolArray:
    """Contacts marked bad in the table, or in a channels.tsv that applies."""
    bad: npt.NDArray[np.bool_] = np.zeros(len(names), dtype=bool)
    own = table.column("bad", "status")
    if own is not None:
        bad |= np.array([text.lower() in _YES for text in table.text(own)])
    files = inherited(table.path, "channels.tsv", ignore=("task", "run", "acq", "rec"))
    if not table.path.name.endswith("_electrodes.tsv"):
        return bad
    marked: list[set[str]] = []
    for file in files:
        channels = _read_table(file)
        name, status = channels.column("name"), channels.column("status")
        if name is not None and status is not None:
            pairs = zip(channels.text(name), channels.text(status), strict=True)
            marked.append({channel for channel, state in pairs if state.lower() == "bad"})
    if marked:
        anywhere = set.union(*marked)
        bad |= np.array([name in anywhere for name in names])
        if any(part != anywhere for part in marked):
            table.warnings.append(f"{table.path}: channels.tsv files differ in what is bad; bad in one is drawn as bad")
    return bad
