"""Brain volumes from files: NIfTI-1 and -2, FreeSurfer's MGH/MGZ, Analyze.

nibabel decodes the headers. The voxels of a volume, one block of bytes in all these formats, are
memory-mapped or read here in their stored type; slope and intercept are kept beside them.

Files are told apart by their content, never by their suffix, except that a `.hdr` has its voxels in
a `.img`. What a header gets wrong is repaired with a warning where the remedy is plain, else the
file is refused.
"""

from __future__ import annotations

import gzip
import math
import os
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import numpy.typing as npt
from nibabel.affines import obliquity
from nibabel.freesurfer.mghformat import MGHError, MGHHeader
from nibabel.freesurfer.mghformat import header_dtype as mgh_header_dtype
from nibabel.nifti1 import Nifti1PairHeader, xform_codes
from nibabel.nifti2 import Nifti2PairHeader
from nibabel.spatialimages import HeaderDataError
from nibabel.spm2analyze import Spm2AnalyzeHeader

from corticast.core.geometry.affines import apply_affine, box_corners_vox, world_box_mm, zooms_mm
from corticast.core.model.types import FloatArray, Volume
from corticast.errors import DataError, OptionError

# What nibabel raises for header fields that it cannot decode.
_HEADER_ERRORS = (HeaderDataError, MGHError, ArithmeticError, LookupError, TypeError, ValueError)

_GZIP_MAGIC = b"\x1f\x8b"
# Deflate never packs better than 1032 to 1 (zlib's "Technical Details"): a file that claims more is lying.
_GZIP_MAX_RATIO = 1032
_PIECE_BYTES = 1 << 20
# The check sum of a gzip file stands at its end. In a long series that may be a gigabyte behind the volume that is
# shown: further than this it is not sought.
_CHECKSUM_SEEK_BYTES = 16 << 20

# The longest header, NIfTI-2's.
_HEADER_BYTES = 540
_MGH_VERSION = b"\x00\x00\x00\x01"
_PAIR_NAME = re.compile(r"(.+)\.(hdr|img)(\.gz)?", re.IGNORECASE)

# Edges of a voxel and distances from the origin that are no mistake; beyond, float32 has no room for the geometry.
_ZOOM_RANGE_MM = (1e-6, 1e6)
_MAX_OFFSET_MM = 1e9
# An affine flattens the voxel when the voxel's volume is below this share of the product of its edges.
_MIN_VOLUME_SHARE = 1e-6
# A qform and a sform further apart than this are told of.
_FORMS_APART_MM = 1.0
# Excess of a quaternion's squared length over 1 that still is rounding (nibabel issue 626).
_QUATERNION_TOLERANCE = 1e-3

