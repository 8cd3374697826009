"""Counts flashes of a show as its frames come, a little more strictly than the guidelines do."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corticast.core.flash_counting import (
    LUMINANCE_STEP,
    RED_STEP,
    ChangedCells,
    Transitions,
    luminance_and_red,
)
from corticast.core.flash_fields import Fields
from corticast.core.flashes import FRONT_ROW, LEAST_AREA, SAMPLES_HZ, fields_of
from corticast.core.model.types import Float32Array, IntpArray, UInt8Array

Size = tuple[int, int]

# Smaller steps count, of smaller areas, than by the guidelines.
_MARGIN = 0.8
_LEAST_AREA = LEAST_AREA * _MARGIN
_STEPS = (LUMINANCE_STEP * _MARGIN, RED_STEP * _MARGIN)
# Samples of a running second. A beat a second, whose frames may come early, is no second flash.
_N_SAMPLES = SAMPLES_HZ - 2


class _Channel:
    """Changes of luminance or of red: of cells, and of the means of fields.

    Parameters
    ----------
    size : width, height of the grid
    fields : whose means count
    step : least change that counts
    """

    def __init__(self, size: Size, fields: tuple[Fields, ...], step: float) -> None:
        self._shape = size[1], size[0]
        self._fields = fields
        self._cells = Transitions(_N_SAMPLES, step)
        self._means = [Transitions(_N_SAMPLES, step) for _ in fields]
        self._latest: Float32Array = np.zeros(0, dtype=np.float32)

    def push(self, cells: IntpArray, values: Float32Array) -> None:
        """Take in new values of some cells; the first call gives all cells."""
        if not len(self._latest):
            self._latest = np.full(len(cells), np.nan, dtype=np.float32)
        moved = values != self._latest[cells]
        cells, values = cells[moved], values[moved]
        self._latest[cells] = values
        self._cells.push(self._latest if len(cells) else None)
        grid = self._latest.reshape(self._shape)
        for field, mean in zip(self._fields, self._means, strict=True):
            mean.push(field.mean(grid).ravel() if len(cells) else None)

    @property
    def changes(self) -> int:
        """Changes in the running second that fill a fifth of a field, or that a mean makes."""
        most = max(int(mean.counts.max(initial=0)) for mean in self._means)
        counts = self._cells.counts.reshape(self._shape)
        for changes in range(most + 1, int(counts.max(initial=0)) + 1):
            if not self._fills_a_field(counts >= changes):
                break
            most = changes
        return most

    def _fills_a_field(self, flashes: npt.NDArray[np.bool_]) -> bool:
        """Whether cells fill a fifth of a field. Few cells cannot, wherever they are."""
        n_least = _LEAST_AREA * min(field.n_cells for field in self._fields)
        if np.count_nonzero(flashes) < n_least:
            return False
        return any(field.mean(flashes).max() >= _LEAST_AREA for field in self._fields)


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
        fields = fields_of(size, front_row)
        self._channels = [_Channel(size, fields, step) for step in _STEPS]
        self._changed = ChangedCells()
        self.changes = 0

    def push(self, pixels: UInt8Array | None) -> None:
        """Take in the next sample of the 30 of a second; None repeats the latest one.

        Parameters
        ----------
        pixels : (h, w, 4) uint8, sRGB
        """
        cells, values = self._changed.push(pixels)
        for channel, channel_values in zip(self._channels, values, strict=True):
            channel.push(cells, channel_values)
        self.changes = max(channel.changes for channel in self._channels)


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
