"""Values of contacts by name, which join the columns of a table of electrodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corticast.core.arguments import check_names, check_text, named_arguments, short_repr
from corticast.core.matching import Matches, match_names, some
from corticast.core.model.groups import SUBJECT_MARK
from corticast.core.model.subject_names import full_names
from corticast.core.model.types import Electrodes, IntpArray
from corticast.errors import DataError, warning_lines

IN_TIME = "for values in time give --activity"


@named_arguments
@dataclass(frozen=True, eq=False)
class ContactValues:
    """Values of contacts: one row per contact, at rest.

    Parameters
    ----------
    names : of the contacts, each once
    columns : texts by the column's name, one per contact; "n/a" where a value is missing
    units : of columns, by the column's name
    name : name for titles and messages
    path : path of the file; None for values from memory
    warnings : warnings about the file, one line each
    subjects : subject of each contact, "" where unknown; empty where nothing names subjects. Contacts of several
        subjects may share a name

    Raises
    ------
    DataError : names repeat, there is no column, or a column has another length
    """

    names: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    units: Mapping[str, str] = field(default_factory=dict)
    name: str = "values"
    path: Path | None = None
    warnings: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_text("name", self.name, "a name for titles and messages")
        object.__setattr__(self, "warnings", warning_lines(self.warnings))
        names = check_names("names", self.names, len(self.names), "one name for each contact")
        if self.subjects:
            check_names("subjects", self.subjects, len(names), f"one subject for each of the {len(names)} contacts")
        of_subjects = zip(self.subjects, names, strict=True) if self.subjects else names
        _check_once([each if isinstance(each, str) else " ".join(each).strip() for each in of_subjects], self.label)
        if not self.names:
            raise DataError(f"{self.label}: no row; give a row for each contact, with its name and its values")
        if not self.columns:
            raise DataError(f"{self.label}: no column beside the names; give a column of values")
        for title, texts in self.columns.items():
            check_names(f"columns[{title!r}]", texts, len(names), f"one text for each of the {len(names)} contacts")
        object.__setattr__(self, "names", names)

    @property
    def label(self) -> str:
        """The file, or the name, for messages."""
        return str(self.path or self.name)

    def rows_of(self, electrodes: Electrodes) -> IntpArray:
        """Row of each of some electrodes, -1 without one.

        Raises
        ------
        DataError : no electrode has a row, or a name stands for several electrodes
        """
        rows = self._matches(electrodes).rows
        if (rows < 0).all():
            raise DataError(
                f"{self.label}: no contact bears one of its names ({some(self.names)}); "
                f"give the names of the table of electrodes ({some(electrodes.names)})"
            )
        return rows

    def _matches(self, electrodes: Electrodes) -> Matches:
        return match_names(electrodes.names, full_names(self._names_for(electrodes), electrodes, self.label))

    def _names_for(self, electrodes: Electrodes) -> tuple[str, ...]:
        """The names, with their subjects where the contacts have several.

        Raises
        ------
        DataError : two rows bear one name
        """
        if self.subjects and electrodes.subjects:
            return tuple(
                f"{subject}{SUBJECT_MARK}{name}" if subject else name
                for subject, name in zip(self.subjects, self.names, strict=True)
            )
        _check_once(self.names, self.label)
        return self.names

    def notes_on(self, electrodes: Electrodes) -> tuple[str, ...]:
        """Warnings about names that differ, and about rows whose contact is missing in the table of electrodes."""
        found = self._matches(electrodes)
        rows = found.rows
        notes = []
        if found.alike:
            notes.append(
                f"{self.label}: {len(found.alike)} names differ from the table of electrodes: {some(found.alike)}"
            )
        if found.unclear:
            notes.append(f"{self.label}: no value where several names match a contact: {some(found.unclear)}")
        others = [name for row, name in enumerate(self.names) if row not in set(rows.tolist())]
        if others:
            notes.append(
                f"{self.label}: {len(others)} of {len(self.names)} rows name no contact of the table, and are not "
                f"shown: {some(others)}"
            )
        return tuple(notes)


def _check_once(names: Sequence[str], label: str) -> None:
    """Refuse names of rows that repeat.

    Raises
    ------
    DataError : one does
    """
    known: set[str] = set()
    for name in names:
        if name in known:
            raise DataError(f"{label}: two rows are named {name}; give one row per contact, or {IN_TIME}")
        known.add(name)
