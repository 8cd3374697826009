"""Left and right of contacts: the sign of x against a column of hemispheres, and against names.

Heads are nearly symmetric, so no fit shows a flipped x axis.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from corticast.core.geometry.affines import world_box_mm
from corticast.core.geometry.head_scale import head_scale
from corticast.core.matching import some
from corticast.core.model.types import Electrodes, Float64Array, IntpArray, Volume

_COLUMNS = ("hemisphere", "hemi", "side", "hem", "laterality")
_WORDS = {"l": -1, "lh": -1, "left": -1, "r": 1, "rh": 1, "right": 1}
# Contacts this near to the midline of a human head prove no side.
_MIDDLE_MM = 5.0
# So many contacts at least must contradict.
_LEAST_CONTACTS = 3
_APOSTROPHES = "'’′´`"
_PRIMED = re.compile(rf"[A-Za-z]+[{_APOSTROPHES}]\s*\d*")
# Whole words, or a letter before a name: LA1, L_Hip1, la1; not Lat1.
_SIDED = re.compile(r"((?i:left|right))|[LR](?=[A-Z_ -]|h\b)|[lr](?=[a-z_ -])")


def against_column(electrodes: Electrodes, pos_mm: Float64Array, volume: Volume | None) -> tuple[str, list[str], bool]:
    """What a column of hemispheres says against the sides of contacts.

    Returns
    -------
    name of the column ("" without one), names of the contacts on the other side, and whether these are most of them
    """
    found = next((title for title in electrodes.columns if title.strip().lower() in _COLUMNS), "")
    if not found:
        return "", [], False
    stated = np.array([_WORDS.get(cell.strip().lower(), 0) for cell in electrodes.columns[found]], dtype=np.intp)
    wrong, is_most = _contradicting(stated, pos_mm, volume)
    return found, [electrodes.names[row] for row in wrong], is_most


def against_names(electrodes: Electrodes, pos_mm: Float64Array, volume: Volume | None) -> tuple[int, int, str]:
    """Contacts whose names say the other side than their position, if these are most of those with a side.

    Returns
    -------
    number of these contacts (0 if they are fewer), number of contacts that say a side, and how names say it
    """
    stated, how = _sides_of_names(electrodes.names)
    wrong, is_most = _contradicting(stated, pos_mm, volume)
    n_said = int(((stated != 0) & (_sides(pos_mm, volume) != 0)).sum())
    return (len(wrong) if is_most else 0), n_said, how


def _contradicting(stated: IntpArray, pos_mm: Float64Array, volume: Volume | None) -> tuple[IntpArray, bool]:
    """Rows on another side than stated, and whether these are most of those that can be compared."""
    seen = _sides(pos_mm, volume)
    known = (stated != 0) & (seen != 0)
    wrong = np.flatnonzero(known & (stated != seen))
    return wrong, len(wrong) >= _LEAST_CONTACTS and 2 * len(wrong) > int(known.sum())


def _sides(pos_mm: Float64Array, volume: Volume | None) -> IntpArray:
    """(n,) -1 for contacts on the left, 1 on the right, 0 near the midline or without a position.

    The midline of a head lies at x = 0, or, where a scanner has shifted the head, in the middle of its volume.
    """
    middles = [0.0]
    if volume is not None:
        middles.append(float(world_box_mm(volume.affine, volume.shape)[:, 0].mean()))
    margin = _MIDDLE_MM * head_scale(volume)
    x = np.where(np.isfinite(pos_mm[:, 0]), pos_mm[:, 0], np.mean(middles))
    return np.where(x < min(middles) - margin, -1, np.where(x > max(middles) + margin, 1, 0))


def _sides_of_names(names: Sequence[str]) -> tuple[IntpArray, str]:
    """(n,) sides that names say, 0 for names without one, and how they say it."""
    primed = np.array([bool(_PRIMED.match(name)) for name in names], dtype=np.bool_)
    if primed.any():
        # Names without an apostrophe may mean the right side, or nothing.
        return np.where(primed, -1, 0).astype(np.intp), "an apostrophe marks the left side"
    found = [_SIDED.match(name) for name in names]
    sides = [0 if each is None else (-1 if each[0].lower().startswith("l") else 1) for each in found]
    stated = np.array(sides, dtype=np.intp)
    # A single shaft called R says nothing: most names must begin so, with both letters, or with a whole word.
    whole = any(each is not None and each[1] for each in found)
    if 2 * int((stated != 0).sum()) < len(names) or not (whole or {-1, 1} <= set(sides)):
        return np.zeros(len(names), dtype=np.intp), ""
    return stated, "names begin with L and R"


def side_lines(
    electrodes: Electrodes, pos_mm: Float64Array, volume: Volume | None, label: str
) -> tuple[str, list[str]]:
    """Messages about sides: why a table is refused ("" if it is not), and warnings.

    Parameters
    ----------
    pos_mm : (n, 3) contacts in the world
    label : of the table in messages
    """
    column, wrong, is_most = against_column(electrodes, pos_mm, volume)
    if column and is_most:
        n_said = sum(cell.strip().lower() in _WORDS for cell in electrodes.columns[column])
        return (
            f"{label}: {len(wrong)} of {n_said} contacts lie on the other side than the column {column} says; the x "
            "axis is probably flipped"
        ), []
    if wrong:
        return "", [f"{label}: on the other side than the column {column} says: {some(wrong)}; drawn as x says"]
    if column:
        return "", []
    n_wrong, n_said, how = against_names(electrodes, pos_mm, volume)
    if not n_wrong:
        return "", []
    return "", [
        f"{label}: {n_wrong} of {n_said} contacts lie on the other side than their names say ({how}); the x axis may "
        "be flipped; drawn as x says"
    ]
