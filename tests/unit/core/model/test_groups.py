"""Groups of contacts: the column of a table comes first, then the names."""

import numpy as np
import pytest

from corticast.core.model.groups import group_of, groups_of
from corticast.core.model.types import Electrodes


@pytest.mark.parametrize(
    ("name", "group"),
    [
        *[("LA3", "LA"), ("LA 3", "LA"), ("LA_03", "LA"), ("v'1", "v'"), ("G-12", "G"), ("17", "contacts")],
        *[("REF", "REF"), ("EEG LA 03-Ref", "LA"), ("POL A'1", "A'"), ("A1'", "A'"), ("G1_12", "G1")],
        *[("LA1-LA2", "LA"), ("LA1 - LA2", "LA"), ("B'9-B'10", "B'"), ("G1-12", "G1")],
    ],
)
def test_a_name_without_its_number_is_its_group(name, group):
    assert group_of(name) == group


def table(columns):
    names = ("LA1", "LA2", "G1")
    return Electrodes(names, np.zeros((3, 3)), columns=columns)


@pytest.mark.parametrize("title", ["group", "Group", "group_name", "shaft"])
def test_a_column_comes_before_the_names(title):
    assert groups_of(table({title: ("left amygdala", "n/a", " grid ")})) == ("left amygdala", "LA", "grid")


def test_without_a_column_names_tell_the_groups():
    assert groups_of(table({"hemisphere": ("L", "L", "R")})) == ("LA", "LA", "G")
