"""Where panels and labels stand in a frame.

Pixel positions are indices: (0, 0) is the centre of the top left pixel, columns run right and rows
down. All lengths scale with the frame, so that a small and a large frame look the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.camera import AXIS_ENDS, Camera
from corticast.core.model.scene import Convention, LayoutName, SagittalNose

FloatArray = npt.NDArray[np.float64]
Rect = tuple[int, int, int, int]

# Lengths in pixels of a frame whose shorter side is 1080.
TITLE_PX, NAME_PX, LETTER_PX, CAPTION_PX, TICK_PX = 40.0, 32.0, 32.0, 30.0, 26.0
_MARGIN, _GAP, _LETTER_ROOM, _BAR_ROOM, _BAR_WIDTH = 18.0, 26.0, 34.0, 116.0, 22.0
_SPARE_GAP = 90.0

# Fixed axis, axis to the right, axis upwards; 0, 1, 2 are world x, y, z.
_PLANES = {"sagittal": (0, 1, 2), "coronal": (1, 0, 2), "axial": (2, 0, 1)}


@dataclass(frozen=True, eq=False)
class Panel:
    """One slice, the head from outside, or the picture, in a frame.

    Parameters
    ----------
    name : "sagittal", "coronal", "axial"; "left lateral", "superior", "3d", ...; or "picture"
    rect : x, y, width, height in pixels of what the panel covers
    affine : (2, 3) float64, (u, v, 1) -> (column, row) of a pixel, integral at pixel centres; u and v are
        the world coordinates in mm along `right_axis` and `up_axis`, mm to the right and up from the centre of the
        camera, or column and row of the picture
    fixed_axis : world axis that the plane fixes (0 x, 1 y, 2 z), None where there is no plane
    right_axis, up_axis : world axes that run along a slice's sides, in either sense
    letters : left, right, top, bottom
    camera : of a view from outside, None for a slice and the picture
    """

    name: str
    rect: Rect
    affine: FloatArray
    fixed_axis: int | None
    right_axis: int
    up_axis: int
    letters: tuple[str, str, str, str]
    camera: Camera | None = None

    @property
    def title(self) -> str:
        """Name as a person reads it."""
        return self.name.upper() if self.name == "3d" else self.name.capitalize()

    @property
    def pixels_per_mm(self) -> float:
        """Scale of a slice or a view."""
        return float(abs(self.affine[0, 0]))

    def turned(self, degrees: float) -> Panel:
        """The panel of a view whose camera has gone about the vertical."""
        assert self.camera is not None
        camera = self.camera.turned(degrees)
        return replace(self, camera=camera, letters=camera.letters)

    def pixel_of(self, pos: npt.ArrayLike) -> FloatArray:
        """Frame position of points.

        Parameters
        ----------
        pos : (n, 3) world mm, or (n, 2) pixels of the picture

        Returns
        -------
        (n, 2) float64, column and row, integral at pixel centres
        """
        if self.camera is not None:
            points = self.camera.seen(pos)[:, :2]
        else:
            points = np.asarray(pos, dtype=np.float64)[:, [self.right_axis, self.up_axis]]
        return np.asarray(points @ self.affine[:, :2].T + self.affine[:, 2])

    def plane_to_world(self, plane_mm: float) -> FloatArray:
        """(3, 3) float64: (column, row, 1) of a slice's pixel -> world mm on the plane at `plane_mm`."""
        inverse = np.linalg.inv(np.vstack([self.affine, [0.0, 0.0, 1.0]]))
        world = np.zeros((3, 3))
        world[self.right_axis], world[self.up_axis] = inverse[0], inverse[1]
        if self.fixed_axis is not None:
            world[self.fixed_axis, 2] = plane_mm
        return world


@dataclass(frozen=True, eq=False)
class View:
    """A view from outside that is to be laid out.

    Parameters
    ----------
    name : of its panel
    camera : whose centre is the middle of the panel
    extent_mm : width and height of what it shows
    """

    name: str
    camera: Camera
    extent_mm: tuple[float, float]


@dataclass(frozen=True)
class TextSlot:
    """Where a text stands.

    Parameters
    ----------
    x, y : pixels (edges at integers)
    anchor : "l", "m" or "r" for the side of the text that x names; y is the middle of its capitals
    size_px : font size
    """

    x: float
    y: float
    anchor: str
    size_px: float


