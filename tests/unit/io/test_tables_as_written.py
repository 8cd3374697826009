"""Tables as people and programs write them: positions as pandas reads them, or a refusal that names the columns."""

from __future__ import annotations

import contextlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corticast as cc
from corticast.core.model.scene import Scene
from corticast.errors import CorticastError, DataError, OptionError
from corticast.film.saved_scene import file_of, load_scene
from corticast.io.electrodes import load_electrodes

POS = np.array([[-40.5, 0.25, 10.125], [-30.0, 1.5, 11.0], [25.75, -8.0, 9.5]])
NAMES = ["LA1", "LA2", "RA1"]
FRAME = pd.DataFrame({"name": NAMES, "x": POS[:, 0], "y": POS[:, 1], "z": POS[:, 2], "kind": ["G", "G", "D"]})


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def holds(table, names=NAMES, pos=POS):
    assert table.names == tuple(names)
    np.testing.assert_array_equal(table.pos, pos)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize(("sep", "decimal"), [("\t", ","), ("\t", "."), (";", ","), (";", "."), (",", ".")])
def test_encodings_delimiters_and_decimal_commas_of_pandas(tmp_path, encoding, sep, decimal):
    path = write(tmp_path / "e.csv", FRAME.to_csv(index=False, sep=sep, decimal=decimal), encoding)
    again = pd.read_csv(path, sep=sep, decimal=decimal, encoding=encoding)
    table = load_electrodes(path)
    holds(table, again["name"], again[["x", "y", "z"]].to_numpy())
    assert table.warnings == ()
    assert table.columns == {"kind": ("G", "G", "D")}


@pytest.mark.parametrize(
    "text",
    [
        '"name","x","y","z"\n"LA1","-40,5","0,25","10,125"\n"LA2","-30","1,5","11"\n"RA1","25,75","-8","9,5"\n',
        "sep=;\nname;x;y;z\nLA1;-40,5;,25;10,125\nLA2;-30;1,5;11\nRA1;25,75;-8;9,5\n",
        "# made by hand\n% mm\nname,x,y,z\nLA1,-40.5,0.25,10.125\nLA2,-30,1.5,11\n# LA3 left\nRA1,25.75,-8,9.5\n",
        "# x y z name\n-40.5 0.25 10.125 LA1\n-30 1.5 11 LA2\n25.75 -8 9.5 RA1\n",
        "name  x  y  z\nLA1  -40,5  0,25  10,125\nLA2  -30,0  1,5  11\nRA1  25,75  -8,0  9,5\n",
        "name x y z\nLA1 -40.5 0.25 10.125\nLA2 -30 1.5 11\nRA1 25.75 -8 9.5 \n",
        "Label,R,A,S\nLA1,-40.5,0.25,10.125\nLA2,-30,1.5,11\nRA1,25.75,-8,9.5\n",
        "label,l,p,s,defined\nLA1,40.5,-0.25,10.125,1\nLA2,30,-1.5,11,1\nRA1,-25.75,8,9.5,1\n",
        "ch_name,x_mm,y_mm,z_mm\nLA1,-40.5,0.25,10.125\nLA2,-30,1.5,11\nRA1,25.75,-8,9.5\n",
        "Channel\tx (mm)\ty (mm)\tz (mm)\nLA1\t-40.5\t0.25\t10.125\nLA2\t-30\t1.5\t11\nRA1\t25.75\t-8\t9.5\n",
        "name,X [cm],Y [cm],Z [cm]\nLA1,-4.05,0.025,1.0125\nLA2,-3,0.15,1.1\nRA1,2.575,-0.8,0.95\n",
        "name;x [m];y [m];z [m]\nLA1;-0,0405;0,00025;0,010125\nLA2;-0,03;0,0015;0,011\nRA1;0,02575;-0,008;0,0095\n",
        "contact_name,coord_x,coord_y,coord_z\nLA1,-40.5,0.25,10.125\nLA2,-30,1.5,11\nRA1,25.75,-8,9.5\n",
        "electrode_label,pos.x,pos.y,pos.z\nLA1,−40.5,0.25,10.125\nLA2,−30,1.5,11\nRA1,25.75,−8,9.5\n",
    ],
)  # fmt: skip
def test_tables_as_written(tmp_path, text):
    table = load_electrodes(write(tmp_path / "e.txt", text))
    assert table.names == tuple(NAMES)
    np.testing.assert_allclose(table.pos, POS, rtol=1e-12)
    assert [note for note in table.warnings if "taken" in note] == []


