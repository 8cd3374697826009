"""Companion files: files that corticast reads along with an input, and that also change the film."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path, PureWindowsPath

from corticast.errors import DataError, one_line
from corticast.io.bids import channel_tables, nearest, unit_file
from corticast.io.door import read_bytes
from corticast.io.file_kinds import TABLE

_OF_BIDS = ("channels.tsv", "events.tsv", "coordsystem.json")
# Coordinates of iELVis, whose names stand in another file.
_IELVIS = (".lepto", ".pial", ".fsaverage")
_OTHER_HALF = {".hdr": ".img", ".img": ".hdr", ".set": ".fdt", ".lay": ".dat"}
# Files that a BrainVision header names; $b stands for the header's own name.
_NAMED = re.compile(r"^(?:DataFile|MarkerFile)=(.+?)\s*$", re.MULTILINE)


def sidecar_of(table: Path) -> Path:
    """The file beside a table of activity that has the meaning of its cells."""
    return table.with_suffix(".json")


def companion_of(path: Path, name: str, folder: Path | None = None) -> Path:
    """The file that another file names in its content, which must lie in the same folder or below.

    Parameters
    ----------
    path : the file whose content names the other
    name : as the content has it
    folder : in which the name counts, instead of the folder of `path`

    Raises
    ------
    DataError : the name leads out of the folder
    """
    named = PureWindowsPath(name.strip())
    if not named.parts or named.drive or named.root or ".." in named.parts or "\0" in name:
        where = one_line(name, 80)
        home, remedy = ("its folder", "beside it") if folder is None else (f"{folder.name}/", "there")
        raise DataError(f"{path}: names a file outside {home}, {where}; put that file {remedy}, and name it so")
    return (folder or path.parent).joinpath(*named.parts)


def other_half(path: Path) -> Path | None:
    """The file of the same name that holds the other half of an input, such as the .fdt of a .set; None without any."""
    suffix = _OTHER_HALF.get(path.suffix.lower())
    return None if suffix is None else path.with_suffix(suffix)


def companions(path: Path) -> list[Path]:
    """Find the files that are read along with an input: BIDS tables beside it, and further files of its format."""
    found = {nearest(path, suffix) for suffix in _OF_BIDS} | {unit_file(path), *channel_tables(path)}
    found.add(other_half(path))
    suffix = path.suffix.lower()
    if suffix in _IELVIS and (names := path.with_suffix(".electrodeNames")).exists():
        found.add(names)
    if suffix == ".vhdr":
        with suppress(DataError):
            text = read_bytes(path, TABLE).decode(errors="replace")
            found |= {companion_of(path, name.replace("$b", path.stem)) for name in _NAMED.findall(text)}
    return sorted(file for file in found if file is not None)
