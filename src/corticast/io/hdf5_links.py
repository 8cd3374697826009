"""Links of HDF5 files to other files, which HDF5 would follow to any place of the machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from corticast.io.companions import companion_of
from corticast.io.door import check_exists
from corticast.io.file_kinds import RECORDING


def check_links(path: Path) -> None:
    """Refuse an HDF5 file with links, external storage or virtual sources outside its folder.

    Raises
    ------
    DataError : as above; or a file that is named is no regular file
    OSError : the file is no HDF5 file
    """
    import h5py

    named: dict[str, None] = {}

    def see_link(_: str, link: Any) -> None:
        if isinstance(link, h5py.ExternalLink):
            named[link.filename] = None

    def see_object(_: str, found: Any) -> None:
        if isinstance(found, h5py.Dataset):
            named.update((name, None) for name, _, _ in found.external or ())
            if found.is_virtual:
                named.update((source.file_name, None) for source in found.virtual_sources())

    with h5py.File(path, "r") as file:
        file.visititems_links(see_link)
        file.visititems(see_object)
    for name in named:
        # "." is the file itself. pynwb reports the link to a missing file.
        if name != "." and os.path.lexists(named_path := companion_of(path, name)):
            check_exists(named_path, RECORDING)
