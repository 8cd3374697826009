"""Electrode tables: BIDS *_electrodes.tsv with its companion files, and any CSV or TSV with positions."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from corticast.core.arguments import check_choice, check_path, is_from, named_arguments
from corticast.core.geometry.contact_units import unit_of_a_head
from corticast.core.matching import some
from corticast.core.model.subjects import joined_tables, subject_cells
from corticast.core.model.types import (
    MM_PER_UNIT,
    BoolArray,
    Electrodes,
    ElectrodesSpace,
    Float64Array,
    LengthUnit,
)
from corticast.errors import DataError, OptionError
from corticast.io.bids import channel_tables, entities, nearest_coordsystem
from corticast.io.contact_names import contact_names
from corticast.io.coordinate_system import Landmarks, System, read_system
from corticast.io.head_transform import head_transform, saved_as, transform_beside
from corticast.io.intended_for import with_files
from corticast.io.montage import electrodes_of_montage
from corticast.io.moved import moved_by
from corticast.io.readers import read_positions
from corticast.io.readers.position_columns import given_columns, with_columns, words_of
from corticast.io.readers.position_file import PositionFile
from corticast.io.readers.text_table import EXPECTED
from corticast.io.tables import NAME_COLUMNS, Table, is_missing, read_lines, table_of_frame
from corticast.io.values import units_beside

if TYPE_CHECKING:
    from mne.channels import DigMontage
    from mne.transforms import Transform
    from pandas import DataFrame

_SOURCES = "a positions file, a pandas.DataFrame or an mne.channels.DigMontage (for an array: Electrodes(names, pos))"
_BAD_TEXTS = frozenset({"1", "1.0", "true", "yes", "bad"})
_GOOD_TEXTS = frozenset({"0", "0.0", "false", "no", "good"})

# Coordinates that all stay below this are metres: no montage of a human head fits into 1 mm.
_SURELY_METRES = 1.0
# Farthest coordinate, in any unit: a kilometre in micrometres.
_FARTHEST = 1e9


@named_arguments
def load_electrodes(
    source: str | os.PathLike[str] | DataFrame | DigMontage | Sequence[str | os.PathLike[str] | DataFrame | DigMontage],
    *,
    space: ElectrodesSpace | None = None,
    coordsystem: str | os.PathLike[str] | None = None,
    channels: str | os.PathLike[str] | None = None,
    unit: LengthUnit | None = None,
    columns: Mapping[str, str] | str | None = None,
    trans: str | os.PathLike[str] | Transform | None = None,
) -> Electrodes:
    """Read an electrode table, or take one from pandas or MNE-Python.

    Columns are found by name in any case: x, y, z with or without a unit, R, A, S or L, P, S (or x_2d and y_2d, column
    and row in pixels of a picture, where 0 is the centre of the first pixel); name, label, channel, electrode or
    contact; bad (0 or 1). Three columns such as MNI_x, MNI_y, MNI_z count where no others may be meant. Without names
    the rows are numbered. A table without a header counts as two columns of pixels or three of millimetres, with a
    warning. Rows without a position stay in the table (n/a, NaN, -999 or an empty cell in any coordinate).

    A table called electrodes.tsv or *_electrodes.tsv takes its coordinate system, unit and bad channels from the
    *_coordsystem.json and *_channels.tsv that BIDS inheritance assigns, and the units of its further columns from
    *_electrodes.json. Some formats state system and unit themselves; a coordsystem.json comes first. Metres,
    centimetres and micrometres become millimetres. Where the stated unit fits no head and one other unit does, a scene
    takes the positions in the other unit, with a warning.

    A list of tables, or a table with a column subject, gives the contacts of several subjects on one template. A
    subject is named by the column subject (or participant_id and the like), else by sub-LABEL in the path, else by the
    name of the file. Where two subjects share a name, the names bear their subject (sub-01:LA1).

    Parameters
    ----------
    source : TSV or CSV; or a pandas.DataFrame with the columns of such a table; or an mne.channels.DigMontage, whose
        metres become millimetres; head coordinates need `trans`; or a list of these, one or more for each subject.
        `Electrodes` takes an array.
    space : how to read the positions, instead of the table's own coordinate system; not with a DigMontage
    coordsystem : coordsystem.json to use instead of the one found; not with a DigMontage
    channels : channels.tsv to use instead of those found; not with a DigMontage
    unit : unit of the positions, "m", "cm", "mm" or "um", instead of the stated one; not with a DigMontage
    columns : titles of the columns, such as {"x": "MNI_x", "y": "MNI_y", "z": "MNI_z", "name": "label"}, or their
        numbers from 1; only with tables
    trans : transform from head coordinates to the MRI: MNE-Python's -trans.fif file or mne.transforms.Transform. The
        contacts get FreeSurfer's surface RAS. A table that states no coordinate system counts as head coordinates then

    Raises
    ------
    DataError : a file cannot be read, lacks a column, or holds no position
    OptionError : an argument cannot be used, or does nothing with a DigMontage; `trans` does nothing, because the
        contacts are in no head coordinates
    """
    if space is not None:
        check_choice("space", space, get_args(ElectrodesSpace))
    if unit is not None:
        check_choice("unit", unit, get_args(LengthUnit))
    given = given_columns(columns)
    if trans is not None and space is not None:
        raise OptionError(f"--trans: does nothing where space is {space}; leave one of the two out", "trans")
    transform = None if trans is None else head_transform(trans)
    system_path = None if coordsystem is None else check_path("coordsystem", coordsystem, "a coordsystem.json")
    channel_path = None if channels is None else check_path("channels", channels, "a channels.tsv")
    if isinstance(source, list | tuple):
        options = {"space": space, "coordsystem": system_path, "channels": channel_path, "unit": unit}
        return _joined(source, {**options, "columns": columns, "trans": trans})
    if is_from(source, "mne", "DigMontage"):
        _refuse_with_montage(space=space, coordsystem=system_path, channels=channel_path, unit=unit, columns=columns)
        return electrodes_of_montage(source, transform)
    stated = _system_of(system_path) if system_path is not None else System()
    reading = _Reading(
        space, stated.with_unit(unit), system_path is None, [] if channel_path is None else [channel_path], given
    )
    if is_from(source, "pandas", "DataFrame"):
        table, landmarks_mm = _of_frame(source, reading)
        return joined_tables([moved_by(table, transform, landmarks_mm, "the electrode table")])
    path = check_path("source", source, _SOURCES)
    table, landmarks_mm = _of_file(path, reading)
    if transform is None:
        table = replace(table, trans_beside=transform_beside(path))
    else:
        table = replace(table, read_with={**table.read_with, **saved_as(trans)})
    return joined_tables([moved_by(table, transform, landmarks_mm, str(path))])


@dataclass(frozen=True, eq=False)
class _Reading:
    """Choices of a caller about a table.

    Parameters
    ----------
    space : of the positions; None takes the stated one
    system : that was given, with the unit that was given
    looks_for_system : whether a coordsystem.json beside the table counts
    channel_paths : channels.tsv that were given; none takes those beside the table
    columns : titles of the columns that were given
    """

    space: ElectrodesSpace | None
    system: System
    looks_for_system: bool
    channel_paths: list[Path]
    columns: Mapping[str, str]


def _of_frame(frame: DataFrame, reading: _Reading) -> tuple[Electrodes, Landmarks]:
    """Electrodes of a table of pandas, and the landmarks of the given system."""
    positions = with_columns(PositionFile(table_of_frame(frame, NAME_COLUMNS)), reading.columns)
    system = reading.system.before(System.stated(positions.system, positions.unit, "unknown unit"))
    warnings = [*positions.warnings]
    table = _electrodes_of(positions.table, warnings, reading.space, system, "", reading.channel_paths)
    return replace(table, rule=positions.rule), system.landmarks_mm


def _of_file(path: Path, reading: _Reading) -> tuple[Electrodes, Landmarks]:
    """Electrodes of a file with its companions, and the landmarks of its head in mm."""
    positions = read_positions(path)
    if reading.columns and not positions.is_table:
        raise OptionError(f"--columns: does nothing for {path}, which is no table; leave it out", "columns")
    positions = with_columns(positions, reading.columns) if positions.is_table else positions
    system, channel_paths = reading.system, reading.channel_paths
    if path.stem.split("_")[-1] == "electrodes":
        found = nearest_coordsystem(path) if reading.looks_for_system else None
        system = system.before(_system_of(found)) if found is not None else system
        channel_paths = channel_paths or channel_tables(path)
    system = system.before(System.stated(positions.system, positions.unit, f"{path}: unknown unit"))
    units, unit_warnings = units_beside(path)
    warnings = [*positions.warnings, *unit_warnings]
    entity = entities(path).get("space", "")
    table = _electrodes_of(positions.table, warnings, reading.space, system, entity, channel_paths)
    table = replace(
        table,
        units=units,
        path=path,
        rule=positions.rule,
        read_with={**table.read_with, **({"columns": words_of(reading.columns)} if reading.columns else {})},
        from_first_voxel=positions.from_first_voxel,
    )
    return table, system.landmarks_mm or _in_mm(positions.landmarks, table)


def _in_mm(landmarks: Landmarks, table: Electrodes) -> Landmarks:
    """Landmarks of a file in mm, by the unit in which its positions are taken."""
    factor = MM_PER_UNIT[table.unit]
    return {key: (factor * x, factor * y, factor * z) for key, (x, y, z) in landmarks.items()}


def _joined(sources: Sequence[Any], options: Mapping[str, Any]) -> Electrodes:
    """One table of several, each read alone."""
    if not sources:
        raise OptionError(f"source []: give {_SOURCES}, or a list of these", "source")
    return joined_tables([load_electrodes(each, **options) for each in sources])


def _system_of(path: Path) -> System:
    """The system of a coordsystem.json, with paths of the images that it names."""
    system = read_system(path)
    return replace(system, intended_for=with_files(system.intended_for, path))


def _refuse_with_montage(**values: object) -> None:
    """Refuse arguments that only tables need."""
    for name, value in values.items():
        if value is not None:
            raise OptionError(f"{name} {value}: does nothing with a DigMontage; leave {name} out", name)


def _electrodes_of(
    table: Table,
    warnings: list[str],
    space: ElectrodesSpace | None,
    system: System,
    entity: str,
    channel_paths: list[Path],
) -> Electrodes:
    """Electrodes of a table with its companions.

    Parameters
    ----------
    entity : the space by the table's name, "" if unknown
    """
    path = table.path
    declared, frame = system.space(entity)
    position_columns = _position_columns(table, space, declared)
    pos = np.stack([table.numbers(column) for column in position_columns], axis=1)
    pos[np.isnan(pos).any(axis=1)] = np.nan
    if np.isnan(pos).all():
        raise DataError(f"{path}: no row has a position; {EXPECTED}")
    _check_near(table, position_columns, pos)
    reading = "picture" if len(position_columns) == 2 else space or declared
    taken: LengthUnit = "mm"
    stated: LengthUnit | None = None
    if reading not in ("picture", "voxel"):
        stated = system.length_unit()
        taken, unit_warnings = _taken_unit(path, pos, stated, is_sure=system.is_sure)
        pos = pos * MM_PER_UNIT[taken]
        warnings += unit_warnings
    elif system.is_sure:
        raise OptionError(
            f"--electrodes-unit {system.unit}: does nothing for {reading} positions; leave it out", "electrodes_unit"
        )

    found = contact_names(table, position_columns)
    names = found.names
    columns = _further_columns(table, {*position_columns, found.column, table.find("bad")})
    warnings += found.warnings
    warnings += _warn_of_rows(path, names, pos, subject_cells(columns))
    bad_column = table.find("bad")
    bad = _bad_of_column(table, bad_column)
    bad_channels, channel_warnings = _bad_of_channels(path, channel_paths, names)
    warnings += channel_warnings
    return Electrodes(
        names=names,
        pos=pos,
        space=reading,
        # An explicit space overrides the table's coordinate system, so the frame is unknown.
        frame=frame if space is None and reading == declared else None,
        bad=bad | bad_channels,
        columns=columns,
        warnings=tuple(warnings),
        unit=taken,
        stated_unit=stated,
        read_with={"electrodes_unit": system.unit} if system.is_sure else {},
        intended_for=system.intended_for,
    )


# Header and columns


def _position_columns(table: Table, space: ElectrodesSpace | None, declared: ElectrodesSpace | None) -> list[int]:
    """Columns of x, y and z, or of column and row of a picture."""
    solid, flat = ("x", "y", "z"), ("x_2d", "y_2d")
    wanted: list[tuple[str, ...]] = [solid, flat]
    if (space or declared) == "picture":
        # BIDS counts pixels as (row, column).
        wanted = [flat, ("y", "x")] if declared == "picture" else [flat]
    elif space is not None:
        wanted = [solid]
    lacking = "no positions"
    for names in wanted:
        missing = [name for name in names if table.find(name) is None]
        if not missing:
            return [column for column in map(table.find, names) if column is not None]
        if len(missing) < len(names):
            lacking = f"no column {', '.join(missing)}"
    raise DataError(f"{table.path}: {lacking} in the columns {', '.join(filter(None, table.header))}; {EXPECTED}")


def _check_near(table: Table, columns: list[int], pos: Float64Array) -> None:
    """Refuse a coordinate that lies in no space: squares of such numbers leave the floats.

    Raises
    ------
    DataError : as above; the text names line, column and value
    """
    far = np.argwhere(np.abs(pos) > _FARTHEST)
    if len(far):
        line, column = table.lines[far[0, 0]], columns[far[0, 1]]
        raise DataError(
            f"{table.path}: line {line.number}, column {table.header[column]}: {line.cells[column]!r} lies in no "
            "space; correct the coordinate, or give n/a"
        )


def _further_columns(table: Table, used: set[int | None]) -> dict[str, tuple[str, ...]]:
    """Texts of the remaining columns. Columns without a title, or with a repeated one, get their number."""
    further: dict[str, tuple[str, ...]] = {}
    for column, title in enumerate(table.header):
        cells = table.text(column)
        if column not in used and (title or any(cells)):
            further[title if title and title not in further else f"{title} {column + 1}".strip()] = cells
    return further


# Coordinate system and unit


def _taken_unit(
    path: Path, pos: Float64Array, stated: LengthUnit | None, *, is_sure: bool
) -> tuple[LengthUnit, list[str]]:
    """The unit in which positions are taken, and a warning if the table does not state this unit."""
    largest = float(np.nanmax(np.abs(pos)))
    if stated is None:
        if largest >= _SURELY_METRES:
            return "mm", []
        warning = (
            f"{path.name}: no unit is given, and no coordinate reaches {_SURELY_METRES:g}: they are taken as metres, "
            "or as mm in a volume that they fit as mm alone"
        )
        return "m", [warning]
    table = Electrodes(("",) * len(pos), pos * MM_PER_UNIT[stated], unit=stated, stated_unit=stated)
    unit = None if is_sure else unit_of_a_head(table)
    if unit is None:
        return stated, []
    warning = (
        f"{path.name}: its coordinates are declared in {stated} and reach {largest:g}, "
        f"which lies in no head: they are taken as {unit}"
    )
    return unit, [warning]


# Bad channels


def _bad_of_column(table: Table, column: int | None) -> BoolArray:
    """(n,) bool, electrodes that a column of the table marks bad."""
    if column is None:
        return np.zeros(len(table.lines), dtype=np.bool_)
    for line in table.lines:
        text = line.cells[column].lower()
        if text not in _BAD_TEXTS | _GOOD_TEXTS and not is_missing(text):
            raise DataError(
                f"{table.path}: line {line.number}, column {table.header[column]}: unknown value {text!r}; "
                "give 1 for bad, 0 for good"
            )
    return np.array([text.lower() in _BAD_TEXTS for text in table.text(column)], dtype=np.bool_)


def _bad_of_channels(path: Path, files: list[Path], names: tuple[str, ...]) -> tuple[BoolArray, list[str]]:
    """(n,) bool, electrodes whose channel is bad in at least one file; a warning if the files disagree."""
    states: dict[str, set[bool]] = defaultdict(set)
    for file in files:
        for channel, is_bad in _read_channel_states(file):
            states[channel].add(is_bad)
    bad = np.array([True in states.get(name, ()) for name in names], dtype=np.bool_)
    warnings = []
    if states and not states.keys() & set(names):
        warnings.append(f"{path.name}: no electrode bears the name of a channel in {files[0].name}: none is marked bad")
    differing = [name for name in dict.fromkeys(names) if len(states.get(name, ())) > 1]
    if differing:
        warnings.append(f"{path.name}: bad in one channels.tsv and good in another, shown as bad: {some(differing)}")
    return bad, warnings


def _read_channel_states(path: Path) -> list[tuple[str, bool]]:
    """Channels and whether they are bad; empty if the file has no status column, which BIDS allows."""
    lines = read_lines(path)
    if not lines:
        raise DataError(f"{path}: the table is empty; repair or remove it")
    table = Table.of_lines(path, lines[0].cells, lines[1:])
    name, status = table.find("name"), table.find("status")
    if name is None:
        raise DataError(f"{path}: column 'name' is missing; add it")
    if status is None:
        return []
    pairs = zip(table.text(name), table.text(status), strict=True)
    return [(channel, state.lower() == "bad") for channel, state in pairs if not is_missing(state)]


# Warnings. A contact sheet draws these and those above: their wording changes its pixels.


def _warn_of_rows(path: Path, names: tuple[str, ...], pos: Float64Array, subjects: tuple[str, ...]) -> list[str]:
    warnings = []
    is_missing_row = np.isnan(pos).any(axis=1)
    if is_missing_row.any():
        missing = [names[row] for row in np.flatnonzero(is_missing_row)]
        warnings.append(
            f"{path.name}: {len(missing)} of {len(names)} rows have no position and are not drawn: {some(missing)}"
        )
    # Two subjects may share a name.
    times = Counter(zip(subjects or ("",) * len(names), names, strict=True))
    repeated = list(dict.fromkeys(name for (_, name), n in times.items() if n > 1 and not is_missing(name)))
    if repeated:
        warnings.append(f"{path.name}: more than one row is named {some(repeated)}; all are drawn")
    present = np.flatnonzero(~is_missing_row)
    _, first, counts = np.unique(pos[present], axis=0, return_inverse=True, return_counts=True)
    shared = present[counts[first.ravel()] > 1]
    if len(shared):
        sharing = some([names[row] for row in shared])
        warnings.append(f"{path.name}: {len(shared)} contacts share a position with another: {sharing}; all are drawn")
    return warnings
