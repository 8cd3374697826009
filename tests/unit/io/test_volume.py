"""Volumes as nibabel reads them, without its copies; and files that lie."""

from __future__ import annotations

import gzip
import itertools
import logging
import subprocess
import sys
import warnings
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from corticast.core.color.windowing import window_of
from corticast.errors import DataError, OptionError
from corticast.io.volume import load_volume
from corticast.io.volume_header import volume_facts

NIBABEL_DATA = Path(nib.__file__).parent / "tests" / "data"
SHARED = Path(__file__).parents[3].parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data folder")

SHAPE = (5, 6, 7)
REAL_DTYPES = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"]
AFFINE = nib.affines.from_matvec(nib.eulerangles.euler2mat(0.1, 0.2, 0.3) @ np.diag([-0.5, 1.0, 2.0]), [3, 4, 5])


def ramp(dtype="i2", shape=SHAPE):
    return np.arange(np.prod(shape)).reshape(shape).astype(dtype)


def save(path: Path, voxels, affine=AFFINE, cls=nib.Nifti1Image, edit=None) -> Path:
    """Write a volume by nibabel; `edit` may spoil the header of what is then written byte by byte."""
    image = cls(voxels, affine)
    image.header.set_data_dtype(voxels.dtype)
    image.to_filename(path)
    if edit is not None:
        stored = path.read_bytes()
        block = cls.header_class(stored[: cls.header_class.sizeof_hdr], check=False)
        edit(block)
        path.write_bytes(block.binaryblock + stored[len(block.binaryblock) :])
    return path


def same_as_nibabel(path: Path, time_index: int = 0) -> None:
    volume = load_volume(path, time_index=time_index)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # nibabel leaves .mgh files to the garbage collector
        image = nib.load(path)
    stored = image.dataobj.get_unscaled()
    stored = stored.reshape(*stored.shape[:3], -1, order="F")[..., time_index]
    assert volume.voxels.dtype.isnative
    np.testing.assert_array_equal(volume.voxels, stored)
    np.testing.assert_allclose(volume.affine, image.affine, atol=1e-12)
    assert (volume.slope, volume.inter) == (image.dataobj.slope, image.dataobj.inter)


def is_memory_mapped(array) -> bool:
    while array is not None and not isinstance(array, np.memmap):
        array = getattr(array, "base", None)
    return array is not None


