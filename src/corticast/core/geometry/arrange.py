"""Where panels and labels stand in a frame.

All lengths scale with the frame, so that a small and a large frame look the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import assert_never

import numpy as np

from corticast.core.geometry.camera import letters_of
from corticast.core.geometry.cells import Cell, CellTree, EmptyCell, ObliqueCell, SliceCell, ViewCell, extent_mm
from corticast.core.geometry.foot_room import foot_room
from corticast.core.geometry.layout import Layout, TextSlot
from corticast.core.geometry.panels import PLANES, ObliquePanel, Panel, Rect, SlicePanel, ViewPanel, slice_letters
from corticast.core.geometry.rooms import Rooms, Spot, rect_around, rooms_for
from corticast.core.geometry.slots import (
    PanelSlots,
    bar_bottom,
    colorbar_rect,
    info_slots,
    lying_bar_rect,
    panel_slots,
    text_rooms,
    title_and_clock,
)
from corticast.core.geometry.tree_spots import TreeRoom
from corticast.core.model.scene import Convention, SagittalNose
from corticast.core.model.trees import Above, Beside, has_rows, leaves
from corticast.core.model.types import Float64Array

# Most room between columns beside the gap, in pixels of a frame whose shorter side is 1080.
_SPARE_GAP = 90.0


def _panel(
    cell: SliceCell | ObliqueCell | ViewCell,
    box_mm: Float64Array,
    spot: Spot,
    size: tuple[int, int],
    convention: Convention,
    nose: SagittalNose,
) -> Panel:
    match cell:
        case ViewCell():
            return _view_panel(cell, spot, size)
        case SliceCell():
            return _slice_panel(cell, box_mm, spot, size, convention, nose)
        case ObliqueCell():
            return _oblique_panel(cell, box_mm, spot, size)
        case _:
            assert_never(cell)


def _slice_panel(
    cell: SliceCell,
    box_mm: Float64Array,
    spot: Spot,
    size: tuple[int, int],
    convention: Convention,
    nose: SagittalNose,
) -> SlicePanel:
    """Panel whose box is centred on a spot."""
    fixed, right, up = PLANES[cell.name]
    mirrored = nose == "left" if cell.name == "sagittal" else convention == "radiological"
    scale, sign = spot.scale, -1.0 if mirrored else 1.0
    ends = cell.ends_mm(box_mm)
    middle = ends.mean(axis=0)
    affine = np.array(
        [
            [sign * scale, 0.0, spot.centre[0] - 0.5 - sign * scale * middle[0]],
            [0.0, -scale, spot.centre[1] - 0.5 + scale * middle[1]],
        ]
    )
    extent = (ends[1] - ends[0]) * scale
    rect = rect_around(spot.centre, (extent[0], extent[1]), size)
    letters = slice_letters(right, up, mirrored=mirrored)
    return SlicePanel(cell.name, rect, affine, letters, fixed, right, up, cell.plane_mm)


def _oblique_panel(cell: ObliqueCell, box_mm: Float64Array, spot: Spot, size: tuple[int, int]) -> ObliquePanel:
    """Panel whose section through the box is centred on a spot."""
    section = cell.ends_mm(box_mm)
    scale, (right, up), extent = spot.scale, section.mean(axis=0), (section[1] - section[0]) * spot.scale
    affine = np.array(
        [
            [scale, 0.0, spot.centre[0] - 0.5 - scale * right],
            [0.0, -scale, spot.centre[1] - 0.5 + scale * up],
        ]
    )
    rect = rect_around(spot.centre, (extent[0], extent[1]), size)
    return ObliquePanel(cell.name, rect, affine, letters_of(cell.plane.right, cell.plane.up), cell.plane)


def _view_panel(view: ViewCell, spot: Spot, size: tuple[int, int]) -> ViewPanel:
    """Panel of a view whose middle is a spot."""
    scale = spot.scale
    affine = np.array([[scale, 0.0, spot.centre[0] - 0.5], [0.0, -scale, spot.centre[1] - 0.5]])
    rect = rect_around(spot.centre, (view.extent_mm[0] * scale, view.extent_mm[1] * scale), size)
    return ViewPanel(view.name, rect, affine, view.camera.letters, view.camera)


def _tree_room(tree: CellTree, box_mm: Float64Array, rooms: Rooms, *, labelled: bool) -> TreeRoom:
    """What a tree needs, with the room of labels around its panels."""
    return TreeRoom(
        tree,
        lambda cell: extent_mm(cell, box_mm),
        beside_px=2 * rooms.letter,
        above_px=rooms.name + rooms.letter,
        below_px=rooms.letter + rooms.caption,
        gap_px=rooms.gap,
        spare_gap_px=_SPARE_GAP * rooms.unit if labelled else 0.0,
    )


def _room_px(size: tuple[int, int], rooms: Rooms) -> tuple[float, float]:
    """Width and height of a frame without its margins, title, bar and foot."""
    width = size[0] - 2 * rooms.margin - rooms.bar
    return width, size[1] - 2 * rooms.margin - rooms.title - rooms.foot


def _scale(tree: CellTree, box_mm: Float64Array, size: tuple[int, int], rooms: Rooms) -> float:
    """Pixels per mm at which a tree fits a frame."""
    return _tree_room(tree, box_mm, rooms, labelled=True).scale(_room_px(size, rooms))


def _spots(
    tree: CellTree, box_mm: Float64Array, size: tuple[int, int], rooms: Rooms, *, labelled: bool
) -> Iterator[tuple[Cell, Spot]]:
    """Each cell where it stands in a frame, as large as they fit.

    Parameters
    ----------
    box_mm : (2, 3) float64, world box that slices show
    labelled : whether there are labels, to whose rooms the block of panels keeps
    """
    needs = _tree_room(tree, box_mm, rooms, labelled=labelled)
    width, height = _room_px(size, rooms)
    scale = max(needs.scale((width, height)), 1.0 / max(float((box_mm[1] - box_mm[0]).max()), 1.0))
    block = height if isinstance(tree, Above) and tree.shares else needs.size(scale)[1]
    top = rooms.margin + rooms.title
    y = top + (size[1] - top - rooms.margin - block) / 2
    # The foot moves only panels that would reach into its room.
    y = min(y, max(size[1] - rooms.margin - rooms.foot - block, top)) if rooms.foot else y
    return needs.spots((rooms.margin, y, width, block), scale)


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
) -> Layout:
    """Layout of slices and of views from outside, in the tree in which they are largest.

    One scale serves both axes and all panels, so that a millimetre is the same length everywhere.

    Parameters
    ----------
    trees : possible arrangements of cells, at least one; of equally large ones the first is taken
    box_mm : (2, 3) float64, world box that slices show
    size : width, height in pixels
    labels : kinds of labels that take room
    has_title : whether the film has a title
    has_colorbar : whether there is something for a colour bar to explain
    has_foot : whether a line at the foot says what the lights are
    text_scale : how much larger texts are than usual
    """
    bar = has_colorbar and "colorbar" in labels

    def rooms_of(tree: CellTree) -> Rooms:
        # A cell without a panel holds the texts and the bar that stand around the panels elsewhere.
        in_cell = None in leaves(tree)
        return rooms_for(
            size,
            labels,
            has_title=has_title and not in_cell,
            has_colorbar=bar and not in_cell,
            has_foot=has_foot,
            single=not isinstance(tree, (Beside, Above)),
            one_line=has_rows(tree),
            scale=text_scale,
        )

    tree = max(trees, key=lambda each: _scale(each, box_mm, size, rooms_of(each))) if len(trees) > 1 else trees[0]
    rooms, in_cell, in_rows = rooms_of(tree), None in leaves(tree), has_rows(tree)
    panels: list[Panel] = []
    slots: list[PanelSlots] = []
    info: tuple[TextSlot, ...] = ()
    lying_bar: Rect | None = None
    spots = list(_spots(tree, box_mm, size, rooms, labelled=bool(labels)))
    name_line = spots[0][1].cell[1] + rooms.name / 2
    title, clock = title_and_clock(size, rooms, None if in_cell or "clock" not in labels else name_line, above=in_rows)
    texts = text_rooms([spot for _, spot in spots], size, rooms, clock)
    for (cell, spot), text in zip(spots, texts, strict=True):
        if cell is None:
            x, y, width, height = spot.cell
            info_cell = rect_around((x + width / 2, y + height / 2), (width, height), size)
            info, clock = info_slots(info_cell, rooms.unit, text.name_px)
            lying_bar = lying_bar_rect(info_cell, rooms) if bar else None
            continue
        if isinstance(cell, EmptyCell):
            continue
        panels.append(_panel(cell, box_mm, spot, size, convention, sagittal_nose))
        slots.append(panel_slots(panels[-1], spot, rooms, labels, text))
    standing_bar = colorbar_rect(size, rooms, panels) if rooms.bar else None
    bottom = max([spot.cell[1] + spot.cell[3] for _, spot in spots] + bar_bottom(standing_bar, rooms))
    return Layout(
        size=size,
        unit=rooms.unit,
        panels=tuple(panels),
        title=title if rooms.title else None,
        clock=clock if "clock" in labels else None,
        names=tuple(each.name for each in slots),
        captions=tuple(each.caption for each in slots),
        letters=tuple(each.letters for each in slots),
        colorbar=standing_bar or lying_bar,
        info=info if "title" in labels else (),
        foot=foot_room(size, rooms.margin, bottom, text_scale) if rooms.foot else None,
    )
