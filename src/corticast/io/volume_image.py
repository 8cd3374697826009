"""Volumes from nibabel's images in memory."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import numpy.typing as npt
from nibabel.arrayproxy import ArrayProxy

from corticast.core.model.types import Volume
from corticast.errors import DataError, OptionError
from corticast.io.library_warnings import Listener
from corticast.io.library_words import NIBABEL
from corticast.io.volume_facts import series_lines, size_text
from corticast.io.volume_files import read_block
from corticast.io.volume_geometry import Geometry, nifti_geometry, space_of
from corticast.io.volume_lengths import in_mm, units_of
from corticast.io.volume_meaning import meaning_of

# Files whose voxels are plain, or gzip.
_READABLE = (".nii", ".img", ".mgh", ".mgz", ".gz")


def volume_of_image(image: Any, *, time_index: int, space: str | None) -> Volume:
    """One volume of an image; see `load_volume`.

    Parameters
    ----------
    image : nibabel.spatialimages.SpatialImage

    Raises
    ------
    DataError : the image cannot be drawn
    OptionError : the series has no such volume
    """
    file = Path(image.get_filename() or "image")
    shape = tuple(image.shape)
    if len(shape) < 3 or sum(n > 1 for n in shape[3:]) > 1:
        raise DataError(f"{file}: an image of shape {size_text(shape)}; give one volume, or a series of volumes")
    n_volumes = int(np.prod(shape[3:]))
    if not 0 <= time_index < n_volumes:
        raise OptionError(f"--time-index {time_index}: {file} has {n_volumes} volume(s); give 0 to {n_volumes - 1}")
    listener = Listener(file, NIBABEL)
    with listener.listening():
        values, slope, inter = _values(image, n_volumes, time_index)
    geometry = _geometry(image)
    held = Volume.from_array(_colours(values), geometry.affine, name=file.name)
    sform_code = int(image.header["sform_code"]) if isinstance(image.header, nib.Nifti1Header) else None
    return Volume(
        held.voxels,
        held.affine,
        slope=slope,
        inter=inter,
        name=file.name,
        path=file if image.get_filename() else None,
        time_index=time_index,
        space=space or space_of(file, geometry, sform_code),
        sided=geometry.source != "zooms",
        warnings=(
            *(f"{file.name}: {text}" for text in geometry.warnings),
            *listener.lines,
            *series_lines(file.name, n_volumes, time_index),
        ),
        meaning=meaning_of(file.name, values.dtype, image.header),
    )


def _values(image: Any, n_volumes: int, time_index: int) -> tuple[npt.NDArray[Any], float, float]:
    """Values of one volume as stored, slope and intercept; scaled values of formats that scale slices singly."""
    data = image.dataobj
    slope, inter = getattr(data, "slope", None), getattr(data, "inter", None)
    if not (nib.is_proxy(data) and isinstance(slope, float | int) and isinstance(inter, float | int)):
        return _volume_of(np.asarray(data), n_volumes, time_index), 1.0, 0.0
    if _is_plain(data):
        shape = data.shape[:3]
        n_bytes = math.prod(shape) * data.dtype.itemsize
        block = read_block(Path(data.file_like), data.offset + time_index * n_bytes, n_bytes)
        return block.view(data.dtype).reshape(shape, order="F"), float(slope), float(inter)
    return _volume_of(np.asarray(data.get_unscaled()), n_volumes, time_index), float(slope), float(inter)


def _volume_of(values: npt.NDArray[Any], n_volumes: int, time_index: int) -> npt.NDArray[Any]:
    """One volume of a series, in memory of its own if nibabel maps a file: a file that becomes shorter would end us."""
    if values.ndim > 3:
        values = values.reshape(*values.shape[:3], n_volumes, order="F")[..., time_index]
    return np.array(values, order="F") if _is_mapped(values) else values


def _is_mapped(values: npt.NDArray[Any]) -> bool:
    held: Any = values
    while isinstance(held, np.ndarray) and not isinstance(held, np.memmap):
        held = held.base
    return isinstance(held, np.memmap)


def _is_plain(data: Any) -> bool:
    """Whether a proxy of nibabel's stands for one block of a file that we can read."""
    is_file = type(data) is ArrayProxy and data.order == "F" and isinstance(data.file_like, str | os.PathLike)
    return is_file and os.fspath(data.file_like).lower().endswith(_READABLE)


def _colours(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """RGB(A) along a last axis, where an image holds it as a record."""
    if values.dtype.names is None:
        return values
    return np.stack([values[name] for name in values.dtype.names], axis=-1)


def _geometry(image: Any) -> Geometry:
    """Position by the image's affine, which a program may have changed, else by its header."""
    found = _header_geometry(image)
    if image.affine is not None:
        affine = np.asarray(image.affine, dtype=np.float64)
        is_own = np.allclose(affine, found.affine, atol=1e-4)
        found = Geometry(affine, found.source, found.warnings) if is_own else Geometry(affine, "affine")
    if not isinstance(image.header, nib.Nifti1Header):
        return found
    unit, _, unit_lines = units_of(image.header)
    scaled, length_lines = in_mm(found.affine, image.shape[:3], unit)
    return Geometry(scaled, found.source, found.warnings + unit_lines + length_lines)


def _header_geometry(image: Any) -> Geometry:
    header = image.header
    if isinstance(header, nib.Nifti1Header):
        return nifti_geometry(header.copy(), image.shape[:3])
    if isinstance(header, nib.AnalyzeHeader) or image.affine is None:
        warning = "the image does not mark the left side: left and right are a guess"
        return Geometry(np.asarray(header.get_best_affine(), dtype=np.float64), "zooms", (warning,))
    return Geometry(np.asarray(image.affine, dtype=np.float64), "affine")
