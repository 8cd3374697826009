"""Counts flashes of a show as its frames come, a little more strictly than the guidelines do."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corticast.core.flash_counting import LUMINANCE_STEP, RED_STEP, Transitions
from corticast.core.flash_light import Light, luminance_and_red
from corticast.core.flashes import FRONT_ROW, LEAST_AREA, SAMPLES_HZ, fields_of
from corticast.core.model.types import Float32Array, UInt8Array

Size = tuple[int, int]

# Smaller steps count, of smaller areas, than by the guidelines.
_MARGIN = 0.8
_LEAST_AREA = LEAST_AREA * _MARGIN
_STEPS = (LUMINANCE_STEP * _MARGIN, RED_STEP * _MARGIN)
# Samples of a running second. A beat a second, whose frames may come early, is no second flash.
_N_SAMPLES = SAMPLES_HZ - 2


class FlashWatch:
    """Counts changes of frames during the running second.

    Parameters
    ----------
    size : width, height of the samples in pixels
    front_row : screen widths between the screen and the nearest viewer

    Attributes
    ----------
    changes : opposing changes of luminance or red in the running second, over a fifth of a field
    """

    def __init__(self, size: Size, front_row: float = FRONT_ROW) -> None:
        self._fields = fields_of(size, front_row)
        self._least_cells = _LEAST_AREA * min(field.n_cells for field in self._fields)
        n_means = sum(len(field.rows) * field.columns.shape[1] for field in self._fields)
        n_cells, n_channels = size[0] * size[1], len(_STEPS)
        steps = np.array(_STEPS, dtype=np.float32)
        # Of the cells of all channels, then of their means.
        self._transitions = Transitions(_N_SAMPLES, np.concatenate([np.repeat(steps, n) for n in (n_cells, n_means)]))
        self._values: Float32Array = np.zeros(n_channels * (n_cells + n_means), dtype=np.float32)
        self._n_in_cells = n_channels * n_cells
        self._grids = self._values[: self._n_in_cells].reshape(n_channels, size[1], size[0])
        self._light = Light()
        # The channels of each pixel of the latest sample as one number.
        self._codes: npt.NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)
        self.changes = 0

    def push(self, pixels: UInt8Array | None) -> None:
        """Take in the next sample of the 30 of a second; None repeats the latest one.

        Parameters
        ----------
        pixels : (h, w, 4) uint8, sRGB
        """
        moves = pixels is not None and self._follow(np.ascontiguousarray(pixels).reshape(-1, 4).view(np.uint32)[:, 0])
        self._transitions.push(self._values if moves else None)
        counts = self._transitions.counts
        by_means = counts[self._n_in_cells :].reshape(len(_STEPS), -1).max(axis=1).tolist()
        by_cells = counts[: self._n_in_cells].reshape(self._grids.shape)
        self.changes = max(map(self._most, by_cells, by_means))

    def _follow(self, codes: npt.NDArray[np.uint32]) -> bool:
        """Take in the pixels of a sample; whether one differs."""
        cells = np.flatnonzero(codes != self._codes) if len(self._codes) else np.arange(len(codes))
        self._codes = codes.copy()
        for grid, light in zip(self._grids, self._light.of(codes[cells].view(np.uint8).reshape(-1, 4)), strict=True):
            grid.reshape(-1)[cells] = light
        if len(cells):
            means = [field.mean(grid).ravel() for grid in self._grids for field in self._fields]
            self._values[self._n_in_cells :] = np.concatenate(means)
        return len(cells) > 0

    def _most(self, counts: UInt8Array, most: int) -> int:
        """Changes in the running second that fill a fifth of a field, or that a mean makes."""
        for changes in range(most + 1, int(counts.max()) + 1):
            if not self._fills_a_field(counts >= changes):
                break
            most = changes
        return most

    def _fills_a_field(self, flashes: npt.NDArray[np.bool_]) -> bool:
        """Whether cells fill a fifth of a field. Few cells cannot, wherever they are."""
        if np.count_nonzero(flashes) < self._least_cells:
            return False
        return any(field.mean(flashes).max() >= _LEAST_AREA for field in self._fields)


def can_flash(pictures: list[UInt8Array], front_row: float) -> bool:
    """Whether changes between pictures could count as flashes.

    Parameters
    ----------
    pictures : each (h, w, 3 or 4) uint8, sRGB
    """
    height, width = pictures[0].shape[:2]
    fields = fields_of((width, height), front_row)
    channels = zip(*(luminance_and_red(each) for each in pictures), strict=True)
    for step, values in zip(_STEPS, channels, strict=True):
        moves = _range(list(values)) >= step
        if any(field.mean(moves).max() >= _LEAST_AREA for field in fields):
            return True
        if any(_range([field.mean(each) for each in values]).max() >= step for field in fields):
            return True
    return False


def _range(values: list[Float32Array]) -> Float32Array:
    stacked = np.stack(values)
    return np.asarray(stacked.max(axis=0) - stacked.min(axis=0))
