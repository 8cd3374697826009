"""Rectangles of the frame as vertices, and colour tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from corticast.core.geometry.panels import Rect
from corticast.core.model.types import Float32Array, UInt8Array
from corticast.gl.arrays import texture

# Corners of a unit square, around it.
UNIT_CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float32)


def rect_corners(rect: Rect) -> Float32Array:
    """(4, 2) float32 corners of a rectangle, in pixels with edges at integers."""
    return rects_corners([rect])


def rects_corners(rects: Sequence[Rect]) -> Float32Array:
    """(4 n, 2) float32 corners of n rectangles, in pixels with edges at integers."""
    boxes = np.asarray(rects, dtype=np.float32).reshape(-1, 1, 4)
    return np.ascontiguousarray((boxes[..., :2] + UNIT_CORNERS * boxes[..., 2:]).reshape(-1, 2))


def clipped(rect: Rect, size: tuple[int, int], grow: int = 0) -> Rect:
    """A rectangle grown on all sides, and cut to the frame; its sides may become 0."""
    x, y, width, height = rect
    x0, y0 = max(0, x - grow), max(0, y - grow)
    x1, y1 = min(size[0], x + width + grow), min(size[1], y + height + grow)
    return x0, y0, max(0, x1 - x0), max(0, y1 - y0)


def overlap(one: Rect, other: Rect) -> bool:
    """Whether two rectangles share a pixel."""
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def merged(rects: Sequence[Rect]) -> list[Rect]:
    """Rectangles without overlap that cover at least the given ones."""
    apart: list[Rect] = []
    for rect in rects:
        # What overlaps is taken in, which may make the rectangle overlap another.
        while (other := next((other for other in apart if overlap(rect, other)), None)) is not None:
            apart.remove(other)
            x0, y0 = min(rect[0], other[0]), min(rect[1], other[1])
            x1, y1 = max(rect[0] + rect[2], other[0] + other[2]), max(rect[1] + rect[3], other[1] + other[3])
            rect = (x0, y0, x1 - x0, y1 - y0)
        apart.append(rect)
    return apart


def table_texture(colours: UInt8Array) -> Any:
    """A colour map's (n, 3) table as a texture of one row."""
    return texture(colours[None], "rgb8")


def has_no_hue(colours: UInt8Array) -> bool:
    """Whether all colours of a (n, 3) table are grey."""
    return bool((colours == colours[:, :1]).all())
