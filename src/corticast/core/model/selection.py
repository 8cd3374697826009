"""Contacts that a scene draws, by patterns of their names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corticast.core.arguments import typed
from corticast.core.matching import some
from corticast.core.model.groups import group_of
from corticast.core.model.subject_names import matching_rows, several_subjects
from corticast.core.model.types import BoolArray, Electrodes
from corticast.core.suggest import did_you_mean
from corticast.errors import OptionError


def selected(table: Electrodes, select: Sequence[str] | None, exclude: Sequence[str] | None) -> BoolArray:
    """Contacts that are drawn.

    Parameters
    ----------
    table : of the contacts
    select : patterns with * and ?; a name has to match one of them; None matches all
    exclude : patterns that drawn names do not match; None matches no name

    Returns
    -------
    (n_contacts,) bool

    Raises
    ------
    OptionError : a pattern matches no contact, a name stands for several subjects, or no contact is left
    """
    kept = np.ones(len(table.names), dtype=np.bool_) if select is None else matching(table, select, "--select")
    if exclude is not None:
        kept &= ~matching(table, exclude, "--exclude")
        if not kept.any():
            text = f"--exclude {','.join(exclude)}: leaves no contact to draw; exclude fewer"
            raise OptionError(text, "exclude")
    return kept


def matching(table: Electrodes, patterns: Sequence[str], option: str, words: Sequence[str] = ()) -> BoolArray:
    """Contacts whose names match one of several patterns, case as written.

    Names of contacts of several subjects match with their subject and without. A pattern with a wildcard may match
    several subjects.

    Parameters
    ----------
    table : of the contacts
    patterns : names, or patterns with * and ?
    option : that gives them, for messages
    words : that the option takes in place of patterns, for messages

    Returns
    -------
    (n_contacts,) bool

    Raises
    ------
    OptionError : a pattern matches no contact, or a name without a wildcard those of several subjects
    """
    found = np.zeros(len(table.names), dtype=np.bool_)
    for pattern in patterns:
        matches = matching_rows(table, pattern)
        if not matches.any():
            near = _near(pattern, table.names, words)
            raise OptionError(f"{option} {typed(pattern)}: matches no contact; {near}", option[2:])
        several = several_subjects(table, pattern, matches)
        if several:
            text = f"stands for contacts of {len(several)} subjects; give {some(several, 3)}, or '*:{pattern}' for all"
            raise OptionError(f"{option} {typed(pattern)}: {text}", option[2:])
        found |= matches
    return found


def _near(pattern: str, names: Sequence[str], words: Sequence[str]) -> str:
    """The word, pattern or name that was probably meant, and some that match."""
    groups = [f"{group}*" for group in dict.fromkeys(map(group_of, names))]
    return f"{did_you_mean(pattern, [*words, *groups, *names])}give names of the table, such as {some(groups)}"
