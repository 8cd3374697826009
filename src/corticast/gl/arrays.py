"""Arrays on the GPU: textures of pictures and tables, vertex buffers, index buffers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from vispy import gloo

from corticast.core.model.types import UInt8Array

_FORMATS = {"r8": "red", "rgb8": "rgb", "rgba8": "rgba", "rgba32f": "rgba"}
_CHANNELS = {"red": 1, "rgb": 3, "rgba": 4}


def texture(texels: npt.NDArray[Any], internal_format: str) -> Any:
    """A 2-D texture without interpolation.

    Parameters
    ----------
    texels : (height, width) or (height, width, channels)
    internal_format : r8, rgb8, rgba8 or rgba32f
    """
    height, width = texels.shape[:2]
    made = empty_texture((width, height), internal_format)
    made.set_data(np.ascontiguousarray(texels).reshape(height, width, -1))
    return made


def empty_texture(size: tuple[int, int], internal_format: str) -> Any:
    """A 2-D texture to draw into. `size` is (width, height)."""
    name = _FORMATS[internal_format]
    return gloo.Texture2D(
        (size[1], size[0], _CHANNELS[name]),
        format=name,
        # Without an internal format, gloo stores 8 bits.
        internalformat=internal_format,
        interpolation="nearest",
        wrapping="clamp_to_edge",
    )


def texture_3d(texels: UInt8Array) -> Any:
    """A 3-D texture of bytes without interpolation. `texels` has the axis order of volumes: (nx, ny, nz)."""
    return gloo.Texture3D(
        np.ascontiguousarray(texels.transpose(2, 1, 0))[..., None],
        format="red",
        internalformat="r8",
        interpolation="nearest",
        wrapping="clamp_to_edge",
    )


def vertices(data: npt.NDArray[Any]) -> Any:
    """A vertex buffer. Its `set_data` replaces the vertices."""
    return gloo.VertexBuffer(data)


def quad_indices(n_quads: int) -> Any:
    """A new index buffer for quads. The corners of each quad follow each other around the quad: (0, 1, 2, 3)."""
    corners = np.array([0, 1, 2, 0, 2, 3], dtype=np.uint32)
    return gloo.IndexBuffer((np.arange(n_quads, dtype=np.uint32)[:, None] * 4 + corners).ravel())
