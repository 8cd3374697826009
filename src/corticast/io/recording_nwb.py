"""Recordings in NWB files, through pynwb: MNE-Python does not read NWB. Only this module imports pynwb."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from corticast.core.model.contact_kinds import type_of_word
from corticast.core.model.recording import Recording
from corticast.core.model.types import Float64Array, IntpArray
from corticast.errors import DataError, DeviceError, one_line
from corticast.io.library_warnings import Listener
from corticast.io.library_words import PYNWB
from corticast.io.sampling import first_irregular, rate_hz

# Columns of the electrode table that may hold names.
_NAME_COLUMNS = ("label", "channel_name", "electrode_name", "name")
# Columns of the electrode table that may hold the kind of a contact.
_KIND_COLUMNS = ("type", "kind", "electrode_type", "channel_type")
# Kind of an electrode whose kind the file does not say.
_UNKNOWN = "IEEG"
_UNITS = {
    "volts": 1.0,
    "volt": 1.0,
    "v": 1.0,
    "millivolts": 1e-3,
    "mv": 1e-3,
    "microvolts": 1e-6,
    "uv": 1e-6,
    "µv": 1e-6,
}


def open_nwb(path: Path) -> Recording:
    """Open the first electrical series of an NWB file's acquisition; without any, the first numeric time series.

    Samples are read on demand.

    Raises
    ------
    DataError : the file cannot be read, or holds no such series
    DeviceError : pynwb is not installed
    """
    listener = Listener(path, PYNWB)
    try:
        # Warnings of an import say nothing about the file.
        with Listener(path, PYNWB).listening():
            import pynwb
    except ImportError:
        raise DeviceError(f'{path}: reading it needs pynwb; pip install "corticast[ieeg]"') from None
    try:
        with listener.listening(), pynwb.NWBHDF5IO(path, "r") as opened:
            content: Any = opened.read()
            recording = _first_series(path, list(content.acquisition.values()), listener)
    except DataError:
        raise
    # pynwb and HDF5 raise many kinds of errors for damaged files.
    except Exception as error:
        text = one_line(error, 200)
        raise DataError(f"{path}: not a readable NWB file ({text}); repair or export the file again") from error
    return replace(recording, warnings=(*recording.warnings, *listener.lines))


def _first_series(path: Path, found: list[Any], listener: Listener) -> Recording:
    import pynwb

    electrical = [series for series in found if isinstance(series, pynwb.ecephys.ElectricalSeries)]
    plain = [series for series in found if type(series) is pynwb.TimeSeries]
    usable = [series for series in electrical or plain if _is_numeric(series.data)]
    if not usable:
        kinds = ", ".join(sorted({type(series).__name__ for series in found})) or "nothing"
        raise DataError(f"{path}: no electrical series in the acquisition ({kinds}); give a file with one")
    return _recording_of(path, usable[0], len(usable), listener, is_electrical=bool(electrical))


def _is_numeric(data: Any) -> bool:
    return getattr(data, "ndim", 0) in (1, 2) and np.dtype(data.dtype).kind in "fiu" and data.shape[0] > 0


def _recording_of(path: Path, series: Any, n_usable: int, listener: Listener, *, is_electrical: bool) -> Recording:
    data = _of_its_own(series.data)
    n_channels = 1 if data.ndim == 1 else data.shape[1]
    factor = _UNITS.get(str(series.unit).lower())
    gains = np.full(n_channels, float(series.conversion) * (factor or 1.0))
    channel_gains = getattr(series, "channel_conversion", None)
    if channel_gains is not None:
        gains *= np.asarray(channel_gains)
    offset = float(series.offset) * (factor or 1.0)

    def read(first: int, stop: int, rows: IntpArray) -> Float64Array:
        # All channels of a moment lie together. HDF5 reads a part of them far slower than all.
        with listener.listening():
            block = np.asarray(data[first:stop], dtype=np.float64).reshape(stop - first, n_channels)
        return block[:, rows].T * gains[rows, None] + offset

    said = [f"{path.name}: shows the first of {n_usable} series, {series.name}"] * (n_usable > 1)
    return Recording(
        names=_names(series, n_channels) if is_electrical else _numbered(series.name, n_channels),
        sample_rate=_rate(path, series),
        n_samples=int(data.shape[0]),
        read=read,
        unit="V" if factor is not None else "",
        kinds=_kinds(series, n_channels) if is_electrical else ("MISC",) * n_channels,
        name=path.name,
        path=path,
        format="NWB",
        warnings=tuple(said),
        read_warnings=lambda: listener.lines,
    )


def _of_its_own(data: Any) -> Any:
    """The samples, from a file that stays open for them alone. pynwb's own file is closed."""
    import h5py

    return h5py.File(data.file.filename, "r")[data.name] if isinstance(data, h5py.Dataset) else data


def _names(series: Any, n_channels: int) -> tuple[str, ...]:
    """Names of the series' electrodes; numbers from 1 if the table has no names."""
    region = series.electrodes
    rows = np.asarray(region.data[:])
    table = region.table
    for column in _NAME_COLUMNS:
        if column in table.colnames:
            names = tuple(str(table[column][int(row)]).strip() for row in rows)
            if len(set(names)) == n_channels and all(names):
                return names
    return tuple(str(row + 1) for row in rows)


def _kinds(series: Any, n_channels: int) -> tuple[str, ...]:
    """Kinds of the series' electrodes, in BIDS terms: by the table's own column, else by the words of their group.

    "IEEG" where neither says a kind.
    """
    region = series.electrodes
    table, rows = region.table, [int(row) for row in np.asarray(region.data[:])]
    column = next((name for name in _KIND_COLUMNS if name in table.colnames), None)
    stated = [_kind_of(str(table[column][row])) if column else "" for row in rows]
    if "group" in table.colnames:
        groups = [table["group"][row] for row in rows]
        words = [f"{group.name} {group.description}" for group in groups]
        stated = [kind or _kind_of(text) for kind, text in zip(stated, words, strict=True)]
    return tuple(kind or _UNKNOWN for kind in stated) if len(rows) == n_channels else (_UNKNOWN,) * n_channels


def _kind_of(text: str) -> str:
    """The one kind that a text names; "" without a kind, or with several."""
    found = {kind for word in re.findall(r"[a-z]+", text.lower()) if (kind := type_of_word(word))}
    return found.pop() if len(found) == 1 else ""


def _numbered(name: str, n_channels: int) -> tuple[str, ...]:
    return (name,) if n_channels == 1 else tuple(str(number + 1) for number in range(n_channels))


def _rate(path: Path, series: Any) -> float:
    """Samples per second, from the series' rate or its time stamps."""
    if series.rate is not None:
        return float(series.rate)
    times_s = np.asarray(series.timestamps[:], dtype=np.float64)
    if len(times_s) < 2 or first_irregular(times_s) is not None:
        raise DataError(f"{path}: irregular time stamps in {series.name}; resample the series to a constant rate")
    return float(rate_hz(times_s))
