"""Where a volume lies, in which space, and the other facts of its header."""

from __future__ import annotations

import itertools

import nibabel as nib
import numpy as np
import pytest
from tests.unit.io.volumes import AFFINE, SHAPE, ramp, same_as_nibabel, save

from corticast.io.volume import load_volume
from corticast.io.volume_header import volume_facts

pytestmark = pytest.mark.usefixtures("silent_libraries")


# Geometry


def no_forms(header):
    header["sform_code"] = header["qform_code"] = 0


def test_sform_before_qform(tmp_path):
    image = nib.Nifti1Image(ramp(), AFFINE)
    image.set_qform(np.diag([1.0, 1, 1, 1]), 1)
    image.set_sform(AFFINE, 2)
    image.to_filename(tmp_path / "v.nii")
    volume = load_volume(tmp_path / "v.nii")
    np.testing.assert_allclose(volume.affine, AFFINE, atol=1e-6)
    assert volume.sided
    assert len(volume.warnings) == 1
    assert "mm apart: the sform is used" in volume.warnings[0]


@pytest.mark.parametrize("zoom", [32.0, 1.0, 0.01])
@pytest.mark.parametrize(("shift", "n_warnings"), [(0.0038, 0), (0.004, 1)])
def test_forms_are_compared_by_the_longest_edge(tmp_path, zoom, shift, n_warnings):
    """Of a human head of 256 mm they may lie 1 mm apart, of a mouse's less."""
    axes = np.diag([zoom] * 3)
    image = nib.Nifti1Image(np.zeros((5, 8, 7), "u1"), nib.affines.from_matvec(axes))
    image.header.set_xyzt_units("mm" if zoom >= 1 else "meter")
    image.set_sform(nib.affines.from_matvec(axes, [0, 8 * zoom * shift, 0]), 1)
    image.set_qform(nib.affines.from_matvec(axes), 1)
    image.to_filename(tmp_path / "v.nii")
    assert sum("apart" in line for line in load_volume(tmp_path / "v.nii").warnings) == n_warnings


def test_voxel_sizes_that_contradict_the_sform_are_reported(tmp_path):
    """As of a program that resamples, and leaves pixdim as it was."""

    def spoil(header):
        header["pixdim"][1:4] = 1, 1, 2

    path = save(tmp_path / "v.nii", ramp(), np.diag([2.0, 2, 2, 1]), edit=spoil)
    volume = load_volume(path)
    np.testing.assert_allclose(volume.affine, nib.load(path).get_sform())
    assert volume.warnings == (
        "v.nii: its voxels are 1 × 1 × 2 by pixdim, and 2 × 2 × 2 by the sform: the sform is used",
    )


def test_forms_are_compared_in_the_far_corner(tmp_path):
    """They agree at voxel 0 and at the middle of two axes; a rotation parts them at the end of the third."""
    shape = (4, 4, 20)
    turned = nib.affines.from_matvec(nib.eulerangles.euler2mat(x=0.1))
    image = nib.Nifti1Image(np.zeros(shape, "u1"), turned)
    image.set_sform(turned, 1)
    image.set_qform(np.eye(4), 1)
    image.to_filename(tmp_path / "v.nii")
    voxel_edges = np.stack(np.meshgrid(*[(-0.5, n - 0.5) for n in shape], indexing="ij"), -1)
    apart = np.linalg.norm(nib.affines.apply_affine(turned, voxel_edges) - voxel_edges, axis=-1).max()
    assert load_volume(tmp_path / "v.nii").warnings == (
        f"v.nii: its qform and sform lie up to {apart:.1f} mm apart: the sform is used",
    )


def test_qform_alone(tmp_path):
    image = nib.Nifti1Image(ramp(), AFFINE)
    image.set_qform(AFFINE, 1)
    image.set_sform(None, 0)
    image.to_filename(tmp_path / "v.nii")
    same_as_nibabel(tmp_path / "v.nii")
    volume = load_volume(tmp_path / "v.nii")
    assert (volume.sided, volume.warnings) == (True, ())


def test_qfac_of_zero_means_one(tmp_path):
    def spoil(header):
        header["sform_code"], header["qform_code"] = 0, 1
        header["pixdim"][0] = 0

    volume = load_volume(save(tmp_path / "v.nii", ramp(), np.diag([2.0, 3, 4, 1]), edit=spoil))
    np.testing.assert_allclose(volume.affine, np.diag([2.0, 3, 4, 1]), atol=1e-6)
    assert volume.sided


