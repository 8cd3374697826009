"""Several subjects on one template: one table of their files, against the csv module, and the rule of spaces."""

import csv
import json
import re

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import cKDTree

import corticast as cc
from corticast.core.geometry.contact_sizes import contact_sizes
from corticast.core.geometry.placement import place, placed_of
from corticast.core.geometry.spacing import neighbour_spacing
from corticast.core.model.groups import groups_of
from corticast.core.model.selection import matching
from corticast.core.model.subject_names import full_names
from corticast.core.model.subjects import merged_warnings, own_columns
from corticast.errors import DataError, OptionError
from corticast.film.opening import open_film
from corticast.film.subject_words import subject_facts, subject_lines
from corticast.io.scene import read_scene_file

MNI = "MNI152NLin2009cAsym"
GRID = np.mgrid[:4, :4].reshape(2, -1).T * 10.0


def write(path, rows, system=MNI, **columns):
    """A table of names and positions, with its coordsystem.json."""
    path.parent.mkdir(parents=True, exist_ok=True)
    header = ["name", "x", "y", "z", *columns]
    lines = [[*row, *(cells[number] for cells in columns.values())] for number, row in enumerate(rows)]
    path.write_text("\n".join("\t".join(map(str, line)) for line in [header, *lines]) + "\n")
    if system:
        content = {"iEEGCoordinateSystem": system, "iEEGCoordinateUnits": "mm"}
        path.with_name(path.name.replace("electrodes.tsv", "coordsystem.json")).write_text(json.dumps(content))
    return path


def shaft(name, n=4, x=-30.0, step=5.0):
    return [(f"{name}{k + 1}", x + step * k, 4.0, 6.0) for k in range(n)]


def volume(space=MNI, half_mm=90):
    affine = np.diag([2.0, 2, 2, 1])
    affine[:3, 3] = -half_mm
    return cc.Volume.from_array(np.zeros((half_mm,) * 3, np.uint8), affine, name="T1.nii", space=space)


@pytest.fixture
def two(tmp_path):
    """Tables of two subjects, who share the names LA1 to LA3."""
    one = write(tmp_path / "sub-01_electrodes.tsv", [*shaft("LA", 3), *shaft("G", 2, 20)], hemi=["L"] * 3 + ["R"] * 2)
    return [one, write(tmp_path / "sub-02" / "ieeg" / "electrodes.tsv", shaft("LA", 4, -50))]


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_the_table_of_two_subjects_holds_the_rows_of_both_files(two):
    table = cc.load_electrodes(two)
    rows = [(subject, row) for subject, path in zip(("sub-01", "sub-02"), two, strict=True) for row in rows_of(path)]
    assert table.subjects == tuple(subject for subject, _ in rows)
    assert table.names == tuple(f"{subject}:{row['name']}" for subject, row in rows)
    np.testing.assert_array_equal(table.pos, [[float(row[axis]) for axis in "xyz"] for _, row in rows])
    assert table.columns["subject"] == table.subjects
    assert table.columns["hemi"] == tuple(row.get("hemi", "") for _, row in rows)
    assert table.columns["group"] == ("LA",) * 3 + ("G",) * 2 + ("LA",) * 4
    assert groups_of(table) == ("sub-01:LA",) * 3 + ("sub-01:G",) * 2 + ("sub-02:LA",) * 4
    assert (table.space, table.frame, table.path) == ("world", MNI, None)


def test_one_file_stays_as_it_was(two):
    alone, listed = cc.load_electrodes(two[0]), cc.load_electrodes([two[0]])
    assert alone.names == listed.names == ("LA1", "LA2", "LA3", "G1", "G2")
    assert (listed.subjects, listed.parts, list(listed.columns)) == ((), (), ["hemi"])


def test_names_that_nobody_shares_stay_without_a_subject(tmp_path):
    paths = [write(tmp_path / "a.tsv", shaft("LA"), ""), write(tmp_path / "b.tsv", shaft("LB"), "")]
    table = cc.load_electrodes(paths)
    assert table.names == ("LA1", "LA2", "LA3", "LA4", "LB1", "LB2", "LB3", "LB4")
    assert table.subjects == ("a",) * 4 + ("b",) * 4


@pytest.mark.parametrize(
    ("names", "subjects"),
    [
        (("sub-01/sub-01_electrodes.tsv", "sub-02/sub-02_electrodes.tsv"), ("sub-01", "sub-02")),
        (("sub-x1/ieeg/electrodes.tsv", "sub-x2/ieeg/electrodes.tsv"), ("sub-x1", "sub-x2")),
        (("mg112.tsv", "pt7.tsv"), ("mg112", "pt7")),
        (("mg112/elecs.tsv", "pt7/elecs.tsv"), ("mg112", "pt7")),
    ],
)
def test_subjects_are_named_by_their_paths(tmp_path, names, subjects):
    table = cc.load_electrodes([write(tmp_path / name, shaft("LA", 2), "") for name in names])
    assert tuple(dict.fromkeys(table.subjects)) == subjects


