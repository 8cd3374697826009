"""Where panels and labels stand in a frame.

All lengths scale with the frame, so that a small and a large frame look the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from corticast.core.geometry.bar_rooms import BarRoom, apart_px, bar_rooms
from corticast.core.geometry.cell_panels import filling_cell, panel_of, with_rim
from corticast.core.geometry.cells import Cell, CellTree, EmptyCell, ObliqueCell, SliceCell, extent_mm
from corticast.core.geometry.grouping import foot_below, is_group, top_of_group
from corticast.core.geometry.headings import upright_fits
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.rooms import LINE, Rooms, Spot, rooms_for
from corticast.core.geometry.row_letters import bear_letters
from corticast.core.geometry.slots import (
    bar_places,
    beside_clock,
    clock_slot,
    ends_of,
    name_beside_clock,
    panel_slots,
    title_slot,
)
from corticast.core.geometry.text_areas import text_areas
from corticast.core.geometry.tree_spots import Node, TreeRoom, measured
from corticast.core.model.scene import Convention, SagittalNose
from corticast.core.model.trees import Above, Beside, leaves
from corticast.core.model.types import Float64Array
from corticast.core.text.edges import edge_title

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


def _room_px(size: tuple[int, int], rooms: Rooms, bar: BarRoom) -> tuple[float, float]:
    """Width and height of a frame without its margins, title, bar and foot."""
    width = size[0] - 2 * rooms.margin - bar.width
    return width, size[1] - 2 * rooms.margin - rooms.title - rooms.foot - bar.height


def _spots(
    node: Node, box_mm: Float64Array, size: tuple[int, int], rooms: Rooms, bar: BarRoom, kept: Grown
) -> Iterator[tuple[Cell, Spot]]:
    """Each cell where it stands in a frame, as large as they fit. Room to spare goes to the texts within panels."""
    width, height = _room_px(size, rooms, bar)
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


def _chosen(
    nodes: Sequence[Node],
    bars: Sequence[BarRoom],
    size: tuple[int, int],
    rooms: Rooms,
    kept: Grown,
) -> tuple[Node, BarRoom]:
    """The arrangement and the room of the bar with the largest panels; of equals the first."""
    pairs = [(node, bar) for node in nodes for bar in bars]
    scales = [_tree_room(node, rooms, kept).scale(_room_px(size, rooms, bar)) for node, bar in pairs]
    # A rounding error prefers none. Where not even the labels have room, scales are negative.
    enough = max(scales) - 1e-9 * abs(max(scales))
    return next(pair for pair, scale in zip(pairs, scales, strict=True) if scale >= enough)


def arrange(
    trees: Sequence[CellTree],
    box_mm: Float64Array,
    size: tuple[int, int],
    *,
    labels: Set[str] = frozenset(),
    convention: Convention = "neurological",
    sagittal_nose: SagittalNose = "right",
    has_title: bool = False,
    has_colorbar: bool = False,
    has_foot: bool = False,
    text_scale: float = 1.0,
    groups: Sequence[str] = (),
    keyed: bool = False,
    exact: bool = False,
    on_edges: bool = False,
    band_px: float = 0.0,
    kept: Grown = NO_ROOM,
    voxel_mm: Float64Array | None = None,
) -> Layout:
    """Layout of slices and of views from outside, in the tree in which they are largest.

    One scale serves both axes and all panels, so that a millimetre is the same length everywhere.

    Parameters
    ----------
    trees : possible arrangements of cells, at least one; of equally large ones the first is taken
    box_mm : (2, 3) float64, world box of slices without a box of their own
    size : width, height in pixels
    labels : kinds of labels that take room
    has_title : whether the film has a title
    has_colorbar : whether there is something for a colour bar to explain
    has_foot : whether a line at the foot says what the lights are
    text_scale : how much larger texts are than usual
    groups : names of the legend that stands in place of the bar
    keyed : whether a key of diameters stands beside the bar
    exact : whether panels show their boxes alone; else room to spare shows more of the volume
    on_edges : whether names and captions of panels stand large at the middle of edges
    band_px : height of a band at the frame's foot that is kept free
    kept : room that texts have within panels, even where it makes the panels smaller
    voxel_mm : (3, 3) float64, edges of a voxel as columns: slices show so much around their boxes, as far as gaps and
        margins have room, since voxels beside the box may be mixed with the head; None shows no more
    """
    alike = _are_alike(trees[0])
    single = all(not isinstance(tree, (Beside, Above)) for tree in trees)
    rooms = rooms_for(
        size,
        labels,
        has_title=has_title,
        has_foot=has_foot,
        single=single,
        scale=text_scale,
        keyed=keyed,
        on_edges=on_edges,
        alike=alike,
    )
    has_caption = rooms.foot > 0
    rooms = replace(rooms, foot=rooms.foot + band_px)
    has_bar = has_colorbar and "colorbar" in labels
    bars = bar_rooms(size, rooms, groups) if has_bar else [BarRoom()]
    node, bar = _chosen(_measured(trees, box_mm), bars, size, rooms, kept)
    every = _spots(node, box_mm, size, rooms, bar, kept)
    placed = [(cell, spot) for cell, spot in every if not isinstance(cell, EmptyCell)]
    if rooms.heading_px and labels & {"slice", "mm"}:
        placed = [(cell, _beside_caption(cell, spot, box_mm, rooms)) for cell, spot in placed]
    spots = [spot for _, spot in placed]
    panels = [panel_of(cell, box_mm, spot, size, convention, sagittal_nose) for cell, spot in placed]
    boxes = tuple(panel.rect for panel in panels)
    if not exact:
        panels = [filling_cell(panel, spot, size) for panel, spot in zip(panels, spots, strict=True)]
    areas, bear = text_areas(boxes, spots, rooms), bear_letters(panels, spots)
    # Slices of a mosaic have the name of their plane once, over the first one.
    first = {panel.name: number for number, panel in reversed(list(enumerate(panels)))}
    named = [first[panel.name] == number for number, panel in enumerate(panels)]
    upright = on_edges and all(
        upright_fits(panel, spot, area, rooms, labels, named=is_named)
        for panel, spot, area, is_named in zip(panels, spots, areas, named, strict=True)
    )
    slots = [
        panel_slots(
            panel,
            spot,
            area,
            rooms,
            labels,
            named=is_named,
            bears_letters=bears,
            letters_yield=alike and len(panels) > 1,
            upright=upright,
        )
        for panel, spot, area, is_named, bears in zip(panels, spots, areas, named, bear, strict=True)
    ]
    ends = ends_of(spots)
    bar_room, colorbar = bar_places(size, rooms, bar, ends)
    rimmed = panels
    if voxel_mm is not None and not exact:
        # Rectangles are rounded outwards, each by less than a pixel.
        rim_px = max(math.floor(min(rooms.gap / 2 if len(panels) > 1 else math.inf, rooms.margin)) - 1, 0)
        free_to = size[0] - rooms.margin - bar.width if bar.width else size[0]
        rimmed = [with_rim(panel, voxel_mm, rim_px, (math.floor(free_to), size[1])) for panel in panels]
    grouped = is_group(ends[1] - ends[0], _room_px(size, rooms, bar)[1], size, rooms, bar)
    title, clock = title_slot(size, rooms), clock_slot(size, rooms)
    names = tuple(each.name for each in slots)
    if "clock" in labels:
        title = beside_clock(title, clock)
        names = tuple(
            name_beside_clock(edge_title(panel.title), name, clock) for panel, name in zip(panels, names, strict=True)
        )
    return Layout(
        size=size,
        unit=rooms.unit,
        panels=tuple(rimmed),
        title=title if rooms.title else None,
        clock=clock if "clock" in labels else None,
        names=names,
        captions=tuple(each.caption for each in slots),
        letters=tuple(each.letters for each in slots),
        corners=tuple(each.corners for each in slots),
        colorbar=colorbar,
        bar_room=bar_room,
        tick_px=rooms.tick_px,
        least_px=rooms.least_px,
        foot=foot_below(size, rooms, ends[1], (bar_room, colorbar), text_scale, band_px, grouped=grouped)
        if has_caption
        else None,
        boxes=boxes,
    )


def _beside_caption(cell: Cell, spot: Spot, box_mm: Float64Array, rooms: Rooms) -> Spot:
    """A spot further right, so that the spare width of a slice is free for the caption at its left."""
    if not isinstance(cell, (SliceCell, ObliqueCell)):
        return spot
    x, _, width, _ = spot.cell
    half_px = extent_mm(cell, box_mm)[0] * spot.scale / 2
    away = min(LINE * rooms.heading_px / 2, max(x + width - spot.centre[0] - half_px, 0.0))
    return replace(spot, centre=(spot.centre[0] + away, spot.centre[1]))


def _are_alike(tree: CellTree) -> bool:
    """Whether a tree shows slices of one axis alone, with or without their scout."""
    every: list[Cell] = list(leaves(tree))
    shown = [cell for cell in every if not isinstance(cell, EmptyCell)]
    slices = [cell for cell in shown if isinstance(cell, SliceCell)]
    return len(slices) == len(shown) and len({cell.name for cell in slices if not cell.is_scout}) == 1
