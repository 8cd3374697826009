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

# Width and height in pixels of the tiles that `covering` takes.
_TILE = 32, 16

# A rectangle costs as much as so many pixels: its restoring, and its conversion to luma and to both halves of chroma.
_PIXELS_PER_RECT = 3000


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


def common(one: Rect, other: Rect) -> Rect | None:
    """The part that two rectangles share; None where they share no pixel."""
    x0, y0 = max(one[0], other[0]), max(one[1], other[1])
    x1, y1 = min(one[0] + one[2], other[0] + other[2]), min(one[1] + one[3], other[1] + other[3])
    return (x0, y0, x1 - x0, y1 - y0) if x0 < x1 and y0 < y1 else None


def holds(one: Rect, other: Rect) -> bool:
    """Whether a rectangle holds all of another one."""
    return (
        one[0] <= other[0]
        and one[1] <= other[1]
        and other[0] + other[2] <= one[0] + one[2]
        and other[1] + other[3] <= one[1] + one[3]
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


def covered_tiles(rects: Sequence[Rect]) -> list[Rect]:
    """For each rectangle that is not empty, column and row of its first tile, and numbers of columns and rows."""
    across, down = _TILE
    return [
        (x // across, y // down, -(-(x + width) // across) - x // across, -(-(y + height) // down) - y // down)
        for x, y, width, height in rects
        if width > 0 and height > 0
    ]


def covering(rects: Sequence[Rect], size: tuple[int, int]) -> list[Rect]:
    """Rectangles without overlap that cover at least the given ones, and little else: runs of the frame's tiles.

    Parameters
    ----------
    size : width, height of the frame in pixels
    """
    tiles = np.zeros([-(-n // tile) for n, tile in zip(size[::-1], _TILE[::-1], strict=True)], dtype=np.bool_)
    for x, y, width, height in covered_tiles(rects):
        tiles[y : y + height, x : x + width] = True
    found: list[Rect] = []
    open_runs: dict[tuple[int, int], int] = {}
    for row, line in enumerate([*tiles, np.zeros_like(tiles[0])]):
        turns = np.flatnonzero(np.diff(line, prepend=False, append=False)).tolist()
        runs = list(zip(turns[::2], turns[1::2], strict=True))
        for run in [each for each in open_runs if each not in runs]:
            first_row = open_runs.pop(run)
            tile = run[0] * _TILE[0], first_row * _TILE[1]
            found.append(clipped((*tile, (run[1] - run[0]) * _TILE[0], (row - first_row) * _TILE[1]), size))
        for run in runs:
            open_runs.setdefault(run, row)
    return found


def joined_rects(rects: Sequence[Rect]) -> list[Rect]:
    """Rectangles that cover at least the given ones, and cost less: two whose common box is hardly larger become one.

    They may overlap.
    """
    boxes = np.array(rects, dtype=np.intp).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    while len(boxes) > 1:
        low = np.minimum(boxes[:, None, :2], boxes[:, :2])
        high = np.maximum(boxes[:, None, 2:], boxes[:, 2:])
        areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
        more = (high - low).prod(axis=2) - areas[:, None] - areas
        np.fill_diagonal(more, _PIXELS_PER_RECT)
        one, other = divmod(int(more.argmin()), len(boxes))
        if more[one, other] >= _PIXELS_PER_RECT:
            break
        both = np.concatenate([low[one, other], high[one, other]])
        within = (boxes[:, :2] >= both[:2]).all(axis=1) & (boxes[:, 2:] <= both[2:]).all(axis=1)
        boxes = np.concatenate([boxes[~within], both[None]])
    return [(x0, y0, x1 - x0, y1 - y0) for x0, y0, x1, y1 in boxes.tolist()]


def table_texture(colours: UInt8Array) -> Any:
    """A colour map's (n, 3) table as a texture of one row."""
    return texture(colours[None], "rgb8")


def has_no_hue(colours: UInt8Array) -> bool:
    """Whether all colours of a (n, 3) table are grey."""
    return bool((colours == colours[:, :1]).all())
