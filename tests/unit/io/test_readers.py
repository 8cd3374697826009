"""A format of electrode files: its unit and system count, and one line makes it known everywhere."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from corticast.app.about.info import describe
from corticast.errors import DataError
from corticast.io.electrodes import load_electrodes
from corticast.io.readers import READERS
from corticast.io.readers.position_file import PositionFile
from corticast.io.tables import Line, Table, read_text

POS = np.array([[1.5, -2.0, 3.0], [4.0, 5.0, 6.25]])


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Make a file of a format that states its system and unit in its first line, and rows of blanks below."""

    def read_fake(path: Path) -> PositionFile:
        first, *rows = read_text(path).splitlines()
        system, unit = first.split("|")
        lines = [Line(number, tuple(row.split())) for number, row in enumerate(rows, 2)]
        table = Table.of_lines(path, ("name", "x", "y", "z"), lines)
        return PositionFile(table, system=system, unit=unit, warnings=("a note of the format",))

    def make(system="", unit="", name="e.fake", pos=POS):
        path = tmp_path / name
        rows = [f"A{row} {x} {y} {z}" for row, (x, y, z) in enumerate(pos.tolist())]
        path.write_text("\n".join([f"{system}|{unit}", *rows]))
        return path

    monkeypatch.setitem(READERS, ".fake", read_fake)
    return make


def said(path, **entries):
    path.write_text(json.dumps({f"iEEGCoordinate{key}": value for key, value in entries.items()}))
    return path


@pytest.mark.parametrize(
    ("unit", "factor"), [("m", 1000), ("cm", 10), ("mm", 1), ("", 1), (" CM ", 10), ("n/a", 1), ("other", 1)]
)
def test_units_of_a_format_become_millimetres(fake, unit, factor):
    electrodes = load_electrodes(fake(unit=unit, pos=POS / factor))
    np.testing.assert_allclose(electrodes.pos, POS, rtol=1e-12)
    assert electrodes.warnings == ("a note of the format",)


@pytest.mark.parametrize(
    ("system", "space", "frame"),
    [
        ("fsnative", "tkras", "fsnative"),
        ("fsNative", "tkras", "fsnative"),
        ("voxel", "voxel", None),
        ("MNI152NLin2009cAsym", "world", "MNI152NLin2009cAsym"),
        ("Other", None, None),
        ("n/a", None, None),
        ("", None, None),
    ],
)
def test_the_system_of_a_format_is_the_space(fake, system, space, frame):
    electrodes = load_electrodes(fake(system))
    assert (electrodes.space, electrodes.frame) == (space, frame)


def test_pixels_of_a_format_are_a_picture(fake, monkeypatch):
    def read_pixels(path):
        return PositionFile(Table(path, ("x_2d", "y_2d"), (Line(1, ("5", "7")),)), system="Pixels")

    monkeypatch.setitem(READERS, ".fake", read_pixels)
    electrodes = load_electrodes(fake())
    assert electrodes.space == "picture"
    assert electrodes.pos.tolist() == [[5, 7]]


def test_a_coordsystem_comes_before_the_file(fake, tmp_path):
    path = fake("fsnative", "mm", name="sub-1_electrodes.fake")
    assert load_electrodes(path).space == "tkras"
    # Each entry by itself: a coordsystem without a unit leaves the file's.
    said(tmp_path / "sub-1_coordsystem.json", Units="cm")
    electrodes = load_electrodes(path)
    assert electrodes.space == "tkras"
    np.testing.assert_allclose(electrodes.pos, 10 * POS, rtol=1e-12)
    other = said(tmp_path / "other.json", System="ACPC", Units="n/a")
    electrodes = load_electrodes(path, coordsystem=other)
    assert (electrodes.space, electrodes.frame) == ("world", "ACPC")
    np.testing.assert_array_equal(electrodes.pos, POS)


def test_the_system_of_a_format_comes_before_its_name(fake):
    assert load_electrodes(fake("ACPC", name="space-fsnative_electrodes.fake")).frame == "ACPC"
    assert load_electrodes(fake("", name="space-fsnative_electrodes.fake")).space == "tkras"


def test_an_unknown_unit_of_a_format_is_refused(fake):
    path = fake(unit="inch")
    with pytest.raises(DataError) as error:
        load_electrodes(path)
    assert str(error.value) == f"{path}: unknown unit 'inch'; give m, cm, mm or um"


def test_info_reads_every_format_and_names_it(fake, tmp_path):
    assert "  contacts     2, 2 with a position, 0 bad" in describe(fake())
    unknown = tmp_path / "e.nothing"
    unknown.write_bytes(b"\x00\x01")
    with pytest.raises(DataError, match=r"an electrode table \(\.tsv, \.csv, .*\.fake\)"):
        describe(unknown)
