"""Formats of recordings that MNE-Python reads: those that corticast opens, and those that a user must convert first."""

from __future__ import annotations

from pathlib import Path

# File endings, format names, and the names of MNE's reading functions.
READERS = {
    ".vhdr": ("BrainVision", "read_raw_brainvision"),
    ".fif": ("FIF", "read_raw_fif"),
    ".fif.gz": ("FIF", "read_raw_fif"),
    ".set": ("EEGLAB", "read_raw_eeglab"),
    ".lay": ("Persyst", "read_raw_persyst"),
    ".gdf": ("GDF", "read_raw_gdf"),
    ".raw": ("EGI", "read_raw_egi"),
}
# A Nihon Kohden file has the ending of BrainVision's samples, and these files beside it.
NIHON_KOHDEN = ("Nihon Kohden", "read_raw_nihon")
_BESIDE_NIHON_KOHDEN = (".pnt", ".21e", ".log")
# The same of formats that corticast does not open. A format joins the readers when it has been tried on a real file.
_CONVERTED = {
    ".cnt": ("Neuroscan CNT", "read_raw_cnt"),
    ".mefd": ("MEF3", "read_raw_mef"),
    ".mff": ("EGI MFF", "read_raw_egi"),
    ".ncs": ("Neuralynx", "read_raw_neuralynx"),
    **dict.fromkeys((f".ns{number}" for number in range(1, 7)), ("Blackrock", "read_raw_nsx")),
    ".cdt": ("Curry", "read_raw_curry"),
    ".dap": ("Curry", "read_raw_curry"),
    ".nedf": ("NEDF", "read_raw_nedf"),
}
# Formats that MNE-Python does not read either, and their usual software.
_EXPORTED = {
    ".trc": ("Micromed", "its own software"),
    ".e": ("Nicolet", "its own software"),
    ".smr": ("Spike2", "its own software"),
    ".smrx": ("Spike2", "its own software"),
    ".plx": ("Plexon", "its own software"),
}


def is_nihon_kohden(path: Path) -> bool:
    """Whether a file is a recording of Nihon Kohden, by its ending and a file of the same name beside it."""
    if path.suffix.lower() != ".eeg":
        return False
    return any(
        path.with_suffix(case(suffix)).exists() for suffix in _BESIDE_NIHON_KOHDEN for case in (str.lower, str.upper)
    )


def reader_of(path: Path) -> tuple[str, str]:
    """Name of a file's format, and of MNE-Python's function that reads such a file."""
    known = (found for suffix, found in READERS.items() if path.name.lower().endswith(suffix))
    return next(known, NIHON_KOHDEN)


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
