"""Places of orientation cubes: in a corner of each `3d` panel, over air, and apart from texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from corticast.core.geometry.boxes import box_of
from corticast.core.geometry.cube import LEAST_COSINE, LETTER_SHARE, faces_of, most_half_size
from corticast.core.geometry.in_the_way import seen_in, texts_px
from corticast.core.geometry.layout import CubeSpot, Layout
from corticast.core.geometry.panels import ViewPanel
from corticast.core.model.scene import Scene
from corticast.core.model.types import Float64Array, PlacedElectrodes

# Edge of a full cube in pixels of a frame whose shorter side is 1080, and in sizes of the smallest text.
_EDGE_PX, _EDGE_TEXTS = 70.0, 4.0
# The smallest cube bears a letter that can be read on the face nearest to the viewer, whose cosine is at least so much.
_LEAST_COSINE = 3**-0.5
# From the panel's edges, and from everything else, in edges of a full cube.
_INSET, _CLEAR = 0.2, 0.12
# A cube in a panel that is smaller than so many of its own sizes would be the picture.
_LEAST_ROOM = 2.5
# Corners in the order of choice: right and lower, right and upper, left and lower, left and upper.
_CORNERS = ((1, 1), (1, 0), (0, 1), (0, 0))


@dataclass(frozen=True, eq=False)
class _Corner:
    """A corner of a panel as a cube sees it.

    Parameters
    ----------
    panel : with the cube
    right, low : whether the corner is the right one, and the lower one
    half : half the width and half the height of the cube, in half edges
    edge_px : largest edge of a cube that touches nothing
    free_px : the same where only texts are in the way
    """

    panel: ViewPanel
    right: int
    low: int
    half: tuple[float, float]
    edge_px: float
    free_px: float


def with_cubes(layout: Layout, scene: Scene, placed: PlacedElectrodes | None, *, is_fed: bool = False) -> Layout:
    """The layout with a cube in each panel of `3d` that has room for one; the letters at its edges leave.

    A view from the front, the back, above or below that rests keeps its letters, which show left and right.

    Parameters
    ----------
    scene : whose labels ask for cubes
    placed : where the electrodes are, None without any
    is_fed : whether activity may come from elsewhere than the scene, as in a show
    """
    panels = [panel for panel in layout.views if panel.name == "3d" and not _has_plain_letters(panel, scene, is_fed)]
    if "cube" not in scene.shown_labels or not panels:
        return layout
    without = _without_letters(layout, panels)
    texts = texts_px(without, scene)
    full_px = max(_EDGE_PX * layout.unit, _EDGE_TEXTS * layout.least_px)
    least_px = layout.least_px / (LETTER_SHARE * _LEAST_COSINE)
    seen = seen_in(layout, scene, placed, is_fed=is_fed)
    chosen = [_chosen(panel, scene, texts, seen(panel), full_px, least_px) for panel in panels]
    corners = [corner for corner in chosen if corner is not None]
    if not corners:
        return layout
    # All cubes of a frame have one size.
    edge_px = max(min(min(corner.edge_px for corner in corners), full_px), least_px)
    spots = tuple(_spot(corner, edge_px, full_px) for corner in corners)
    return replace(_without_letters(layout, [spot.panel for spot in spots]), cubes=spots)


def _has_plain_letters(panel: ViewPanel, scene: Scene, is_fed: bool) -> bool:
    """Whether a panel keeps its letters: a cube that rests bears neither L nor R where both are at its sides."""
    rests = scene.spin == 0 and not is_fed and "letters" in scene.shown_labels
    return rests and bool(faces_of(panel.camera).cosines[0] < LEAST_COSINE)


def _chosen(
    panel: ViewPanel,
    scene: Scene,
    texts: Float64Array,
    seen: Float64Array,
    full_px: float,
    least_px: float,
) -> _Corner | None:
    """The first corner with room for a full cube, else the one with most room; None where texts leave no room."""
    half = most_half_size(panel.camera, turning=scene.spin != 0)
    if min(panel.rect[2] / half[0], panel.rect[3] / half[1]) < _LEAST_ROOM * least_px:
        return None
    corners = []
    for right, low in _CORNERS:
        free_px = _room_px(_from_corner(texts, panel, right, low), half, full_px)
        edge_px = min(_room_px(_from_corner(seen, panel, right, low), half, full_px), free_px)
        corner = _Corner(panel, right, low, half, edge_px, free_px)
        if free_px >= least_px and edge_px >= full_px:
            return corner
        corners.append(corner)
    roomy = [corner for corner in corners if corner.free_px >= least_px]
    return max(roomy, key=lambda corner: corner.edge_px, default=None)


def _spot(corner: _Corner, edge_px: float, full_px: float) -> CubeSpot:
    x, y, width, height = corner.panel.rect
    away = _INSET * full_px + corner.half[0] * edge_px / 2, _INSET * full_px + corner.half[1] * edge_px / 2
    column = x + width - away[0] if corner.right else x + away[0]
    row = y + height - away[1] if corner.low else y + away[1]
    return CubeSpot(corner.panel, (column, row), edge_px / 2, corner.half)


def _from_corner(boxes: Float64Array, panel: ViewPanel, right: int, low: int) -> Float64Array:
    """(n, 2) float64 pixels from a corner, to the side and up or down, to the nearest point of each box."""
    first, highest, last, lowest = box_of(panel.rect)
    lefts, tops, rights, bottoms = boxes.T
    side = last - rights if right else lefts - first
    end = lowest - bottoms if low else tops - highest
    far_side = lefts - last if right else first - rights
    far_end = tops - lowest if low else highest - bottoms
    # Boxes beyond the corner, outside of the panel, are in nobody's way.
    within = (far_side < 0) & (far_end < 0)
    return np.stack([side[within], end[within]], axis=1)


def _room_px(away: Float64Array, half: tuple[float, float], full_px: float) -> float:
    """Edge of the largest cube in a corner that reaches none of some points."""
    across, down = (away.T - (_INSET + _CLEAR) * full_px) / np.array(half)[:, None]
    return float(np.maximum(across, down).min(initial=np.inf))


def _without_letters(layout: Layout, panels: Sequence[ViewPanel]) -> Layout:
    pairs = zip(layout.panels, layout.letters, strict=True)
    without_room, on_contacts = (
        tuple(text for text in texts if text.kind != "letter" or text.panel not in panels)
        for texts in (layout.without_room, layout.on_contacts)
    )
    letters = tuple(None if panel in panels else slots for panel, slots in pairs)
    return replace(layout, letters=letters, without_room=without_room, on_contacts=on_contacts)
