"""The plane pass: the frame as planar Y'CbCr 4:2:0 on the GPU, ready for an encoder."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from corticast.core.color.color import YcbcrEncoding
from corticast.core.geometry.panels import Rect
from corticast.core.model.types import UInt8Array
from corticast.gl.context import OffscreenContext
from corticast.gl.shaders import Pass
from corticast.gl.target import Target
from corticast.passes.quads import clipped, rects_corners

# A row of the packed target holds whole texels of luma and, in each half, of chroma.
_COLUMN_STEP = 8


class PlanePass:
    """Converts frames to 8-bit BT.709 limited range, 4:2:0, chroma sited left.

    The packed target's bytes are the Y', Cb and Cr planes one after the other, each row
    `stride` luma bytes (or half of it) wide.

    Parameters
    ----------
    context : current
    size : width, height of the frame in pixels; odd sides are made even by repeating the last pixels
    kept : number of arrays, used in turn, to which planes with padded rows are copied; as many as a ReadbackRing keeps
    """

    def __init__(self, context: OffscreenContext, size: tuple[int, int], kept: int = 2) -> None:
        self.size = (size[0] + size[0] % 2, size[1] + size[1] % 2)
        self._frame_height = size[1]
        self.stride = -(-self.size[0] // _COLUMN_STEP) * _COLUMN_STEP
        rows = self.size[1]
        texels = self.stride // 4
        self.target = Target(context, (texels, rows + rows // 2))
        self._luma = Pass("rect.vert", "planes_luma.frag")
        self._chroma = Pass("rect.vert", "planes_chroma.frag")
        self._chroma["u_luma_rows"] = float(rows)
        self._chroma["u_row_texels"] = float(texels)
        matrix = YcbcrEncoding().matrix
        for conversion in (self._luma, self._chroma):
            conversion["u_target_size"] = self.target.size
            conversion["u_frame_texel"] = 1 / size[0], 1 / size[1]
            conversion["u_ycbcr_matrix"] = np.ascontiguousarray(matrix[:, :3].T, dtype=np.float32).ravel()
            conversion["u_ycbcr_offset"] = matrix[:, 3]
        self._kept = kept
        self._unpadded: deque[UInt8Array] = deque()
        self._rects: tuple[Rect, ...] | None = None
        self._n_quads: dict[Pass, int] = {}

    @property
    def pads(self) -> bool:
        """Whether rows of the packed target are longer than those of the planes."""
        return self.size[0] != self.stride

    @property
    def n_bytes(self) -> int:
        """Size of the packed target."""
        return self.target.size[0] * self.target.size[1] * 4

    def draw(self, frame: Target, changed: Sequence[Rect] | None = None, *, chroma_rests: bool = False) -> None:
        """Convert a frame.

        Parameters
        ----------
        changed : rectangles of the frame that differ from the one converted last; None for all of it
        chroma_rests : whether the changes have no hue, so that the chroma planes stay unchanged
        """
        rects = ((0, 0, *self.size),) if changed is None else tuple(changed)
        if rects != self._rects:
            self._rects = rects
            self._aim(self._luma, [self._luma_rect(rect) for rect in rects])
            self._aim(self._chroma, [part for rect in rects for part in self._chroma_rects(rect)])
        needed = (self._luma,) if chroma_rests and changed is not None else (self._luma, self._chroma)
        with self.target.bound():
            for conversion in needed:
                conversion["u_frame"] = frame.texture
                conversion.draw(self._n_quads[conversion])

    def _aim(self, conversion: Pass, rects: list[Rect]) -> None:
        corners = rects_corners(rects)
        conversion["a_pixel"] = corners
        conversion["a_texcoord"] = corners
        self._n_quads[conversion] = len(rects)

    def _luma_rect(self, rect: Rect) -> Rect:
        """Texels of the target that hold the luma of a rectangle of the frame."""
        x, y, width, height = clipped(rect, self.size)
        first, last = x // 4, -(-(x + width) // 4)
        # Odd frames repeat their last row, which changes with it.
        bottom = self.size[1] if y + height >= self._frame_height else y + height
        return first, y, last - first, bottom - y

    def _chroma_rects(self, rect: Rect) -> list[Rect]:
        """Texels of the target that hold Cb and Cr of a rectangle of the frame, in either half of their rows."""
        # A sample lies on the left of its two columns, and takes a share of the columns beside it.
        x, y, width, height = clipped(rect, self.size)
        rows = self.size[1]
        first, last = x // 8, min((x + width) // 8 + 1, self.size[0] // 8 + 1)
        half = self.target.size[0] // 2
        parts = []
        for plane_row in (0, rows // 2):
            top = rows + (plane_row + y // 2) // 2
            bottom = min(rows + -(-(plane_row + -(-(y + height) // 2)) // 2), self.target.size[1])
            parts += [(first + side, top, min(last, half) - first, bottom - top) for side in (0, half)]
        return parts

    def planes(self, packed: UInt8Array) -> UInt8Array:
        """Planes without padding, as an encoder takes them: Y', then Cb, then Cr.

        Parameters
        ----------
        packed : (n_bytes,) uint8 read from the target

        Returns
        -------
        (width · height · 3/2,) uint8: `packed` itself, or, where its rows carry padding, one of `kept` arrays, which
        stays unchanged until `kept` - 1 further frames have been converted
        """
        width, height = self.size
        if not self.pads:
            return packed
        if not self._unpadded:
            self._unpadded.extend(np.empty(width * height * 3 // 2, dtype=np.uint8) for _ in range(self._kept))
        self._unpadded.rotate(-1)
        planes = self._unpadded[0]
        n_luma, stored_luma = width * height, self.stride * height
        planes[:n_luma].reshape(height, width)[:] = packed[:stored_luma].reshape(height, self.stride)[:, :width]
        chroma = packed[stored_luma:].reshape(height, self.stride // 2)
        planes[n_luma:].reshape(height, width // 2)[:] = chroma[:, : width // 2]
        return planes
