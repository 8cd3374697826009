"""Which columns of a table hold positions: by their titles, or by the names that the user gives."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from corticast.core.model.kinds import Titles
from corticast.core.suggest import did_you_mean
from corticast.errors import DataError, OptionError
from corticast.io.decimal_commas import number_of
from corticast.io.readers.position_file import PositionFile
from corticast.io.readers.rave import RAVE_PLACES, as_rave
from corticast.io.tables import Line, Table, is_missing

# The axes of a triple of columns, with the sign of each: x runs to the right, y to the front, z up.
_TRIPLES = {("x", "y", "z"): (1, 1, 1), ("r", "a", "s"): (1, 1, 1), ("l", "p", "s"): (-1, -1, 1)}
_UNIT = re.compile(r"(?:[\s_.]+|(?=[(\[]))[(\[]?(mm|cm|um|µm|m|(?:milli|centi|micro)?met(?:re|er)s?)[)\]]?$")
# Words of titles that say nothing of the space.
_PLAIN = frozenset(
    [
        "coord",
        "coords",
        "coordinate",
        "coordinates",
        "pos",
        "position",
        "positions",
        "loc",
        "location",
        "centroid",
        "center",
        "centre",
        "electrode",
        "electrodes",
        "elec",
        "contact",
        "channel",
        "ch",
        "point",
        "world",
    ]
)
# Words of titles, and the coordinate systems that they name.
_SYSTEMS = {
    "mni": "MNI", "mni152": "MNI152", "icbm152": "ICBM152", "mni305": "MNI305", "fsaverage": "fsaverage",
    "tal": "Talairach", "talairach": "Talairach", "acpc": "ACPC", "ras": "", "scanner": "ScanRAS",
    "scanras": "ScanRAS", "ras scanner": "ScanRAS", "scanner ras": "ScanRAS", "native": "native", "t1": "T1w",
    "t1w": "T1w", "tkr": "fsnative", "tkras": "fsnative", "ras tkr": "fsnative", "tkr ras": "fsnative",
    "surface ras": "fsnative", "fsnative": "fsnative", "vox": "voxel", "voxel": "voxel", "voxels": "voxel",
    "ijk": "voxel",
}  # fmt: skip
# Keys of --columns that choose positions.
_PLACES = frozenset(["x", "y", "z", "x_2d", "y_2d"])
_JOINED = re.compile(r"(mni152|mni305|mni|tal|tkr|vox|ras)([xyz])|([xyz])(mni152|mni305|mni|tal|tkr|vox|ras)")


@dataclass(frozen=True)
class _Axis:
    """What a title says: the words beside its axis, the axis and the unit ("" without one)."""

    words: tuple[str, ...]
    letter: str
    unit: str


@dataclass(frozen=True)
class _Triple:
    """Three columns whose titles differ in the axis alone."""

    words: tuple[str, ...]
    unit: str
    columns: tuple[int, ...]
    signs: tuple[int, ...]

    @property
    def system(self) -> str | None:
        """The coordinate system that the titles name, "" if none; None for unknown words."""
        named = " ".join(word for word in self.words if word not in _PLAIN)
        return "" if not named else _SYSTEMS.get(named)


def given_columns(columns: Mapping[str, str] | str | None) -> dict[str, str]:
    """Titles of columns by key, as a user gives them; empty without any.

    Raises
    ------
    OptionError : a key is unknown, or no title stands behind it
    """
    if columns is None:
        return {}
    try:
        return dict(Titles().read(columns))
    except ValueError as error:
        raise OptionError(f"--columns {columns}: {error}", "columns") from error


def words_of(given: Mapping[str, str]) -> str:
    """Given columns as the command line has them."""
    return Titles().plain(tuple(given.items()))


def with_columns(file: PositionFile, given: Mapping[str, str]) -> PositionFile:
    """A table whose columns of positions have the titles x, y and z.

    Parameters
    ----------
    given : titles of columns by x, y, z, x_2d, y_2d, name and bad; empty to find the columns

    Raises
    ------
    OptionError : a given column does not exist
    DataError : several triples of columns may hold the positions
    """
    # Only the titles that the table came with show that RAVE wrote it.
    own = {key: title for key, title in given.items() if RAVE_PLACES.get(key) != title}
    if own.keys().isdisjoint(_PLACES) and not any(file.table.find(axis) is not None for axis in RAVE_PLACES):
        rave = as_rave(file)
        file, given = (file, given) if rave is None else (rave, own)
    if given:
        file = _with_given(file, given)
    table = file.table
    if any(table.find(axis) is not None for axis in ("x", "y", "z")):
        return file
    triples = _triples(table)
    exact = [triple for triple in triples if not triple.words]
    if len(exact) == 1:
        return _renamed(file, exact[0])
    if table.find("x_2d") is not None and table.find("y_2d") is not None:
        return file
    if len(triples) > 1 or (triples and triples[0].system is None):
        found = "; ".join(", ".join(table.header[column] for column in triple.columns) for triple in triples)
        first = (table.header[column] for column in triples[-1].columns)
        example = ",".join(f"{axis}={title}" for axis, title in zip("xyz", first, strict=True))
        raise DataError(
            f"{table.path}: the columns {found} may hold positions; choose three, such as --columns {example}"
        )
    return _renamed(file, triples[0]) if triples else file


def _triples(table: Table) -> list[_Triple]:
    """Triples of columns, in the order of the table."""
    found: dict[tuple[tuple[str, ...], str], dict[str, int]] = defaultdict(dict)
    for column, title in enumerate(table.header):
        axis = _axis(title)
        if axis is not None:
            found[axis.words, axis.unit].setdefault(axis.letter, column)
    triples = []
    for (words, unit), columns in found.items():
        for letters, signs in _TRIPLES.items():
            if all(letter in columns for letter in letters):
                triples.append(_Triple(words, unit, tuple(columns[letter] for letter in letters), signs))
    return sorted(triples, key=lambda triple: triple.columns)


def _axis(title: str) -> _Axis | None:
    """The axis that a title names; None if it names none, or several."""
    text = title.strip().lower()
    found = _UNIT.search(text)
    unit, text = (found[1], text[: found.start()]) if found else ("", text)
    joined = _JOINED.fullmatch(text)
    if joined:
        return _Axis((joined[1] or joined[4],), joined[2] or joined[3], unit)
    words = re.findall(r"[a-z0-9]+", text)
    letters = [word for word in words if word in ("x", "y", "z", "r", "a", "s", "l", "p")]
    if len(letters) != 1:
        return None
    return _Axis(tuple(word for word in words if word != letters[0]), letters[0], unit)


def _renamed(file: PositionFile, triple: _Triple) -> PositionFile:
    """The table with x, y and z in place of a triple's titles, its signs turned, and a note that says so."""
    table = file.table
    titles = [table.header[column] for column in triple.columns]
    header = list(table.header)
    signs = dict(zip(triple.columns, triple.signs, strict=True))
    for axis, column in zip("xyz", triple.columns, strict=True):
        header[column] = axis
    lines = [
        Line(line.number, tuple(_signed(cell, signs.get(column, 1)) for column, cell in enumerate(line.cells)))
        for line in table.lines
    ]
    system = triple.system or ""
    words = (
        f"columns {', '.join(titles)}" + f", {system}" * bool(system) + ", to the left and back" * (-1 in triple.signs)
    )
    return replace(
        file,
        table=Table(table.path, tuple(header), tuple(lines)),
        system=file.system or system,
        unit=file.unit or triple.unit,
        rule=", ".join(filter(None, (file.rule, words))),
    )


