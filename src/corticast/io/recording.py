"""Recordings of any format. EDF and BDF, NWB, and the formats of MNE-Python have modules of their own.

Only the header is read until samples are needed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corticast.core.arguments import check_path, check_text, is_from, named_arguments
from corticast.core.model.recording import Recording
from corticast.core.model.types import IntpArray
from corticast.errors import DataError, OptionError
from corticast.io.door import check_exists
from corticast.io.edf import open_edf
from corticast.io.file_kinds import RECORDING
from corticast.io.library_words import MNE, PYNWB
from corticast.io.mne_formats import READERS, is_nihon_kohden, way_to_convert
from corticast.io.recording_confined import open_confined
from corticast.io.recording_mne import of_raw
from corticast.io.recording_sidecars import with_sidecars
from corticast.io.rename import with_names

if TYPE_CHECKING:
    from mne.io import BaseRaw

_NWB = ".nwb"
# Formats that corticast reads itself.
_OWN = (".edf", ".bdf")
RECORDING_SUFFIXES = (*_OWN, *READERS, _NWB)

_SOURCES = f"a recording ({', '.join(RECORDING_SUFFIXES)}) or an mne.io.Raw (for an array: Recording.of_array)"
# Kinds of channels inside the brain, and kinds that are taken instead if the file has no such channels.
_INTRACRANIAL, _OTHER = ("SEEG", "ECOG", "DBS", "IEEG"), ("EEG", "MISC")


def is_recording(path: str | os.PathLike[str]) -> bool:
    """Whether a file name has the ending of a recording; Nihon Kohden's .eeg needs its other files beside it."""
    return os.fspath(path).lower().endswith(RECORDING_SUFFIXES) or is_nihon_kohden(Path(path))


@named_arguments
def load_recording(
    source: str | os.PathLike[str] | BaseRaw,
    *,
    series: str | None = None,
    rename: str | os.PathLike[str] | None = None,
) -> Recording:
    """Open a recording, or take one from MNE-Python. Samples are read on demand.

    Only channels of electrodes are kept: kinds SEEG, ECOG and DBS; without any of these, EEG and MISC, but no triggers.
    In a BIDS dataset, kinds, bad channels, and units that the file lacks come from its *_channels.tsv, and events from
    its *_events.tsv.

    Parameters
    ----------
    source : EDF, BDF, BrainVision (.vhdr), FIF, EEGLAB (.set), Persyst (.lay), Nihon Kohden (.eeg), GDF, EGI (.raw) or
        NWB; or an mne.io.Raw with its data in memory, without BIDS sidecars. `Recording.of_array` takes an array.
    series : name of the series in an NWB file that holds several; None where it holds one
    rename : table of two columns that gives channels the names of contacts; None keeps the names of the file

    Raises
    ------
    DataError : the file is missing, damaged or no recording, or it holds no electrode channel
    OptionError : a series is named for another format than NWB
    DeviceError : MNE-Python or the NWB reader is not installed
    """
    table = None if rename is None else check_path("rename", rename, "a table of two columns, such as names.tsv")
    if series is not None:
        check_text("series", series, "the name of a series in an NWB file")
    if is_from(source, "mne", "BaseRaw"):
        recording = _of_electrodes(of_raw(source))
        return recording if table is None else with_names(recording, table)
    path = check_path("source", source, _SOURCES)
    if not is_recording(path):
        why = way_to_convert(path) or "unknown file type for a recording"
        raise DataError(f"{path}: {why}; or give {', '.join(RECORDING_SUFFIXES)}")
    check_exists(path, RECORDING)
    recording = _of_electrodes(with_sidecars(_opened(path, series), path))
    return recording if table is None else with_names(recording, table)


def _opened(path: Path, series: str | None) -> Recording:
    name = path.name.lower()
    if name.endswith(_NWB):
        return open_confined(path, PYNWB, series=series)
    if series is not None:
        raise OptionError(f"--series {series}: {path.name} is no NWB file, and holds one recording", "series")
    return open_edf(path) if name.endswith(_OWN) else open_confined(path, MNE)


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
