"""The chain of tags in a FIF file, before MNE-Python follows it.

A tag has 16 bytes in big-endian order: its kind, its type, the bytes of its content, and the place of the next tag (0:
behind the content, below 0: none). MNE-Python follows the chain where a file lacks its directory, and never ends where
the chain is a circle.
"""

from __future__ import annotations

import struct
from pathlib import Path

from corticast.errors import DataError
from corticast.io.door import opened
from corticast.io.file_kinds import RECORDING

_TAG = struct.Struct(">iIii")


def check_tags(path: Path) -> None:
    """Refuse a file whose tags lead back to an earlier one.

    Raises
    ------
    DataError : as above, or the file cannot be read
    """
    with opened(path, RECORDING) as file:
        seen: set[int] = set()
        place = 0
        while 0 <= place <= file.size - _TAG.size:
            if place in seen:
                raise DataError(f"{path}: its tags lead back to byte {place}; export the recording again")
            seen.add(place)
            file.seek(place)
            _, _, n_bytes, following = _TAG.unpack(file.read(_TAG.size) or b"")
            place = following or place + _TAG.size + n_bytes
