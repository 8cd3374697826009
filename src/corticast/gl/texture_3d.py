"""3-D textures with OpenGL's raw functions.

vispy imports all of PyOpenGL's wrappers for two functions, which takes longer than uploading a head. One
context replaces vispy's class of 3-D textures; other users of vispy keep it.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from vispy.gloo.glir import GlirTexture3D, as_enum

from corticast.gl import calls


class RawTexture3D(GlirTexture3D):
    """A 3-D texture on the side of gloo that executes commands."""

    # Shape, format and internal format, in the form of the base class.
    _shape_formats: Any

    def set_size(self, shape: tuple[int, ...], format: str, internalformat: str | None) -> None:
        """Allocate texels. `shape` is (depth, height, width, colours)."""
        wanted = shape, as_enum(format), as_enum(internalformat or format)
        if wanted == self._shape_formats:
            return
        self._shape_formats = wanted
        self.activate()
        depth, height, width = shape[:3]
        size = width, height, depth
        calls.glTexImage3D(self._target, 0, wanted[2], *size, 0, wanted[1], calls.GL_BYTE, ctypes.c_void_p(0))

    def set_data(self, offset: tuple[int, int, int], data: np.ndarray[Any, Any]) -> None:
        """Upload a block of texels. Both arguments have the axis order of `set_size`."""
        texels = np.ascontiguousarray(data)
        self.activate()
        calls.glPixelStorei(calls.GL_UNPACK_ALIGNMENT, 1)
        calls.glTexSubImage3D(
            self._target, 0, *offset[::-1], *texels.shape[2::-1], self._shape_formats[1],
            self._types[texels.dtype], ctypes.c_void_p(texels.ctypes.data),
        )  # fmt: skip
        # gloo assumes OpenGL's default alignment.
        calls.glPixelStorei(calls.GL_UNPACK_ALIGNMENT, 4)