def test_a_column_that_counts_rows_makes_no_shafts_of_names_that_two_subjects_share(tmp_path):
    columns = {"subject": ["S1", "S1", "S2", "S2"], "index": ["1", "2", "3", "4"]}
    table = cc.load_electrodes(
        write(tmp_path / "all_electrodes.tsv", [*shaft("LA", 2), *shaft("LA", 2, 20)], **columns)
    )
    assert table.names == ("S1:LA1", "S1:LA2", "S2:LA1", "S2:LA2")


@pytest.mark.parametrize("title", ["subject", "participant_id", "Subject"])
def test_a_column_names_the_subjects_of_one_file(tmp_path, title):
    rows = [*shaft("LA", 2), *shaft("LA", 2, 20), *shaft("LB", 1, 40)]
    path = write(tmp_path / "sub-99_electrodes.tsv", rows, **{title: ["S1", "S1", "S2", "S2", "n/a"]})
    table = cc.load_electrodes(path)
    frame = pd.read_csv(path, sep="\t")
    assert table.subjects == tuple(frame[title].fillna("sub-99"))
    assert table.names == ("S1:LA1", "S1:LA2", "S2:LA1", "S2:LA2", "sub-99:LB1")
    assert table.path == path
    assert [text for text in table.warnings if "have no subject" not in text] == []
    assert own_columns(table) == (title,)
    line = "3 subjects: S1 2 contacts, S2 2 contacts, sub-99 1 contact"
    assert subject_lines(subject_facts(place(table))) == [line]


def test_what_cannot_be_joined_is_refused_in_one_line(two, tmp_path):
    again = write(tmp_path / "more" / "sub-01_ses-2_electrodes.tsv", shaft("LA", 1))
    text = f"{again}: holds LA1 of subject sub-01, as sub-01_electrodes.tsv does; leave one out"
    with pytest.raises(DataError, match=re.escape(text)):
        cc.load_electrodes([two[0], again])
    flat = cc.Electrodes(("P1",), np.array([[3.0, 4.0]]))
    with pytest.raises(DataError, match=r"has pixels of a picture, and sub-01_electrodes\.tsv has x, y, z"):
        cc.Scene(electrodes=[cc.load_electrodes(two[0]), flat])
    with pytest.raises(OptionError, match="give what"):
        cc.Scene(electrodes=[])


def test_units_of_a_column_may_not_differ():
    tables = [
        cc.Electrodes((name,), np.zeros((1, 3)), columns={"t": ("1",)}, units={"t": unit})
        for name, unit in (("A1", "µV"), ("B1", "mV"))
    ]
    with pytest.raises(DataError, match="column t has µV, and mV in another table"):
        cc.Scene(electrodes=tables)


# The rule of spaces


@pytest.mark.parametrize("system", ["ACPC", "ScanRAS", "fsnative"])
def test_native_contacts_on_a_template_are_refused_with_their_file(two, tmp_path, system):
    native = write(tmp_path / "sub-03_electrodes.tsv", shaft("LA"), system)
    text = f"{native}: the contacts are in {system}, but T1.nii is in {MNI}"
    with pytest.raises(DataError, match=re.escape(text)):
        place(cc.load_electrodes([*two, native]), volume=volume())
    if system != "fsnative":
        placed = place(cc.load_electrodes([*two, native]), volume=volume(), space="world")
        np.testing.assert_array_equal(placed.pos[-4:], [row[1:] for row in shaft("LA")])


@pytest.mark.parametrize("space", [None, "native"])
def test_two_heads_of_their_own_have_no_volume(tmp_path, space):
    tables = [write(tmp_path / f"sub-0{k}_electrodes.tsv", shaft("LA", 4, -10.0 * k), "ScanRAS") for k in (1, 2)]
    with pytest.raises(
        DataError, match=r"sub-01_electrodes\.tsv: the contacts are in ScanRAS, the space of the subject's"
    ):
        place(cc.load_electrodes(tables), volume=volume(space))


def test_each_file_has_to_lie_in_the_volume(two, tmp_path):
    away = write(tmp_path / "sub-03_electrodes.tsv", shaft("X", 2, 200))
    with pytest.raises(DataError, match=f"{re.escape(str(away))}: .* only 0 % of the contacts lie inside"):
        place(cc.load_electrodes([*two, away]), volume=volume())


