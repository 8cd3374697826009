"""References of a recording: averages of its good channels, neighbouring channels, or the recorded one.

Each function returns a recording that computes its samples when they are read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from corticast.core.arguments import check_choice
from corticast.core.model.recording import Recording
from corticast.core.model.types import BoolArray, Float64Array, IntpArray
from corticast.errors import DataError

ReferenceRule = Literal["kind", "group", "average", "bipolar", "none"]

_NUMBERED = re.compile(r"(.*?)(\d+)(\D*)")
# Neighbours on a shaft or grid lie no farther apart than so many times their median distance.
_MOST_APART = 1.5
# An average of two channels would show each one's activity on the other.
LEAST_AVERAGED = 3


def without_bad(recording: Recording, bad: BoolArray | None = None) -> Recording:
    """Keep the good channels.

    Parameters
    ----------
    bad : (n,) bool, channels to leave out in addition to those that the recording marks bad

    Raises
    ------
    DataError : no channel is good
    """
    kept = np.flatnonzero(~recording.bad if bad is None else ~(recording.bad | bad))
    if not len(kept):
        raise DataError(f"{recording.path or recording.name}: all channels are bad; mark good channels as good")
    return _made_of(
        recording, kept, tuple(recording.names[k] for k in kept), lambda a, b, rows: recording.read(a, b, kept[rows])
    )


def common_average(recording: Recording) -> Recording:
    """Subtract the mean of all channels from every channel.

    The mean is computed once, block by block, and kept in memory (8 bytes per sample).

    Raises
    ------
    DataError : there is only one channel, so the difference would be 0
    """
    if len(recording.names) == 1:
        raise DataError(
            f"{recording.path or recording.name}: the only good channel is its own average; give --reference none"
        )
    return averages_within(recording, ("all",) * len(recording.names))


def averages_within(recording: Recording, parts: tuple[str, ...]) -> Recording:
    """Subtract from every channel the mean of the channels in its part, such as a shaft.

    The means are computed once, block by block, and kept in memory (8 bytes per sample and part).

    Parameters
    ----------
    parts : the part of each channel
    """
    titles = tuple(dict.fromkeys(parts))
    part_of = np.array([titles.index(part) for part in parts], dtype=np.intp)

    def means_of(block: Float64Array) -> Float64Array:
        return np.stack([block[part_of == part].mean(axis=0) for part in range(len(titles))])

    means = np.concatenate([means_of(block) for block in recording.blocks()], axis=1)
    everyone = np.arange(len(recording.names))
    return _made_of(
        recording,
        everyone,
        recording.names,
        lambda a, b, rows: recording.read(a, b, rows) - means[part_of[rows], a:b],
    )


def bipolar(recording: Recording, pairs: Sequence[tuple[int, int]] | None = None) -> Recording:
    """Subtract from every channel its next neighbour: LA1 minus LA2 is called LA1–LA2.

    Neighbours have the same letters and consecutive numbers.

    Parameters
    ----------
    pairs : anode and cathode of each pair; None takes all of `bipolar_pairs`

    Raises
    ------
    DataError : no two channels are neighbours
    """
    pairs = bipolar_pairs(recording.names) if pairs is None else pairs
    if not pairs:
        raise DataError(
            f"{recording.path or recording.name}: no two channels have neighbouring names, such as LA1 and LA2 "
            f"(channels: {recording.names[0]}, ...); give --reference average or none"
        )
    anodes, cathodes = np.array(pairs, dtype=np.intp).T

    def read(first: int, stop: int, rows: IntpArray) -> Float64Array:
        both = recording.read(first, stop, np.concatenate([anodes[rows], cathodes[rows]]))
        return both[: len(rows)] - both[len(rows) :]

    names = tuple(f"{recording.names[anode]}–{recording.names[cathode]}" for anode, cathode in pairs)
    return _made_of(recording, anodes, names, read)


def bipolar_pairs(names: tuple[str, ...]) -> list[tuple[int, int]]:
    """Anode and cathode of each pair of neighbours, in the order of the anodes."""
    return sorted(pair for pairs in _pairs_of_shafts(names) for pair in pairs)


def _pairs_of_shafts(names: tuple[str, ...]) -> list[list[tuple[int, int]]]:
    """Anodes and cathodes of each shaft or grid."""
    shafts: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for index, name in enumerate(names):
        match = _NUMBERED.fullmatch(name.strip())
        if match is not None:
            shafts[match.group(1), match.group(3)].setdefault(int(match.group(2)), index)
    return [
        [(index, contacts[number + 1]) for number, index in contacts.items() if number + 1 in contacts]
        for contacts in shafts.values()
    ]


def far_pairs(names: tuple[str, ...], pos: Float64Array) -> list[tuple[int, int]]:
    """Pairs of neighbouring names whose contacts lie too far apart, as at the ends of a grid's rows.

    Parameters
    ----------
    names : names of the channels
    pos : (n, 3) or (n, 2), positions of the electrodes; NaN if unknown, and then no distance is too far
    """
    far = []
    for pairs in filter(None, _pairs_of_shafts(names)):
        anodes, cathodes = np.array(pairs, dtype=np.intp).T
        apart = np.linalg.norm(pos[anodes] - pos[cathodes], axis=1)
        known = apart[np.isfinite(apart)]
        if len(known):
            most = _MOST_APART * np.median(known)
            far += [pair for pair, distance in zip(pairs, apart, strict=True) if 0 < most < distance]
    return sorted(far)


def check_reference(reference: str) -> None:
    """Refuse an unknown reference.

    Raises
    ------
    OptionError : unknown reference
    """
    check_choice("--reference", reference, get_args(ReferenceRule))


def _made_of(
    recording: Recording, rows: IntpArray, names: tuple[str, ...], read: Callable[[int, int, IntpArray], Float64Array]
) -> Recording:
    """A recording with some rows of another recording and its own way to read samples."""
    kinds = tuple(recording.kinds[row] for row in rows) if recording.kinds else ()
    kept = replace(recording, names=names, read=read, kinds=kinds, bad=recording.bad[rows])
    # Facts of the channels in the file, which the new channels are not.
    return replace(kept, units=(), stated_units=(), stored_hz=(), alone=None)
