"""Electrode tables as BIDS, spreadsheets and data frames write them, and what BIDS inheritance adds to them."""

from __future__ import annotations

import csv
import json
import os

import numpy as np
import pytest

from corticast.errors import DataError
from corticast.io.bids import channel_tables, entities, nearest_coordsystem
from corticast.io.electrodes import load_electrodes

TABLE = "name\tx\ty\tz\tsize\nA1\t10\t20\t30\t2\nA2\t-11.5\t21\t31\tn/a\nA3\t12\t22\t-32\t-999\n"
POS = [[10, 20, 30], [-11.5, 21, 31], [12, 22, -32]]


def write(path, text=TABLE, encoding="utf-8"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def write_json(path, system="", unit="", prefix="iEEG"):
    said = {f"{prefix}CoordinateSystem": system, f"{prefix}CoordinateUnits": unit}
    return write(path, json.dumps({key: value for key, value in said.items() if value}))


def one_line(error, *words):
    text = str(error.value)
    assert "\n" not in text
    for word in words:
        assert str(word) in text


# Text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TABLE, "utf-8"),
        (TABLE, "utf-8-sig"),
        (TABLE, "utf-16"),
        (TABLE.replace("\n", "\r\n"), "utf-8-sig"),
        (TABLE.replace("\n", "\r"), "utf-8"),
        (TABLE.replace("\n", "\n\n"), "utf-8"),
        (TABLE.rstrip("\n"), "utf-8"),
        (TABLE.replace("\t", ","), "utf-8"),
        (TABLE.replace("\t", ";"), "utf-8"),
        (TABLE.replace("\t", ";").replace("11.5", "11,5"), "utf-8"),
        (TABLE.replace("\t", " \t "), "utf-8"),
        (TABLE.replace("name\tx\ty\tz\tsize", '"Label"\t"X"\tY\tZ\tsize'), "utf-8"),
        (TABLE.replace("name", "Electrode"), "utf-8"),
        (TABLE.replace("name", ""), "utf-8"),
    ],
)
def test_every_way_of_writing_reads_the_same(tmp_path, text, encoding):
    table = load_electrodes(write(tmp_path / "e.csv", text, encoding))
    assert table.names == ("A1", "A2", "A3")
    np.testing.assert_array_equal(table.pos, POS)
    assert table.pos.dtype == np.float64
    assert (table.space, table.frame, table.warnings) == (None, None, ())
    assert dict(table.columns) == {"size": ("2", "n/a", "-999")}
    assert table.path == tmp_path / "e.csv"


def test_columns_in_any_order_and_names_of_any_kind(tmp_path):
    text = "type,z,y,x,v\n" + "".join(f"depth,{i + 2},{i + 1},{i + 5},é'{i}\n" for i in range(3))
    table = load_electrodes(write(tmp_path / "e.csv", text, "latin-1"))
    np.testing.assert_array_equal(table.pos[0], [5, 1, 2])
    assert table.names == ("1", "2", "3")
    assert table.columns["v"] == ("é'0", "é'1", "é'2")


def test_untitled_and_repeated_columns_are_kept(tmp_path):
    table = load_electrodes(write(tmp_path / "e.csv", "name,x,y,z,,note,note,\nA,1,2,3,u,v,w,\n"))
    assert dict(table.columns) == {"5": ("u",), "note": ("v",), "note 7": ("w",)}


def test_rows_cut_short_by_an_editor(tmp_path):
    table = load_electrodes(write(tmp_path / "e.tsv", "name\tx\ty\tz\tgroup\nA\t1\t2\t3\nB\t4\t5\n"))
    assert table.columns["group"] == ("", "")
    assert table.has_position.tolist() == [True, False]


# Missing, repeated, bad


