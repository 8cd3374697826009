"""Distances in mm that follow the size of a head: those of a human head, and less in smaller ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from corticast.core.geometry.affines import zooms_mm
from corticast.core.model.types import Volume

if TYPE_CHECKING:
    from corticast.core.model.scene import Scene

# Volumes of human heads and brains are longer than this; the brain of a newborn is about 100 mm long in a box of 150.
_HUMAN_MM = 150.0

# Real grids float up to 10 mm outside the brain.
_HUMAN_DEPTH_MM = 10.0


def longest_mm(volume: Volume) -> float:
    """The longest edge of a volume's box, in mm."""
    return float((zooms_mm(volume.affine) * volume.shape[:3]).max())


def head_scale(volume: Volume | None) -> float:
    """Factor on distances of a human head: 1 in its volume and in larger ones, less in proportion in smaller ones.

    Of a mouse in a box of 10 mm it is 0.067. It is 1 without a volume.
    """
    return 1.0 if volume is None else min(1.0, longest_mm(volume) / _HUMAN_MM)


def usual_depth_mm(volume: Volume | None) -> float:
    """Half the thickness of the slab in which contacts count as near a plane, with two digits."""
    return float(f"{_HUMAN_DEPTH_MM * head_scale(volume):.2g}")


def depth_of(scene: Scene) -> float | Literal["all"]:
    """The distance in mm that a scene's `electrode_depth` stands for, or "all"."""
    depth = scene.electrode_depth
    return usual_depth_mm(scene.volume) if depth == "auto" else depth
