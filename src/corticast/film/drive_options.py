"""The options of a scene file that fill a drive's fields, in both directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from corticast.core.model.options import table_of
from corticast.core.model.scene import PictureOptions
from corticast.core.model.scene_file import SceneFile
from corticast.core.model.types import Drive
from corticast.dsp.bands import LogBands

# A field of a drive is filled by the option of its name, and these fields by another one.
_OTHER_NAMES = {"start_s": "activity_start", "full_scale": "activity_scale"}

# Fields of drives that bear the name of an option of another meaning: inputs in memory, and options of the picture.
_OTHERS = frozenset({"audio", "values", *table_of(PictureOptions)})

# How a drive holds the value of an option, where the two differ.
_AS_FIELD: dict[str, Callable[[Any], Any]] = {
    "bands": lambda bands: LogBands(*bands),
    "baseline": lambda baseline: None if baseline == "all" else baseline,
    "line_hz": lambda line_hz: None if line_hz == "none" else line_hz,
    "smoothing_hz": lambda cutoff_hz: None if cutoff_hz == "none" else cutoff_hz,
}
_AS_OPTION: dict[str, Callable[[Any], Any]] = {
    "bands": lambda bands: (bands.lo, bands.hi, bands.n),
    "line_hz": lambda line_hz: "none" if line_hz is None else line_hz,
    "smoothing_hz": lambda cutoff_hz: "none" if cutoff_hz is None else cutoff_hz,
    "activity_start": float,
}


def options_of(drive: type) -> dict[str, str]:
    """Fields of a class of drives, and the option of a scene file that fills each. Inputs lack one."""
    named = {each.name: _OTHER_NAMES.get(each.name, each.name) for each in fields(drive)}
    return {field: name for field, name in named.items() if name in table_of(SceneFile) and name not in _OTHERS}


def drive_fields(drive: type, file: SceneFile) -> dict[str, Any]:
    """Fields of a drive by a scene file. A field whose option is None keeps the default of its class."""
    found = {field: (name, getattr(file, name)) for field, name in options_of(drive).items()}
    return {field: _AS_FIELD.get(name, _same)(value) for field, (name, value) in found.items() if value is not None}


def drive_options(drive: Drive) -> dict[str, Any]:
    """Options of a scene file that fill the fields of a drive."""
    return {name: _AS_OPTION.get(name, _same)(getattr(drive, field)) for field, name in options_of(type(drive)).items()}


def _same(value: Any) -> Any:
    return value
