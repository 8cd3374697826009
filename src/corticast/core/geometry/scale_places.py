"""Places of the bar in mm: a corner of a panel over air, apart from contacts and texts."""

from __future__ import annotations

import numpy as np

from corticast.core.geometry.boxes import Box
from corticast.core.geometry.cuts import meet, panel_cuts
from corticast.core.geometry.in_the_way import is_over_air, meets, seen_in, texts_px
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Motion
from corticast.core.geometry.resting import Planes
from corticast.core.geometry.scale_bar import in_a_corner
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
    seen = seen_in(layout, scene, placed, planes_mm, is_fed=is_fed)

    def is_free(number: int, box: Box) -> bool:
        return not meets(texts, box) and is_over_air(layout.panels[number], box, seen)

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
