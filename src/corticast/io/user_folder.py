"""The system's place for a program's settings."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def user_folder() -> Path:
    """Folder of corticast's settings: below XDG_CONFIG_HOME or ~/.config; of macOS, Application Support."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "corticast"
    folder = os.environ.get("XDG_CONFIG_HOME")
    return (Path(folder) if folder else Path.home() / ".config") / "corticast"
