"""Where panels and labels stand in a frame.

All lengths scale with the frame, so that a small and a large frame look the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import assert_never

import numpy as np

from corticast.core.geometry.camera import Camera
from corticast.core.geometry.foot_room import foot_room, kept_foot_px
from corticast.core.geometry.layout import Layout, TextSlot
from corticast.core.geometry.panels import PLANES, Panel, PicturePanel, Rect, SlicePanel, ViewPanel, slice_letters
from corticast.core.model.layouts import LAYOUTS, OUTSIDE_LAYOUTS, SLICE_PLANES, LayoutName
from corticast.core.model.scene import Convention, SagittalNose
from corticast.core.model.types import Float64Array

# Lengths in pixels of a frame whose shorter side is 1080.
TITLE_PX, NAME_PX, LETTER_PX, CAPTION_PX, TICK_PX = 40.0, 32.0, 32.0, 30.0, 26.0
_MARGIN, _GAP, _LETTER_ROOM, _BAR_ROOM, _BAR_WIDTH = 18.0, 26.0, 34.0, 116.0, 22.0
_SPARE_GAP = 90.0
# Room above a standing bar for its title and a number, and below it for a number, in sizes of its texts.
_BAR_ABOVE, _BAR_BELOW = 5.2, 1.5

# Between texts that stand side by side, and width of the clock beside them in sizes of its text.
_BESIDE, _CLOCK_WIDTH = 12.0, 4.4


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


@dataclass(frozen=True)
class _Rooms:
    """Pixels that labels take around panels."""

    unit: float
    margin: float
    gap: float
    letter: float
    name: float
    caption: float
    bar: float
    title: float
    clock: float
    foot: float


def _rooms(
    size: tuple[int, int],
    labels: Set[str],
    *,
    has_title: bool,
    has_colorbar: bool,
    has_foot: bool = False,
    single: bool,
    one_line: bool = False,
) -> _Rooms:
    """Room for labels; with `one_line` captions stand beside the names, and the clock elsewhere."""
    unit = min(size) / 1080
    named = "title" in labels
    captioned = bool(labels & {"slice", "mm"})
    any_label = bool(labels)
    in_name_line = (named or captioned) if one_line else (named or "clock" in labels)
    return _Rooms(
        unit=unit,
        margin=_MARGIN * unit if any_label else 0.0,
        gap=_GAP * unit if any_label or not single else 0.0,
        letter=_LETTER_ROOM * unit if "letters" in labels else 0.0,
        name=1.6 * NAME_PX * unit if in_name_line else 0.0,
        caption=1.6 * CAPTION_PX * unit if captioned and not one_line else 0.0,
        bar=_BAR_ROOM * unit if has_colorbar else 0.0,
        title=1.6 * TITLE_PX * unit if has_title and named else 0.0,
        clock=CAPTION_PX * unit,
        foot=kept_foot_px(size, _MARGIN * unit) if has_foot and any_label else 0.0,
    )


@dataclass(frozen=True)
class _Spot:
    """Where a cell stands.

    Parameters
    ----------
    cell : x, y, width, height in pixels, room for letters, name and caption included
    centre : of the panel in pixels, edges at integers
    scale : pixels per mm
    """

    cell: tuple[float, float, float, float]
    centre: tuple[float, float]
    scale: float


def _slice_panel(
    cell: SliceCell,
    box_mm: Float64Array,
    spot: _Spot,
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
    rect = _rect_around(spot.centre, (extent[0], extent[1]), size)
    letters = slice_letters(right, up, mirrored=mirrored)
    return SlicePanel(cell.name, rect, affine, letters, fixed, right, up, cell.plane_mm)


def _view_panel(view: ViewCell, spot: _Spot, size: tuple[int, int]) -> ViewPanel:
    """Panel of a view whose middle is a spot."""
    scale = spot.scale
    affine = np.array([[scale, 0.0, spot.centre[0] - 0.5], [0.0, -scale, spot.centre[1] - 0.5]])
    rect = _rect_around(spot.centre, (view.extent_mm[0] * scale, view.extent_mm[1] * scale), size)
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


def _rect_around(centre: tuple[float, float], extent: tuple[float, float], limits: tuple[int, int]) -> Rect:
    """Smallest pixel rectangle that holds an extent, within the frame."""
    tiny = 1e-6
    x0 = max(0, math.floor(centre[0] - extent[0] / 2 + tiny))
    y0 = max(0, math.floor(centre[1] - extent[1] / 2 + tiny))
    x1 = min(limits[0], math.ceil(centre[0] + extent[0] / 2 - tiny))
    y1 = min(limits[1], math.ceil(centre[1] + extent[1] / 2 - tiny))
    return x0, y0, max(1, x1 - x0), max(1, y1 - y0)


def _spots(
    rows: Sequence[Sequence[Cell]], extent: Float64Array, size: tuple[int, int], rooms: _Rooms, *, labelled: bool
) -> Iterator[tuple[Cell, _Spot]]:
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
            yield cell, _Spot((x, y, cell_width, cell_height), centre, scale)
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
    rooms = _rooms(
        size,
        labels,
        has_title=has_title and not in_cell,
        has_colorbar=bar and not in_cell,
        has_foot=has_foot,
        single=len(rows) == len(rows[0]) == 1,
        one_line=len(rows) > 1,
    )
    panels: list[Panel] = []
    slots: list[_PanelSlots] = []
    info: tuple[TextSlot, ...] = ()
    lying_bar: Rect | None = None
    spots = list(_spots(rows, box_mm[1] - box_mm[0], size, rooms, labelled=bool(labels)))
    name_line = spots[0][1].cell[1] + rooms.name / 2
    title, clock = _title_and_clock(
        size, rooms, None if in_cell or "clock" not in labels else name_line, above=len(rows) > 1
    )
    texts = _text_rooms([spot for _, spot in spots], len(rows[0]), size, rooms, clock)
    for (cell, spot), text in zip(spots, texts, strict=True):
        if cell is None:
            x, y, width, height = spot.cell
            info_cell = _rect_around((x + width / 2, y + height / 2), (width, height), size)
            info, clock = _info_slots(info_cell, rooms.unit, text.name_px)
            lying_bar = _lying_bar(info_cell, rooms) if bar else None
            continue
        match cell:
            case ViewCell():
                panels.append(_view_panel(cell, spot, size))
            case SliceCell():
                panels.append(_slice_panel(cell, box_mm, spot, size, convention, sagittal_nose))
            case _:
                assert_never(cell)
        slots.append(_panel_slots(panels[-1], spot, rooms, labels, text))
    standing_bar = _colorbar_rect(size, rooms, panels) if rooms.bar else None
    bottom = max([spot.cell[1] + spot.cell[3] for _, spot in spots] + _bar_bottom(standing_bar, rooms))
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


def picture_layout(
    picture_size: tuple[float, float],
    origin: tuple[float, float],
    size: tuple[int, int],
    *,
    labels: Set[str] = frozenset(),
    has_title: bool = False,
    has_colorbar: bool = False,
    has_foot: bool = False,
) -> Layout:
    """Layout of one picture, scaled to fit.

    Parameters
    ----------
    picture_size : width, height in the picture's pixels
    origin : column and row of its top left edge, (-0.5, -0.5) for a picture whose pixel centres are integers
    size : width, height of the frame in pixels
    """
    bar = has_colorbar and "colorbar" in labels
    kinds = labels - {"letters", "slice", "mm"}
    rooms = _rooms(size, kinds, has_title=has_title, has_colorbar=bar, has_foot=has_foot, single=True)
    clock_room = rooms.name if "clock" in labels else 0.0
    top = rooms.margin + max(rooms.title, clock_room)
    room = (size[0] - 2 * rooms.margin - rooms.bar, size[1] - top - rooms.margin)
    free_y = room[1] - rooms.foot
    scale = max(min(room[0] / picture_size[0], free_y / picture_size[1]), 1.0 / max(picture_size))
    # The foot moves only a picture that would reach into its room.
    middle = min(room[1] / 2, free_y - picture_size[1] * scale / 2)
    centre = (rooms.margin + room[0] / 2, top + middle)
    rect = _rect_around(centre, (picture_size[0] * scale, picture_size[1] * scale), size)
    # The picture fills whole pixels; the affine follows the rectangle, not the other way round.
    step = (rect[2] / picture_size[0], rect[3] / picture_size[1])
    affine = np.array(
        [
            [step[0], 0.0, rect[0] - 0.5 - step[0] * origin[0]],
            [0.0, step[1], rect[1] - 0.5 - step[1] * origin[1]],
        ]
    )
    panel = PicturePanel("picture", rect, affine, ("", "", "", ""))
    colorbar = _colorbar_rect(size, rooms, [panel]) if bar else None
    bottom = max([rect[1] + rect[3], *_bar_bottom(colorbar, rooms)])
    title, clock = _title_slot(size, rooms), _clock_slot(size, rooms, rooms.margin)
    if "clock" in labels:
        title, clock = _beside(title, clock)
    return Layout(
        size=size,
        unit=rooms.unit,
        panels=(panel,),
        title=title if rooms.title else None,
        clock=clock if "clock" in labels else None,
        names=(None,),
        captions=(None,),
        letters=(None,),
        colorbar=colorbar,
        foot=foot_room(size, rooms.margin, bottom) if rooms.foot else None,
    )


@dataclass(frozen=True)
class _PanelSlots:
    """Slots of one panel's labels, None when off."""

    name: TextSlot | None
    caption: TextSlot | None
    letters: tuple[TextSlot, TextSlot, TextSlot, TextSlot] | None


