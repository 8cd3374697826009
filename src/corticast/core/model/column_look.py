"""How columns colour contacts and give them their size: values to shares of a range, words to entries of a table."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corticast.core.model.columns import Column, columns_of
from corticast.core.model.groups import names_groups
from corticast.core.model.subjects import SUBJECT
from corticast.core.model.types import BoolArray, Float32Array, Float64Array
from corticast.errors import DataError, OptionError

if TYPE_CHECKING:
    from corticast.core.model.scene import Scene

# Entries of a table of colours that values pick from; the entry after them is grey.
N_LEVELS = 255
_N_ENTRIES = 256
# Contacts below the threshold have this share of their diameter.
HIDDEN_SCALE = 0.5
# Contacts without a value have this share of the diameter of values: enough for a ring.
MISSING_SCALE = 0.65
# The range of unsigned values begins at 0 where the smallest one lies below this share of the largest one.
_FROM_ZERO = 1 / 3
# Steps of the ends of a range, as parts of its width.
_N_STEPS = 10
# Numbers at a bar have this many digits.
_N_DIGITS = 4


@dataclass(frozen=True, eq=False)
class ColumnColours:
    """Colours of contacts by a column.

    Parameters
    ----------
    column : of values or words
    levels : (n_contacts,) float32 in 0..1, the entry of a table of 256 colours; 1 is grey
    missing : (n_contacts,) bool, contacts without a value
    hidden : (n_contacts,) bool, contacts whose magnitude lies below the threshold
    low, high : ends of the range of values
    signed : whether the range is symmetric about 0, for a diverging colour map
    threshold : magnitude below which contacts are grey; None without one
    words : categories in the order of the table, each with the entry of its place; empty for values
    counts : number of drawn contacts of each word that is a subject; empty for other words
    """

    column: Column
    levels: Float32Array
    missing: BoolArray
    hidden: BoolArray
    low: float = 0.0
    high: float = 1.0
    signed: bool = False
    threshold: float | None = None
    words: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()

    @property
    def legend(self) -> tuple[str, ...]:
        """Words of the legend: subjects have the number of their contacts."""
        if not self.counts:
            return self.words
        return tuple(f"{word} ({n})" for word, n in zip(self.words, self.counts, strict=True))


@dataclass(frozen=True, eq=False)
class ColumnSizes:
    """Diameters of contacts by the magnitudes of a column.

    Parameters
    ----------
    column : of values
    shares : (n_contacts,) float64 in 0..1 of the way from the smallest to the largest diameter; 0 without a value
    missing : (n_contacts,) bool, contacts without a value
    largest : magnitude of the largest diameter
    signed : whether some values are negative
    """

    column: Column
    shares: Float64Array
    missing: BoolArray
    largest: float
    signed: bool


@dataclass(frozen=True, eq=False)
class ColumnLook:
    """Look of contacts that rest, by columns.

    Parameters
    ----------
    colours : None where contacts have the colour of their group
    sizes : None where contacts have one size
    """

    colours: ColumnColours | None
    sizes: ColumnSizes | None

    @property
    def scales(self) -> Float64Array | None:
        """(n_contacts,) float64, factors on the diameters of contacts; None where colours say nothing.

        Contacts below the threshold are smaller than others. So are contacts without a value, unless a column of sizes
        gives diameters.
        """
        if self.colours is None:
            return None
        scales = np.where(self.colours.hidden, HIDDEN_SCALE, 1.0)
        return scales if self.sizes is not None else np.where(self.colours.missing, MISSING_SCALE, scales)

    @property
    def missing(self) -> BoolArray:
        """(n_contacts,) bool, contacts without a value that their colour or their size shows."""
        marks = [each.missing for each in (self.colours, self.sizes) if each is not None]
        return np.asarray(np.logical_or.reduce(marks), dtype=np.bool_)


def magnitude(title: str, *, signed: bool) -> str:
    """The title, within bars where values have a sign."""
    return f"|{title}|" if signed else title


def size_title(sizes: ColumnSizes) -> str:
    """What diameters mean."""
    unit = f" ({sizes.column.unit})" if sizes.column.unit else ""
    return f"{magnitude(sizes.column.title, signed=sizes.signed)}{unit}"


def legend_title(scene: Scene, colours: ColumnColours | None) -> str:
    """Title of a legend: the scene's own, else that of the column; names of groups stand without one.

    Parameters
    ----------
    colours : by a column; None where contacts have the colours of their groups
    """
    if scene.bar_title or colours is None or names_groups(colours.column.title):
        return scene.bar_title
    return f"{colours.column.title} (contacts)" if colours.counts else colours.column.with_unit


def look_of(scene: Scene, drawn: BoolArray | None = None) -> ColumnLook | None:
    """The look of a scene's contacts by columns; None where something moves the contacts, or no column is shown.

    The range of values is that of all contacts, whatever the scene selects.

    Parameters
    ----------
    drawn : (n_contacts,) bool, contacts whose words count; None takes all

    Raises
    ------
    OptionError : a column is unknown, or an option needs numbers and the column has words
    DataError : a column has no value, or numbers beside words
    """
    if scene.electrodes is None or scene.drive is not None:
        return None
    colour_column, size_column = columns_of(scene)
    if colour_column is None and size_column is None:
        return None
    if colour_column is None and scene.threshold is not None:
        raise OptionError(f"--threshold {scene.threshold:g}: needs values as colours; give --color-by", "threshold")
    colours = None if colour_column is None else _colours(scene, colour_column, drawn)
    return ColumnLook(colours, None if size_column is None else _sizes(scene, size_column))


def _colours(scene: Scene, column: Column, drawn: BoolArray | None) -> ColumnColours:
    assert scene.electrodes is not None
    _check_filled(column)
    values = column.numbers(scene.electrodes.names)
    if values is not None:
        return _of_values(column, values, scene.threshold, symmetric=scene.symmetric)
    for name, typed in (
        ("threshold", None if scene.threshold is None else f"--threshold {scene.threshold:g}"),
        ("symmetric", "--symmetric" if scene.symmetric else None),
    ):
        if typed is not None:
            text = f"{typed}: needs numbers, and column {column.title} has words; leave it out, or give numbers"
            raise OptionError(text, name)
    kept = np.ones(len(column.cells), dtype=bool) if drawn is None else drawn
    words = tuple(dict.fromkeys(cell for cell, is_kept in zip(column.cells, kept, strict=True) if cell and is_kept))
    number_of = {word: number % N_LEVELS for number, word in enumerate(words)}
    entries = [number_of.get(cell, N_LEVELS) for cell in column.cells]
    hidden = np.zeros(len(entries), dtype=bool)
    are_subjects = column.title == SUBJECT and bool(scene.electrodes.subjects) and not column.is_joined
    n_drawn = Counter(cell for cell, is_kept in zip(column.cells, kept, strict=True) if is_kept)
    counts = tuple(n_drawn[word] for word in words) if are_subjects else ()
    return ColumnColours(column, _levels(np.array(entries)), column.missing, hidden, words=words, counts=counts)


def _of_values(column: Column, values: Float64Array, threshold: float | None, *, symmetric: bool) -> ColumnColours:
    missing = np.isnan(values)
    low, high, signed = range_of(values[~missing], symmetric=symmetric)
    shares = np.clip((np.where(missing, low, values) - low) / (high - low), 0, 1)
    hidden = ~missing & (np.abs(np.where(missing, 0.0, values)) < (threshold or 0.0))
    entries = np.where(missing | hidden, N_LEVELS, np.rint(shares * (N_LEVELS - 1)))
    return ColumnColours(column, _levels(entries), missing, hidden, low, high, signed, threshold)


def _levels(entries: Float64Array) -> Float32Array:
    return np.asarray(np.asarray(entries, dtype=np.float32) / np.float32(_N_ENTRIES - 1))


def _sizes(scene: Scene, column: Column) -> ColumnSizes:
    assert scene.electrodes is not None
    _check_filled(column)
    values = column.numbers(scene.electrodes.names)
    if scene.electrode_size == "table":
        text = f"--size-by {column.title}: --electrode-size table gives contacts their size; leave one of the two out"
        raise OptionError(text, "size_by")
    if values is None:
        raise OptionError(f"--size-by {column.title}: has words; give a column of numbers, or --color-by", "size_by")
    missing = np.isnan(values)
    magnitudes = np.abs(np.where(missing, 0.0, values))
    largest = float(magnitudes.max())
    shares = magnitudes / largest if largest else magnitudes
    return ColumnSizes(column, shares, missing, largest, signed=bool((values[~missing] < 0).any()))


def _check_filled(column: Column) -> None:
    if column.missing.all():
        raise DataError(f"{column.source}: column {column.title} has no value for any contact; give another column")


def range_of(values: Float64Array, *, symmetric: bool) -> tuple[float, float, bool]:
    """The range of colours for values, with readable ends beyond which no value lies.

    Parameters
    ----------
    values : (n,) finite, at least one
    symmetric : whether the range is symmetric about 0 without negative values too

    Returns
    -------
    lowest and highest value, and whether the range is symmetric about 0, as it always is with negative values
    """
    low, high = float(values.min()), float(values.max())
    if symmetric or low < 0:
        full = _ceiling(max(-low, high), max(-low, high)) or 1.0
        return -full, full, True
    start = 0.0 if low <= _FROM_ZERO * high else -_ceiling(-low, high - low)
    end = _ceiling(high, high - start)
    return (start, end, False) if start < end else (0.0, end or 1.0, False)


def _ceiling(value: float, width: float) -> float:
    """The lowest readable number that is not below a value: in steps of a tenth of a width, and of four digits."""
    if not width:
        return value
    step = _step(width / _N_STEPS)
    if value:
        step = max(step, 10.0 ** (math.floor(math.log10(abs(value))) - _N_DIGITS + 1))
    return float(f"{math.ceil(value / step - 1e-9) * step:.12g}")


def _step(most: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is not above a number."""
    power = 10.0 ** math.floor(math.log10(most))
    return power * max(part for part in (1, 2, 5) if part * power <= most * (1 + 1e-9))
