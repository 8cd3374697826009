"""Text tables of positions, with or without a header, as spreadsheets, programs and people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from corticast.core.matching import some
from corticast.errors import DataError
from corticast.io.decimal_commas import is_axis_title, is_list_title, number_of
from corticast.io.readers.position_file import PositionFile
from corticast.io.table_text import Rows
from corticast.io.tables import Line, Table, read_rows
from corticast.io.units import length_unit_of

# Rows above the header that may be titles.
_MOST_TITLES = 30
EXPECTED = (
    "give columns x, y, z in mm, or x_2d, y_2d in pixels of a picture, or name yours: --columns x=...,y=...,z=..."
)


def read_table(path: Path) -> PositionFile:
    """Read a text table of positions. Position columns without a header get one.

    Lines that begin with # or % are comments; the last one above the rows may be the header.

    Raises
    ------
    DataError : the file cannot be read, or is empty
    """
    found = read_rows(path, loose=True)
    lines = [Line(number, cells) for number, cells in found.rows]
    warnings = [f"{path.name}: {note}" for note in found.notes]
    header = _commented_header(found)
    if header:
        lines = [Line(0, header), *lines]
    file = table_of_rows(path, lines, joins_lists=found.delimiter == ",")
    return replace(file, warnings=(*warnings, *_left_out(path, found, file.table), *file.warnings))


def table_of_rows(path: Path, lines: Sequence[Line], *, joins_lists: bool = False) -> PositionFile:
    """The table that rows hold: its header is their first row, or is made from the kinds of their cells.

    Rows above a header that names the axes are titles, and are left out with a warning. A row of units below the header
    gives the unit.

    Parameters
    ----------
    joins_lists : whether the comma that divides cells may stand in lists of the last column, too

    Raises
    ------
    DataError : no row remains
    """
    if not lines:
        raise DataError(f"{path}: the table is empty; {EXPECTED}")
    lines, warnings = _below_titles(path, lines)
    first = lines[0].cells
    header, rows = first, lines[1:]
    titles = _titles(first, lines[1:])
    if titles:
        # A data frame without column names writes counted columns (0, 1, 2) as its header. Other numbers are a row.
        numbers = [number_of(cell) for cell in first if number_of(cell) is not None]
        is_counted = numbers in ([0, 1, 2][: len(numbers)], [1, 2, 3][: len(numbers)])
        header, rows = titles, lines[1:] if is_counted else lines
        what = f"its header names no columns ({','.join(first)})" if is_counted else "it has no header"
        named = [title for title in header if title]
        warnings = (*warnings, f"{path.name}: {what}; its columns are read as {', '.join(named)}")
    unit = _unit_of_row(header, rows)
    rows = rows[1:] if unit else rows
    table = Table.of_lines(path, header, [_joined(line, header) for line in rows] if joins_lists else rows)
    if not table.lines:
        raise DataError(f"{path}: a header without rows; add electrodes")
    return PositionFile(table, unit=unit, warnings=warnings, is_table=True)


def names_axes(cells: Sequence[str]) -> bool:
    """Whether the cells of a row name the three axes of positions."""
    words = {cell.lower() for cell in cells}
    return any(set(axes) <= words for axes in ("xyz", "ras", "lps"))


def _below_titles(path: Path, lines: Sequence[Line]) -> tuple[Sequence[Line], tuple[str, ...]]:
    """The rows from the header on, and a warning about titles above it."""
    k = next((k for k, line in enumerate(lines[:_MOST_TITLES]) if names_axes(line.cells)), 0)
    # A row of positions above is no title.
    if k == 0 or any(_n_numbers(line.cells) >= 3 for line in lines[:k]):
        return lines, ()
    start = _shorter(" ".join(filter(None, lines[0].cells)), 40)
    return lines[k:], (f"{path.name}: lines above its header, line {lines[k].number}, are left out: {start}",)


def _shorter(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _unit_of_row(header: Sequence[str], rows: Sequence[Line]) -> str:
    """The unit that a row of units gives below the header; "" without such a row."""
    if len(rows) < 2:
        return ""
    cells = dict(zip(header, rows[0].cells, strict=False))
    units = {length_unit_of(cell) for title, cell in cells.items() if title.lower() in ("x", "y", "z", *"raslp")}
    return next(iter(units)) or "" if len(units) == 1 else ""


def _joined(line: Line, header: Sequence[str]) -> Line:
    """A row whose last column holds a list such as 44,45, which the commas between cells divided."""
    cells, width = line.cells, len(header)
    is_list = len(cells) > width > 1 and is_list_title(header[-1]) and not is_axis_title(header[-1])
    kept = cells[: width - 1]
    # A decimal comma would divide a position.
    if not is_list or not any("." in cell and number_of(cell) is not None for cell in kept):
        return line
    return Line(line.number, (*kept, ",".join(cells[width - 1 :])))


def _titles(first: tuple[str, ...], others: Sequence[Line]) -> tuple[str, ...]:
    """Titles for rows without a header: a name, three or two numbers, and words; () if the first row is a header.

    More numbers may be anything: their columns are called by their numbers.
    """
    # The index of a data frame has no title. A first column of text holds names.
    n_names = int(number_of(first[0]) is None)
    n_numbers = next((n for n, cell in enumerate(first[n_names:]) if number_of(cell) is None), len(first) - n_names)
    rest = first[n_names + n_numbers :]
    if any(number_of(cell) is not None for cell in rest):
        return ()
    axes = {2: ("x_2d", "y_2d"), 3: ("x", "y", "z")}.get(n_numbers)
    if axes is None or (rest and (n_numbers < 3 or not others)):
        return tuple(str(n) for n in range(1, len(first) + 1)) if n_numbers > 3 else ()
    if rest and not all(len(line.cells) == len(first) for line in others):
        return ()
    return ("name",) * n_names + axes + ("",) * len(rest)


def _commented_header(found: Rows) -> tuple[str, ...]:
    """Titles in the last comment above the rows, if it has as many words as the first row has numbers and names."""
    if not found.rows:
        return ()
    number, cells = found.rows[0]
    above = [text for line, text in found.comments if line < number]
    if not above or sum(number_of(cell) is not None for cell in cells) < 2:
        return ()
    words = re.split(r"[\t;,]|\s+", above[-1].lstrip("#%").strip())
    titles = [word.strip().strip('"') for word in words if word.strip()]
    is_header = len(titles) == len(cells) and all(number_of(title) is None for title in titles)
    return tuple(titles) if is_header else ()


def _left_out(path: Path, found: Rows, table: Table) -> list[str]:
    """A warning about comments that look like rows of the table."""
    width = len(table.header)
    commented = [(line, re.split(r"[\t;,]", text)) for line, text in found.comments]
    rows = [str(line) for line, cells in commented if len(cells) == width and _n_numbers(cells) >= 2]
    if not rows:
        return []
    return [f"{path.name}: lines with # or % at their beginning are left out, and these look like rows: {some(rows)}"]


def _n_numbers(cells: Sequence[str]) -> int:
    return sum(number_of(cell) is not None for cell in cells)
