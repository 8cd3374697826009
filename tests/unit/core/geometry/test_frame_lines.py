"""Coordinate systems of contacts and volumes: some are refused, and differences are reported in millimetres."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corticast.core.geometry.placement import place
from corticast.core.geometry.template_differences import MNI152_TO_TALAIRACH, MNI305_TO_MNI152
from corticast.core.model.types import Electrodes, Volume
from corticast.errors import DataError
from corticast.io.coordinate_system import System

AFFINE = np.array([[-2.0, 0, 0, 90], [0, 2, 0, -126], [0, 0, 2, -72], [0, 0, 0, 1]])
POS = np.array([[10.0, -20, 35], [-30, 4, 12], [44, -51, 7], [np.nan] * 3])


def volume(space=None, name="T1.nii.gz", path=None, shape=(91, 109, 91)):
    """A box of tissue from -50 to 50 mm along x, -80 to 60 along y, -40 to 60 along z."""
    voxels = np.zeros(shape, np.uint8, order="F")
    voxels[20:71, 23:94, 16:67] = 100
    return Volume(voxels, AFFINE, name=name, space=space, path=path)


def table(frame, pos=POS, space="world", **more):
    names = tuple(f"A{row}" for row in range(len(pos)))
    return Electrodes(names, pos, space=space, frame=frame, path=Path("e.tsv"), **more)


def homogeneous(matrix, pos):
    return (matrix @ np.c_[pos, np.ones(len(pos))].T).T[:, :3]


def test_the_matrix_to_mni152_is_that_of_freesurfers_wiki():
    # The wiki's own example; its matrix is rounded.
    moved = homogeneous(MNI305_TO_MNI152, POS[:1])
    np.testing.assert_allclose(moved, [[10.695, -18.409, 36.137]], atol=3e-3)


def test_the_matrix_to_talairach_is_that_of_lancaster():
    # The anterior commissure of MNI152 by Brett, (0, 4, -5), lies near the origin of Talairach's atlas; brains shrink.
    assert np.linalg.norm(homogeneous(MNI152_TO_TALAIRACH, np.array([[0.0, 4, -5]]))) < 4
    shrunk = np.linalg.svd(MNI152_TO_TALAIRACH[:3, :3], compute_uv=False)
    np.testing.assert_allclose(shrunk, [0.95, 0.948, 0.9], atol=0.012)


@pytest.mark.parametrize("frame", ["MNI305", "fsaverage", "fsaverageSym"])
@pytest.mark.parametrize("other", ["MNI152NLin2009cAsym", "MNI152NLin6Asym", "MNI"])
def test_the_difference_of_mni305_is_given_at_the_contacts(frame, other):
    placed = place(table(frame), volume=volume(other))
    away = np.linalg.norm(homogeneous(MNI305_TO_MNI152, POS[:3]) - POS[:3], axis=1)
    (line,) = placed.warnings
    assert f"differ at the contacts by {away.mean():.1f} mm, at most {away.max():.1f} (FreeSurfer's matrix)" in line
    assert frame in line
    np.testing.assert_array_equal(placed.pos, POS)
    # The other way round the differences are those of the inverse.
    (back,) = place(table(other), volume=volume(frame)).warnings
    away = np.linalg.norm(homogeneous(np.linalg.inv(MNI305_TO_MNI152), POS[:3]) - POS[:3], axis=1)
    assert f"differ at the contacts by {away.mean():.1f} mm, at most {away.max():.1f}" in back


@pytest.mark.parametrize(
    ("frame", "other"),
    [
        ("MNI152NLin6Asym", "MNI152NLin2009cAsym"),
        ("MNI152NLin6Sym", "MNI152NLin6Asym"),
        ("Colin27", "MNI152NLin2009cAsym"),
        ("MNI305", "Colin27"),
        ("IXI549Space", "MNI"),
    ],
)
def test_no_figure_is_made_up_for_other_templates(frame, other):
    (line,) = place(table(frame), volume=volume(other)).warnings
    assert "no figure is published" in line


@pytest.mark.parametrize(
    ("frame", "other", "matrix"),
    [
        ("Talairach", "MNI152NLin6Asym", np.linalg.inv(MNI152_TO_TALAIRACH)),
        ("MNI152NLin6Asym", "Talairach", MNI152_TO_TALAIRACH),
        ("MNI305", "Talairach", MNI152_TO_TALAIRACH @ MNI305_TO_MNI152),
    ],
)
def test_talairach_is_refused_with_the_millimetres(frame, other, matrix):
    away = np.linalg.norm(homogeneous(matrix, POS[:3]) - POS[:3], axis=1)
    with pytest.raises(DataError, match=rf"differ at the contacts by {away.mean():.1f} mm, .*Lancaster") as error:
        place(table(frame), volume=volume(other))
    assert len(str(error.value)) <= 280


@pytest.mark.parametrize(
    "frame",
    ["CTF", "CapTrak", "ElektaNeuromag", "4DBti", "KitYokogawa", "ChietiItab", "EEGLAB", "EEGLAB-HJ", "SCS", "head"],
)
def test_head_coordinates_need_a_transform(frame):
    for below in (volume("native"), volume(), None):
        with pytest.raises(DataError, match=f"in {frame} head coordinates") as error:
            place(table(frame), volume=below)
        assert "--trans" in error.value.as_typed
    np.testing.assert_array_equal(place(table(frame), volume=volume(), space="world").pos, POS)


@pytest.mark.parametrize("frame", ["INF", "inflated", "sphere", "flat", "LEPTOVOX", "PostImpRaw"])
def test_positions_on_surfaces_have_no_place(frame):
    with pytest.raises(DataError, match="no place in a volume; give LEPTO or PIAL"):
        place(table(frame), volume=volume())


def test_a_ct_s_contacts_are_drawn_on_that_ct_alone():
    with pytest.raises(DataError, match="space of the CT"):
        place(table("CT"), volume=volume("native"))
    for name, path in (("sub-01_ct.nii.gz", None), ("x.nii", Path("/d/sub-1/ct/x.nii"))):
        electrodes = table("CT", intended_for=("sub-1/ct/x.nii.gz",))
        np.testing.assert_array_equal(place(electrodes, volume=volume(None, name, path)).pos, POS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LEPTO", ("tkras", "fsnative")),
        ("PIAL", ("tkras", "fsnative")),
        ("tkrRAS", ("tkras", "fsnative")),
        ("fsnative", ("tkras", "fsnative")),
        ("T1", ("world", "T1w")),
        ("scannerRAS", ("world", "ScanRAS")),
        ("MNI305", ("world", "MNI305")),
        ("INF", ("world", "INF")),
        ("voxel", ("voxel", None)),
        ("Pixels", ("picture", None)),
        ("Other", (None, None)),
    ],
)
def test_names_of_ielvis_and_rave(name, expected):
    assert System.stated(name, "", "").space("") == expected
    assert System().space(name) == expected


# IntendedFor


@pytest.mark.parametrize(
    "text",
    [
        "sub-01/ses-a/anat/sub-01_ses-a_T1w.nii.gz",
        "ses-a/anat/sub-01_ses-a_T1w.nii.gz",
        "bids::sub-01/ses-a/anat/sub-01_ses-a_T1w.nii.gz",
        "bids:raw:sub-01/ses-a/anat/sub-01_ses-a_T1w.nii",
    ],
)
@pytest.mark.parametrize("frame", [None, "ACPC", "ScanRAS", "T1w"])
def test_contacts_on_the_image_that_they_are_intended_for(text, frame):
    electrodes = table(frame, space=None if frame is None else "world", intended_for=("x_pial.surf.gii", text))
    own = Path("/d/sub-01/ses-a/anat/sub-01_ses-a_T1w.nii.gz")
    assert place(electrodes, volume=volume("native", own.name, own)).warnings == ()
    other = Path("/d/sub-01/ses-b/anat/sub-01_ses-b_T1w.nii.gz")
    lines = place(electrodes, volume=volume("native", other.name, other)).warnings
    (line,) = [line for line in lines if "IntendedFor" in line]
    assert "another image than sub-01_ses-b_T1w.nii.gz" in line
    assert "sub-01_ses-a_T1w.nii" in line


@pytest.mark.parametrize(
    ("name", "is_reported"),
    [
        ("sub-01_desc-preproc_T1w.nii.gz", False),
        ("sub-01_ses-b_desc-preproc_T1w.nii.gz", True),
        ("sub-01_space-x_desc-preproc_T1w.nii.gz", True),
        ("sub-01_run-2_desc-preproc_T1w.nii.gz", True),
        ("sub-02_desc-preproc_T1w.nii.gz", True),
        ("sub-01_desc-preproc_T2w.nii.gz", True),
    ],
)
def test_a_derivative_of_the_intended_image_is_that_image(name, is_reported):
    electrodes = table("ACPC", intended_for=("sub-01/anat/sub-01_T1w.nii.gz",))
    lines = place(electrodes, volume=volume("native", name, Path("/d/derivatives/sub-01/anat") / name)).warnings
    reported = [line for line in lines if "IntendedFor" in line]
    assert len(reported) == is_reported
    assert all("leave --desc out, or give --volume" in line for line in reported)


def test_a_common_name_counts_with_its_folders():
    electrodes = table("ACPC", intended_for=("derivatives/freesurfer-7.3.2/sub-11/mri/T1.mgz",))
    for subject, n_lines in (("sub-11", 0), ("sub-12", 1)):
        path = Path(f"/d/derivatives/freesurfer-7.3.2/{subject}/mri/T1.mgz")
        lines = place(electrodes, volume=volume(None, "T1.mgz", path)).warnings
        assert sum("IntendedFor" in line for line in lines) == n_lines


def test_template_contacts_stay_on_their_template_whatever_they_are_intended_for():
    electrodes = table("IXI549Space", intended_for=("sub-01/anat/sub-01_T1w.nii.gz",))
    template = Path("/d/tpl-IXI549Space_T1w.nii.gz")
    assert place(electrodes, volume=volume("IXI549Space", template.name, template)).warnings == ()
    own = Path("/d/sub-01/anat/sub-01_T1w.nii.gz")
    with pytest.raises(DataError, match="IXI549Space"):
        place(electrodes, volume=volume("native", own.name, own))


# Nothing stated


def test_unknown_spaces_name_the_remedy_and_contacts_outside_the_head():
    (line,) = place(table(None, space=None), volume=volume()).warnings
    assert "nothing says in which space" in line
    assert "--electrodes-space world, tkras or voxel" in line
    assert "outside" not in line
    # Within 10 mm of the tissue is as far as grids float; samples of the head add their size.
    pos = np.array([[58.0, 0, 0], [75, 0, 0], [0, -105, 0], [0, 0, 0]])
    (line,) = place(table(None, pos, space=None), volume=volume()).warnings
    assert "2 of 4 contacts lie outside its head" in line
    (line,) = place(table("ScanRAS", pos), volume=volume()).warnings
    assert "2 of 4 contacts lie outside its head" in line


def test_a_stated_space_hides_no_contacts_outside_the_head():
    """The box of tissue ends at x = 50 mm; grids float up to 10 mm above it."""
    pos = np.array([[58.0, 0, 0], [75, 0, 0], [0, -105, 0], [0, 0, 0]])
    (line,) = place(table(None, pos, space=None), volume=volume(), space="world").warnings
    assert line.startswith("e.tsv: read as world, 2 of 4 contacts lie outside the head of T1.nii.gz; ")
    assert "--trans" not in line
    (line,) = place(table("native", pos), volume=volume("native")).warnings
    assert "read as native, 2 of 4 contacts" in line
    assert place(table(None, pos[[0, 1, 3]], space=None), volume=volume(), space="world").warnings == ()
    beside = table(None, pos, space=None, trans_beside="sub_trans.fif")
    for space in (None, "world"):
        (line,) = place(beside, volume=volume(), space=space).warnings
        assert "--trans sub_trans.fif" in line


def test_surface_ras_in_a_volume_of_freesurfer_needs_no_word():
    conformed = np.array([[-1.0, 0, 0, 131], [0, 0, 1, -138], [0, -1, 0, 144], [0, 0, 0, 1]])
    below = Volume(np.zeros((256, 256, 256), np.uint8, order="F"), conformed, name="T1.mgz")
    assert place(table("fsnative", space="tkras"), volume=below).warnings == ()


# Units near the origin


def test_a_stated_unit_of_contacts_near_the_origin_is_believed():
    lead = np.array([[side * 9.0, -2 + k, -4 + 2 * k] for side in (-1, 1) for k in range(4)])
    placed = place(table("native", lead, stated_unit="mm"), volume=volume("native"))
    np.testing.assert_array_equal(placed.pos, lead)
    (line,) = placed.warnings
    assert "as the stated unit says" in line
    assert "--electrodes-unit cm" in line
    with pytest.raises(DataError, match="say which by electrodes_unit mm or cm") as error:
        place(table("native", lead), volume=volume("native"))
    assert "--electrodes-unit mm" in error.value.as_typed
