"""Decimal commas in tables, as opposed to lists such as the Brodmann areas 44,45 and from thousands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

Row = tuple[int, tuple[str, ...]]

_COMMA = re.compile(r"[-+−]?\d*,\d+(e[-+]?\d+)?", re.IGNORECASE)
_POINT = re.compile(r"[-+−]?\d*\.\d+(e[-+]?\d+)?", re.IGNORECASE)
# One comma before three digits may divide thousands.
_THOUSANDS = re.compile(r"[-+−]?[1-9]\d{0,2},\d{3}")
# Two whole numbers in ascending order may be a list.
_PAIR = re.compile(r"([1-9]\d?),([1-9]\d?)")
_AXIS = re.compile(r"(?:^|[^a-z])[xyzraslp](?:$|[^a-z])|(?:mni|tal|vox|ras|tkr)[0-9]*[xyz]", re.IGNORECASE)
_LIST = re.compile(
    r"(?:^|[^a-z])(?:ba|brodmann|areas?|regions?|rois?|atlas|labels?|names?|pairs?|neighbou?rs?|channels?|contacts?"
    r"|networks?|lobes?|gyr(?:us|i)|notes?|comments?|remarks?|ids?)(?:$|[^a-z0-9])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Column:
    """A column of cells that are numbers, some of them with a comma; or another column, with `commas` empty."""

    title: str
    commas: tuple[str, ...]
    has_points: bool

    @property
    def is_axis(self) -> bool:
        return bool(_AXIS.search(self.title))

    @property
    def may_be_lists(self) -> bool:
        """Whether every cell with a comma may be a list of two."""
        found = [_PAIR.fullmatch(cell) for cell in self.commas]
        return all(pair is not None and int(pair[1]) < int(pair[2]) for pair in found)


def number_of(text: str) -> float | None:
    """The finite number in a cell; None for other text."""
    # Python reads 1_2 as 12.
    if "_" in text:
        return None
    try:
        value = float(text.replace("−", "-"))
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def is_list_title(title: str) -> bool:
    """Whether a title names lists or words, such as "Brodmann area"."""
    return bool(_LIST.search(title)) and not _AXIS.search(title)


def is_axis_title(title: str) -> bool:
    """Whether a title may name an axis of positions."""
    return bool(_AXIS.search(title))


def with_points(rows: list[Row], delimiter: str, *, positions: bool) -> tuple[list[Row], tuple[str, ...]]:
    """Rows whose decimal commas are points, and notes on doubtful cells.

    Columns of words keep their commas, and so do columns whose title names lists. In a table that has decimal points,
    too, only columns of positions change, if none of them has points.

    Parameters
    ----------
    positions : whether the table is one of positions, whose titles name axes
    """
    if not rows:
        return rows, ()
    body = [row for _, row in rows[1:]] or [row for _, row in rows]
    header = rows[0][1]
    width = max(len(row) for row in body)
    # Without a header, the first row holds numbers.
    body = [tuple(cell if _COMMA.fullmatch(cell) else "" for cell in header), *body]
    columns = [
        _column(header[k] if k < len(header) else "", [row[k] for row in body if k < len(row)]) for k in range(width)
    ]
    chosen = _chosen(columns, delimiter, positions)
    if not chosen:
        return rows, ()
    pointed = [
        (number, tuple(_pointed(cell) if k in chosen else cell for k, cell in enumerate(row))) for number, row in rows
    ]
    return pointed, _notes(columns, chosen)


def _column(title: str, cells: list[str]) -> _Column:
    has_points = any(_POINT.fullmatch(cell) for cell in cells)
    commas = tuple(cell for cell in cells if _COMMA.fullmatch(cell)) if _is_numeric(cells) else ()
    return _Column(title, commas, has_points)


def _chosen(columns: list[_Column], delimiter: str, positions: bool) -> set[int]:
    """The columns whose commas are decimal."""
    found = {k for k, column in enumerate(columns) if column.commas and not is_list_title(column.title)}
    axes = {k for k in found if positions and columns[k].is_axis}
    if delimiter != ";" and any(column.has_points for column in columns):
        is_mixed = any(column.has_points and column.is_axis for column in columns)
        commas = [cell for k in axes for cell in columns[k].commas]
        return set() if is_mixed or all(_THOUSANDS.fullmatch(cell) for cell in commas) else axes
    # Programs quote lists between commas, and hardly ever decimal commas.
    is_sure = delimiter != "," or axes or any(not columns[k].may_be_lists for k in found)
    return found if is_sure else set()


def _notes(columns: list[_Column], chosen: set[int]) -> tuple[str, ...]:
    commas = [cell for k in chosen for cell in columns[k].commas]
    if all(_THOUSANDS.fullmatch(cell) for cell in commas):
        return (f"the comma of cells such as {commas[0]} is read as a decimal point",)
    doubtful = [columns[k] for k in sorted(chosen) if columns[k].may_be_lists and not columns[k].is_axis]
    return tuple(
        f"column {column.title or 'without a title'}: the comma of cells such as {column.commas[0]} is read as a "
        "decimal point; a title such as BA keeps lists"
        for column in doubtful
        if len(columns) > 1
    )


def _is_numeric(cells: Iterable[str]) -> bool:
    """Whether the cells of a column hold numbers, some with a decimal comma, and at most marks of missing values."""
    kept = [cell for cell in cells if any(character.isdigit() for character in cell)]
    return bool(kept) and all(number_of(_pointed(cell)) is not None for cell in kept)


def _pointed(cell: str) -> str:
    return cell.replace(",", ".", 1) if _COMMA.fullmatch(cell) else cell
