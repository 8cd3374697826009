"""What a viewer has set in a live show, kept for the next one."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
import tempfile
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from corticast.core.model.scene import LayoutName
from corticast.errors import OptionError

# Number keys choose these.
LAYOUTS: tuple[LayoutName, ...] = ("ortho", "grid", "sagittal", "coronal", "axial", "lateral", "3d")

# Belong to one brain, and are kept for it alone.
_OF_A_VOLUME = ("plane_mm", "window")


@dataclass(frozen=True)
class LiveSettings:
    """What a viewer may change while a show goes on; None leaves a thing to the scene.

    Parameters
    ----------
    layout : panels
    plane_mm : world planes x, y, z
    window : scaled values drawn black and white
    cmap, electrode_cmap : colour maps of the volume and of activity
    gain_db : of the sound; None lets it adapt
    panel, spectrogram : whether the controls and the strip of bands are shown
    volume : file that planes and window were set for
    """

    layout: LayoutName | None = None
    plane_mm: tuple[float, float, float] | None = None
    window: tuple[float, float] | None = None
    cmap: str | None = None
    electrode_cmap: str | None = None
    gain_db: float | None = None
    panel: bool = True
    spectrogram: bool = False
    volume: str = ""

    @classmethod
    def restored(cls, path: Path, volume: str = "") -> Self:
        """Those of the last show; the defaults where there are none, or none that can be read.

        Parameters
        ----------
        path : file they were saved to
        volume : name of the file that is shown now
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            known = {field.name for field in fields(cls)}
            kept = cls(**{name: _from_json(name, value) for name, value in values.items() if name in known})
        except (OSError, ValueError, TypeError, AttributeError, OptionError):
            # A convenience: a damaged file is no reason not to show anything.
            return cls(volume=volume)
        if kept.volume != volume:
            kept = replace(kept, plane_mm=None, window=None, volume=volume)
        return kept

    def save(self, path: Path) -> None:
        """Write them whole or not at all; where that cannot be done, the next show begins with the defaults."""
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".live-") as folder:
                written = Path(folder, path.name)
                written.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
                os.replace(written, path)


def _from_json(name: str, value: Any) -> Any:
    """A setting as it was before it was written, checked."""
    if name in ("panel", "spectrogram"):
        return bool(value)
    if value is None:
        return None
    if name == "gain_db":
        return _finite(value)
    if name in _OF_A_VOLUME:
        numbers = tuple(_finite(number) for number in value)
        if len(numbers) != (3 if name == "plane_mm" else 2) or (name == "window" and numbers[0] >= numbers[1]):
            raise ValueError(name)
        return numbers
    if name == "layout" and value not in LAYOUTS:
        raise ValueError(name)
    if name in ("cmap", "electrode_cmap"):
        from corticast.core.color import colormaps

        colormaps.table(str(value))
    return str(value)


def _finite(value: Any) -> float:
    """A number that is drawn or heard; a gain far beyond what controls give is none."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is not finite")
    return number


def settings_path() -> Path:
    """Where settings are kept, as the system has it for programs' settings."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "corticast" / "live.json"
    folder = os.environ.get("XDG_CONFIG_HOME")
    return (Path(folder) if folder else Path.home() / ".config") / "corticast" / "live.json"
