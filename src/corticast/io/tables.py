"""Small text tables: TSV and CSV in the variants of BIDS, spreadsheets and data frames."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corticast.core.model.types import Float64Array
from corticast.errors import DataError
from corticast.io.decimal_commas import number_of
from corticast.io.door import read_bytes
from corticast.io.file_kinds import TABLE
from corticast.io.table_text import Rows, decoded, rows_of

# Titles of a column of names, in any case.
NAME_COLUMNS = (
    *("name", "label", "channel", "electrode", "contact", "ch_name", "channel_name", "electrode_name", "contact_name"),
    *("electrode_label", "contact_label", "channel_label"),
)

# "#N/A" and "#NV" are Excel's, in English and in German; the point is SPSS' and Stata's.
_MISSING_TEXTS = frozenset({"", "n/a", "na", "nan", "none", "null", "-", "#n/a", "#nv", "n.a.", "."})
MISSING_NUMBER = -999.0
# Larger tables hold no electrodes.
_MOST_LINES, _MOST_CELLS = 100_000, 1000


@dataclass(frozen=True)
class Line:
    """Cells of one row, without surrounding blanks.

    Parameters
    ----------
    number : number of the line in the file, from 1
    """

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Columns of text under a header.

    Parameters
    ----------
    path : path of the file
    header : names of the columns, "" for columns without a name
    lines : rows, each as long as the header
    """

    path: Path
    header: tuple[str, ...]
    lines: tuple[Line, ...]

    @classmethod
    def of_lines(cls, path: Path, header: Sequence[str], lines: Iterable[Line]) -> Table:
        """Fit rows to a header. Short rows are filled up, since editors cut empty cells at the end.

        Raises
        ------
        DataError : a row has more cells than the header
        """
        width = len(header)
        rows = []
        for line in lines:
            if any(line.cells[width:]):
                raise DataError(
                    f"{path}: line {line.number} has {len(line.cells)} cells under {width} columns; "
                    "check its delimiters and decimal points"
                )
            rows.append(Line(line.number, (*line.cells, *[""] * (width - len(line.cells)))[:width]))
        return cls(path, tuple(header), tuple(rows))

    def find(self, *names: str) -> int | None:
        """Index of the column with the first of these names that exists, in any case; None if none exists.

        Raises
        ------
        DataError : two columns have this name
        """
        titles = [title.lower() for title in self.header]
        for name in names:
            if titles.count(name) > 1:
                raise DataError(f"{self.path}: two columns are named {name!r}; rename one of them")
            if name in titles:
                return titles.index(name)
        return None

    def text(self, column: int) -> tuple[str, ...]:
        """Cells of a column."""
        return tuple(line.cells[column] for line in self.lines)

    def numbers(self, column: int) -> Float64Array:
        """(n_rows,) numbers of a column; NaN for cells that mark a missing value.

        Raises
        ------
        DataError : a cell holds other text; the error names line, column and value
        """
        values = np.full(len(self.lines), np.nan)
        for row, line in enumerate(self.lines):
            text = line.cells[column]
            if is_missing(text):
                continue
            value = number_of(text)
            if value is None:
                title = self.header[column] or str(column + 1)
                raise DataError(
                    f"{self.path}: line {line.number}, column {title}: {text!r} is not a number; give a number or n/a"
                )
            values[row] = value
        return values


def table_of_frame(frame: Any, name_columns: Collection[str]) -> Table:
    """A table of a pandas.DataFrame, its rows numbered from 1.

    Parameters
    ----------
    name_columns : columns that hold names; without any of them the index does, unless it only counts rows

    Raises
    ------
    DataError : the frame has no rows
    """
    header = [str(title) for title in frame.columns]
    columns = [frame[title] for title in frame.columns]
    has_names = any(title.lower() in name_columns for title in header)
    if not has_names and type(frame.index).__name__ != "RangeIndex":
        header.insert(0, str(frame.index.name or ""))
        columns.insert(0, frame.index)
    cells = [
        tuple("n/a" if missing else str(value).strip() for value, missing in zip(column, column.isna(), strict=True))
        for column in columns
    ]
    path = Path("DataFrame")
    if not len(frame):
        raise DataError(f"{path}: the table has no rows; give one row for each electrode")
    return Table.of_lines(path, header, [Line(number, row) for number, row in enumerate(zip(*cells, strict=True), 1)])


def read_text(path: Path) -> str:
    """Text of a file with plain newlines: UTF-8, UTF-16, UTF-32, else Windows-1252.

    Raises
    ------
    DataError : the file cannot be read, or is not text
    """
    text = decoded(read_bytes(path, TABLE))
    if text is None:
        raise DataError(f"{path}: not a text file; give a TSV or CSV file")
    return text


def read_rows(path: Path, *, loose: bool = False) -> Rows:
    """Read the rows of a text table, except blank ones; see `table_text.rows_of`.

    Raises
    ------
    DataError : the file cannot be read, or is not text; or a loose table is larger than any table of electrodes
    """
    text = read_text(path)
    if loose:
        _check_size(path, text)
    try:
        return rows_of(text, loose=loose)
    except csv.Error as error:
        what, line = error.args
        raise DataError(f"{path}: line {line} is not a table row ({what}); check its quotes") from error


def _check_size(path: Path, text: str) -> None:
    n_lines = text.count("\n")
    n_columns = 1 + max(text.partition("\n")[0].count(mark) for mark in "\t;,|")
    if n_lines > _MOST_LINES or n_columns > _MOST_CELLS:
        size = f"{n_lines} lines" if n_lines > _MOST_LINES else f"{n_columns} columns"
        raise DataError(
            f"{path}: too large: it has {size}, and a table of electrodes has at most {_MOST_LINES} lines and "
            f"{_MOST_CELLS} columns; give the electrodes alone"
        )


def read_lines(path: Path) -> tuple[Line, ...]:
    """Read the rows of a text table, except blank ones.

    The delimiter is the first of tab, semicolon and comma that occurs in the first row. A decimal comma counts as a
    point in columns of numbers.

    Raises
    ------
    DataError : the file cannot be read, or is not text
    """
    return tuple(Line(number, cells) for number, cells in read_rows(path).rows)


def is_missing(text: str) -> bool:
    """Whether a cell marks a missing value: empty, n/a, NaN and similar, or -999."""
    return text.lower() in _MISSING_TEXTS or number_of(text) == MISSING_NUMBER
