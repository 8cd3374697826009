"""Labels and statistics by what a file says of its values."""

from __future__ import annotations

import nibabel as nib
import numpy as np
import pytest
from scipy import ndimage

import corticast as cc
from corticast.core.color import colormaps
from corticast.core.geometry.head import head_of
from corticast.core.geometry.head_window import head_window
from corticast.core.geometry.statistics import has_both_signs
from corticast.core.model.meaning import Meaning
from corticast.core.model.types import Volume
from corticast.errors import DataError
from corticast.io.volume_header import volume_facts

AFFINE = nib.affines.from_matvec(np.diag([2.0] * 3), [-20.0, -24.0, -20.0])
SHAPE = (20, 24, 20)
PLAIN = {"labels": "none", "fit": "volume", "layout": "axial", "plane_mm": (0.0, 0.0, -2.0)}


def atlas():
    """Regions numbered 3 to 90 in a ball, in no order."""
    x, y, z = np.indices(SHAPE)
    regions = np.array([3, 90, 17, 54, 33, 71, 8, 62])[(x > 9) + 2 * (y > 11) + 4 * (z > 9)]
    return np.where(np.hypot(np.hypot(x - 9.5, y - 11.5), z - 9.5) < 9, regions, 0).astype(np.int16)


def statistic():
    rng = np.random.default_rng(5)
    values = 3 * ndimage.gaussian_filter(rng.normal(size=SHAPE), 2) / 0.15
    return np.where(atlas() > 0, values, 0).astype(np.float32)


def write(path, values, code="none", parameters=(), description=""):
    image = nib.Nifti1Image(values, AFFINE)
    image.header.set_intent(code, parameters, allow_unknown=True)
    image.header["descrip"] = description
    nib.save(image, path)
    return path


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("v.nii", "label"),
        ("sub-01_dseg.nii.gz", "none"),
        ("aparc+aseg.mgz", None),
        ("aparc.a2009s+aseg.nii", "none"),
        ("aseg.nii", "none"),
        ("wmparc.mgz", None),
    ],
)
def test_labels_are_never_mixed(tmp_path, gl, name, code):
    """Every colour in a slice is one that the label's number has, and the slice is SciPy's of order 0."""
    values = atlas()
    if code is None:
        nib.save(nib.MGHImage(values.astype(np.int32), AFFINE), tmp_path / name)
    else:
        write(tmp_path / name, values, code)
    volume = cc.load_volume(tmp_path / name)
    assert volume.meaning.quantity == "label"
    low, high = head_window(volume)
    frame = cc.frame(cc.Scene(volume=volume, window=(0, 90), **PLAIN), size=(140, 168))[..., 0]
    # 7 pixels per voxel, from the left and from the top.
    nearest = np.repeat(np.repeat(values[:, ::-1, 9].T, 7, 0), 7, 1)
    np.testing.assert_allclose(frame, 255 * nearest / 90, atol=0.51)
    assert low < high
    # From outside each region belongs to the surface, the one of number 3 too.
    assert 0 < head_of(volume).level < 3


def test_an_anatomy_is_no_atlas(tmp_path):
    write(tmp_path / "sub-01_T1w.nii", atlas())
    write(tmp_path / "aseg.nii", atlas().astype(np.float32))
    assert not any(cc.load_volume(tmp_path / name).meaning.is_labels for name in ("sub-01_T1w.nii", "aseg.nii"))


@pytest.mark.parametrize(
    ("code", "parameters", "title", "diverges"),
    [
        ("t test", (20,), "t (20 degrees of freedom)", True),
        ("z score", (), "z", True),
        ("correlation", (18,), "r (18 degrees of freedom)", True),
        ("f test", (2, 30), "F (2, 30 degrees of freedom)", False),
        ("chi2", (3,), "χ² (3 degrees of freedom)", False),
        ("p value", (), "p", False),
    ],
)
def test_statistics_are_named_by_their_intent(tmp_path, code, parameters, title, diverges):
    values = statistic() if diverges else np.abs(statistic())
    path = write(tmp_path / "v.nii", values, code, parameters)
    assert nib.load(path).header.get_intent()[0] == code
    for volume in (cc.load_volume(path), cc.load_volume(nib.load(path))):
        assert (volume.meaning.quantity, cc.Scene(volume=volume).diverges) == (title, diverges)


@pytest.mark.parametrize(
    ("name", "description", "title"),
    [
        ("spmT_0001.nii", "SPM{T_[23.0]} - contrast 1: faces", "t (23 degrees of freedom)"),
        ("spmF_0002.nii", "SPM{F_[2.0,40.0]} - contrast 2", "F (2, 40 degrees of freedom)"),
        ("sub-01_task-a_contrast-b_stat-z_statmap.nii.gz", "", "z"),
        ("sub-01_stat-t_statmap.nii.gz", "", "t"),
        ("sub-01_stat-effect_statmap.nii.gz", "", "intensity"),
    ],
)
def test_statistics_are_named_by_spm_and_bids(tmp_path, name, description, title):
    path = write(tmp_path / name, statistic(), description=description)
    assert volume_facts(path).meaning.quantity == title


def test_a_statistic_of_both_signs_diverges_about_0(tmp_path, gl):
    volume = cc.load_volume(write(tmp_path / "v.nii", statistic(), "z score"))
    values = statistic()
    most = np.percentile(np.abs(values[values != 0]), 99)
    np.testing.assert_allclose(head_window(volume), (-most, most), rtol=1e-5)
    frame = cc.frame(cc.Scene(volume=volume, interpolation="nearest", **PLAIN), size=(140, 168))
    shares = np.clip((values[:, ::-1, 9].T + most) / (2 * most), 0, 1)
    expected = colormaps.table("blue-grey-orange")[np.floor(255 * shares + 0.5).astype(int)]
    # At its rim the head is mixed with the ground, in whose place air is left out.
    well_within = ndimage.binary_erosion(values[:, ::-1, 9].T != 0, iterations=2)
    inside = np.repeat(np.repeat(well_within, 7, 0), 7, 1)
    assert np.abs(frame.astype(int) - np.repeat(np.repeat(expected, 7, 0), 7, 1))[inside].max() <= 3


@pytest.mark.parametrize(("slope", "inter"), [(0.1, -2.0), (-0.1, 9.0), (0.1, 2.0)])
def test_a_statistic_of_one_sign_has_no_middle_whatever_its_scaling(slope, inter):
    """Stored values from 30 to 80; the value of a stored 0, which no voxel has, does not count."""
    stored = np.random.default_rng(3).integers(30, 81, SHAPE).astype(np.uint8)
    volume = Volume(stored, AFFINE, slope=slope, inter=inter, meaning=Meaning("t", diverges=True))
    scaled = stored * slope + inter
    assert scaled.min() > 0
    assert not has_both_signs(volume)
    opposite = Volume(stored, AFFINE, slope=slope, inter=inter - scaled.mean())
    assert has_both_signs(opposite)


def test_voxels_without_a_grey_value_are_refused_in_one_line(tmp_path):
    for dtype in ("c8", "c16"):
        nib.save(nib.Nifti1Image(atlas().astype(dtype), AFFINE), tmp_path / "c.nii")
        with pytest.raises(DataError, match="of complex numbers, take the magnitude") as caught:
            cc.load_volume(tmp_path / "c.nii")
        assert "\n" not in str(caught.value)
