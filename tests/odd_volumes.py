"""Faulty volumes; nibabel writes them, and header fields are changed after it."""

from __future__ import annotations

import nibabel as nib
import numpy as np

AFFINE = np.diag([2.0, 2.0, 2.0, 1.0])
AFFINE[:3, 3] = -20, -24, -28
SHAPE = (20, 24, 28)


def ramp(dtype="f4"):
    """A volume of SHAPE whose values are all different."""
    return np.arange(np.prod(SHAPE)).reshape(SHAPE).astype(dtype)


def nifti(path, edit=None, voxels=None):
    """A NIfTI-1 file; `edit` may spoil the header, which is then written byte by byte."""
    image = nib.Nifti1Image(ramp("i2") if voxels is None else voxels, AFFINE)
    image.to_filename(path)
    if edit is not None:
        stored = path.read_bytes()
        header = nib.Nifti1Header(stored[:348], check=False)
        edit(header)
        path.write_bytes(header.binaryblock + stored[348:])
    return path


def with_infinite_slope(path):
    """A slope of infinity."""
    return nifti(path, lambda header: header.__setitem__("scl_slope", np.inf))


def with_nan_intercept(path):
    """An intercept of NaN."""

    def edit(header):
        header["scl_slope"], header["scl_inter"] = 2, np.nan

    return nifti(path, edit)


def with_flat_sform(path):
    """An sform without extent along x."""
    return nifti(path, lambda header: header.__setitem__("srow_x", 0))


def with_nan_qform(path):
    """Quaternions of NaN, and no sform."""

    def edit(header):
        header["sform_code"], header["qform_code"] = 0, 1
        header["quatern_b"] = np.nan

    return nifti(path, edit)


def without_forms(path):
    """Neither form, and zooms of 0."""

    def edit(header):
        header["sform_code"] = header["qform_code"] = 0
        header["pixdim"][1:4] = 0

    return nifti(path, edit)


def of_unknown_codes(path):
    """Codes of units and forms that NIfTI does not know."""

    def edit(header):
        header["xyzt_units"], header["qform_code"] = 7, 99

    return nifti(path, edit)


def in_micrometres(path):
    """Lengths in another unit."""
    return nifti(path, lambda header: header.set_xyzt_units("micron", "sec"))


def with_nan_and_infinity(path):
    """Voxels of NaN and of both infinities amid others."""
    voxels = ramp()
    voxels[2:6], voxels[8, 3], voxels[9, 3] = np.nan, np.inf, -np.inf
    return nifti(path, voxels=voxels)


def of_nan(path):
    """NaN alone."""
    return nifti(path, voxels=np.full(SHAPE, np.nan, "f4"))


def of_infinity(path):
    """Infinity alone."""
    return nifti(path, voxels=np.full(SHAPE, np.inf, "f8"))


def of_one_value(path):
    """A single value, 7."""
    return nifti(path, voxels=np.full(SHAPE, 7, "u1"))


def of_nothing(path):
    """A single value, 0."""
    return nifti(path, voxels=np.zeros(SHAPE, "f4"))


def of_huge_values(path):
    """Values near the largest of float64."""
    return nifti(path, voxels=ramp("f8") * 1e304)


def of_tiny_values(path):
    """Values below the smallest normal number of float32."""
    return nifti(path, voxels=ramp() * np.float32(1e-44))


def with_huge_slope(path):
    """A slope that carries values beyond float32."""

    def edit(header):
        header["scl_slope"], header["scl_inter"] = 3e38, 3e38

    return nifti(path, edit)


def mgh_without_position(path):
    """MGH whose matrix is not set."""
    nib.MGHImage(ramp(), AFFINE).to_filename(path)
    content = bytearray(path.read_bytes())
    content[28:30] = b"\0\0"
    path.write_bytes(content)
    return path


def mgh_of_nan(path):
    """MGH whose matrix holds NaN."""
    nib.MGHImage(ramp(), AFFINE).to_filename(path)
    content = bytearray(path.read_bytes())
    content[42:46] = np.array(np.nan, ">f4").tobytes()
    path.write_bytes(content)
    return path
