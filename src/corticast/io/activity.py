"""Activity tables (time by contacts): TSV, CSV and NPY."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Float64Array
from corticast.core.timing import exact
from corticast.errors import DataError, warning_lines
from corticast.io.decimal_commas import number_of
from corticast.io.door import check_exists, opened
from corticast.io.file_kinds import ACTIVITY_ARRAY, ACTIVITY_TEXT
from corticast.io.library_warnings import Listener
from corticast.io.library_words import NUMPY
from corticast.io.mne_formats import way_to_convert
from corticast.io.npy import read_npy
from corticast.io.recording import RECORDING_SUFFIXES
from corticast.io.rename import read_rename, renamed
from corticast.io.sampling import first_irregular, rate_hz
from corticast.io.tables import MISSING_NUMBER, Table, read_lines

ACTIVITY_SUFFIXES = (".tsv", ".csv", ".npy")
_TIME_COLUMNS = ("time", "onset", "t")


@dataclass(frozen=True, eq=False)
class ActivityTable:
    """The content of an activity file.

    Parameters
    ----------
    path : path of the file
    values : (n_channels, n_samples) real, in memory; missing values are NaN
    names : channel names; None if the file has no names
    sample_rate : samples per second from the file's time column; None without this column
    start_s : time of the first sample from the time column; 0 without this column
    warnings : warnings about the file, one line each
    """

    path: Path
    values: npt.NDArray[Any]
    names: tuple[str, ...] | None
    sample_rate: Fraction | None = None
    start_s: Fraction = Fraction(0)
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "warnings", warning_lines(self.warnings))

    def rate(self, given_hz: Fraction | float | None) -> Fraction:
        """Samples per second.

        Parameters
        ----------
        given_hz : the rate that the user gives, or None

        Raises
        ------
        DataError : the rate is unknown, or the time column disagrees with `given_hz`
        """
        if given_hz is None and self.sample_rate is None:
            raise DataError(f"{self.path}: unknown sample rate; give --activity-rate HZ, or a first column time")
        if given_hz is None or self.sample_rate is None:
            return exact(given_hz or self.sample_rate or 0)
        if abs(exact(given_hz) - self.sample_rate) > exact(given_hz) / 100:
            raise DataError(
                f"{self.path}: the time column has {float(self.sample_rate):g} samples per second, but --activity-rate "
                f"{float(given_hz):g} was given; leave the option out, or correct the column"
            )
        return exact(given_hz)


def load_activity(path: str | os.PathLike[str], rename: Path | None = None) -> ActivityTable:
    """Read an activity table.

    Parameters
    ----------
    path : NPY of shape (n_samples, n_channels), or (n_samples,) for one channel; TSV or CSV with one row per sample
        below a header of channel names; the first column may hold the time in seconds if its name is time, onset or t
    rename : table of two columns that gives channels the names of contacts; None keeps their names

    Raises
    ------
    DataError : the file cannot be read, has another shape, or has irregular times; the text names the line
    """
    path = Path(path)
    if why := way_to_convert(path):
        raise DataError(f"{path}: {why}; or give {', '.join(ACTIVITY_SUFFIXES + RECORDING_SUFFIXES)}")
    check_exists(path, ACTIVITY_ARRAY if path.suffix.lower() == ".npy" else ACTIVITY_TEXT)
    if path.suffix.lower() == ".npy":
        listener = Listener(path, NUMPY)
        with listener.listening():
            values = _read_npy(path)
        return ActivityTable(path, values, None, warnings=listener.lines)
    if path.suffix.lower() in ACTIVITY_SUFFIXES:
        table = _read_text(path)
        if rename is None or table.names is None:
            return table
        names, warnings = renamed(table.names, read_rename(rename), path, rename)
        return replace(table, names=names, warnings=(*table.warnings, *warnings))
    if path.suffix.lower() in (".eeg", ".vmrk"):
        raise DataError(f"{path}: part of a BrainVision recording; give its header, {path.stem}.vhdr")
    raise DataError(
        f"{path}: unknown file type for --activity; give {', '.join(ACTIVITY_SUFFIXES)}, or a recording "
        f"({', '.join(RECORDING_SUFFIXES)})"
    )


def _read_npy(path: Path) -> npt.NDArray[Any]:
    array = read_npy(path, (1, 2), "real numbers of shape (n_samples, n_contacts)")
    return array[None] if array.ndim == 1 else array.T


def _read_text(path: Path) -> ActivityTable:
    header, numbers = _columns(path)
    has_time = header[0].lower() in _TIME_COLUMNS
    names = header[1:] if has_time else header
    if not names:
        raise DataError(f"{path}: only a column of times; add one column per contact")
    if [number_of(name) for name in header].count(None) == 0 and not _is_counted(header):
        raise DataError(f"{path}: line 1 holds numbers; add a header of contact names, or give a NPY file")
    unnamed = next((number for number, name in enumerate(header, 1) if not name), None)
    if unnamed is not None:
        raise DataError(f"{path}: column {unnamed} has no name; name it after its contact")
    twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if twice is not None:
        raise DataError(f"{path}: two columns are named {twice!r}; rename one of them")
    if not has_time:
        return ActivityTable(path, numbers.T, names)
    rate_hz = _rate_of(path, header[0], numbers[:, 0])
    return ActivityTable(path, numbers[:, 1:].T, names, rate_hz, exact(numbers[0, 0]))


def _is_counted(header: tuple[str, ...]) -> bool:
    """Whether the columns are named 1, 2, 3, …, like the contacts of a table without names."""
    return list(header) == [str(number + 1) for number in range(len(header))]


def _columns(path: Path) -> tuple[tuple[str, ...], Float64Array]:
    """Header, and (n_rows, n_columns) numbers; NaN for cells that mark a missing value."""
    try:
        header, numbers = _plain_columns(path)
    except (ValueError, OSError):
        # The file is not plain numbers. Reading line by line is far slower, but finds the line of an error.
        header, numbers = _careful_columns(path)
    return header, numbers


def _plain_columns(path: Path) -> tuple[tuple[str, ...], Float64Array]:
    with (
        opened(path, ACTIVITY_TEXT) as file,
        io.TextIOWrapper(io.BufferedReader(file), encoding="utf-8-sig") as stream,
    ):
        first = stream.readline()
        delimiter = next((mark for mark in "\t;," if mark in first), ",")
        header = tuple(cell.strip() for cell in next(csv.reader([first], delimiter=delimiter)))
        listener = Listener(path, NUMPY)
        with listener.listening():
            numbers = np.loadtxt(stream, delimiter=delimiter, comments=None, ndmin=2)
    if listener.lines:
        raise ValueError(listener.lines[0])
    if numbers.shape[1] != len(header):
        raise ValueError("columns without a name, or names without a column")
    if np.isinf(numbers).any():
        raise ValueError("infinite numbers")
    numbers[numbers == MISSING_NUMBER] = np.nan
    return header, numbers


def _careful_columns(path: Path) -> tuple[tuple[str, ...], Float64Array]:
    lines = read_lines(path)
    if len(lines) < 2:
        raise DataError(f"{path}: no samples; give a header of contact names and one row per sample")
    table = Table.of_lines(path, lines[0].cells, lines[1:])
    return table.header, np.stack([table.numbers(column) for column in range(len(table.header))], axis=1)


def _rate_of(path: Path, title: str, times_s: Float64Array) -> Fraction:
    """Samples per second from a time column."""
    if len(times_s) < 2:
        raise DataError(f"{path}: a single time gives no rate; remove column {title} and give --activity-rate HZ")
    row = first_irregular(times_s)
    if row is not None:
        line = read_lines(path)[row + 1].number
        raise DataError(
            f"{path}: line {line}, column {title}: {times_s[row]:g} s follows {times_s[row - 1]:g} s, but other steps "
            f"are {np.median(np.diff(times_s)):g} s; give times at a constant rate"
        )
    return rate_hz(times_s)
