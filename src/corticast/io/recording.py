"""Recordings: BrainVision, FIF and EEGLAB through MNE-Python. EDF, BDF and NWB have modules of their own.

Only the header is read until samples are needed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corticast.core.arguments import check_path, is_from, named_arguments
from corticast.core.matching import some
from corticast.core.model.recording import Event, Recording
from corticast.core.model.types import Float64Array, IntpArray
from corticast.errors import DataError, DeviceError, one_line
from corticast.io.bids import nearest
from corticast.io.edf import open_edf
from corticast.io.library_warnings import Listener
from corticast.io.library_words import MNE
from corticast.io.tables import Table, number_of, read_lines

if TYPE_CHECKING:
    from mne.io import BaseRaw

# File endings, format names, and the names of MNE's reading functions.
_READERS = {
    ".vhdr": ("BrainVision", "read_raw_brainvision"),
    ".fif": ("FIF", "read_raw_fif"),
    ".fif.gz": ("FIF", "read_raw_fif"),
    ".set": ("EEGLAB", "read_raw_eeglab"),
}
_NWB = ".nwb"
# Formats that corticast reads itself.
_OWN = (".edf", ".bdf")
RECORDING_SUFFIXES = (*_OWN, *_READERS, _NWB)

_SOURCES = f"a recording ({', '.join(RECORDING_SUFFIXES)}) or an mne.io.Raw (for an array: Recording.of_array)"
# Kinds of channels inside the brain, and kinds that are taken instead if the file has no such channels.
_INTRACRANIAL, _OTHER = ("SEEG", "ECOG", "DBS", "IEEG"), ("EEG", "MISC")


def is_recording(path: str | os.PathLike[str]) -> bool:
    """Whether a file name has the ending of a recording."""
    return os.fspath(path).lower().endswith(RECORDING_SUFFIXES)


@named_arguments
def load_recording(source: str | os.PathLike[str] | BaseRaw) -> Recording:
    """Open a recording, or take one from MNE-Python. Samples are read on demand.

    Only channels of electrodes are kept: kinds SEEG, ECOG and DBS; without any of these, EEG and MISC, but no triggers.
    In a BIDS dataset, kinds and bad channels come from the file's *_channels.tsv, and events from its *_events.tsv.

    Parameters
    ----------
    source : EDF, BDF, BrainVision (.vhdr), FIF, EEGLAB (.set) or NWB; or an mne.io.Raw with its data
        in memory, without BIDS sidecars. `Recording.of_array` takes an array.

    Raises
    ------
    DataError : the file is missing, damaged or no recording, or it holds no electrode channel
    DeviceError : MNE-Python or the NWB reader is not installed
    """
    if is_from(source, "mne", "BaseRaw"):
        return _of_electrodes(_recording_of(source, Listener(_name_of(source), MNE)))
    path = check_path("source", source, _SOURCES)
    if not is_recording(path):
        raise DataError(f"{path}: unknown file type for a recording; give {', '.join(RECORDING_SUFFIXES)}")
    if not path.is_file():
        raise DataError(f"{path}: no such file; give an existing recording")
    if path.name.lower().endswith(_NWB):
        from corticast.io.recording_nwb import open_nwb

        recording = open_nwb(path)
    elif path.name.lower().endswith(_OWN):
        recording = open_edf(path)
    else:
        recording = _open_by_mne(path)
    return _of_electrodes(_with_sidecars(recording, path))


def missing_reader(path: Path, library: str) -> DeviceError:
    """The error for a library that is not installed."""
    return DeviceError(f'{path}: reading it needs {library}; pip install "corticast[ieeg]"')


def _open_by_mne(path: Path) -> Recording:
    listener = Listener(path, MNE)
    try:
        # Warnings of an import say nothing about the file.
        with Listener(path, MNE).listening():
            import mne
    except ImportError:
        raise missing_reader(path, "MNE-Python") from None
    format, reader = next(found for suffix, found in _READERS.items() if path.name.lower().endswith(suffix))
    try:
        # At this level MNE-Python gives its warnings, and no chatter.
        with listener.listening():
            raw: Any = getattr(mne.io, reader)(path, preload=False, verbose="warning")
    except ImportError as error:
        raise missing_reader(path, getattr(error, "name", None) or "a further library") from None
    except DataError:
        raise
    # MNE's readers raise many kinds of errors for damaged files.
    except Exception as error:
        raise DataError(f"{path}: cannot be read ({_short(error)}); repair or export the file again") from error
    recording = _recording_of(raw, listener, path)
    return replace(recording, name=path.name, path=path, format=format, warnings=listener.lines)


def _name_of(raw: Any) -> str:
    files = [file for file in raw.filenames if file is not None]
    return Path(files[0]).name if files else "Raw"


def _recording_of(raw: Any, listener: Listener, path: Path | None = None) -> Recording:
    """A recording of MNE-Python's."""
    name = str(path or _name_of(raw))

    def read(first: int, stop: int, rows: IntpArray) -> Float64Array:
        # MNE's readers need each channel once, in the file's order.
        wanted, place = np.unique(rows, return_inverse=True)
        try:
            with listener.listening():
                samples = raw.get_data(picks=wanted, start=first, stop=stop, verbose="warning")
        except Exception as error:
            raise DataError(
                f"{name}: cannot read samples {first} to {stop} ({_short(error)}); repair or export the file again"
            ) from error
        return np.asarray(samples[place], dtype=np.float64)

    return Recording(
        names=tuple(raw.ch_names),
        sample_rate=float(raw.info["sfreq"]),
        n_samples=int(raw.n_times),
        read=read,
        unit="V",
        bad=np.array([name in raw.info["bads"] for name in raw.ch_names], dtype=bool),
        kinds=tuple(kind.upper() for kind in raw.get_channel_types()),
        events=tuple(
            # Annotations count from the start of the session, which may precede the first sample of a FIF file.
            Event(float(onset) - raw.first_time, float(duration), str(text))
            for onset, duration, text in zip(
                raw.annotations.onset, raw.annotations.duration, raw.annotations.description, strict=True
            )
        ),
        name=name,
        format="MNE-Python",
        read_warnings=lambda: listener.lines,
    )


