"""What a recording is measured against: its good channels' average, their neighbours, or as it was recorded.

Each of these takes a recording and gives one, whose samples are made where they are read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Literal

import numpy as np

from corticast.core.matching import some
from corticast.core.model.recording import Recording, Rows
from corticast.core.model.types import BoolArray, FloatArray
from corticast.errors import DataError, OptionError

ReferenceRule = Literal["average", "bipolar", "none"]

_NUMBERED = re.compile(r"(.*?)(\d+)(\D*)")
# Neighbours of a shaft or a grid are no farther apart than so many times their median distance.
_MOST_APART = 2.5


def without_bad(recording: Recording, bad: BoolArray | None = None) -> Recording:
    """The good channels.

    Parameters
    ----------
    bad : (n,) bool, channels that are left out beside those that the recording marks

    Raises
    ------
    DataError : none is left
    """
    kept = np.flatnonzero(~recording.bad if bad is None else ~(recording.bad | bad))
    if not len(kept):
        raise DataError(f"{recording.path or recording.name}: all channels are bad; mark those that are good")
    return _made_of(
        recording, kept, tuple(recording.names[k] for k in kept), lambda a, b, rows: recording.read(a, b, kept[rows])
    )


def with_bad_found(recording: Recording) -> Recording:
    """The recording, with channels marked bad that hold NaN or infinite values.

    One such sample would be in every value of its channel's filters, and by the average in those of all channels. All
    of the recording is read once.

    Raises
    ------
    DataError : every good channel holds some
    """
    good = np.flatnonzero(~recording.bad)
    first = np.full(len(good), -1)
    n_read = 0
    for block in recording.blocks(good):
        wrong = ~np.isfinite(block)
        new = (first < 0) & wrong.any(axis=1)
        first[new] = n_read + wrong[new].argmax(axis=1)
        n_read += block.shape[1]
    found = np.flatnonzero(first >= 0)
    if not len(found):
        return recording
    names = some([f"{recording.names[good[k]]} (first at {first[k] / recording.sample_rate:.10g} s)" for k in found])
    text = f"{recording.name}: NaN or infinite values, their channels are left out: {names}"
    if len(found) == len(good):
        raise DataError(f"{text}; no channel is left, give a recording without such values")
    bad = recording.bad.copy()
    bad[good[found]] = True
    return replace(recording, bad=bad, warnings=(*recording.warnings, text))


def common_average(recording: Recording) -> Recording:
    """Every channel less the mean of all.

    The mean is worked out once, block by block, and kept: 8 bytes for each sample.

    Raises
    ------
    DataError : there is one channel, of which nothing would be left
    """
    if len(recording.names) == 1:
        raise DataError(
            f"{recording.path or recording.name}: a single good channel is its own average; give --reference none"
        )
    mean = np.concatenate([block.mean(axis=0) for block in recording.blocks()])
    everyone = np.arange(len(recording.names))
    return _made_of(
        recording, everyone, recording.names, lambda a, b, rows: recording.read(a, b, rows) - mean[None, a:b]
    )


def bipolar(recording: Recording, unpaired: Collection[str] = ()) -> Recording:
    """Every channel less its neighbour, under the first one's name: of LA1 and LA2, LA1 shows the difference.

    Neighbours have the same letters and consecutive numbers. The last contact of a shaft has none and is left out.
    Nothing in the names of a grid tells where its rows end: the last of a row counts as neighbour of the next one's
    first, unless it is told not to.

    Parameters
    ----------
    unpaired : names of channels that are less no other and left out, see `far_pairs`

    Raises
    ------
    DataError : no two channels are neighbours
    """
    pairs = [pair for pair in bipolar_pairs(recording.names) if recording.names[pair[0]] not in unpaired]
    if not pairs:
        raise DataError(
            f"{recording.path or recording.name}: no two channels are neighbours by their names "
            f"({recording.names[0]}, ...), such as LA1 and LA2; give --reference average or none"
        )
    anodes, cathodes = np.array(pairs, dtype=np.intp).T

    def read(first: int, stop: int, rows: Rows) -> FloatArray:
        both = recording.read(first, stop, np.concatenate([anodes[rows], cathodes[rows]]))
        return both[: len(rows)] - both[len(rows) :]

    return _made_of(recording, anodes, tuple(recording.names[anode] for anode in anodes), read)


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


def far_pairs(names: tuple[str, ...], pos: FloatArray) -> list[tuple[int, int]]:
    """Pairs of neighbours by their names that lie too far apart for it, such as at the ends of a grid's rows.

    Parameters
    ----------
    names : of the channels
    pos : (n, 3) or (n, 2), where their electrodes are; NaN where that is unknown, and nothing is too far
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


# The names are those of channels that belong to no pair.
REFERENCES: dict[ReferenceRule, Callable[[Recording, Collection[str]], Recording]] = {
    "average": lambda recording, _: common_average(recording),
    "bipolar": bipolar,
    "none": lambda recording, _: recording,
}


def check_reference(reference: str) -> None:
    """Refuse what is no reference.

    Raises
    ------
    OptionError : it has no such name
    """
    if reference not in REFERENCES:
        raise OptionError(f"--reference {reference}: give average, bipolar or none")


def _made_of(
    recording: Recording, rows: Rows, names: tuple[str, ...], read: Callable[[int, int, Rows], FloatArray]
) -> Recording:
    """A recording of some rows of another, read otherwise."""
    kinds = tuple(recording.kinds[row] for row in rows) if recording.kinds else ()
    return replace(recording, names=names, read=read, kinds=kinds, bad=recording.bad[rows])
