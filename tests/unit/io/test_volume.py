"""Voxels as nibabel reads them, without its copies."""

from __future__ import annotations

import gzip
import itertools
import subprocess
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from tests.unit.io.volumes import AFFINE, SHAPE, SHARED, needs_shared, ramp, refusal, same_as_nibabel, save

from corticast.core.color.windowing import window_of
from corticast.errors import DataError, OptionError
from corticast.io.volume import load_volume
from corticast.io.volume_header import volume_facts

pytestmark = pytest.mark.usefixtures("silent_libraries")

NIBABEL_DATA = Path(nib.__file__).parent / "tests" / "data"

REAL_DTYPES = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"]


def is_memory_mapped(array) -> bool:
    while array is not None and not isinstance(array, np.memmap):
        array = getattr(array, "base", None)
    return array is not None


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
    assert not is_memory_mapped(volume.voxels)


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
    assert volume.warnings == ("v.nii: its intercept is nan: read as 0",)


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


# Names, which decide nothing


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
