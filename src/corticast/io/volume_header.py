"""Headers of NIfTI-1 and -2, MGH and Analyze: decoded by nibabel, checked here."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from nibabel.freesurfer.mghformat import MGHError, MGHHeader
from nibabel.freesurfer.mghformat import header_dtype as mgh_header_dtype
from nibabel.nifti1 import Nifti1PairHeader
from nibabel.nifti2 import Nifti2PairHeader
from nibabel.spatialimages import HeaderDataError
from nibabel.spm2analyze import Spm2AnalyzeHeader

from corticast.errors import DataError, one_line
from corticast.io.door import Stamp
from corticast.io.library_warnings import Listener
from corticast.io.library_words import NIBABEL
from corticast.io.volume_facts import VolumeFacts, size_text, spatial
from corticast.io.volume_files import header_and_data_path, is_pair, most_bytes, reading
from corticast.io.volume_geometry import analyze_geometry, mgh_geometry, nifti_geometry, space_of
from corticast.io.volume_lengths import in_mm, units_of
from corticast.io.volume_meaning import meaning_of

# nibabel's errors for header fields that it cannot decode.
_HEADER_ERRORS = (HeaderDataError, MGHError, ArithmeticError, LookupError, TypeError, ValueError)

# The longest header, NIfTI-2's.
_HEADER_BYTES = 540
_MGH_VERSION = b"\x00\x00\x00\x01"
# What to do with files that are no volumes for us, by their endings.
_HINTS = {
    (".img",): "an .img needs its .hdr beside it",
    (".dcm", ".ima"): "convert the series to NIfTI by dcm2niix",
    (".nrrd", ".nhdr", ".mha", ".mhd"): "save the volume as NIfTI in 3D Slicer",
    (".mnc",): "convert the volume to NIfTI by mnc2nii",
    (".head", ".brik"): "convert the volume to NIfTI by 3dAFNItoNIFTI",
}


def volume_facts(path: str | os.PathLike[str]) -> VolumeFacts:
    """Read the header of a volume, and no voxel.

    Parameters
    ----------
    path : NIfTI-1 or -2 (.nii, .hdr or .img, each also gzipped), MGH/MGZ or Analyze

    Raises
    ------
    DataError : the file is missing, unreadable, no volume, or too short for the voxels that its header announces
    """
    path = Path(path)
    header_path, data_path = header_and_data_path(path)
    with reading(header_path) as stream:
        block = stream.read(_HEADER_BYTES) or b""
    if not block:
        raise DataError(f"{path}: the file is empty; get it again")
    held_bytes, is_compressed, stamp = most_bytes(data_path)
    listener = Listener(path, NIBABEL)
    try:
        # nibabel computes with fields that may hold anything; each result is checked.
        with np.errstate(all="ignore"), listener.listening():
            facts = _decode(path, block, data_path, stamp, is_compressed=is_compressed)
    except _HEADER_ERRORS as error:
        raise DataError(f"{path}: its header cannot be used: {one_line(error)}") from error
    claimed_bytes = facts.data_offset + math.prod(facts.stored_shape) * facts.dtype.itemsize
    if claimed_bytes > held_bytes:
        raise DataError(
            f"{data_path}: its header announces {size_text(facts.stored_shape)} voxels, {claimed_bytes} bytes, and "
            f"the file holds {held_bytes} at most: the file is cut off or its header is wrong; get the file again"
        )
    return replace(facts, warnings=facts.warnings + listener.lines)


def _decode(path: Path, block: bytes, data_path: Path, stamp: Stamp, *, is_compressed: bool) -> VolumeFacts:
    """Decode a header block."""
    name, header = _header_of_block(path, block, is_pair=is_pair(data_path))
    stored_shape = tuple(int(n) for n in header.get_data_shape())
    if not stored_shape or min(stored_shape) < 1:
        raise DataError(f"{path}: its header gives the shape {size_text(stored_shape) or '0'}, without any voxel")
    dtype = _stored_dtype(path, header)
    is_nifti = isinstance(header, nib.Nifti1Header)
    # NIfTI took these fields over from Analyze.
    has_analyze_fields = isinstance(header, nib.AnalyzeHeader)

    if isinstance(header, MGHHeader):
        geometry = mgh_geometry(block)
    elif is_nifti:
        geometry = nifti_geometry(header, spatial(stored_shape))
    else:
        geometry = analyze_geometry(header, data_path)
    slope, inter, scaling_warnings = _scaling(header, dtype)
    length_unit, time_unit, unit_warnings = units_of(header) if is_nifti else ("unknown", "unknown", ())
    affine, length_warnings = in_mm(geometry.affine, spatial(stored_shape), length_unit)
    sform_code = int(header["sform_code"]) if is_nifti else None
    warnings = geometry.warnings + scaling_warnings + unit_warnings + length_warnings
    return VolumeFacts(
        path=path,
        format=name,
        stored_shape=stored_shape,
        dtype=dtype,
        affine=affine,
        affine_source=geometry.source,
        data_path=data_path,
        data_offset=_data_offset(path, header),
        is_compressed=is_compressed,
        data_stamp=stamp,
        slope=slope,
        inter=inter,
        qform_code=int(header["qform_code"]) if is_nifti else None,
        sform_code=sform_code,
        length_unit=length_unit,
        time_unit=time_unit,
        time_step=float(header["pixdim"][4]) if has_analyze_fields and math.prod(stored_shape[3:]) > 1 else None,
        space=space_of(path, geometry, sform_code),
        header_window=_header_window(header) if has_analyze_fields else None,
        warnings=tuple(f"{path.name}: {text}" for text in warnings),
        meaning=meaning_of(path.name, dtype, header),
    )


def _header_of_block(path: Path, block: bytes, *, is_pair: bool) -> tuple[str, Any]:
    """Name of the format and nibabel's header, unchecked."""
    if block.startswith(_MGH_VERSION) and len(block) >= mgh_header_dtype.itemsize:
        return "MGH", MGHHeader(block[: mgh_header_dtype.itemsize], check=False)
    if nib.Nifti1Header.may_contain_header(block):
        nifti1 = Nifti1PairHeader if is_pair else nib.Nifti1Header
        return "NIfTI-1", nifti1(block[: nifti1.sizeof_hdr], check=False)
    if nib.Nifti2Header.may_contain_header(block):
        nifti2 = Nifti2PairHeader if is_pair else nib.Nifti2Header
        return "NIfTI-2", nifti2(block[: nifti2.sizeof_hdr], check=False)
    if is_pair and Spm2AnalyzeHeader.may_contain_header(block):
        return "Analyze", Spm2AnalyzeHeader(block[: Spm2AnalyzeHeader.sizeof_hdr], check=False)
    name = path.name.lower().removesuffix(".gz")
    hint = next((words for endings, words in _HINTS.items() if name.endswith(endings)), "convert the volume to NIfTI")
    raise DataError(f"{path}: not a NIfTI, MGH or Analyze volume; {hint}")


