"""Names of channels and contacts: equal, alike by rule, unclear, or not found."""

import pytest

from corticast.core.matching import contacts_finder, match_names
from corticast.dsp.recorded_pairs import recorded_pairs
from corticast.errors import DataError


@pytest.mark.parametrize(
    ("contact", "channel"),
    [
        ("A'1", "POL A'1"),
        ("LA1", "EEG LA1-Ref"),
        ("LA1", "LA-1"),
        ("LA1", "LA01"),
        ("LA1", "la_001"),
        ("LA1", "SEEG LA 01-Ref"),
        ("LA1", "DBS LA1"),
        ("LA1", "LA1-AVG"),
        ("LA1", "LA1 - Reference"),
        ("LA1", "EEG LA1-CAR"),
        ("A'1", "EEG A’01-Ref"),
        ("A'1", "A´1"),
        ("A′1", "POL a'1"),
        ("G1-2", "POL G01-02"),
        ("v'1", "V'1"),
    ],
)
def test_names_that_recorders_write_find_their_contact(contact, channel):
    found = match_names([contact, "B7"], ["X9", channel])
    assert found.rows.tolist() == [1, -1]
    assert (found.n_equal, found.alike, found.unclear) == (0, (f"{contact} = {channel}",), ())


@pytest.mark.parametrize(
    ("contact", "channel"),
    [("LA1", "LA11"), ("LA1", "LB1"), ("A'1", "A1"), ("G12", "G1-2"), ("LA1", "LA1-LA2"), ("LA1", "EEG LA1-M1")],
)
def test_other_names_find_none(contact, channel):
    assert match_names([contact], [channel]).rows.tolist() == [-1]


@pytest.mark.parametrize(
    ("contacts", "channels"),
    [
        (["LA1", "la1"], ["LA01"]),
        (["LA1", "LA-1"], ["POL LA1"]),
        (["LA01", "LA001"], ["LA1"]),
        (["A'1", "A’1"], ["a'1"]),
        (["G1", "EEG G1"], ["G01"]),
        (["x1", "X1"], ["X01", "x 1"]),
    ],
)
def test_a_name_of_two_contacts_is_refused_with_both(contacts, channels):
    with pytest.raises(DataError) as caught:
        match_names(contacts, channels, "say which")
    assert (
        str(caught.value) == f"the name {channels[0]} matches the contacts {contacts[0]} and {contacts[1]}; say which"
    )


def test_equal_names_are_never_unclear():
    found = match_names(["LA1", "la1", "LA01"], ["LA01", "LA1", "la1"])
    assert (found.rows.tolist(), found.n_equal, found.alike) == ([1, 2, 0], 3, ())


def test_a_contact_of_two_channels_has_none_and_both_are_named():
    found = match_names(["LA1", "LA2"], ["la1", "LA01", "LA2"])
    assert (found.rows.tolist(), found.unclear) == ([-1, 2], ("LA1 = la1 or LA01",))


def test_pairs_whose_sides_are_unclear_are_refused():
    find = contacts_finder(["LA1", "la1", "LA2"])
    assert (find("LA1"), find("LA01"), find(" LA2 "), find("LA3")) == (["LA1"], ["LA1", "la1"], ["LA2"], [])
    with pytest.raises(DataError, match="the name LA01-LA2 matches the contacts LA1 and la1; give its"):
        recorded_pairs(["LA01-LA2"], ["LA1", "la1", "LA2"])
    with pytest.raises(DataError, match="the name A-B-C is a pair of A and B-C, or of A-B and C"):
        recorded_pairs(["A-B-C"], ["A", "B-C", "A-B", "C"])
    assert recorded_pairs(["LA1-LA2"], ["LA1", "la1", "LA2"]) == {0: (0, 2)}
