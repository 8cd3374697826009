"""Places of the bar in mm: a corner of a panel over air, apart from contacts and texts."""

from __future__ import annotations

from functools import cache

import numpy as np

from corticast.core.geometry.cuts import meet, panel_cuts
from corticast.core.geometry.in_the_way import seen_px, texts_px
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Motion, Panel
from corticast.core.geometry.resting import Planes
from corticast.core.geometry.scale_bar import Box, in_a_corner
from corticast.core.model.scene import Scene
from corticast.core.model.types import Float64Array, FrameState, PlacedElectrodes


def with_scale_in_corner(
    layout: Layout,
    scene: Scene,
    placed: PlacedElectrodes | None,
    planes_mm: Planes | None,
    *,
    is_fed: bool = False,
) -> Layout | None:
    """The layout with a bar in a corner over air; None where the head, contacts or texts fill all corners.

    Parameters
    ----------
    placed : where the electrodes are in the world, None without any
    planes_mm : where the film's planes rest; None where they move
    is_fed : whether activity may come from elsewhere than the scene, as in a show
    """
    texts = texts_px(layout, scene)
    seen = cache(lambda number: seen_px(layout.panels[number], layout, scene, placed, planes_mm, is_fed=is_fed))

    def is_free(number: int, box: Box) -> bool:
        panel = layout.panels[number]
        if not _holds(panel, box) or _meets(texts, box):
            return False
        # Where a panel cuts the head, the head's edge may lie outside of the panel.
        return _shows_all(panel, seen(number)) and not _meets(seen(number), _to_corner(panel, box))

    # Lines of other slices end before the bar; a corner without one is better.
    lines = _resting_lines(layout, scene, planes_mm)
    apart = in_a_corner(layout, lambda number, box: not meet(lines[number], box) and is_free(number, box))
    return apart or in_a_corner(layout, is_free)


def _resting_lines(layout: Layout, scene: Scene, planes_mm: Planes | None) -> list[Float64Array]:
    """(k, 2, 2) ends of the lines of other slices in each panel, as far as they rest."""
    lines = dict.fromkeys(layout.panels, np.zeros((0, 2, 2)))
    if "cuts" in scene.shown_labels:
        motion = Motion("rest" if planes_mm is not None else "drag", scene.spin != 0)
        state = FrameState() if planes_mm is None else FrameState(planes_mm)
        lines.update({each.panel: each.lines(state) for each in panel_cuts(layout, motion) if not each.moves})
    return [lines[panel] for panel in layout.panels]


def _holds(panel: Panel, box: Box) -> bool:
    x, y, width, height = panel.rect
    return box[0] >= x and box[1] >= y and box[2] <= x + width and box[3] <= y + height


def _to_corner(panel: Panel, box: Box) -> Box:
    """The box with everything between it and the nearest corner of its panel."""
    x, y, width, height = panel.rect
    left, top, right, bottom = box
    is_left, is_upper = left - x < x + width - right, top - y < y + height - bottom
    return (x if is_left else left, y if is_upper else top, right if is_left else x + width,
            bottom if is_upper else y + height)  # fmt: skip


def _meets(boxes: Float64Array, box: Box) -> bool:
    """Whether one of (n, 4) boxes, x, y, width and height, shares a pixel with a box."""
    x, y, width, height = boxes.T
    return bool(((x < box[2]) & (x + width > box[0]) & (y < box[3]) & (y + height > box[1])).any())


def _shows_all(panel: Panel, boxes: Float64Array) -> bool:
    """Whether the middles of all boxes lie in a panel, with a tolerance of one pixel."""
    x, y, width, height = panel.rect
    middles = boxes[:, :2] + boxes[:, 2:] / 2
    return bool((np.abs(middles - (x + width / 2, y + height / 2)) <= (width / 2 + 1, height / 2 + 1)).all())
