"""Position of a volume in space: voxel index -> RAS+ mm, from forms and zooms that may be unusable."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from nibabel.freesurfer.mghformat import MGHHeader
from nibabel.freesurfer.mghformat import header_dtype as mgh_header_dtype
from nibabel.nifti1 import xform_codes
from nibabel.spatialimages import HeaderDataError

from corticast.core.geometry.affines import apply_affine, box_corners_vox, zooms_mm
from corticast.core.model.types import Float64Array
from corticast.io.volume_lengths import length_text

# Plausible edges of a voxel and distances from the origin. Beyond, float32 cannot hold the geometry.
_ZOOM_RANGE_MM = (1e-6, 1e6)
_MAX_OFFSET_MM = 1e9
# An affine flattens the voxel when the voxel's volume is below this share of the product of its edges.
_MIN_VOLUME_SHARE = 1e-6
# A qform and a sform further apart than this share of the longest edge cause a warning: 1 mm of 256.
_FORMS_APART = 1 / 256
# Voxel sizes of pixdim and of the sform may differ by this share.
_SIZES_APART = 0.01
# Rounding may make a quaternion's squared length exceed 1 by this much (nibabel issue 626).
_QUATERNION_TOLERANCE = 1e-3

# A template's own images have its name in tpl-, as TemplateFlow writes them.
_SPACE_ENTITIES = (re.compile(r"(?:^|_)space-([^_.]+)"), re.compile(r"^tpl-([^_.]+)"))
# BIDS' names for the subject's own space, and fMRIPrep's.
_NATIVE_SPACES = {"individual", "native", "orig", "scanner", "ScanRAS", "fsnative", "T1w", "T2w"}
_BIDS_RAW = re.compile(
    r"sub-[A-Za-z0-9]+(_[a-z]+-[A-Za-z0-9+]+)*"
    r"_(T1w|T2w|T2star|T2starw|FLAIR|PDw|PD|PDT2|FLASH|UNIT1|MP2RAGE|inplaneT[12]|angio|T[12]map|MTRmap|MTsat"
    r"|ct|CT|pet|bold|cbv|sbref|dwi|epi|asl|m0scan|phase[12]?|phasediff|magnitude[12]?)"
    r"\.(nii|mgh|mgz|hdr|img)(\.gz)?"
)
_SPACE_OF_SFORM_CODE = {3: "Talairach", 4: "MNI"}


@dataclass(frozen=True, eq=False)
class Geometry:
    """Position of a volume.

    Parameters
    ----------
    affine : (4, 4) float64, voxel index -> RAS+ mm
    source : as `VolumeFacts.affine_source`
    warnings : faults of the header
    """

    affine: Float64Array
    source: str
    warnings: tuple[str, ...] = ()


def _is_usable(affine: Float64Array) -> bool:
    """Whether an affine is finite, has a size that can be drawn, and leaves the voxel its volume."""
    if not np.isfinite(affine).all() or np.abs(affine[:3, 3]).max() > _MAX_OFFSET_MM:
        return False
    zooms = zooms_mm(affine)
    if zooms.min() < _ZOOM_RANGE_MM[0] or zooms.max() > _ZOOM_RANGE_MM[1]:
        return False
    return bool(abs(np.linalg.det(affine[:3, :3])) > _MIN_VOLUME_SHARE * zooms.prod())


def mgh_geometry(block: bytes) -> Geometry:
    """Position of an MGH volume: its vox2ras, else FreeSurfer's default."""
    stored = np.frombuffer(block[: mgh_header_dtype.itemsize], dtype=mgh_header_dtype).copy()
    affine = np.asarray(MGHHeader(stored.tobytes(), check=False).get_affine(), dtype=np.float64)
    if stored["goodRASFlag"][0] and _is_usable(affine):
        return Geometry(affine, "vox2ras")
    stored["goodRASFlag"] = 0  # nibabel then takes FreeSurfer's default: 1 mm, coronal slices
    affine = np.asarray(MGHHeader(stored.tobytes(), check=False).get_affine(), dtype=np.float64)
    return Geometry(
        affine, "zooms", ("its vox2ras is not set or cannot be used: size, position, left and right are a guess",)
    )


def analyze_geometry(header: Any, data_path: Path) -> Geometry:
    """Position of an Analyze volume: a guess from its zooms."""
    zooms_warnings = _repair_zooms(header)
    warnings = ["an Analyze file does not mark the left side: left and right are a guess"]
    stem = data_path.name[: data_path.name.lower().rindex(".img")]
    if data_path.with_name(f"{stem}.mat").is_file():
        warnings.append(f"its SPM matrix {stem}.mat is not read; convert the volume to NIfTI")
    affine = np.asarray(header.get_best_affine(), dtype=np.float64)
    return Geometry(affine, "zooms", (*warnings, *zooms_warnings))


