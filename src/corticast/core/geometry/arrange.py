"""Where panels and labels stand in a frame.

All lengths scale with the frame, so that a small and a large frame look the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from corticast.core.geometry.camera import Camera
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
from corticast.core.model.layouts import LAYOUTS, OUTSIDE_LAYOUTS, SLICE_PLANES, LayoutName
from corticast.core.model.scene import Convention, SagittalNose
from corticast.core.model.types import Float64Array

# Most room between columns beside the gap, in pixels of a frame whose shorter side is 1080.
_SPARE_GAP = 90.0


@dataclass(frozen=True)
class SliceCell:
    """A slice without its place.

    Parameters
    ----------
    name : "sagittal", "coronal" or "axial"
    plane_mm : coordinate of its own plane in mm; None for the film's plane of this axis
    """

    name: str
    plane_mm: float | None = None


@dataclass(frozen=True, eq=False)
class ViewCell:
    """A view from outside without its place.

    Parameters
    ----------
    name : of its panel
    camera : whose centre is the middle of the panel
    extent_mm : width and height in mm that the panel shows
    """

    name: str
    camera: Camera
    extent_mm: tuple[float, float]


# None leaves a cell to lines of text, the clock and the colour bar.
Cell = SliceCell | ViewCell | None


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


def _extent_mm(cell: Cell, extent: Float64Array) -> tuple[float, float]:
    """Width and height of what a cell shows, given that of the box."""
    match cell:
        case None:
            return 0.0, 0.0
        case ViewCell():
            return cell.extent_mm
        case SliceCell():
            _, right, up = PLANES[cell.name]
            return float(extent[right]), float(extent[up])
        case _:
            assert_never(cell)


def _spots(
    rows: Sequence[Sequence[Cell]], extent: Float64Array, size: tuple[int, int], rooms: Rooms, *, labelled: bool
) -> Iterator[tuple[Cell, Spot]]:
    """Each cell where it stands: rows from the top, cells from the left, as large as they fit.

    Parameters
    ----------
    extent : (3,) float64, of the box in mm
    labelled : whether there are labels, to whose rooms the block of panels keeps
    """
    width_mm = [[_extent_mm(cell, extent)[0] for cell in row] for row in rows]
    height_mm = [[_extent_mm(cell, extent)[1] for cell in row] for row in rows]
    column_mm = [max(row[i] for row in width_mm) for i in range(len(rows[0]))]
    row_mm = [max(row) for row in height_mm]

    n_columns, n_rows = len(column_mm), len(row_mm)
    top = rooms.margin + rooms.title
    room_x = size[0] - 2 * rooms.margin - rooms.bar - (n_columns - 1) * rooms.gap - 2 * n_columns * rooms.letter
    around = rooms.name + rooms.caption + 2 * rooms.letter
    room_y = size[1] - top - rooms.margin - rooms.foot - n_rows * around - (n_rows - 1) * rooms.gap
    scale = max(min(room_x / sum(column_mm), room_y / sum(row_mm)), 1.0 / max(extent.max(), 1.0))

    # Room to spare parts the columns, so that captions keep apart.
    spare = (room_x - sum(column_mm) * scale) / (n_columns + 1)
    gap_x = rooms.gap + (min(spare, _SPARE_GAP * rooms.unit) if labelled else 0.0)
    block_width = sum(column_mm) * scale + (n_columns - 1) * gap_x + 2 * n_columns * rooms.letter
    block_height = sum(row_mm) * scale + (n_rows - 1) * rooms.gap + n_rows * around
    left = (size[0] - rooms.bar - block_width) / 2
    y = top + (size[1] - top - rooms.margin - block_height) / 2 if labelled else (size[1] - block_height) / 2
    # The foot moves only panels that would reach into its room.
    y = min(y, max(size[1] - rooms.margin - rooms.foot - block_height, top)) if rooms.foot else y
    for row, height in zip(rows, row_mm, strict=True):
        x = left
        cell_height = height * scale + around
        for cell, width in zip(row, column_mm, strict=True):
            cell_width = width * scale + 2 * rooms.letter
            centre = (x + cell_width / 2, y + rooms.name + rooms.letter + height * scale / 2)
            yield cell, Spot((x, y, cell_width, cell_height), centre, scale)
            x += cell_width + gap_x
        y += cell_height + rooms.gap


def arrange(
    rows: Sequence[Sequence[Cell]],
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
    """Layout of rows of slices and of views from outside.

    One scale serves both axes and all panels, so that a millimetre is the same length everywhere.

    Parameters
    ----------
    rows : equally many cells in each, from the top and from the left
    box_mm : (2, 3) float64, world box that slices show
    size : width, height in pixels
    labels : kinds of labels that take room
    has_title : whether the film has a title
    has_colorbar : whether there is something for a colour bar to explain
    has_foot : whether a line at the foot says what the lights are
    """
    bar = has_colorbar and "colorbar" in labels
    # A cell without a panel holds the texts and the bar that stand around the panels elsewhere.
    in_cell = any(cell is None for row in rows for cell in row)
    rooms = rooms_for(
        size,
        labels,
        has_title=has_title and not in_cell,
        has_colorbar=bar and not in_cell,
        has_foot=has_foot,
        single=len(rows) == len(rows[0]) == 1,
        one_line=len(rows) > 1,
    )
    panels: list[Panel] = []
    slots: list[PanelSlots] = []
    info: tuple[TextSlot, ...] = ()
    lying_bar: Rect | None = None
    spots = list(_spots(rows, box_mm[1] - box_mm[0], size, rooms, labelled=bool(labels)))
    name_line = spots[0][1].cell[1] + rooms.name / 2
    title, clock = title_and_clock(
        size, rooms, None if in_cell or "clock" not in labels else name_line, above=len(rows) > 1
    )
    texts = text_rooms([spot for _, spot in spots], len(rows[0]), size, rooms, clock)
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


def _rows(name: LayoutName, views: Sequence[ViewCell]) -> list[list[Cell]]:
    """Cells of a layout, with the views that a scene has."""
    if name in OUTSIDE_LAYOUTS:
        # A scene may have some of the views only.
        return [list(views)]
    found = iter(views)
    return [[SliceCell(cell) if cell in SLICE_PLANES else next(found, None) for cell in row] for row in LAYOUTS[name]]


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
        _rows(name, views),
        box_mm,
        size,
        labels=labels,
        convention=convention,
        sagittal_nose=sagittal_nose,
        has_title=has_title,
        has_colorbar=has_colorbar,
        has_foot=has_foot,
    )
