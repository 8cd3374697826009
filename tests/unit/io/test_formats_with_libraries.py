"""Spreadsheets and .mat files: positions as openpyxl's and SciPy's writers put them there, and hostile files."""

from __future__ import annotations

import io
import struct
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import savemat

from corticast.core.geometry.placement import place
from corticast.core.model.types import Volume
from corticast.errors import CorticastError, DataError
from corticast.io.electrodes import load_electrodes

openpyxl = pytest.importorskip("openpyxl")

RAS = np.array([[-40.5, 0.25, 10.125], [-30.0, 1.5, 11.0], [25.75, -8.0, 9.5]])
NAMES = ("LA1", "LA2", "RA1")
FRAME = pd.DataFrame({"label": NAMES, "R": RAS[:, 0], "A": RAS[:, 1], "S": RAS[:, 2], "n": [1, 2, 3]})
# As FreeSurfer stores its own volumes.
LIA = np.array([[-1.0, 0, 0, 131.0], [0, 0, 1, -138.0], [0, -1, 0, 144.0], [0, 0, 0, 1]])


def test_a_spreadsheet_of_pandas(tmp_path):
    path = tmp_path / "e.xlsx"
    with pd.ExcelWriter(path) as writer:
        pd.DataFrame().to_excel(writer, sheet_name="empty", index=False)
        FRAME.to_excel(writer, sheet_name="contacts", index=False, startrow=2)
        FRAME.to_excel(writer, sheet_name="again", index=False)
    table = load_electrodes(path)
    assert table.names == NAMES
    np.testing.assert_array_equal(table.pos, RAS)
    assert table.columns == {"n": ("1", "2", "3")}
    assert table.warnings == ("e.xlsx: the sheet contacts is read, and others have cells too: again",)
    assert table.rule == "sheet contacts, columns R, A, S"
    np.testing.assert_array_equal(load_electrodes(path, columns="x=2,y=3,z=4,name=1").pos, RAS)


def test_spreadsheets_of_people(tmp_path):
    path = tmp_path / "e.xlsx"
    frame = pd.DataFrame({"name": NAMES, **dict(zip("xyz", RAS.T, strict=True))})
    with pd.ExcelWriter(path) as writer:
        pd.DataFrame({"Patient": ["P01"], "Date": ["2021-03-04"]}).to_excel(writer, sheet_name="Notes", index=False)
        frame.astype(str).map(lambda cell: cell.replace(".", ",")).to_excel(writer, sheet_name="El", index=False)
    table = load_electrodes(path)
    assert table.names == NAMES
    np.testing.assert_array_equal(table.pos, RAS)
    assert (table.rule, table.warnings[0][-5:]) == ("sheet El", "Notes")
    book = openpyxl.Workbook()
    for row in (("name", "x", "y", "z"), ("A", "=1+1", 2, 3)):
        book.active.append(row)
    book.save(path)
    with pytest.raises(DataError, match=r"line 2 holds the formula =1\+1"):
        load_electrodes(path)


def test_spreadsheets_that_cannot_be_read(tmp_path):
    for content in (b"", b"PK\x03\x04", b"name,x,y,z\nA,1,2,3\n"):
        (tmp_path / "a.xlsx").write_bytes(content)
        with pytest.raises(DataError, match=r"a\.xlsx: no spreadsheet"):
            load_electrodes(tmp_path / "a.xlsx")
    openpyxl.Workbook().save(tmp_path / "b.xlsx")
    with pytest.raises(DataError, match=r"b\.xlsx: no sheet has cells"):
        load_electrodes(tmp_path / "b.xlsx")
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", bytes(80 * 2**20))
    with pytest.raises(DataError, match=r"c\.xlsx: too large"):
        load_electrodes(tmp_path / "c.xlsx")


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_damaged_files_are_refused(tmp_path_factory, data):
    folder = tmp_path_factory.getbasetemp()
    kind = data.draw(st.sampled_from(["xlsx", "mat"]))
    stream = io.BytesIO()
    if kind == "xlsx":
        FRAME.to_excel(stream, index=False)
    else:
        savemat(stream, {"elecmatrix": RAS}, do_compression=True)
    content = bytearray(stream.getvalue())
    # The length depends on the time of day.
    place_of = data.draw(st.integers(0, 2**16)) % len(content)
    content[place_of] ^= data.draw(st.integers(1, 255))
    path = folder / f"damaged.{kind}"
    path.write_bytes(content[: data.draw(st.sampled_from([len(content), place_of + 1]))])
    # Damage is refused, or changes nothing that is read.
    try:
        load_electrodes(path)
    except CorticastError:
        return


