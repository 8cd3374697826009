"""NWB's tables of electrodes as pynwb writes them: positions, and the space only where a column states one."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from corticast.app.about.info import describe
from corticast.core.geometry.placement import place
from corticast.core.model.types import Volume
from corticast.errors import DataError
from corticast.io.electrodes import load_electrodes

pynwb = pytest.importorskip("pynwb")

POS = np.array([[-40.5, 0.25, 10.125], [-30.0, 1.5, 11.0], [25.75, -8.0, 9.5], [np.nan] * 3])
NAMES = ("LA1", "LA2", "RA1", "RA2")


def written(path, pos=POS, columns=None, locations=None, positions=True):
    """A file of pynwb with four electrodes of one group."""
    file = pynwb.NWBFile("s", "id", datetime(2020, 1, 1, tzinfo=UTC))
    device = file.create_device(name="d")
    group = file.create_electrode_group(name="LA", description="depth", location="x", device=device)
    columns = {"label": NAMES} if columns is None else columns
    for name in columns:
        file.add_electrode_column(name=name, description=name)
    for row in range(4):
        place = dict(zip("xyz", map(float, pos[row]), strict=True)) if positions else {}
        more = {name: cells[row] for name, cells in columns.items()}
        where = "hippocampus" if locations is None else locations[row]
        file.add_electrode(**place, location=where, group=group, **more)
    with pynwb.NWBHDF5IO(path, "w") as io:
        io.write(file)
    return path


def volume(space):
    affine = np.diag([2.0, 2, 2, 1])
    affine[:3, 3] = -100
    return Volume(np.full((100, 100, 100), 9, np.uint8, order="F"), affine, name="v", space=space)


def test_positions_and_names_as_they_were_written(tmp_path):
    table = load_electrodes(written(tmp_path / "a.nwb"))
    assert table.names == NAMES
    np.testing.assert_array_equal(table.pos, POS)
    assert table.columns["location"] == ("hippocampus",) * 4
    assert table.columns["group_name"] == ("LA",) * 4


def test_nothing_stated_is_nothing_guessed(tmp_path):
    table = load_electrodes(written(tmp_path / "a.nwb"))
    assert (table.space, table.frame, table.stated_unit) == (None, None, None)
    assert any("states no coordinate system" in line for line in table.warnings)
    (line,) = [text for text in place(table, volume=volume("native")).warnings if "nothing says" in text]
    assert "--electrodes-space" in line


@pytest.mark.parametrize(
    ("column", "cell", "frame", "space"),
    [
        ("coord_system", "MNI152NLin2009cAsym", "MNI152NLin2009cAsym", "world"),
        ("space", "fsaverage", "fsaverage", "world"),
        ("reference", "ACPC space", "ACPC", "world"),
        ("reference_frame", "tkrRAS", "fsnative", "tkras"),
        ("coordinate_system", "ScanRAS coordinates", "ScanRAS", "world"),
        ("coord_system", "CTF", "CTF", "world"),
        ("reference", "common average", None, None),
        ("reference", "scalp electrode", None, None),
        ("space", "room 3", None, None),
    ],
)
def test_a_column_states_the_space(tmp_path, column, cell, frame, space):
    table = load_electrodes(written(tmp_path / "a.nwb", columns={column: (cell,) * 4}))
    assert (table.frame, table.space) == (frame, space)
    assert any("states no coordinate system" in line for line in table.warnings) == (frame is None)
    assert table.names == ("1", "2", "3", "4")


def test_locations_state_the_space_only_if_all_do(tmp_path):
    for locations, frame in (
        (("MNI",) * 4, "MNI"),
        (("MNI", "MNI", "unknown", "MNI"), "MNI"),
        (("MNI", "x", "y", "z"), None),
    ):
        assert load_electrodes(written(tmp_path / "a.nwb", locations=locations)).frame == frame


def test_electrodes_in_two_spaces_are_refused(tmp_path):
    path = written(tmp_path / "a.nwb", columns={"space": ("ACPC", "ACPC", "MNI152", "MNI152")})
    with pytest.raises(DataError, match="are in ACPC, MNI152 by the column space"):
        load_electrodes(path)


@pytest.mark.parametrize(("word", "mm"), [("m", 1000), ("microns", 0.001), ("mm", 1)])
def test_a_column_states_the_unit(tmp_path, word, mm):
    path = written(tmp_path / "a.nwb", POS / mm, {"space": ("ACPC",) * 4, "units": (word,) * 4})
    np.testing.assert_allclose(load_electrodes(path).pos, POS)


def test_micrometres_without_a_word_are_found_by_the_volume(tmp_path):
    ring = np.array([[-70.0, 10, 20], [60, 50, -20], [20, -80, 30], [-30, 60, 50]])
    placed = place(load_electrodes(written(tmp_path / "a.nwb", ring * 1000)), volume=volume("native"))
    np.testing.assert_allclose(placed.pos, ring)
    assert any("they are taken as um" in line for line in placed.warnings)


def test_files_without_positions_are_refused(tmp_path):
    with pytest.raises(DataError, match="no columns x, y, z"):
        load_electrodes(written(tmp_path / "a.nwb", positions=False))
    file = pynwb.NWBFile("s", "id", datetime(2020, 1, 1, tzinfo=UTC))
    with pynwb.NWBHDF5IO(tmp_path / "b.nwb", "w") as io:
        io.write(file)
    with pytest.raises(DataError, match="no table of electrodes"):
        load_electrodes(tmp_path / "b.nwb")
    (tmp_path / "c.nwb").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    with pytest.raises(DataError, match=r"c\.nwb: not a readable NWB file"):
        load_electrodes(tmp_path / "c.nwb")


def test_info_shows_contacts_of_a_file_without_a_recording(tmp_path):
    lines = describe(written(tmp_path / "a.nwb", columns={"label": NAMES, "space": ("ACPC",) * 4}))
    assert lines[0].endswith("electrode table")
    assert "  space        ACPC" in lines
