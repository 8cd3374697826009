"""Samples of frames for the flash meter, taken from the planes that an encoder gets: no work for the renderer."""

from __future__ import annotations

import numpy as np

from corticast.core.flashes import sample_size
from corticast.core.model.types import IntpArray, UInt8Array
from corticast.passes.planes import PlanePass


class PlaneSamples:
    """Takes samples of frames from their planes.

    Parameters
    ----------
    planes : where frames are converted to
    size : width, height of the frames in pixels
    cells : (k,) intp, numbers of the cells of a sample that may change
    """

    def __init__(self, planes: PlanePass, size: tuple[int, int], cells: IntpArray) -> None:
        self._size = width, height = sample_size(size)
        columns, rows = (
            ((np.arange(n_cells) + 0.5) * n_px / n_cells).astype(np.intp)
            for n_cells, n_px in zip((width, height), size, strict=True)
        )
        n_luma, n_chroma = planes.stride * planes.size[1], planes.stride // 2 * (planes.size[1] // 2)
        chroma = _places(columns // 2, rows // 2, planes.stride // 2)
        # (3, h * w), bytes of Y', Cb and Cr of each cell; those of the cells that may change.
        self._places = np.stack([_places(columns, rows, planes.stride), n_luma + chroma, n_luma + n_chroma + chroma])
        self._moving_places = self._places[:, cells]

    def whole(self, packed: UInt8Array) -> UInt8Array:
        """The sample of a frame.

        Parameters
        ----------
        packed : (n_bytes,) uint8, read from the target of the planes

        Returns
        -------
        (h, w, 3) uint8, Y', Cb, Cr of the pixel in the middle of each cell
        """
        width, height = self._size
        return np.ascontiguousarray(packed.take(self._places).T).reshape(height, width, 3)

    def moving(self, packed: UInt8Array) -> UInt8Array:
        """(3, k) uint8, Y', Cb, Cr of the cells that may change, see `whole`."""
        return packed.take(self._moving_places)


def _places(columns: IntpArray, rows: IntpArray, stride: int) -> IntpArray:
    """(h · w,) intp, places of pixels in a plane."""
    places: IntpArray = (rows[:, None] * stride + columns).ravel()
    return places