@pytest.mark.parametrize("missing", ["n/a", "N/A", "NaN", "nan", "", "-999", "-999.0", "null", "None"])
def test_rows_without_a_position_are_kept_and_reported(tmp_path, missing):
    table = load_electrodes(write(tmp_path / "e.tsv", TABLE.replace("21", missing)))
    assert table.has_position.tolist() == [True, False, True]
    assert np.isnan(table.pos[1]).all()
    assert len(table.names) == 3
    (warning,) = table.warnings
    assert "1 of 3" in warning
    assert "A2" in warning


def test_many_missing_are_one_warning(tmp_path):
    rows = "".join(f"B{i},n/a,n/a,n/a\n" for i in range(9))
    (warning,) = load_electrodes(write(tmp_path / "e.csv", f"name,x,y,z\nA,1,2,3\n{rows}")).warnings
    assert "9 of 10" in warning
    assert "B4, ..." in warning
    assert "B5" not in warning


def test_repeated_names_and_positions_are_kept_and_reported(tmp_path):
    text = "name,x,y,z\nA,1,2,3\nA,4,5,6\nC,1,2,3\nD,n/a,n/a,n/a\nE,n/a,n/a,n/a\n"
    table = load_electrodes(write(tmp_path / "e.csv", text))
    assert table.names == ("A", "A", "C", "D", "E")
    assert table.has_position.sum() == 3
    _, names, positions = table.warnings
    assert "named A;" in names
    assert "2 contacts" in positions
    assert "A, C;" in positions


def test_bad_column(tmp_path):
    text = "bad,name,x_2d,y_2d\n0,a,1,2\n1,b,3,4\nTrue,c,5,6\nfalse,d,7,8\nn/a,e,9,9\n"
    table = load_electrodes(write(tmp_path / "e.csv", text))
    assert table.bad.tolist() == [False, True, True, False, False]
    assert dict(table.columns) == {}
    with pytest.raises(DataError) as error:
        load_electrodes(write(tmp_path / "f.csv", text.replace("n/a", "perhaps")))
    one_line(error, "f.csv", "line 6", "column bad", "'perhaps'")


# Pictures, and tables without names


def test_picture_positions_are_column_and_row(tmp_path):
    table = load_electrodes(write(tmp_path / "e.csv", "name,y_2d,x_2d\na,2,1\n"))
    np.testing.assert_array_equal(table.pos, [[1, 2]])
    assert (table.space, table.frame) == ("picture", None)


@pytest.mark.parametrize("system", [{"system": "Pixels", "unit": "pixels"}, {"system": "Other", "unit": "pixels"}])
@pytest.mark.parametrize("columns", ["x\ty\tz", "x\ty"])
def test_bids_pixels_are_row_and_column(tmp_path, system, columns):
    path = write(
        tmp_path / "sub-1_electrodes.tsv", f"name\t{columns}\nA\t100\t7\tn/a\n"[: None if "z" in columns else -5]
    )
    write_json(tmp_path / "sub-1_coordsystem.json", **system)
    table = load_electrodes(path)
    np.testing.assert_array_equal(table.pos, [[7, 100]])
    assert (table.space, table.warnings) == ("picture", ())
    assert load_electrodes(path, space="picture").pos.tolist() == [[7, 100]]
    with pytest.raises(DataError):
        load_electrodes(path, space="world")


def test_space_chooses_between_picture_and_volume_columns(tmp_path):
    path = write(tmp_path / "e.csv", "name,x,y,z,x_2d,y_2d\na,1,2,3,40,50\n")
    solid, flat = load_electrodes(path), load_electrodes(path, space="picture")
    assert solid.pos.tolist() == [[1, 2, 3]]
    assert solid.columns["x_2d"] == ("40",)
    assert flat.pos.tolist() == [[40, 50]]
    assert flat.space == "picture"
    with pytest.raises(DataError) as error:
        load_electrodes(write(tmp_path / "f.csv", TABLE), space="picture")
    one_line(error, "x_2d, y_2d")
    with pytest.raises(DataError) as error:
        load_electrodes(write(tmp_path / "g.csv", "x_2d,y_2d\n1,2\n"), space="voxel")
    one_line(error, "x, y, z")


@pytest.mark.parametrize(
    ("text", "names", "pos"),
    [
        ("329,173\n338,374\n", ("1", "2"), [[329, 173], [338, 374]]),
        ("329,173,5\n338,374,6\n", ("1", "2"), [[329, 173, 5], [338, 374, 6]]),
        ("47,5;21;-34,6\n1;2;3\n", ("1", "2"), [[47.5, 21, -34.6], [1, 2, 3]]),
        ("LA1,3.5,1,5\nLA2,4,2,6\n", ("LA1", "LA2"), [[3.5, 1, 5], [4, 2, 6]]),
        (",1,2,3\n0,47.5,21,-34\n1,52,12,-31\n", ("0", "1"), [[47.5, 21, -34], [52, 12, -31]]),
        ("0,1\n47.5,21\n", ("1",), [[47.5, 21]]),
        (",0,1,2\nLA1,47.5,21,-34\n", ("LA1",), [[47.5, 21, -34]]),
    ],
)
def test_tables_that_name_no_columns(tmp_path, text, names, pos):
    table = load_electrodes(write(tmp_path / "e.csv", text))
    assert table.names == names
    np.testing.assert_array_equal(table.pos, pos)
    (warning,) = table.warnings
    assert warning.endswith("x_2d, y_2d" if len(pos[0]) == 2 else "x, y, z")


# Units


@pytest.mark.parametrize(
    ("unit", "factor"), [("mm", 1), ("cm", 10), ("m", 1000), ("n/a", 1), ("", 1), ("MM", 1), (" m ", 1000)]
)
def test_units_become_millimetres(tmp_path, unit, factor):
    path = write(tmp_path / "electrodes.tsv", TABLE)
    scale = {10: 10.0, 1000: 1000.0}.get(factor, 1.0)
    values = np.array(POS) / scale
    rows = "".join(f"A{i}\t{x!r}\t{y!r}\t{z!r}\n" for i, (x, y, z) in enumerate(values.tolist()))
    write(path, f"name\tx\ty\tz\n{rows}")
    write_json(tmp_path / "coordsystem.json", "ACPC", unit)
    table = load_electrodes(path)
    np.testing.assert_allclose(table.pos, POS, rtol=1e-14)
    assert table.warnings == ()


def test_metres_that_are_no_head_are_millimetres(tmp_path):
    path = write(tmp_path / "electrodes.tsv")
    write_json(tmp_path / "coordsystem.json", "fsaverage", "m")
    table = load_electrodes(path)
    np.testing.assert_array_equal(table.pos, POS)
    (warning,) = table.warnings
    assert "in m" in warning
    assert "32" in warning


def test_undeclared_metres_are_found(tmp_path):
    path = write(tmp_path / "e.tsv", "name\tx\ty\tz\nA\t0.08\t-0.02\t0.1\n")
    table = load_electrodes(path)
    np.testing.assert_allclose(table.pos, [[80, -20, 100]])
    (warning,) = table.warnings
    assert "metres" in warning
    # Declared millimetres, voxels and pixels stay unchanged.
    bids = write(tmp_path / "electrodes.tsv", path.read_text())
    write_json(tmp_path / "coordsystem.json", "ACPC", "mm")
    for same in (load_electrodes(bids), load_electrodes(path, space="voxel")):
        np.testing.assert_array_equal(same.pos, [[0.08, -0.02, 0.1]])
        assert same.warnings == ()


def test_unknown_unit_is_refused(tmp_path):
    path = write(tmp_path / "electrodes.tsv")
    json_path = write_json(tmp_path / "coordsystem.json", "ACPC", "inch")
    with pytest.raises(DataError) as error:
        load_electrodes(path)
    one_line(error, json_path, "'inch'", "mm")


# Space and frame


@pytest.mark.parametrize(
    ("system", "entity", "space", "frame"),
    [
        ("ScanRAS", "ScanRAS", "world", "ScanRAS"),
        ("ACPC", "", "world", "ACPC"),
        ("MNI152NLin2009aSym", "ACPC", "world", "MNI152NLin2009aSym"),
        ("Talairach", "", "world", "Talairach"),
        ("fsaverage", "fsaverage", "world", "fsaverage"),
        ("Other", "fsnative", "tkras", "fsnative"),
        ("fsnative", "", "tkras", "fsnative"),
        ("other", "voxel", "voxel", None),
        ("Other", "Other", None, None),
        ("Other", "", None, None),
        ("n/a", "MNI305", "world", "MNI305"),
        ("", "MNI305", "world", "MNI305"),
        ("", "", None, None),
    ],
)
def test_space_and_frame(tmp_path, system, entity, space, frame):
    name = f"sub-1_space-{entity}" if entity else "sub-1"
    path = write(tmp_path / f"{name}_electrodes.tsv")
    if system:
        write_json(tmp_path / f"{name}_coordsystem.json", system)
    table = load_electrodes(path)
    assert (table.space, table.frame) == (space, frame)
    for asked in ("world", "tkras", "voxel"):
        loaded = load_electrodes(path, space=asked)
        assert (loaded.space, loaded.frame) == (asked, None)


def test_scalp_eeg_has_its_own_keys(tmp_path):
    path = write(tmp_path / "electrodes.tsv", "name\tx\ty\tz\nCz\t0\t0\t9.5\n")
    write_json(tmp_path / "coordsystem.json", "CapTrak", "cm", prefix="EEG")
    table = load_electrodes(path)
    assert table.pos.tolist() == [[0, 0, 95]]
    assert table.frame == "CapTrak"


# BIDS inheritance


def test_coordsystem_is_matched_by_its_space(tmp_path):
    folder = tmp_path / "sub-1" / "ieeg"
    tables = {}
    for space, frame in [("ACPC", "ACPC"), ("MNI152Lin", "MNI152Lin"), ("Other", "Other")]:
        tables[space] = write(folder / f"sub-1_space-{space}_electrodes.tsv")
        write_json(folder / f"sub-1_space-{space}_coordsystem.json", frame, "mm")
    write_json(folder / "sub-2_space-ACPC_coordsystem.json", "Talairach", "mm")
    for space, path in tables.items():
        assert nearest_coordsystem(path) == folder / f"sub-1_space-{space}_coordsystem.json"
    assert load_electrodes(tables["MNI152Lin"]).frame == "MNI152Lin"
    assert nearest_coordsystem(write(folder / "sub-1_electrodes.tsv")) is None


def test_the_most_specific_coordsystem_of_the_nearest_folder_wins(tmp_path):
    root = tmp_path / "data"
    path = write(root / "sub-1" / "ses-a" / "ieeg" / "sub-1_ses-a_acq-x_space-ACPC_electrodes.tsv")
    candidates = [
        tmp_path / "space-ACPC_coordsystem.json",  # outside of the dataset
        root / "space-ACPC_coordsystem.json",
        root / "sub-1" / "sub-1_space-ACPC_coordsystem.json",
        root / "sub-1" / "ses-a" / "sub-1_ses-a_coordsystem.json",
        path.parent / "sub-1_space-ACPC_coordsystem.json",
        path.parent / "sub-1_ses-a_acq-x_space-ACPC_coordsystem.json",
    ]
    expected = None
    for candidate in candidates:
        write_json(candidate, "ACPC", "mm")
        expected = candidate if candidate.is_relative_to(root) else None
        assert nearest_coordsystem(path) == expected
    assert expected == candidates[-1]


def test_inheritance_ends_above_the_subject(tmp_path):
    path = write(tmp_path / "outer" / "data" / "sub-1" / "ieeg" / "sub-1_electrodes.tsv")
    write_json(tmp_path / "outer" / "coordsystem.json", "ACPC", "mm")
    assert nearest_coordsystem(path) is None
    inner = write_json(tmp_path / "outer" / "data" / "coordsystem.json", "ACPC", "mm")
    assert nearest_coordsystem(path) == inner