@dataclass(frozen=True, eq=False)
class Layout:
    """A frame's panels and the places of its labels.

    Parameters
    ----------
    size : width, height in pixels
    unit : pixels that one pixel of a 1080-line frame becomes
    panels : in drawing order
    title, clock : slots, None when off
    names, captions : slot per panel, None when off; where both have the same slot they share a line
    letters : four slots per panel (left, right, top, bottom), None when off
    colorbar : rectangle, None when off; its ticks stand to the right of it, or below when it lies
    info : slots for lines of text in a grid's fourth cell, from the top
    """

    size: tuple[int, int]
    unit: float
    panels: tuple[Panel, ...]
    title: TextSlot | None = None
    clock: TextSlot | None = None
    names: tuple[TextSlot | None, ...] = ()
    captions: tuple[TextSlot | None, ...] = ()
    letters: tuple[tuple[TextSlot, TextSlot, TextSlot, TextSlot] | None, ...] = ()
    colorbar: Rect | None = None
    info: tuple[TextSlot, ...] = ()

    @property
    def flat_panels(self) -> tuple[Panel, ...]:
        """Slices and the picture."""
        return tuple(panel for panel in self.panels if panel.camera is None)

    @property
    def views(self) -> tuple[Panel, ...]:
        """Panels that show the head from outside."""
        return tuple(panel for panel in self.panels if panel.camera is not None)


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


def _rooms(
    size: tuple[int, int],
    labels: Set[str],
    *,
    has_title: bool,
    has_colorbar: bool,
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
    )


def _panel(
    name: str,
    box_mm: FloatArray,
    centre: tuple[float, float],
    scale: float,
    limits: tuple[int, int],
    convention: Convention,
    nose: SagittalNose,
) -> Panel:
    """Panel whose box is centred on a point given in pixels with edges at integers."""
    fixed, right, up = _PLANES[name]
    mirrored = nose == "left" if name == "sagittal" else convention == "radiological"
    sign = -1.0 if mirrored else 1.0
    middle = box_mm.mean(axis=0)
    affine = np.array(
        [
            [sign * scale, 0.0, centre[0] - 0.5 - sign * scale * middle[right]],
            [0.0, -scale, centre[1] - 0.5 + scale * middle[up]],
        ]
    )
    extent = (box_mm[1] - box_mm[0])[[right, up]] * scale
    rect = _rect_around(centre, (extent[0], extent[1]), limits)
    low, high = AXIS_ENDS[right]
    left_letter, right_letter = (high, low) if mirrored else (low, high)
    bottom, top = AXIS_ENDS[up]
    return Panel(name, rect, affine, fixed, right, up, (left_letter, right_letter, top, bottom))


def _view_panel(view: View, centre: tuple[float, float], scale: float, limits: tuple[int, int]) -> Panel:
    """Panel of a view whose middle is a point given in pixels with edges at integers."""
    affine = np.array([[scale, 0.0, centre[0] - 0.5], [0.0, -scale, centre[1] - 0.5]])
    rect = _rect_around(centre, (view.extent_mm[0] * scale, view.extent_mm[1] * scale), limits)
    return Panel(view.name, rect, affine, None, 0, 2, view.camera.letters, view.camera)


def _extent_mm(cell: str | View | None, extent: FloatArray) -> tuple[float, float]:
    """Width and height of what a cell shows, given that of the box."""
    if cell is None:
        return 0.0, 0.0
    if isinstance(cell, View):
        return cell.extent_mm
    _, right, up = _PLANES[cell]
    return float(extent[right]), float(extent[up])


def _rect_around(centre: tuple[float, float], extent: tuple[float, float], limits: tuple[int, int]) -> Rect:
    """Smallest pixel rectangle that holds an extent, within the frame."""
    tiny = 1e-6
    x0 = max(0, math.floor(centre[0] - extent[0] / 2 + tiny))
    y0 = max(0, math.floor(centre[1] - extent[1] / 2 + tiny))
    x1 = min(limits[0], math.ceil(centre[0] + extent[0] / 2 - tiny))
    y1 = min(limits[1], math.ceil(centre[1] + extent[1] / 2 - tiny))
    return x0, y0, max(1, x1 - x0), max(1, y1 - y0)


