"""Head, contacts and texts, which cubes and bars in the corners of panels must not cover."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import numpy as np

from corticast.core.geometry.body import Body, body_of
from corticast.core.geometry.boxes import Box, box_of
from corticast.core.geometry.contact_sizes import ContactSizes, largest_contacts
from corticast.core.geometry.layout import CornerSlot, Layout
from corticast.core.geometry.panels import ObliquePanel, Panel, SlicePanel, ViewPanel
from corticast.core.geometry.resting import Planes
from corticast.core.geometry.shown_body import shown_body
from corticast.core.model.scene import Scene
from corticast.core.model.types import Float64Array, PlacedElectrodes
from corticast.core.text.panel_texts import caption_style, name_style, text_box, worded
from corticast.core.text.taken import taken_by_texts

# Of the circles that points of a turning head go in: slices in height, shares of the radius, directions.
_N_HEIGHTS, _RADII, _N_AROUND = 96, (0.25, 0.5, 0.75, 1.0), 120


def seen_in(
    layout: Layout,
    scene: Scene,
    placed: PlacedElectrodes | None,
    planes_mm: Planes | None = None,
    *,
    is_fed: bool = False,
    every: int = 1,
) -> Callable[[Panel], Float64Array]:
    """Gives what a panel of a layout must keep free.

    It is (n, 4) float64, small boxes that hold the head's edge and the contacts, in all frames.

    Parameters
    ----------
    placed : where the electrodes are in the world, None without any
    planes_mm : where the film's planes rest; None where they move
    is_fed : whether activity may come from elsewhere than the scene, as in a show
    every : how many points of the head's edge one of them stands for; above 1 for a quick look
    """
    drawn = placed if placed is not None and placed.drawn.any() else None

    @cache
    def contacts() -> tuple[PlacedElectrodes, ContactSizes] | None:
        return None if drawn is None else (drawn, largest_contacts(scene, drawn, is_fed=is_fed))

    return cache(lambda panel: _seen_px(panel, layout, scene, contacts(), planes_mm, every))


def texts_px(layout: Layout, scene: Scene) -> Float64Array:
    """(n, 4) float64, boxes that texts, the bar and other things in corners take."""
    found = [*taken_by_texts(_without_corners(layout)), *_corner_texts(layout, scene)]
    return np.array(found, dtype=np.float64).reshape(-1, 4)


def corner_texts_px(layout: Layout, scene: Scene) -> Float64Array:
    """(n, 4) float64, boxes of the names and the longest captions in the corners of panels."""
    return np.array([*_corner_texts(layout, scene)], dtype=np.float64).reshape(-1, 4)


def meets(boxes: Float64Array, box: Box) -> bool:
    """Whether one of (n, 4) boxes shares a pixel with a box."""
    left, top, right, bottom = boxes.T
    return bool(((left < box[2]) & (right > box[0]) & (top < box[3]) & (bottom > box[1])).any())


def is_over_air(panel: Panel, box: Box, seen: Callable[[Panel], Float64Array]) -> bool:
    """Whether a box lies in a panel, and neither the head nor a contact between the box and the nearest corner.

    Parameters
    ----------
    seen : gives the boxes of a panel, see `seen_in`
    """
    # Where a panel cuts the head, the head's edge may lie outside of the panel.
    return _holds(panel, box) and _shows_all(panel, seen(panel)) and not meets(seen(panel), _to_corner(panel, box))


def _seen_px(
    panel: Panel,
    layout: Layout,
    scene: Scene,
    contacts: tuple[PlacedElectrodes, ContactSizes] | None,
    planes_mm: Planes | None,
    every: int,
) -> Float64Array:
    parts: list[tuple[Float64Array, float]] = []
    if scene.volume is not None:
        # Views show the brain of a mask alone; slices show some of the head around the brain.
        is_view = isinstance(panel, ViewPanel)
        whole = shown_body(scene, scene.volume) if is_view else body_of(scene.volume, scene.surface_level)
        body = _body_on(panel, whole, planes_mm)
        parts.append((body.points_mm[::every], max(body.half_mm) * panel.pixels_per_mm))
    if contacts is not None:
        placed, sizes = contacts
        reach_px = sizes.reach_px(panel, layout)
        parts.append((placed.pos[placed.drawn], reach_px))
    found = []
    for points_mm, reach_px in parts:
        turns = scene.spin and isinstance(panel, ViewPanel)
        every_mm = _around(points_mm, panel.camera.centre_mm) if turns and isinstance(panel, ViewPanel) else points_mm
        centres_px = panel.pixel_of(every_mm) + 0.5
        found.append(np.concatenate([centres_px - reach_px, centres_px + reach_px], axis=1))
    return np.concatenate(found) if found else np.zeros((0, 4))


def _body_on(panel: Panel, body: Body, planes_mm: Planes | None) -> Body:
    """The part of a body that some frame shows; the whole one where a plane passes by."""
    if isinstance(panel, ObliquePanel):
        return body.section(panel.plane.normal, panel.plane.offset_mm) or body
    if not isinstance(panel, SlicePanel):
        return body
    plane_mm = panel.plane_mm if planes_mm is None else panel.plane_at(planes_mm)
    return body if plane_mm is None else body.at_plane(panel.fixed_axis, plane_mm) or body


def _around(points_mm: Float64Array, centre_mm: Float64Array) -> Float64Array:
    """(n, 3) float64 mm, points of the body that a turn about the vertical through a centre sweeps."""
    away = points_mm - centre_mm
    radius, height = np.hypot(away[:, 0], away[:, 1]), away[:, 2]
    edges = np.linspace(height.min(), height.max(), _N_HEIGHTS + 1)
    rows = np.clip(np.searchsorted(edges, height, side="right") - 1, 0, _N_HEIGHTS - 1)
    most = np.full(_N_HEIGHTS, -1.0)
    np.maximum.at(most, rows, radius)
    middles = (edges[:-1] + edges[1:])[most >= 0] / 2
    radii = np.outer(most[most >= 0], _RADII)
    angles = np.linspace(0.0, 2 * np.pi, _N_AROUND, endpoint=False)
    circles = np.stack(np.broadcast_arrays(
        radii[:, :, None] * np.cos(angles), radii[:, :, None] * np.sin(angles), middles[:, None, None]
    ), axis=-1)  # fmt: skip
    return np.asarray(circles.reshape(-1, 3) + centre_mm)


def _without_corners(layout: Layout) -> Layout:
    """The layout without names and captions in corners, and without the foot: their room is larger than their words."""
    names, captions = (
        tuple(None if isinstance(slot, CornerSlot) else slot for slot in slots)
        for slots in (layout.names, layout.captions)
    )
    return replace(layout, names=names, captions=captions, foot=None)


def _corner_texts(layout: Layout, scene: Scene) -> Iterator[Box]:
    """Boxes of the names and the longest captions in the corners of panels."""
    for panel, name, caption in zip(layout.panels, layout.names, layout.captions, strict=True):
        lines = []
        if isinstance(name, CornerSlot):
            lines += [(line, True) for line in name_style(layout).texts([panel.title], name, strong=True)]
        if isinstance(caption, CornerSlot):
            facts = worded(panel.widest_caption(scene.volume, scene.shown_labels), scene)
            lines += [(line, False) for line in caption_style(scene, layout).texts(facts, caption)]
        yield from (text_box(*line, strong=strong) for line, strong in lines)


def _holds(panel: Panel, box: Box) -> bool:
    left, top, right, bottom = box_of(panel.rect)
    return box[0] >= left and box[1] >= top and box[2] <= right and box[3] <= bottom


def _to_corner(panel: Panel, box: Box) -> Box:
    """The box with everything between it and the nearest corner of its panel."""
    x, y, width, height = panel.rect
    left, top, right, bottom = box
    is_left, is_upper = left - x < x + width - right, top - y < y + height - bottom
    return (x if is_left else left, y if is_upper else top, right if is_left else x + width,
            bottom if is_upper else y + height)  # fmt: skip


def _shows_all(panel: Panel, boxes: Float64Array) -> bool:
    """Whether the middles of all boxes lie in a panel, with a tolerance of one pixel."""
    x, y, width, height = panel.rect
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    return bool((np.abs(middles - (x + width / 2, y + height / 2)) <= (width / 2 + 1, height / 2 + 1)).all())
