"""The frozen types that the packages exchange.

Arrays in them are never written to. Axis orders: voxels (i, j, k) as stored, positions (n, 3) or
(n, 2), sound (n_channels, n_samples), activity (n_rows, n_columns).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from corticast.core.timing import exact

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

ElectrodesSpace = Literal["world", "tkras", "voxel", "picture"]


@dataclass(frozen=True, eq=False)
class Volume:
    """A brain volume as it is stored, and where it lies in the world.

    Parameters
    ----------
    voxels : (nx, ny, nz) of the stored type in native byte order, or (nx, ny, nz, 3 or 4) uint8 for RGB(A)
        Fortran-ordered (x fastest), possibly memory-mapped. Scaled value = voxels · slope + inter.
    affine : (4, 4) float64, voxel index -> RAS+ mm
    slope, inter : scaling of the stored values
    name : for titles and messages
    path : file it came from, None when made in memory
    time_index : which volume of a 4-D file this is
    space : BIDS name of the template ("MNI152NLin2009cAsym", "MNI", "Talairach"), "native", or None when unknown
    sided : False when the file sets no qform and no sform, so that left and right are a guess
    header_window : cal_min and cal_max, where the header sets them
    warnings : what a person should know of the file
    """

    voxels: npt.NDArray[Any]
    affine: FloatArray
    slope: float = 1.0
    inter: float = 0.0
    name: str = "volume"
    path: Path | None = None
    time_index: int = 0
    space: str | None = None
    sided: bool = True
    header_window: tuple[float, float] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of voxels along i, j, k."""
        nx, ny, nz = self.voxels.shape[:3]
        return nx, ny, nz

    @property
    def is_rgb(self) -> bool:
        """Whether voxels are colours, not values."""
        return self.voxels.ndim == 4


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture to draw electrodes on.

    Parameters
    ----------
    pixels : (height, width, 3) uint8, sRGB, row 0 is the top
    """

    pixels: npt.NDArray[np.uint8]
    name: str = "picture"
    path: Path | None = None


@dataclass(frozen=True, eq=False)
class Electrodes:
    """An electrode table as read, rows without a position included.

    Parameters
    ----------
    names : one per row, as in the table
    pos : (n, 3) float64 in the table's own space (mm; voxel indices in space "voxel"), or (n, 2) (column, row)
        pixels of a picture; NaN in rows without a position
    space : "world", "tkras", "voxel" or "picture": how `pos` is to be read; None when neither the table nor its
        coordinate system says, then it is taken as world
    frame : BIDS name of the coordinate system ("MNI152NLin2009aSym", "ACPC", "native"), None when unknown
    bad : (n,) bool, channels marked bad: drawn hollow
    columns : every further column of the table by name, as text, one entry per row
    warnings : what a person should know of the table
    """

    names: tuple[str, ...]
    pos: FloatArray
    space: ElectrodesSpace | None = None
    frame: str | None = None
    bad: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    path: Path | None = None
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.bad.shape != (len(self.names),):
            object.__setattr__(self, "bad", np.zeros(len(self.names), dtype=bool))

    @property
    def has_position(self) -> BoolArray:
        """(n,) bool, rows with a usable position."""
        return np.asarray(np.isfinite(self.pos).all(axis=1), dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class PlacedElectrodes:
    """Electrodes where they are drawn: world millimetres, or pixels of a picture.

    Parameters
    ----------
    table : the table they come from
    pos : (n, 3) float64 RAS+ mm, or (n, 2) float64 (column, row) pixels; NaN in rows that are not drawn
    share_inside : of those with a position, the share inside the volume's box or the picture; None without either
    warnings : what a person should know of the placement
    """

    table: Electrodes
    pos: FloatArray
    share_inside: float | None = None
    warnings: tuple[str, ...] = ()

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
        """For titles and messages."""

    def blocks(
        self, block_size: int = 65536, start: int = 0, stop: int | None = None
    ) -> Iterator[npt.NDArray[np.float32]]:
        """Blocks of shape (n_channels, n <= block_size) of the samples from `start` to before `stop`.

        Samples are finite; full scale is ±1, and what lies beyond is kept.
        """


@dataclass(frozen=True, eq=False)
class SampledSound:
    """Sound that is held in memory: an `AudioSource` of an array.

    Parameters
    ----------
    samples : (n_channels, n_samples) float32, full scale ±1
    sample_rate : samples per second and channel
    name : for titles and messages
    """

    samples: npt.NDArray[np.float32]
    sample_rate: int
    name: str = "sound"

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return int(self.samples.shape[0])

    @property
    def n_samples(self) -> int:
        """Samples per channel."""
        return int(self.samples.shape[1])

    def blocks(
        self, block_size: int = 65536, start: int = 0, stop: int | None = None
    ) -> Iterator[npt.NDArray[np.float32]]:
        """Blocks of shape (n_channels, n <= block_size) of the samples from `start` to before `stop`."""
        last = self.n_samples if stop is None else min(stop, self.n_samples)
        for first in range(start, last, block_size):
            yield self.samples[:, first : min(first + block_size, last)]


@dataclass(frozen=True, eq=False)
class Activity:
    """What electrodes show over time.

    Parameters
    ----------
    values : (n_rows, n_columns) float32; 0 is rest and 1 full activity (-1..1 when signed)
    column_rate_hz : columns per second, held as a `Fraction`; a float stands for the decimal that Python prints of it
    start_s : time of column 0 in seconds, held as a `Fraction` too
    row_of_electrode : (n_electrodes,) intp, the row each electrode shows, -1 for none
    signed : whether values go below zero, for a diverging map
    warnings : what a person should know (a silent sound, bands above Nyquist)
    quantity : what is shown, for the colour bar
    full_scale : how much of it activity 1 is
    hollow : (n_electrodes,) bool, electrodes without data, drawn hollow; None if all have data
    rests_outside : whether electrodes rest before the first column and from `end_s` on; else the values there hold

    Raises
    ------
    OptionError : the rate or the start is no finite number
    """

    values: npt.NDArray[np.float32]
    column_rate_hz: Fraction | float
    row_of_electrode: npt.NDArray[np.intp]
    start_s: Fraction | float = Fraction(0)
    signed: bool = False
    warnings: tuple[str, ...] = ()
    quantity: str = "activity"
    full_scale: float = 1.0
    hollow: BoolArray | None = None
    rests_outside: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "column_rate_hz", exact(self.column_rate_hz, "column_rate_hz"))
        object.__setattr__(self, "start_s", exact(self.start_s, "start_s"))

    @property
    def end_s(self) -> Fraction:
        """Time after the last column, in seconds."""
        return exact(self.start_s) + Fraction(self.values.shape[1]) / exact(self.column_rate_hz)

    def at(self, time_s: Fraction | float) -> npt.NDArray[np.float32]:
        """Activity of each electrode at a time, linear between columns; outside them held, or at rest.

        Parameters
        ----------
        time_s : seconds; a float stands for the decimal that Python prints of it

        Returns
        -------
        (n_electrodes,) float32; electrodes that show no row have 0
        """
        return of_electrodes(self.rows_at(time_s), self.row_of_electrode)

    def rows_at(self, time_s: Fraction | float) -> npt.NDArray[np.float32]:
        """(n_rows,) float32 of each row at a time, as `at`."""
        n_columns = self.values.shape[1]
        position = (exact(time_s) - exact(self.start_s)) * exact(self.column_rate_hz)
        if self.rests_outside and not 0 <= position < n_columns:
            return np.zeros(len(self.values), dtype=np.float32)
        position = min(max(position, Fraction(0)), Fraction(n_columns - 1))
        left = min(int(position), max(n_columns - 2, 0))
        right = min(left + 1, n_columns - 1)
        weight = np.float32(float(position - left))
        return np.asarray(self.values[:, left] * (1 - weight) + self.values[:, right] * weight)


def of_electrodes(rows: npt.NDArray[np.float32], row_of_electrode: npt.NDArray[np.intp]) -> npt.NDArray[np.float32]:
    """Activity of each electrode.

    Parameters
    ----------
    rows : (n_rows,) float32, at least one
    row_of_electrode : (n_electrodes,) the row each electrode shows, -1 for none

    Returns
    -------
    (n_electrodes,) float32; electrodes that show no row have 0
    """
    return np.where(row_of_electrode >= 0, rows[row_of_electrode], np.float32(0))


@runtime_checkable
class Drive(Protocol):
    """Makes the activity of electrodes."""

    def activity(self, electrodes: PlacedElectrodes) -> Activity:
        """Activity of each row of the electrode table."""


@dataclass(frozen=True, eq=False)
class FrameState:
    """What one frame shows.

    Parameters
    ----------
    planes_mm : world planes x, y, z, shown by every panel that has no plane of its own
    activity : (n_electrodes,) float32, one value per row of the table; None without electrodes
    clock : text of the clock
    turn_deg : how far views from outside have turned
    window : scaled values of the volume drawn black and white
    """

    planes_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    activity: npt.NDArray[np.float32] | None = None
    clock: str = ""
    turn_deg: float = 0.0
    window: tuple[float, float] = (0.0, 1.0)
