"""iELVis: coordinates in SUBJECT.LEPTO, .PIAL and others, with the names in SUBJECT.electrodeNames beside them."""

from __future__ import annotations

from pathlib import Path

from corticast.errors import DataError
from corticast.io.companions import companion_of
from corticast.io.decimal_commas import number_of
from corticast.io.readers.position_file import PositionFile
from corticast.io.tables import Line, Table, read_text

# Names of systems by suffix; .LEPTO and .PIAL are surface RAS of the subject.
_SYSTEMS = {".lepto": "fsnative", ".pial": "fsnative", ".fsaverage": "fsaverage"}
# Suffixes of coordinates that are refused, and the reason.
NO_PLACE = {
    ".inf": "coordinates on the inflated surface, which have no place in a volume",
    ".ct": "voxels of a CT that the file does not name",
    ".leptovox": "voxels of an image that the file does not name",
    ".pialvox": "voxels of an image that the file does not name",
    ".postimpraw": "coordinates before the correction for brain shift, in a CT's space",
}
SUFFIXES = (*_SYSTEMS, ".electrodenames")


def read_ielvis(path: Path) -> PositionFile:
    """Read coordinates of iELVis with their names, kinds and hemispheres.

    Parameters
    ----------
    path : of the coordinates, or of the names, which lead to the .LEPTO file beside them

    Raises
    ------
    DataError : the file cannot be read, has no place in a volume, or has another number of contacts than names
    """
    suffix = path.suffix.lower()
    if suffix in NO_PLACE:
        raise DataError(f"{path}: holds {NO_PLACE[suffix]}; give the .LEPTO or .PIAL file")
    if suffix == ".electrodenames":
        return read_ielvis(companion_of(path, f"{path.stem}.LEPTO"))
    rows = _rows(path)
    points = [row for row in rows if len(row.cells) == 3 and all(number_of(cell) is not None for cell in row.cells)]
    # The first line has a date, and the second the titles.
    wrong = next((row for row in rows[2:] if row not in points), None)
    if wrong is not None or not points:
        where = "no coordinates" if wrong is None else f"line {wrong.number} is not three numbers"
        raise DataError(f"{path}: {where}; give coordinates as iELVis writes them")
    names_path = path.with_suffix(".electrodeNames")
    system, rule = _SYSTEMS[suffix], f"iELVis, {path.suffix}"
    if not names_path.exists():
        warning = f"{path.name}: {names_path.name} is missing, so contacts have numbers in place of names"
        return PositionFile(Table(path, ("x", "y", "z"), tuple(points)), system, "mm", (warning,), rule)
    names = _rows(companion_of(path, names_path.name))[2:]
    if len(names) != len(points):
        raise DataError(f"{path}: has {len(points)} contacts, and {names_path.name} {len(names)} names; repair one")
    lines = [
        Line(point.number, (*point.cells, *(*name.cells, "", "", "")[:3]))
        for point, name in zip(points, names, strict=True)
    ]
    return PositionFile(
        Table(path, ("x", "y", "z", "name", "type", "hemisphere"), tuple(lines)), system, "mm", rule=rule
    )


def _rows(path: Path) -> list[Line]:
    lines = enumerate(read_text(path).split("\n"), 1)
    return [Line(number, tuple(line.split())) for number, line in lines if line.strip()]
