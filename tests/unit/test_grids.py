"""The part of a grid that `make test` runs."""

import itertools

from tests.grids import Once, each_pair


def cases_of(mark):
    names, parameters = mark.args
    return names, [p.values for p in parameters if not p.marks], [p.values for p in parameters if p.marks]


def test_every_two_values_meet():
    values = {"a": [0, 1], "b": ["x", "y", "z"], "c": [None, float("nan"), 2.5]}
    names, run, waiting = cases_of(each_pair(**values).mark)
    assert names == ("a", "b", "c")
    assert {*run, *waiting} == {*itertools.product(*values.values())}
    assert len(run) == 9
    for i, j in itertools.combinations(range(3), 2):
        met = {(case[i], case[j]) for case in run}
        assert met == {*itertools.product(*(list(values.values())[k] for k in (i, j)))}


def test_a_dear_value_is_run_once_and_a_kept_case_always():
    values = {"a": [0, 1, Once(2)], "b": [0, 1, 2], "c": [0, 1]}
    _, run, waiting = cases_of(each_pair(kept=[(1, 2, 0)], **values).mark)
    assert [case for case in run if case[0] == 2] == [(2, 0, 0)]
    assert (1, 2, 0) in run
    assert len(run) + len(waiting) == 18