def test_units_are_those_of_each_file(tmp_path):
    mm = write(tmp_path / "sub-01_electrodes.tsv", shaft("LA"))
    metres = write(
        tmp_path / "sub-02_electrodes.tsv", [(n, x / 1000, y / 1000, z / 1000) for n, x, y, z in shaft("LA")]
    )
    (tmp_path / "sub-02_coordsystem.json").write_text(
        json.dumps({"iEEGCoordinateSystem": MNI, "iEEGCoordinateUnits": "m"})
    )
    placed = place(cc.load_electrodes([mm, metres]), volume=volume())
    np.testing.assert_allclose(placed.pos[:4], placed.pos[4:], atol=1e-9)
    assert placed.share_inside == 1


def test_a_warning_about_all_files_is_one_line(tmp_path):
    tables = [write(tmp_path / f"sub-0{k}_electrodes.tsv", shaft("LA"), "") for k in (1, 2, 3)]
    (warning,) = place(cc.load_electrodes(tables), volume=volume()).warnings
    assert warning.startswith(f"{tables[0]} and 2 other tables: nothing says in which space")


def test_warnings_of_several_tables_name_them():
    about = "T1.nii: contacts are taken to fit"
    alike = merged_warnings([("a.tsv", (about, "a.tsv: 3 of 9 rows")), ("b.tsv", (about, "b.tsv: 3 of 9 rows"))])
    assert alike == (about, "a.tsv and 1 other table: 3 of 9 rows")
    tables = [
        ("a.tsv", (about,)),
        ("b.tsv", (f"{about}, but 1 of 4 lie outside",)),
        ("c.tsv", (f"{about}, but 2 of 8 lie outside",)),
    ]
    assert merged_warnings(tables) == (
        f"a.tsv: {about}",
        f"b.tsv and 1 other table: {about}, but 1 of 4 lie outside; the figures are those of the first",
    )


# Sizes


def test_overlapping_grids_of_two_subjects_do_not_shrink_each_other():
    pos = np.concatenate([np.pad(GRID, ((0, 0), (0, 1))), np.pad(GRID + 1.0, ((0, 0), (0, 1)))])
    names = tuple(f"G{k}" for k in range(16))
    tables = [cc.Electrodes(names, each, "world") for each in np.split(pos, 2)]
    scene = cc.Scene(electrodes=tables, layout="lateral")
    together = np.median(cKDTree(pos).query(pos, k=2)[0][:, 1])
    within = min(np.median(cKDTree(each).query(each, k=2)[0][:, 1]) for each in np.split(pos, 2))
    assert (together, within) == (pytest.approx(np.sqrt(2)), 10)
    assert contact_sizes(scene, placed_of(scene), None, moves=False).spacing == within
    assert neighbour_spacing(pos, ["G"] * 32) == pytest.approx(together)
    assert neighbour_spacing(pos[[0, 16]], ["G", "G"], ["1", "2"]) is None


# Names


def test_names_are_found_with_their_subject_and_without(two):
    table = cc.load_electrodes(two)
    known = {
        "sub-01:LA1": "sub-01:LA1",
        "01_LA1": "sub-01:LA1",
        "SUB-02/LA04": "sub-02:LA04",
        "LA4": "sub-02:LA4",
        "G2": "sub-01:G2",
        "EEG G02-Ref": "sub-01:G02",
        "G1-G2": "sub-01:G1-sub-01:G2",
        "sub-02:LA1-LA2": "sub-02:LA1-sub-02:LA2",
        "G1/G2": "sub-01:G1/sub-01:G2",
        "G1-2": "sub-01:G1-sub-01:G2",
        "POL G1-02": "sub-01:G1-sub-01:G02",
        "sub-01:LA1/LA2": "sub-01:LA1/sub-01:LA2",
        "01_LA1-2": "sub-01:LA1-sub-01:LA2",
        "02_LA3_LA4": "sub-02:LA3_sub-02:LA4",
        "G1-1": "G1-1",
        "ECG": "ECG",
        "sub-02:G1": "sub-02:G1",
    }
    assert full_names(tuple(known), table) == tuple(known.values())


@pytest.mark.parametrize(("name", "what"), [("LA1", "name LA1"), ("la01", "name la01"), ("LA1-LA2", "pair LA1-LA2")])
def test_a_name_of_two_subjects_is_refused_in_one_line(two, name, what):
    text = f"r.edf: the {what} stands for 2 subjects; give the subject too: sub-01:{name}, sub-02:{name}"
    with pytest.raises(DataError, match=re.escape(text)):
        full_names((name,), cc.load_electrodes(two), "r.edf")


