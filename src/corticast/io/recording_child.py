"""The child of `corticast.io.recording_confined`: a recording that MNE-Python or pynwb reads."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from corticast.core.model.recording import Recording
from corticast.core.model.types import Float64Array, IntpArray
from corticast.errors import DataError
from corticast.io.brainvision import check_brainvision
from corticast.io.companions import other_half
from corticast.io.confined_child import serve_reader
from corticast.io.door import check_exists
from corticast.io.fif_tags import check_tags
from corticast.io.file_kinds import RECORDING
from corticast.io.hdf5_links import check_links
from corticast.io.library_warnings import Listener
from corticast.io.library_words import MNE, PYNWB
from corticast.io.mne_formats import reader_of
from corticast.io.recording_mne import open_by_mne
from corticast.io.recording_nwb import open_nwb

# Fields of a recording that stay in this process.
_FUNCTIONS = ("read", "read_warnings", "alone", "path", "rename")


class _OfRecording:
    """A recording for the parent."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    @property
    def facts(self) -> dict[str, Any]:
        """All fields but functions, as JSON holds them."""
        return {
            field.name: _plain(getattr(self._recording, field.name))
            for field in fields(self._recording)
            if field.name not in _FUNCTIONS
        }

    @property
    def lines(self) -> tuple[str, ...]:
        """Warnings about the file and its samples."""
        return self._recording.all_warnings

    def read(self, first: int, stop: int, rows: IntpArray) -> Float64Array:
        """(n_rows, stop - first) samples."""
        return self._recording.read(first, stop, rows)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple):
        return [asdict(each) if hasattr(each, "__dataclass_fields__") else each for each in value]
    return value


def _load(path: Path) -> None:
    """Import the library, before its memory is limited; opening reports a library that is missing."""
    with suppress(ImportError):
        if path.name.lower().endswith(".nwb"):
            with Listener(path, PYNWB).listening():
                import pynwb  # noqa: F401
        else:
            with Listener(path, MNE).listening():
                import mne.io

                # MNE-Python imports a reader when somebody asks for it.
                getattr(mne.io, reader_of(path)[1])


def _open(path: Path, arguments: dict[str, Any]) -> _OfRecording:
    if path.name.lower().endswith(".nwb"):
        with suppress(ImportError, OSError):
            # pynwb reports a file that is no HDF5 file.
            check_links(path)
        return _OfRecording(open_nwb(path, arguments["series"]))
    if path.name.lower().endswith(".vhdr"):
        check_brainvision(path)
    if path.name.lower().endswith(".fif"):
        check_tags(path)
    beside = other_half(path)
    if beside is not None and os.path.lexists(beside):
        # A link without content, or a pipe.
        check_exists(beside, RECORDING)
    recording = open_by_mne(path)
    with suppress(DataError):
        # Opens the file of the samples, which a header names: a file elsewhere is refused now.
        recording.read(0, 1, np.array([0]))
    return _OfRecording(recording)


if __name__ == "__main__":
    serve_reader(_load, _open)
