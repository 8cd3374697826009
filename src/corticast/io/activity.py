"""Tables of activity, time by contacts: TSV, CSV and NPY."""

from __future__ import annotations

import csv
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.errors import DataError
from corticast.io.sampling import first_irregular, rate_hz
from corticast.io.tables import MISSING_NUMBER, Table, number_of, read_lines

ACTIVITY_SUFFIXES = (".tsv", ".csv", ".npy")
_TIME_COLUMNS = ("time", "onset", "t")


@dataclass(frozen=True, eq=False)
class ActivityTable:
    """Activity as a file has it.

    Parameters
    ----------
    path : of the file
    values : (n_channels, n_samples) real, possibly mapped into memory; NaN where there is none
    names : of the channels, None where the file has none
    sample_rate : samples per second by the file's time column, None without one
    start_s : time of the first sample by that column
    """

    path: Path
    values: npt.NDArray[Any]
    names: tuple[str, ...] | None
    sample_rate: float | None = None
    start_s: float = 0.0

    def rate(self, given_hz: float | None) -> float:
        """Samples per second.

        Parameters
        ----------
        given_hz : what a user says, None when nothing

        Raises
        ------
        DataError : neither the file nor the user says it, or both do, and differ
        """
        if given_hz is None and self.sample_rate is None:
            raise DataError(f"{self.path}: does not say its rate; give --activity-rate HZ, or a first column time")
        if given_hz is None or self.sample_rate is None:
            return float(given_hz or self.sample_rate or 0.0)
        if abs(given_hz - self.sample_rate) > 0.01 * given_hz:
            raise DataError(
                f"{self.path}: its time column says {self.sample_rate:g} samples per second, --activity-rate "
                f"{given_hz:g}; leave the option out, or correct the column"
            )
        return given_hz


def load_activity(path: str | os.PathLike[str]) -> ActivityTable:
    """Read a table of activity.

    Parameters
    ----------
    path : NPY of shape (n_samples, n_channels), or (n_samples,) for one channel; TSV or CSV of one row per sample under
        a header of channel names, its first column possibly called time (or onset, t), in seconds

    Raises
    ------
    DataError : the file cannot be read, has another shape, or irregular times; the text names the line
    """
    path = Path(path)
    if not path.is_file():
        raise DataError(f"{path}: no such file; give a table of activity that exists")
    if path.suffix.lower() == ".npy":
        return ActivityTable(path, _read_npy(path), None)
    if path.suffix.lower() in ACTIVITY_SUFFIXES:
        return _read_text(path)
    if path.suffix.lower() in (".eeg", ".vmrk"):
        raise DataError(f"{path}: belongs to a BrainVision recording; give its header, {path.stem}.vhdr")
    raise DataError(f"{path}: no table of activity by its name; give {', '.join(ACTIVITY_SUFFIXES)}, or a recording")


def _read_npy(path: Path) -> npt.NDArray[Any]:
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise DataError(f"{path}: cannot be read as NPY ({' '.join(str(error).split())}); save it by numpy.save") from (
            error
        )
    if array.dtype.kind not in "fiub" or array.ndim not in (1, 2) or not array.size:
        raise DataError(
            f"{path}: holds {array.dtype} of shape {array.shape}; give real numbers of shape (n_samples, n_contacts)"
        )
    return array[None] if array.ndim == 1 else array.T


def _read_text(path: Path) -> ActivityTable:
    header, numbers = _columns(path)
    has_time = header[0].lower() in _TIME_COLUMNS
    names = header[1:] if has_time else header
    if not names:
        raise DataError(f"{path}: has a column of times, and no contact; give a column for each")
    if [number_of(name) for name in header].count(None) == 0 and not _is_counted(header):
        raise DataError(f"{path}: line 1 holds numbers; give a header of contact names, or a NPY file")
    unnamed = next((number for number, name in enumerate(header, 1) if not name), None)
    if unnamed is not None:
        raise DataError(f"{path}: column {unnamed} has no name; give the contact's")
    twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if twice is not None:
        raise DataError(f"{path}: two columns are named {twice!r}; rename one of them")
    if not has_time:
        return ActivityTable(path, numbers.T, names)
    rate_hz = _rate_of(path, header[0], numbers[:, 0])
    return ActivityTable(path, numbers[:, 1:].T, names, rate_hz, float(numbers[0, 0]))


def _is_counted(header: tuple[str, ...]) -> bool:
    """Whether columns are named by their number, as contacts are in a table without names."""
    return list(header) == [str(number + 1) for number in range(len(header))]


def _columns(path: Path) -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    """Header, and (n_rows, n_columns) numbers; NaN where a cell says that there is none."""
    try:
        header, numbers = _plain_columns(path)
    except (ValueError, OSError):
        # Something else than numbers in plain text: line by line, slower by far, which tells where.
        header, numbers = _careful_columns(path)
    return header, numbers


def _plain_columns(path: Path) -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    with path.open(encoding="utf-8-sig") as stream:
        first = stream.readline()
        delimiter = next((mark for mark in "\t;," if mark in first), ",")
        header = tuple(cell.strip() for cell in next(csv.reader([first], delimiter=delimiter)))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                numbers = np.loadtxt(stream, delimiter=delimiter, comments=None, ndmin=2)
            except UserWarning as error:
                raise ValueError(str(error)) from None
    if numbers.shape[1] != len(header):
        raise ValueError("columns without a name, or names without a column")
    if np.isinf(numbers).any():
        raise ValueError("infinite numbers")
    numbers[numbers == MISSING_NUMBER] = np.nan
    return header, numbers


def _careful_columns(path: Path) -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    lines = read_lines(path)
    if len(lines) < 2:
        raise DataError(f"{path}: no samples under a header; give a row for each sample, under contact names")
    table = Table.of_lines(path, lines[0].cells, lines[1:])
    return table.header, np.stack([table.numbers(column) for column in range(len(table.header))], axis=1)


def _rate_of(path: Path, title: str, times_s: npt.NDArray[np.float64]) -> float:
    """Samples per second of a time column."""
    if len(times_s) < 2:
        raise DataError(f"{path}: a single time tells no rate; give --activity-rate HZ and no column {title}")
    row = first_irregular(times_s)
    if row is not None:
        line = read_lines(path)[row + 1].number
        raise DataError(
            f"{path}: line {line}, column {title}: {times_s[row]:g} s follows {times_s[row - 1]:g} s, where steps are "
            f"{np.median(np.diff(times_s)):g} s; give times of a constant rate"
        )
    return rate_hz(times_s)
