"""Where panels and labels stand in a frame.

All lengths scale with the frame, so that a small and a large frame look the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import assert_never

import numpy as np

from corticast.core.geometry.cells import Cell, CellTree, SliceCell, ViewCell, extent_mm
from corticast.core.geometry.foot_room import foot_room
from corticast.core.geometry.layout import Layout, TextSlot
from corticast.core.geometry.panels import PLANES, Panel, Rect, SlicePanel, ViewPanel, slice_letters
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
from corticast.core.model.layouts import LAYOUTS, OUTSIDE_LAYOUTS, SLICE_PLANES, LayoutName
from corticast.core.model.scene import Convention, SagittalNose
from corticast.core.model.trees import Above, Beside, above, beside, has_rows, leaves
from corticast.core.model.types import Float64Array

# Most room between columns beside the gap, in pixels of a frame whose shorter side is 1080.
_SPARE_GAP = 90.0


def _panel(
    cell: SliceCell | ViewCell,
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
    middle = box_mm.mean(axis=0)
    affine = np.array(
        [
            [sign * scale, 0.0, spot.centre[0] - 0.5 - sign * scale * middle[right]],
            [0.0, -scale, spot.centre[1] - 0.5 + scale * middle[up]],
        ]
    )
    extent = (box_mm[1] - box_mm[0])[[right, up]] * scale
    rect = rect_around(spot.centre, (extent[0], extent[1]), size)
    letters = slice_letters(right, up, mirrored=mirrored)
    return SlicePanel(cell.name, rect, affine, letters, fixed, right, up, cell.plane_mm)


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
    top = rooms.margin + rooms.title
    width = size[0] - 2 * rooms.margin - rooms.bar
    height = size[1] - top - rooms.margin - rooms.foot
    scale = max(needs.scale((width, height)), 1.0 / max(float((box_mm[1] - box_mm[0]).max()), 1.0))
    block = height if isinstance(tree, Above) and tree.shares else needs.size(scale)[1]
    y = top + (size[1] - top - rooms.margin - block) / 2
    # The foot moves only panels that would reach into its room.
    y = min(y, max(size[1] - rooms.margin - rooms.foot - block, top)) if rooms.foot else y
    return needs.spots((rooms.margin, y, width, block), scale)


def arrange(
    tree: CellTree,
    box_mm: Float64Array,
    size: tuple[int, int],
    *,
    labels: Set[str] = frozenset(),
    convention: Convention = "neurological",
    sagittal_nose: SagittalNose = "right",
    has_title: bool = False,
    has_colorbar: bool = False,
    has_foot: bool = False,
) -> Layout:
    """Layout of a tree of slices and of views from outside.

    One scale serves both axes and all panels, so that a millimetre is the same length everywhere.

    Parameters
    ----------
    tree : cells beside and above one another
    box_mm : (2, 3) float64, world box that slices show
    size : width, height in pixels
    labels : kinds of labels that take room
    has_title : whether the film has a title
    has_colorbar : whether there is something for a colour bar to explain
    has_foot : whether a line at the foot says what the lights are
    """
    bar = has_colorbar and "colorbar" in labels
    # A cell without a panel holds the texts and the bar that stand around the panels elsewhere.
    in_cell = None in leaves(tree)
    in_rows = has_rows(tree)
    rooms = rooms_for(
        size,
        labels,
        has_title=has_title and not in_cell,
        has_colorbar=bar and not in_cell,
        has_foot=has_foot,
        single=not isinstance(tree, (Beside, Above)),
        one_line=in_rows,
    )
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
        foot=foot_room(size, rooms.margin, bottom) if rooms.foot else None,
    )


def _tree(name: LayoutName, views: Sequence[ViewCell]) -> CellTree:
    """Cells of a layout, with the views that a scene has."""
    if name in OUTSIDE_LAYOUTS:
        # A scene may have some of the views only.
        return beside(list[CellTree](views))
    found = iter(views)
    rows = LAYOUTS[name]
    return above(
        [beside([SliceCell(cell) if cell in SLICE_PLANES else next(found, None) for cell in row]) for row in rows]
    )


def slice_layout(
    name: LayoutName,
    box_mm: Float64Array,
    size: tuple[int, int],
    *,
    labels: Set[str] = frozenset(),
    convention: Convention = "neurological",
    sagittal_nose: SagittalNose = "right",
    views: Sequence[ViewCell] = (),
    has_title: bool = False,
    has_colorbar: bool = False,
    has_foot: bool = False,
) -> Layout:
    """Layout of a name; the other parameters are those of `arrange`.

    Parameters
    ----------
    views : from outside: those of a layout that has no slices, or the one in a grid's fourth cell
    """
    return arrange(
        _tree(name, views),
        box_mm,
        size,
        labels=labels,
        convention=convention,
        sagittal_nose=sagittal_nose,
        has_title=has_title,
        has_colorbar=has_colorbar,
        has_foot=has_foot,
    )
