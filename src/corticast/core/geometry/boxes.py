"""Boxes in pixels of a frame: left, top, right and bottom. Rectangles, as panels have them, are x, y, width, height."""

from __future__ import annotations

from collections.abc import Sequence

from corticast.core.geometry.panels import Rect

# Left, top, right and bottom in pixels, edges at integers.
Box = tuple[float, float, float, float]


def box_of(rect: Rect) -> Box:
    """The edges of a rectangle."""
    x, y, width, height = rect
    return x, y, x + width, y + height


def box_around(boxes: Sequence[Box]) -> Box:
    """The box around boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def boxes_meet(one: Box, other: Box) -> bool:
    """Whether two boxes overlap."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def between_px(one: Box, other: Box) -> tuple[float, float]:
    """Pixels between two boxes across and down; 0 along an axis in which they overlap."""
    return max(one[0] - other[2], other[0] - one[2], 0.0), max(one[1] - other[3], other[1] - one[3], 0.0)
