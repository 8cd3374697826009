"""Rectangles of the frame as vertices, and tables as textures."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.layout import Rect

# Corners of a unit square, around it.
UNIT_CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float32)


def rect_corners(rect: Rect) -> npt.NDArray[np.float32]:
    """(4, 2) float32 corners of a rectangle, in pixels with edges at integers."""
    x, y, width, height = rect
    return np.asarray(UNIT_CORNERS * (width, height) + (x, y), dtype=np.float32)


def table_texture(colours: npt.NDArray[np.uint8]) -> Any:
    """A colour map's (n, 3) table as a texture of one row."""
    from vispy import gloo

    return gloo.Texture2D(
        np.ascontiguousarray(colours[None]),
        internalformat="rgb8",
        interpolation="nearest",
        wrapping="clamp_to_edge",
    )
