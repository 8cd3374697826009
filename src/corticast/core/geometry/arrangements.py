"""The arrangement of cells in which panels are largest, and where each cell of it stands in a frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corticast.core.geometry.bar_rooms import BarRoom, apart_px
from corticast.core.geometry.cells import Cell, CellTree, extent_mm
from corticast.core.geometry.grouping import is_group, top_of_group
from corticast.core.geometry.rooms import Rooms, Spot
from corticast.core.geometry.tree_spots import Node, TreeRoom, measured
from corticast.core.model.trees import Above, Beside
from corticast.core.model.types import Float64Array

# Most room between columns beside the gap, in pixels of a frame whose shorter side is 1080.
_SPARE_GAP = 60.0
# Shares of their full room that texts try to have beside the boxes of panels.
_GROWN = (1.0, 0.75, 0.5, 0.25)
# Shares of that room below boxes in which captions of two lines stand clear of the boxes.
_DEEPER = (1.8, 1.4)


# Room that texts have around what panels must show: at both sides, above and below, as shares of their full room.
Grown = tuple[float, float, float]
NO_ROOM: Grown = (0.0, 0.0, 0.0)


def largest_scale(trees: Sequence[CellTree], box_mm: Float64Array, size: tuple[int, int]) -> float:
    """Pixels per mm of the largest arrangement in a frame without texts."""
    return max(TreeRoom(node).scale(size) for node in _measured(trees, box_mm))


def _measured(trees: Sequence[CellTree], box_mm: Float64Array) -> list[Node]:
    return [measured(tree, lambda cell: extent_mm(cell, box_mm)) for tree in trees]


def _tree_room(node: Node, rooms: Rooms, grown: Grown = NO_ROOM) -> TreeRoom:
    """What a tree needs.

    Parameters
    ----------
    grown : room that texts have within panels around what the panels must show
    """
    return TreeRoom(
        node,
        beside_px=grown[0] * 2 * rooms.beside,
        above_px=grown[1] * rooms.above,
        below_px=grown[2] * rooms.below,
        gap_px=rooms.gap,
        spare_gap_px=_SPARE_GAP * rooms.unit if rooms.margin else 0.0,
        spare_below_px=_DEEPER[0] * rooms.below,
    )


def room_px(size: tuple[int, int], rooms: Rooms, bar: BarRoom) -> tuple[float, float]:
    """Width and height of a frame without its margins, title, bar and foot."""
    width = size[0] - 2 * rooms.margin - bar.width
    return width, size[1] - 2 * rooms.margin - rooms.title - rooms.foot - bar.height


def spots_in_frame(
    node: Node, box_mm: Float64Array, size: tuple[int, int], rooms: Rooms, bar: BarRoom, kept: Grown
) -> Iterator[tuple[Cell, Spot]]:
    """Each cell where it stands in a frame, as large as they fit. Room to spare goes to the texts within panels."""
    width, height = room_px(size, rooms, bar)
    least = 1.0 / max(float((box_mm[1] - box_mm[0]).max()), 1.0)
    scale = max(_tree_room(node, rooms, kept).scale((width, height)), least)

    def at_least(across: float, down: float) -> Grown:
        return max(across, kept[0]), max(down, kept[1]), max(down, kept[2])

    def fits(grown: Grown) -> bool:
        needed = _tree_room(node, rooms, grown).size(scale)
        return needed[0] <= width + 1e-6 and needed[1] <= height + 1e-6

    across = next((share for share in _GROWN if fits(at_least(share, 0.0))), 0.0)
    down = next((share for share in _GROWN if fits(at_least(0.0, share))), 0.0)
    grown = at_least(across, down)
    deeper = [(grown[0], grown[1], share) for share in _DEEPER if down == 1.0 and share > grown[2]]

    def block_of(room: Grown) -> float:
        """Height of the panels."""
        shares = isinstance(node.tree, Above) and node.shares
        return height if shares else _tree_room(node, rooms, room).size(scale)[1]

    grouped = is_group(block_of(grown), height, size, rooms, bar)
    # More room below parts no group.
    kept_together = (each for each in deeper if is_group(block_of(each), height, size, rooms, bar) == grouped)
    grown = next((each for each in kept_together if fits(each)), grown)
    needs, block = _tree_room(node, rooms, grown), block_of(grown)
    top, bottom = rooms.margin + rooms.title, rooms.margin + rooms.foot + bar.height
    y = top_of_group(block, height, rooms) if grouped else top + (size[1] - top - rooms.margin - block) / 2
    # What stands below moves only panels that would reach into its room.
    y = min(y, max(size[1] - bottom - apart_px(rooms, bar) - block, top))
    across_px = width if isinstance(node.tree, (Beside, Above)) else min(needs.size(scale)[0], width)
    return needs.spots((rooms.margin + (width - across_px) / 2, y, across_px, block), scale)


def chosen_tree(
    trees: Sequence[CellTree],
    box_mm: Float64Array,
    bars: Sequence[BarRoom],
    size: tuple[int, int],
    rooms: Rooms,
    kept: Grown,
) -> tuple[Node, BarRoom]:
    """The arrangement and the room of the bar with the largest panels; of equals the first."""
    pairs = [(node, bar) for node in _measured(trees, box_mm) for bar in bars]
    scales = [_tree_room(node, rooms, kept).scale(room_px(size, rooms, bar)) for node, bar in pairs]
    # A rounding error prefers none. Where not even the labels have room, scales are negative.
    enough = max(scales) - 1e-9 * abs(max(scales))
    return next(pair for pair, scale in zip(pairs, scales, strict=True) if scale >= enough)
