"""Names of contacts of several subjects: with their subject, or without it where only one subject has the name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

import numpy as np

from corticast.core.matching import bare_name, contacts_finder, halves_of, second_of_pair, some
from corticast.core.model.groups import SUBJECT_MARK as MARK
from corticast.core.model.types import BoolArray, Electrodes
from corticast.errors import DataError

_PREFIX = "sub-"
# Between a subject and a name, as people write both.
_BETWEEN = (MARK, "_", "/", " ", "-", ".")
_WILD = frozenset("*?[")


def full_names(names: Sequence[str], table: Electrodes, source: str = "") -> tuple[str, ...]:
    """Names of channels or values as a table of several subjects has them; names of no contact stay.

    Parameters
    ----------
    names : with or without a subject, such as sub-01:LA1, 01_LA1, LA1, or the pairs sub-01:LA1-LA2 and LA1/LA2
    source : of the names, for messages

    Raises
    ------
    DataError : a name without a subject is that of contacts of several subjects
    """
    if not table.subjects:
        return tuple(names)
    known = _Known(table)
    try:
        return tuple(known.full(name) for name in names)
    except DataError as error:
        raise DataError(f"{source}: {error}" if source else str(error)) from None


def matching_rows(table: Electrodes, pattern: str) -> BoolArray:
    """(n,) bool, contacts whose name matches a pattern, with or without their subject, case as written."""
    found = [any(fnmatchcase(name, pattern) for name in names) for names in _written(table)]
    return np.array(found, dtype=np.bool_)


def several_subjects(table: Electrodes, pattern: str, found: BoolArray) -> tuple[str, ...]:
    """Names of contacts of several subjects that one name without a wildcard and without a subject matches.

    Parameters
    ----------
    found : (n,) bool, contacts that the name matches
    """
    rows = np.flatnonzero(found)
    if not table.subjects or _WILD & set(pattern) or len({table.subjects[row] for row in rows}) < 2:
        return ()
    return tuple(table.names[row] for row in rows)


def _written(table: Electrodes) -> list[tuple[str, ...]]:
    """The ways to write the name of each contact."""
    if not table.subjects:
        return [(name,) for name in table.names]
    rows = zip(table.names, table.own_names, table.subjects, strict=True)
    return [
        (name, own, f"{subject}{MARK}{own}", f"{subject.removeprefix(_PREFIX)}{MARK}{own}")
        for name, own, subject in rows
    ]


@dataclass(frozen=True, eq=False)
class _Known:
    """The names of a table of several subjects."""

    table: Electrodes

    def full(self, name: str) -> str:
        """The name of the contact or of the pair that a name means; the name itself if it means neither.

        Raises
        ------
        DataError : contacts of several subjects may be meant
        """
        found = self._contact(name, "")
        return found or self._pair(name) or name

    def _contact(self, name: str, subject: str) -> str:
        """The name with its subject as the table writes it; "" if it is no contact's.

        Parameters
        ----------
        subject : that a name without one belongs to; "" if unknown
        """
        if not subject and name in self._names:
            return name
        of_subject = [(subject, name)] if subject else self._with_subject(name)
        for label, rest in of_subject:
            if self._finders[label](rest):
                return self._named(label, rest)
        return "" if subject else self._alone(name)

    def _alone(self, name: str) -> str:
        """The name of the one subject's contact that a name without a subject means; "" without one.

        Raises
        ------
        DataError : several subjects have one
        """
        bare = name.strip()
        exact = [label for label in self._finders if (label, bare) in self._pairs]
        having = exact or [label for label, find in self._finders.items() if find(bare)]
        if len(having) > 1:
            raise _unclear(f"name {bare}", [f"{label}{MARK}{bare}" for label in having])
        return self._named(having[0], bare) if having else ""

    def _named(self, label: str, name: str) -> str:
        """The name with its subject where the table writes both."""
        return f"{label}{MARK}{bare_name(name)}" if self._is_prefixed else name

    def _pair(self, name: str) -> str:
        """The pair of two contacts of one subject; "" if the name is no such pair.

        Raises
        ------
        DataError : several subjects have the pair
        """
        for one, mark, other in halves_of(name):
            having = self._halves(one, other)
            if len(having) > 1:
                bare = bare_name(name)
                raise _unclear(f"pair {bare}", [f"{label}{MARK}{bare}" for label, _, _ in having])
            for label, first, second in having:
                return f"{self._contact(first, label)}{mark}{self._contact(second, label)}"
        return ""

    def _halves(self, one: str, other: str) -> list[tuple[str, str, str]]:
        """Subjects that have both contacts of a pair, with the names of the contacts within the subject."""
        with_subject = [
            (label, first, next((rest for own, rest in self._with_subject(other) if own == label), other))
            for label, first in self._with_subject(one)
        ]
        having = []
        for label, first, second in with_subject or [(label, one, other) for label in self._finders]:
            whole = second_of_pair(first, second)
            found, others = self._finders[label](first), self._finders[label](whole)
            if found and others and found != others:
                having.append((label, first, whole))
        return having

    def _with_subject(self, name: str) -> list[tuple[str, str]]:
        """Subjects that a name may begin with, the longest first, and the rest of the name."""
        bare = name.strip()
        found = []
        for label in sorted(self._finders, key=len, reverse=True):
            for form in dict.fromkeys((label, label.removeprefix(_PREFIX), _PREFIX + label)):
                rest = bare[len(form) + 1 :]
                if rest and bare[: len(form)].casefold() == form.casefold() and bare[len(form)] in _BETWEEN:
                    found.append((label, rest))
        return found

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.table.names)

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(zip(self.table.subjects, self.table.own_names, strict=True))

    @cached_property
    def _is_prefixed(self) -> bool:
        return self.table.names != self.table.own_names

    @cached_property
    def _finders(self) -> dict[str, Callable[[str], list[str]]]:
        """For each subject, a function from a name to its contacts."""
        names: dict[str, list[str]] = {}
        for subject, name in zip(self.table.subjects, self.table.own_names, strict=True):
            names.setdefault(subject, []).append(name)
        return {subject: contacts_finder(each) for subject, each in names.items()}


def _unclear(what: str, forms: Sequence[str]) -> DataError:
    return DataError(f"the {what} stands for {len(forms)} subjects; give the subject too: {some(forms, 3)}")
