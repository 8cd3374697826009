"""Diameters of contacts by their table: the exposed area that BIDS calls size."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from corticast.core.matching import some
from corticast.core.model.types import BoolArray, Electrodes, Float64Array
from corticast.errors import OptionError

# Titles of columns, in any case: the exposed area in mm², and the diameter of a cylindrical contact in mm.
_AREA, _DIAMETERS = "size", ("diameter", "contact_diameter")

_LARGEST_MM = 100.0


def table_diameters_mm(table: Electrodes, drawn: BoolArray) -> tuple[Float64Array, tuple[str, ...]]:
    """Diameters of the discs that stand for contacts of a table.

    Parameters
    ----------
    drawn : (n,) bool, rows whose lack of a size is worth a warning

    Returns
    -------
    (n,) float64 mm: 2 · √(A / π) for a flat contact of area A; A / (π · d), the length, for a cylinder of diameter d;
    NaN without a size
    warnings : about rows without a size, one line each

    Raises
    ------
    OptionError : the table has no sizes
    """
    columns = {title.strip().lower(): cells for title, cells in table.columns.items()}
    name = table.path.name if table.path is not None else "the table"
    if _AREA not in columns:
        raise OptionError(
            f"--electrode-size table: {name} has no column size, the exposed area in mm²; add it, or give auto",
            "electrode_size",
        )
    areas = _positive(columns[_AREA])
    widths = _positive(_first(columns, _DIAMETERS, len(areas)))
    disc, cylinder = 2 * np.sqrt(areas / math.pi), areas / (math.pi * widths)
    diameters = np.where(np.isfinite(widths), cylinder, disc)
    diameters[diameters > _LARGEST_MM] = np.nan
    lacking = np.flatnonzero(~np.isfinite(diameters) & drawn)
    if len(lacking) == int(drawn.sum()):
        raise OptionError(
            f"--electrode-size table: no contact of {name} has an area in mm² above 0 in the column size; give auto",
            "electrode_size",
        )
    if not len(lacking):
        return diameters, ()
    names = some([table.names[row] for row in lacking])
    return diameters, (
        f"{name}: {len(lacking)} of {int(drawn.sum())} contacts have no usable size, and are drawn by the spacing of "
        f"neighbours: {names}",
    )


def _first(columns: Mapping[str, tuple[str, ...]], titles: Iterable[str], n: int) -> tuple[str, ...]:
    return next((columns[title] for title in titles if title in columns), ("",) * n)


def _positive(cells: Iterable[str]) -> Float64Array:
    """(n,) float64; NaN for cells that hold no number above 0, such as n/a and -999."""
    values = [_number(cell) for cell in cells]
    return np.array([value if value > 0 and math.isfinite(value) else np.nan for value in values])


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan
