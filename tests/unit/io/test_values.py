"""Values of contacts from files and from memory, against pandas."""

import json

import numpy as np
import pandas as pd
import pytest

import corticast as cc
from corticast.errors import DataError
from corticast.io.companions import companions

FRAME = pd.DataFrame(
    {"t": [2.5, np.nan, -1e-3], "region": ["STG", "n/a", "Heschl's"]}, index=["LA1", "LA2", "G1"], dtype=object
)


def written(tmp_path, text, name="values.tsv"):
    path = tmp_path / name
    path.write_text(text)
    return path


@pytest.mark.parametrize("index", [True, "name", "Channel"])
@pytest.mark.parametrize(("suffix", "separator"), [("tsv", "\t"), ("csv", ","), ("csv", ";")])
def test_files_of_pandas_give_its_values(tmp_path, index, suffix, separator):
    path = tmp_path / f"values.{suffix}"
    frame = FRAME if index is True else FRAME.rename_axis(index)
    frame.to_csv(path, sep=separator, na_rep="n/a")
    for values in (cc.load_values(path), cc.load_values(frame)):
        assert values.names == tuple(FRAME.index)
        assert list(values.columns) == list(FRAME.columns)
        assert values.columns["region"] == tuple(FRAME["region"])
        np.testing.assert_array_equal(
            pd.to_numeric(list(values.columns["t"]), errors="coerce"), FRAME["t"].astype(float)
        )


def test_values_in_memory():
    series = pd.Series([1.5, np.nan], index=["LA1", "LA2"], name="coverage")
    assert dict(cc.load_values(series).columns) == {"coverage": ("1.5", "n/a")}
    values = cc.load_values({"LA1": 2, "LA2": float("nan"), "LA3": None, "G1": "STG"})
    assert values.names == ("LA1", "LA2", "LA3", "G1")
    assert dict(values.columns) == {"value": ("2", "n/a", "n/a", "STG")}


def test_units_stand_in_the_json_file_beside(tmp_path):
    path = written(tmp_path, "name\tt\tms\nLA1\t1\t2\n")
    (tmp_path / "values.json").write_text(json.dumps({"t": {"Units": "µV"}, "ms": {"Units": "n/a"}, "x": 3}))
    assert cc.load_values(path).units == {"t": "µV"}
    (tmp_path / "values.json").write_text("{")
    (warning,) = cc.load_values(path).warnings
    assert "values.json: invalid JSON" in warning


def test_units_of_electrodes_are_inherited_in_a_dataset(tmp_path):
    folder = tmp_path / "sub-01" / "ieeg"
    folder.mkdir(parents=True)
    (tmp_path / "electrodes.json").write_text(json.dumps({"onset": {"Units": "ms"}}))
    path = written(folder, "name\tx\ty\tz\tonset\nLA1\t1\t2\t30\t120\n", "sub-01_space-ScanRAS_electrodes.tsv")
    assert cc.load_electrodes(path).units == {"onset": "ms"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name\ttime\tvalue\nLA1\t0\t1\nLA1\t1\t2\n", "column time holds times, and values rest; for values in time"),
        ("name\ttime (s)\tvalue\nLA1\t0\t1\n", r"column time \(s\) holds times"),
        ("name\t0.0\t0.1\t0.2\nLA1\t0\t1\t2\n", "columns 0.0, 0.1, … bear times as names; for values in time give"),
        ("name\t0 ms\t100 ms\nLA1\t0\t1\n", "bear times as names; for values in time give activity"),
        ("time\tLA1\tLA2\n0\t1\t2\n", "column time holds times"),
        ("LA1\tLA2\n1\t2\n", "no column of names in LA1, LA2; give columns name and value, or for values in time give"),
        (
            "name\tvalue\nLA1\t1\nLA1\t2\n",
            "two rows are named LA1; give one row per contact, or for values in time",
        ),
        ("name\tt\tt\nLA1\t1\t2\n", "two columns are named 't'; rename one of them"),
        ("name\tt\n", "no row; give a row for each contact"),
        ("name\nLA1\n", "no column beside the names; give a column of values"),
        ("", "the table is empty; give columns name and value"),
    ],
)
def test_tables_of_another_kind_are_refused(tmp_path, text, words):
    with pytest.raises(DataError, match=words):
        cc.load_values(written(tmp_path, text))


def test_t_values_and_onsets_are_no_times(tmp_path):
    values = cc.load_values(written(tmp_path, "name\tt\tonset\tlatency\t2\nLA1\t1\t2\t3\t4\n"))
    assert list(values.columns) == ["t", "onset", "latency", "2"]


@pytest.mark.parametrize(
    ("table", "sidecar"), [("t.csv", "t.json"), ("sub-1_space-T1_electrodes.tsv", "sub-1_electrodes.json")]
)
def test_the_units_of_a_table_are_read_along_with_the_table(tmp_path, table, sidecar):
    """A batch draws a film again once they change."""
    assert companions(tmp_path / table) == []
    (tmp_path / sidecar).write_text("{}")
    assert companions(tmp_path / table) == [tmp_path / sidecar]