@dataclass(frozen=True)
class _TextRoom:
    """Widths of the texts in the middle of a cell: on the line of its name, and below its panel."""

    name_px: float
    caption_px: float


def _text_rooms(
    spots: Sequence[_Spot], n_columns: int, size: tuple[int, int], rooms: _Rooms, clock: TextSlot
) -> list[_TextRoom]:
    """Room for the texts of each cell: halfway to the next column, to the frame's side, to the bar or the clock."""
    between = _BESIDE * rooms.unit
    right = size[0] - (rooms.bar or rooms.margin)
    found = []
    for number, spot in enumerate(spots):
        column, row = number % n_columns, spots[number - number % n_columns :][:n_columns]
        edges = [
            rooms.margin - between / 2,
            *(_middle(one, other) for one, other in pairwise(row)),
            right + between / 2,
        ]
        low, high = edges[column : column + 2]
        name_line = spot.cell[1] + rooms.name / 2
        meets_clock = column == n_columns - 1 and _share_line(name_line, clock.y, rooms)
        beside_clock = min(high, clock.x - _CLOCK_WIDTH * clock.size_px - between / 2) if meets_clock else high
        wide = [2 * min(spot.centre[0] - low, end - spot.centre[0]) - between for end in (beside_clock, high)]
        found.append(_TextRoom(max(wide[0], 1.0), max(wide[1], 1.0)))
    return found