_SPACE_ENTITY = re.compile(r"(?:^|_)space-([^_.]+)")
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
class VolumeFacts:
    """What the header of a volume says.

    Parameters
    ----------
    path : the file asked for
    format : "NIfTI-1", "NIfTI-2", "MGH" or "Analyze"
    stored_shape : as stored: i, j, k, then time and further axes
    dtype : stored type in its byte order; RGB and RGBA are structured types of uint8
    affine : (4, 4) float64, voxel index -> RAS+ mm, as it is used
    affine_source : "sform", "qform", "zooms" (nothing better is there) or "vox2ras" (MGH)
    data_path, data_offset : file that holds the voxels, and the byte (after decompression) where they begin
    is_compressed : whether that file is gzip
    slope, inter : scaled value = stored value · slope + inter
    qform_code, sform_code : as stored, None where the format has none
    length_unit, time_unit : as the header says; lengths are read as mm whatever it says
    time_step : distance of the volumes of a series in `time_unit`, as stored
    space : BIDS name of the template, "native", or None when unknown
    header_window : cal_min and cal_max, where they are set
    warnings : what a person should know of the file
    """

    path: Path
    format: str
    stored_shape: tuple[int, ...]
    dtype: np.dtype[Any]
    affine: FloatArray
    affine_source: str
    data_path: Path
    data_offset: int
    is_compressed: bool
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

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of voxels along i, j, k; one along axes that the file lacks."""
        return _spatial(self.stored_shape)

    @property
    def n_volumes(self) -> int:
        """Number of volumes in the file: time points, or whatever else the further axes count."""
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
    def zooms_mm(self) -> FloatArray:
        """Edge lengths of a voxel, (3,) float64."""
        return zooms_mm(self.affine)

    @property
    def orientation(self) -> str:
        """Where the voxel axes point, such as "RAS" or "LPI"; in an oblique volume, nearly."""
        return "".join(nib.aff2axcodes(self.affine))

    @property
    def oblique_deg(self) -> float:
        """Largest angle between a voxel axis and the world axis nearest to it, in degrees."""
        return float(np.degrees(obliquity(self.affine).max()))

    @property
    def world_box_mm(self) -> FloatArray:
        """(2, 3) float64, lowest and highest x, y, z in RAS+ mm, voxel edges included."""
        return world_box_mm(self.affine, self.shape)


def volume_facts(path: str | os.PathLike[str]) -> VolumeFacts:
    """Read what the header of a volume says; no voxel is read.

    Parameters
    ----------
    path : NIfTI-1 or -2 (.nii, .hdr or .img, each also gzipped), MGH/MGZ or Analyze

    Raises
    ------
    DataError : the file is missing, unreadable, no volume, or too short for the voxels that it announces
    """
    path = Path(path)
    header_path, data_path = _header_and_data_path(path)
    with _reading(header_path) as stream:
        block = stream.read(_HEADER_BYTES)
    if not block:
        raise DataError(f"{path}: the file is empty; get it again")
    with _reading(data_path) as stream:
        is_compressed = isinstance(stream, gzip.GzipFile)
        held_bytes = data_path.stat().st_size * (_GZIP_MAX_RATIO if is_compressed else 1)
    try:
        # Fields may hold anything, and nibabel computes with it; each result is looked at.
        with np.errstate(all="ignore"):
            facts = _decode(path, block, data_path, is_compressed)
    except _HEADER_ERRORS as error:
        raise DataError(f"{path}: its header cannot be used: {_one_line(error)}") from error
    claimed_bytes = facts.data_offset + math.prod(facts.stored_shape) * facts.dtype.itemsize
    if claimed_bytes > held_bytes:
        raise DataError(
            f"{data_path}: its header announces {_size_text(facts.stored_shape)} voxels, {claimed_bytes} bytes, and "
            f"the file holds {held_bytes} at most: it is cut off, or the header is wrong; get the file again"
        )
    return facts


def load_volume(path: str | os.PathLike[str], *, time_index: int = 0, space: str | None = None) -> Volume:
    """Read a volume in its stored type.

    The voxels of an uncompressed file in the machine's byte order stay on disk, memory-mapped.

    Parameters
    ----------
    path : NIfTI-1 or -2 (.nii, .hdr or .img, each also gzipped), MGH/MGZ or Analyze
    time_index : 0-based, which volume of a series to read; only this one is held
    space : BIDS name of the volume's space, where it is known better than the file says

    Raises
    ------
    DataError : the file cannot be read or drawn
    OptionError : the series has no such volume
    """
    facts = volume_facts(path)
    _check_drawable(facts)
    if not 0 <= time_index < facts.n_volumes:
        raise OptionError(
            f"--time-index {time_index}: {facts.path} has {facts.n_volumes} volume(s); give 0 to {facts.n_volumes - 1}"
        )
    return Volume(
        voxels=_read_voxels(facts, time_index),
        affine=facts.affine,
        slope=facts.slope,
        inter=facts.inter,
        name=facts.path.name,
        path=facts.path,
        time_index=time_index,
        space=space or facts.space,
        sided=facts.sided,
        header_window=facts.header_window,
        warnings=facts.warnings,
    )


# Files


@contextmanager
def _reading(path: Path) -> Iterator[BufferedIOBase]:
    """Open a file, decompressed where its content is gzip; what goes wrong in reading it is a `DataError`."""
    try:
        with path.open("rb") as stream:
            is_gzip = stream.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
            stream.seek(0)
            yield gzip.GzipFile(fileobj=stream) if is_gzip else stream
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        reason = _one_line(error)
        raise DataError(f"{path}: its compressed data are cut off or damaged ({reason}); get the file again") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or _one_line(error)}") from error


def _header_and_data_path(path: Path) -> tuple[Path, Path]:
    """Where header and voxels stand: both in the file asked for, except for a .hdr and its .img."""
    match = _PAIR_NAME.fullmatch(path.name)
    if match is None:
        return path, path
    is_header = match[2].lower() == "hdr"
    partner = _partner(path, match, "img" if is_header else "hdr")
    if partner is None:
        if is_header and path.is_file():
            raise DataError(f"{path}: its voxels are missing; put {match[1]}.img beside it")
        return path, path
    return (path, partner) if is_header else (partner, path)


def _partner(path: Path, match: re.Match[str], suffix: str) -> Path | None:
    """The other file of a .hdr and .img pair: in the same case, gzipped or not."""
    stem, own_suffix, zipped = match[1], match[2], match[3] or ""
    suffix = suffix.upper() if own_suffix.isupper() else suffix
    for ending in (zipped, "" if zipped else ".gz"):
        candidate = path.with_name(f"{stem}.{suffix}{ending}")
        if candidate.is_file():
            return candidate
    return None


# Header


def _decode(path: Path, block: bytes, data_path: Path, is_compressed: bool) -> VolumeFacts:
    """Facts of a header block."""
    name, header = _header_of_block(path, block, is_pair=_PAIR_NAME.fullmatch(data_path.name) is not None)
    stored_shape = tuple(int(n) for n in header.get_data_shape())
    if not stored_shape or min(stored_shape) < 1:
        raise DataError(f"{path}: its header gives the shape {_size_text(stored_shape) or '0'}; it has no voxels")
    dtype = _stored_dtype(path, header)
    is_nifti = isinstance(header, nib.Nifti1Header)
    # NIfTI took these fields over from Analyze.
    has_analyze_fields = isinstance(header, nib.AnalyzeHeader)

    if isinstance(header, MGHHeader):
        geometry = _mgh_geometry(block)
    elif is_nifti:
        geometry = _nifti_geometry(header, _spatial(stored_shape))
    else:
        geometry = _analyze_geometry(header, data_path)
    slope, inter, scaling_warnings = _scaling(header, dtype)
    length_unit, time_unit, unit_warnings = _units(header) if is_nifti else ("unknown", "unknown", ())
    sform_code = int(header["sform_code"]) if is_nifti else None
    space = _space_of_name(path)
    if space is None and sform_code is not None and geometry.source == "sform":
        space = _SPACE_OF_SFORM_CODE.get(sform_code)
    return VolumeFacts(
        path=path,
        format=name,
        stored_shape=stored_shape,
        dtype=dtype,
        affine=geometry.affine,
        affine_source=geometry.source,
        data_path=data_path,
        data_offset=_data_offset(path, header),
        is_compressed=is_compressed,
        slope=slope,
        inter=inter,
        qform_code=int(header["qform_code"]) if is_nifti else None,
        sform_code=sform_code,
        length_unit=length_unit,
        time_unit=time_unit,
        time_step=float(header["pixdim"][4]) if has_analyze_fields and math.prod(stored_shape[3:]) > 1 else None,
        space=space,
        header_window=_header_window(header) if has_analyze_fields else None,
        warnings=geometry.warnings + scaling_warnings + unit_warnings,
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
    hint = "; an .img needs its .hdr beside it" if path.name.lower().endswith((".img", ".img.gz")) else ""
    raise DataError(f"{path}: not a NIfTI, MGH or Analyze volume{hint}")


def _stored_dtype(path: Path, header: Any) -> np.dtype[Any]:
    try:
        dtype: np.dtype[Any] = np.dtype(header.get_data_dtype())
    except (HeaderDataError, LookupError) as error:
        code = int(header["type" if isinstance(header, MGHHeader) else "datatype"])
        raise DataError(f"{path}: its header gives {code} as the type of its voxels, which is none") from error
    return dtype


def _data_offset(path: Path, header: Any) -> int:
    """Where the voxels begin; in a single file never inside the header, whatever the offset says."""
    if isinstance(header, MGHHeader):
        return int(header.get_data_offset())
    stored = float(header["vox_offset"])
    if not 0 <= stored < math.inf:
        raise DataError(f"{path}: its header lets the voxels begin at byte {stored:g}; get the file again")
    return max(int(stored), header.single_vox_offset) if getattr(header, "is_single", False) else int(stored)


def _scaling(header: Any, dtype: np.dtype[Any]) -> tuple[float, float, tuple[str, ...]]:
    """Slope, intercept and warnings; colours are never scaled (nifti1.h on scl_slope)."""
    if dtype.names is not None:
        return 1.0, 0.0, ()
    try:
        slope, inter = header.get_slope_inter()
    except HeaderDataError:
        return float(header["scl_slope"]), 0.0, (f"its intercept is {float(header['scl_inter']):g}: read as 0",)
    return float(1.0 if slope is None else slope), float(inter or 0.0), ()


def _units(header: Any) -> tuple[str, str, tuple[str, ...]]:
    """Units of length and time and warnings."""
    try:
        length_unit, time_unit = header.get_xyzt_units()
    except KeyError:
        return "unknown", "unknown", ()
    is_mm = length_unit in ("mm", "unknown")
    return length_unit, time_unit, () if is_mm else (f"its header gives lengths in {length_unit}: read as mm",)


def _header_window(header: Any) -> tuple[float, float] | None:
    low, high = float(header["cal_min"]), float(header["cal_max"])
    return (low, high) if -math.inf < low < high < math.inf else None


# Geometry


@dataclass(frozen=True, eq=False)
class _Geometry:
    affine: FloatArray
    source: str
    warnings: tuple[str, ...] = ()


def _is_usable(affine: FloatArray) -> bool:
    """Whether an affine is finite, of a size that can be drawn, and flattens nothing."""
    if not np.isfinite(affine).all() or np.abs(affine[:3, 3]).max() > _MAX_OFFSET_MM:
        return False
    zooms = zooms_mm(affine)
    if zooms.min() < _ZOOM_RANGE_MM[0] or zooms.max() > _ZOOM_RANGE_MM[1]:
        return False
    return bool(abs(np.linalg.det(affine[:3, :3])) > _MIN_VOLUME_SHARE * zooms.prod())


def _mgh_geometry(block: bytes) -> _Geometry:
    stored = np.frombuffer(block[: mgh_header_dtype.itemsize], dtype=mgh_header_dtype).copy()
    affine = np.asarray(MGHHeader(stored.tobytes(), check=False).get_affine(), dtype=np.float64)
    if stored["goodRASFlag"][0] and _is_usable(affine):
        return _Geometry(affine, "vox2ras")
    stored["goodRASFlag"] = 0  # nibabel then takes FreeSurfer's default: 1 mm, coronal slices
    affine = np.asarray(MGHHeader(stored.tobytes(), check=False).get_affine(), dtype=np.float64)
    return _Geometry(
        affine, "zooms", ("its vox2ras is not set or cannot be used: size, position, left and right are a guess",)
    )


def _analyze_geometry(header: Any, data_path: Path) -> _Geometry:
    zooms_warnings = _repair_zooms(header)
    warnings = ["an Analyze file does not say which side is left: left and right are a guess"]
    stem = data_path.name[: data_path.name.lower().rindex(".img")]
    if data_path.with_name(f"{stem}.mat").is_file():
        warnings.append(f"its SPM matrix {stem}.mat is not read; convert the volume to NIfTI to have it used")
    affine = np.asarray(header.get_best_affine(), dtype=np.float64)
    return _Geometry(affine, "zooms", (*warnings, *zooms_warnings))


def _nifti_geometry(header: Any, shape: tuple[int, int, int]) -> _Geometry:
    """The sform, else the qform, else the zooms; a form that is set but cannot be used is told of and passed over."""
    zooms_warnings = _repair_zooms(header)
    if header["pixdim"][0] not in (-1, 1):
        header["pixdim"][0] = 1  # nifti1.h on qfac
    sform_code, qform_code = int(header["sform_code"]), int(header["qform_code"])
    sform = _form(sform_code, header.get_sform)
    qform = _form(qform_code, header.get_qform)
    if qform is None and qform_code:
        # Only for quaternions that nibabel finds too long: with this tolerance rotations near 180° would become 180°.
        header.quaternion_threshold = _QUATERNION_TOLERANCE
        qform = _form(qform_code, header.get_qform)
    if sform is not None:
        apart_mm = 0.0 if qform is None else _distance_mm(sform, qform, shape)
        is_apart = apart_mm > _FORMS_APART_MM
        warning = f"its qform and sform lie up to {apart_mm:.1f} mm apart: the sform is used"
        return _Geometry(sform, "sform", (warning,) if is_apart else ())
    unusable = [f"its sform (code {sform_code}) cannot be used"] if sform_code else []
    if qform is not None:
        return _Geometry(qform, "qform", (*(f"{reason}: the qform is used" for reason in unusable), *zooms_warnings))
    if qform_code:
        unusable.append(f"its qform (code {qform_code}) cannot be used")
    why = " and ".join(unusable) or "neither its qform nor its sform is set"
    warning = f"{why}: position, left and right are a guess from the zooms"
    return _Geometry(np.asarray(header.get_base_affine(), dtype=np.float64), "zooms", (warning, *zooms_warnings))


def _form(code: int, decode: Callable[[], npt.NDArray[Any]]) -> FloatArray | None:
    """A qform or sform that is set and can be used."""
    if code == 0 or code not in xform_codes.value_set():
        return None
    try:
        affine = np.asarray(decode(), dtype=np.float64)
    except (ValueError, HeaderDataError):
        return None
    return affine if _is_usable(affine) else None


def _distance_mm(one: FloatArray, other: FloatArray, shape: tuple[int, int, int]) -> float:
    """Largest distance between two places of a voxel, anywhere in the box; convex, so it is at a corner."""
    corners_vox = box_corners_vox(shape)
    apart = apply_affine(one, corners_vox) - apply_affine(other, corners_vox)
    return float(np.linalg.norm(apart, axis=-1).max())


def _repair_zooms(header: Any) -> tuple[str, ...]:
    """Make the header's zooms positive, and 1 mm where they are no lengths; the warning that this calls for."""
    stored = np.asarray(header["pixdim"][1:4], dtype=np.float64)
    lengths = np.abs(stored)
    is_length = (lengths >= _ZOOM_RANGE_MM[0]) & (lengths <= _ZOOM_RANGE_MM[1])
    header["pixdim"][1:4] = np.where(is_length, lengths, 1.0)
    said = ", ".join(f"{value:g}" for value in stored)
    return () if is_length.all() else (f"its zooms are {said}: 1 mm is taken for what is no length",)