def test_neither_form(tmp_path):
    path = save(tmp_path / "v.nii", ramp(), np.diag([2.0, 3, 4, 1]), edit=no_forms)
    same_as_nibabel(path)
    volume = load_volume(path)
    assert not volume.sided
    assert "neither its qform nor its sform is set" in volume.warnings[0]
    assert volume_facts(path).affine_source == "zooms"


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf, 1e30])
def test_useless_sform_gives_way_to_the_qform(tmp_path, value):
    def spoil(header):
        header["qform_code"] = 1
        header["srow_x"] = value

    path = save(tmp_path / "v.nii", ramp(), np.diag([-2.0, 3, 4, 1]), edit=spoil)
    volume = load_volume(path)
    np.testing.assert_allclose(volume.affine, np.diag([-2.0, 3, 4, 1]))
    assert volume.sided
    assert volume.warnings == ("v.nii: its sform (code 2) cannot be used: the qform is used",)


@pytest.mark.parametrize("value", [0.0, np.nan, 5.0])
def test_useless_forms_give_way_to_the_zooms(tmp_path, value):
    def spoil(header):
        header["qform_code"] = 1
        header["srow_y"] = header["srow_x"]  # rank 2
        header["quatern_b"] = 5.0

    path = save(tmp_path / "v.nii", ramp(), np.diag([2.0, 3, 4, 1]), edit=spoil)
    volume = load_volume(path)
    np.testing.assert_allclose(np.abs(np.diag(volume.affine)), [2, 3, 4, 1])
    assert not volume.sided
    assert "its sform (code 2) cannot be used and its qform (code 1) cannot be used" in volume.warnings[0]


def test_quaternion_of_rounded_length_still_counts(tmp_path):
    """Half a turn about y, its sine rounded up; nibabel refuses it (its issue 626)."""

    def spoil(header):
        header["sform_code"], header["qform_code"] = 0, 1
        header["quatern_b"], header["quatern_c"], header["quatern_d"] = 0, 1.0001, 0

    volume = load_volume(save(tmp_path / "v.nii", ramp(), np.diag([2.0, 3, 4, 1]), edit=spoil))
    np.testing.assert_allclose(volume.affine[:3, :3], np.diag([-2.0, 3, -4]), atol=1e-6)
    assert volume.warnings == ()


@pytest.mark.parametrize("zooms", [(0, 0, 0), (2, 0, 4), (np.nan, 3, 4), (2, np.inf, -4)])
def test_useless_zooms_are_1_mm(tmp_path, zooms):
    def spoil(header):
        no_forms(header)
        header["pixdim"][1:4] = zooms

    volume = load_volume(save(tmp_path / "v.nii", ramp(), edit=spoil))
    expected = [abs(zoom) if 0 < abs(zoom) < np.inf else 1 for zoom in zooms]
    np.testing.assert_allclose(np.abs(np.diag(volume.affine))[:3], expected)
    assert "1 mm replaces each impossible one" in volume.warnings[1]


def test_useless_zooms_do_not_matter_beside_a_sform(tmp_path):
    def spoil(header):
        header["pixdim"][1:4] = 0

    volume = load_volume(save(tmp_path / "v.nii", ramp(), edit=spoil))
    np.testing.assert_allclose(volume.affine, AFFINE, atol=1e-6)
    assert volume.warnings == ()


def test_unknown_form_codes_count_as_unset_as_in_nibabel(tmp_path):
    def spoil(header):
        header["sform_code"], header["qform_code"] = 77, 1

    path = save(tmp_path / "v.nii", ramp(), np.diag([-2.0, 3, 4, 1]), edit=spoil)
    assert volume_facts(path).affine_source == "qform"


def test_mgh_without_good_ras(tmp_path):
    path = save(tmp_path / "v.mgh", ramp("f4"), AFFINE, nib.MGHImage)
    assert load_volume(path).sided
    stored = bytearray(path.read_bytes())
    stored[28:30] = b"\x00\x00"
    path.write_bytes(stored)
    same_as_nibabel(path)
    volume = load_volume(path)
    assert not volume.sided
    assert "left and right are a guess" in volume.warnings[0]


def test_mgh_whose_matrix_is_useless(tmp_path):
    path = save(tmp_path / "v.mgh", ramp("f4"), AFFINE, nib.MGHImage)
    stored = bytearray(path.read_bytes())
    stored[42:78] = bytes(36)
    path.write_bytes(stored)
    volume = load_volume(path)
    assert not volume.sided
    assert abs(np.linalg.det(volume.affine)) == pytest.approx(1)


def test_one_anatomy_stored_in_many_ways_lies_at_one_place(tmp_path):
    image = nib.Nifti1Image(ramp("i2", (4, 5, 6)), np.diag([2.0, 2, 2, 1]))
    for i, codes in enumerate(itertools.product("RL", "AP", "SI")):
        ornt = nib.orientations.ornt_transform(
            nib.io_orientation(image.affine), nib.orientations.axcodes2ornt(codes[::-1])
        )
        path = tmp_path / f"{i}.nii"
        image.as_reoriented(ornt).to_filename(path)
        volume = load_volume(path)
        assert volume_facts(path).orientation == "".join(codes[::-1])
        value_mm = nib.affines.apply_affine(image.affine, (3, 1, 2))
        at = tuple(np.rint(nib.affines.apply_affine(np.linalg.inv(volume.affine), value_mm)).astype(int))
        assert volume.voxels[at] == image.dataobj[3, 1, 2]


