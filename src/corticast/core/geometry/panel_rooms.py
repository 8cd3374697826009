"""Rooms around panels that reach into the space between them."""

from __future__ import annotations

import numpy as np

from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Panel, Rect


def room_around(panel: Panel, layout: Layout, away_px: int) -> Rect:
    """A panel with some pixels around it, which go no further than halfway to other panels."""
    x, y, width, height = panel.rect
    ends = x + width, y + height
    frame = (-x, -y, layout.size[0] - ends[0], layout.size[1] - ends[1])
    reach = [min(away_px, abs(edge)) for edge in frame]
    for other in layout.panels:
        left, top, wide, high = other.rect
        apart = (x - left - wide, y - top - high, left - ends[0], top - ends[1])
        side = int(np.argmax(apart))
        if other is not panel:
            reach[side] = min(reach[side], max(apart[side], 0) // 2)
    return x - reach[0], y - reach[1], width + reach[0] + reach[2], height + reach[1] + reach[3]
