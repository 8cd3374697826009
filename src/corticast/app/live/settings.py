"""A viewer's settings of a live show, kept for the next show."""

from __future__ import annotations

import contextlib
import json
import math
import os
import tempfile
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from corticast.core.model import layouts
from corticast.core.model.layouts import LayoutName
from corticast.errors import OptionError
from corticast.io.user_folder import user_folder

# Number keys choose these, one digit each.
LAYOUTS: tuple[LayoutName, ...] = tuple(layouts.LAYOUTS)[:9]

# Settings that belong to one volume, and are restored only for it.
_OF_A_VOLUME = ("plane_mm", "window")


@dataclass(frozen=True)
class LiveSettings:
    """Settings that a viewer may change during a show. None leaves a setting to the scene.

    Parameters
    ----------
    layout : panels
    plane_mm : world planes x, y, z
    window : scaled values drawn black and white
    cmap, electrode_cmap : colour maps of the volume and of the activity
    gain_db : gain of the sound; None adapts the gain
    controls, spectrogram : whether the window shows the controls and the strip of bands
    volume : name of the file that planes and window belong to
    """

    layout: LayoutName | None = None
    plane_mm: tuple[float, float, float] | None = None
    window: tuple[float, float] | None = None
    cmap: str | None = None
    electrode_cmap: str | None = None
    gain_db: float | None = None
    controls: bool = True
    spectrogram: bool = False
    volume: str = ""

    @classmethod
    def restored(cls, path: Path, volume: str = "") -> Self:
        """The settings of the last show; the defaults if they are missing or cannot be read.

        Parameters
        ----------
        path : file with the saved settings
        volume : name of the current file
        """
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            known = {field.name for field in fields(cls)}
            kept = cls(**{name: _from_json(name, value) for name, value in values.items() if name in known})
        except (OSError, ValueError, TypeError, AttributeError, OptionError):
            # The settings are a convenience: a damaged file must not prevent a show.
            return cls(volume=volume)
        if kept.volume != volume:
            kept = replace(kept, plane_mm=None, window=None, volume=volume)
        return kept

    def save(self, path: Path) -> None:
        """Write the settings completely or not at all. After a failure, the next show begins with the defaults."""
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".live-") as folder:
                written = Path(folder, path.name)
                written.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
                os.replace(written, path)


def _from_json(name: str, value: Any) -> Any:
    """Check a setting from a file, and restore its type."""
    if name in ("controls", "spectrogram"):
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
    """A finite number."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} is not finite")
    return number


def settings_path() -> Path:
    """File of the settings, in the system's place for programs' settings."""
    return user_folder() / "live.json"
