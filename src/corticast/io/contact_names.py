"""Names of the contacts of a table: by the title of a column, or by the cells that can be names."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corticast.core.model.subjects import SUBJECT_COLUMNS
from corticast.io.decimal_commas import number_of
from corticast.io.tables import NAME_COLUMNS, Table, is_missing

# Titles of columns that count the contacts of a shaft, a strip or a grid.
_NUMBERS = (
    *("number", "num", "no", "no.", "nr", "nr.", "n", "index", "idx", "contact", "channel", "contact_number"),
    *("contact_no", "contact number", "contact_index", "contact_num"),
)


@dataclass(frozen=True)
class ContactNames:
    """Names of the contacts of a table.

    Parameters
    ----------
    column : the column that holds the names and nothing else; None if no single column does
    names : one per row
    warnings : lines for the user
    """

    column: int | None
    names: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def contact_names(table: Table, positions: Collection[int]) -> ContactNames:
    """Find the names of a table's contacts.

    Without a column of names by its title, the first column of words before the positions counts, if the words differ
    in all rows. Words that repeat are shafts if numbers in another column make the names differ. Otherwise the rows are
    numbered from 1.

    Parameters
    ----------
    positions : columns of positions
    """
    column = table.find(*NAME_COLUMNS)
    if column is None and not table.header[0]:
        # A data frame's index has no title.
        column = 0
    others = [number for number in range(len(table.header)) if number not in positions]
    candidates = others if column is None else [column]
    for candidate in candidates:
        counted = _counted(table, candidate, others)
        if counted is not None:
            return counted
    if column is not None:
        return ContactNames(column, table.text(column))
    for number in range(min(positions)):
        names = table.text(number)
        if len(set(names)) == len(names) > 1 and not any(map(_is_no_name, names)):
            note = f"no column is titled name or label; names come from column {_title(table, number)}"
            return ContactNames(number, names, (f"{table.path.name}: {note}",))
    numbers = tuple(str(row + 1) for row in range(len(table.lines)))
    is_said = not others or any(table.text(number) == numbers for number in others)
    note = f"{table.path.name}: no column holds names; contacts are numbered by their rows"
    return ContactNames(None, numbers, () if is_said else (note,))


def _counted(table: Table, shafts: int, others: list[int]) -> ContactNames | None:
    """Names of shafts with the numbers of their contacts; None if they do not make every row one of its own.

    Two subjects may share a name.
    """
    words = table.text(shafts)
    subject = table.find(*SUBJECT_COLUMNS)
    owners = ("",) * len(words) if subject is None else table.text(subject)
    if _all_differ(owners, words) or any(map(_is_no_name, words)):
        return None
    for number in others:
        counts = table.text(number)
        if number == shafts or table.header[number].lower() not in _NUMBERS or not all(map(str.isdecimal, counts)):
            continue
        names = tuple(word + count for word, count in zip(words, counts, strict=True))
        if _all_differ(owners, names):
            titles = f"{_title(table, shafts)} and {_title(table, number)}"
            note = f"{table.path.name}: names of contacts are joined from the columns {titles}, such as {names[0]}"
            return ContactNames(None, names, (note,))
    return None


def _all_differ(owners: Sequence[str], names: Sequence[str]) -> bool:
    return len(set(zip(owners, names, strict=True))) == len(names)


def _is_no_name(cell: str) -> bool:
    return is_missing(cell) or number_of(cell) is not None


def _title(table: Table, column: int) -> str:
    return table.header[column] or str(column + 1)