# Space


def _space_of_name(path: Path) -> str | None:
    """What a BIDS file name says of the volume's space."""
    entity = _SPACE_ENTITY.search(path.name)
    if entity is not None:
        return "native" if entity[1] in _NATIVE_SPACES else entity[1]
    return "native" if _BIDS_RAW.fullmatch(path.name) else None


# Voxels


def _check_drawable(facts: VolumeFacts) -> None:
    """Refuse what is no volume of numbers or colours."""
    dtype, shape = facts.dtype, facts.stored_shape
    if dtype.names is None and (dtype.kind not in "iuf" or dtype.itemsize > 8):
        raise DataError(
            f"{facts.path}: its voxels are {dtype.name}, which has no grey value here; "
            "convert them to a real type of at most 64 bits (of complex numbers, take the magnitude)"
        )
    if len(shape) < 3 or sum(n > 1 for n in shape[:3]) < 2:
        raise DataError(f"{facts.path}: its shape is {_size_text(shape)}, which is no volume; give one of three axes")
    if sum(n > 1 for n in shape[3:]) > 1:
        raise DataError(
            f"{facts.path}: its shape is {_size_text(shape)}, and only one axis beyond the third can be stepped "
            "through; save the volume that is wanted as a file of its own"
        )


def _read_voxels(facts: VolumeFacts, time_index: int) -> npt.NDArray[Any]:
    """One volume of a file, read-only, x fastest; memory-mapped where the file holds it just so."""
    colours = () if facts.dtype.names is None else (len(facts.dtype.names),)
    dtype: np.dtype[Any] = np.dtype(np.uint8) if colours else facts.dtype
    shape = (*colours, *facts.shape)
    n_bytes = math.prod(shape) * dtype.itemsize
    # The axes beyond the third run slowest: each volume is one piece.
    offset = facts.data_offset + time_index * n_bytes
    voxels: npt.NDArray[Any]
    if dtype.isnative and not facts.is_compressed:
        with _reading(facts.data_path) as stream:
            voxels = np.asarray(np.memmap(stream, dtype=dtype, mode="r", offset=offset, shape=shape, order="F"))
    else:
        voxels = _read_block(facts.data_path, offset, n_bytes).view(dtype).reshape(shape, order="F")
        if not dtype.isnative:
            voxels = voxels.byteswap(inplace=True).view(dtype.newbyteorder("="))
        voxels.flags.writeable = False
    return np.moveaxis(voxels, 0, -1) if colours else voxels