@pytest.mark.parametrize(
    ("pattern", "rows"),
    [("LA*", [0, 1, 2, 5, 6, 7, 8]), ("sub-02:*", [5, 6, 7, 8]), ("01:LA?", [0, 1, 2]), ("G1", [3]), ("*:LA1", [0, 5])],
)
def test_patterns_match_with_a_subject_and_without(two, pattern, rows):
    assert np.flatnonzero(matching(cc.load_electrodes(two), (pattern,), "--select")).tolist() == rows


@pytest.mark.parametrize("option", ["select", "exclude", "names"])
def test_a_selected_name_of_two_subjects_is_refused(two, option):
    text = f"{option} LA1: stands for contacts of 2 subjects; give sub-01:LA1, sub-02:LA1, or '*:LA1' for all"
    with pytest.raises(OptionError, match=re.escape(text)):
        cc.Scene(electrodes=cc.load_electrodes(two), layout="lateral", **{option: ("LA1",)})


def test_values_are_joined_by_subject_as_pandas_joins_them(two):
    table = cc.load_electrodes(two)
    values = pd.DataFrame({"subject": ["01", "sub-02", "02"], "name": ["LA1", "LA1", "LA4"], "t": [1.5, 2.5, 4.0]})
    scene = cc.Scene(electrodes=table, values=cc.load_values(values), color_by="t", layout="lateral")
    contacts = pd.DataFrame({"subject": [each[-2:] for each in table.subjects], "name": table.own_names})
    keys = values.assign(subject=values.subject.str[-2:])
    expected = contacts.merge(keys, how="left", on=["subject", "name"])["t"]
    np.testing.assert_array_equal(open_film(scene, still=True).look.colours.column.numbers(table.names), expected)
    with pytest.raises(DataError, match="the name LA1 stands for 2 subjects"):
        cc.Scene(electrodes=table, values=cc.load_values({"LA1": 1.0}), layout="lateral")
    with pytest.raises(DataError, match="two rows are named LA1"):
        cc.Scene(electrodes=cc.load_electrodes(two[0]), values=cc.load_values(values), color_by="t", layout="lateral")


def test_activity_is_joined_with_the_subject_and_without(two):
    table = cc.load_electrodes(two)
    values = np.arange(1.0, 4)[:, None] * np.ones((3, 5), np.float32)
    shown = cc.ArrayDrive(values, 5.0, ("sub-01:LA1", "G1", "02:LA4")).activity(place(table))
    found = dict(zip(table.names, shown.row_of_contact.tolist(), strict=True))
    assert {name: row for name, row in found.items() if row >= 0} == {"sub-01:LA1": 0, "sub-01:G1": 1, "sub-02:LA4": 2}
    with pytest.raises(DataError, match="the name LA1 stands for 2 subjects"):
        cc.ArrayDrive(values, 5.0, ("LA1", "G1", "G2")).activity(place(table))


def test_recorded_pairs_of_several_subjects_stand_at_midpoints(two):
    table = cc.load_electrodes(two)
    channels = ("sub-01:LA1/LA2", "01_LA2-3", "G1-2", "02:LA1_LA2")
    volts = np.random.default_rng(3).normal(0, 1e-5, (4, 4000)).astype(np.float32)
    drive = cc.HighGammaDrive(cc.Recording.of_array(volts, 1000.0, channels, "V"))
    film = open_film(cc.Scene(electrodes=table, drive=drive, layout="lateral"), still=True)
    assert film.placed.table.names == ("sub-01:LA1–LA2", "sub-01:LA2–LA3", "sub-01:G1–G2", "sub-02:LA1–LA2")
    rows = np.array([[0, 1], [1, 2], [3, 4], [5, 6]])
    np.testing.assert_array_equal(film.placed.pos, table.pos[rows].mean(axis=1))


def test_pairs_stand_within_a_subject(two):
    table = cc.load_electrodes(two)
    channels = ("sub-01:LA1", "sub-01:LA2", "sub-02:LA1", "sub-02:LA2", "sub-02:LA3")
    volts = np.random.default_rng(2).normal(0, 1e-5, (5, 4000)).astype(np.float32)
    recording = cc.HighGammaDrive(cc.Recording.of_array(volts, 1000.0, channels, "V"), reference="bipolar")
    film = open_film(cc.Scene(electrodes=table, drive=recording, layout="lateral"), still=True)
    assert film.placed.table.names == ("sub-01:LA1–LA2", "sub-02:LA1–LA2", "sub-02:LA2–LA3")
    assert subject_facts(film.placed)["Subjects"]["sub-02"]["Drawn"] == 2


