"""Recordings whose channels are pairs of contacts already, such as LA1-LA2."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from corticast.core.geometry.pairs import placed_pairs
from corticast.core.matching import RENAME, contacts_finder, halves_of, match_names, second_of_pair, some, unclear_name
from corticast.core.model.types import IntpArray, PlacedElectrodes
from corticast.dsp.channels import Matched
from corticast.errors import DataError


def recorded_pairs(channels: Sequence[str], contacts: Sequence[str]) -> dict[int, tuple[int, int]]:
    """Find the two contacts of each channel that is a pair.

    A channel is a pair only where the names on both sides of its dash, slash or underscore are those of two contacts,
    and none is called like the whole channel. A number alone is a contact of the same shaft: LA1-2 is LA1-LA2. Names
    match as in `match_names`.

    Parameters
    ----------
    channels : names of the channels
    contacts : names of the table

    Returns
    -------
    rows of the first and the second contact, by the number of the channel; empty where most of the channels that have
    a contact are no pairs

    Raises
    ------
    DataError : the name of a channel, or of one side, matches several contacts by rule
    """
    single = {int(row) for row in match_names(contacts, channels, RENAME).rows if row >= 0}
    find = contacts_finder(contacts)
    row_of = {name: row for row, name in reversed(list(enumerate(contacts)))}
    found: dict[int, tuple[int, int]] = {}
    for number, channel in enumerate(channels):
        both = [] if number in single else _sides(channel, find)
        unclear = next((each for each in both for names in each if len(names) > 1), None)
        if unclear is not None:
            raise unclear_name(channel, max(unclear, key=len), RENAME)
        if len(both) > 1:
            halves = [f"{one[0]} and {other[0]}" for one, other in both]
            raise DataError(f"the name {channel} is a pair of {', or of '.join(halves)}; {RENAME}")
        if both:
            found[number] = row_of[both[0][0][0]], row_of[both[0][1][0]]
    return found if len(found) > len(single) else {}


def _sides(channel: str, find: Callable[[str], list[str]]) -> list[tuple[list[str], list[str]]]:
    """The contacts on both sides of each dash that divides a channel's name into names of contacts."""
    both = [(find(one), find(second_of_pair(one, other))) for one, _, other in halves_of(channel)]
    return [(one, other) for one, other in both if one and other and one != other]


def pairs_matched(
    electrodes: PlacedElectrodes, channels: Sequence[str], pairs: dict[int, tuple[int, int]]
) -> tuple[PlacedElectrodes, Matched, IntpArray]:
    """Pairs in the place of contacts, with the channel that each one shows.

    Parameters
    ----------
    channels : names of the channels
    pairs : as `recorded_pairs` finds them

    Returns
    -------
    pairs at their midpoints; their channels and warnings; (n_pairs, 2) rows of the table
    """
    rows = np.array(list(pairs.values()), dtype=np.intp)
    numbers = np.array(list(pairs), dtype=np.intp)
    n_alone = len(electrodes.table.names) - len(np.unique(rows))
    alone = f"; {n_alone} contacts without a pair are not drawn" * bool(n_alone)
    examples = some([channels[number] for number in numbers], 3)
    warnings = [
        f"{len(pairs)} channels are pairs of contacts ({examples}): each stands at the midpoint of its "
        f"contacts, and no second reference is taken{alone}"
    ]
    unused = [name for number, name in enumerate(channels) if number not in pairs]
    if unused:
        warnings.append(f"{len(unused)} of {len(channels)} channels are no pair of two electrodes: {some(unused)}")
    return placed_pairs(electrodes, rows), Matched(numbers, tuple(warnings)), rows
