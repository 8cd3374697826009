"""Where panels and labels stand in a frame.

All lengths scale with the frame, so that a small and a large frame look the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import replace

from corticast.core.geometry.arrangements import NO_ROOM, Grown, chosen_tree, room_px, spots_in_frame
from corticast.core.geometry.bar_rooms import BarRoom, bar_rooms
from corticast.core.geometry.cell_panels import filling_cell, panel_of, with_rim
from corticast.core.geometry.cells import Cell, CellTree, EmptyCell, ObliqueCell, SliceCell, extent_mm
from corticast.core.geometry.grouping import foot_below, is_group
from corticast.core.geometry.headings import upright_fits
from corticast.core.geometry.layout import CornerSlot, Layout, TextSlot
from corticast.core.geometry.panels import Panel
from corticast.core.geometry.rooms import LINE, Rooms, Spot, rooms_for
from corticast.core.geometry.row_letters import bear_letters
from corticast.core.geometry.slots import (
    PanelSlots,
    bar_places,
    ends_of,
    heading_slots,
    name_beside_clock,
    panel_slots,
)
from corticast.core.geometry.text_areas import TextArea, text_areas
from corticast.core.model.scene import Convention, SagittalNose
from corticast.core.model.trees import Above, Beside, leaves
from corticast.core.model.types import Float64Array
from corticast.core.text.edges import edge_title


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
    rooms = rooms_for(
        size,
        labels,
        has_title=has_title,
        has_foot=has_foot,
        single=all(not isinstance(tree, (Beside, Above)) for tree in trees),
        scale=text_scale,
        keyed=keyed,
        on_edges=on_edges,
        alike=alike,
    )
    has_caption = rooms.foot > 0
    rooms = replace(rooms, foot=rooms.foot + band_px)
    bars = bar_rooms(size, rooms, groups) if has_colorbar and "colorbar" in labels else [BarRoom()]
    node, bar = chosen_tree(trees, box_mm, bars, size, rooms, kept)
    every = spots_in_frame(node, box_mm, size, rooms, bar, kept)
    placed = [(cell, spot) for cell, spot in every if not isinstance(cell, EmptyCell)]
    if rooms.heading_px and labels & {"slice", "mm"}:
        placed = [(cell, _beside_caption(cell, spot, box_mm, rooms)) for cell, spot in placed]
    spots = [spot for _, spot in placed]
    panels = [panel_of(cell, box_mm, spot, size, convention, sagittal_nose) for cell, spot in placed]
    boxes = tuple(panel.rect for panel in panels)
    if not exact:
        panels = [filling_cell(panel, spot, size) for panel, spot in zip(panels, spots, strict=True)]
    slots = _slots(panels, spots, text_areas(boxes, spots, rooms), rooms, labels, alike=alike, on_edges=on_edges)
    ends = ends_of(spots)
    bar_room, colorbar = bar_places(size, rooms, bar, ends)
    rimmed = panels if voxel_mm is None or exact else _with_rims(panels, voxel_mm, size, rooms, bar)
    title, clock = heading_slots(size, rooms, labels)
    grouped = is_group(ends[1] - ends[0], room_px(size, rooms, bar)[1], size, rooms, bar)
    foot = None
    if has_caption:
        foot = foot_below(size, rooms, ends[1], (bar_room, colorbar), text_scale, band_px, grouped=grouped)
    return Layout(
        size=size,
        unit=rooms.unit,
        panels=tuple(rimmed),
        title=title,
        clock=clock,
        names=tuple(_beside_clock(panel, each.name, clock) for panel, each in zip(panels, slots, strict=True)),
        captions=tuple(each.caption for each in slots),
        letters=tuple(each.letters for each in slots),
        corners=tuple(each.corners for each in slots),
        colorbar=colorbar,
        bar_room=bar_room,
        tick_px=rooms.tick_px,
        least_px=rooms.least_px,
        foot=foot,
        boxes=boxes,
    )


def _slots(
    panels: Sequence[Panel],
    spots: Sequence[Spot],
    areas: Sequence[TextArea],
    rooms: Rooms,
    labels: Set[str],
    *,
    alike: bool,
    on_edges: bool,
) -> list[PanelSlots]:
    """Slots of the labels of all panels.

    Parameters
    ----------
    alike : whether all are slices of one axis
    """
    bear = bear_letters(panels, spots)
    # Slices of a mosaic have the name of their plane once, over the first one.
    first = {panel.name: number for number, panel in reversed(list(enumerate(panels)))}
    named = [first[panel.name] == number for number, panel in enumerate(panels)]
    upright = on_edges and all(
        upright_fits(panel, spot, area, rooms, labels, named=is_named)
        for panel, spot, area, is_named in zip(panels, spots, areas, named, strict=True)
    )
    return [
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


def _with_rims(
    panels: Sequence[Panel], voxel_mm: Float64Array, size: tuple[int, int], rooms: Rooms, bar: BarRoom
) -> list[Panel]:
    """Panels that show one voxel more around their boxes, as far as gaps and margins have room."""
    # Rectangles are rounded outwards, each by less than a pixel.
    rim_px = max(math.floor(min(rooms.gap / 2 if len(panels) > 1 else math.inf, rooms.margin)) - 1, 0)
    free_to = size[0] - rooms.margin - bar.width if bar.width else size[0]
    return [with_rim(panel, voxel_mm, rim_px, (math.floor(free_to), size[1])) for panel in panels]


def _beside_clock(
    panel: Panel, name: CornerSlot | TextSlot | None, clock: TextSlot | None
) -> CornerSlot | TextSlot | None:
    """The name of a panel, which leaves room for a clock."""
    return name if clock is None else name_beside_clock(edge_title(panel.title), name, clock)


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