def test_links_into_an_annex_are_not_followed(tmp_path):
    target = write(tmp_path / "annex" / "MD5E-1.tsv")
    path = tmp_path / "sub-1" / "ieeg" / "sub-1_electrodes.tsv"
    path.parent.mkdir(parents=True)
    path.symlink_to(target)
    write_json(path.parent / "sub-1_coordsystem.json", "ACPC", "mm")
    assert load_electrodes(path).frame == "ACPC"


def test_a_relative_path_climbs_too(tmp_path, monkeypatch):
    folder = tmp_path / "sub-1" / "ieeg"
    write(folder / "sub-1_electrodes.tsv")
    write_json(tmp_path / "sub-1_coordsystem.json", "ACPC", "mm")
    monkeypatch.chdir(folder)
    assert load_electrodes("sub-1_electrodes.tsv").frame == "ACPC"


def test_parts_of_a_name_that_are_no_entities_must_agree(tmp_path):
    path = write(tmp_path / "sample_ecog_space-voxel_electrodes.tsv")
    write_json(tmp_path / "other_ecog_space-voxel_coordsystem.json", "ACPC", "mm")
    write(tmp_path / "other_ecog_channels.tsv", "name\tstatus\nA1\tbad\n")
    assert nearest_coordsystem(path) is None
    assert channel_tables(path) == []
    assert entities(path) == {"space": "voxel"}


def test_companions_of_other_tables_are_none_of_ours(tmp_path):
    write_json(tmp_path / "coordsystem.json", "ACPC", "m")
    write(tmp_path / "channels.tsv", "name\tstatus\nA1\tbad\n")
    table = load_electrodes(write(tmp_path / "grid.tsv"))
    assert table.frame is None
    assert not table.bad.any()


def test_given_companions_are_taken_instead(tmp_path):
    path = write(tmp_path / "grid.csv", TABLE)
    system = write_json(tmp_path / "c.json", "ACPC", "cm")
    channels = write(tmp_path / "ch.tsv", "name\tstatus\nA3\tbad\n")
    table = load_electrodes(path, coordsystem=system, channels=str(channels))
    assert (table.frame, table.stated_unit) == ("ACPC", "cm")
    assert table.bad.tolist() == [False, False, True]
    for wrong in ({"coordsystem": tmp_path / "no.json"}, {"channels": tmp_path / "no.tsv"}):
        with pytest.raises(DataError) as error:
            load_electrodes(path, **wrong)
        one_line(error, tmp_path / "no.")


def test_bad_in_one_run_is_bad_and_reported(tmp_path):
    folder = tmp_path / "sub-1" / "ieeg"
    path = write(folder / "sub-1_space-ACPC_electrodes.tsv")
    runs = [
        write(folder / "sub-1_task-a_run-1_channels.tsv", "name\ttype\tstatus\nA1\tSEEG\tgood\nA2\tSEEG\tgood\n"),
        write(folder / "sub-1_task-a_run-2_channels.tsv", "name\ttype\tstatus\nA1\tSEEG\tbad\nA2\tSEEG\tgood\n"),
        write(folder / "sub-1_task-b_channels.tsv", "name\ttype\tstatus\nA3\tSEEG\tBad\nEKG\tECG\tbad\n"),
    ]
    write(folder / "sub-2_task-a_channels.tsv", "name\tstatus\nA2\tbad\n")
    write(tmp_path / "task-a_channels.tsv", "name\tstatus\nA2\tbad\n")
    assert channel_tables(path) == runs
    table = load_electrodes(path)
    assert table.bad.tolist() == [True, False, True]
    (warning,) = table.warnings
    assert "shown as bad: A1" in warning
    assert "A3" not in warning


