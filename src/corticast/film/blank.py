"""Volumes in which nothing can be seen."""

from __future__ import annotations

import math

from corticast.core.color.windowing import single_value
from corticast.core.model.types import Volume


def warn_of_blank(volume: Volume | None) -> tuple[str, ...]:
    """Warn about a volume whose finite voxels all have one value, or without finite voxels."""
    value = None if volume is None else single_value(volume)
    if volume is None or value is None:
        return ()
    if math.isnan(value):
        return (f"{volume.name}: no voxel has a finite value, so nothing is visible in it",)
    return (f"{volume.name}: all voxels have the value {value:g}, so nothing is visible in it",)