def _middle(one: _Spot, other: _Spot) -> float:
    return (one.centre[0] + other.centre[0]) / 2


def _share_line(one: float, other: float, rooms: _Rooms) -> bool:
    """Whether texts at two heights would touch."""
    return abs(one - other) < 1.1 * NAME_PX * rooms.unit


def _panel_slots(panel: Panel, spot: _Spot, rooms: _Rooms, labels: Set[str], text: _TextRoom) -> _PanelSlots:
    """Slots around a panel."""
    _, top, _, cell_height = spot.cell
    # Names and captions of a row stand on common lines, whatever the panels' heights.
    name_line = TextSlot(spot.centre[0], top + rooms.name / 2, "m", NAME_PX * rooms.unit, text.name_px)
    caption: TextSlot | None = name_line
    if not labels & {"slice", "mm"}:
        caption = None
    elif rooms.caption:
        line = top + cell_height - rooms.caption / 2
        caption = TextSlot(spot.centre[0], line, "m", CAPTION_PX * rooms.unit, text.caption_px)
    letters = _letter_slots(panel.rect, spot.centre, rooms) if rooms.letter else None
    return _PanelSlots(name_line if "title" in labels else None, caption, letters)


def _letter_slots(
    rect: Rect, centre: tuple[float, float], rooms: _Rooms
) -> tuple[TextSlot, TextSlot, TextSlot, TextSlot]:
    """Slots of the letters: left, right, top, bottom."""
    x0, y0, width, height = rect
    size_px, away = LETTER_PX * rooms.unit, rooms.letter / 2
    return (
        TextSlot(x0 - away, centre[1], "m", size_px),
        TextSlot(x0 + width + away, centre[1], "m", size_px),
        TextSlot(centre[0], y0 - away, "m", size_px),
        TextSlot(centre[0], y0 + height + away, "m", size_px),
    )


