"""Samples of frames for the flash meter, taken from the planes that an encoder gets: no work for the renderer."""

from __future__ import annotations

import numpy as np

from corticast.core.flashes import sample_size
from corticast.core.model.types import BoolArray, IntpArray, UInt8Array
from corticast.passes.planes import PlanePass


class PlaneSamples:
    """Takes samples of frames from their planes.

    Parameters
    ----------
    planes : where frames are converted to
    size : width, height of the frames in pixels
    cells : (h, w) bool, cells of a sample that may change; None for all
    """

    def __init__(self, planes: PlanePass, size: tuple[int, int], cells: BoolArray | None = None) -> None:
        width, height = sample_size(size)
        columns, rows = (
            ((np.arange(n_cells) + 0.5) * n_px / n_cells).astype(np.intp)
            for n_cells, n_px in zip((width, height), size, strict=True)
        )
        n_luma, n_chroma = planes.stride * planes.size[1], planes.stride // 2 * (planes.size[1] // 2)
        chroma = _places(columns // 2, rows // 2, planes.stride // 2)
        # Bytes of Y', Cb and Cr of each cell.
        self._places = _places(columns, rows, planes.stride), n_luma + chroma, n_luma + n_chroma + chroma
        self._moving = np.arange(width * height) if cells is None else np.flatnonzero(cells)
        self._moving_places = [places[self._moving] for places in self._places]
        self._sample: UInt8Array = np.zeros((height, width, 4), dtype=np.uint8)
        self._has_first = False

    def take(self, packed: UInt8Array) -> UInt8Array:
        """The sample of a frame.

        Parameters
        ----------
        packed : (n_bytes,) uint8, read from the target of the planes

        Returns
        -------
        (h, w, 4) uint8, Y', Cb, Cr and 0 of the pixel in the middle of each cell; the same array each time
        """
        codes = self._sample.reshape(-1, 4)
        if self._has_first:
            for number, places in enumerate(self._moving_places):
                codes[self._moving, number] = packed[places]
        else:
            for number, places in enumerate(self._places):
                codes[:, number] = packed[places]
        self._has_first = True
        return self._sample


def _places(columns: IntpArray, rows: IntpArray, stride: int) -> IntpArray:
    """(h · w,) intp, places of pixels in a plane."""
    places: IntpArray = (rows[:, None] * stride + columns).ravel()
    return places