def slice_layout(
    name: LayoutName,
    box_mm: FloatArray,
    size: tuple[int, int],
    *,
    labels: Set[str] = frozenset(),
    convention: Convention = "neurological",
    sagittal_nose: SagittalNose = "right",
    views: Sequence[View] = (),
    has_title: bool = False,
    has_colorbar: bool = False,
) -> Layout:
    """Layout of slices and of views from outside.

    One scale serves both axes and all panels, so that a millimetre is the same length everywhere.

    Parameters
    ----------
    name : layout
    box_mm : (2, 3) float64, world box that panels show
    size : width, height in pixels
    labels : kinds of labels that take room
    views : from outside: those of a layout that has no slices, or the one in a grid's fourth cell
    has_title : whether the film has a title
    has_colorbar : whether there is something for a colour bar to explain
    """
    bar = has_colorbar and "colorbar" in labels
    rows: list[list[str | View | None]]
    if name == "grid":
        rows = [["sagittal", "coronal"], ["axial", views[0] if views else None]]
    elif name == "ortho":
        rows = [["sagittal", "coronal", "axial"]]
    else:
        rows = [list(views) or [name]]
    # The fourth cell of a grid holds what others have around their panels, unless it has a view.
    in_grid = name == "grid" and not views
    rooms = _rooms(
        size,
        labels,
        has_title=has_title and not in_grid,
        has_colorbar=bar and not in_grid,
        single=len(rows) == len(rows[0]) == 1,
        one_line=name == "grid",
    )
    extent = box_mm[1] - box_mm[0]
    width_mm = [[_extent_mm(cell, extent)[0] for cell in row] for row in rows]
    height_mm = [[_extent_mm(cell, extent)[1] for cell in row] for row in rows]
    column_mm = [max(row[i] for row in width_mm) for i in range(len(rows[0]))]
    row_mm = [max(row) for row in height_mm]

    n_columns, n_rows = len(column_mm), len(row_mm)
    top = rooms.margin + rooms.title
    room_x = size[0] - 2 * rooms.margin - rooms.bar - (n_columns - 1) * rooms.gap - 2 * n_columns * rooms.letter
    around = rooms.name + rooms.caption + 2 * rooms.letter
    room_y = size[1] - top - rooms.margin - n_rows * around - (n_rows - 1) * rooms.gap
    scale = max(min(room_x / sum(column_mm), room_y / sum(row_mm)), 1.0 / max(extent.max(), 1.0))

    # Room to spare parts the columns, so that captions keep apart.
    spare = (room_x - sum(column_mm) * scale) / (n_columns + 1)
    gap_x = rooms.gap + (min(spare, _SPARE_GAP * rooms.unit) if labels else 0.0)
    block_width = sum(column_mm) * scale + (n_columns - 1) * gap_x + 2 * n_columns * rooms.letter
    block_height = sum(row_mm) * scale + (n_rows - 1) * rooms.gap + n_rows * around
    left = (size[0] - rooms.bar - block_width) / 2
    upper = top + (size[1] - top - rooms.margin - block_height) / 2 if labels else (size[1] - block_height) / 2

    panels: list[Panel] = []
    names: list[TextSlot | None] = []
    captions: list[TextSlot | None] = []
    letters: list[tuple[TextSlot, TextSlot, TextSlot, TextSlot] | None] = []
    info_cell: Rect | None = None
    y = upper
    for row, height in zip(rows, row_mm, strict=True):
        x = left
        cell_height = height * scale + around
        for cell, width in zip(row, column_mm, strict=True):
            cell_width = width * scale + 2 * rooms.letter
            centre = (x + cell_width / 2, y + rooms.name + rooms.letter + height * scale / 2)
            if cell is None:
                info_cell = _rect_around((x + cell_width / 2, y + cell_height / 2), (cell_width, cell_height), size)
            else:
                if isinstance(cell, View):
                    panel = _view_panel(cell, centre, scale, size)
                else:
                    panel = _panel(cell, box_mm, centre, scale, size, convention, sagittal_nose)
                panels.append(panel)
                _add_slots(panel, rooms, labels, centre, (y, cell_height), names, captions, letters)
            x += cell_width + gap_x
        y += cell_height + rooms.gap
    clock = _clock_slot(size, rooms, top)
    info: tuple[TextSlot, ...] = ()
    colorbar = _colorbar_rect(size, rooms, panels) if rooms.bar else None
    if info_cell is not None:
        info, clock = _info_slots(info_cell, rooms.unit)
        colorbar = _lying_bar(info_cell, rooms) if bar else None
    return Layout(
        size=size,
        unit=rooms.unit,
        panels=tuple(panels),
        title=_title_slot(size, rooms) if rooms.title else None,
        clock=clock if "clock" in labels else None,
        names=tuple(names),
        captions=tuple(captions),
        letters=tuple(letters),
        colorbar=colorbar,
        info=info if "title" in labels else (),
    )


