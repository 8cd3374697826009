"""Facts about a volume: everything that its header says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from nibabel.affines import obliquity

from corticast.core.geometry.affines import world_box_mm, zooms_mm
from corticast.core.model.meaning import INTENSITY, Meaning
from corticast.core.model.types import Float64Array
from corticast.io.door import Stamp


@dataclass(frozen=True, eq=False)
class VolumeFacts:
    """The header of a volume, decoded.

    Parameters
    ----------
    path : the file asked for
    format : "NIfTI-1", "NIfTI-2", "MGH" or "Analyze"
    stored_shape : as stored: i, j, k, then time and further axes
    dtype : stored type in its byte order; RGB and RGBA are structured types of uint8
    affine : (4, 4) float64, voxel index -> RAS+ mm
    affine_source : "sform", "qform", "zooms" (without a usable form) or "vox2ras" (MGH)
    data_path, data_offset : file that holds the voxels, and the byte (after decompression) where they begin
    is_compressed : whether that file is gzip
    data_stamp : state of that file when the header was read
    slope, inter : scaled value = stored value · slope + inter
    qform_code, sform_code : as stored, None if the format lacks them
    length_unit, time_unit : as stored; the affine is in mm
    time_step : distance of the volumes of a series in `time_unit`, as stored
    space : BIDS name of the template, "native", or None when unknown
    header_window : cal_min and cal_max, if they are set
    warnings : faults of the file, and how they were repaired
    meaning : labels, a statistic or intensities
    """

    path: Path
    format: str
    stored_shape: tuple[int, ...]
    dtype: np.dtype[Any]
    affine: Float64Array
    affine_source: str
    data_path: Path
    data_offset: int
    is_compressed: bool
    data_stamp: Stamp
    slope: float = 1.0
    inter: float = 0.0
    qform_code: int | None = None
    sform_code: int | None = None
    length_unit: str = "unknown"
    time_unit: str = "unknown"
    time_step: float | None = None
    space: str | None = None
    header_window: tuple[float, float] | None = None
    warnings: tuple[str, ...] = ()
    meaning: Meaning = INTENSITY

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of voxels along i, j, k; one along axes that the file lacks."""
        return spatial(self.stored_shape)

    @property
    def n_volumes(self) -> int:
        """Number of volumes in the file: time points, or anything else that the further axes count."""
        return math.prod(self.stored_shape[3:])

    @property
    def sided(self) -> bool:
        """False when left and right are a guess."""
        return self.affine_source != "zooms"

    @property
    def dtype_name(self) -> str:
        """Stored type and byte order in words."""
        if self.dtype.names is not None:
            return "RGB24" if len(self.dtype.names) == 3 else "RGBA32"
        if self.dtype.itemsize == 1:
            return self.dtype.name
        is_little = self.dtype == self.dtype.newbyteorder("<")
        return f"{self.dtype.name} {'little' if is_little else 'big'}-endian"

    @property
    def zooms_mm(self) -> Float64Array:
        """Edge lengths of a voxel, (3,) float64."""
        return zooms_mm(self.affine)

    @property
    def orientation(self) -> str:
        """Directions of the voxel axes, such as "RAS" or "LPI"; the nearest ones in an oblique volume."""
        return "".join(nib.aff2axcodes(self.affine))

    @property
    def oblique_deg(self) -> float:
        """Largest angle between a voxel axis and the world axis nearest to it, in degrees."""
        return float(np.degrees(obliquity(self.affine).max()))

    @property
    def world_box_mm(self) -> Float64Array:
        """(2, 3) float64, lowest and highest x, y, z in RAS+ mm, voxel edges included."""
        return world_box_mm(self.affine, self.shape)


def spatial(stored_shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Number of voxels along i, j, k; one along axes that the file lacks."""
    nx, ny, nz = (*stored_shape, 1, 1)[:3]
    return nx, ny, nz


def series_lines(name: str, n_volumes: int, time_index: int) -> tuple[str, ...]:
    """A line that says which volume of a series is shown; none for a single volume."""
    if n_volumes == 1:
        return ()
    which = "the first" if time_index == 0 else f"number {time_index + 1}"
    return (f"{name}: {n_volumes} volumes, {which} is shown; --time-index 0 to {n_volumes - 1} chooses one",)


def size_text(shape: tuple[int, ...]) -> str:
    """A shape in words, such as "256×256×180"."""
    return "×".join(map(str, shape))
