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


@dataclass(frozen=True, eq=False)
class Parts:
    """Parts of a node, or of a column of a table.

    Parameters
    ----------
    nodes : the parts, from the left or from the top
    extents_mm : widths, and heights, of parts that all are cells; empty where one is no cell
    """

    nodes: tuple[Node, ...]
    extents_mm: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, nodes: Sequence[Node]) -> Parts:
        """Parts from nodes."""
        all_cells = all(node.axis is None for node in nodes)
        return cls(tuple(nodes), tuple(zip(*(node.extent_mm for node in nodes), strict=True)) if all_cells else ())


@dataclass(frozen=True, eq=False)
class Node:
    """A tree whose cells are measured.

    Parameters
    ----------
    tree : of cells
    extent_mm : width and height that a cell shows
    axis : along which the parts stand; None of a cell
    parts : of a node
    columns : of a table, across its axis; empty of other nodes
    shares : of the room, one for each part; empty where every part has the room that its panels need
    """

    tree: CellTree
    extent_mm: tuple[float, float] = (0.0, 0.0)
    axis: int | None = None
    parts: Parts = Parts((), ())
    columns: tuple[Parts, ...] = ()
    shares: tuple[float, ...] = ()


def measured(tree: CellTree, extent_of: Callable[[Cell], tuple[float, float]]) -> Node:
    """A tree with what its cells show.

    Parameters
    ----------
    extent_of : gives the width and the height in mm that a cell shows
    """
    if not isinstance(tree, (Beside, Above)):
        return Node(tree, extent_of(tree))
    nodes = [measured(part, extent_of) for part in tree.parts]
    rows = [node.parts.nodes for node in nodes] if _is_table(tree) else []
    columns = tuple(Parts.of(column) for column in zip(*rows, strict=True))
    axis = _X if isinstance(tree, Beside) else _Y
    return Node(tree, axis=axis, parts=Parts.of(nodes), columns=columns, shares=tree.shares)


