"""Headers of BrainVision recordings, before MNE-Python believes them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from corticast.errors import DataError
from corticast.io.companions import companion_of
from corticast.io.door import opened, read_bytes
from corticast.io.file_kinds import BRAINVISION_HEADER, RECORDING

# As Python's configparser reads them, which MNE-Python uses: in any case, after "=" or ":". $b is the header's name.
_NAMED = re.compile(r"^[ \t]*(datafile|markerfile)[ \t]*[=:][ \t]*(.*?)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_N_CHANNELS = re.compile(r"^[ \t]*numberofchannels[ \t]*[=:][ \t]*(\d+)", re.MULTILINE | re.IGNORECASE)


def check_brainvision(path: Path) -> None:
    """Refuse a header that names files elsewhere, or more channels than its file of samples can hold.

    Raises
    ------
    DataError : as above, or a file cannot be read
    """
    text = read_bytes(path, BRAINVISION_HEADER).decode("utf-8", errors="replace").replace("\r", "\n")
    for what, name in _NAMED.findall(text):
        named = companion_of(path, name.replace("$b", path.stem))
        # MNE-Python says which file is missing, and where it looked for the file.
        if os.path.lexists(named):
            _check_named(path, text, named, is_data=what.lower() == "datafile")


def _check_named(path: Path, text: str, named: Path, *, is_data: bool) -> None:
    with opened(named, RECORDING) as file:
        n_channels = [int(number[:20]) for number in _N_CHANNELS.findall(text)] if is_data else []
        # A sample has at least one byte, and a recording at least one sample of each channel.
        if n_channels and max(n_channels) > file.size:
            raise DataError(
                f"{path}: announces {max(n_channels)} channels, and {named.name} holds {file.size} bytes; "
                "get both files again"
            )