def _stored_dtype(path: Path, header: Any) -> np.dtype[Any]:
    try:
        dtype: np.dtype[Any] = np.dtype(header.get_data_dtype())
    except (HeaderDataError, LookupError) as error:
        code = int(header["type" if isinstance(header, MGHHeader) else "datatype"])
        raise DataError(f"{path}: unknown voxel data type {code} in its header; get the file again") from error
    return dtype


def _data_offset(path: Path, header: Any) -> int:
    """Offset of the voxels in bytes; in a single file never inside the header."""
    if isinstance(header, MGHHeader):
        return int(header.get_data_offset())
    stored = float(header["vox_offset"])
    if not 0 <= stored < math.inf:
        raise DataError(f"{path}: impossible start of the voxels in its header, byte {stored:g}; get the file again")
    return max(int(stored), header.single_vox_offset) if getattr(header, "is_single", False) else int(stored)


def _scaling(header: Any, dtype: np.dtype[Any]) -> tuple[float, float, tuple[str, ...]]:
    """Slope, intercept and warnings; colours are never scaled (see scl_slope in nifti1.h)."""
    if dtype.names is not None:
        return 1.0, 0.0, ()
    try:
        slope, inter = header.get_slope_inter()
    except HeaderDataError:
        return float(header["scl_slope"]), 0.0, (f"its intercept is {float(header['scl_inter']):g}: read as 0",)
    # nibabel itself writes NaN for a slope that is not needed. MGH has no slope.
    is_infinite = not isinstance(header, MGHHeader) and math.isinf(float(header["scl_slope"]))
    unusable = ("its slope is infinite: read as 1",) if is_infinite else ()
    return float(1.0 if slope is None else slope), float(inter or 0.0), unusable


def _header_window(header: Any) -> tuple[float, float] | None:
    low, high = float(header["cal_min"]), float(header["cal_max"])
    return (low, high) if -math.inf < low < high < math.inf else None
