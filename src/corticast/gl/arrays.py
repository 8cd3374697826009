"""Arrays on the GPU: textures of pictures and tables, vertices, indices."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from vispy import gloo

_FORMATS = {"r8": "red", "rgb8": "rgb", "rgba8": "rgba", "rgba32f": "rgba"}
_CHANNELS = {"red": 1, "rgb": 3, "rgba": 4}


def texture(texels: npt.NDArray[Any], internal_format: str) -> Any:
    """A 2-D texture whose texels are read one by one.

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
    """A 2-D texture to draw into; `size` is width, height."""
    name = _FORMATS[internal_format]
    return gloo.Texture2D(
        (size[1], size[0], _CHANNELS[name]),
        format=name,
        # Without it gloo stores 8 bits.
        internalformat=internal_format,
        interpolation="nearest",
        wrapping="clamp_to_edge",
    )


def texture_3d(texels: npt.NDArray[np.uint8]) -> Any:
    """A 3-D texture of bytes that are read one by one, with x first as in volumes: (nx, ny, nz)."""
    return gloo.Texture3D(
        np.ascontiguousarray(texels.transpose(2, 1, 0))[..., None],
        format="red",
        internalformat="r8",
        interpolation="nearest",
        wrapping="clamp_to_edge",
    )


def vertices(data: npt.NDArray[Any]) -> Any:
    """A vertex buffer; `set_data` replaces what it holds."""
    return gloo.VertexBuffer(data)


def quad_indices(n_quads: int) -> Any:
    """A new index buffer for quads whose corners follow each other as (0, 1, 2, 3) around the quad."""
    corners = np.array([0, 1, 2, 0, 2, 3], dtype=np.uint32)
    return gloo.IndexBuffer((np.arange(n_quads, dtype=np.uint32)[:, None] * 4 + corners).ravel())
