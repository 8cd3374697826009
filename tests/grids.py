"""Grids of cases: what `make test` runs of them, and what waits for `make test-all`."""

import itertools
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Once:
    """A value that one case is enough for: it costs much, and meets nothing there that others do not."""

    value: object


def each_pair(kept=(), **values):
    """Parametrize a test by a grid. `make test` runs only the cases in which every two values meet.

    Parameters
    ----------
    kept : cases to begin with, those that a reader would miss
    values : each parameter's values; `Once` marks one that a single case stands for

    Returns
    -------
    The decorator. Cases beyond those are marked `thorough`.
    """
    cases = list(itertools.product(*values.values()))
    chosen = {*kept, *_pairwise([case for case in cases if not _is_rare(case)], kept)}
    chosen |= {next(case for case in cases if value in case) for value in _rare_values(values)}
    parameters = [
        pytest.param(*map(_plain, case), marks=[] if case in chosen else pytest.mark.thorough) for case in cases
    ]
    return pytest.mark.parametrize(tuple(values), parameters)


def _pairwise(cases, kept):
    """Further cases, until every two values meet that meet in the grid: always the one that adds most."""
    missing = set().union(*map(_pairs, cases)).difference(*map(_pairs, kept))
    while missing:
        best = max(cases, key=lambda case: len(missing & _pairs(case)))
        missing -= _pairs(best)
        yield best


def _pairs(case):
    return set(itertools.combinations(enumerate(case), 2))


def _is_rare(case):
    return any(isinstance(value, Once) for value in case)


def _rare_values(values):
    return [value for choice in values.values() for value in choice if isinstance(value, Once)]


def _plain(value):
    return value.value if isinstance(value, Once) else value
