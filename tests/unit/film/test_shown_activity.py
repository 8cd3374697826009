"""The numbers behind a film, against the drive's columns and numpy.interp."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

import corticast as cc
from corticast.app.render.film_file import write_film
from corticast.app.render.poster import Poster
from corticast.core.model.machine import Machine
from corticast.errors import OptionError
from corticast.film import shown_activity
from corticast.film.shown_activity import write_activity
from corticast.film.timing import FilmTiming
from corticast.io.activity import load_activity

NAMES = ("LA1", "LA2", "LA3", "RA1")
RATE_HZ = 40.0


def scene_of(**options):
    """Contacts of random activity; RA1 has no channel."""
    values = np.random.default_rng(4).uniform(-1, 1, (3, 121)).astype(np.float32)
    pos = np.array([[-40.0, 0.0, 5.0 * k] for k in range(4)])
    drive = cc.ArrayDrive(values, RATE_HZ, NAMES[:3], start_s=0.25, full_scale=1, **options)
    return values, cc.Scene(electrodes=cc.Electrodes(NAMES, pos), drive=drive)


@pytest.mark.parametrize("speed", [1, 0.3])
def test_each_frame_shows_the_columns_interpolated(speed):
    values, scene = scene_of()
    shown = cc.activity(scene, fps="30000/1001", start=0.1, frames=50, speed=speed)
    assert shown.names == NAMES
    assert shown.values.shape == (50, 4)
    assert shown.values.dtype == np.float32
    np.testing.assert_allclose(shown.times_s, np.arange(50) * 1001 / 30000, rtol=1e-15)
    times_s = 0.1 + speed * shown.times_s
    for contact in range(3):
        expected = np.interp(times_s, 0.25 + np.arange(121) / RATE_HZ, values[contact])
        np.testing.assert_allclose(shown.values[:, contact], expected, atol=1e-6)
    assert np.isnan(shown.values[:, 3]).all()
    assert (shown.quantity, shown.full_scale) == ("activity", 1)


def test_a_table_gives_every_number_back(tmp_path):
    _, scene = scene_of(rests_outside=True)
    shown = cc.activity(scene, fps=20)
    path = tmp_path / "activity.tsv"
    write_activity(shown, path)
    with path.open(newline="") as file:
        header, *rows = csv.reader(file, delimiter="\t")
    assert header == ["time", *NAMES]
    assert {row[4] for row in rows} == {"n/a"}
    # No data before 0.25 s, and after 121 columns.
    is_known = (shown.times_s >= 0.25) & (shown.times_s < 0.25 + 121 / RATE_HZ)
    assert np.array_equal(~np.isnan(shown.values[:, :3]).any(axis=1), is_known)
    cells = np.array([[cell.replace("n/a", "nan") for cell in row[:4]] for row in rows])
    assert np.array_equal(cells[:, 0].astype(float), shown.times_s)
    assert np.array_equal(cells[:, 1:].astype(np.float32), shown.values[:, :3], equal_nan=True)
    # As --activity reads it.
    table = load_activity(path)
    assert (table.sample_rate, table.start_s, table.names) == (20, 0, NAMES)
    np.testing.assert_allclose(table.values, shown.values.T, rtol=1e-8)
    with pytest.raises(OptionError, match=r"save_activity .*exists"):
        write_activity(shown, path)
    write_activity(shown, path, overwrite=True)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["activity.json", "activity.tsv"]


@pytest.mark.parametrize(
    ("options", "names", "not_drawn"),
    [
        ({}, ["LA1", "LA2", "RA1", "RA2"], ["LA2", "RA2"]),
        ({"select": "LA*"}, ["LA1", "LA2"], ["LA2"]),
        ({"exclude": "LA2"}, ["LA1", "RA1", "RA2"], ["RA2"]),
        ({"select": "LA1,RA1"}, ["LA1", "RA1"], None),
    ],
)
def test_the_columns_are_the_selected_contacts(tmp_path, options, names, not_drawn):
    """LA2 and RA2 have activity and no position."""
    pos = np.array([[-40.0, 0, 0], [np.nan] * 3, [40, 0, 0], [np.nan] * 3])
    values = np.linspace(0, 1, 20, dtype=np.float32).reshape(4, 5)
    every = ("LA1", "LA2", "RA1", "RA2")
    scene = cc.Scene(electrodes=cc.Electrodes(every, pos), drive=cc.ArrayDrive(values, 10.0, every), **options)
    write_activity(cc.activity(scene, fps=10, frames=4), tmp_path / "a.tsv")
    table = pd.read_csv(tmp_path / "a.tsv", sep="\t", index_col="time")
    assert list(table.columns) == names
    expected = pd.DataFrame(values.T[:4], columns=every)[names]
    np.testing.assert_allclose(table / table.max(), expected / expected.max(), rtol=1e-6)
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")).get("NotDrawn") == not_drawn


def test_a_table_never_stands_without_its_meaning(tmp_path, monkeypatch):
    shown = cc.activity(scene_of()[1], frames=2)

    def fails(shown):
        raise OSError("no space")

    with monkeypatch.context() as patched:
        patched.setattr(shown_activity, "_meaning", fails)
        with pytest.raises(OptionError, match=r"save_activity .*no space; give a folder"):
            write_activity(shown, tmp_path / "a.tsv")
    assert list(tmp_path.iterdir()) == []
    for name, said in (("b.json", "b.json is a folder"), ("b.tsv", "it is a folder")):
        (tmp_path / name).mkdir()
        with pytest.raises(OptionError, match=said):
            write_activity(shown, tmp_path / "b.tsv", overwrite=True)
        (tmp_path / name).rmdir()
    assert list(tmp_path.iterdir()) == []


def test_the_files_of_a_film_are_different_ones(tmp_path):
    scene, timing = scene_of()[1], FilmTiming.of(frames=2)
    with pytest.raises(OptionError, match=r"save_activity .*s\.json: profile is the same file"):
        write_film(
            scene, tmp_path / "f.mp4", timing, Machine(), profile=tmp_path / "s.json", save_activity=tmp_path / "s.tsv"
        )
    with pytest.raises(OptionError, match=r"poster .*f\.png: the film is the same file"):
        write_film(scene, tmp_path / "f.png", timing, Machine(), poster=Poster(tmp_path / "f.png"))
    assert list(tmp_path.iterdir()) == []


def test_without_activity_there_are_no_numbers():
    with pytest.raises(OptionError, match="no activity"):
        cc.activity(cc.Scene(electrodes=cc.Electrodes(NAMES, np.full((4, 3), 10.0))), duration=1)
