"""Left is left: x against a column of hemispheres and against names, on tables whose true sides the test knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corticast.core.geometry.placement import place
from corticast.core.model.types import Electrodes, Volume
from corticast.errors import DataError
from corticast.io.electrodes import load_electrodes

X = np.array([-40.0, -35, -30, -25, -20, 40, 35, 30, 25, 20])
POS = np.stack([X, np.linspace(-30, 30, 10), np.linspace(0, 20, 10)], axis=1)
SIDES = ["L"] * 5 + ["R"] * 5


def table(pos=POS, names=None, **columns):
    names = names or tuple(f"E{row}" for row in range(len(pos)))
    return Electrodes(tuple(names), pos, frame="native", space="world", columns=columns, path=Path("e.tsv"))


def head(centre_x=0.0, sided=True):
    affine = np.diag([4.0, 4, 4, 1])
    affine[:3, 3] = centre_x - 90, -120, -90
    voxels = np.full((46, 60, 46), 100, np.uint8, order="F")
    return Volume(voxels, affine, name="t1", space="native", sided=sided)


FLIPPED = POS * [-1, 1, 1]
SPELLINGS = [["L", "R"], ["left", "right"], ["lh", "RH"], ["Left", "Right"], ["l", "r"]]


@pytest.mark.parametrize("words", SPELLINGS)
@pytest.mark.parametrize("title", ["hemisphere", "Hemisphere", "hemi", "side"])
def test_a_flipped_axis_is_refused_by_the_column(words, title):
    column = tuple(words[0] if side == "L" else words[1] for side in SIDES)
    assert place(table(**{title: column}), volume=head()).warnings == ()
    for below in (head(), None):
        with pytest.raises(DataError, match=rf"10 of 10 .* than the column {title}.*_space world"):
            place(table(FLIPPED, **{title: column}), volume=below)
    placed = place(table(FLIPPED, **{title: column}), volume=head(), space="world")
    np.testing.assert_array_equal(placed.pos, FLIPPED)
    (line,) = placed.warnings
    assert "drawn as x says" in line


def test_single_contacts_on_the_other_side_are_named():
    column = ["R", *SIDES[1:]]
    (line,) = place(table(hemisphere=tuple(column)), volume=head()).warnings
    assert "E0" in line
    # Contacts near the midline prove nothing, and neither do empty cells.
    near = POS.copy()
    near[0, 0] = -4
    assert place(table(near, hemisphere=tuple(column)), volume=head()).warnings == ()
    assert place(table(FLIPPED, hemisphere=("n/a",) * 10), volume=head()).warnings == ()


@pytest.mark.parametrize(
    ("names", "n_wrong", "n_said"),
    [
        ([f"LA{k}" for k in range(5)] + [f"RA{k}" for k in range(5)], 10, 10),
        ([f"L_Hip {k}" for k in range(5)] + [f"R-Hip{k}" for k in range(5)], 10, 10),
        ([f"left amygdala {k}" for k in range(5)] + [f"G{k}" for k in range(5)], 5, 5),
        ([f"A'{k}" for k in range(5)] + [f"A{k}" for k in range(5)], 5, 5),
        ([f"v’{k}" for k in range(5)] + [f"V{k}" for k in range(5)], 5, 5),
    ],
)
def test_names_that_say_a_side(names, n_wrong, n_said):
    assert place(table(names=names), volume=head()).warnings == ()
    (line,) = place(table(FLIPPED, names=names), volume=head()).warnings
    assert f"{n_wrong} of {n_said} contacts lie on the other side than their names say" in line
    np.testing.assert_array_equal(place(table(FLIPPED, names=names), volume=head()).pos, FLIPPED)


@pytest.mark.parametrize(
    "names",
    [
        [f"E{k}" for k in range(10)],
        [str(k) for k in range(10)],
        [f"R{k}" for k in range(5)] + [f"S{k}" for k in range(5)],
        [f"Ra{k}" for k in range(10)],
        [f"LG{k}" for k in range(10)],
    ],
)
def test_names_that_say_nothing(names):
    assert place(table(FLIPPED, names=names), volume=head()).warnings == ()


def test_a_head_away_from_the_origin_has_its_midline_elsewhere():
    """Contacts of a head that the scanner shifted by 60 mm stand right of x = 0, and left of their head's middle."""
    column = tuple(SIDES)
    shifted = POS + np.array([60, 0, 0])
    assert place(table(shifted, hemisphere=column), volume=head(60.0)).warnings == ()


def test_a_volume_without_forms_proves_no_side():
    (line,) = place(table(FLIPPED, hemisphere=tuple(SIDES)), volume=head(sided=False)).warnings
    assert "drawn as x says" in line


def test_real_tables(shared_data):
    """Real tables are right; those of shafts that cross the midline too."""
    folder = shared_data / "electrodes"
    for name in (
        "openneuro_ds003708/sub-01_ses-ieeg01_space-MNI152NLin6Sym_electrodes.tsv",
        "openneuro_ds004789/sub-R1065J_ses-0_task-FR1_space-MNI152NLin6ASym_electrodes.tsv",
        "bids_ieeg_epilepsy/sub-01_ses-postimp_space-ScanRAS_electrodes.tsv",
        "../subject_sample_seeg/sample_seeg_electrodes.tsv",
    ):
        electrodes = load_electrodes(folder / name)
        assert not [line for line in place(electrodes).warnings if "side" in line], name
