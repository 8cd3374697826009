"""Assignment: which band each electrode shows."""

from __future__ import annotations

import numpy as np

from corticast.core.model.types import Float64Array, IntpArray, PlacedElectrodes
from corticast.core.suggest import did_you_mean
from corticast.errors import OptionError

_RULES = ("height", "height-down", "x", "y", "z", "order")
ASSIGNMENTS = f"{', '.join(_RULES)}, or the name of a column"


def rows_by(rule: str, placed: PlacedElectrodes, n_rows: int) -> IntpArray:
    """Assign a band to each electrode; electrodes with low values get low bands.

    All bands get equal numbers of electrodes, wherever the contacts lie, so every band is visible. Contacts with the
    same value share a band.

    Parameters
    ----------
    rule : the value that decides: "height" (world z; in a picture, the height), "height-down", "x", "y", "z" (in a
        picture "x" is the column and "y" the row), "order" (of the table's rows), or the name of a table column
        (sorted by number; texts count in their order of appearance)
    n_rows : number of bands

    Returns
    -------
    (n_contacts,) intp; -1 for contacts that are not drawn or lack a value

    Raises
    ------
    OptionError : unknown rule or column
    """
    values = _values(rule, placed)
    usable = placed.drawn & np.isfinite(values)
    rows = np.full(len(values), -1, dtype=np.intp)
    n = int(usable.sum())
    if n:
        _, which, counts = np.unique(values[usable], return_inverse=True, return_counts=True)
        # Electrodes with equal values share one rank, the middle of their ranks: from 0.5 / n to 1 - 0.5 / n.
        share = (np.cumsum(counts) - counts / 2)[which] / n
        rows[usable] = np.minimum((share * n_rows).astype(np.intp), n_rows - 1)
    return rows


def order_words(rule: str, *, in_picture: bool) -> str:
    """Which contacts have the low bands, in words.

    Parameters
    ----------
    rule : as in `rows_by`
    in_picture : whether contacts stand in pixels of a picture, whose rows count downwards
    """
    places = {
        "height": "at the bottom",
        "height-down": "at the top",
        "x": "at the left",
        "y": "at the top" if in_picture else "at the back",
        "z": "at the bottom",
        "order": "first in the table",
    }
    return f"low ones {places.get(rule) or f'at low {rule}'}"


def _values(rule: str, placed: PlacedElectrodes) -> Float64Array:
    pos = placed.pos
    if rule in ("height", "height-down"):
        # Rows of a picture count downwards.
        height = -pos[:, 1] if placed.in_picture else pos[:, 2]
        return height if rule == "height" else -height
    if rule == "order":
        return np.arange(len(pos), dtype=np.float64)
    if rule in ("x", "y", "z"):
        axis = "xyz".index(rule)
        if axis >= pos.shape[1]:
            raise OptionError(f"--assign {rule}: a picture has x and y only; give {ASSIGNMENTS}")
        return np.asarray(pos[:, axis])
    return _column(rule, placed)


def _column(name: str, placed: PlacedElectrodes) -> Float64Array:
    columns = placed.table.columns
    if name not in columns:
        there = ", ".join(columns) or "none"
        remedy = f"{did_you_mean(name, [*_RULES, *columns])}give {ASSIGNMENTS}"
        raise OptionError(f"--assign {name}: no rule or column of that name (columns: {there}); {remedy}", "assign")
    texts = [text if text.lower() not in ("", "n/a", "nan") else None for text in columns[name]]
    try:
        return np.array([np.nan if text is None else float(text) for text in texts])
    except ValueError:
        order = {text: number for number, text in enumerate(dict.fromkeys(t for t in texts if t is not None))}
        return np.array([np.nan if text is None else float(order[text]) for text in texts])
