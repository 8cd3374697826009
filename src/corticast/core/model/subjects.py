"""Several subjects on one template: their tables of electrodes as one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from corticast.core.matching import some
from corticast.core.model.groups import SUBJECT_MARK, groups_of
from corticast.core.model.types import Electrodes
from corticast.errors import DataError

# Title of the column that each table of several subjects has.
SUBJECT = "subject"
_GROUP = "group"
_FIGURES = re.compile(r"\d+([.,]\d+)?")
# Stands for the label of a table.
_TABLE = "\0"
# Titles of columns that name the subject of a contact, in any case. BIDS has participant_id. The short ones may mean
# something else, which a line reports.
_SHORT_TITLES = ("sub", "subj")
SUBJECT_COLUMNS = (SUBJECT, "subject_id", *_SHORT_TITLES, "participant", "participant_id", "patient", "patient_id")
_MISSING = frozenset({"", "n/a", "na", "nan", "none", "null", "-"})
_ENTITY = re.compile(r"(?:^|_)(sub-[A-Za-z0-9]+)(?=_|\.|$)")
_FOLDER = re.compile(r"sub-[A-Za-z0-9]+")


def joined_tables(tables: Sequence[Electrodes]) -> Electrodes:
    """One table of the tables of several subjects.

    A subject comes from the table's column (subject, participant_id and the like), from sub-LABEL in the name of the
    file or of a folder above, else from the name of the file. 01 is sub-01 where both are there. Where two subjects
    share a name, all names bear their subject: sub-01:LA1. The table has columns subject and group, and the columns of
    all tables.

    Parameters
    ----------
    tables : of one subject or of several, at least one

    Returns
    -------
    the table itself where all contacts belong to one subject

    Raises
    ------
    DataError : two tables of a subject hold the same contact, positions have two and three dimensions, or a column has
        several units
    """
    tables = [part for table in tables for part in table.parts or (table,)]
    subjects, said = _subjects_of(tables)
    everyone = tuple(subject for each in subjects for subject in each)
    if len(tables) == 1 and len(set(everyone)) < 2:
        return tables[0]
    _check_dimensions(tables)
    _check_repeated(tables, subjects)
    own_names = tuple(name for table in tables for name in table.names)
    columns = {title: _cells(tables, title) for title in dict.fromkeys(_titles(tables))}
    columns |= {SUBJECT: everyone, _GROUP: tuple(group for table in tables for group in groups_of(table))}
    first = tables[0]
    return Electrodes(
        _unique(own_names, everyone),
        np.concatenate([table.pos for table in tables]),
        first.space if _are_equal(table.space for table in tables) else None,
        first.frame if _are_equal(table.frame for table in tables) else None,
        np.concatenate([table.bad for table in tables]),
        # The subject leads, as in a table that was written by hand.
        {SUBJECT: columns.pop(SUBJECT), **columns},
        first.path if len(tables) == 1 else None,
        tuple(dict.fromkeys([text for table in tables for text in table.warnings] + said)),
        _units(tables),
        read_with={name: value for table in tables for name, value in table.read_with.items()},
        subjects=everyone,
        own_names=own_names,
        parts=tuple(tables),
    )


def subject_cells(columns: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Subject of each row by one of some columns; "" where a row lacks one, empty without such a column."""
    cells = columns.get(_subject_title(columns) or "", ())
    return tuple("" if cell.strip().lower() in _MISSING else cell.strip() for cell in cells)


def _subject_title(columns: Iterable[str]) -> str | None:
    """Title of the column that names the subjects."""
    titles = {title.strip().lower(): title for title in columns}
    return next((titles[title] for title in SUBJECT_COLUMNS if title in titles), None)


def own_columns(table: Electrodes) -> tuple[str, ...]:
    """Titles of the columns that the files of a table have."""
    return tuple(dict.fromkeys(_titles(table.parts or (table,))))


def label_of(table: Electrodes, unnamed: str = "the electrode table") -> str:
    """The file of a table for messages, or words for a table without one."""
    return str(table.path or unnamed)


def merged_warnings(of_tables: Sequence[tuple[str, Sequence[str]]]) -> tuple[str, ...]:
    """Warnings about several tables. Those that differ only in the table and in figures become one.

    Parameters
    ----------
    of_tables : the label of each table, with its warnings
    """
    alike: dict[str, list[tuple[str, str]]] = {}
    for label, warnings in of_tables:
        for text in warnings:
            alike.setdefault(_FIGURES.sub("#", text.replace(label, _TABLE)), []).append((label, text))
    return tuple(_merged(warnings, len(of_tables)) for warnings in alike.values())


def _merged(warnings: Sequence[tuple[str, str]], n_tables: int) -> str:
    """One line for warnings that are alike, each with the label of its table."""
    label, text = warnings[0]
    plain = [each.replace(own, _TABLE) for own, each in warnings]
    n_others = len(warnings) - 1
    if label not in text and n_others + 1 == n_tables and len(set(plain)) == 1:
        # About the volume, whatever the table.
        return text
    named = text if label in text else f"{label}: {text}"
    if not n_others:
        return named
    others = f"{label} and {n_others} other table{'s' * (n_others != 1)}"
    figures = "" if len(set(plain)) == 1 else "; the figures are those of the first"
    return f"{named.replace(label, others, 1)}{figures}"


