"""What flashes in a scene: where its sprites stand, how large and how bright they become, and before what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

import numpy as np
import numpy.typing as npt

from corticast.core.color import colormaps
from corticast.core.color.color import look_up
from corticast.core.flash import NOTHING, FlashLook, can_cover, coverage, flash_look, relative_luminance
from corticast.core.geometry.panels import ContactPanel, PicturePanel, SlicePanel, ViewPanel
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.geometry.sprites import SpriteLook, slice_style, view_style
from corticast.core.model.scene import Scene
from corticast.core.model.types import Float64Array, IntpArray, PlacedElectrodes
from corticast.film.flashing import SpriteField
from corticast.film.sweep import Planes

# Sprites are measured in a frame of as many lines as their sizes refer to, so that a film flashes the same at any size.
_LINES = 1080

# About as many voxels or pixels tell how bright it is behind the sprites, along each axis, to a quarter.
_SAMPLES_PER_AXIS = 24
_GROUND_STEPS = 4

# Steps of a turning camera in which sprites are looked at.
_TURN_DEG = 30

# Grey below which a voxel is none of the head.
_DIMMEST = 0.1


def sprite_fields(
    scene: Scene,
    placed: PlacedElectrodes,
    size: tuple[int, int],
    sprites: SpriteLook,
    row_of_contact: IntpArray,
    planes_mm: Planes | None,
    window: tuple[float, float],
) -> list[SpriteField]:
    """Where a scene's sprites stand, from each direction that a turning camera sees them from.

    Parameters as in `scene_flash_look`.
    """
    frame = _frame_of(size)
    contacts = np.flatnonzero(placed.drawn & (row_of_contact >= 0))
    diameters = scene.electrode_size or sprites.diameters
    fields = []
    grounds = tuple(luminance for luminance, _ in _grounds(scene, window))
    panels = layout_of(scene, placed, frame).contact_panels
    for turn_deg in _turns_deg(scene):
        centres, scales, which = _sprites(scene, panels, placed, contacts, planes_mm, turn_deg)
        fields.append(SpriteField(centres, scales, row_of_contact[which], diameters, frame, grounds))
    return fields


def _frame_of(size: tuple[int, int]) -> tuple[int, int]:
    """Width and height of the frame that sprites are measured in."""
    return max(round(_LINES * size[0] / size[1]), 1), _LINES


def _turns_deg(scene: Scene) -> range:
    """Angles that a camera is looked through at."""
    return range(0, 360, _TURN_DEG) if scene.spin else range(1)


def scene_flash_look(
    scene: Scene,
    placed: PlacedElectrodes | None,
    size: tuple[int, int],
    sprites: SpriteLook,
    window: tuple[float, float],
    *,
    signed: bool = False,
    planes_mm: Planes | None = None,
    row_of_contact: IntpArray | None = None,
) -> FlashLook:
    """What flashes in the frames of a scene.

    Parameters
    ----------
    placed : where the contacts are, None without any
    size : width, height of the frame in pixels; only their ratio counts
    sprites : what the drive asks of the sprites
    window : scaled values drawn black and white
    signed : whether activity runs from -1 to 1
    planes_mm : world planes x, y, z; None where they move, then every contact counts as near
    row_of_contact : (n_contacts,) row of activity that each contact shows, -1 for none; None where it is not known,
        then each has its own
    """
    frame = _frame_of(size)
    diameters = scene.electrode_size or sprites.diameters
    covered = NOTHING
    if placed is not None:
        if row_of_contact is None:
            row_of_contact = np.arange(len(placed.pos))
        contacts = np.flatnonzero(placed.drawn & (row_of_contact >= 0))
        panels = layout_of(scene, placed, frame).contact_panels
        if can_cover(len(panels) * len(contacts), diameters[1], frame):
            # From where a turning camera sees them closest together.
            for turn_deg in _turns_deg(scene):
                centres, scales, which = _sprites(scene, panels, placed, contacts, planes_mm, turn_deg)
                seen = coverage(centres, scales, row_of_contact[which], diameters, frame)
                covered = max(covered, seen, key=lambda each: float(each.covered[-1]))
    if not covered.can_flash:
        return flash_look(covered, np.zeros((1, 3), dtype=np.uint8), signed=signed)
    colours = colormaps.activity_table(scene.electrode_cmap or sprites.cmap, signed=signed)
    return flash_look(covered, colours, signed=signed, grounds=_grounds(scene, window))


def _sprites(
    scene: Scene,
    panels: Sequence[ContactPanel],
    placed: PlacedElectrodes,
    contacts: IntpArray,
    planes_mm: Planes | None,
    turn_deg: float,
) -> tuple[Float64Array, Float64Array, IntpArray]:
    """(n, 2) centres in pixels, (n,) scales and (n,) contacts of what is drawn on all panels, in that order."""
    pos = placed.pos[contacts]
    centres, scales, which = [], [], []
    for panel in panels:
        seen = panel.turned(turn_deg) if isinstance(panel, ViewPanel) else panel
        scale, order = _drawn_on(seen, pos, scene, planes_mm)
        centres.append(seen.pixel_of(pos[order]))
        scales.append(scale[order])
        which.append(contacts[order])
    return np.concatenate(centres), np.concatenate(scales), np.concatenate(which)


def _drawn_on(
    panel: ContactPanel, pos: Float64Array, scene: Scene, planes_mm: Planes | None
) -> tuple[Float64Array, IntpArray]:
    """(n,) scales of contacts on a panel, and the rows that are drawn there, in drawing order."""
    match panel:
        case ViewPanel():
            return np.ones(len(pos)), view_style(panel.camera.seen(pos)[:, 2], dims=False).order
        case SlicePanel() if planes_mm is not None and scene.electrode_depth != "all":
            style = slice_style(pos, panel.fixed_axis, panel.plane_at(planes_mm), scene.electrode_depth)
            return style.scale.astype(np.float64), style.order[style.opacity[style.order] > 0]
        case SlicePanel() | PicturePanel():
            return np.ones(len(pos)), np.arange(len(pos))
        case _:
            assert_never(panel)


def _grounds(scene: Scene, window: tuple[float, float]) -> list[tuple[float, float]]:
    """Luminances of what lies behind the sprites, and how much of it has them."""
    colours: npt.NDArray[Any]
    if scene.image is not None:
        colours = _sampled(scene.image.pixels, 2)
    elif scene.volume is not None:
        voxels = _sampled(scene.volume.voxels, 3)
        if scene.volume.is_rgb:
            colours = voxels[..., :3]
        else:
            values = voxels * scene.volume.slope + scene.volume.inter
            grey = ((values - window[0]) / (window[1] - window[0])).ravel()
            colours = look_up(colormaps.table(scene.cmap), grey[grey > _DIMMEST])
    elif scene.background == "none":
        # Whatever the film is laid over.
        colours = np.array([[0, 0, 0], [255, 255, 255]], dtype=np.uint8)
    else:
        colours = np.array([colormaps.color(scene.background)]) * 255
    steps = np.round(relative_luminance(colours) * _GROUND_STEPS).astype(np.intp)
    # Nothing but air is black.
    counts = np.bincount(steps.ravel(), minlength=1) if steps.size else np.ones(1, dtype=np.intp)
    return [(step / _GROUND_STEPS, count / max(counts.sum(), 1)) for step, count in enumerate(counts) if count]


def _sampled(pixels: npt.NDArray[Any], n_axes: int) -> npt.NDArray[Any]:
    """Every so many of an array along its first axes."""
    return pixels[tuple(slice(None, None, max(side // _SAMPLES_PER_AXIS, 1)) for side in pixels.shape[:n_axes])]