def test_channels_of_another_session_or_acquisition_do_not_apply(tmp_path):
    path = write(tmp_path / "sub-1_ses-a_acq-clinical_electrodes.tsv")
    write(tmp_path / "sub-1_ses-b_task-a_channels.tsv", "name\tstatus\nA1\tbad\n")
    write(tmp_path / "task-a_acq-clinical_channels.tsv", "name\tstatus\nA1\tbad\n")
    write(tmp_path / "sub-1_ses-a_acq-research_channels.tsv", "name\tstatus\nA1\tbad\n")
    mine = write(tmp_path / "sub-1_ses-a_task-a_acq-clinical_channels.tsv", "name\tstatus\nA2\tbad\n")
    assert channel_tables(path) == [mine]
    assert load_electrodes(path).bad.tolist() == [False, True, False]


def test_channels_may_say_nothing(tmp_path):
    path = write(tmp_path / "sub-1_electrodes.tsv")
    channels = write(tmp_path / "sub-1_channels.tsv", "name\ttype\nA1\tSEEG\n")
    assert not load_electrodes(path).bad.any()
    write(channels, "name\tstatus\nB1\tbad\n")
    (warning,) = load_electrodes(path).warnings
    assert "sub-1_channels.tsv" in warning
    write(channels, "status\nbad\n")
    with pytest.raises(DataError) as error:
        load_electrodes(path)
    one_line(error, channels, "name")


# What cannot be read


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["empty", "x, y, z", "x_2d, y_2d"]),
        (" \n\n", ["empty"]),
        ("name\tx\ty\tz\n", ["without rows"]),
        ("name\tx\ty\nA\t1\t2\n", ["no column z", "name, x, y"]),
        ("name\tX\tZ\nA\t1\t2\n", ["no column y"]),
        ("name\tx_2d\nA\t1\n", ["no column y_2d"]),
        ("name\ttype\nA\tdepth\n", ["no positions in the columns name, type", "x, y, z"]),
        ("1,2,3,4\n5,6,7,8\n", ["no positions"]),
        ("name\tx\ty\tz\nA\tn/a\tn/a\tn/a\nB\t1\t2\tn/a\n", ["no row has a position"]),
        ("name\tx\tx\ty\tz\nA\t1\t2\t3\t4\n", ["'x'"]),
        ("name\tx\ty\tz\nA\t1\t2\t3\n\nB\t1\tleft\t3\n", ["line 4", "column y", "'left'"]),
        ("name\tx\ty\tz\nA\t1\t2\tinf\n", ["line 2", "column z", "'inf'"]),
        ("name,x,y,z\nA,1,2,3\nB,1,5,2,3\n", ["line 3", "5 cells", "4 columns"]),
        ('name,x,y,z\nA,1,2,3\n"B,1,2,3\nC,4,5,6\n', ["line 4"]),
    ],
)
def test_unusable_tables(tmp_path, text, words):
    path = write(tmp_path / "sub-1_electrodes.tsv", text)
    with pytest.raises(DataError) as error:
        load_electrodes(path)
    one_line(error, path, *words)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0", b"\x1f\x8b\x08\0\0", bytes(range(256)), b"\xff\xfeA"])
def test_binary_files(tmp_path, content):
    path = tmp_path / "e.tsv"
    path.write_bytes(content)
    with pytest.raises(DataError) as error:
        load_electrodes(path)
    one_line(error, path, "not a text file")


def test_missing_files_folders_and_giants(tmp_path):
    for path in (tmp_path / "none.tsv", tmp_path):
        with pytest.raises(DataError) as error:
            load_electrodes(path)
        one_line(error, path)
    giant = tmp_path / "giant.tsv"
    with giant.open("wb") as stream:
        os.truncate(stream.fileno(), 2**31)
    with pytest.raises(DataError) as error:
        load_electrodes(giant)
    one_line(error, giant, "too large")


@pytest.mark.parametrize("text", ["{", "[1]", "\xff", '{"iEEGCoordinateSystem": ', "[" * 200_000])
def test_broken_coordsystem(tmp_path, text):
    path = write(tmp_path / "electrodes.tsv")
    json_path = write(tmp_path / "coordsystem.json", text, "latin-1")
    with pytest.raises(DataError) as error:
        load_electrodes(path)
    one_line(error, json_path, "JSON")


