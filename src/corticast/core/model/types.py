"""The frozen types that the packages exchange.

Arrays in them are never written to. Axis orders: voxels (i, j, k) as stored, positions (n, 3) or
(n, 2), sound (n_channels, n_samples), activity (n_rows, n_columns).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, Protocol, get_args, runtime_checkable

import numpy as np
import numpy.typing as npt

from corticast.core.arguments import (
    came,
    check_array,
    check_choice,
    check_kind,
    check_names,
    check_real,
    check_text,
    check_whole,
    named_arguments,
    short_repr,
)
from corticast.core.model.meaning import INTENSITY, Meaning
from corticast.core.timing import exact
from corticast.errors import DataError, warning_lines

# Arrays by type, for all modules.
Float32Array = npt.NDArray[np.float32]
Float64Array = npt.NDArray[np.float64]
UInt16Array = npt.NDArray[np.uint16]
BoolArray = npt.NDArray[np.bool_]
IntpArray = npt.NDArray[np.intp]
UInt8Array = npt.NDArray[np.uint8]

_VOXELS = "an array (nx, ny, nz) of real numbers, or (nx, ny, nz, 3 or 4) of uint8 for colours"
_POSITIONS = "positions (n, 3) in mm or (n, 2) in pixels, NaN for contacts without one"
# An affine is flat if a voxel's volume is below this share of the product of its edges.
_LEAST_VOLUME_SHARE = 1e-6

ElectrodesSpace = Literal["world", "tkras", "voxel", "picture"]
LengthUnit = Literal["m", "cm", "mm", "um"]
# In mm; from the largest unit to the smallest.
MM_PER_UNIT: Mapping[LengthUnit, float] = {"m": 1000.0, "cm": 10.0, "mm": 1.0, "um": 0.001}


@named_arguments
@dataclass(frozen=True, eq=False)
class Volume:
    """A brain volume with its stored voxels, and its place in the world.

    Parameters
    ----------
    voxels : (nx, ny, nz) of the stored type in native byte order, or (nx, ny, nz, 3 or 4) uint8 for RGB(A)
        Fortran-ordered (x fastest). Scaled value = voxels · slope + inter.
    affine : (4, 4) float64, voxel index -> RAS+ mm
    slope, inter : scaling of the stored values
    name : name for titles and messages
    path : path of the file; None for a volume from memory
    time_index : index of this volume in a 4-D file
    space : BIDS name of the template ("MNI152NLin2009cAsym", "MNI", "Talairach"), "native", or None if unknown
    sided : False if the file sets neither qform nor sform, so that left and right are a guess
    header_window : cal_min and cal_max, if the header sets them
    warnings : warnings about the file, one line each
    meaning : labels, a statistic or intensities, as the file says
    """

    voxels: npt.NDArray[Any]
    affine: Float64Array
    slope: float = 1.0
    inter: float = 0.0
    name: str = "volume"
    path: Path | None = None
    time_index: int = 0
    space: str | None = None
    sided: bool = True
    header_window: tuple[float, float] | None = None
    warnings: tuple[str, ...] = ()
    meaning: Meaning = INTENSITY

    __repr__ = short_repr

    def __post_init__(self) -> None:
        _check_voxels(self.voxels)
        object.__setattr__(self, "warnings", warning_lines(self.warnings))
        object.__setattr__(self, "affine", _usable_affine(self.affine))
        check_real("slope", self.slope, "the factor of the stored values")
        check_real("inter", self.inter, "the intercept of the stored values")
        check_text("name", self.name, "a name for titles and messages")
        if self.space is not None:
            check_text("space", self.space, 'the BIDS name of a template, "native", or None')

    @classmethod
    def from_array(
        cls, values: npt.ArrayLike, affine: npt.ArrayLike, *, name: str = "volume", space: str | None = None
    ) -> Volume:
        """A volume from an array in memory.

        The array is not copied, unless it has another byte order or more than 64 bits per number.

        Parameters
        ----------
        values : (nx, ny, nz) real, or (nx, ny, nz, 3 or 4) uint8 for RGB(A)
        affine : (4, 4), voxel index -> RAS+ mm
        name : name for titles and messages
        space : BIDS name of the template, "native", or None if unknown

        Raises
        ------
        DataError : the array has another shape or type, or the affine cannot place a volume
        """
        array = check_array("values", values, _VOXELS, n_axes=(3, 4))
        if array.dtype.itemsize > 8:
            array = array.astype(np.float64)
        if not array.dtype.isnative:
            array = array.astype(array.dtype.newbyteorder("="))
        return cls(array, np.asarray(affine), name=name, space=space)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of voxels along i, j, k."""
        nx, ny, nz = self.voxels.shape[:3]
        return nx, ny, nz

    @property
    def is_rgb(self) -> bool:
        """Whether voxels are colours instead of values."""
        return self.voxels.ndim == 4


