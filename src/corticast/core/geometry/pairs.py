"""Pairs of contacts in the place of contacts, for bipolar references."""

from __future__ import annotations

from dataclasses import replace

from corticast.core.model.groups import SUBJECT_MARK
from corticast.core.model.types import BoolArray, Electrodes, IntpArray, PlacedElectrodes


def placed_pairs(placed: PlacedElectrodes, pairs: IntpArray) -> PlacedElectrodes:
    """Pairs of contacts, each at the midpoint of its two contacts.

    A pair is called LA1–LA2. It is bad if one of its contacts is, and takes other columns from its first contact.

    Parameters
    ----------
    pairs : (n_pairs, 2) intp, rows of the table
    """
    table = placed.table
    firsts, seconds = pairs.T
    own_names = table.own_names or table.names
    owners = tuple(table.subjects[first] for first in firsts) if table.subjects else ()
    names = tuple(f"{own_names[first]}–{own_names[second]}" for first, second in pairs)
    # A pair names its subject once.
    marks = (f"{owner}{SUBJECT_MARK}" for owner in owners) if table.names != own_names else ("",) * len(names)
    both: BoolArray = table.bad[firsts] | table.bad[seconds]
    pair_table: Electrodes = replace(
        table,
        names=tuple(f"{mark}{name}" for mark, name in zip(marks, names, strict=True)),
        pos=(table.pos[firsts] + table.pos[seconds]) / 2,
        bad=both,
        subjects=owners,
        own_names=names if owners else (),
        columns={title: tuple(cells[first] for first in firsts) for title, cells in table.columns.items()},
    )
    return replace(placed, table=pair_table, pos=(placed.pos[firsts] + placed.pos[seconds]) / 2)
