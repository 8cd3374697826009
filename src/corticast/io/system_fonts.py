"""Font files of the system: where each system keeps them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")


def font_folders() -> list[Path]:
    """Folders of fonts: the user's own, and those of the system."""
    home = Path.home()
    if sys.platform == "darwin":
        return [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    if sys.platform == "win32":
        local, windows = os.environ.get("LOCALAPPDATA"), os.environ.get("WINDIR", r"C:\Windows")
        return [*([Path(local) / "Microsoft/Windows/Fonts"] if local else []), Path(windows) / "Fonts"]
    own = os.environ.get("XDG_DATA_HOME") or home / ".local/share"
    shared = (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    return [Path(own) / "fonts", home / ".fonts", *(Path(each) / "fonts" for each in shared if each)]


def font_files() -> Iterator[Path]:
    """Font files in these folders and below, without those of folders that cannot be read."""
    for folder in font_folders():
        for where, _, names in os.walk(folder):
            yield from (Path(where, name) for name in names if name.lower().endswith(_SUFFIXES))