# Real tables


def reference(path):
    """Rows of a table by the csv module alone."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t" if path.suffix == ".tsv" else ","))


def test_shared_bids_tables(shared_data):
    paths = sorted(shared_data.glob("electrodes/*/*_electrodes.tsv"))
    assert len(paths) >= 10
    for path in paths:
        rows, table = reference(path), load_electrodes(path)
        assert table.names == tuple(row["name"] for row in rows)
        usable = [row for row in rows if "n/a" not in (row["x"], row["y"], row["z"])]
        factor = 1000 if "ds004473" in str(path) else 1
        expected = factor * np.array([[float(row[axis]) for axis in "xyz"] for row in usable])
        np.testing.assert_allclose(table.pos[table.has_position], expected, rtol=1e-12)
        assert np.abs(expected).max() < 150
        assert set(table.columns) == set(rows[0]) - {"name", "x", "y", "z"}


def test_shared_frames_and_bad_channels(shared_data):
    electrodes = shared_data / "electrodes"
    wrong_unit = load_electrodes(next(electrodes.glob("openneuro_ds004100/*_electrodes.tsv")))
    assert wrong_unit.frame == "fsaverage"
    assert (wrong_unit.has_position.sum(), len(wrong_unit.warnings)) == (229, 2)
    for name, n_bad in [("bids_ieeg_epilepsy", 2), ("bids_ieeg_visual_multimodal", 15)]:
        path = next((electrodes / name).glob("*_electrodes.tsv"))
        channels = reference(next((electrodes / name).glob("*_channels.tsv")))
        names = {row["name"] for row in channels if row["status"] == "bad"}
        table = load_electrodes(path)
        assert {table.names[row] for row in np.flatnonzero(table.bad)} == names & set(table.names)
        assert table.bad.sum() == n_bad


def test_shared_odd_tables(shared_data):
    folder = shared_data / "electrodes"
    flat = load_electrodes(folder / "holdgraf_ecogtools" / "elecs_xy.csv")
    np.testing.assert_array_equal(flat.pos, np.loadtxt(flat.path, delimiter=","))
    assert len(flat.names) == 144
    solid = load_electrodes(folder / "holdgraf_ecogtools" / "elec_coords_3d.csv")
    np.testing.assert_array_equal(solid.pos, np.loadtxt(solid.path, delimiter=",", skiprows=1)[:, 1:])
    post = load_electrodes(folder / "holdgraf_ecogtools" / "meta_elec.csv")
    assert post.pos[0].tolist() == [301, 128]
    assert post.bad.sum() == sum(row["bad"] == "1" for row in reference(post.path))
    scalp = load_electrodes(folder / "mne_montages" / "fsaverage_1020.tsv")
    assert scalp.names[0] == "LPA"
    np.testing.assert_allclose(scalp.pos[0], [-82.0787224767085, -29.3041925435933, -41.1245510037724])


def test_shared_malformed_tables(shared_data):
    folder = shared_data / "malformed" / "electrodes"
    original = load_electrodes(
        shared_data / "electrodes" / "openneuro_ds005574" / "sub-03_space-MNI152NLin2009aSym_electrodes.tsv"
    )
    for name in ("bom_crlf_electrodes.tsv", "uppercase_header.csv"):
        table = load_electrodes(folder / name)
        np.testing.assert_array_equal(table.pos, original.pos)
        assert table.names == original.names
    assert load_electrodes(folder / "na_variants_electrodes.tsv").has_position.sum() == 260
    assert load_electrodes(folder / "duplicates_electrodes.tsv").has_position.sum() == 264
    for name, word in [("missing_z_electrodes.tsv", "no column z"), ("header_only_electrodes.tsv", "without rows")]:
        with pytest.raises(DataError) as error:
            load_electrodes(folder / name)
        one_line(error, name, word)
