"""Habits of people who write tables: lists in cells, titles above headers, rows of units; pandas reads the same."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

from corticast.errors import DataError
from corticast.io.electrodes import load_electrodes

POS = np.array([[-40.5, 0.25, 10.125], [-30.0, 1.5, 11.0], [25.75, -8.0, 9.5]])
NAMES = ["LA1", "LA2", "RA1"]
AREAS = ["44,45", "6,8", "17"]
FRAME = pd.DataFrame({"name": NAMES, "x": POS[:, 0], "y": POS[:, 1], "z": POS[:, 2]})
PLAIN = FRAME.to_csv(index=False)


def load(tmp_path, text, name="e.csv"):
    path = tmp_path / name
    path.write_text(text)
    return load_electrodes(path)


def holds(table, names=NAMES):
    assert table.names == tuple(names)
    np.testing.assert_array_equal(table.pos, POS)


@pytest.mark.parametrize(("sep", "decimal"), [("\t", ","), (";", ","), (",", ","), (",", "."), ("\t", ".")])
@pytest.mark.parametrize("title", ["BA", "Brodmann area", "Region (left)", "neighbours"])
def test_lists_keep_their_commas(tmp_path, sep, decimal, title):
    text = FRAME.assign(**{title: AREAS}).to_csv(index=False, sep=sep, decimal=decimal)
    again = pd.read_csv(io.StringIO(text), sep=sep, decimal=decimal, dtype={title: str})
    assert again[title].tolist() == AREAS
    table = load(tmp_path, text)
    holds(table, again["name"])
    assert table.columns == {title: tuple(AREAS)}
    assert table.warnings == ()


@pytest.mark.parametrize(("cells", "read", "is_noted"), [
    (["2,5", "3,7", "4,9"], ("2.5", "3.7", "4.9"), True),
    (["2,50", "3,1", "0,4"], ("2.50", "3.1", "0.4"), False),
    (["44,45", "6", "17,18,19"], ("44,45", "6", "17,18,19"), False),
])  # fmt: skip
def test_numbers_of_other_columns_with_commas(tmp_path, cells, read, is_noted):
    table = load(tmp_path, FRAME.assign(size=cells).to_csv(index=False, sep="\t", decimal=","))
    holds(table)
    assert table.columns == {"size": read}
    assert ["column size" in note for note in table.warnings] == [True] * is_noted


def test_lists_between_the_commas_of_a_table(tmp_path):
    text = "name,x,y,z,BA\nLA1,-40.5,0.25,10.125,44,45\nLA2,-30.0,1.5,11.0,6,8\nRA1,25.75,-8.0,9.5,17\n"
    table = load(tmp_path, text)
    holds(table)
    assert table.columns == {"BA": tuple(AREAS)}
    # A decimal comma in a position looks like the comma of a list. Other titles do not name lists.
    for wrong in (text.replace(".", ","), text.replace("BA", "size")):
        with pytest.raises(DataError, match="cells under 5 columns"):
            load(tmp_path, wrong)


def test_points_elsewhere_do_not_stop_decimal_commas_of_positions(tmp_path):
    text = FRAME.to_csv(index=False, sep="\t", decimal=",", lineterminator="\t2.3\n").replace("2.3", "size", 1)
    table = load(tmp_path, text)
    holds(table)
    assert table.columns == {"size": ("2.3",) * 3}
    with pytest.raises(DataError, match="'1,234' is not a number"):
        load(tmp_path, 'name,x,y,z,s\nA,"1,234","2,345","3,456",1.5\n')


@pytest.mark.parametrize("above", ["Patient,P01,,\n\n", "Contacts of P01\nimplanted in March\n", "P01;x\n"])
@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
def test_titles_above_the_header(tmp_path, above, sep):
    text = above + FRAME.to_csv(index=False, sep=sep)
    table = load(tmp_path, text)
    holds(table)
    (note,) = table.warnings
    assert f"line {1 + above.count(chr(10))}, are left out" in note


@pytest.mark.parametrize(("row", "factor"), [(",mm,mm,mm\n", 1), ("-,[cm],[cm],[cm]\n", 10), ("id,m,m,m\n", 1000)])
def test_a_row_of_units(tmp_path, row, factor):
    head, *rows = (FRAME.assign(**{axis: FRAME[axis] / factor for axis in "xyz"})).to_csv(index=False).splitlines(True)
    table = load(tmp_path, "".join([head, row, *rows]))
    assert table.names == tuple(NAMES)
    np.testing.assert_allclose(table.pos, POS, rtol=1e-12)


def test_missing_cells_of_spreadsheets(tmp_path):
    text = PLAIN + "LB1,#N/A,#N/A,#N/A\nLB2,.,.,.\n"
    again = pd.read_csv(io.StringIO(text), na_values=["."])
    np.testing.assert_array_equal(load(tmp_path, text).pos, again[["x", "y", "z"]].to_numpy())


@pytest.mark.parametrize("title", ["Kontakt", "électrode", "имя", "site"])
def test_names_from_a_column_of_other_title(tmp_path, title):
    table = load(tmp_path, PLAIN.replace("name", title, 1))
    holds(table)
    assert title in table.warnings[0]
    assert table.columns == {}


@pytest.mark.parametrize("titles", ["shaft,number", "Electrode,Contact", "group,no", "name,index"])
def test_names_of_shafts_and_numbers(tmp_path, titles):
    rows = [f"{name[:2]},{name[2:]}," for name in NAMES]
    body = FRAME[["x", "y", "z"]].to_csv(index=False, header=False).splitlines()
    table = load(tmp_path, "\n".join([f"{titles},x,y,z", *map("".join, zip(rows, body, strict=True))]))
    holds(table)
    assert "joined from the columns" in table.warnings[0]
    assert tuple(table.columns) == tuple(titles.split(","))


def test_rows_without_names_are_reported(tmp_path):
    table = load(tmp_path, "hemisphere,x,y,z\nL,-40.5,0.25,10.125\nL,-30,1.5,11\nR,25.75,-8,9.5\n")
    holds(table, ["1", "2", "3"])
    assert table.warnings == ("e.csv: no column holds names; contacts are numbered by their rows",)
    assert load(tmp_path, "roi,x,y,z\n1,-40.5,0.25,10.125\n2,-30,1.5,11\n3,25.75,-8,9.5\n").warnings == ()


@pytest.mark.parametrize(("text", "words"), [
    ("name,x,y,z\n" + "A,1,2,3\n" * 100_001, "100002 lines"),
    ("name,x,y,z" + ",c" * 1000 + "\nA,1,2,3\n", "1004 columns"),
])  # fmt: skip
def test_tables_that_hold_no_electrodes_are_refused(tmp_path, text, words):
    with pytest.raises(DataError, match=f"too large: it has {words}"):
        load(tmp_path, text)
