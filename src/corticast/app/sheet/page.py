"""The content of a contact sheet's page and its places: header, legend, cells, captions, contacts."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from corticast.app.sheet.header import Contacts, SheetHeader
from corticast.core.color.colormaps import group_table
from corticast.core.color.themes import theme_of
from corticast.core.geometry.affines import voxel_index_of_plane, zooms_mm
from corticast.core.geometry.background import on_dark
from corticast.core.geometry.cells import SliceCell
from corticast.core.geometry.head_window import content_window
from corticast.core.geometry.layout import TextSlot
from corticast.core.geometry.panels import PLANES, Rect, plane_digits
from corticast.core.geometry.scale_bar import ScaleBar, round_lengths_mm, with_text_beside
from corticast.core.geometry.sheet_grid import (
    Grid,
    SheetCell,
    SheetPlane,
    cell_panel,
    nearest_plane,
    on_sheet,
    sheet_box_mm,
    sheet_grid,
    sheet_planes_mm,
)
from corticast.core.model.groups import groups_of
from corticast.core.model.scene import Scene
from corticast.core.model.types import Float64Array, PlacedElectrodes, UInt8Array, Volume
from corticast.core.text.captions import Text
from corticast.core.text.metrics import text_width_px
from corticast.core.text.numbers import millimetres, number
from corticast.errors import OptionError
from corticast.film.sweep import sweep_planes_mm
from corticast.passes.sheet import Discs, Page

# Lengths in pixels for a page of 2400 x 3200, and the smallest scale: smaller text would be illegible.
_CAPTION_PX = 27.0
_LEAST_UNIT = 0.34
_DISC_MM, _DISC_PX = 3.2, (12.0, 40.0)


def contacts_of(volume: Volume, placed: PlacedElectrodes | None) -> Contacts | None:
    """The contacts of a scene, and those of them that a page can show; None without electrodes."""
    if placed is None:
        return None
    shown = np.flatnonzero(on_sheet(volume, placed.pos))
    return Contacts(placed, shown, placed.table.subjects or groups_of(placed.table))


def page_of(
    scene: Scene,
    volume: Volume,
    window: tuple[float, float],
    contacts: Contacts | None,
    warnings: Sequence[str],
    *,
    plane: SheetPlane,
    n_slices: int,
    width: int,
    height: int | None,
) -> Page:
    """Lay out a page.

    Parameters
    ----------
    window : scaled values drawn black and white
    warnings : warnings about the inputs
    plane, n_slices : orientation of the slices, and their largest number
    width, height : size in pixels; with None, the page is as high as its content

    Raises
    ------
    OptionError : the page is too small
    """
    axis = PLANES[plane][0]
    content = sweep_planes_mm(on_dark(volume), "content", content_window(volume, scene.window))
    pos_mm = contacts.placed.pos[contacts.shown] if contacts is not None else np.zeros((0, 3))
    planes_mm = sheet_planes_mm(volume, axis, n_slices, content[axis], pos_mm)
    box_mm = sheet_box_mm(volume, content, pos_mm)

    unit = max(math.sqrt(width * (height or width * 4 / 3) / (2400 * 3200)), _LEAST_UNIT)
    header = SheetHeader(width, unit)
    header.head(scene.title or volume.name)
    for line in (
        _volume_line(volume, window),
        _contacts_line(contacts),
        _slices_line(scene, plane, planes_mm, counted=bool(len(pos_mm))),
    ):
        header.add(line)
    bar_slot = header.leave_line() if "scale" in scene.shown_labels else None
    header.warn(warnings)
    n_groups = len(contacts.counts) if contacts is not None else 1
    colours = group_table(scene.contact_map, n_groups, on_paper=theme_of(scene).is_light)
    if contacts is not None:
        header.legend(contacts, colours)

    extent_mm = np.delete(box_mm[1] - box_mm[0], axis)
    grid = _grid_of(len(planes_mm), extent_mm, width, height, round(header.y + 16 * unit), unit)
    on_plane = nearest_plane(planes_mm, pos_mm[:, axis])
    rows = contacts.shown if contacts is not None else np.zeros(0, np.intp)
    cells = []
    for place, plane_mm in enumerate(planes_mm.tolist()):
        panel = cell_panel(SliceCell(plane, plane_mm), box_mm, grid.rect(place), scene.convention, scene.sagittal_nose)
        below = _caption_rect(grid, place, unit)
        cells.append(SheetCell(panel, plane_mm, below, tuple(rows[on_plane == place].tolist())))
    texts = header.texts + _captions(volume, cells, unit)
    scale = abs(cells[0].panel.affine[0, 0])
    diameter = float(np.clip(_DISC_MM * scale, _DISC_PX[0] * unit, _DISC_PX[1] * unit))
    size = width, height if height is not None else grid.origin[1] + grid.height(len(cells)) + grid.gap
    bar = None if bar_slot is None else _scale_bar(cells[0], bar_slot)
    if bar is not None:
        texts.append(Text(bar.text, bar.slot))
    discs = _discs(cells, contacts, colours, diameter)
    return Page(size, cells, texts, header.warnings, header.examples(colours), discs, bar)


def _scale_bar(cell: SheetCell, slot: TextSlot) -> ScaleBar:
    """The bar in mm at the beginning of a line: as long as a tenth to a quarter of a slice's width."""
    scale = cell.panel.pixels_per_mm
    length_mm = round_lengths_mm(scale, cell.panel.rect[2])[0]
    return with_text_beside(length_mm, scale, slot.x, slot.y, slot.size_px)


