"""A colour bar in a corner of a panel over air, so that panels leave no room for a bar."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from corticast.core.geometry.boxes import Box, box_of
from corticast.core.geometry.in_the_way import is_over_air, meets, seen_in
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Rect
from corticast.core.geometry.resting import Planes
from corticast.core.geometry.rooms import MARGIN_PX
from corticast.core.model.scene import Scene
from corticast.core.model.types import PlacedElectrodes
from corticast.core.text.colour_bar import CORNER_BAR
from corticast.core.text.panel_texts import clock_box, text_box

# Width and height of the bar with its texts, and from there to the edges of its panel, in sizes of its texts.
_WIDTH, _HEIGHT, _INSET = 9.0, 4.35, 0.1
# Of so many points of the head's edge one is looked at first.
_FEW = 16
# Corners in the order of choice: lower right, lower left, upper right, upper left.
_CORNERS = ((1, 1), (0, 1), (1, 0), (0, 0))


def layouts_with_bar_in_corner(
    layout: Layout,
    scene: Scene,
    placed: PlacedElectrodes | None,
    planes_mm: Planes | None,
    *,
    is_fed: bool = False,
) -> Iterator[Layout]:
    """The layout with a bar in each corner of a panel where no frame shows the head or a contact.

    Parameters
    ----------
    layout : without a bar
    placed : where the electrodes are in the world, None without any
    planes_mm : where the film's planes rest; None where they move
    is_fed : whether activity may come from elsewhere than the scene, as in a show
    """
    # Most corners are taken, which few points of the head show.
    seen = [seen_in(layout, scene, placed, planes_mm, is_fed=is_fed, every=each) for each in (_FEW, 1)]
    texts = np.array(list(_of_frame(layout, scene)), dtype=np.float64).reshape(-1, 4)

    def is_free(box: Box) -> bool:
        parts = [(panel, _part(box, panel.rect)) for panel in layout.panels]
        held = [(panel, part) for panel, part in parts if part is not None]
        return all(is_over_air(panel, part, each) for each in seen for panel, part in held)

    for box in _corners(layout):
        if not meets(texts, box) and is_free(box):
            yield _with_bar(layout, box)


def _part(box: Box, rect: Rect) -> Box | None:
    """The part of a box in a rectangle; None where the two are apart."""
    lefts, tops, rights, bottoms = zip(box, box_of(rect), strict=True)
    left, top, right, bottom = max(lefts), max(tops), min(rights), min(bottoms)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _of_frame(layout: Layout, scene: Scene) -> Iterator[Box]:
    """Boxes of the title and the clock, which stand where they are."""
    slots = [] if layout.title is None else [(layout.title, text_box(scene.title, layout.title, strong=True))]
    slots += [] if layout.clock is None else [(layout.clock, clock_box(layout.clock))]
    for slot, (left, top, right, bottom) in slots:
        away = _INSET * slot.size_px
        yield left - away, top - away, right + away, bottom + away


def _corners(layout: Layout) -> Iterator[Box]:
    """Boxes of bars in the corners of all panels together, then of each panel: those near the same corner first."""
    width, height = _WIDTH * layout.tick_px, _HEIGHT * layout.tick_px
    inset, margin = _INSET * layout.tick_px, round(MARGIN_PX * layout.unit)
    lowest = max(y + high for _, y, _, high in (panel.rect for panel in layout.panels))
    frame = (margin, margin, layout.size[0] - 2 * margin, lowest - margin)
    for right, low in _CORNERS:
        found = []
        for x, y, across, down in (frame, *(panel.rect for panel in layout.panels)):
            left = x + across - inset - width if right else x + inset
            top = y + down - inset - height if low else y + inset
            away = math.hypot(right * layout.size[0] - left, low * layout.size[1] - top)
            if width + 2 * inset <= across and height + 2 * inset <= down:
                found.append((away, (left, top, left + width, top + height)))
        yield from (box for _, box in sorted(found))


def _with_bar(layout: Layout, box: Box) -> Layout:
    left, top, right, bottom = (round(edge) for edge in box)
    x, y, width, height = (share * layout.tick_px for share in CORNER_BAR)
    bar: Rect = (round(left + x), round(top + y), max(2, round(width)), max(1, round(height)))
    return replace(layout, bar_room=(left, top, right - left, bottom - top), colorbar=bar, bar_in_corner=True)
