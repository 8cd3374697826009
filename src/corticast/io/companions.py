"""Companion files: files that corticast reads along with an input, and that also change the film."""

from __future__ import annotations

import re
from pathlib import Path

from corticast.io.bids import channel_tables, nearest, unit_file

_OF_BIDS = ("channels.tsv", "events.tsv", "coordsystem.json")
_OTHER_HALF = {".hdr": ".img", ".img": ".hdr", ".set": ".fdt"}
# Files that a BrainVision header names; $b stands for the header's own name.
_NAMED = re.compile(r"^(?:DataFile|MarkerFile)=(.+?)\s*$", re.MULTILINE)


def sidecar_of(table: Path) -> Path:
    """The file beside a table of activity that has the meaning of its cells."""
    return table.with_suffix(".json")


def companions(path: Path) -> list[Path]:
    """Find the files that are read along with an input: BIDS tables beside it, and further files of its format."""
    found = {nearest(path, suffix) for suffix in _OF_BIDS} | {unit_file(path), *channel_tables(path)}
    suffix = path.suffix.lower()
    if suffix in _OTHER_HALF:
        found.add(path.with_suffix(_OTHER_HALF[suffix]))
    if suffix == ".vhdr" and path.is_file():
        text = path.read_text(encoding="utf-8", errors="replace")
        found |= {path.with_name(name.replace("$b", path.stem)) for name in _NAMED.findall(text)}
    return sorted(file for file in found if file is not None)
