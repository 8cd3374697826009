"""Match channels with electrodes by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from corticast.core.model.types import IntpArray

# Words that recorders add to a contact's name: its kind before it, the reference after it.
_KIND_BEFORE = re.compile(r"^(eeg|ieeg|seeg|ecog|pol)[ _-]+", re.IGNORECASE)
_REFERENCE_AFTER = re.compile(r"[ _-]+ref(erence)?$", re.IGNORECASE)
# Between two digits, a separator keeps two numbers apart.
_SEPARATOR = re.compile(r"(?<!\d)[ _-]+|[ _-]+(?!\d)")
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


def match_names(electrodes: Sequence[str], channels: Sequence[str]) -> tuple[IntpArray, list[str]]:
    """Find the channel of each electrode.

    Equal names come first. Remaining names match if they differ only in case, blanks, dashes, leading zeros, and the
    words that recorders add ("EEG LA01-Ref" is LA1), and if no other name matches, too.

    Parameters
    ----------
    electrodes : names, possibly repeated
    channels : names, all different

    Returns
    -------
    (n_contacts,) intp, -1 without a channel; and the pairs of different names, such as "LA1 = LA01"
    """
    index_of = {name: index for index, name in enumerate(channels)}
    rows = np.array([index_of.get(name, -1) for name in electrodes], dtype=np.intp)
    left_channels = [name for name in channels if name not in set(electrodes)]
    left_electrodes = list(dict.fromkeys(name for name in electrodes if name not in index_of))
    channel_of = {_plain(name): name for name in left_channels}
    n_channels, n_contacts = (Counter(map(_plain, names)) for names in (left_channels, left_electrodes))
    alike = {
        name: channel_of[_plain(name)]
        for name in left_electrodes
        if n_channels[_plain(name)] == 1 and n_contacts[_plain(name)] == 1
    }
    for row, name in enumerate(electrodes):
        if name in alike:
            rows[row] = index_of[alike[name]]
    return rows, [f"{name} = {channel}" for name, channel in alike.items()]


def contact_finder(contacts: Sequence[str]) -> Callable[[str], int | None]:
    """Give a function from a name to the row of its contact; None for a name that no contact has, or several.

    Equal names come first, then names that differ as `match_names` allows.
    """
    row_of = {name: row for row, name in reversed(list(enumerate(contacts)))}
    alike = Counter(map(_plain, row_of))
    plain_of = {_plain(name): row for name, row in row_of.items() if alike[_plain(name)] == 1}

    def find(name: str) -> int | None:
        stripped = name.strip()
        return row_of.get(stripped, plain_of.get(_plain(stripped)))

    return find


def bare_name(name: str) -> str:
    """A contact's name without blanks at its ends, and without the words that recorders add."""
    return _REFERENCE_AFTER.sub("", _KIND_BEFORE.sub("", name.strip()))


def _plain(name: str) -> str:
    """A name without the parts that vary between files."""
    return _LEADING_ZEROS.sub("", _SEPARATOR.sub("", bare_name(name.casefold())))


def some(names: Sequence[str], n: int = 5) -> str:
    """The first few names, in one text."""
    return ", ".join(names[:n]) + (", ..." if len(names) > n else "")
