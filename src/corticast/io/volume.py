"""Brain volumes from files: NIfTI-1 and -2, FreeSurfer's MGH/MGZ, Analyze.

volume_files: header and voxels, decompressed ─> volume_header: decoded fields ─> volume_geometry: position
                                                                │
                                                   volume_facts: VolumeFacts ─> volume_voxels: stored voxels

nibabel decodes the headers. The voxels of a volume, one block of bytes in all these formats, are read into one array
in their stored type; slope and intercept are kept beside them. A volume so takes the memory of its voxels once, and a
series that of one volume.

The content of a file decides its format, never its suffix, except that a `.hdr` has its voxels in
a `.img`. A wrong field of a header is repaired with a warning if the remedy is plain; otherwise the
file is refused.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from corticast.core.arguments import check_path, check_text, check_whole, is_from, named_arguments
from corticast.core.model.types import Volume
from corticast.errors import OptionError
from corticast.io.volume_facts import series_lines
from corticast.io.volume_header import volume_facts
from corticast.io.volume_image import volume_of_image
from corticast.io.volume_voxels import check_drawable, read_voxels

if TYPE_CHECKING:
    from nibabel.spatialimages import SpatialImage

_SOURCES = "a NIfTI, MGH or Analyze file, or a nibabel image (for an array and its affine: Volume.from_array)"


@named_arguments
def load_volume(
    source: str | os.PathLike[str] | SpatialImage, *, time_index: int = 0, space: str | None = None
) -> Volume:
    """Read a volume in its stored type, or take one from nibabel.

    Its voxels are held in memory, once. Of a series only one volume is read.

    Parameters
    ----------
    source : NIfTI-1 or -2 (.nii, .hdr or .img, each also gzipped), MGH/MGZ or Analyze; or a nibabel image with its
        affine and data in memory. `Volume.from_array` takes an array and its affine.
    time_index : 0-based, which volume of a series to read; only this one is held
    space : BIDS name of the volume's space; None takes it from the file

    Raises
    ------
    DataError : the file cannot be read or drawn
    OptionError : the series has no such volume
    """
    check_whole("--time-index", time_index, "the number of a volume of the series, from 0")
    if space is not None:
        check_text("space", space, 'the BIDS name of a template, "native", or None')
    if is_from(source, "nibabel", "SpatialImage"):
        return volume_of_image(source, time_index=time_index, space=space)
    facts = volume_facts(check_path("source", source, _SOURCES))
    check_drawable(facts)
    if not 0 <= time_index < facts.n_volumes:
        raise OptionError(
            f"--time-index {time_index}: {facts.path} has {facts.n_volumes} volume(s); give 0 to {facts.n_volumes - 1}"
        )
    return Volume(
        voxels=read_voxels(facts, time_index),
        affine=facts.affine,
        slope=facts.slope,
        inter=facts.inter,
        name=facts.path.name,
        path=facts.path,
        time_index=time_index,
        space=space or facts.space,
        sided=facts.sided,
        header_window=facts.header_window,
        warnings=facts.warnings + series_lines(facts.path.name, facts.n_volumes, time_index),
        meaning=facts.meaning,
    )