def _read_block(path: Path, offset: int, n_bytes: int) -> npt.NDArray[np.uint8]:
    """Bytes of a file; of a gzip file the check sum is compared where it is near.

    Read piece by piece, as `GzipFile.readinto` makes a copy of all that it is asked for.
    """
    try:
        block = np.empty(n_bytes, dtype=np.uint8)
    except MemoryError as error:
        raise DataError(f"{path}: its voxels take {n_bytes} bytes, more than this machine can give") from error
    view = block.data
    with _reading(path) as stream:
        stream.seek(offset)
        n_filled = 0
        while n_filled < n_bytes:
            n_read = stream.readinto(view[n_filled : n_filled + _PIECE_BYTES])
            if not n_read:
                raise DataError(f"{path}: ends after {n_filled} of {n_bytes} bytes of voxels; get the file again")
            n_filled += n_read
        if isinstance(stream, gzip.GzipFile):
            for _ in range(_CHECKSUM_SEEK_BYTES // _PIECE_BYTES):
                if not stream.read(_PIECE_BYTES):
                    break
    return block


# Words


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _size_text(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


def _spatial(stored_shape: tuple[int, ...]) -> tuple[int, int, int]:
    nx, ny, nz = (*stored_shape, 1, 1)[:3]
    return nx, ny, nz