def _short(error: Exception) -> str:
    return one_line(error, 200)


# BIDS sidecars


def _with_sidecars(recording: Recording, path: Path) -> Recording:
    channels, events = (nearest(path, suffix) for suffix in ("channels.tsv", "events.tsv"))
    if channels is not None:
        recording = _with_channels(recording, channels)
    if events is not None:
        recording = replace(recording, events=_read_events(events))
    return recording


def _with_channels(recording: Recording, path: Path) -> Recording:
    """Take kinds and bad channels from a channels.tsv."""
    table = _table(path)
    name, kind, status = table.find("name"), table.find("type"), table.find("status")
    if name is None:
        raise DataError(f"{path}: column 'name' is missing; add it")
    names = table.text(name)
    known = {name: row for row, name in enumerate(names)}
    kinds, bad = list(recording.kinds), recording.bad.copy()
    for index, channel in enumerate(recording.names):
        row = known.get(channel)
        if row is not None and kind is not None and table.lines[row].cells[kind]:
            kinds[index] = table.lines[row].cells[kind].upper()
        if row is not None and status is not None:
            bad[index] |= table.lines[row].cells[status].lower() == "bad"
    warnings = recording.warnings
    unknown = [channel for channel in recording.names if channel not in known]
    if unknown:
        warnings += (f"{path.name}: no row for {len(unknown)} channels of {recording.name}: {some(unknown)}",)
    return replace(recording, kinds=tuple(kinds), bad=bad, warnings=warnings)


def _read_events(path: Path) -> tuple[Event, ...]:
    table = _table(path)
    onset, duration, text = table.find("onset"), table.find("duration"), table.find("trial_type", "value")
    if onset is None:
        raise DataError(f"{path}: column 'onset' is missing; add it")
    return tuple(
        Event(
            number_of(line.cells[onset]) or 0.0,
            (number_of(line.cells[duration]) or 0.0) if duration is not None else 0.0,
            line.cells[text] if text is not None else "",
        )
        for line in table.lines
    )


def _table(path: Path) -> Table:
    lines = read_lines(path)
    if not lines:
        raise DataError(f"{path}: the table is empty; repair or remove the file")
    return Table.of_lines(path, lines[0].cells, lines[1:])


def _of_electrodes(recording: Recording) -> Recording:
    """Keep the channels of electrodes."""
    kept = _rows_of(recording.kinds, _INTRACRANIAL)
    if not len(kept):
        kept = _rows_of(recording.kinds, _OTHER)
    if not len(kept):
        kinds = ", ".join(dict.fromkeys(recording.kinds)) or "none"
        raise DataError(f"{recording.path}: no electrode channels (kinds: {kinds}); give a recording with SEEG or ECOG")
    return recording.of_rows(kept)


def _rows_of(kinds: Iterable[str], wanted: tuple[str, ...]) -> IntpArray:
    return np.array([row for row, kind in enumerate(kinds) if kind in wanted], dtype=np.intp)
