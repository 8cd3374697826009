"""Groups of contacts: the shaft, strip or grid that each one belongs to."""

from __future__ import annotations

import re

import numpy as np

from corticast.core.matching import bare_name
from corticast.core.model.types import Electrodes, Float32Array, PlacedElectrodes

# Titles of columns that name a contact's group, in any case. BIDS has the first, NWB the second.
_COLUMNS = ("group", "group_name", "electrode_group", "shaft", "array", "probe")
_MISSING = frozenset({"", "n/a", "na", "nan", "none", "null", "-"})
# Between a subject and the name of a contact or a group, in a table of several subjects.
SUBJECT_MARK = ":"
# Of contacts whose names are numbers alone.
_UNNAMED = "contacts"

_PAIR = re.compile(r"(.*?\D)\d+ ?[-–] ?\1\d+")
_NUMBERED = re.compile(r"(.*?)[\s_-]*\d+(\D*)")


def group_of(name: str) -> str:
    """Group that a contact's name implies: the name without its number.

    LA3 and "EEG LA 03-Ref" belong to LA, G1_12 to G1, and the pair LA1-LA2 to LA. A name without a number is a group of
    its own.
    """
    bare = bare_name(name)
    pair = _PAIR.fullmatch(bare)
    if pair is not None:
        return pair.group(1).rstrip(" _-")
    numbered = _NUMBERED.fullmatch(bare)
    return ("".join(numbered.groups()) if numbered is not None else bare) or _UNNAMED


def names_groups(title: str) -> bool:
    """Whether a column of this title gives the groups of contacts."""
    return title.strip().lower() in _COLUMNS


def groups_of(table: Electrodes) -> tuple[str, ...]:
    """Group of each contact of a table: by the table's own column, else by the contact's name.

    The column is called group, group_name, electrode_group, shaft, array or probe. A cell without a value leaves the
    group to the name. Groups of several subjects bear their subject where two subjects share a name or a group:
    sub-01:LA.

    Returns
    -------
    as many names as the table has rows
    """
    groups = _own_groups(table)
    if not table.subjects:
        return groups
    pairs = set(zip(table.subjects, groups, strict=True))
    if table.names == table.own_names and len({group for _, group in pairs}) == len(pairs):
        return groups
    return tuple(f"{subject}{SUBJECT_MARK}{group}" for subject, group in zip(table.subjects, groups, strict=True))


def _own_groups(table: Electrodes) -> tuple[str, ...]:
    """Group of each contact, whatever its subject."""
    columns = {title.strip().lower(): cells for title, cells in table.columns.items()}
    given = next((columns[title] for title in _COLUMNS if title in columns), ("",) * len(table.names))
    cells = (cell.strip() for cell in given)
    names = table.own_names or table.names
    return tuple(group_of(name) if cell.lower() in _MISSING else cell for name, cell in zip(names, cells, strict=True))


# Entries of a table of colours, which a sprite's activity picks from.
_N_ENTRIES = 256


def drawn_groups(placed: PlacedElectrodes) -> tuple[str, ...]:
    """Groups of the contacts that are drawn, each once, in the order of the table."""
    groups = groups_of(placed.table)
    return tuple(dict.fromkeys(groups[row] for row in np.flatnonzero(placed.drawn)))


def group_levels(placed: PlacedElectrodes) -> Float32Array:
    """(n_contacts,) float32 in 0..1: the entry of a table of 256 colours that each contact's group has.

    Contacts without a drive have this in place of activity: it picks the colour of `colormaps.group_entries`.
    """
    number_of = {group: number for number, group in enumerate(drawn_groups(placed))}
    numbers = np.array([number_of.get(group, 0) % _N_ENTRIES for group in groups_of(placed.table)], dtype=np.float32)
    return np.asarray(numbers / np.float32(_N_ENTRIES - 1))
