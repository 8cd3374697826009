"""NPY files: numbers of a stated shape, read into memory of ours."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.errors import DataError, one_line
from corticast.io.door import OpenFile, empty_array, opened, read_into
from corticast.io.file_kinds import ACTIVITY_ARRAY, size_in_words

_REMEDY = "save it with numpy.save"


def read_npy(path: Path, n_axes: tuple[int, ...], want: str) -> npt.NDArray[Any]:
    """The array of a NPY file, in its stored type.

    The array takes the memory of its numbers once.

    Parameters
    ----------
    n_axes : numbers of axes that it may have
    want : the words for such an array

    Raises
    ------
    DataError : the file is no such array of real numbers, is cut off, or does not fit into memory
    """
    with opened(path, ACTIVITY_ARRAY) as file:
        shape, is_fortran, dtype = _header(file)
        if dtype.kind not in "fiub" or len(shape) not in n_axes or min(shape) < 1:
            raise DataError(f"{path}: {dtype} of shape {shape}; give {want}")
        n_bytes = math.prod(shape) * dtype.itemsize
        held_bytes = file.size - file.tell()
        if n_bytes > held_bytes:
            raise DataError(
                f"{path}: its header announces {size_in_words(n_bytes)} of numbers, and the file holds "
                f"{size_in_words(held_bytes)}: the file is cut off or its header is wrong; {_REMEDY}"
            )
        block = empty_array(path, n_bytes, "its numbers")
        if read_into(file, block.data) < n_bytes:
            raise DataError(f"{path}: cut off; {_REMEDY}")
    return block.view(dtype).reshape(shape, order="F" if is_fortran else "C")


def _header(file: OpenFile) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether the first axis runs fastest, and type."""
    try:
        version = np.lib.format.read_magic(file)
        if version == (1, 0):
            return np.lib.format.read_array_header_1_0(file)
        return np.lib.format.read_array_header_2_0(file)
    # NumPy evaluates a text of the header, which fails in many ways.
    except Exception as error:
        raise DataError(f"{file.path}: not a NPY file ({one_line(error, 80)}); {_REMEDY}") from error
