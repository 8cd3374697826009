"""Tables of values of contacts: TSV and CSV with a column of names, from a file or from pandas."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corticast.core.arguments import check_path, is_from, named_arguments
from corticast.core.model.contact_values import IN_TIME, ContactValues
from corticast.core.model.subjects import subject_cells
from corticast.errors import DataError
from corticast.io.bids import unit_file
from corticast.io.decimal_commas import number_of
from corticast.io.json_file import read_json
from corticast.io.tables import NAME_COLUMNS, Table, read_lines, table_of_frame

if TYPE_CHECKING:
    from pandas import DataFrame, Series

_SOURCES = "a TSV or CSV file, a mapping of names to values, a pandas.Series or a pandas.DataFrame"
# Titles of columns of times.
_TIME = re.compile(r"(time|times|frame|frames|sample|samples)([ _(\[].*)?", re.IGNORECASE)
# Titles that are times themselves, such as 0.25, 250 ms or t=0.1.
_MOMENT = re.compile(r"(t *= *)?[-+−]?\d+(\.\d*)? *(s|ms)?", re.IGNORECASE)


@named_arguments
def load_values(
    source: str | os.PathLike[str] | Mapping[str, float | str] | Series[Any] | DataFrame,
) -> ContactValues:
    """Read values of contacts, which a scene joins to its electrodes by name.

    A table has one row per contact: a column name, label, channel, electrode or contact, and columns of numbers or
    words. A JSON file of the same name gives their units, as BIDS writes them: {"t": {"Units": "µV"}}.

    Parameters
    ----------
    source : TSV or CSV; or names with their values; or a pandas.Series or pandas.DataFrame, whose index holds the names
        unless a column does

    Raises
    ------
    DataError : the file cannot be read, has no column of names or of values, or holds values in time
    """
    if isinstance(source, Mapping):
        cells = tuple("n/a" if value is None or value != value else str(value) for value in source.values())
        return ContactValues(tuple(map(str, source)), {"value": cells})
    if is_from(source, "pandas", "Series"):
        return _values_of(table_of_frame(source.to_frame(source.name or "value"), NAME_COLUMNS), {}, ())  # type: ignore[union-attr]
    if is_from(source, "pandas", "DataFrame"):
        return _values_of(table_of_frame(source, NAME_COLUMNS), {}, ())
    path = check_path("source", source, _SOURCES)
    lines = read_lines(path)
    if not lines:
        raise DataError(f"{path}: the table is empty; give columns name and value")
    units, warnings = units_beside(path)
    return _values_of(Table.of_lines(path, lines[0].cells, lines[1:]), units, warnings)


def _values_of(table: Table, units: Mapping[str, str], warnings: tuple[str, ...]) -> ContactValues:
    path = table.path
    _refuse_times(table)
    names = table.find(*NAME_COLUMNS)
    if names is None and table.header and not table.header[0]:
        # A data frame's index has no title.
        names = 0
    if names is None:
        titles = ", ".join(filter(None, table.header))
        raise DataError(f"{path}: no column of names in {titles}; give columns name and value, or {IN_TIME}")
    columns: dict[str, tuple[str, ...]] = {}
    for number, title in enumerate(table.header):
        if number != names and title:
            if title in columns:
                raise DataError(f"{path}: two columns are named {title!r}; rename one of them")
            columns[title] = table.text(number)
    file, subjects = path if path.suffix else None, subject_cells(columns)
    return ContactValues(table.text(names), columns, units, path.name, file, warnings, subjects)


def _refuse_times(table: Table) -> None:
    """Refuse a table of values in time.

    Raises
    ------
    DataError : a column holds times, or several columns bear times as their names
    """
    found = next((title for title in table.header if _TIME.fullmatch(title)), None)
    if found is not None:
        raise DataError(f"{table.path}: column {found} holds times, and --values rest; {IN_TIME}")
    moments = [title for title in table.header if _MOMENT.fullmatch(title)]
    if len(moments) > 1 and any(number_of(title.strip("tTmMsS= ")) is not None for title in moments):
        raise DataError(f"{table.path}: columns {moments[0]}, {moments[1]}, … bear times as names; {IN_TIME}")


def units_beside(path: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Units of a table's columns by the JSON file that belongs to the table, and a warning if it cannot be read."""
    sidecar = unit_file(path)
    if sidecar is None:
        return {}, ()
    try:
        content = read_json(sidecar)
    except DataError as error:
        return {}, (f"{error.as_typed}; until then the units of columns are unknown",)
    entries = content.items() if isinstance(content, dict) else ()
    units = {title: entry.get("Units") for title, entry in entries if isinstance(entry, dict)}
    return {title: unit.strip() for title, unit in units.items() if isinstance(unit, str) and unit.lower() != "n/a"}, ()
