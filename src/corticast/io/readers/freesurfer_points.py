"""FreeSurfer's control points (.dat): surface RAS or scanner RAS, as their useRealRAS says."""

from __future__ import annotations

from pathlib import Path

from corticast.errors import DataError
from corticast.io.decimal_commas import number_of
from corticast.io.readers.position_file import PositionFile
from corticast.io.readers.text_table import read_table
from corticast.io.tables import Line, Table, read_text

_SYSTEMS = {"0": "fsnative", "1": "ScanRAS"}


def read_control_points(path: Path) -> PositionFile:
    """Read control points. A .dat file without FreeSurfer's last lines counts as a text table.

    Raises
    ------
    DataError : the file cannot be read, or holds other points than it states
    """
    rows = [(number, line.split()) for number, line in enumerate(read_text(path).split("\n"), 1) if line.strip()]
    points = [row for row in rows if number_of(row[1][0]) is not None]
    stated = {words[0].lower(): words[1] for _, words in rows if len(words) == 2 and number_of(words[0]) is None}
    if not {"numpoints", "userealras"} & stated.keys():
        return read_table(path)
    if not points:
        raise DataError(f"{path}: no control points; save some in freeview")
    n_points = stated.get("numpoints", str(len(points)))
    if n_points != str(len(points)):
        raise DataError(f"{path}: states {n_points} points and holds {len(points)}; save the points again")
    lines = []
    for number, words in points:
        if len(words) != 3:
            raise DataError(f"{path}: line {number} has {len(words)} numbers; give x, y and z")
        lines.append(Line(number, tuple(words)))
    real = stated.get("userealras")
    if real not in ("0", "1", None):
        raise DataError(f"{path}: unknown useRealRAS {real!r}; give 0 for surface RAS, or 1 for scanner RAS")
    system = _SYSTEMS[real or "0"]
    said = f"useRealRAS {real}" if real else "no useRealRAS is stated, and FreeSurfer takes 0"
    warnings = () if real else (f"{path.name}: {said}: the points are taken as surface RAS",)
    rule = f"FreeSurfer's control points, {said}"
    return PositionFile(Table(path, ("x", "y", "z"), tuple(lines)), system, "mm", warnings, rule)
