"""Which panels bear letters: slices of one axis in a row bear them once."""

from __future__ import annotations

import math
from collections.abc import Sequence

from corticast.core.geometry.panels import Panel, SlicePanel
from corticast.core.geometry.rooms import Spot


def bear_letters(panels: Sequence[Panel], spots: Sequence[Spot]) -> list[bool]:
    """Whether each panel bears letters: of a row's slices of one axis only the leftmost, since all have the same sides.

    Parameters
    ----------
    spots : where the panels stand
    """
    keys = [(panel.name, round(spot.cell[1])) for panel, spot in zip(panels, spots, strict=True)]
    leftmost: dict[tuple[str, int], float] = {}
    for key, spot in zip(keys, spots, strict=True):
        leftmost[key] = min(leftmost.get(key, math.inf), spot.cell[0])
    return [
        not isinstance(panel, SlicePanel) or spot.cell[0] <= leftmost[key]
        for panel, key, spot in zip(panels, keys, spots, strict=True)
    ]