def nifti_geometry(header: Any, shape: tuple[int, int, int]) -> Geometry:
    """The sform, else the qform, else the zooms; a warning names each form that is set but cannot be used."""
    stored_zooms = np.abs(np.asarray(header["pixdim"][1:4], dtype=np.float64))
    zooms_warnings = _repair_zooms(header)
    if header["pixdim"][0] not in (-1, 1):
        header["pixdim"][0] = 1  # see qfac in nifti1.h
    sform_code, qform_code = int(header["sform_code"]), int(header["qform_code"])
    sform = _form(sform_code, header.get_sform)
    qform = _form(qform_code, header.get_qform)
    if qform is None and qform_code:
        # Only for quaternions that nibabel refuses as too long: this tolerance turns rotations near 180° into 180°.
        header.quaternion_threshold = _QUATERNION_TOLERANCE
        qform = _form(qform_code, header.get_qform)
    if sform is not None:
        return Geometry(sform, "sform", _disagreement(sform, qform, shape, stored_zooms, header))
    unusable = [f"its sform (code {sform_code}) cannot be used"] if sform_code else []
    if qform is not None:
        return Geometry(qform, "qform", (*(f"{reason}: the qform is used" for reason in unusable), *zooms_warnings))
    if qform_code:
        unusable.append(f"its qform (code {qform_code}) cannot be used")
    why = " and ".join(unusable) or "neither its qform nor its sform is set"
    warning = f"{why}: position, left and right are a guess from the zooms"
    return Geometry(np.asarray(header.get_base_affine(), dtype=np.float64), "zooms", (warning, *zooms_warnings))


def _disagreement(
    sform: Float64Array, qform: Float64Array | None, shape: tuple[int, int, int], zooms: Float64Array, header: Any
) -> tuple[str, ...]:
    """A line where the qform, or else the voxel sizes of pixdim, differ from the sform that is used."""
    own = zooms_mm(sform)
    apart = 0.0 if qform is None else _distance_mm(sform, qform, shape)
    if apart > _FORMS_APART * (own * shape).max():
        return (f"its qform and sform lie up to {length_text(apart, header)} apart: the sform is used",)
    # Zooms of 0 say nothing.
    if (zooms > 0).all() and (np.abs(zooms - own) > _SIZES_APART * own).any():
        one, other = (" × ".join(f"{value:.4g}" for value in sizes) for sizes in (zooms, own))
        return (f"its voxels are {one} by pixdim, and {other} by the sform: the sform is used",)
    return ()


def _form(code: int, decode: Callable[[], npt.NDArray[Any]]) -> Float64Array | None:
    """A qform or sform; None if it is not set or cannot be used."""
    if code == 0 or code not in xform_codes.value_set():
        return None
    try:
        affine = np.asarray(decode(), dtype=np.float64)
    except (ValueError, HeaderDataError):
        return None
    return affine if _is_usable(affine) else None


def _distance_mm(one: Float64Array, other: Float64Array, shape: tuple[int, int, int]) -> float:
    """Largest distance between two positions of one voxel. Distance is convex: the largest is at a corner."""
    corners_vox = box_corners_vox(shape)
    apart = apply_affine(one, corners_vox) - apply_affine(other, corners_vox)
    return float(np.linalg.norm(apart, axis=-1).max())


def _repair_zooms(header: Any) -> tuple[str, ...]:
    """Make the header's zooms positive, and replace impossible ones by 1 mm; the warning about these."""
    stored = np.asarray(header["pixdim"][1:4], dtype=np.float64)
    lengths = np.abs(stored)
    is_length = (lengths >= _ZOOM_RANGE_MM[0]) & (lengths <= _ZOOM_RANGE_MM[1])
    header["pixdim"][1:4] = np.where(is_length, lengths, 1.0)
    zooms = ", ".join(f"{value:g}" for value in stored)
    return () if is_length.all() else (f"its zooms are {zooms}: 1 mm replaces each impossible one",)


def space_of(path: Path, geometry: Geometry, sform_code: int | None) -> str | None:
    """BIDS name of a volume's space, by its file name, else by the code of the sform that is used."""
    entity = next(filter(None, (pattern.search(path.name) for pattern in _SPACE_ENTITIES)), None)
    if entity is not None:
        return "native" if entity[1] in _NATIVE_SPACES else entity[1]
    if _BIDS_RAW.fullmatch(path.name):
        return "native"
    return _SPACE_OF_SFORM_CODE.get(sform_code) if geometry.source == "sform" and sform_code is not None else None