def _subjects_of(tables: Sequence[Electrodes]) -> tuple[list[tuple[str, ...]], list[str]]:
    """Subject of each row of each table, and lines about the choice."""
    of_files = _subjects_of_files([table.path for table in tables])
    found, said = [], []
    for table, of_file in zip(tables, of_files, strict=True):
        cells = subject_cells(table.columns) or ("",) * len(table.names)
        found.append(tuple(cell or of_file for cell in cells))
        said += _words_of_column(table, cells, of_file)
    everyone = {subject for each in found for subject in each}
    entities = {subject: f"sub-{subject}" for subject in sorted(everyone) if f"sub-{subject}" in everyone}
    said += [f"subjects {label} and {entity} are one, {entity}" for label, entity in entities.items()]
    return [tuple(entities.get(subject, subject) for subject in each) for each in found], said


def _words_of_column(table: Electrodes, cells: Sequence[str], of_file: str) -> list[str]:
    """Lines about the column of subjects of a table: where its title is short, and where cells are empty."""
    title, n_named = _subject_title(table.columns), sum(map(bool, cells))
    if title is None or not n_named:
        return []
    said = []
    if title.strip().lower() in _SHORT_TITLES:
        said.append(
            f"{label_of(table)}: column {title} names the subjects ({some(list(dict.fromkeys(filter(None, cells))))}); "
            "give the column another title if it means something else"
        )
    if n_named < len(cells):
        by = "" if table.path is None else ", by the table's path"
        said.append(
            f"{label_of(table)}: {len(cells) - n_named} of {len(cells)} rows have no subject in column {title}; they "
            f"count as {of_file}{by}"
        )
    return said


def _subjects_of_files(paths: Sequence[Path | None]) -> list[str]:
    """A subject for each file: by sub-LABEL, else the part of its path that the others lack."""
    found = [None if path is None else _entity_of(path) for path in paths]
    unnamed = [path for path, subject in zip(paths, found, strict=True) if path is not None and subject is None]
    stems = Counter(path.stem for path in unnamed)
    folders = Counter(path.absolute().parent.name for path in unnamed)
    subjects = []
    for number, (path, subject) in enumerate(zip(paths, found, strict=True), 1):
        if subject is not None or path is None:
            subjects.append(subject or str(number))
        elif stems[path.stem] == 1:
            subjects.append(path.stem)
        else:
            folder = path.absolute().parent.name
            subjects.append(folder if folders[folder] == 1 else str(number))
    return subjects


def _entity_of(path: Path) -> str | None:
    """The subject that a path names: sub-01 for sub-01_electrodes.tsv, or for a file in the folder sub-01."""
    named = _ENTITY.search(path.name)
    if named is not None:
        return named.group(1)
    folders = (folder.name for folder in path.absolute().parents)
    return next((name for name in folders if _FOLDER.fullmatch(name)), None)


def _unique(own_names: Sequence[str], subjects: Sequence[str]) -> tuple[str, ...]:
    """Names with their subjects, where two subjects share a name."""
    subjects_with: dict[str, set[str]] = defaultdict(set)
    for name, subject in zip(own_names, subjects, strict=True):
        subjects_with[name].add(subject)
    if all(len(each) == 1 for each in subjects_with.values()):
        return tuple(own_names)
    return tuple(f"{subject}{SUBJECT_MARK}{name}" for name, subject in zip(own_names, subjects, strict=True))


def _titles(tables: Sequence[Electrodes]) -> Iterable[str]:
    return (title for table in tables for title in table.columns)


def _cells(tables: Sequence[Electrodes], title: str) -> tuple[str, ...]:
    """Cells of a column; "" for the contacts of tables without it."""
    return tuple(cell for table in tables for cell in table.columns.get(title, ("",) * len(table.names)))


def _units(tables: Sequence[Electrodes]) -> dict[str, str]:
    """Units of columns.

    Raises
    ------
    DataError : a column has several
    """
    units: dict[str, str] = {}
    for title in dict.fromkeys(_titles(tables)):
        with_title = [table for table in tables if title in table.columns]
        found = {table.units.get(title, ""): table for table in with_title}
        if len(found) > 1:
            (unit, table), (other_unit, other) = list(found.items())[:2]
            raise DataError(
                f"{label_of(table)}: column {title} has {unit or 'no unit'}, and {other_unit or 'no unit'} in "
                f"{_short_label(other)}; give all tables in one unit"
            )
        unit = next(iter(found))
        if unit:
            units[title] = unit
    return units


def _check_dimensions(tables: Sequence[Electrodes]) -> None:
    flat = [table for table in tables if table.pos.shape[1] == 2]
    if flat and len(flat) < len(tables):
        solid = next(table for table in tables if table.pos.shape[1] == 3)
        raise DataError(
            f"{label_of(flat[0])}: has pixels of a picture, and {_short_label(solid)} has x, y, z; "
            "give tables of one kind"
        )


def _check_repeated(tables: Sequence[Electrodes], subjects: Sequence[tuple[str, ...]]) -> None:
    """Refuse a contact that two tables of one subject hold."""
    table_of: dict[tuple[str, str], Electrodes] = {}
    for table, of_rows in zip(tables, subjects, strict=True):
        for subject, name in zip(of_rows, table.names, strict=True):
            other = table_of.setdefault((subject, name), table)
            if other is not table:
                raise DataError(
                    f"{label_of(table)}: holds {name} of subject {subject}, as {_short_label(other)} does; leave one "
                    "out, or tell the subjects apart in a column subject"
                )


def _short_label(table: Electrodes) -> str:
    """The name of a table's file for the end of a message."""
    return "another table" if table.path is None else table.path.name


def _are_equal(values: Iterable[object]) -> bool:
    return len(set(values)) == 1