def _grid_of(n_slices: int, extent_mm: Float64Array, width: int, height: int | None, top: int, unit: float) -> Grid:
    """The grid of the slices below the header.

    Raises
    ------
    OptionError : the page is too small
    """
    grid = sheet_grid(n_slices, (extent_mm[0], extent_mm[1]), width, height, top, unit)
    if grid is None:
        raise OptionError(
            f"--size {width}x{height or 0}: too small for a sheet of {n_slices} slices; "
            "give a larger page, or fewer --sheet-slices"
        )
    return grid


def _caption_rect(grid: Grid, number: int, unit: float) -> Rect:
    """Left, top, width and height of a caption.

    Captions may use half of the gap, so that a word's space stays between them.
    """
    spare = max(0, grid.gap - round(_CAPTION_PX * unit))
    left, top, width, height = grid.rect(number)
    return left - spare // 2, top + height, width + spare, grid.caption


def _discs(cells: Sequence[SheetCell], contacts: Contacts | None, colours: UInt8Array, diameter_px: float) -> Discs:
    """A disc for each contact at its place."""
    pos: list[Float64Array] = [np.zeros((0, 2))]
    colour, hollow = [], []
    if contacts is not None:
        number_of = {group: number for number, group in enumerate(contacts.counts)}
        for cell in cells:
            rows = list(cell.rows)
            pos.append(cell.panel.pixel_of(contacts.placed.pos[rows]))
            colour += [number_of[contacts.groups[row]] % len(colours) for row in rows]
            hollow += contacts.placed.table.bad[rows].tolist()
    return Discs(np.concatenate(pos), np.array(colour, np.intp), np.array(hollow, bool), colours, diameter_px)


def _volume_line(volume: Volume, window: tuple[float, float]) -> str:
    parts = [volume.name, f"space {volume.space or 'not known'}", " × ".join(map(str, volume.shape)) + " voxels"]
    parts.append(" × ".join(f"{zoom:.4g}" for zoom in zooms_mm(volume.affine)) + " mm")
    if not volume.is_rgb:
        parts.append(f"grey {number(window[0])} to {number(window[1])}")
    return "  ·  ".join(parts)


