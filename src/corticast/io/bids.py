"""Names of BIDS files, and the files that belong to another file by the inheritance principle.

A name is a chain of entities and a suffix: sub-01_ses-1_space-ACPC_electrodes.tsv. Parts without a dash are words
("sample_ecog_space-voxel_electrodes.tsv" begins with two). Words must be equal in both names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_BIDS_FOLDER = re.compile(r"(sub|ses)-[A-Za-z0-9]+")

# Words for the space of the T1w itself, which has no entity.
T1W_SPACES = ("", "scanras", "t1w", "native", "individual", "orig")
# Spaces of a subject's own head, the most certain first. Templates come after all of these.
OWN_SPACES = (*T1W_SPACES, "acpc", "fsnative", "other")


def entities(path: Path) -> dict[str, str]:
    """Entities of a name: {"sub": "01", "space": "ACPC"} for sub-01_space-ACPC_electrodes.tsv."""
    return {key: value for key, dash, value in (part.partition("-") for part in _parts(path)) if dash}


def nearest_coordsystem(table: Path) -> Path | None:
    """The coordsystem.json of an electrode table; None if missing."""
    return nearest(table, "coordsystem.json")


def unit_file(table: Path) -> Path | None:
    """The JSON file with the units of a table's columns; None if missing."""
    if table.suffix.lower() not in (".tsv", ".csv", ".txt"):
        return None
    if table.stem.split("_")[-1] == "electrodes":
        return nearest(table, "electrodes.json")
    sidecar = table.with_suffix(".json")
    return sidecar if sidecar.is_file() else None


def nearest(path: Path, suffix: str) -> Path | None:
    """The file with a suffix that belongs to another file, such as the channels.tsv of a recording; None if missing.

    All parts of its name stand in the other file's name, too. If there are several, the nearest folder counts, and in
    that folder the name that shares most parts.
    """
    own = set(_parts(path))
    for folder in _folders(path):
        fitting = [file for file in _files(folder, suffix) if own.issuperset(_parts(file))]
        if fitting:
            return max(fitting, key=lambda file: len(_parts(file)))
    return None


def channel_tables(table: Path) -> list[Path]:
    """The channels.tsv files of an electrode table, one per task and run, from the nearest folder that has any.

    Entities that both names have must be equal, and the subject must be the same. Entities that only the channels' file
    has, such as task and run, may have any value. Entities that only the table has, such as the space, do not matter.
    """
    own, own_words = entities(table), _words(table)
    for folder in _folders(table):
        fitting = [
            file
            for file in _files(folder, "channels.tsv")
            if _words(file) == own_words
            and entities(file).get("sub") == own.get("sub")
            and all(own.get(key, value) == value for key, value in entities(file).items())
        ]
        if fitting:
            return fitting
    return []


def _folders(path: Path) -> Iterator[Path]:
    """Folders from a file's own up to the root of its dataset; outside a dataset, only its own."""
    # Links stay unresolved: in a DataLad dataset, the file is a link into the annex.
    folder = path.absolute().parent
    yield folder
    while _BIDS_FOLDER.fullmatch(folder.name) or _BIDS_FOLDER.fullmatch(folder.parent.name):
        folder = folder.parent
        yield folder


def _files(folder: Path, suffix: str) -> list[Path]:
    """Files with a suffix, sorted by name."""
    return sorted(file for file in folder.glob(f"*{suffix}") if file.name == suffix or file.name.endswith(f"_{suffix}"))


def _parts(path: Path) -> list[str]:
    return path.stem.split("_")[:-1]


def _words(path: Path) -> list[str]:
    return [part for part in _parts(path) if "-" not in part]
