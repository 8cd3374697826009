"""Recordings whose channels are pairs of contacts already."""

import numpy as np
import pytest

import corticast as cc
from corticast.core.model.recording import Recording
from corticast.core.model.types import Electrodes, PlacedElectrodes
from corticast.dsp.drive import ArrayDrive
from corticast.dsp.recorded import HighGammaDrive, VoltageDrive
from corticast.dsp.recorded_pairs import recorded_pairs
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming
from corticast.film.words import caption_of, methods_of

RATE, N = 1000.0, 3000
CONTACTS = ("LA1", "LA2", "LA3", "LA4", "G1-1", "G1-2")
POS = np.array([[-40.0, 0, 10], [-30, 0, 10], [30, 0, 10], [40, 4, 10], [1, 2, 3], [5, 2, 3]])


def table(*bad):
    return Electrodes(CONTACTS, POS, space="world", bad=np.isin(CONTACTS, bad))


def placed(*bad):
    return PlacedElectrodes(table(*bad), POS)


def recording(*names, seed=0):
    values = 1e-5 * np.random.default_rng(seed).standard_normal((len(names), N))
    return Recording.of_array(values, RATE, names, "V"), values


@pytest.mark.parametrize(
    ("channel", "pair"),
    [
        ("LA1-LA2", (0, 1)),
        ("LA2-LA1", (1, 0)),
        ("LA1–LA3", (0, 2)),
        ("EEG LA 01-LA 02", (0, 1)),
        ("EEG la1 - la2-Ref", (0, 1)),
        ("G1-1-G1-2", (4, 5)),
        ("LA4-G1-2", (3, 5)),
        ("LA1-2", (0, 1)),
        ("POL LA2-3", (1, 2)),
        ("EEG LA02-03-Ref", (1, 2)),
        ("LA1/LA2", (0, 1)),
        ("LA1_LA2", (0, 1)),
        ("LA1-9", None),
        ("LA1-1", None),
        ("LA1-LA9", None),
        ("LA1-Ref", None),
        ("LA1-LA1", None),
        ("G1-1", None),
        ("EKG1-EKG2", None),
    ],
)
def test_a_pair_has_the_names_of_two_contacts(channel, pair):
    assert recorded_pairs((channel,), CONTACTS) == ({} if pair is None else {0: pair})


def test_channels_of_contacts_stay_where_they_are_more():
    assert recorded_pairs(("LA1", "LA2", "LA3-LA4"), CONTACTS) == {}
    assert recorded_pairs(("LA1", "LA1-LA2", "LA2-LA3"), CONTACTS) == {1: (0, 1), 2: (1, 2)}


@pytest.mark.parametrize("reference", ["kind", "group", "average", "bipolar", "none"])
def test_pairs_stand_at_midpoints_and_keep_their_reference(reference):
    data, values = recording("LA1-LA2", "LA2-LA3", "DC1", "LA3-LA4")
    film = open_film(
        cc.Scene(electrodes=table(), drive=VoltageDrive(data, reference=reference, full_scale=30.0), layout="lateral"),
        FilmTiming(size=(320, 180), fps=10),
    )
    assert film.placed.table.names == ("LA1–LA2", "LA2–LA3", "LA3–LA4")
    np.testing.assert_array_equal(film.placed.pos, (POS[:3] + POS[1:4]) / 2)
    shown = film.activity.at(1.0)
    np.testing.assert_allclose(shown, np.clip(1e6 * values[[0, 1, 3], 1000] / 30, -1, 1), rtol=1e-5)
    assert caption_of(film) == "voltage (µV) · reference: bipolar, as recorded · not smoothed · n = 3 pairs"
    assert "Reference: bipolar, as recorded." in methods_of(film)
    assert "3 pairs show data" in methods_of(film)
    assert film.activity.warnings == (
        "3 channels are pairs of contacts (LA1-LA2, LA2-LA3, LA3-LA4): each stands at the midpoint of its contacts, "
        "and no second reference is taken; 2 contacts without a pair are not drawn",
        "1 of 4 channels are no pair of two electrodes: DC1",
    )


def test_high_gamma_of_pairs_equals_high_gamma_without_a_reference():
    names = ("LA1-LA2", "LA2-LA3", "LA3-LA4")
    data, values = recording(*names)
    ours = HighGammaDrive(data, line_hz=None, full_scale=8.0).activity(placed())
    plain = Recording.of_array(values, RATE, ("LA1", "LA2", "LA3"), "V")
    theirs = HighGammaDrive(plain, reference="none", line_hz=None, full_scale=8.0).activity(placed())
    np.testing.assert_array_equal(ours.values, theirs.values)
    assert ours.pairs.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert ours.measured.reference == "bipolar, as recorded"


def test_pairs_with_a_bad_contact_are_hollow():
    data, _ = recording("LA1-LA2", "LA2-LA3", "LA3-LA4")
    activity = VoltageDrive(data).activity(placed("LA1"))
    assert activity.hollow.tolist() == [True, False, False]
    assert activity.row_of_contact.tolist() == [-1, 0, 1]


def test_tables_of_pairs_stand_at_midpoints_too():
    drive = ArrayDrive(np.array([[0.0, 1.0], [0.5, 0.25]]), 1.0, ("LA3-LA4", "LA1-LA2"), name="z.tsv")
    activity = drive.activity(placed())
    assert activity.pairs.tolist() == [[2, 3], [0, 1]]
    np.testing.assert_allclose(activity.at(1.0), [1.0, 0.25])
    assert activity.measured.reference == "bipolar"


def test_rows_of_a_grid_are_no_neighbours():
    """Grids of three and more columns, 10 mm apart and bent a little; numpy measures which neighbours lie far apart."""
    for columns in (3, 4, 8):
        n = 4 * columns
        names = tuple(f"G{k}" for k in range(1, n + 1))
        rng = np.random.default_rng(columns)
        pos = np.array([[10.0 * (k % columns), 10.0 * (k // columns), 0] for k in range(n)]) + rng.normal(
            0, 0.5, (n, 3)
        )
        electrodes = PlacedElectrodes(Electrodes(names, pos), pos)
        data = Recording.of_array(rng.standard_normal((n, N)), RATE, names)
        activity = VoltageDrive(data, reference="bipolar").activity(electrodes)
        apart = np.linalg.norm(np.diff(pos, axis=0), axis=1)
        near = np.flatnonzero(apart <= 1.5 * np.median(apart))
        assert activity.pairs[:, 0].tolist() == near.tolist()
        assert near.tolist() == [k for k in range(n - 1) if (k + 1) % columns]
        assert any(f"left out {n - 1 - len(near)} pairs" in line for line in activity.warnings)