def picture_layout(
    picture_size: tuple[float, float],
    origin: tuple[float, float],
    size: tuple[int, int],
    *,
    labels: Set[str] = frozenset(),
    has_title: bool = False,
    has_colorbar: bool = False,
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
    rooms = _rooms(size, kinds, has_title=has_title, has_colorbar=bar, single=True)
    clock_room = rooms.name if "clock" in labels else 0.0
    top = rooms.margin + max(rooms.title, clock_room)
    room = (size[0] - 2 * rooms.margin - rooms.bar, size[1] - top - rooms.margin)
    scale = max(min(room[0] / picture_size[0], room[1] / picture_size[1]), 1.0 / max(picture_size))
    centre = (rooms.margin + room[0] / 2, top + room[1] / 2)
    rect = _rect_around(centre, (picture_size[0] * scale, picture_size[1] * scale), size)
    # The picture fills whole pixels; the affine follows the rectangle, not the other way round.
    step = (rect[2] / picture_size[0], rect[3] / picture_size[1])
    affine = np.array(
        [
            [step[0], 0.0, rect[0] - 0.5 - step[0] * origin[0]],
            [0.0, step[1], rect[1] - 0.5 - step[1] * origin[1]],
        ]
    )
    panel = Panel("picture", rect, affine, None, 0, 1, ("", "", "", ""))
    return Layout(
        size=size,
        unit=rooms.unit,
        panels=(panel,),
        title=_title_slot(size, rooms) if rooms.title else None,
        clock=_clock_slot(size, rooms, rooms.margin) if "clock" in labels else None,
        names=(None,),
        captions=(None,),
        letters=(None,),
        colorbar=_colorbar_rect(size, rooms, [panel]) if bar else None,
    )


def _add_slots(
    panel: Panel,
    rooms: _Rooms,
    labels: Set[str],
    centre: tuple[float, float],
    cell: tuple[float, float],
    names: list[TextSlot | None],
    captions: list[TextSlot | None],
    letters: list[tuple[TextSlot, TextSlot, TextSlot, TextSlot] | None],
) -> None:
    x0, y0, width, height = panel.rect
    unit = rooms.unit
    top, cell_height = cell
    # Names and captions of a row stand on common lines, whatever the panels' heights.
    name_line = TextSlot(centre[0], top + rooms.name / 2, "m", NAME_PX * unit)
    names.append(name_line if "title" in labels else None)
    if not labels & {"slice", "mm"}:
        captions.append(None)
    elif rooms.caption:
        captions.append(TextSlot(centre[0], top + cell_height - rooms.caption / 2, "m", CAPTION_PX * unit))
    else:
        captions.append(name_line)
    if not rooms.letter:
        letters.append(None)
        return
    size_px = LETTER_PX * unit
    away = rooms.letter / 2
    letters.append(
        (
            TextSlot(x0 - away, centre[1], "m", size_px),
            TextSlot(x0 + width + away, centre[1], "m", size_px),
            TextSlot(centre[0], y0 - away, "m", size_px),
            TextSlot(centre[0], y0 + height + away, "m", size_px),
        )
    )


def _title_slot(size: tuple[int, int], rooms: _Rooms) -> TextSlot:
    return TextSlot(size[0] / 2, rooms.margin + rooms.title / 2, "m", TITLE_PX * rooms.unit)


def _clock_slot(size: tuple[int, int], rooms: _Rooms, top: float) -> TextSlot:
    return TextSlot(size[0] - rooms.margin, top + rooms.name / 2, "r", rooms.clock)


def _colorbar_rect(size: tuple[int, int], rooms: _Rooms, panels: list[Panel]) -> Rect:
    """A standing bar at the right, as tall as two thirds of the panels."""
    top = min(panel.rect[1] for panel in panels)
    bottom = max(panel.rect[1] + panel.rect[3] for panel in panels)
    height = (bottom - top) * 2 / 3
    x = size[0] - rooms.margin - rooms.bar + 0.25 * rooms.bar
    return round(x), round((top + bottom - height) / 2), max(1, round(_BAR_WIDTH * rooms.unit)), max(2, round(height))


def _lying_bar(cell: Rect, rooms: _Rooms) -> Rect:
    """A lying bar in the lower part of a grid's fourth cell."""
    x, y, width, height = cell
    inset = round(0.12 * width)
    return x + inset, y + round(0.72 * height), max(2, width - 2 * inset), max(1, round(_BAR_WIDTH * rooms.unit))


def _info_slots(cell: Rect, unit: float) -> tuple[tuple[TextSlot, ...], TextSlot]:
    """Lines of a grid's fourth cell, a title and three facts, and the clock below them."""
    x, y, width, height = cell
    middle = x + width / 2
    title = TextSlot(middle, y + 0.16 * height, "m", TITLE_PX * unit)
    facts = tuple(
        TextSlot(middle, title.y + (1.9 + 1.45 * line) * CAPTION_PX * unit, "m", CAPTION_PX * unit) for line in range(3)
    )
    clock = TextSlot(middle, facts[-1].y + 2.0 * CAPTION_PX * unit, "m", CAPTION_PX * unit)
    return (title, *facts), clock