def _contacts_line(contacts: Contacts | None) -> str:
    if contacts is None:
        return "no contacts"
    placed, table = contacts.placed, contacts.placed.table
    n = int(placed.drawn.sum())
    parts = [table.path.name] if table.path is not None else []
    reading = {"voxel": "voxel indices", "tkras": "surface RAS"}.get(table.space or "", "not known")
    parts.append(f"space {table.frame or reading}")
    parts.append(f"{n} contacts" if n != 1 else "1 contact")
    if table.subjects:
        parts[-1] += f" of {len(set(table.subjects))} subjects"
    if placed.share_inside is not None:
        parts.append(f"{round(placed.share_inside * n)} inside the volume")
    for count, what in (
        (placed.n_left_out, "not selected"),
        (int((~table.has_position).sum()), "without a position"),
        (int(table.bad[placed.drawn].sum()), "marked bad"),
    ):
        if count:
            parts.append(f"{count} {what}")
    return "  ·  ".join(parts)


def _slices_line(scene: Scene, plane: SheetPlane, planes_mm: Float64Array, *, counted: bool) -> str:
    axis = "xyz"[PLANES[plane][0]]
    first, last = (millimetres(planes_mm[end], plane_digits(scene.volume)) for end in (0, -1))
    if len(planes_mm) == 1:
        parts = [f"1 {plane} slice, {axis} = {first} mm"]
    else:
        parts = [f"{len(planes_mm)} {plane} slices, {axis} = {first} to {last} mm"]
    if counted:
        parts.append("each contact on the slice nearest to it")
    if plane != "sagittal":
        parts.append(f"{scene.convention}: left is on the {'left' if scene.convention == 'neurological' else 'right'}")
    return "  ·  ".join(parts)


def _captions(volume: Volume, cells: Sequence[SheetCell], unit: float) -> list[Text]:
    """Two lines below each slice: its position between the letters of its sides, then further facts if they fit.

    All cells show the same kinds of facts.
    """
    size_px = _CAPTION_PX * unit
    room_px = cells[0].caption[2]
    heights, places, facts = [], [], []
    for cell in cells:
        axis = cell.panel.fixed_axis
        heights.append(millimetres(cell.plane_mm, plane_digits(volume)))
        places.append(f"{'xyz'[axis]} = {heights[-1]} mm")
        index = voxel_index_of_plane(volume.affine, volume.shape, axis, cell.plane_mm)
        n = len(cell.rows)
        facts.append((f"slice {index}" if index is not None else "", f"{n} contacts" if n != 1 else "1 contact"))
    if not any(cell.rows for cell in cells):
        facts = [(index, "") for index, _ in facts]
    all_facts, one_fact = [" · ".join(filter(None, fact)) for fact in facts], [index or count for index, count in facts]
    first_lines = _fullest([places, heights], 0.8 * room_px - 2 * size_px, size_px)
    second_lines = _fullest([all_facts, one_fact], room_px, size_px)
    texts = []
    for cell, place, more in zip(cells, first_lines, second_lines, strict=True):
        x, y, width, height = cell.caption
        first, second = y + 0.28 * height, y + 0.66 * height
        # Letters keep away from the ends, where one slice's R would join the next slice's L.
        for letter, share in zip(cell.panel.letters, (0.1, 0.9), strict=False):
            doubtful = not volume.sided and letter in "LR"
            texts.append(Text(letter + "?" * doubtful, TextSlot(x + share * width, first, "m", size_px)))
        texts.append(Text(place, TextSlot(x + width / 2, first, "m", size_px)))
        texts.append(Text(more, TextSlot(x + width / 2, second, "m", size_px), opacity=0.7))
    return texts


def _fullest(forms: Sequence[list[str]], room_px: float, size_px: float) -> list[str]:
    """The first form whose texts all fit; empty texts if no form fits."""
    fitting = [form for form in forms if all(text_width_px(text, size_px) <= room_px for text in form)]
    return fitting[0] if fitting else [""] * len(forms[0])