def elecs(path, **more):
    labels = np.array([[name, f"{name} long", "depth"] for name in NAMES], dtype=object)
    savemat(path, {"elecmatrix": RAS, "eleclabels": labels, **more}, do_compression=True)
    return path


def test_contacts_of_img_pipe_are_surface_ras(tmp_path):
    nib = pytest.importorskip("nibabel")
    regions = np.array([[name, f"{name} long", "depth", "Hippocampus"] for name in NAMES], dtype=object)
    table = load_electrodes(elecs(tmp_path / "TDT_elecs_all.mat", anatomy=regions))
    assert (table.names, table.space, table.warnings) == (NAMES, "tkras", ())
    assert table.columns["type"] == ("depth",) * 3
    assert table.columns["region"] == ("Hippocampus",) * 3
    image = nib.MGHImage(np.zeros((256, 256, 256), np.uint8), LIA)
    affine = image.affine @ np.linalg.inv(image.header.get_vox2ras_tkr())
    volume = Volume(np.zeros((256, 256, 256), np.uint8, order="F"), LIA, name="T1.mgz", space="native")
    np.testing.assert_allclose(place(table, volume=volume).pos, nib.affines.apply_affine(affine, RAS), atol=1e-9)


def test_mat_files_that_cannot_be_read(tmp_path):
    savemat(tmp_path / "a.mat", {"elecmatrix": RAS})
    assert "numbers in place of names" in load_electrodes(tmp_path / "a.mat").warnings[0]
    savemat(tmp_path / "b.mat", {"xyz": RAS})
    with pytest.raises(DataError, match="no elecmatrix of three columns"):
        load_electrodes(tmp_path / "b.mat")
    (tmp_path / "c.mat").write_bytes(b"MATLAB 7.3 MAT-file" + bytes(500))
    with pytest.raises(DataError, match="save the variables with -v7"):
        load_electrodes(tmp_path / "c.mat")
    # A gigabyte of zeros in one megabyte.
    savemat(tmp_path / "d.mat", {"elecmatrix": np.zeros((500_000, 3))}, do_compression=True)
    with pytest.raises(DataError, match="no elecmatrix of three columns"):
        load_electrodes(tmp_path / "d.mat")


def test_a_spreadsheet_that_grows_by_entities_is_refused(tmp_path):
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    entities = "".join(f'<!ENTITY l{k} "{f"&l{k - 1};" * 10}">' for k in range(1, 12))
    sheet = (
        f'<!DOCTYPE x [<!ENTITY l0 "lol">{entities}]><worksheet xmlns="http://schemas.openxmlformats.org/'
        'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l11;</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    with zipfile.ZipFile(stream) as plain, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as grown:
        for name in plain.namelist():
            grown.writestr(name, sheet if name.endswith("sheet1.xml") else plain.read(name))
    with pytest.raises(DataError, match="save the sheet as CSV"):
        load_electrodes(tmp_path / "a.xlsx")


def test_a_mat_file_that_claims_more_cells_than_memory_holds_is_refused(tmp_path):
    header = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H", 0x0100) + b"IM"
    # The header of an array of 3 * 2**30 cells, and no cell.
    claim = struct.pack("<10I", 6, 8, 1, 0, 5, 8, 2**30, 3, 1, 10) + b"elecmatrix".ljust(16, b"\0")
    (tmp_path / "a.mat").write_bytes(header + struct.pack("<II", 14, len(claim)) + claim)
    with pytest.raises(DataError, match="of memory to read"):
        load_electrodes(tmp_path / "a.mat")