def _title_slot(size: tuple[int, int], rooms: _Rooms) -> TextSlot:
    size_px = TITLE_PX * rooms.unit
    return TextSlot(size[0] / 2, rooms.margin + rooms.title / 2, "m", size_px, max(size[0] - 2 * size_px, 1.0))


def _title_and_clock(
    size: tuple[int, int], rooms: _Rooms, name_line: float | None, *, above: bool
) -> tuple[TextSlot, TextSlot]:
    """Slots of the title and the clock.

    Parameters
    ----------
    name_line : height of the uppermost names, which the clock may meet; None where it stands elsewhere
    above : whether the clock then stands beside the title
    """
    title, clock = _title_slot(size, rooms), _clock_slot(size, rooms, rooms.margin + rooms.title)
    if name_line is None or not _share_line(name_line, clock.y, rooms):
        return title, clock
    clock = replace(clock, room_px=_CLOCK_WIDTH * clock.size_px)
    return _beside(title, replace(clock, y=title.y)) if above and rooms.title else (title, clock)


def _beside(title: TextSlot, clock: TextSlot) -> tuple[TextSlot, TextSlot]:
    """A title that leaves room for the clock on its line."""
    clock = replace(clock, room_px=_CLOCK_WIDTH * clock.size_px)
    room_px = 2 * (clock.x - clock.room_px - title.x) - title.size_px
    return replace(title, room_px=max(room_px, 1.0)), clock


def _clock_slot(size: tuple[int, int], rooms: _Rooms, top: float) -> TextSlot:
    return TextSlot(size[0] - rooms.margin, top + rooms.name / 2, "r", rooms.clock)


def _colorbar_rect(size: tuple[int, int], rooms: _Rooms, panels: Sequence[Panel]) -> Rect:
    """A standing bar in the middle of its room at the right, as tall as two thirds of the panels.

    Above the bar there is room for the clock, the title and a number, below the bar for a number.
    """
    top = min(panel.rect[1] for panel in panels)
    bottom = max(panel.rect[1] + panel.rect[3] for panel in panels)
    width, height = max(1, round(_BAR_WIDTH * rooms.unit)), (bottom - top) * 2 / 3
    highest = rooms.margin + rooms.title + rooms.name + _BAR_ABOVE * TICK_PX * rooms.unit
    lowest = size[1] - rooms.margin - rooms.foot - _BAR_BELOW * TICK_PX * rooms.unit
    start = min(max((top + bottom - height) / 2, highest), size[1] - 4.0)
    stop = max(min((top + bottom + height) / 2, lowest), start + 2.0)
    x = size[0] - (rooms.margin + rooms.bar + width) / 2
    return max(0, round(x)), round(start), width, max(2, min(round(stop - start), math.floor(lowest) - round(start)))


def _bar_bottom(rect: Rect | None, rooms: _Rooms) -> list[float]:
    """Lower edge of the texts of a standing bar, if there is one."""
    return [rect[1] + rect[3] + _BAR_BELOW * TICK_PX * rooms.unit] if rect is not None else []


def _lying_bar(cell: Rect, rooms: _Rooms) -> Rect:
    """A lying bar in the lower part of a grid's fourth cell."""
    x, y, width, height = cell
    inset, unit = round(0.12 * width), rooms.unit
    # Below the lines of text and the clock.
    top = max(y + 0.72 * height, _info_slots(cell, unit, width)[1].y + 2.6 * TICK_PX * unit)
    return x + inset, round(top), max(2, width - 2 * inset), max(1, round(_BAR_WIDTH * unit))


def _info_slots(cell: Rect, unit: float, room_px: float) -> tuple[tuple[TextSlot, ...], TextSlot]:
    """Lines of a grid's fourth cell, a title and three facts, and the clock below them."""
    x, y, width, height = cell
    middle = x + width / 2
    title = TextSlot(middle, y + 0.16 * height, "m", TITLE_PX * unit, room_px)
    facts = tuple(
        TextSlot(middle, title.y + (1.9 + 1.45 * line) * CAPTION_PX * unit, "m", CAPTION_PX * unit, room_px)
        for line in range(3)
    )
    clock = TextSlot(middle, facts[-1].y + 2.0 * CAPTION_PX * unit, "m", CAPTION_PX * unit, room_px)
    return (title, *facts), clock
