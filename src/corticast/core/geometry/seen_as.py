"""How a scene's views from outside show its volume: as the scene says, else by the volume and its contacts."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np

from corticast.core.color.themes import THEMES, Theme, theme_of
from corticast.core.geometry.camera import Camera
from corticast.core.geometry.head import render_of, surface_level_of
from corticast.core.geometry.masked import seen_volume
from corticast.core.geometry.tissue import are_on_surface
from corticast.core.model.needs import SLICES
from corticast.core.model.scene import Scene
from corticast.core.model.types import Float64Array, PlacedElectrodes, Volume

# Azimuth and elevation of viewers at the sides of a cube about the head, then at its corners, in degrees.
_SIDES = ((180.0, 0.0), (0.0, 0.0), (90.0, 0.0), (-90.0, 0.0), (0.0, 90.0), (0.0, -90.0))
_CORNERS = tuple((azimuth, elevation) for elevation in (35.26, -35.26) for azimuth in (45.0, 135.0, -135.0, -45.0))

# Of the contacts that were asked last: level and places, and how many lie under the surface.
_known: WeakKeyDictionary[Volume, tuple[tuple[float, bytes], int]] = WeakKeyDictionary()


def render_of_views(scene: Scene, placed: PlacedElectrodes | None) -> Literal["surface", "mip", "glass"]:
    """How the views of a scene with a volume show the volume.

    A surface that hides more than half of the contacts from all sides would hide the data: the volume is of glass. A
    whole head is of glass for the sake of contacts alone: where skin hides none, views show the lit skin.

    Parameters
    ----------
    placed : the contacts that the scene draws; None without any
    """
    assert scene.volume is not None
    render = render_of(scene.render, seen_volume(scene.volume, scene.mask))
    if scene.render != "auto" or render == "mip":
        return render
    if render == "glass":
        return "glass" if placed is not None and n_under(scene, placed) else "surface"
    return "glass" if hides_most(scene, placed) else "surface"


def contact_theme(scene: Scene, placed: PlacedElectrodes | None) -> Theme:
    """The theme whose maps contacts have.

    Before a lit surface values about 0 have the map of light grounds. On light greys the dark middle of the map of dark
    grounds would draw the eye more than the largest values. Slices beside a view are dark, and so is glass.

    Parameters
    ----------
    placed : the contacts that the scene draws; None without any
    """
    theme = theme_of(scene)
    if theme.is_light or scene.volume is None or SLICES.holds(scene.facts) or not scene.is_seen_from_outside:
        return theme
    if render_of_views(scene, placed) != "surface":
        return theme
    return replace(theme, signed_cmap=THEMES["light"].signed_cmap)


def hides_most(scene: Scene, placed: PlacedElectrodes | None) -> bool:
    """Whether contacts alone decide that views are of glass: most lie under a surface, and the scene chooses nothing.

    Parameters
    ----------
    placed : the contacts that the scene draws; None without any
    """
    volume = scene.volume
    if volume is None or placed is None or scene.render != "auto":
        return False
    if render_of("auto", seen_volume(volume, scene.mask)) != "surface":
        return False
    return 2 * n_under(scene, placed) > int(placed.drawn.sum())


def n_under(scene: Scene, placed: PlacedElectrodes) -> int:
    """Number of contacts that the surface of a scene's volume hides from all sides, counted once.

    Parameters
    ----------
    placed : the contacts that the scene draws
    """
    assert scene.volume is not None
    volume = seen_volume(scene.volume, scene.mask)
    level, pos_mm = surface_level_of(volume, scene.surface_level), placed.pos[placed.drawn]
    asked = level, pos_mm.tobytes()
    if _known.get(volume, (None, 0))[0] != asked:
        _known[volume] = asked, _count_under(volume, level, pos_mm)
    return _known[volume][1]


def _count_under(volume: Volume, level: float, pos_mm: Float64Array) -> int:
    """Number of (n, 3) places that the surface hides from 14 sides."""
    for azimuth_deg, elevation_deg in (*_SIDES, *_CORNERS):
        camera = Camera(azimuth_deg, elevation_deg, np.zeros(3))
        pos_mm = pos_mm[~are_on_surface(volume, level, camera, pos_mm)]
    return len(pos_mm)
