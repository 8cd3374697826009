"""Contacts stand where their table's space says, and never on a head that is known to be another."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from corticast.core.geometry.placement import place
from corticast.core.model.types import Electrodes, Picture, Volume
from corticast.errors import DataError, OptionError
from corticast.io.electrodes import load_electrodes
from corticast.io.volume import load_volume

# As FreeSurfer stores: left, inferior, anterior; the centre is not at the origin, and zooms differ.
LIA = np.array([[-1.1, 0, 0, 70.0], [0, 0, 0.9, -50.0], [0, -1.3, 0, 90.0], [0, 0, 0, 1.0]])
SHAPE = (110, 120, 130)


def volume(space=None, affine=LIA, shape=SHAPE):
    return Volume(np.zeros(shape, np.uint8, order="F"), affine, name="T1.mgz", space=space)


def table(pos, space=None, frame=None):
    pos = np.asarray(pos, dtype=float)
    return Electrodes(tuple(f"A{i}" for i in range(len(pos))), pos, space=space, frame=frame, path=Path("e.tsv"))


INSIDE = [[5.0, 1.0, 20.0], [10.0, 9.0, 30.0]]


def one_line(error, *words):
    text = str(error.value)
    assert "\n" not in text
    for word in words:
        assert word in text


# Moving


def test_world_positions_are_not_moved():
    placed = place(table(INSIDE, "world", "ScanRAS"), volume=volume("native"))
    np.testing.assert_array_equal(placed.pos, INSIDE)
    assert (placed.share_inside, placed.warnings, placed.in_picture) == (1.0, (), False)


def test_voxels_go_through_the_affine(rng):
    indices = rng.uniform(0, 100, (20, 3))
    placed = place(table(indices, "voxel"), volume=volume("MNI"))
    np.testing.assert_allclose(placed.pos, nib.affines.apply_affine(LIA, indices), atol=1e-12)
    assert placed.warnings == ()


def test_surface_ras_as_nibabel_has_it(rng):
    image = nib.MGHImage(np.zeros(SHAPE, np.uint8), LIA)
    tkras = rng.uniform(-30, 30, (20, 3))
    placed = place(table(tkras, "tkras", "fsnative"), volume=volume("native"))
    expected = nib.affines.apply_affine(LIA @ np.linalg.inv(image.header.get_vox2ras_tkr()), tkras)
    # The header keeps float32.
    np.testing.assert_allclose(placed.pos, expected, atol=2e-5)
    assert placed.warnings == ()
    # In FreeSurfer's own volumes that is a shift.
    np.testing.assert_allclose(placed.pos - tkras, np.tile((placed.pos - tkras)[0], (20, 1)), atol=1e-12)


@pytest.mark.parametrize("axes", ["RAS", "LIP", "RIA", "LSA"])
def test_surface_ras_on_a_volume_stored_otherwise_is_reported(axes):
    affine = nib.orientations.inv_ornt_aff(nib.orientations.axcodes2ornt(axes), SHAPE)
    affine[:3, 3] -= affine[:3, :3] @ np.array(SHAPE) / 2
    placed = place(table(INSIDE, "tkras", "fsnative"), volume=volume("native", np.linalg.inv(affine)))
    (warning,) = placed.warnings
    assert "mirrored" in warning
    assert "orig.mgz" in warning


def test_space_that_is_asked_for_wins():
    electrodes = table(INSIDE, "world", "MNI152Lin")
    target = volume("native")
    np.testing.assert_array_equal(place(electrodes, volume=target, space="world").pos, INSIDE)
    moved = place(electrodes, volume=target, space="voxel")
    np.testing.assert_allclose(moved.pos, nib.affines.apply_affine(LIA, INSIDE))
    assert moved.warnings == ()


def test_rows_without_a_position_stay_without():
    placed = place(table([*INSIDE, [np.nan] * 3], "voxel"), volume=volume())
    assert placed.drawn.tolist() == [True, True, False]
    assert placed.share_inside == 1.0


# Coordinate systems


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("ScanRAS", "native"),
        ("scanras", "native"),
        ("individual", "T1w"),
        ("MNI152NLin6Sym", "mni152nlin6sym"),
        ("MNI152NLin2009cAsym", "MNI"),
        ("MNI", "MNI152NLin6ASym"),
        ("Talairach", "talairach"),
        ("Custom", "Custom"),
    ],
)
def test_same_space_is_not_worth_a_word(theirs, ours):
    assert place(table(INSIDE, "world", theirs), volume=volume(ours)).warnings == ()


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("MNI152NLin2009cAsym", "MNI152NLin6ASym"),
        ("IXI549Space", "MNI152NLin6ASym"),
        ("fsaverage", "MNI"),
        ("MNI305", "MNI"),
        ("Colin27", "ICBM452AirSpace"),
        ("ACPC", "native"),
        ("MyTemplate", "native"),
        ("MNI152Lin", "MyTemplate"),
    ],
)
def test_perhaps_the_same_space_is_drawn_and_reported(theirs, ours):
    placed = place(table(INSIDE, "world", theirs), volume=volume(ours))
    np.testing.assert_array_equal(placed.pos, INSIDE)
    (warning,) = placed.warnings
    assert theirs in warning
    assert ours in warning


@pytest.mark.parametrize(("theirs", "ours"), [(None, "native"), ("MNI152Lin", None), ("ScanRAS", None), (None, None)])
def test_unknown_spaces_are_drawn_and_reported(theirs, ours):
    space = None if theirs is None else "world"
    (warning,) = place(table(INSIDE, space, theirs), volume=volume(ours)).warnings
    assert ("e.tsv" in warning) is (theirs is None)
    assert "T1.mgz" in warning
    for known in (theirs, ours):
        assert known is None or known in warning


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("MNI152NLin2009aSym", "native"),
        ("ScanRAS", "MNI152NLin2009cAsym"),
        ("ACPC", "MNI"),
        ("fsaverage", "native"),
        ("IXI549Space", "native"),
        ("Talairach", "MNI"),
        ("Talairach", "native"),
        ("MNI152Lin", "Talairach"),
    ],
)
def test_another_head_is_refused_and_can_be_insisted_on(theirs, ours):
    electrodes = table(INSIDE, "world", theirs)
    with pytest.raises(DataError) as error:
        place(electrodes, volume=volume(ours))
    one_line(error, "e.tsv", theirs, "T1.mgz", ours, "electrodes_space world")
    placed = place(electrodes, volume=volume(ours), space="world")
    np.testing.assert_array_equal(placed.pos, INSIDE)


def test_surface_ras_of_a_subject_is_refused_on_a_template():
    with pytest.raises(DataError) as error:
        place(table(INSIDE, "tkras", "fsnative"), volume=volume("MNI"))
    one_line(error, "fsnative", "MNI")


# Share inside


def test_share_inside_counts_voxel_edges():
    box = volume(None, np.eye(4), (10, 10, 10))
    edges = [[-0.5, 0, 0], [9.5, 9.5, 9.5], [9.6, 0, 0], [0, -0.6, 0], [np.nan] * 3]
    assert place(table(edges), volume=box).share_inside == 0.5


def test_under_half_inside_is_refused_even_when_insisted_on():
    electrodes = table([[1, 1, 1], [500, 1, 1], [1, 500, 1]], "world", "ScanRAS")
    for space in (None, "world"):
        with pytest.raises(DataError) as error:
            place(electrodes, volume=volume("native", np.eye(4)), space=space)
        one_line(error, "e.tsv", "33 %", "T1.mgz", "tkras or voxel")


# Pictures, and nothing beneath


def test_picture():
    picture = Picture(np.zeros((30, 40, 3), np.uint8), name="brain.png")
    placed = place(table([[-0.5, 29.5], [39.5, 0], [39.6, 0], [0, 30]], "picture"), picture=picture)
    assert placed.share_inside == 0.5
    assert placed.in_picture
    with pytest.raises(DataError) as error:
        place(table([[0, 100], [50, 3]], "picture"), picture=picture)
    one_line(error, "0 %", "brain.png", "40 x 30")


def test_tables_that_do_not_fit_what_lies_beneath():
    picture = Picture(np.zeros((30, 40, 3), np.uint8), name="brain.png")
    with pytest.raises(DataError) as error:
        place(table(INSIDE), picture=picture)
    one_line(error, "e.tsv", "brain.png", "x_2d, y_2d")
    with pytest.raises(DataError) as error:
        place(table([[1, 2]], "picture"), volume=volume())
    one_line(error, "e.tsv", "T1.mgz", "x, y, z")
    with pytest.raises(OptionError) as error:
        place(table([[1, 2]], "picture"), picture=picture, space="tkras")
    one_line(error, "electrodes_space tkras")
    with pytest.raises(OptionError) as error:
        place(table(INSIDE), volume=volume(), space="picture")
    one_line(error, "electrodes_space picture")


def test_nothing_beneath():
    for electrodes in (table(INSIDE, "world", "MNI"), table(INSIDE), table([[1, 2]], "picture")):
        placed = place(electrodes)
        assert placed.pos is electrodes.pos
        assert (placed.share_inside, placed.warnings) == (None, ())
    for space in ("voxel", "tkras"):
        with pytest.raises(DataError) as error:
            place(table(INSIDE, space))
        one_line(error, "e.tsv", space, "volume")


def test_no_position_at_all():
    with pytest.raises(DataError) as error:
        place(table([[np.nan] * 3]), volume=volume())
    one_line(error, "e.tsv")


# Real data


def test_one_subject_in_three_spaces(shared_data):
    folder = shared_data / "subject_sample_ecog"
    t1 = load_volume(folder / "T1.mgz")
    scanner, surface, indices = (
        place(load_electrodes(folder / f"sample_ecog_space-{space}_electrodes.tsv"), volume=t1)
        for space in ("ScanRAS", "fsnative", "voxel")
    )
    # The tables are rounded to a thousandth.
    np.testing.assert_allclose(surface.pos, scanner.pos, atol=1.01e-3)
    np.testing.assert_allclose(indices.pos, scanner.pos, atol=1.01e-3)
    assert scanner.share_inside == surface.share_inside == indices.share_inside == 1.0
    # The shift is far above rounding: surface RAS taken for scanner RAS would be centimetres off.
    assert np.abs(surface.table.pos - scanner.pos).max() > 5


def test_real_mni_contacts_on_mni_and_on_a_head(shared_data):
    electrodes = load_electrodes(
        shared_data / "electrodes" / "openneuro_ds005574" / "sub-03_space-MNI152NLin2009aSym_electrodes.tsv"
    )
    template = load_volume(shared_data / "volumes" / "colin27" / "ch2.nii.gz")
    assert place(electrodes, volume=template).share_inside == 1.0
    head = load_volume(shared_data / "subject_sample_ecog" / "T1.mgz", space="native")
    with pytest.raises(DataError):
        place(electrodes, volume=head)