@pytest.fixture(autouse=True)
def nothing_is_said(caplog):
    """Neither nibabel nor NumPy says anything of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


# What the file holds


@pytest.mark.parametrize("dtype", REAL_DTYPES)
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_every_type(tmp_path, dtype, suffix, byte_order):
    path = tmp_path / f"v{suffix}"
    header = nib.Nifti1Header(endianness=byte_order)
    header.set_data_dtype(np.dtype(dtype).newbyteorder(byte_order))
    nib.Nifti1Image(ramp(dtype), AFFINE, header).to_filename(path)
    same_as_nibabel(path)
    volume = load_volume(path)
    assert volume.voxels.dtype == np.dtype(dtype)
    assert volume.voxels.flags.f_contiguous
    assert not volume.voxels.flags.writeable
    is_stored_so = suffix == ".nii" and np.dtype(dtype).newbyteorder(byte_order).isnative
    assert is_memory_mapped(volume.voxels) == is_stored_so


@pytest.mark.parametrize(
    ("cls", "name"),
    [
        *itertools.product([nib.Nifti1Image, nib.Nifti2Image], ["v.nii", "v.nii.gz"]),
        *itertools.product([nib.Nifti1Pair, nib.Nifti2Pair], ["v.img", "v.img.gz"]),
        *itertools.product([nib.MGHImage], ["v.mgh", "v.mgz"]),
    ],
)
def test_every_format(tmp_path, cls, name):
    path = save(tmp_path / name, ramp("f4", (*SHAPE, 3)), cls=cls)
    same_as_nibabel(path)
    same_as_nibabel(path, time_index=2)
    by_header = load_volume(tmp_path / name.replace(".img", ".hdr"))
    np.testing.assert_array_equal(by_header.voxels, load_volume(path).voxels)


@pytest.mark.parametrize("cls", [nib.AnalyzeImage, nib.Spm99AnalyzeImage, nib.Spm2AnalyzeImage])
def test_analyze(tmp_path, cls):
    path = save(tmp_path / "v.img", ramp(), np.diag([-2.0, 3, 4, 1]), cls)
    (tmp_path / "v.mat").unlink(missing_ok=True)
    same_as_nibabel(path)
    volume = load_volume(tmp_path / "v.hdr")
    assert not volume.sided
    assert any("left and right are a guess" in warning for warning in volume.warnings)


def test_analyze_with_a_matrix_is_reported(tmp_path):
    save(tmp_path / "v.img", ramp(), AFFINE, nib.Spm99AnalyzeImage)
    assert any("v.mat is not read" in warning for warning in load_volume(tmp_path / "v.img").warnings)


@pytest.mark.parametrize("n_colours", [3, 4])
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_colours(tmp_path, n_colours, suffix):
    colours = np.random.default_rng(0).integers(0, 256, (*SHAPE, n_colours), dtype=np.uint8)
    rgb = np.dtype([(name, "u1") for name in "RGBA"[:n_colours]])
    path = tmp_path / f"v{suffix}"
    header = nib.Nifti1Header()
    header.set_data_dtype(rgb)
    nib.Nifti1Image(np.ascontiguousarray(colours).view(rgb).reshape(SHAPE), AFFINE, header).to_filename(path)
    volume = load_volume(path)
    assert volume.is_rgb
    np.testing.assert_array_equal(volume.voxels, colours)
    assert volume_facts(path).dtype_name == ("RGB24" if n_colours == 3 else "RGBA32")
    assert window_of(volume) == (0, 255)


def test_slope_and_intercept_stay_apart(tmp_path):
    def scale(header):
        header["scl_slope"], header["scl_inter"] = -0.5, 10

    path = save(tmp_path / "v.nii", ramp(), edit=scale)
    same_as_nibabel(path)
    volume = load_volume(path)
    np.testing.assert_allclose(volume.voxels * volume.slope + volume.inter, nib.load(path).get_fdata())


def test_colours_are_never_scaled(tmp_path):
    def scale(header):
        header["scl_slope"], header["scl_inter"] = 2, 1

    voxels = np.zeros(SHAPE, dtype=[(name, "u1") for name in "RGB"])
    volume = load_volume(save(tmp_path / "v.nii", voxels, edit=scale))
    assert (volume.slope, volume.inter) == (1, 0)


@pytest.mark.parametrize(("slope", "inter"), [(0, 5), (np.nan, 5), (np.inf, 5)])
def test_no_slope_means_no_scaling(tmp_path, slope, inter):
    def scale(header):
        header["scl_slope"], header["scl_inter"] = slope, inter

    volume = load_volume(save(tmp_path / "v.nii", ramp(), edit=scale))
    assert (volume.slope, volume.inter) == (1, 0)


def test_impossible_intercept_is_reported(tmp_path):
    def scale(header):
        header["scl_slope"], header["scl_inter"] = 2, np.nan

    volume = load_volume(save(tmp_path / "v.nii", ramp(), edit=scale))
    assert (volume.slope, volume.inter) == (2, 0)
    assert volume.warnings == ("its intercept is nan: read as 0",)


@pytest.mark.parametrize("name", sorted(p.name for p in NIBABEL_DATA.glob("*.nii*") if "dconn" not in p.name))
def test_nibabels_own_volumes(name):
    same_as_nibabel(NIBABEL_DATA / name)


def test_nibabels_own_mgz():
    same_as_nibabel(NIBABEL_DATA / "test.mgz", time_index=1)


# Series


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
@pytest.mark.parametrize("tail", [(4,), (1, 4), (4, 1), (1, 1, 4, 1)])
def test_series(tmp_path, suffix, tail):
    path = save(tmp_path / f"v{suffix}", ramp("i2", (*SHAPE, *tail)))
    for time_index in range(4):
        same_as_nibabel(path, time_index)
    assert load_volume(path, time_index=3).time_index == 3
    assert volume_facts(path).n_volumes == 4


@pytest.mark.parametrize("time_index", [-1, 4])
def test_no_such_volume(tmp_path, time_index):
    path = save(tmp_path / "v.nii", ramp("i2", (*SHAPE, 4)))
    with pytest.raises(OptionError, match=rf"time_index {time_index}: .*v.nii has 4 .* give 0 to 3"):
        load_volume(path, time_index=time_index)


def test_damage_behind_a_near_volume_is_found(tmp_path):
    """The check sum stands at the end of the whole series."""
    path = save(tmp_path / "v.nii.gz", ramp("i2", (*SHAPE, 4)))
    stored = bytearray(path.read_bytes())
    stored[-8] ^= 1
    path.write_bytes(stored)
    with pytest.raises(DataError, match="CRC"):
        load_volume(path)


# Names, and what they do not decide


def test_gzip_is_recognised_by_content(tmp_path):
    plain = save(tmp_path / "v.nii", ramp())
    (tmp_path / "w.nii.gz").write_bytes(plain.read_bytes())
    (tmp_path / "w.nii").write_bytes(gzip.compress(plain.read_bytes()))
    for name in ("w.nii.gz", "w.nii"):
        np.testing.assert_array_equal(load_volume(tmp_path / name).voxels, ramp())


def test_pair_of_which_one_is_zipped(tmp_path):
    save(tmp_path / "v.img", ramp(), cls=nib.Nifti1Pair)
    image = (tmp_path / "v.img").read_bytes()
    (tmp_path / "v.img").unlink()
    (tmp_path / "v.img.gz").write_bytes(gzip.compress(image))
    for name in ("v.hdr", "v.img.gz"):
        np.testing.assert_array_equal(load_volume(tmp_path / name).voxels, ramp())


def test_pair_in_capitals(tmp_path):
    save(tmp_path / "v.img", ramp(), cls=nib.Nifti1Pair)
    (tmp_path / "v.img").rename(tmp_path / "V.IMG")
    (tmp_path / "v.hdr").rename(tmp_path / "V.HDR")
    np.testing.assert_array_equal(load_volume(tmp_path / "V.HDR").voxels, ramp())


@pytest.mark.parametrize(("kept", "message"), [(".hdr", r"put v.img beside it"), (".img", r"needs its .hdr")])
def test_half_a_pair(tmp_path, kept, message):
    save(tmp_path / "v.img", ramp(), cls=nib.Nifti1Pair)
    (tmp_path / {".hdr": "v.img", ".img": "v.hdr"}[kept]).unlink()
    with pytest.raises(DataError, match=message):
        load_volume(tmp_path / f"v{kept}")


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


@pytest.mark.parametrize(("shift_mm", "n_warnings"), [(0.9, 0), (1.1, 1)])
def test_forms_are_compared_in_mm(tmp_path, shift_mm, n_warnings):
    image = nib.Nifti1Image(ramp(), np.eye(4))
    image.set_sform(nib.affines.from_matvec(np.eye(3), [0, shift_mm, 0]), 1)
    image.set_qform(np.eye(4), 1)
    image.to_filename(tmp_path / "v.nii")
    assert len(load_volume(tmp_path / "v.nii").warnings) == n_warnings


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
        f"its qform and sform lie up to {apart:.1f} mm apart: the sform is used",
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
    assert volume.warnings == ("its sform (code 2) cannot be used: the qform is used",)


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


def test_micrometres_are_reported(tmp_path):
    path = save(tmp_path / "v.nii", ramp(), edit=lambda header: header.set_xyzt_units("micron", "sec"))
    assert load_volume(path).warnings == ("its header gives lengths in micron: read as mm",)


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


# Refusals


def refusal(path) -> str:
    with pytest.raises(DataError) as caught:
        load_volume(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


def test_missing_file_folder_empty_file_and_text(tmp_path):
    assert "No such file" in refusal(tmp_path / "none.nii")
    assert "Is a directory" in refusal(tmp_path)
    (tmp_path / "empty.nii").touch()
    assert "empty" in refusal(tmp_path / "empty.nii")
    (tmp_path / "empty.nii.gz").write_bytes(gzip.compress(b""))
    assert "empty" in refusal(tmp_path / "empty.nii.gz")
    (tmp_path / "text.nii").write_text("Dear reader, " * 100)
    assert "not a NIfTI, MGH or Analyze volume" in refusal(tmp_path / "text.nii")


@pytest.mark.parametrize("dtype", ["c8", "c16"])
def test_types_without_a_grey_value(tmp_path, dtype):
    assert "without a grey value" in refusal(save(tmp_path / "v.nii", ramp(dtype)))


@pytest.mark.parametrize("shape", [(6,), (5, 6), (9, 1, 1), (1, 1, 9), (1, 1, 1), (4, 1, 1, 8)])
def test_no_volume(tmp_path, shape):
    assert "a volume has three axes" in refusal(save(tmp_path / "v.nii", ramp("i2", shape)))


def test_one_slice_is_a_volume(tmp_path):
    same_as_nibabel(save(tmp_path / "v.nii", ramp("i2", (5, 6, 1))))


def test_two_axes_beyond_the_third(tmp_path):
    assert "5×6×7×2×3" in refusal(save(tmp_path / "v.nii", ramp("i2", (*SHAPE, 2, 3))))


def test_unknown_type(tmp_path):
    def spoil(header):
        header["datatype"] = 999

    assert "unknown voxel data type 999" in refusal(save(tmp_path / "v.nii", ramp(), edit=spoil))


@pytest.mark.parametrize("dim", [(3, 0, 6, 7), (3, -5, 6, 7), (0, 5, 6, 7)])
def test_no_voxels(tmp_path, dim):
    def spoil(header):
        header["dim"][:4] = dim

    refusal(save(tmp_path / "v.nii", ramp(), edit=spoil))


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
@pytest.mark.parametrize("n", [300, 32767])
def test_more_voxels_than_the_file_can_hold(tmp_path, suffix, n):
    """32767³ voxels would be 64 TiB: refused before anything is allocated."""

    def spoil(header):
        header["dim"][1:4] = n

    path = save(tmp_path / "v.nii", ramp(), edit=spoil)
    if suffix == ".nii.gz":
        path = tmp_path / "v.nii.gz"
        path.write_bytes(gzip.compress((tmp_path / "v.nii").read_bytes()))
    assert f"{n}×{n}×{n}" in refusal(path)


@pytest.mark.parametrize("offset", [np.nan, np.inf, -1000.0])
def test_voxels_that_begin_nowhere(tmp_path, offset):
    def spoil(header):
        header["vox_offset"] = offset

    assert "impossible start of the voxels" in refusal(save(tmp_path / "v.nii", ramp(), edit=spoil))


def test_voxels_never_begin_within_the_header(tmp_path):
    def spoil(header):
        header["vox_offset"] = 0

    np.testing.assert_array_equal(load_volume(save(tmp_path / "v.nii", ramp(), edit=spoil)).voxels, ramp())


@pytest.mark.parametrize("share", [0.001, 0.3, 0.999])
def test_cut_off(tmp_path, share):
    voxels = np.random.default_rng(0).integers(0, 9999, (20, 20, 20)).astype("i2")
    for suffix in (".nii", ".nii.gz", ".mgh", ".mgz"):
        cls = nib.MGHImage if suffix.startswith(".mg") else nib.Nifti1Image
        path = save(tmp_path / f"v{suffix}", voxels, np.eye(4), cls)
        stored = path.read_bytes()
        if suffix == ".mgh":
            stored = stored[: 284 + voxels.nbytes]  # the footer after the voxels is not needed
        path.write_bytes(stored[: int(share * len(stored))])
        refusal(path)


def test_damaged_gzip(tmp_path):
    path = save(tmp_path / "v.nii.gz", np.random.default_rng(0).integers(0, 9999, (20, 20, 20)).astype("i2"))
    whole = path.read_bytes()
    for at in (len(whole) // 2, -8, -4):
        stored = bytearray(whole)
        stored[at] ^= 0x55
        path.write_bytes(stored)
        assert "compressed data are cut off or damaged" in refusal(path)


def test_any_damage_to_a_header_is_survived(tmp_path):
    """Whatever the bytes say, there is a volume that can be drawn or one line."""
    rng = np.random.default_rng(0)
    refusals = []
    classes = (nib.Nifti1Image, nib.Nifti2Image, nib.MGHImage, nib.Nifti1Pair, nib.Spm2AnalyzeImage)
    for i, cls in enumerate(classes):
        suffix = cls.files_types[0][1]
        save(tmp_path / f"{i}{suffix}", ramp(), np.diag([2.0, 2, 2, 1]), cls)
        path = tmp_path / f"{i}{'.hdr' if suffix == '.img' else suffix}"
        whole = path.read_bytes()
        header_size = min(len(whole), 90 if cls is nib.MGHImage else cls.header_class.sizeof_hdr)
        for _ in range(60):
            stored = bytearray(whole)
            for at in rng.integers(0, header_size, rng.integers(1, 5)):
                stored[at] = rng.choice([0, 255, 127, 128, rng.integers(256)])
            path.write_bytes(stored)
            try:
                facts = volume_facts(path)
                volume = load_volume(path)
            except DataError as error:
                refusals.append(str(error))
                continue
            assert np.isfinite([facts.oblique_deg, *facts.world_box_mm.ravel(), *facts.zooms_mm]).all()
            assert len(facts.orientation) == 3
            assert np.isfinite(np.linalg.inv(volume.affine)).all()
            low, high = window_of(volume)
            assert -np.inf < low < high < np.inf
    assert 20 < len(refusals) < 250
    assert not any("\n" in refusal for refusal in refusals)


# Memory


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_memory_of_loading(tmp_path):
    """A gzipped volume is held once, with no copy beside it."""
    n_bytes = 2 * 128**3 * 8
    path = tmp_path / "v.nii.gz"
    voxels = np.zeros((256, 256, 256), dtype=np.int16)
    voxels[64:192, 64:192, 64:192] = np.arange(128)
    path.write_bytes(gzip.compress(nib.Nifti1Image(voxels, np.eye(4)).to_bytes(), 1))
    program = f"""
