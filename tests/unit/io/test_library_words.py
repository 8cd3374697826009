"""Warnings that libraries give about real files: each becomes a line of ours, an error, or nothing at all."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from tests import odd_recordings as odd

from corticast.io.electrodes import load_electrodes
from corticast.io.library_words import MNE, OPENPYXL, PILLOW, PYNWB, SCIPY, WORDS, words_for
from corticast.io.recording import load_recording

SHEET = "xl/worksheets/sheet1.xml"
EXTENSION = b'<extLst><ext uri="{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'


def spreadsheet(path, change):
    """A spreadsheet whose parts a function changes: from names and bytes to bytes, or None to leave a part out."""
    openpyxl = pytest.importorskip("openpyxl")
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in (("name", "x", "y", "z"), ("A", 40, 50, 60)):
        book.active.append(row)
    book.save(stream)
    with zipfile.ZipFile(stream) as parts, zipfile.ZipFile(path, "w") as changed:
        for name in parts.namelist():
            content = change(name, parts.read(name))
            if content is not None:
                changed.writestr(name, content)
    return path


def without_styles(name, content):
    return None if name == "xl/styles.xml" else content


def with_extension(name, content):
    return content.replace(b"</worksheet>", EXTENSION) if name == SHEET else content


@pytest.mark.parametrize("change", [without_styles, with_extension])
def test_looks_of_cells_give_no_line(tmp_path, change):
    table = load_electrodes(spreadsheet(tmp_path / "e.xlsx", change))
    np.testing.assert_array_equal(table.pos, [[40, 50, 60]])
    assert table.warnings == ()


def test_a_variable_that_a_mat_file_holds_twice(tmp_path):
    savemat = pytest.importorskip("scipy.io").savemat
    streams = [io.BytesIO(), io.BytesIO()]
    for k, stream in enumerate(streams):
        savemat(stream, {"elecmatrix": np.array([[40.0 + k, 50, 60]])})
    # A header of 128 bytes stands before the variables.
    (tmp_path / "e.mat").write_bytes(streams[0].getvalue() + streams[1].getvalue()[128:])
    table = load_electrodes(tmp_path / "e.mat")
    np.testing.assert_array_equal(table.pos, [[40, 50, 60]])
    assert any(line.startswith("e.mat: holds elecmatrix twice: the first one is read") for line in table.warnings)


def test_a_brainvision_header_of_another_version(tmp_path):
    pytest.importorskip("mne")
    path = odd.brainvision(tmp_path / "b.vhdr")
    path.write_text(path.read_text().replace("Version 1.0", "Version 7.5", 1))
    found = [line for line in load_recording(path).all_warnings if "unknown version of its header" in line]
    assert len(found) == 1
    assert "Version 7.5" in found[0]


@pytest.mark.parametrize(("library", "text", "ours"), [
    (MNE, "Could not find SEEG.21E containing channel definitions; Default channel names are chosen.",
     "SEEG.21E is missing: channels have the recorder's own names"),
    (MNE, "Physical range is not defined in following channels:\nLA1, LA2", "no physical range of LA1, LA2, whose"),
    (MNE, "Cannot read in the measurement date due to incompatible format.", "the date in its header cannot be read"),
    (PYNWB, 'Device.model was detected as a string, but NWB 2.9 specifies', ""),
    (PYNWB, "Schema conflict(s) detected in namespace 'ndx-x': \n a \n", ""),
    (OPENPYXL, "Data Validation extension is not supported and will be removed", ""),
    (OPENPYXL, "Cell B2 is marked as a date but the serial value -40.5 is outside the limits for dates. The cell",
     "cell B2 holds -40.5 in the format of a date"),
    (SCIPY, 'Unreadable variable "elecmatrix", because "bad tag"', "elecmatrix cannot be read (bad tag)"),
    (PILLOW, "Palette images with Transparency expressed in bytes should be converted to RGBA images", ""),
])  # fmt: skip
def test_texts_of_libraries_have_words_of_ours(library, text, ours):
    words, said = words_for(library, text)
    assert said.startswith(ours)
    assert bool(said) != bool(words.why)


def test_every_entry_either_speaks_or_says_why_not():
    for entries in WORDS.values():
        for words in entries:
            assert bool(words.ours) != bool(words.why)
            assert words.ours or not words.refuses
