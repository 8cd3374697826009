"""Volumes that nibabel writes, with spoilt headers among them."""

from __future__ import annotations

import warnings
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from corticast.errors import DataError
from corticast.io.volume import load_volume

SHARED = Path(__file__).parents[3].parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data folder")
SHAPE = (5, 6, 7)
AFFINE = nib.affines.from_matvec(nib.eulerangles.euler2mat(0.1, 0.2, 0.3) @ np.diag([-0.5, 1.0, 2.0]), [3, 4, 5])


def ramp(dtype="i2", shape=SHAPE):
    return np.arange(np.prod(shape)).reshape(shape).astype(dtype)


def save(path: Path, voxels, affine=AFFINE, cls=nib.Nifti1Image, edit=None) -> Path:
    """Write a volume by nibabel; `edit` may spoil the header, which is then written byte by byte."""
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


def refusal(path) -> str:
    with pytest.raises(DataError) as caught:
        load_volume(path)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message