import re
import corticast.core.color.windowing, corticast.io.volume
def peak():
    # Not ru_maxrss: a process starts with that of the one it was forked from.
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read()).group(1))
before = peak()
volume = corticast.io.volume.load_volume({str(path)!r})
corticast.core.color.windowing.window_of(volume)
print(peak() - before, peak())
"""
    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    growth, total = map(int, printed.split())
    assert growth < 1.4 * n_bytes
    assert total < 250e6 + 1.4 * n_bytes


# The shared folder


@needs_shared
@pytest.mark.parametrize(
    "path",
    [
        path
        for pattern in ("volumes/**/*.nii", "volumes/**/*.nii.gz", "volumes/**/*.mgz", "**/T1.mgz")
        for path in SHARED.glob(pattern)
    ],
    ids=lambda path: path.name,
)
def test_shared_volumes(path):
    volume = load_volume(path)
    if not volume.is_rgb:
        same_as_nibabel(path)
    low, high = window_of(volume)
    assert low < high


@needs_shared
def test_shared_malformed():
    folder = SHARED / "malformed" / "nifti"
    refused = {"bad_datatype.nii", "empty.nii.gz", "huge_dims.nii", "negative_dim.nii", "truncated.nii"}
    refused.add("truncated.nii.gz")
    not_sided = {"bad_quaternion.nii", "nan_affine.nii.gz", "singular_affine.nii.gz", "zero_pixdim.nii.gz"}
    for name in refused:
        refusal(folder / name)
    volumes = {path.name: load_volume(path) for path in folder.iterdir() if path.name not in refused}
    assert {name for name, volume in volumes.items() if not volume.sided} == not_sided
    warned = {name for name, volume in volumes.items() if volume.warnings}
    assert warned == not_sided | {"zero_sform_valid_qform.nii.gz"}
    for volume in volumes.values():
        low, high = window_of(volume)
        assert low < high


@needs_shared
def test_shared_orientations_show_the_same_anatomy():
    volumes = [load_volume(path) for path in sorted((SHARED / "malformed" / "nifti").glob("orient_*.nii.gz"))]
    first = nib.as_closest_canonical(nib.Nifti1Image(volumes[0].voxels, volumes[0].affine))
    for volume in volumes[1:]:
        other = nib.as_closest_canonical(nib.Nifti1Image(volume.voxels, volume.affine))
        np.testing.assert_array_equal(np.asarray(other.dataobj), np.asarray(first.dataobj))
        np.testing.assert_allclose(other.affine, first.affine, atol=1e-4)
