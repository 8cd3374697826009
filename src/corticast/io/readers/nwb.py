"""NWB's table of electrodes: positions, and the coordinate system if a column states one."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corticast.core.geometry.coordinate_systems import is_system
from corticast.core.matching import some
from corticast.errors import DataError
from corticast.io.confined import Confined
from corticast.io.file_kinds import RECORDING
from corticast.io.readers.position_file import PositionFile
from corticast.io.tables import Line, Table
from corticast.io.units import length_unit_of

# Columns of positions, NWB's own first, and those of extensions.
_TRIPLES = (("x", "y", "z"), ("position_coords_x", "position_coords_y", "position_coords_z"))
# Columns that may state the coordinate system. NWB's own `reference` and `location` hold other things, too.
_SYSTEMS = (
    "coord_system",
    "coordinate_system",
    "coordinate_space",
    "reference_frame",
    "space",
    "reference",
    "location",
)
# Axis and sign of a letter, which names the side to which positions grow.
_AXES = {"R": (0, 1), "L": (0, -1), "A": (1, 1), "P": (1, -1), "S": (2, 1), "I": (2, -1)}
_UNITS = ("coord_unit", "coordinate_unit", "position_unit", "units", "unit")
_NAMES = ("label", "channel_name", "electrode_name", "name")
# Words around the name of a system: "MNI152 space", "coordinates in ACPC".
_AROUND = re.compile(r"\b(space|coordinates?|coords?|system|frame|template|in|the)\b", re.IGNORECASE)


def read_nwb(path: Path) -> PositionFile:
    """Read the table of electrodes. Further columns of numbers and texts are kept.

    Raises
    ------
    DataError : the file cannot be read, or holds no table of electrodes with positions
    DeviceError : pynwb is not installed
    """
    child = Confined("corticast.io.nwb_child", "pynwb", path, RECORDING)
    columns: dict[str, list[Any]] = child.facts["columns"]
    localized: list[dict[str, Any]] = child.facts["localizations"]
    if len(localized) == 1:
        columns = {**columns, **_positions(path, localized[0], len(next(iter(columns.values()), [])))}
    triple = next((names for names in _TRIPLES if all(name in columns for name in names)), None)
    if triple is None:
        found = some(list(columns)) or "none"
        raise DataError(f"{path}: its electrodes have no columns x, y, z ({found}); give a text table with positions")
    by = next((name for name in _NAMES if name in columns and _are_names(columns[name])), None)
    n_rows = len(columns[triple[0]])
    # As recordings number their channels.
    names = columns[by] if by else [str(row + 1) for row in range(n_rows)]
    others = {name: cells for name, cells in columns.items() if name not in (*triple, by)}
    lines = [
        Line(
            row + 1,
            (
                str(names[row]),
                *(_number(columns[axis][row]) for axis in triple),
                *(_text(cells[row]) for cells in others.values()),
            ),
        )
        for row in range(n_rows)
    ]
    system, said = _stated(path, columns)
    unit = next((u for name in _UNITS if (u := _one_of(columns.get(name, ()))) and length_unit_of(u)), "")
    warnings = list(child.lines)
    if len(localized) == 1:
        system, unit = localized[0]["space"], localized[0]["unit"]
        said = f", in {system} by {localized[0]['name']}"
    elif localized:
        names_of = some(sorted(each["name"] for each in localized))
        warnings.append(f"{path.name}: holds several tables of positions, and none is taken: {names_of}")
    if not system:
        warnings.append(
            f"{path.name}: states no coordinate system; x, y, z are taken as right, front and up, while NWB's own axes "
            "run back, down and right"
        )
    table = Table(path, ("name", "x", "y", "z", *others), tuple(lines))
    return PositionFile(table, system, unit, tuple(warnings), f"NWB's electrodes{said}")


def _positions(path: Path, localized: Mapping[str, Any], n_rows: int) -> dict[str, list[Any]]:
    """Columns x, y, z of all electrodes to the right, front and top, by a table of ndx-anatomical-localization.

    Raises
    ------
    DataError : the three letters of its orientation are no three axes, or its rows are unknown
    """
    letters = localized["orientation"].strip().upper()
    places = [_AXES.get(letter) for letter in letters]
    if len(places) != 3 or None in places or len({place[0] for place in places if place}) != 3:
        raise DataError(f"{path}: {localized['name']} has the orientation {letters!r}; give three letters, such as RAS")
    rows: list[int] = localized["rows"]
    if len(rows) != len(localized["pos"]):
        counts = f"{len(rows)} electrodes and {len(localized['pos'])} positions"
        raise DataError(f"{path}: {localized['name']} has {counts}; export the file again, with one for each")
    wrong = next((row for row in rows if not 0 <= row < n_rows), None)
    if wrong is not None:
        text = f"names row {wrong} of {n_rows} electrodes, counted from 0; export the file again"
        raise DataError(f"{path}: {localized['name']} {text}")
    columns = {axis: [math.nan] * n_rows for axis in "xyz"}
    for row, values in zip(rows, localized["pos"], strict=True):
        for value, place in zip(values, places, strict=True):
            assert place is not None
            columns["xyz"[place[0]]][row] = place[1] * value
    return {axis: list(cells) for axis, cells in columns.items()}


def _stated(path: Path, columns: Mapping[str, Sequence[Any]]) -> tuple[str, str]:
    """The coordinate system that a column states for all electrodes, and where; "" without one.

    Raises
    ------
    DataError : electrodes have different systems
    """
    for name in _SYSTEMS:
        cells = [_AROUND.sub(" ", str(cell)).strip(" :,.-") for cell in columns.get(name, ())]
        found = list(dict.fromkeys(cell for cell in cells if is_system(cell)))
        # A word in some rows of a column of other things states nothing.
        if not found or any(cell not in (*found, "", "n/a", "unknown") for cell in cells):
            continue
        if len(found) > 1:
            raise DataError(f"{path}: its electrodes are in {some(found)} by the column {name}; save one file for each")
        return found[0], f", in {found[0]} by the column {name}"
    return "", ""


def _are_names(cells: Sequence[Any]) -> bool:
    texts = [str(cell).strip() for cell in cells]
    return all(texts) and len(set(texts)) == len(texts)


def _one_of(cells: Sequence[Any]) -> str:
    """The one text of a column; "" for several."""
    found = {str(cell).strip() for cell in cells}
    return found.pop() if len(found) == 1 else ""


def _number(value: Any) -> str:
    return repr(float(value)) if isinstance(value, (int, float)) and math.isfinite(value) else "n/a"


def _text(value: Any) -> str:
    return repr(value) if isinstance(value, float) else str(value)