@pytest.mark.parametrize(
    ("titles", "space", "frame"),
    [
        ("MNI_x,MNI_y,MNI_z", "world", "MNI"),
        ("x_mni,y_mni,z_mni", "world", "MNI"),
        ("MNI305_x,MNI305_y,MNI305_z", "world", "MNI305"),
        ("MNIx,MNIy,MNIz", "world", "MNI"),
        ("tal_x,tal_y,tal_z", "world", "Talairach"),
        ("ras_scanner_x,ras_scanner_y,ras_scanner_z", "world", "ScanRAS"),
        ("tkRAS_R,tkRAS_A,tkRAS_S", "tkras", "fsnative"),
        ("vox_x,vox_y,vox_z", "voxel", None),
    ],
)
def test_titles_that_name_a_space(tmp_path, titles, space, frame):
    path = write(tmp_path / "e.csv", f"name,{titles}\nLA1,40,50,60\n")
    table = load_electrodes(path)
    assert (table.space, table.frame) == (space, frame)
    holds(table, ["LA1"], [[40, 50, 60]])
    assert all(title in table.rule for title in titles.split(","))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,Coord_x,Coord_y,Coord_z,Label,MNI305_x,MNI305_y,MNI305_z\n1,-40,0,10,LA1,-41,1,11\n",
         ["Coord_x, Coord_y, Coord_z; MNI305_x, MNI305_y, MNI305_z", "columns x=MNI305_x,y=MNI305_y,z=MNI305_z"]),
        ("name,foo_x,foo_y,foo_z\nLA1,1,2,3\n", ["foo_x, foo_y, foo_z", "columns x=foo_x,y=foo_y,z=foo_z"]),
        ("name,lat,lon,dep\nLA1,1,2,3\n", ["name, lat, lon, dep", "columns x="]),
        ("LA1 1 2 3 4\nLA2 4 5 6 7\n", ["1, 2, 3, 4, 5", "columns x="]),
        ("name\tx\ty\tz\nLA1\t1,5\t2.5\t3\n", ["'1,5' is not a number"]),
    ],
)  # fmt: skip
def test_columns_that_may_mean_several_things_are_refused(tmp_path, text, words):
    with pytest.raises(DataError) as caught:
        load_electrodes(write(tmp_path / "e.csv", text))
    for word in words:
        assert word in str(caught.value)


def test_columns_of_ones_own(tmp_path):
    rave = "Electrode,Coord_x,Coord_y,Coord_z,Label,MNI305_x,MNI305_y,MNI305_z\n1,-40,0,10,LA1,-41,1,11\n"
    path = write(tmp_path / "e.csv", rave)
    table = load_electrodes(path, columns="x=mni305_x,y=MNI305_y,z=MNI305_z,name=Label")
    holds(table, ["LA1"], [[-41, 1, 11]])
    assert (table.frame, table.columns["Coord_x"]) == ("MNI305", ("-40",))
    holds(load_electrodes(path, columns={"x": "2", "y": "3", "z": "4", "name": "1"}), ["1"], [[-40, 0, 10]])
    holds(
        load_electrodes(pd.read_csv(path), columns={"x": "Coord_x", "y": "Coord_y", "z": "Coord_z"}),
        ["LA1"],
        [[-40, 0, 10]],
    )
    plain = write(tmp_path / "f.csv", "n,x,y,z,mx,my,mz\nA,1,2,3,40,50,60\n")
    holds(load_electrodes(plain, columns="x=mx,y=my,z=mz,name=n"), ["A"], [[40, 50, 60]])
    numbers = write(tmp_path / "g.txt", "LA1 7 40 50 60\nLA2 8 41 51 61\n")
    holds(load_electrodes(numbers, columns="x=3,y=4,z=5,name=1"), ["LA1", "LA2"], [[40, 50, 60], [41, 51, 61]])


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ("x=MNI_X1", "did you mean MNI_x"),
        ("x", "give KEY=TITLE"),
        ("q=MNI_x", "unknown key 'q'"),
        ("x=a,x=b", "twice"),
        (5, "give KEY=TITLE"),
        ({"x": 3}, "give KEY=TITLE"),
        ("x=9", "no such column"),
    ],
)
def test_wrong_columns(tmp_path, columns, words):
    path = write(tmp_path / "e.csv", "name,MNI_x,MNI_y,MNI_z\nLA1,1,2,3\n")
    with pytest.raises(OptionError, match=words):
        load_electrodes(path, columns=columns)


