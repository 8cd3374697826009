"""Recordings in NWB files, through pynwb: MNE-Python does not read NWB. Only this module imports pynwb."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from corticast.core.model.contact_kinds import type_of_word
from corticast.core.model.kinds import one_of
from corticast.core.model.recording import Event, Recording
from corticast.core.model.types import Float64Array, IntpArray
from corticast.core.suggest import did_you_mean
from corticast.errors import DataError, DeviceError, one_line
from corticast.io.library_warnings import Listener
from corticast.io.library_words import PYNWB
from corticast.io.sampling import first_irregular, pieces_of, rate_hz
from corticast.io.units import volts_of

# Columns of the electrode table that may hold names.
_NAME_COLUMNS = ("label", "channel_name", "electrode_name", "name")
# Columns of the electrode table that may hold the kind of a contact.
_KIND_COLUMNS = ("type", "kind", "electrode_type", "channel_type")
# Kind of an electrode whose kind the file does not say.
_UNKNOWN = "IEEG"


def open_nwb(path: Path, series: str | None = None) -> Recording:
    """Open an electrical series of an NWB file, wherever it lies. Samples are read on demand.

    Without an electrical series, a numeric time series of the acquisition is opened.

    Parameters
    ----------
    series : name of the series, with the names of the groups around it or without; None where there is one alone

    Raises
    ------
    DataError : the file cannot be read, holds no such series, or holds several and none is named
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
            chosen, is_electrical = _chosen(path, content, series)
            recording = _recording_of(path, chosen, listener, is_electrical=is_electrical)
            recording = replace(recording, events=_invalid_times(content, chosen))
    except DataError:
        raise
    # pynwb and HDF5 raise many kinds of errors for damaged files.
    except Exception as error:
        text = one_line(error, 200)
        raise DataError(f"{path}: not a readable NWB file ({text}); repair or export the file again") from error
    return replace(recording, warnings=(*recording.warnings, *listener.lines))


def _chosen(path: Path, content: Any, name: str | None) -> tuple[Any, bool]:
    """The series to show, and whether it is electrical."""
    import pynwb

    found = list(content.objects.values())
    # Snippets around spikes are no recording.
    electrical = [
        each
        for each in found
        if isinstance(each, pynwb.ecephys.ElectricalSeries) and not isinstance(each, pynwb.ecephys.SpikeEventSeries)
    ]
    plain = [each for each in content.acquisition.values() if type(each) is pynwb.TimeSeries]
    usable = {_place(each): each for each in electrical if _is_numeric(each.data)}
    others = {_place(each): each for each in plain if _is_numeric(each.data)}
    if not usable and not others:
        kinds = ", ".join(sorted({type(each).__name__ for each in content.acquisition.values()})) or "nothing"
        raise DataError(f"{path}: no electrical series (acquisition: {kinds}); give a file with one")
    if name is not None:
        known, asked = usable | others, name.strip("/")
        named = {place: each for place, each in known.items() if asked in (place, each.name)}
        # A whole name, as the list of names has it, is sure.
        named = {asked: known[asked]} if asked in known else named
        if not named:
            names = sorted({*known, *(each.name for each in known.values())})
            raise DataError(
                f"{path}: has no series {name}; {did_you_mean(asked, names)}give --series {one_of(sorted(known))}"
            )
    else:
        named = usable or others
    if len(named) > 1:
        raise DataError(f"{path}: holds {len(named)} series; give --series {one_of(sorted(named))}")
    place, chosen = next(iter(named.items()))
    return chosen, place in usable


def _place(series: Any) -> str:
    """Name of a series with those of the groups around it, such as ecephys/LFP/raw; the name alone in acquisition."""
    names = [series.name]
    around = series.parent
    while around is not None and around.parent is not None:
        names.insert(0, around.name)
        around = around.parent
    return "/".join(names)


def _invalid_times(content: Any, series: Any) -> tuple[Event, ...]:
    """Times that the file calls invalid, as events that are annotated as bad."""
    table = content.invalid_times
    if table is None:
        return ()
    start_s = float(series.timestamps[0] if series.rate is None else series.starting_time or 0.0)
    begins, ends = (np.asarray(table[column][:], dtype=np.float64) for column in ("start_time", "stop_time"))
    return tuple(
        Event(float(begin - start_s), float(end - begin), "BAD_invalid_times")
        for begin, end in zip(begins, ends, strict=True)
    )


def _is_numeric(data: Any) -> bool:
    return getattr(data, "ndim", 0) in (1, 2) and np.dtype(data.dtype).kind in "fiu" and data.shape[0] > 0


def _recording_of(path: Path, series: Any, listener: Listener, *, is_electrical: bool) -> Recording:
    data = _of_its_own(series.data)
    n_channels = 1 if data.ndim == 1 else data.shape[1]
    factor = volts_of(str(series.unit))
    gains = np.full(n_channels, float(series.conversion) * (factor or 1.0))
    channel_gains = getattr(series, "channel_conversion", None)
    if channel_gains is not None:
        gains *= np.asarray(channel_gains)
    offset = float(series.offset) * (factor or 1.0)

    def stored(first: int, stop: int, rows: IntpArray) -> Float64Array:
        # All channels of a moment lie together. HDF5 reads a part of them far slower than all.
        with listener.listening():
            block = np.asarray(data[first:stop], dtype=np.float64).reshape(stop - first, n_channels)
        return block[:, rows].T * gains[rows, None] + offset

    sample_rate, pieces = _times(path, series)
    n_samples = sum(pieces[-1])
    gaps = tuple((place + n, after) for (place, n), (after, _) in pairwise(pieces))

    def read(first: int, stop: int, rows: IntpArray) -> Float64Array:
        if not gaps:
            return stored(first, stop, rows)
        out = np.full((len(rows), stop - first), np.nan)
        before = 0
        for place, n in pieces:
            low, high = max(first, place), min(stop, place + n)
            if low < high:
                out[:, low - first : high - first] = stored(before + low - place, before + high - place, rows)
            before += n
        return out

    said = []
    if gaps:
        total_s = sum(stop - first for first, stop in gaps) / float(sample_rate)
        said.append(f"{path.name}: holds no samples in gaps of its time stamps: {len(gaps)}, {total_s:g} s in all")
    return Recording(
        names=_names(series, n_channels) if is_electrical else _numbered(series.name, n_channels),
        sample_rate=float(sample_rate),
        n_samples=n_samples,
        read=read,
        unit="V" if factor is not None else "",
        kinds=_kinds(series, n_channels) if is_electrical else ("MISC",) * n_channels,
        name=path.name,
        path=path,
        format="NWB",
        warnings=tuple(said),
        read_warnings=lambda: listener.lines,
        gaps=gaps,
        series=_place(series),
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


def _times(path: Path, series: Any) -> tuple[Fraction | float, tuple[tuple[int, int], ...]]:
    """Samples per second, and of each piece without a gap its place in samples and its length."""
    n = int(series.data.shape[0])
    if series.rate is not None:
        return float(series.rate), ((0, n),)
    times_s = np.asarray(series.timestamps[:], dtype=np.float64)
    # pynwb warns of another number of time stamps.
    if len(times_s) < 2:
        raise DataError(f"{path}: {len(times_s)} time stamps in {series.name}; give a series of two samples or more")
    if first_irregular(times_s) is None:
        return rate_hz(times_s), ((0, n),)
    found = pieces_of(times_s) if len(times_s) == n else None
    if found is None:
        raise DataError(f"{path}: irregular time stamps in {series.name}; resample the series to a constant rate")
    return found