# Space


@pytest.mark.parametrize(
    ("name", "code", "space"),
    [
        ("sub-01_space-MNI152NLin2009cAsym_desc-preproc_T1w.nii.gz", 1, "MNI152NLin2009cAsym"),
        ("sub-01_space-MNI152NLin2009cAsym_desc-preproc_T1w.nii.gz", 3, "MNI152NLin2009cAsym"),
        ("tpl-x_space-fsaverage.nii", 1, "fsaverage"),
        ("tpl-MNI152NLin2009cAsym_res-01_desc-brain_T1w.nii.gz", 4, "MNI152NLin2009cAsym"),
        ("sub-01_space-T1w_desc-preproc_bold.nii.gz", 4, "native"),
        ("sub-01_T1w.nii.gz", 4, "native"),
        ("sub-01_ses-pre_acq-hi_run-2_T1w.nii.gz", 1, "native"),
        ("sub-01_task-rest_bold.nii.gz", 1, "native"),
        ("sub-01_ct.nii", 1, "native"),
        ("wsub-01_T1w.nii", 1, None),
        ("sub-01_T1w_brain.nii", 2, None),
        ("template.nii", 1, None),
        ("template.nii", 2, None),
        ("template.nii", 3, "Talairach"),
        ("template.nii", 4, "MNI"),
        ("template.nii", 5, None),
    ],
)
def test_space(tmp_path, name, code, space):
    image = nib.Nifti1Image(ramp(), AFFINE)
    image.set_sform(AFFINE, code)
    image.to_filename(tmp_path / name)
    assert load_volume(tmp_path / name).space == space
    assert load_volume(tmp_path / name, space="ACPC").space == "ACPC"


def test_a_code_of_a_form_that_is_not_used_proves_nothing(tmp_path):
    def spoil(header):
        header["sform_code"], header["qform_code"] = 4, 1
        header["srow_x"] = np.nan

    assert load_volume(save(tmp_path / "v.nii", ramp(), edit=spoil)).space is None


# Header window


@pytest.mark.parametrize(
    ("low", "high", "window"), [(40, 80, (40, 80)), (-5, 0, (-5, 0)), (0, 0, None), (9, 3, None), (0, np.nan, None)]
)
def test_header_window(tmp_path, low, high, window):
    def calibrate(header):
        header["cal_min"], header["cal_max"] = low, high

    assert load_volume(save(tmp_path / "v.nii", ramp(), edit=calibrate)).header_window == window


# Facts


def test_facts(tmp_path):
    image = nib.Nifti1Image(ramp("i2", (*SHAPE, 3)), AFFINE)
    image.header.set_xyzt_units("mm", "msec")
    image.header.set_zooms((0.5, 1, 2, 1500))
    image.set_qform(AFFINE, 1)
    image.set_sform(AFFINE, 2)
    image.to_filename(tmp_path / "v.nii.gz")
    facts = volume_facts(tmp_path / "v.nii.gz")
    assert (facts.format, facts.shape, facts.n_volumes) == ("NIfTI-1", SHAPE, 3)
    np.testing.assert_allclose(facts.zooms_mm, [0.5, 1, 2], rtol=1e-6)
    assert facts.orientation == "".join(nib.aff2axcodes(AFFINE))
    assert facts.oblique_deg == pytest.approx(np.degrees(nib.affines.obliquity(AFFINE).max()), abs=1e-4)
    assert (facts.dtype_name, facts.slope, facts.inter) == ("int16 little-endian", 1, 0)
    assert (facts.qform_code, facts.sform_code, facts.affine_source) == (1, 2, "sform")
    assert (facts.length_unit, facts.time_unit, facts.time_step) == ("mm", "msec", 1500)
    edges = np.stack(np.meshgrid(*[(-0.5, n - 0.5) for n in SHAPE], indexing="ij"), -1).reshape(-1, 3)
    edges_mm = nib.affines.apply_affine(AFFINE, edges)
    np.testing.assert_allclose(facts.world_box_mm, [edges_mm.min(0), edges_mm.max(0)], atol=1e-5)


def test_facts_tell_of_what_cannot_be_drawn(tmp_path):
    facts = volume_facts(save(tmp_path / "v.nii", ramp("c8")))
    assert facts.dtype_name == "complex64 little-endian"
    assert volume_facts(save(tmp_path / "w.nii", ramp("i2", (4, 5)))).shape == (4, 5, 1)


def test_facts_read_no_voxels(tmp_path):
    """Damage in the voxels goes unseen."""
    path = save(tmp_path / "v.nii.gz", np.random.default_rng(0).integers(0, 9999, (40, 40, 40)).astype("i2"))
    stored = bytearray(path.read_bytes())
    stored[-8] ^= 1
    path.write_bytes(stored)
    assert volume_facts(path).shape == (40, 40, 40)
