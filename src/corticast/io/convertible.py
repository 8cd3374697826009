"""Formats that corticast does not read, and how MNE-Python converts them."""

from __future__ import annotations

from pathlib import Path

# File endings, names of formats, and MNE-Python's reading functions. A format joins the readers when it has been tried
# on a real file.
_CONVERTED = {
    ".cnt": ("Neuroscan CNT", "read_raw_cnt"),
    ".mefd": ("MEF3", "read_raw_mef"),
    ".mff": ("EGI MFF", "read_raw_egi"),
    ".ncs": ("Neuralynx", "read_raw_neuralynx"),
    ".ns3": ("Blackrock", "read_raw_nsx"),
    ".cdt": ("Curry", "read_raw_curry"),
    ".dap": ("Curry", "read_raw_curry"),
    ".nedf": ("NEDF", "read_raw_nedf"),
}
# Formats that MNE-Python does not read either, and their usual software.
_EXPORTED = {
    ".trc": ("Micromed", "its own software"),
    ".e": ("Nicolet", "its own software"),
    ".smr": ("Spike2", "Spike2 or neo"),
    ".smrx": ("Spike2", "Spike2 or neo"),
    ".plx": ("Plexon", "neo"),
    ".ns5": ("Blackrock", "neo"),
    ".ns6": ("Blackrock", "neo"),
}


def way_to_convert(path: Path) -> str:
    """Words about a file of a known format that is not read, and the way to convert such a file; "" for other files."""
    suffix = path.suffix.lower()
    if suffix in _CONVERTED:
        name, reader = _CONVERTED[suffix]
        source = "its folder" if suffix == ".ncs" else repr(path.name)
        return f"{name} is not read; convert it by MNE-Python: mne.io.{reader}({source}).save('{path.stem}_raw.fif')"
    if suffix in _EXPORTED:
        name, software = _EXPORTED[suffix]
        return f"{name} is not read; export the recording as EDF by {software}"
    return ""
