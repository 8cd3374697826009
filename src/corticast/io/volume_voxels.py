"""Voxels of a volume, in their stored type."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.errors import DataError
from corticast.io.volume_facts import VolumeFacts, size_text
from corticast.io.volume_files import read_block


def check_drawable(facts: VolumeFacts) -> None:
    """Check that a file holds a volume of numbers or colours.

    Raises
    ------
    DataError : its voxels or its shape cannot be drawn
    """
    dtype, shape = facts.dtype, facts.stored_shape
    if dtype.names is None and (dtype.kind not in "iuf" or dtype.itemsize > 8):
        raise DataError(
            f"{facts.path}: its voxels are {dtype.name}, without a grey value; "
            "convert them to a real type of at most 64 bits (of complex numbers, take the magnitude)"
        )
    if len(shape) < 3 or sum(n > 1 for n in shape[:3]) < 2:
        raise DataError(f"{facts.path}: its shape is {size_text(shape)}; a volume has three axes")
    if sum(n > 1 for n in shape[3:]) > 1:
        raise DataError(
            f"{facts.path}: its shape is {size_text(shape)}; only one axis beyond the third can be stepped through; "
            "save one volume as a separate file"
        )


def read_voxels(facts: VolumeFacts, time_index: int) -> npt.NDArray[Any]:
    """Read one volume of a file in its stored type.

    Returns
    -------
    (ni, nj, nk) or (ni, nj, nk, 3 or 4), read-only, i fastest, in memory of its own

    Raises
    ------
    DataError : the file is damaged or too short, or memory does not suffice
    """
    colours = () if facts.dtype.names is None else (len(facts.dtype.names),)
    dtype: np.dtype[Any] = np.dtype(np.uint8) if colours else facts.dtype
    shape = (*colours, *facts.shape)
    n_bytes = math.prod(shape) * dtype.itemsize
    # The axes beyond the third run slowest: each volume is one piece.
    offset = facts.data_offset + time_index * n_bytes
    block = read_block(facts.data_path, offset, n_bytes, facts.data_stamp)
    voxels: npt.NDArray[Any] = block.view(dtype).reshape(shape, order="F")
    if not dtype.isnative:
        voxels = voxels.byteswap(inplace=True).view(dtype.newbyteorder("="))
    voxels.flags.writeable = False
    return np.moveaxis(voxels, 0, -1) if colours else voxels
