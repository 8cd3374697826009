"""Files of 3D Slicer, FreeSurfer and iELVis: positions by nibabel's affines, or by the formula in the test."""

from __future__ import annotations

import json

import nibabel as nib
import numpy as np
import pytest
from nibabel.affines import apply_affine

from corticast.core.geometry.placement import place
from corticast.core.model.types import Volume
from corticast.errors import DataError, OptionError
from corticast.io.electrodes import load_electrodes

RAS = np.array([[-40.5, 0.25, 10.0], [-30.0, 1.5, 11.0], [25.75, -8.0, 9.5]])
NAMES = ("LA1", "LA2", "RA1")
# From LPS to RAS, as nibabel turns axes.
TO_RAS = nib.orientations.inv_ornt_aff(nib.orientations.axcodes2ornt("LPS"), (1, 1, 1))[:3, :3]
LPS = RAS @ TO_RAS.T
FCSV = "# Markups fiducial file version = {version}\n# CoordinateSystem = {system}\n# columns = {columns}\n"
COLUMNS = "id,x,y,z,ow,ox,oy,oz,vis,sel,lock,label,desc,associatedNodeID"
# As FreeSurfer stores its own volumes.
LIA = np.array([[-1.0, 0, 0, 131.0], [0, 0, 1, -138.0], [0, -1, 0, 144.0], [0, 0, 0, 1]])


def write(path, text):
    path.write_text(text)
    return path


def fcsv(path, pos, system, version="4.11"):
    rows = "".join(f"{n},{x},{y},{z},0,0,0,1,1,1,0,{name},a,\n" for n, (name, (x, y, z)) in enumerate(zip(NAMES, pos)))  # noqa: B905
    return write(path, FCSV.format(version=version, system=system, columns=COLUMNS) + rows)


def markups(path, pos, **more):
    points = [{"id": "1", "label": name, "position": list(map(float, each))} for name, each in zip(NAMES, pos)]  # noqa: B905
    content = {"markups": [{"type": "Fiducial", "coordinateSystem": "LPS", "controlPoints": points, **more}]}
    return write(path, json.dumps(content))


def volume():
    return Volume(np.zeros((256, 256, 256), np.uint8, order="F"), LIA, name="T1.mgz", space="native")


@pytest.mark.parametrize(("system", "pos"), [("LPS", LPS), ("1", LPS), ("RAS", RAS), ("0", RAS)])
def test_points_of_slicer(tmp_path, system, pos):
    for table in (
        load_electrodes(fcsv(tmp_path / "F.fcsv", pos, system)),
        load_electrodes(markups(tmp_path / "F.mrk.json", pos, coordinateSystem=system)),
    ):
        np.testing.assert_array_equal(table.pos, RAS)
        assert table.names == NAMES
        assert table.warnings == ()
        assert table.rule.endswith("LPS" if pos is LPS else "RAS")


def test_first_files_of_slicer_are_ras(tmp_path):
    rows = "".join(f"{name},{x},{y},{z},1,1\n" for name, (x, y, z) in zip(NAMES, RAS, strict=True))
    table = load_electrodes(write(tmp_path / "F.fcsv", "# Fiducial List file /tmp/F.fcsv\n# numPoints = 3\n" + rows))
    np.testing.assert_array_equal(table.pos, RAS)
    assert "nothing stated" in table.rule