# Words and files


def test_counts_are_reported_for_each_subject(two, tmp_path):
    blind = write(tmp_path / "sub-03_electrodes.tsv", [*shaft("LA", 2), ("LA3", "n/a", "n/a", "n/a")])
    scene = cc.Scene(electrodes=[cc.load_electrodes(path) for path in (*two, blind)], layout="lateral", exclude=("G*",))
    film = open_film(scene, still=True)
    facts = subject_facts(film.placed)
    assert facts["Subjects"] == {
        "sub-01": {"Contacts": 5, "WithPosition": 5, "Drawn": 3},
        "sub-02": {"Contacts": 4, "WithPosition": 4, "Drawn": 4},
        "sub-03": {"Contacts": 3, "WithPosition": 2, "Drawn": 2},
    }
    line = "3 subjects: sub-01 5 contacts (3 drawn), sub-02 4 contacts, sub-03 3 contacts (2 drawn)"
    assert subject_lines(facts) == [line]
    # Contacts of several subjects have the colours of their subjects, and the legend counts them.
    assert film.look.colours.column.title == "subject"
    assert film.look.colours.legend == ("sub-01 (3)", "sub-02 (4)", "sub-03 (2)")
    by_group = open_film(cc.Scene(electrodes=scene.electrodes, layout="lateral", color_by="group"), still=True)
    assert by_group.look.colours.legend == ("LA", "G")
    assert subject_facts(open_film(cc.Scene(electrodes=cc.load_electrodes(two[0])), still=True).placed) == {}


def test_a_scene_file_holds_a_list_of_tables(two, tmp_path):
    scene = cc.Scene(electrodes=cc.load_electrodes(two), layout="lateral")
    saved = tmp_path / "deep" / "scene.toml"
    saved.parent.mkdir()
    scene.save(saved)
    assert (
        'electrodes = [\n    "../sub-01_electrodes.tsv",\n    "../sub-02/ieeg/electrodes.tsv",\n]' in saved.read_text()
    )
    assert cc.load_scene(saved).electrodes.names == scene.electrodes.names
    assert [path.resolve() for path in read_scene_file(saved).electrodes] == two
    saved.unlink()
    cc.Scene(electrodes=cc.load_electrodes(two[0]), layout="lateral").save(saved)
    assert 'electrodes = "../sub-01_electrodes.tsv"' in saved.read_text()


@pytest.mark.parametrize("title", ["sub", "Subj", "subject", "participant_id"])
def test_a_short_title_of_the_column_of_subjects_is_reported(tmp_path, title):
    path = write(tmp_path / "all_electrodes.tsv", shaft("LA"), **{title: ["a", "a", "b", "b"]})
    table = cc.load_electrodes(path)
    assert table.subjects == tuple(row[title] for row in rows_of(path))
    said = [text for text in table.warnings if f"column {title} names the subjects (a, b)" in text]
    assert len(said) == (title.lower() in ("sub", "subj"))


def test_rows_without_a_subject_are_counted_and_reported(tmp_path):
    path = write(tmp_path / "sub-07_electrodes.tsv", shaft("LA"), participant_id=["sub-08", "", "n/a", "sub-08"])
    table = cc.load_electrodes(path)
    assert table.subjects == ("sub-08", "sub-07", "sub-07", "sub-08")
    (said,) = (text for text in table.warnings if "have no subject" in text)
    assert (
        said
        == f"{path}: 2 of 4 rows have no subject in column participant_id; they count as sub-07, by the table's path"
    )


def test_a_label_with_and_without_its_prefix_is_one_subject(tmp_path):
    """In BIDS the label 01 stands in sub-01."""
    one = write(tmp_path / "sub-01_electrodes.tsv", shaft("LA", 2))
    other = write(tmp_path / "more_electrodes.tsv", shaft("RA", 3, 30), participant_id=["01", "02", "02"])
    table = cc.load_electrodes([one, other])
    assert table.subjects == ("sub-01", "sub-01", "sub-01", "02", "02")
    assert "subjects 01 and sub-01 are one, sub-01" in table.warnings
    assert cc.load_electrodes(other).subjects == ("01", "02", "02")


def test_a_contact_of_one_subject_is_refused_twice_with_and_without_the_prefix(tmp_path):
    one = write(tmp_path / "sub-01_electrodes.tsv", shaft("LA", 2))
    other = write(tmp_path / "more_electrodes.tsv", shaft("LA", 2), participant_id=["01", "02"])
    with pytest.raises(DataError, match="holds LA1 of subject sub-01"):
        cc.load_electrodes([one, other])
