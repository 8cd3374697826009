"""Match channels with electrodes by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from corticast.core.model.types import IntpArray
from corticast.errors import DataError

# Words that recorders add to a contact's name: its kind before it, the reference after it.
_KIND_BEFORE = re.compile(r"^(eeg|ieeg|seeg|ecog|dbs|pol)[ _-]+", re.IGNORECASE)
_REFERENCE_AFTER = re.compile(r"[ _-]+(ref(erence)?|avg|average|car)$", re.IGNORECASE)
# Between two digits, a separator keeps two numbers apart.
_SEPARATOR = re.compile(r"(?<!\d)[ _-]+|[ _-]+(?!\d)")
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
# Marks that are typed for the prime of the left side.
_PRIMES = str.maketrans(dict.fromkeys("’‘′ʹ´`", "'"))
# Between the names of a pair's two contacts.
_PAIR_MARKS = "-–—/_"
# A shaft and a number.
_NUMBERED = re.compile(r"(.*[^\d])\d+")

# Advice where the name of a channel is unclear.
RENAME = "give its contact in a table for --rename"


@dataclass(frozen=True, eq=False)
class Matches:
    """The channel of each electrode.

    Parameters
    ----------
    rows : (n_contacts,) intp, -1 without a channel
    n_equal : electrodes whose name is that of their channel
    alike : electrodes and channels of different names that match by rule, such as "LA1 = LA01"
    unclear : electrodes without a channel because several match by rule, such as "LA1 = la1 or LA01"
    """

    rows: IntpArray
    n_equal: int
    alike: tuple[str, ...]
    unclear: tuple[str, ...]


def match_names(electrodes: Sequence[str], channels: Sequence[str], remedy: str = "") -> Matches:
    """Find the channel of each electrode.

    Equal names come first. Remaining names match if they differ only in case, blanks, dashes, leading zeros, the sign
    for the prime, and the words that recorders add ("EEG LA01-Ref" is LA1), and if no other name matches, too.

    Parameters
    ----------
    electrodes : names, possibly repeated
    channels : names, all different
    remedy : advice where a name is unclear

    Raises
    ------
    DataError : the name of a channel matches several electrodes by rule
    """
    index_of = {name: index for index, name in enumerate(channels)}
    rows = np.array([index_of.get(name, -1) for name in electrodes], dtype=np.intp)
    n_equal = len({name for name in electrodes if name in index_of})
    taken = set(electrodes)
    left_channels = _by_plain(name for name in channels if name not in taken)
    left_electrodes = _by_plain(dict.fromkeys(name for name in electrodes if name not in index_of))
    alike, unclear = {}, []
    for plain, names in left_electrodes.items():
        found = left_channels.get(plain, [])
        if found and len(names) > 1:
            raise unclear_name(found[0], names, remedy)
        if len(found) == 1:
            alike[names[0]] = found[0]
        elif found:
            unclear.append(f"{names[0]} = {' or '.join(found)}")
    for row, name in enumerate(electrodes):
        if name in alike:
            rows[row] = index_of[alike[name]]
    return Matches(rows, n_equal, tuple(f"{name} = {channel}" for name, channel in alike.items()), tuple(unclear))


def unclear_name(name: str, contacts: Sequence[str], remedy: str = "") -> DataError:
    """The error about a name that matches several contacts by rule."""
    return DataError(
        f"the name {name} matches the contacts {' and '.join(contacts)}; {remedy or 'give the name of one of them'}"
    )


def contacts_finder(contacts: Sequence[str]) -> Callable[[str], list[str]]:
    """Give a function from a name to the contacts that it matches.

    An equal name comes first, then names that differ as `match_names` allows.
    """
    known, plain = set(contacts), _by_plain(dict.fromkeys(contacts))

    def find(name: str) -> list[str]:
        stripped = name.strip()
        return [stripped] if stripped in known else plain.get(_plain(stripped), [])

    return find


def _by_plain(names: Iterable[str]) -> dict[str, list[str]]:
    """Names by their parts that do not vary between files."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(_plain(name), []).append(name)
    return found


def bare_name(name: str) -> str:
    """A contact's name without blanks at its ends, and without the words that recorders add."""
    return _REFERENCE_AFTER.sub("", _KIND_BEFORE.sub("", name.strip()))


def halves_of(name: str) -> list[tuple[str, str, str]]:
    """Ways to divide a name in two at a dash, slash or underscore: the first part, the mark and the second part."""
    bare = bare_name(name)
    return [(bare[:at], mark, bare[at + 1 :]) for at, mark in enumerate(bare) if mark in _PAIR_MARKS]


def second_of_pair(first: str, second: str) -> str:
    """The name of a pair's second contact. A number alone is a contact of the first one's shaft: LA1-2 is LA1-LA2."""
    shaft = _NUMBERED.fullmatch(first.strip())
    return shaft[1] + second.strip() if shaft and second.strip().isdecimal() else second


def _plain(name: str) -> str:
    """A name without the parts that vary between files."""
    return _LEADING_ZEROS.sub("", _SEPARATOR.sub("", bare_name(name.casefold().translate(_PRIMES))))


def some(names: Sequence[str], n: int = 5) -> str:
    """The first few names, in one text."""
    return ", ".join(names[:n]) + (", ..." if len(names) > n else "")