def test_markups_in_metres_without_positions_and_in_several_lists(tmp_path):
    path = markups(tmp_path / "F.mrk.json", LPS / 1000, coordinateUnits="m")
    np.testing.assert_allclose(load_electrodes(path).pos, RAS)
    content = json.loads(path.read_text())
    first = content["markups"][0]
    first["controlPoints"][1] |= {"positionStatus": "undefined"}
    content["markups"].append({**first, "name": "more", "coordinateSystem": "RAS"})
    table = load_electrodes(write(path, json.dumps(content)))
    np.testing.assert_allclose(table.pos[[0, 2, 3, 5]], np.concatenate([RAS[[0, 2]], LPS[[0, 2]]]))
    assert not table.has_position[[1, 4]].any()
    assert table.columns["list"] == ("",) * 3 + ("more",) * 3


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.fcsv", FCSV.format(version="4", system="IJK", columns=COLUMNS) + "1,1,2,3\n", "points in RAS or LPS"),
        ("a.fcsv", FCSV.format(version="4", system="2", columns=COLUMNS) + "1,1,2,3\n", "'2', which needs an image"),
        ("a.fcsv", FCSV.format(version="4", system="LPS", columns="id,x,y") + "1,1,2\n", "no column z"),
        ("a.fcsv", FCSV.format(version="4", system="LPS", columns=COLUMNS) + "1,1,b,3\n", "line 4, column y: 'b'"),
        ("a.fcsv", FCSV.format(version="4", system="LPS", columns=COLUMNS), "no control points"),
        ("a.mrk.json", "{}", "no markups of 3D Slicer"),
        ("a.mrk.json", '{"markups": [{"controlPoints": [{"position": [1, 2]}]}]}', "is not three numbers"),
        ("a.mrk.json", '{"markups": [{"controlPoints": [1]}]}', "is no object"),
        ("a.mrk.json", '{"markups": [{"coordinateUnits": "inch", "controlPoints": [{"position": [1, 2, 3]}]}]}', "in"),
        ("a.dat", "1 2 3\n4 5 6\ninfo\nnumpoints 3\nuseRealRAS 0\n", "states 3 points and holds 2"),
        ("a.dat", "1 2\ninfo\nnumpoints 1\nuseRealRAS 0\n", "line 1 has 2 numbers"),
        ("a.dat", "1 2 3\ninfo\nnumpoints 1\nuseRealRAS 7\n", "useRealRAS '7'"),
        ("a.INF", "date\nR A S\n1 2 3\n", "inflated surface"),
        ("a.CT", "date\nR A S\n1 2 3\n", "give the .LEPTO or .PIAL file"),
        ("a.LEPTO", "date\nR A S\n1 2 3\nx y z\n", "line 4 is not three numbers"),
        ("a.electrodeNames", "date\nName\nLA1 D L\n", "a.LEPTO: no such file"),
    ],
)  # fmt: skip
def test_points_without_a_place_are_refused(tmp_path, name, text, words):
    with pytest.raises(DataError) as caught:
        load_electrodes(write(tmp_path / name, text))
    assert words in str(caught.value)


@pytest.mark.parametrize(("real", "affine"), [("1", np.eye(4)), ("0", None), (None, None)])
def test_control_points_of_freesurfer(tmp_path, real, affine):
    image = nib.MGHImage(np.zeros((256, 256, 256), np.uint8), LIA)
    # From surface RAS to scanner RAS, by nibabel.
    affine = image.affine @ np.linalg.inv(image.header.get_vox2ras_tkr()) if affine is None else affine
    points = "".join(f"{x} {y} {z}\n" for x, y, z in RAS)
    last = f"useRealRAS {real}\n" if real else ""
    table = load_electrodes(write(tmp_path / "control.dat", f"{points}info\nnumpoints 3\n{last}"))
    placed = place(table, volume=volume())
    np.testing.assert_allclose(placed.pos, apply_affine(affine, RAS), atol=1e-9)
    assert any("surface RAS" in text for text in table.warnings) == (real is None)


def test_other_dat_files_are_tables(tmp_path):
    table = load_electrodes(write(tmp_path / "e.dat", "name x y z\nLA1 40 50 60\n"))
    assert table.pos.tolist() == [[40, 50, 60]]


def test_coordinates_of_ielvis(tmp_path):
    image = nib.MGHImage(np.zeros((256, 256, 256), np.uint8), LIA)
    affine = image.affine @ np.linalg.inv(image.header.get_vox2ras_tkr())
    rows = "".join(f"{x} {y} {z}\n" for x, y, z in RAS)
    paths = [write(tmp_path / f"PT001.{kind}", f"Fri Nov 27\nR A S\n{rows}") for kind in ("LEPTO", "PIAL", "FSAVERAGE")]
    assert "numbers in place of names" in load_electrodes(paths[0]).warnings[0]
    write(tmp_path / "PT001.electrodeNames", "Fri Nov 27\nName, Depth/Strip/Grid, Hem\nLA1 D L\nLA2 D L\nRA1 G R\n")
    for path in (*paths[:2], tmp_path / "PT001.electrodeNames"):
        table = load_electrodes(path)
        assert (table.names, table.space, table.warnings) == (NAMES, "tkras", ())
        assert table.columns == {"type": ("D", "D", "G"), "hemisphere": ("L", "L", "R")}
        np.testing.assert_allclose(place(table, volume=volume()).pos, apply_affine(affine, RAS), atol=1e-9)
    average = load_electrodes(paths[2])
    assert (average.space, average.frame) == ("world", "fsaverage")
    write(tmp_path / "PT001.electrodeNames", "date\nName\nLA1 D L\n")
    with pytest.raises(DataError, match="has 3 contacts, and PT001"):
        load_electrodes(paths[0])


def test_columns_of_a_format_are_refused(tmp_path):
    with pytest.raises(OptionError, match="no table"):
        load_electrodes(fcsv(tmp_path / "F.fcsv", LPS, "LPS"), columns="x=x,y=y,z=z")
