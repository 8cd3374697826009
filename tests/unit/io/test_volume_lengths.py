"""Lengths by the unit of the header, and volumes of a series."""

from __future__ import annotations

import tracemalloc

import nibabel as nib
import numpy as np
import pytest

import corticast as cc

SHAPE = (40, 48, 40)


def image_of(zoom, unit, shape=SHAPE):
    affine = nib.affines.from_matvec(np.diag([zoom] * 3), np.multiply(-zoom / 2, SHAPE))
    image = nib.Nifti1Image(np.zeros(shape, "u1"), affine)
    image.header.set_xyzt_units(unit, "sec")
    return image


@pytest.mark.parametrize(
    ("zoom", "unit", "mm", "line"),
    [
        (4.0, "mm", 1.0, None),
        (4.0, "unknown", 1.0, None),
        # Units that are true: a mouse, a fly and a head.
        (100.0, "micron", 1e-3, "its lengths are in µm, and were converted to mm"),
        (10.0, "micron", 1e-3, "its lengths are in µm, and were converted to mm"),
        (0.004, "meter", 1e3, "its lengths are in m, and were converted to mm"),
        # Units that cannot be true.
        (4.0, "micron", 1.0, "its header gives lengths in µm, and would be 0.192 mm long in µm: read as mm, 192 mm"),
        (4.0, "meter", 1.0, "its header gives lengths in m, and would be 192000 mm long in m: read as mm, 192 mm"),
        (
            100.0,
            "unknown",
            1e-3,
            "gives no unit of length, and would be 4800 mm long in mm: read as µm, 4.8 mm",
        ),
        (
            0.004,
            "unknown",
            1e3,
            "gives no unit of length, and would be 0.192 mm long in mm: read as m, 192 mm",
        ),
        # The file says mm: nothing is converted.
        (100.0, "mm", 1.0, "it is 4800 mm long, which is no size of a head; correct xyzt_units or the voxel sizes in"),
        (0.004, "mm", 1.0, "it is 0.192 mm long, which is no size of a head; correct xyzt_units or the voxel sizes in"),
    ],
)
def test_lengths_are_converted_to_mm(tmp_path, zoom, unit, mm, line):
    image = image_of(zoom, unit)
    nib.save(image, tmp_path / "v.nii")
    expected = np.diag([mm, mm, mm, 1.0]) @ image.affine
    for volume in (cc.load_volume(tmp_path / "v.nii"), cc.load_volume(image)):
        np.testing.assert_allclose(volume.affine, expected, rtol=1e-5)
        assert len(volume.warnings) == (line is not None)
        assert line is None or line in volume.warnings[0]


def test_a_series_says_which_volume_is_shown(tmp_path):
    image = image_of(4.0, "mm", (*SHAPE, 4))
    nib.save(image, tmp_path / "pet.nii.gz")
    for source in (tmp_path / "pet.nii.gz", image):
        first, last = (cc.load_volume(source, time_index=number).warnings for number in (0, 3))
        assert first == ("pet.nii.gz: 4 volumes, the first is shown; --time-index 0 to 3 chooses one",)
        assert last == ("pet.nii.gz: 4 volumes, number 4 is shown; --time-index 0 to 3 chooses one",)


def test_one_volume_of_two_gibibytes_is_read(tmp_path):
    header = nib.Nifti1Header()
    header.set_data_shape((128, 128, 64, 1024))
    header.set_data_dtype(np.int16)
    header.set_sform(np.eye(4), 2)
    header["vox_offset"], header["magic"] = 352, b"n+1\0"
    values = np.arange(128 * 128 * 64, dtype=np.int16).reshape(128, 128, 64, order="F")
    with (tmp_path / "a.nii").open("wb") as file:
        file.write(header.binaryblock)
        file.seek(352 + 700 * values.nbytes)
        file.write(values.tobytes(order="F"))
        file.truncate(352 + 1024 * values.nbytes)
    tracemalloc.start()
    try:
        volume = cc.load_volume(tmp_path / "a.nii", time_index=700)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    np.testing.assert_array_equal(volume.voxels, nib.load(tmp_path / "a.nii").dataobj[..., 700])
    assert peak_bytes < 2.5 * values.nbytes
