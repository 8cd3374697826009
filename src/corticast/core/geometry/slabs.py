"""Runs of slices of a volume, so that computing with them needs little memory beside the volume."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy.typing as npt

_SLAB_BYTES = 16 << 20


def slabs(voxels: npt.NDArray[Any], *, multiple: int = 1) -> Iterator[tuple[int, npt.NDArray[Any]]]:
    """Views of about 16 MiB along k.

    Parameters
    ----------
    voxels : (nx, ny, nz) or (nx, ny, nz, colours)
    multiple : the number of slices of each view is a multiple of this one, except in the last view

    Yields
    ------
    first : index k of the view's first slice
    view : (nx, ny, n) or (nx, ny, n, colours), no copy
    """
    step = max(multiple, _SLAB_BYTES // max(1, voxels[:, :, :1].nbytes) // multiple * multiple)
    for first in range(0, voxels.shape[2], step):
        yield first, voxels[:, :, first : first + step]
