"""BioImage Suite's grids on their image: mm divided by zooms, then nibabel's affine, as FieldTrip does."""

from __future__ import annotations

import numpy as np
import pytest
from nibabel.affines import apply_affine, voxel_sizes

from corticast.core.geometry.placement import place
from corticast.core.model.types import Volume
from corticast.errors import DataError
from corticast.io.electrodes import load_electrodes

# Oblique, with zooms of 0.8, 1.25 and 2 mm, and its first axis to the left.
TURN = np.array([[-0.96, 0.28, 0], [0.28, 0.96, 0], [0, 0, 1]])
AFFINE = np.eye(4)
AFFINE[:3, :3] = TURN @ np.diag([0.8, 1.25, 2.0])
AFFINE[:3, 3] = 40, -90, -60
GRID = """#vtkpxElectrodeMultiGridSource File
#Description
patient
#Comment
no comment
#Number of Grids
 1
#- - - - -
# Electrode Grid 0
- - - - -
#vtkpxElectrodeGridSource File v2
#Description
LG
#Dimensions
 2 2
#Electrode Spacing
 10 10
"""
CONTACT = """#- - - - -
# Electrode {row} {column}
- - - - -
#vtkpxElectrodeSource2 File
#Position
 {x} {y} {z}
#Normal
 1 0 0
#Electrode Present
 {present}
#Value
1 1 0
"""
MM = {(0, 0): (60.5, 70.25, 80), (0, 1): (50, 71, 81), (1, 0): (40, 72.5, 82), (1, 1): (30, 73, 83)}


def grid(path, absent=()):
    contacts = [
        CONTACT.format(row=row, column=column, x=x, y=y, z=z, present=int((row, column) not in absent))
        for (row, column), (x, y, z) in MM.items()
    ]
    path.write_text(GRID + "".join(contacts))
    return path


def test_a_grid_stands_at_its_voxels(tmp_path):
    table = load_electrodes(grid(tmp_path / "a.mgrid", absent=[(1, 0)]))
    # FieldTrip counts from the last column of each row.
    assert table.names == ("LG2", "LG1", "LG4", "LG3")
    assert table.columns == {"group": ("LG",) * 4}
    volume = Volume(np.zeros((120, 120, 90), np.uint8, order="F"), AFFINE, name="ct.nii")
    placed = place(table, volume=volume)
    expected = apply_affine(AFFINE, np.array(list(MM.values())) / voxel_sizes(AFFINE))
    expected[2] = np.nan
    np.testing.assert_allclose(placed.pos, expected, atol=1e-9)
    assert any("in that very file alone" in text for text in table.warnings)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("vtkpxElectrodeMultiGridSource", "other"), "no grid of BioImage Suite"),
        (("60.5", "a"), "is not 3 numbers"),
        ((" 2 2", " 2"), "is not 2 numbers"),
        (("#Position", "#Place"), "no contacts of a grid"),
    ],
)
def test_damaged_grids_are_refused(tmp_path, change, words):
    path = grid(tmp_path / "a.mgrid")
    path.write_text(path.read_text().replace(*change))
    with pytest.raises(DataError, match=words):
        load_electrodes(path)


def test_a_grid_needs_its_image(tmp_path):
    with pytest.raises(DataError, match="need the volume that they belong to"):
        place(load_electrodes(grid(tmp_path / "a.mgrid")))
