"""How strictly flashes are counted: as the guidelines say, or with a margin for what an encoder changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corticast.core.flash_light import RED_SHARE
from corticast.core.flashes import LEAST_AREA
from corticast.core.model.types import BoolArray, IntpArray


@dataclass(frozen=True)
class Strictness:
    """By how much a meter is stricter than the guidelines; the default is not.

    Parameters
    ----------
    least_area : share of a field that must flash
    mean_step : share of a change of luminance or red that counts in the mean of a field
    red_shares : shares of red in a colour from which on the colour is saturated; flashes are counted with each of them
    block_px : sides in pixels of the blocks that change as one, 1 where each pixel changes alone
    """

    least_area: float = LEAST_AREA
    mean_step: float = 1.0
    red_shares: tuple[float, ...] = (RED_SHARE,)
    block_px: float = 1.0


# The colour of an edge runs over the edge by so many pixels.
_HALO_PX = 2
# All rows or columns but the last one, and all but the first one.
_LESS, _MORE = (np.s_[:-1], np.s_[:, :-1]), (np.s_[1:], np.s_[:, 1:])

# As the guidelines say.
AS_WRITTEN = Strictness()


class Blocks:
    """Blocks of pixels that an encoder changes together, in a grid of samples.

    Parameters
    ----------
    size : width, height of the grid
    frame_size : width, height in pixels of the frames that the grid samples
    block_px : sides of a block in pixels
    """

    def __init__(self, size: tuple[int, int], frame_size: tuple[int, int], block_px: float) -> None:
        self._halo = round(_HALO_PX * size[1] / frame_size[1])
        columns, rows = (
            ((np.arange(n_cells) + 0.5) * n_px / n_cells / block_px).astype(np.intp)
            for n_cells, n_px in zip(size, frame_size, strict=True)
        )
        self._n_blocks = (int(rows[-1]) + 1) * (int(columns[-1]) + 1)
        # (h, w), the number of each cell's block
        self.of_cell: IntpArray = rows[:, None] * (int(columns[-1]) + 1) + columns

    def spread(self, cells: IntpArray) -> BoolArray:
        """(h, w) bool, the cells of all blocks that have one of some cells, given by their numbers."""
        blocks = np.zeros(self._n_blocks, dtype=bool)
        blocks[self.of_cell.ravel()[cells]] = True
        spread: BoolArray = blocks[self.of_cell]
        return spread

    def coloured(self, cells: BoolArray) -> BoolArray:
        """(h, w) bool, cells to which the colour of some cells can run: colour has half the pixels of luminance."""
        for _ in range(self._halo):
            for axis in (0, 1):
                near = cells.copy()
                near[_LESS[axis]] |= cells[_MORE[axis]]
                near[_MORE[axis]] |= cells[_LESS[axis]]
                cells = near
        return cells