def test_columns_in_a_scene_and_its_file(tmp_path):
    path = write(tmp_path / "e.csv", 'a,"m, x",m_y,m_z\nLA1,40,50,60\nLA2,41,52,63\n')
    table = load_electrodes(path, columns={"x": "m, x", "y": "m_y", "z": "m_z", "name": "a"})
    scene = tmp_path / "s.toml"
    cc.Scene(electrodes=table).save(scene)
    again = load_scene(scene)
    holds(again.electrodes, ["LA1", "LA2"], [[40, 50, 60], [41, 52, 63]])
    assert file_of(Scene(electrodes=table)).columns == tuple({"x": "m, x", "y": "m_y", "z": "m_z", "name": "a"}.items())
    scene.write_text('electrodes = "e.csv"\ncolumns = {x = "m, x", y = "m_y", z = "m_z"}\n')
    table = load_scene(scene).electrodes
    holds(table, ["LA1", "LA2"], [[40, 50, 60], [41, 52, 63]])
    assert table.warnings == ("e.csv: no column is titled name or label; names come from column a",)


def test_rows_in_comments_and_doubtful_commas_are_reported(tmp_path):
    path = write(tmp_path / "e.csv", "name,x,y,z\nLA1,1,2,3\n#LA2,4,5,6\n# a word\n")
    (note,) = load_electrodes(path).warnings
    assert note.endswith("are left out, and these look like rows: 3")
    path = write(tmp_path / "f.tsv", "name\tx\ty\tz\nLA1\t12,345\t23,456\t34,567\n")
    table = load_electrodes(path)
    holds(table, ["LA1"], [[12.345, 23.456, 34.567]])
    assert "the comma of cells such as 12,345 is read as a decimal point" in table.warnings[0]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='ab xyzRAS#%;,\t\n"=0123456789.-−é', max_size=80))
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(text)
    # Any other error fails the test.
    with contextlib.suppress(CorticastError):
        table = load_electrodes(path)
        assert np.isfinite(table.pos[table.has_position]).all()


def test_rave_s_electrodes_are_surface_ras(tmp_path):
    """RAVE's column order, with MNI305 beside, and a contact that was not localised."""
    text = (
        "Electrode,Coord_x,Coord_y,Coord_z,Label,MNI305_x,MNI305_y,MNI305_z,SubjectCode,Hemisphere,Radius\n"
        "14,-40.5,0.25,10.125,LA1,-41,1,11,YAB,left,2\n15,-30,1.5,11,LA2,-31,2,12,YAB,left,2\n"
        "16,25.75,-8,9.5,RA1,26,-8,10,YAB,right,2\n17,0,0,0,RA2,0,0,0,YAB,right,2\n"
    )
    path = write(tmp_path / "electrodes.csv", text)
    table = load_electrodes(path)
    holds(table, [*NAMES, "RA2"], [*POS, [np.nan] * 3])
    assert (table.space, table.frame, table.stated_unit) == ("tkras", "fsnative", "mm")
    assert any("RAVE" in line and "--columns" in line for line in table.warnings)
    mni = load_electrodes(path, columns="x=MNI305_x,y=MNI305_y,z=MNI305_z")
    assert (mni.space, mni.frame) == ("world", "MNI305")
    for columns in ("name=Electrode", "x=Coord_x,y=Coord_y,z=Coord_z,name=Electrode"):
        named = load_electrodes(path, columns=columns)
        holds(named, ["14", "15", "16", "17"], [*POS, [np.nan] * 3])
        assert (named.space, named.frame, named.stated_unit) == ("tkras", "fsnative", "mm")
