"""The child of readers of small things in FIF files: MNE-Python's transforms and montages."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corticast.errors import DataError, DeviceError, one_line
from corticast.io.confined_child import serve_reader
from corticast.io.fif_tags import check_tags
from corticast.io.library_warnings import Listener
from corticast.io.library_words import MNE

# Landmarks, with MNE-Python's names of them.
FIDUCIALS = {"NAS": "nasion", "LPA": "lpa", "RPA": "rpa"}

_REMEDIES = {
    "transform": "give the -trans.fif file of the head",
    "montage": "give a -dig.fif or -raw.fif file with positions of its channels",
}


@dataclass(frozen=True)
class _Content:
    """The content of a file for the parent."""

    facts: dict[str, Any]
    lines: tuple[str, ...]


def _load(path: Path) -> None:
    # Opening reports a library that is missing.
    with suppress(ImportError), Listener(path, MNE).listening():
        import mne.channels
        import mne.io

        # MNE-Python imports a part of itself when somebody asks for it.
        _ = mne.channels.read_dig_fif, mne.io.read_info


def _open(path: Path, arguments: dict[str, Any]) -> _Content:
    wanted = arguments["wanted"]
    listener = Listener(path, MNE)
    try:
        with listener.listening():
            import mne  # noqa: F401
    except ImportError:
        raise DeviceError(f'{path}: reading it needs MNE-Python; pip install "corticast[ieeg]"') from None
    if path.name.lower().endswith(".fif"):
        check_tags(path)
    try:
        with listener.listening():
            facts = _transform(path) if wanted == "transform" else _montage(path)
    # MNE-Python raises many kinds of errors about damaged files.
    except Exception as error:
        why = one_line(error, 80)
        raise DataError(f"{path}: no {wanted} of MNE-Python ({why}); {_REMEDIES[wanted]}") from error
    return _Content(facts, listener.lines)


def _transform(path: Path) -> dict[str, Any]:
    import mne.transforms

    found = mne.transforms.read_trans(path, return_all=False)
    matrix = [[float(value) for value in row] for row in found["trans"]]
    return {"from": int(found["from"]), "to": int(found["to"]), "matrix": matrix}


def _montage(path: Path) -> dict[str, Any]:
    """Names and positions of the channels in a recording's header, or else in a file of digitised points.

    The header names bad channels, too. Both may hold fiducials.
    """
    import mne.channels
    import mne.io

    bads: list[str] = []
    try:
        info = mne.io.read_info(path, verbose="warning")
        found, bads = info.get_montage(), [str(name) for name in info["bads"]]
    except ValueError:
        found = mne.channels.read_dig_fif(path, verbose="warning")
    if found is None:
        raise ValueError("no positions")
    positions = found.get_positions()
    contacts = {str(name): [float(value) for value in place] for name, place in positions["ch_pos"].items()}
    known = {key: positions[of] for key, of in FIDUCIALS.items() if positions.get(of) is not None}
    fiducials = {key: [float(value) for value in place] for key, place in known.items()}
    return {"frame": str(positions["coord_frame"]), "contacts": contacts, "bads": bads, "fiducials": fiducials}


if __name__ == "__main__":
    serve_reader(_load, _open)
