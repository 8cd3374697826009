"""Inputs that the fuzzer found (`make fuzz`), each as small as its fault."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest
from tests.edf_files import write_edf
from tests.fuzz import readers, seeds

import corticast as cc
from corticast.errors import DataError
from corticast.io.edf_annotations import read_annotations


def refusal(read, path):
    """The text of a refusal: one line of at most 300 characters."""
    with pytest.raises(DataError) as caught:
        read(path)
    text = str(caught.value)
    assert "\n" not in text
    assert len(text) <= 300
    return text


@pytest.mark.parametrize(
    ("place", "field"), [(256 + 104, "1e309"), (256 + 112, "-9e999"), (244, "9e999"), (244, "1e-300")]
)
def test_edf_numbers_beyond_all_floats(tmp_path, place, field):
    """OverflowError before: a physical maximum, and the seconds of a record."""
    path = write_edf(tmp_path / "r.edf", {"LA1": np.zeros(20)}, 2)
    content = path.read_bytes()
    path.write_bytes(content[:place] + field.ljust(8).encode() + content[place + 8 :])
    assert f"it gives '{field}' as the" in refusal(cc.load_recording, path)


def test_edf_annotations_at_times_beyond_all_floats():
    record = b"+0\x14\x14\0+1" + b"0" * 400 + b"\x14late\0+1\x15" + b"9" * 400 + b"\x14long\0+2\x14seen\0"
    onsets, found = read_annotations([(record,)])
    assert onsets == [0]
    assert [(each.onset_s, each.text) for each in found] == [(2, "seen")]


def test_fif_tags_that_lead_back(tmp_path):
    """MNE-Python followed them without an end, up to the limits of its child."""
    seeds.fif(tmp_path)
    path = tmp_path / "r_ieeg.fif"
    content = bytearray(path.read_bytes())
    # The third tag, at byte 56, leads back to the second.
    struct.pack_into(">i", content, 56 + 12, 36)
    path.write_bytes(content)
    assert "its tags lead back to byte 36; export the recording again" in refusal(cc.load_recording, path)


@pytest.mark.parametrize("cell", ["1e300", "-2e9"])
@pytest.mark.parametrize("columns", [("x", "y", "z"), ("x_2d", "y_2d")])
def test_coordinates_in_no_space(tmp_path, cell, columns):
    """Warnings of NumPy about overflow, and ValueError, before."""
    path = tmp_path / "t.csv"
    rows = [("name", *columns), ("A1", *"111"), ("A2", cell, *"11")]
    path.write_text("\n".join(",".join(row[: len(columns) + 1]) for row in rows))
    said = refusal(cc.load_electrodes, path)
    assert f"t.csv: line 3, column {columns[0]}: '{cell}' lies in no space; correct the coordinate" in said


def test_warnings_about_long_names_are_lines_of_280_characters(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("name,x,y,z\nA1,10,20,70\n" + "".join(f"{'B' * 200}{k},n/a,n/a,n/a\n" for k in range(4)))
    (line,) = cc.load_electrodes(path).warnings
    assert len(line) == 280
    assert line.startswith("t.csv: 4 of 5 rows have no position and are not drawn: BBB")
    assert line.endswith("B3")


@pytest.mark.parametrize("kind", [b"f", b"e"])
@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"7", b"[" * 9999, b'{"error": "os", "message": "odd"}', b'{"error": 7}']
)
def test_an_answer_of_a_child_that_makes_no_sense(tmp_path, kind, content):
    """JSON's and Python's own errors before."""
    path = tmp_path / "a.bin"
    path.write_bytes(struct.pack("<cQ", kind, len(content)) + content)
    found = readers.answer(path)
    if kind == b"f" and content.startswith(b"{"):
        assert found == json.loads(content)
    else:
        assert found.warnings == (f"{path}: MNE-Python gave no answer that can be read; start again",)


@pytest.mark.parametrize("low", ["-1e308", "-3200", "0"])
def test_an_edf_range_beyond_all_floats(tmp_path, low):
    """NaN for all samples, and NumPy's warning, before; where the gain is a float, after resampling alone."""
    path = write_edf(tmp_path / "r.edf", {"LA1": np.zeros(20)}, 2)
    content = bytearray(path.read_bytes())
    for place, field in ((256 + 104, low.encode()), (256 + 112, b"1e308")):
        content[place : place + 8] = field.ljust(8)
    path.write_bytes(content)
    assert f"{float(low):g} to 1e+308 for -32767 to 32767 as the range of LA1" in refusal(cc.load_recording, path)


def test_names_of_grids_are_no_numbers(tmp_path):
    """Python reads 1_2 as 12: a table without a header lost its names, and a slip became a coordinate."""
    path = tmp_path / "t.csv"
    path.write_text("1_1,10,20,70\n1_2,11,20,70\n")
    assert cc.load_electrodes(path).names == ("1_1", "1_2")
    path.write_text("name,x,y,z\nA1,1_0,20,70\nA2,12,20,70\n")
    assert "line 2, column x: '1_0' is not a number" in refusal(cc.load_electrodes, path)


def test_events_without_an_onset_are_left_out(tmp_path):
    """They stood at 0 s, where nothing had happened."""
    seeds.edf_with_tables(tmp_path)
    (tmp_path / "sub-1_task-a_events.tsv").write_text(
        "onset\tduration\ttrial_type\nn/a\t1\tlost\n0.5\tn/a\tgo\nsoon\t\tlost\n"
    )
    recording = cc.load_recording(tmp_path / "sub-1_task-a_ieeg.edf")
    assert [(event.onset_s, event.duration_s, event.text) for event in recording.events] == [(0.5, 0, "go")]
    assert recording.warnings[-1] == "sub-1_task-a_events.tsv: rows without an onset, which are left out: 2, 4"