@named_arguments
@dataclass(frozen=True, eq=False)
class Picture:
    """A picture to draw electrodes on.

    Parameters
    ----------
    pixels : (height, width, 3) uint8, sRGB, row 0 is the top
    name : name for titles and messages
    path : path of the file; None for a picture in memory
    warnings : warnings about the file, one line each
    """

    pixels: UInt8Array
    name: str = "picture"
    path: Path | None = None
    warnings: tuple[str, ...] = ()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        pixels = self.pixels
        is_picture = isinstance(pixels, np.ndarray) and pixels.ndim == 3 and pixels.shape[2] == 3 and pixels.size > 0
        if not is_picture or pixels.dtype != np.uint8:
            raise DataError(f"pixels {came(pixels)}: give an array (height, width, 3) of uint8, sRGB")
        check_text("name", self.name, "a name for titles and messages")
        object.__setattr__(self, "warnings", warning_lines(self.warnings))


@named_arguments
@dataclass(frozen=True, eq=False)
class Electrodes:
    """An electrode table, including rows without a position.

    Parameters
    ----------
    names : names, one per row of the table
    pos : (n, 3) float64 in the table's own space (mm; voxel indices in space "voxel"), or (n, 2) (column, row)
        pixels of a picture; NaN in rows without a position
    space : how to read `pos`: "world", "tkras", "voxel" or "picture"; None if neither the table nor its coordinate
        system says so, which counts as world
    frame : BIDS name of the coordinate system ("MNI152NLin2009aSym", "ACPC", "native"); None if unknown
    bad : (n,) bool, channels marked bad, which are drawn hollow
    columns : further columns of the table by name, as texts, one per row
    units : of further columns, by the column's name
    warnings : warnings about the table, one line each
    unit : unit of the positions before they became mm
    stated_unit : unit that the file or the library states; None without. `place` may find that another one fits alone
    from_first_voxel : whether positions in space "voxel" are mm along the volume's stored axes in place of indices
    rule : how the positions were found in the file, such as "columns R, A, S"; "" for columns x, y, z
    read_with : options that the file was read with, as a scene file names them
    intended_for : images that a coordsystem.json names as those of the contacts (IntendedFor): paths of files, and
        URIs ("bids::...") of missing ones
    trans_beside : name of a transform from head coordinates to the MRI that lies beside the file and was not used; ""
        without one
    subjects : subject of each row, in a table of several subjects; empty in a table of one
    own_names : names within the subjects, in a table of several subjects
    parts : the tables that were joined, which are placed one by one; empty in a table of one subject
    """

    names: tuple[str, ...]
    pos: Float64Array
    space: ElectrodesSpace | None = None
    frame: str | None = None
    bad: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    path: Path | None = None
    warnings: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    unit: LengthUnit = "mm"
    stated_unit: LengthUnit | None = None
    rule: str = ""
    from_first_voxel: bool = False
    read_with: Mapping[str, str] = field(default_factory=dict)
    intended_for: tuple[str, ...] = ()
    trans_beside: str = ""
    subjects: tuple[str, ...] = ()
    own_names: tuple[str, ...] = ()
    parts: tuple[Electrodes, ...] = ()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        pos = check_array("pos", self.pos, _POSITIONS, n_axes=(2,), empty=True)
        if pos.shape[1] not in (2, 3) or np.isinf(pos).any():
            raise DataError(f"pos {came(pos)}{' with infinite values' * bool(np.isinf(pos).any())}: give {_POSITIONS}")
        names = check_names("names", self.names, len(pos), f"one name for each of the {len(pos)} rows of pos")
        if self.space is not None:
            check_choice("space", self.space, get_args(ElectrodesSpace))
        if self.frame is not None:
            check_text("frame", self.frame, 'the BIDS name of a coordinate system, such as "ACPC", or None')
        for name, unit in (("unit", self.unit), ("stated_unit", self.stated_unit)):
            if unit is not None:
                check_choice(name, unit, get_args(LengthUnit))
        object.__setattr__(self, "pos", np.asarray(pos, dtype=np.float64))
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "warnings", warning_lines(self.warnings))
        object.__setattr__(self, "bad", _marks("bad", self.bad, len(names)))
        _check_columns(self.columns, len(names))
        for field_name, words in (("subjects", self.subjects), ("own_names", self.own_names)):
            if words:
                check_names(field_name, words, len(names), f"one for each of the {len(names)} electrodes")

    @property
    def has_position(self) -> BoolArray:
        """(n,) bool, rows with a position."""
        return np.asarray(np.isfinite(self.pos).all(axis=1), dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class PlacedElectrodes:
    """Electrodes with their places in the world (mm) or on a picture (pixels).

    Parameters
    ----------
    table : table of the electrodes
    pos : (n, 3) float64 RAS+ mm, or (n, 2) float64 (column, row) pixels; NaN in rows that are not drawn
    share_inside : share of the contacts inside the volume's box or the picture; None without either
    warnings : warnings about the placement, one line each
    n_left_out : contacts with a position that a selection leaves out; their rows of `pos` are NaN
    selected : (n,) bool, rows that a selection keeps, with a position or without; None without a selection
    """

    table: Electrodes
    pos: Float64Array
    share_inside: float | None = None
    warnings: tuple[str, ...] = ()
    n_left_out: int = 0
    selected: BoolArray | None = None

    __repr__ = short_repr

    @property
    def in_picture(self) -> bool:
        """Whether positions are pixels of a picture."""
        return bool(self.pos.shape[1] == 2)

    @property
    def drawn(self) -> BoolArray:
        """(n,) bool, rows that are drawn."""
        return np.asarray(np.isfinite(self.pos).all(axis=1), dtype=np.bool_)


@runtime_checkable
class AudioSource(Protocol):
    """Sound that is read in blocks."""

    @property
    def sample_rate(self) -> int:
        """Samples per second and channel."""

    @property
    def n_channels(self) -> int:
        """Number of channels."""

    @property
    def n_samples(self) -> int:
        """Samples per channel."""

    @property
    def name(self) -> str:
        """Name for titles and messages."""

    def blocks(self, block_size: int = 65536, start: int = 0, stop: int | None = None) -> Iterator[Float32Array]:
        """Blocks of shape (n_channels, n <= block_size) with the samples from `start` to before `stop`.

        Samples are finite. Full scale is ±1, and samples beyond it are kept.
        """


# Full scale is 1. Files of 32-bit integers written as floats reach 2e9; squares of much larger samples leave float32.
LARGEST_SAMPLE = 1e10


@named_arguments
@dataclass(frozen=True, eq=False)
class SampledSound:
    """Sound in memory: an `AudioSource` from an array.

    Parameters
    ----------
    samples : (n_channels, n_samples) float32, full scale ±1
    sample_rate : samples per second and channel
    name : name for titles and messages
    """

    samples: Float32Array
    sample_rate: int
    name: str = "sound"

    __repr__ = short_repr

    def __post_init__(self) -> None:
        want = "float32 of shape (n_channels, n_samples), full scale ±1"
        samples = check_array("samples", self.samples, want, n_axes=(2,), finite=True, empty=True)
        if samples.dtype.kind != "f" or samples.shape[0] > samples.shape[1] > 0:
            raise DataError(f"samples {came(samples)}: give {want}")
        if samples.size and max(samples.max(), -samples.min()) > LARGEST_SAMPLE:
            raise DataError(f"samples {came(samples)}: some values are above {LARGEST_SAMPLE:g}; give {want}")
        check_whole("sample_rate", self.sample_rate, "whole samples per second, above 0", low=1)
        check_text("name", self.name, "a name for titles and messages")
        object.__setattr__(self, "samples", samples.astype(np.float32, copy=False))

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return int(self.samples.shape[0])

    @property
    def n_samples(self) -> int:
        """Samples per channel."""
        return int(self.samples.shape[1])

    def blocks(self, block_size: int = 65536, start: int = 0, stop: int | None = None) -> Iterator[Float32Array]:
        """Blocks of shape (n_channels, n <= block_size) with the samples from `start` to before `stop`."""
        check_whole("block_size", block_size, "the largest number of samples of a block, 1 or more", low=1)
        last = self.n_samples if stop is None else min(stop, self.n_samples)
        for first in range(start, last, block_size):
            yield self.samples[:, first : min(first + block_size, last)]


@dataclass(frozen=True)
class Measured:
    """How activity was measured, in the words of a caption; "" without a word.

    Parameters
    ----------
    source : sound, recording or table
    band_hz : lowest and highest frequency in Hz; None without a band
    reference : of a recording, such as "average within shafts"
    baseline : of z-scores, such as "0–10 s (mean, SD)"; "none" for amplitudes
    smoothing : in time, with its lead or its delay in milliseconds
    smoothing_short : the same in fewer words
    scale : meaning of full activity, where contacts differ in it
    rows : kind of the rows that a sound is divided into
    order : which contacts have the rows of low frequencies, such as "low ones at the bottom"
    name : of the table's file
    methods : sentences for a paper's methods
    """

    source: Literal["sound", "recording", "table"] = "table"
    band_hz: tuple[float, float] | None = None
    reference: str = ""
    baseline: str = ""
    smoothing: str = ""
    smoothing_short: str = ""
    scale: str = ""
    rows: str = "bands"
    order: str = ""
    name: str = ""
    methods: str = ""


@named_arguments
@dataclass(frozen=True, eq=False)
class Activity:
    """Activity of electrodes over time.

    Parameters
    ----------
    values : (n_rows, n_columns) float32; 0 is rest and 1 full activity (-1..1 when signed)
    column_rate_hz : columns per second, held as a `Fraction`; see `exact` on floats
    start_s : time of column 0 in seconds, held as a `Fraction` too
    row_of_contact : (n_contacts,) intp, row of each contact, -1 without a row
    signed : whether values may be negative, for a diverging colour map
    warnings : warnings, for example of silent sound or of bands above Nyquist
    quantity : name of the values, for the colour bar
    full_scale : value of the quantity at activity 1
    hollow : (n_contacts,) bool, contacts without data, drawn hollow; None if all have data
    rests_outside : whether activity is 0 before the first column and from `end_s` on; else these columns last
    unit : of the quantity, such as "µV" or "z"; "" without one
    measured : source, band, reference, baseline and smoothing
    pairs : (n_pairs, 2) intp, rows of the table; then a contact is a pair of the table's, at its midpoint
    n_clipped, n_values : values of good contacts beyond full scale, which are drawn at full scale, and all their values
    beyond : (n_rows, ceil(n_columns / 8)) uint8, a bit per value as `np.packbits` has it, 1 beyond full scale; None if
        unknown
    gaps : (n_columns,) bool, columns without data, in which all contacts rest; None without such columns

    Raises
    ------
    OptionError : the rate or the start is not a finite number
    """

    values: Float32Array
    column_rate_hz: Fraction | float
    row_of_contact: IntpArray
    start_s: Fraction | float = Fraction(0)
    signed: bool = False
    warnings: tuple[str, ...] = ()
    quantity: str = "activity"
    full_scale: float = 1.0
    hollow: BoolArray | None = None
    rests_outside: bool = False
    unit: str = ""
    measured: Measured = Measured()
    n_clipped: int = 0
    n_values: int = 0
    pairs: IntpArray | None = None
    beyond: UInt8Array | None = None
    gaps: BoolArray | None = None

    __repr__ = short_repr

    def __post_init__(self) -> None:
        object.__setattr__(self, "column_rate_hz", exact(self.column_rate_hz, "column_rate_hz"))
        object.__setattr__(self, "start_s", exact(self.start_s, "start_s"))
        check_real("column_rate_hz", self.column_rate_hz, "columns per second, above 0", above=0)
        check_array("values", self.values, "real numbers of shape (n_rows, n_columns)", n_axes=(2,))
        rows, n_rows = self.row_of_contact, len(self.values)
        if not isinstance(rows, np.ndarray) or rows.ndim != 1 or rows.dtype.kind not in "iu":
            raise DataError(f"row_of_contact {came(rows)}: give (n_contacts,) whole numbers, -1 for no row")
        if rows.size and not -1 <= rows.min() <= rows.max() < n_rows:
            raise DataError(f"row_of_contact from {rows.min()} to {rows.max()}: give -1 to {n_rows - 1}")

    @property
    def end_s(self) -> Fraction:
        """Time of the end of the last column in seconds."""
        return exact(self.start_s) + Fraction(self.values.shape[1]) / exact(self.column_rate_hz)

    def at(self, time_s: Fraction | float) -> Float32Array:
        """Activity of each electrode at a time, linear between columns. `rests_outside` decides about other times.

        Parameters
        ----------
        time_s : seconds; see `exact` on floats

        Returns
        -------
        (n_contacts,) float32; 0 for contacts without a row
        """
        return of_contacts(self.rows_at(time_s), self.row_of_contact)

    def is_known_at(self, time_s: Fraction | float) -> bool:
        """Whether a time lies in no gap of the data and, where the activity rests outside them, within the data."""
        if self.rests_outside and not exact(self.start_s) <= exact(time_s) < self.end_s:
            return False
        if self.gaps is None:
            return True
        column = int((exact(time_s) - exact(self.start_s)) * exact(self.column_rate_hz))
        return not 0 <= column < len(self.gaps) or not bool(self.gaps[column])

    def rows_at(self, time_s: Fraction | float) -> Float32Array:
        """(n_rows,) float32, activity of each row at a time; see `at`."""
        n_columns = self.values.shape[1]
        position = (exact(time_s) - exact(self.start_s)) * exact(self.column_rate_hz)
        if self.rests_outside and not 0 <= position < n_columns:
            return np.zeros(len(self.values), dtype=np.float32)
        position = min(max(position, Fraction(0)), Fraction(n_columns - 1))
        left = min(int(position), max(n_columns - 2, 0))
        right = min(left + 1, n_columns - 1)
        weight = np.float32(float(position - left))
        return np.asarray(self.values[:, left] * (1 - weight) + self.values[:, right] * weight)


def _check_voxels(voxels: Any) -> None:
    is_array = isinstance(voxels, np.ndarray) and voxels.size > 0
    is_grey = is_array and voxels.ndim == 3 and voxels.dtype.kind in "iufb" and voxels.dtype.itemsize <= 8
    is_colour = is_array and voxels.ndim == 4 and voxels.shape[3] in (3, 4) and voxels.dtype == np.uint8
    if not (is_grey or is_colour) or not voxels.dtype.isnative:
        raise DataError(f"voxels {came(voxels)}: give {_VOXELS}")


def _usable_affine(affine: Any) -> Float64Array:
    """An affine as (4, 4) float64, if it can place a volume."""
    want = "a (4, 4) affine from voxel index to RAS+ mm"
    matrix = check_array("affine", affine, want, n_axes=(2,), finite=True).astype(np.float64)
    if matrix.shape != (4, 4) or (matrix[3] != (0, 0, 0, 1)).any():
        raise DataError(f"affine {came(matrix)}: give {want}, its last row 0, 0, 0, 1")
    edges = np.linalg.norm(matrix[:3, :3], axis=0)
    if abs(np.linalg.det(matrix[:3, :3])) <= _LEAST_VOLUME_SHARE * edges.prod():
        sizes = " x ".join(f"{edge:g}" for edge in edges)
        raise DataError(f"affine whose voxels, {sizes} mm, have no volume: give {want}")
    return matrix


def _marks(name: str, marks: Any, n: int) -> BoolArray:
    """(n,) bool, all False if the marks are empty."""
    array = np.asarray(marks)
    if array.shape == (0,):
        return np.zeros(n, dtype=bool)
    if array.shape != (n,) or array.dtype.kind != "b":
        raise DataError(f"{name} {came(array)}: give ({n},) bool")
    return array


def _check_columns(columns: Any, n: int) -> None:
    if not isinstance(columns, Mapping):
        raise DataError(f"columns {came(columns)}: give texts by the column's name")
    for title, texts in columns.items():
        check_names(f"columns[{title!r}]", texts, n, f"one text for each of the {n} electrodes")


def check_audio(audio: Any) -> None:
    """Refuse a value that is no sound.

    Raises
    ------
    OptionError : the value cannot be used
    """
    check_kind("audio", audio, AudioSource, "a sound from load_audio, or a SampledSound")


def check_placed(electrodes: Any) -> None:
    """Refuse a value that is no table of electrodes with their places.

    Raises
    ------
    OptionError : the value cannot be used
    """
    check_kind("electrodes", electrodes, PlacedElectrodes, "PlacedElectrodes")


def of_contacts(rows: Float32Array, row_of_contact: IntpArray) -> Float32Array:
    """Activity of each electrode.

    Parameters
    ----------
    rows : (n_rows,) float32, at least one
    row_of_contact : (n_contacts,) row of each contact, -1 without a row

    Returns
    -------
    (n_contacts,) float32; 0 for contacts without a row
    """
    return np.where(row_of_contact >= 0, rows[row_of_contact], np.float32(0))


@runtime_checkable
class Drive(Protocol):
    """Makes the activity of electrodes."""

    def activity(self, electrodes: PlacedElectrodes) -> Activity:
        """Activity of each row of the electrode table."""


@dataclass(frozen=True, eq=False)
class FrameState:
    """The content of one frame.

    Parameters
    ----------
    planes_mm : world planes x, y, z, shown by every panel without a plane of its own
    activity : (n_contacts,) float32, one value per row of the table; None without contacts
    clock : text of the clock
    turn_deg : turn of views from outside, in degrees
    window : scaled values of the volume drawn black and white
    """

    planes_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    activity: Float32Array | None = None
    clock: str = ""
    turn_deg: float = 0.0
    window: tuple[float, float] = (0.0, 1.0)
