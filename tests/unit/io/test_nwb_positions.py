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
        (("MNI", "ACPC", "hippocampus", "insula"), None),
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


# Positions of the extension ndx-anatomical-localization


@pytest.fixture(scope="module")
def extension(tmp_path_factory):
    """Classes of a space and of a table of positions, with the names and fields of ndx-anatomical-localization."""
    from pynwb.spec import NWBAttributeSpec, NWBDatasetSpec, NWBGroupSpec, NWBLinkSpec, NWBNamespaceBuilder

    folder = tmp_path_factory.mktemp("spec")
    builder = NWBNamespaceBuilder(
        "Positions in spaces", "ndx-anatomical-localization", version="0.1.0", author="t", contact="t@t"
    )
    for name in ("NWBContainer", "DynamicTable", "VectorData", "DynamicTableRegion", "LabMetaData"):
        builder.include_type(name, namespace="core")
    texts = [NWBAttributeSpec(name, name, "text") for name in ("space_name", "origin", "units", "orientation")]
    space = NWBGroupSpec("A space", neurodata_type_def="Space", neurodata_type_inc="NWBContainer", attributes=texts)
    axes = [NWBDatasetSpec(axis, dtype="float", name=axis, neurodata_type_inc="VectorData") for axis in "xyz"]
    region = NWBDatasetSpec("Electrodes", name="localized_entity", neurodata_type_inc="DynamicTableRegion")
    table = NWBGroupSpec(
        "Positions", neurodata_type_def="AnatomicalCoordinatesTable", neurodata_type_inc="DynamicTable",
        datasets=[*axes, region], links=[NWBLinkSpec("The space", "Space", name="space")],
    )  # fmt: skip
    whole = NWBGroupSpec(
        "Both", neurodata_type_def="Localization", neurodata_type_inc="LabMetaData",
        groups=[NWBGroupSpec("spaces", neurodata_type_inc="Space", quantity="*"),
                NWBGroupSpec("tables", neurodata_type_inc="AnatomicalCoordinatesTable", quantity="*")],
    )  # fmt: skip
    for spec in (space, table, whole):
        builder.add_spec("ext.yaml", spec)
    builder.export("ns.yaml", outdir=str(folder))
    pynwb.load_namespaces(str(folder / "ns.yaml"))
    return [
        pynwb.get_class(name, "ndx-anatomical-localization")
        for name in ("Space", "AnatomicalCoordinatesTable", "Localization")
    ]


def localized(path, extension, *spaces):
    """A file whose electrodes have positions in spaces: (name, unit, orientation, positions of the first three)."""
    space_class, table_class, whole_class = extension
    with pynwb.NWBHDF5IO(written(path), "r+") as io:
        file = io.read()
        whole = whole_class(name="localization")
        for number, (name, unit, orientation, pos) in enumerate(spaces):
            space = space_class(name=f"s{number}", space_name=name, origin="o", units=unit, orientation=orientation)
            table = table_class(
                name=f"t{number}", description="d", space=space, target_tables={"localized_entity": file.electrodes}
            )
            for row, (x, y, z) in enumerate(pos):
                table.add_row(x=x, y=y, z=z, localized_entity=row)
            whole.add_spaces(space)
            whole.add_anatomical_coordinates_tables(table)
        file.add_lab_meta_data(whole)
        io.write(file)
    return path


@pytest.mark.parametrize(
    ("orientation", "axes", "signs", "unit", "mm"),
    [("LPS", (0, 1, 2), (-1, -1, 1), "um", 0.001), ("ASL", (1, 2, 0), (1, 1, -1), "mm", 1)],
)
def test_positions_in_a_stated_space(tmp_path, extension, orientation, axes, signs, unit, mm):
    pos = np.array([[-38.0, 2, 11], [-29, 3, 12], [27, -7, 10]])
    stored = pos[:, axes] * signs / mm
    table = load_electrodes(localized(tmp_path / "a.nwb", extension, ("MNI152NLin6Asym", unit, orientation, stored)))
    np.testing.assert_allclose(table.pos, [*pos, [np.nan] * 3])
    assert (table.names, table.frame) == (NAMES, "MNI152NLin6Asym")
    assert "by t0" in table.rule
    assert not any("states no coordinate system" in line for line in table.warnings)


def test_several_stated_spaces_leave_the_electrodes_own_positions(tmp_path, extension):
    one = ("ACPC", "mm", "RAS", POS[:3] + 1)
    table = load_electrodes(localized(tmp_path / "a.nwb", extension, one, ("MNI152", *one[1:])))
    np.testing.assert_array_equal(table.pos, POS)
    assert any("several tables of positions, and none is taken: t0, t1" in line for line in table.warnings)


def test_a_wrong_orientation_is_refused(tmp_path, extension):
    with pytest.raises(DataError, match="orientation 'RAR'"):
        load_electrodes(localized(tmp_path / "a.nwb", extension, ("ACPC", "mm", "RAR", POS[:3])))


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ((0, 1, 9), "names row 9 of 4 electrodes"),
        ((0, 1, -1), "names row -1 of 4 electrodes"),
        # hdmf itself may refuse columns of several lengths.
        ((0, 1), "has 2 electrodes and 3 positions|not a readable NWB file"),
    ],
)
def test_rows_that_are_none_of_the_electrodes_are_refused(tmp_path, extension, rows, why):
    h5py = pytest.importorskip("h5py")
    path = localized(tmp_path / "a.nwb", extension, ("ACPC", "mm", "RAS", POS[:3]))
    with h5py.File(path, "r+") as file:
        table = file["general/localization/t0"]
        said = dict(table["localized_entity"].attrs)
        del table["localized_entity"]
        table["localized_entity"] = np.array(rows)
        table["localized_entity"].attrs.update(said)
    with pytest.raises(DataError, match=why) as error:
        load_electrodes(path)
    assert "\n" not in str(error.value)
