"""The columns whose values or words colour the contacts of a scene, and give them their size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corticast.core.arguments import typed
from corticast.core.model.subjects import SUBJECT, label_of
from corticast.core.model.types import BoolArray, Electrodes, Float64Array
from corticast.core.suggest import did_you_mean
from corticast.errors import DataError, OptionError

if TYPE_CHECKING:
    from corticast.core.model.contact_values import ContactValues
    from corticast.core.model.scene import Scene

_MISSING = frozenset({"", "n/a", "na", "nan", "none", "null", "-"})
# BIDS writes missing sizes of contacts like this.
_SIZE, _MISSING_SIZE = "size", -999.0
# A column with numbers in at least this share of its cells is one of numbers.
_NUMBERS_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Column:
    """A column of the table of electrodes, or of values that are joined by name.

    Parameters
    ----------
    title : of the column
    cells : (n_contacts,) texts, "" where a value is missing
    source : file of the column, for messages
    unit : of the values; "" without one
    is_joined : whether the column comes from `values`
    """

    title: str
    cells: tuple[str, ...]
    source: str
    unit: str = ""
    is_joined: bool = False

    @property
    def with_unit(self) -> str:
        """The title with the unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def missing(self) -> BoolArray:
        """(n_contacts,) bool, contacts without a value."""
        return np.array([not cell for cell in self.cells], dtype=np.bool_)

    def numbers(self, names: tuple[str, ...]) -> Float64Array | None:
        """(n_contacts,) float64, NaN where a value is missing; None for a column of words.

        Parameters
        ----------
        names : of the contacts, for messages

        Raises
        ------
        DataError : some cells are numbers and some are words, or a number is infinite
        """
        values = [_number(cell) if cell else np.nan for cell in self.cells]
        n_filled = sum(bool(cell) for cell in self.cells)
        n_numbers = sum(value is not None for value in values) - (len(values) - n_filled)
        # Numbers with a decimal comma are no words.
        has_words = any(_with_point(cell) is None for cell in self.cells if cell) or not n_filled
        if has_words and (not n_numbers or n_numbers < _NUMBERS_SHARE * n_filled):
            return None
        for name, cell, value in zip(names, self.cells, values, strict=True):
            if value is None or np.isinf(value):
                pointed = None if value is not None else _with_point(cell)
                fault = "is no finite number; give a number or n/a"
                if pointed is not None:
                    fault = f"has a decimal comma; write {pointed}"
                raise DataError(f"{self.source}: column {self.title} of {name}: {cell!r} {fault}")
        return np.array(values, dtype=np.float64)


def columns_of(scene: Scene) -> tuple[Column | None, Column | None]:
    """The columns that colour a scene's contacts and give them their size; None without one.

    Values that are joined by name come before the table of electrodes. The only column of the values gives the colours
    where no column is named.

    Raises
    ------
    OptionError : a column is unknown, or the values are not used
    DataError : no contact bears one of the names of the values
    """
    electrodes, values = scene.electrodes, scene.values
    if electrodes is None or not scene.shows_columns:
        return None, None
    joined = {} if values is None else _joined(values, electrodes)
    own = {title: _column(title, cells, electrodes) for title, cells in electrodes.columns.items()}
    color_by = scene.color_by
    if color_by is None and electrodes.subjects and (values is None or scene.size_by is not None):
        color_by = SUBJECT
    if color_by is None and scene.size_by is None:
        if len(joined) > 1:
            raise OptionError(
                f"--values {_label(scene)}: has several columns; give --color-by {_one_of(joined)}", "values"
            )
        color_by = next(iter(joined))
    colours = None if color_by is None else _found(color_by, joined, own, "--color-by")
    sizes = None if scene.size_by is None else _found(scene.size_by, joined, own, "--size-by")
    if values is not None and not any(each is not None and each.is_joined for each in (colours, sizes)):
        text = f"no column of the file is shown; give --color-by {_one_of(joined)}, or leave --values out"
        raise OptionError(f"--values {_label(scene)}: {text}", "values")
    return colours, sizes


def _label(scene: Scene) -> str:
    assert scene.values is not None
    return scene.values.label


def _joined(values: ContactValues, electrodes: Electrodes) -> dict[str, Column]:
    rows = values.rows_of(electrodes)
    return {
        title: _cleaned(
            title,
            tuple(cells[row] if row >= 0 else "" for row in rows),
            values.label,
            values.units.get(title, ""),
            is_joined=True,
        )
        for title, cells in values.columns.items()
    }


def _column(title: str, cells: tuple[str, ...], electrodes: Electrodes) -> Column:
    n_parts = len(electrodes.parts)
    source = f"{n_parts} tables of electrodes" if n_parts > 1 else label_of(electrodes, "the table of electrodes")
    return _cleaned(title, cells, source, electrodes.units.get(title, ""), is_joined=False)


def _cleaned(title: str, cells: tuple[str, ...], source: str, unit: str, *, is_joined: bool) -> Column:
    """A column whose missing cells are empty."""
    is_size = title.lower() == _SIZE
    stripped = (cell.strip() for cell in cells)
    kept = tuple(
        "" if cell.lower() in _MISSING or (is_size and _number(cell) == _MISSING_SIZE) else cell for cell in stripped
    )
    return Column(title, kept, source, unit, is_joined)


def _found(title: str, joined: Mapping[str, Column], own: Mapping[str, Column], option: str) -> Column:
    """The column of a title, in any case unless two differ only by their case."""
    for columns in (joined, own):
        alike = [each for each in columns if each.lower() == title.lower()]
        if title in columns or len(alike) == 1:
            return columns[title if title in columns else alike[0]]
    titles = [*joined, *own]
    known = f"the columns are {', '.join(titles)}" if titles else "the table has no further column; give --values FILE"
    raise OptionError(f"{option} {typed(title)}: unknown column; {did_you_mean(title, titles)}{known}", option[2:])


def _one_of(titles: Mapping[str, Column]) -> str:
    *others, last = titles
    return f"{', '.join(others)} or {last}" if others else last


def _with_point(cell: str) -> str | None:
    """A number with a point in place of its decimal comma; None for words."""
    pointed = cell.replace(",", ".", 1)
    return pointed if _number(pointed) is not None else None


def _number(cell: str) -> float | None:
    """The number in a cell, infinite ones too; None for words."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return None if np.isnan(value) else value
