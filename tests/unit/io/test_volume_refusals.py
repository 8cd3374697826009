"""Files that hold no volume, and headers that lie."""

from __future__ import annotations

import gzip

import nibabel as nib
import numpy as np
import pytest
from tests.unit.io.volumes import SHAPE, ramp, refusal, same_as_nibabel, save

from corticast.core.color.windowing import window_of
from corticast.errors import DataError
from corticast.io.volume import load_volume
from corticast.io.volume_header import volume_facts
from corticast.io.volume_voxels import read_voxels

pytestmark = pytest.mark.usefixtures("silent_libraries")


def test_missing_file_folder_empty_file_and_text(tmp_path):
    assert "no such file" in refusal(tmp_path / "none.nii")
    assert "is a folder" in refusal(tmp_path)
    (tmp_path / "folder.nii.gz").mkdir()
    assert "is a folder" in refusal(tmp_path / "folder.nii.gz")
    (tmp_path / "empty.nii").touch()
    assert "empty" in refusal(tmp_path / "empty.nii")
    (tmp_path / "empty.nii.gz").write_bytes(gzip.compress(b""))
    assert "empty" in refusal(tmp_path / "empty.nii.gz")
    (tmp_path / "text.nii").write_text("Dear reader, " * 100)
    assert "not a NIfTI, MGH or Analyze volume" in refusal(tmp_path / "text.nii")


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("v.dcm", "dcm2niix"), ("v.nrrd", "3D Slicer"), ("v.mha", "3D Slicer"), ("v.mnc.gz", "mnc2nii"),
        ("v+orig.BRIK", "3dAFNItoNIFTI"), ("v.img.gz", "its .hdr beside it"), ("v.xyz", "convert the volume to NIfTI"),
    ],
)  # fmt: skip
def test_files_of_other_formats_name_a_way(tmp_path, name, way):
    content = b"NRRD0004 " * 200
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    text = refusal(tmp_path / name)
    assert "not a NIfTI, MGH or Analyze volume; " in text
    assert way in text


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


def test_more_voxels_than_memory_holds(tmp_path):
    """A file of 8 TiB without content passes every check of its length."""
    header = nib.Nifti1Header()
    header.set_data_dtype(np.int16)
    header.set_data_shape((16384, 16384, 16384))
    header["vox_offset"] = 352
    path = tmp_path / "v.nii"
    path.write_bytes(header.binaryblock + bytes(4))
    with path.open("r+b") as file:
        file.truncate(352 + 2 * 16384**3)
    assert "its voxels take 8 TiB of memory, more than the " in refusal(path)


def test_a_volume_that_changes_after_its_header_was_read(tmp_path):
    path = save(tmp_path / "v.nii", ramp("i2"))
    facts = volume_facts(path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match=r"v\.nii: has changed since it was opened; start again"):
        read_voxels(facts, 0)


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
