"""Places of the cells of a tree: one scale for all, as large as they fit.

The length of a node along an axis is piecewise linear in the scale, and convex: panels grow with the scale, and the
room of labels does not. So Newton's method finds the largest scale in a few steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corticast.core.geometry.cells import Cell, CellTree
from corticast.core.geometry.rooms import Spot
from corticast.core.model.trees import Above, Beside

# x, y, width and height in pixels, edges at integers.
Area = tuple[float, float, float, float]

_X, _Y = 0, 1


class _Line(NamedTuple):
    """A length in pixels: one part grows with the scale."""

    slope: float
    fixed: float

    def at(self, scale: float) -> float:
        return self.slope * scale + self.fixed


@dataclass(frozen=True)
class TreeRoom:
    """A tree and the room that its panels and their labels need.

    Parameters
    ----------
    tree : of cells
    extent_of : gives the width and the height in mm that a cell shows
    beside_px : sum of the room at the left and the right of each panel
    above_px, below_px : room above and below each panel
    gap_px : between parts
    spare_gap_px : most room to spare between columns beside the gap, so that captions keep apart
    spare_below_px : most room to spare that a panel in a row of its own height takes below, for its caption
    """

    tree: CellTree
    extent_of: Callable[[Cell], tuple[float, float]]
    beside_px: float = 0.0
    above_px: float = 0.0
    below_px: float = 0.0
    gap_px: float = 0.0
    spare_gap_px: float = 0.0
    spare_below_px: float = 0.0

    def scale(self, room_px: tuple[float, float]) -> float:
        """Largest scale in pixels per mm at which the tree fits a width and a height.

        The scale is negative where not even the labels have room, and infinite where no cell shows anything.
        """
        return min(self._scale_along(axis, room_px[axis]) for axis in (_X, _Y))

    def size(self, scale: float) -> tuple[float, float]:
        """Width and height in pixels that the tree needs at a scale."""
        return self._length(self.tree, _X, scale).at(scale), self._length(self.tree, _Y, scale).at(scale)

    def spots(self, area: Area, scale: float) -> Iterator[tuple[Cell, Spot]]:
        """Each cell where it stands in an area, from the left and from the top."""
        return self._spots(self.tree, area, scale)

    def _scale_along(self, axis: int, room_px: float) -> float:
        scale = 1e9
        while True:
            line = self._length(self.tree, axis, scale)
            if line.slope == 0:
                return math.inf
            found = (room_px - line.fixed) / line.slope
            if found >= scale:
                return found
            scale = found

    def _length(self, tree: CellTree, axis: int, scale: float) -> _Line:
        """Length of a node along an axis, near a scale."""
        if not isinstance(tree, (Beside, Above)):
            around = self.beside_px if axis == _X else self.above_px + self.below_px
            return _Line(self.extent_of(tree)[axis], around)
        if not _runs_along(tree, axis):
            if _is_table(tree):
                return self._sum(self._columns(tree, axis, scale))
            return max((self._length(part, axis, scale) for part in tree.parts), key=lambda line: line.at(scale))
        lines = [self._length(part, axis, scale) for part in tree.parts]
        if not tree.shares:
            return self._sum(lines)
        whole = sum(tree.shares)
        needed = [
            _Line(line.slope * whole / share, line.fixed * whole / share)
            for line, share in zip(lines, tree.shares, strict=True)
        ]
        widest = max(needed, key=lambda line: line.at(scale))
        return _Line(widest.slope, widest.fixed + (len(lines) - 1) * self.gap_px)

    def _sum(self, lines: Sequence[_Line]) -> _Line:
        gaps = (len(lines) - 1) * self.gap_px
        return _Line(sum(line.slope for line in lines), sum(line.fixed for line in lines) + gaps)

    def _columns(self, table: Beside[Cell] | Above[Cell], axis: int, scale: float) -> list[_Line]:
        """Lengths of a table's columns, or of its rows where its parts stand side by side."""
        rows = [part.parts for part in table.parts if isinstance(part, (Beside, Above))]
        return [
            max((self._length(part, axis, scale) for part in column), key=lambda line: line.at(scale))
            for column in zip(*rows, strict=True)
        ]

    def _spots(
        self, tree: CellTree, area: Area, scale: float, columns: Sequence[float] | None = None
    ) -> Iterator[tuple[Cell, Spot]]:
        """Places of a node's cells; `columns` are the lengths of its parts where it is a row of a table."""
        if not isinstance(tree, (Beside, Above)):
            yield tree, self._spot(area, scale)
            return
        axis = _X if isinstance(tree, Beside) else _Y
        lengths = self._lengths(tree, axis, area[2 + axis], scale) if columns is None else columns
        spare = (area[2 + axis] - sum(lengths) - (len(lengths) - 1) * self.gap_px) / (len(lengths) + 1)
        gap = self.gap_px + (min(max(spare, 0.0), self.spare_gap_px) if axis == _X and not tree.shares else 0.0)
        start = area[axis] + (area[2 + axis] - sum(lengths) - (len(lengths) - 1) * gap) / 2
        across = [line.at(scale) for line in self._columns(tree, 1 - axis, scale)] if _is_table(tree) else None
        is_line = not any(isinstance(part, (Beside, Above)) for part in tree.parts)
        whole = self._length(tree, 1 - axis, scale).at(scale)
        for part, length in zip(tree.parts, lengths, strict=True):
            if isinstance(part, (Beside, Above)):
                needed = area[3 - axis]
            else:
                # The names of panels in one line stand on a common line.
                needed = whole if is_line or axis == _Y else self._length(part, _Y, scale).at(scale)
            beside = area[1 - axis] + (area[3 - axis] - needed) / 2
            place = (start, beside, length, needed) if axis == _X else (beside, start, needed, length)
            if axis == _X and not isinstance(part, (Beside, Above)):
                below = min(max(area[3] - needed, 0.0) / 2, self.spare_below_px)
                yield part, self._spot(place, scale, below)
            else:
                yield from self._spots(part, place, scale, across)
            start += length + gap

    def _lengths(self, tree: Beside[Cell] | Above[Cell], axis: int, room_px: float, scale: float) -> list[float]:
        """Lengths of a node's parts, along the axis in which they stand."""
        if not tree.shares:
            return [self._length(part, axis, scale).at(scale) for part in tree.parts]
        parted = room_px - (len(tree.parts) - 1) * self.gap_px
        return [parted * share / sum(tree.shares) for share in tree.shares]

    def _spot(self, area: Area, scale: float, below: float = 0.0) -> Spot:
        """A panel in the middle of what its labels leave of an area, with more room below."""
        x, y, width, height = area
        free = height - self.above_px - self.below_px
        return Spot(area, (x + width / 2, y + self.above_px + free / 2), scale, below)


def _runs_along(tree: Beside[Cell] | Above[Cell], axis: int) -> bool:
    """Whether the parts stand beside one another along an axis."""
    return isinstance(tree, Beside) == (axis == _X)


def _is_table(tree: Beside[Cell] | Above[Cell]) -> bool:
    """Whether the parts are rows or columns of equally many parts without shares, which stand in line."""
    kind = Above if isinstance(tree, Beside) else Beside
    counts = {len(part.parts) if isinstance(part, kind) and not part.shares else 0 for part in tree.parts}
    return not tree.shares and len(counts) == 1 and 0 not in counts