@dataclass(frozen=True)
class TreeRoom:
    """A tree and the room that its panels and their labels need.

    Parameters
    ----------
    node : tree of measured cells
    beside_px : sum of the room at the left and the right of each panel
    above_px, below_px : room above and below each panel
    gap_px : between parts
    spare_gap_px : most room to spare between columns beside the gap, so that captions keep apart
    spare_below_px : most room to spare that a panel in a row of its own height takes below, for its caption
    """

    node: Node
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
        return self._length(self.node, _X, scale).at(scale), self._length(self.node, _Y, scale).at(scale)

    def spots(self, area: Area, scale: float) -> Iterator[tuple[Cell, Spot]]:
        """Each cell where it stands in an area, from the left and from the top."""
        return self._spots(self.node, area, scale)

    def _scale_along(self, axis: int, room_px: float) -> float:
        scale = 1e9
        while True:
            line = self._length(self.node, axis, scale)
            if line.slope == 0:
                return math.inf
            found = (room_px - line.fixed) / line.slope
            if found >= scale:
                return found
            scale = found

    def _length(self, node: Node, axis: int, scale: float) -> _Line:
        """Length of a node along an axis, near a scale."""
        if node.axis is None:
            return _Line(node.extent_mm[axis], self._around(axis))
        if node.axis != axis:
            if node.columns:
                return self._sum([self._longest(column, axis, scale) for column in node.columns])
            return self._longest(node.parts, axis, scale)
        if not node.shares:
            return self._sum(self._lines(node.parts, axis, scale))
        whole = sum(node.shares)
        needed = [
            _Line(line.slope * whole / share, line.fixed * whole / share)
            for line, share in zip(self._lines(node.parts, axis, scale), node.shares, strict=True)
        ]
        longest = max(needed, key=lambda line: line.at(scale))
        return _Line(longest.slope, longest.fixed + (len(needed) - 1) * self.gap_px)

    def _around(self, axis: int) -> float:
        """Room around a panel along an axis."""
        return self.beside_px if axis == _X else self.above_px + self.below_px

    def _lines(self, parts: Parts, axis: int, scale: float) -> list[_Line]:
        if parts.extents_mm:
            around_px = self._around(axis)
            return [_Line(extent_mm, around_px) for extent_mm in parts.extents_mm[axis]]
        return [self._length(node, axis, scale) for node in parts.nodes]

    def _longest(self, parts: Parts, axis: int, scale: float) -> _Line:
        """The longest of several parts near a scale."""
        if parts.extents_mm:
            # All cells have the same room around.
            return _Line((max if scale > 0 else min)(parts.extents_mm[axis]), self._around(axis))
        return max(self._lines(parts, axis, scale), key=lambda line: line.at(scale))

    def _sum(self, lines: Sequence[_Line]) -> _Line:
        gaps = (len(lines) - 1) * self.gap_px
        return _Line(sum([line.slope for line in lines]), sum([line.fixed for line in lines]) + gaps)

    def _spots(
        self, node: Node, area: Area, scale: float, columns: Sequence[float] | None = None
    ) -> Iterator[tuple[Cell, Spot]]:
        """Places of a node's cells; `columns` are the lengths of its parts where it is a row of a table."""
        tree = node.tree
        if not isinstance(tree, (Beside, Above)):
            yield tree, self._spot(area, scale)
            return
        axis = _X if isinstance(tree, Beside) else _Y
        lengths = self._lengths(node, axis, area[2 + axis], scale) if columns is None else columns
        spare = (area[2 + axis] - sum(lengths) - (len(lengths) - 1) * self.gap_px) / (len(lengths) + 1)
        gap = self.gap_px + (min(max(spare, 0.0), self.spare_gap_px) if axis == _X and not tree.shares else 0.0)
        start = area[axis] + (area[2 + axis] - sum(lengths) - (len(lengths) - 1) * gap) / 2
        across = [self._longest(column, 1 - axis, scale).at(scale) for column in node.columns] or None
        is_line = bool(node.parts.extents_mm)
        whole = self._length(node, 1 - axis, scale).at(scale)
        for part, length in zip(node.parts.nodes, lengths, strict=True):
            if isinstance(part.tree, (Beside, Above)):
                needed = area[3 - axis]
            else:
                # The names of panels in one line stand on a common line.
                needed = whole if is_line or axis == _Y else self._length(part, _Y, scale).at(scale)
            beside = area[1 - axis] + (area[3 - axis] - needed) / 2
            place = (start, beside, length, needed) if axis == _X else (beside, start, needed, length)
            if axis == _X and not isinstance(part.tree, (Beside, Above)):
                below = min(max(area[3] - needed, 0.0) / 2, self.spare_below_px)
                yield part.tree, self._spot(place, scale, below)
            else:
                yield from self._spots(part, place, scale, across)
            start += length + gap

    def _lengths(self, node: Node, axis: int, room_px: float, scale: float) -> list[float]:
        """Lengths of a node's parts, along the axis in which they stand."""
        lines = self._lines(node.parts, axis, scale)
        if not node.shares:
            return [line.at(scale) for line in lines]
        parted = room_px - (len(lines) - 1) * self.gap_px
        return [parted * share / sum(node.shares) for share in node.shares]

    def _spot(self, area: Area, scale: float, below: float = 0.0) -> Spot:
        """A panel in the middle of what its labels leave of an area, with more room below."""
        x, y, width, height = area
        free = height - self.above_px - self.below_px
        return Spot(area, (x + width / 2, y + self.above_px + free / 2), scale, below)


def _is_table(tree: Beside[Cell] | Above[Cell]) -> bool:
    """Whether the parts are rows or columns of equally many parts without shares, which stand in line."""
    kind = Above if isinstance(tree, Beside) else Beside
    counts = {len(part.parts) if isinstance(part, kind) and not part.shares else 0 for part in tree.parts}
    return not tree.shares and len(counts) == 1 and 0 not in counts