def _signed(cell: str, sign: int) -> str:
    value = number_of(cell)
    return cell if sign == 1 or value is None or is_missing(cell) else repr(0.0 - value)


def _with_given(file: PositionFile, given: Mapping[str, str]) -> PositionFile:
    """The table with the keys in place of given titles; other columns of these titles get their number."""
    table = file.table
    columns = {key: _column(table, key, title) for key, title in given.items()}
    titles = [f"{title} {n}" if title.lower() in columns else title for n, title in enumerate(table.header, 1)]
    for key, column in columns.items():
        titles[column] = key
    named = replace(file, table=Table(table.path, tuple(titles), table.lines))
    axes = [_axis(given[key]) for key in ("x", "y", "z") if key in given]
    words = {axis.words for axis in axes if axis is not None}
    units = {axis.unit for axis in axes if axis is not None}
    is_one = len(axes) == 3 and None not in axes and len(words) == 1 and len(units) == 1
    said = _Triple(words.pop(), units.pop(), (), ()) if is_one else _Triple((), "", (), ())
    words_given = "columns " + ", ".join(f"{key}={title}" for key, title in given.items())
    rule = ", ".join(filter(None, (file.rule, words_given)))
    return replace(named, system=file.system or said.system or "", unit=file.unit or said.unit, rule=rule)


def _column(table: Table, key: str, title: str) -> int:
    """Index of a given column: by its title, then in any case, then by its number from 1."""
    titles = [each.strip() for each in table.header]
    for names, wanted in ((titles, title), ([each.lower() for each in titles], title.lower())):
        if names.count(wanted) == 1:
            return names.index(wanted)
        if wanted in names:
            raise OptionError(f"--columns {key}={title}: two columns of {table.path} bear this title", "columns")
    if title.isdecimal() and 1 <= int(title) <= len(titles):
        return int(title) - 1
    raise OptionError(
        f"--columns {key}={title}: no such column in {table.path}; {did_you_mean(title, titles)}"
        f"give one of: {', '.join(filter(None, titles))}",
        "columns",
    )
