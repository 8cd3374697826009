"""Lines that show where the planes of slices run in the other panels.

A plane cuts another one in a straight line. In a view from outside a plane is a line where the viewer looks along the
plane, and has no line elsewhere. Lines run across the head with its contacts, and give way to contacts and texts: they
end before letters, straight ones of a panel all at the same height, and have gaps elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corticast.core.geometry.boxes import Box, box_of
from corticast.core.geometry.cut_gaps import DrawnContacts, PanelGaps, circle_gaps, ends_before, pieces
from corticast.core.geometry.layout import Layout, TextSlot
from corticast.core.geometry.panels import CutPanel, Motion, Panel, Rect, SlicePanel, ViewPanel
from corticast.core.model.types import BoolArray, Float64Array, FrameState

# Width in pixels of a frame of 1080 lines, and the least one.
CUT_PX, LEAST_CUT_PX = 1.0, 1.0
# Between a line and a line of text, in heights of the text.
_MARGIN = 1.0
# How far lines reach beyond the head, in pixels of a frame of 1080 lines, and from the edge of their panel, so that
# their rims stay within the panel.
_BEYOND_PX, _INSET_PX = 12.0, 3
# Shortest part of a line between two gaps, and beyond the letter or the text nearest to its end.
_LEAST_PX, _LEAST_END_PX = 16.0, 60.0
# Beginnings of lines side by side that are less apart than this are one.
_LEVEL_PX = 0.5
# Sine of the angle below which two planes are parallel, or below which a viewer looks along a plane.
_PARALLEL = 1e-6
# Room of a letter in sizes of its text: width of one character, height, and to the line's end.
_LETTER, _LETTER_HEIGHT, _APART = 0.8, 0.8, 1.0


@dataclass(frozen=True, eq=False)
class PanelCuts:
    """The lines in one panel.

    Parameters
    ----------
    panel : with the lines
    crossing : panels whose planes have lines there
    box : x, y, width, height in pixels that lines do not leave
    letters_px : (m, 4) float64, left, top, right and bottom of the letters, and of the bar in mm
    texts_px : (m, 4) float64, the same of names and captions
    unit : size of texts and lines, 1 in a frame of 1080 lines
    contacts : to which lines give way; None without contacts
    moves : whether the panel or a line changes from frame to frame, or may be dragged
    """

    panel: CutPanel | ViewPanel
    crossing: tuple[CutPanel, ...]
    box: Rect
    letters_px: Float64Array
    texts_px: Float64Array
    unit: float
    contacts: PanelGaps | None
    moves: bool

    def shown(self, state: FrameState) -> tuple[float, ...]:
        """Planes and turn on which the lines depend."""
        panels = self.crossing if isinstance(self.panel, ViewPanel) else (*self.crossing, self.panel)
        planes = tuple(each.plane_at(state.planes_mm) for each in panels)
        return (*planes, state.turn_deg) if isinstance(self.panel, ViewPanel) else planes

    def lines(self, state: FrameState) -> Float64Array:
        """(k, 2, 2) float64, ends of the lines of a frame in pixels, edges at integers."""
        world = self._world(state)
        places = np.array([each.plane_at(state.planes_mm) for each in self.crossing])
        # A pixel (column, row, 1) lies on a line if its product with the line's row is 0.
        rows = self._normals @ world
        rows[:, 2] -= places
        lines = _apart(_clipped(rows, self.box, self.letters_px, _LEAST_END_PX * self.unit))
        return self._broken(lines, state)

    def _broken(self, lines: Float64Array, state: FrameState) -> Float64Array:
        """The parts of lines that keep clear of contacts and texts."""
        start, length = lines[:, 0], np.hypot(*(lines[:, 1] - lines[:, 0]).T)
        along = (lines[:, 1] - start) / length[:, None]
        enter, leave = _within(start, along, self._boxes_px)
        low, high = ends_before(np.zeros_like(length), length, enter, leave, _LEAST_END_PX * self.unit)
        # Places along lines that begin side by side compare.
        for across in np.abs(along.T) < _PARALLEL:
            if across.any() and np.ptp(start[across] @ along[across][0]) < _LEVEL_PX:
                _level(low, high, across)
        if self.contacts is not None:
            circles = circle_gaps(start, along, *self.contacts.circles(state))
            enter, leave = (np.concatenate(pair, axis=1) for pair in zip((enter, leave), circles, strict=True))
        line, places = pieces(low, high, enter, leave, _LEAST_PX * self.unit)
        return np.asarray(start[line, None] + places[:, :, None] * along[line, None])

    @cached_property
    def _boxes_px(self) -> Float64Array:
        return np.concatenate([self.letters_px, self.texts_px])

    def _world(self, state: FrameState) -> Float64Array:
        panel = self.panel.at(state)
        if isinstance(panel, ViewPanel):
            return panel.screen_to_world()
        assert isinstance(panel, CutPanel)
        return panel.plane_to_world(panel.plane_at(state.planes_mm))

    @cached_property
    def _normals(self) -> Float64Array:
        return np.stack([each.normal for each in self.crossing])


def panel_cuts(
    layout: Layout, motion: Motion, contacts: DrawnContacts | None = None, texts_px: Float64Array | None = None
) -> tuple[PanelCuts, ...]:
    """The panels of a layout that show lines.

    Parameters
    ----------
    motion : what changes from frame to frame
    contacts : to which lines give way; None lets lines run through
    texts_px : (m, 4) float64, boxes of names and captions, to which lines give way too
    """
    if not layout.cuts:
        return ()
    found = []
    bar = layout.scale_bar
    texts = np.zeros((0, 4)) if texts_px is None else _around_texts(texts_px)
    for number, (panel, box, letters) in enumerate(zip(layout.panels, layout.boxes, layout.letters, strict=True)):
        if not isinstance(panel, CutPanel | ViewPanel):
            continue
        crossing = tuple(each for each in layout.cuts if each is not panel and _has_line(each, panel, motion))
        if crossing:
            moves = any(each.caption_moves(motion) for each in (panel, *crossing))
            boxes = [_letter_box(slot, panel) for slot in letters or () if slot is not None]
            boxes += [bar.box] if bar is not None and bar.panel == number else []
            boxes += [box_of(layout.bar_room)] if layout.bar_room is not None and layout.bar_in_corner else []
            letters_px = np.array(boxes, dtype=np.float64).reshape(-1, 4)
            gaps = None if contacts is None else contacts.on(panel, layout)
            around = _around(box, panel, layout)
            found.append(PanelCuts(panel, crossing, around, letters_px, texts, layout.unit, gaps, moves))
    return tuple(found)


def meet(lines: Float64Array, box: Box) -> bool:
    """Whether one of (k, 2, 2) lines enters a box, left, top, right and bottom in pixels."""
    if not len(lines):
        return False
    enter, leave = _within(lines[:, 0], lines[:, 1] - lines[:, 0], np.array([box]))
    return bool((np.maximum(enter, 0.0) < np.minimum(leave, 1.0)).any())


def cut_px(layout: Layout) -> float:
    """Width of the lines in pixels."""
    return max(CUT_PX * layout.unit, LEAST_CUT_PX)


def _has_line(cut: CutPanel, panel: CutPanel | ViewPanel, motion: Motion) -> bool:
    """Whether a plane is a line in another panel, in all frames."""
    if isinstance(cut, SlicePanel) and cut.is_scout:
        return False
    if isinstance(panel, CutPanel):
        return bool(np.linalg.norm(np.cross(cut.normal, panel.normal)) > _PARALLEL)
    turns_deg = (0.0, 90.0) if panel.moves(motion) else (0.0,)
    towards = np.stack([panel.turned(turn_deg).camera.axes[2] for turn_deg in turns_deg])
    return bool((np.abs(towards @ cut.normal) < _PARALLEL).all())


def _around(box: Rect, panel: Panel, layout: Layout) -> Rect:
    """The head with its contacts and a little more, within the panel."""
    beyond = round(_BEYOND_PX * layout.unit)
    x, y, width, height = panel.rect
    x0, y0 = max(box[0] - beyond, x + _INSET_PX), max(box[1] - beyond, y + _INSET_PX)
    x1 = min(box[0] + box[2] + beyond, x + width - _INSET_PX)
    y1 = min(box[1] + box[3] + beyond, y + height - _INSET_PX)
    return x0, y0, max(x1 - x0, 1), max(y1 - y0, 1)


def _letter_box(slot: TextSlot, panel: Panel) -> Box:
    """Left, top, right and bottom that a line leaves free; views may have two letters."""
    width = (2 if isinstance(panel, ViewPanel) else 1) * _LETTER * slot.size_px
    left = slot.x - {"l": 0.0, "m": 0.5, "r": 1.0}[slot.anchor] * width
    apart, half = _APART * slot.size_px, _LETTER_HEIGHT / 2 * slot.size_px
    return left - apart, slot.y - half - apart, left + width + apart, slot.y + half + apart


def _around_texts(texts_px: Float64Array) -> Float64Array:
    """(m, 4) float64, left, top, right and bottom of lines of text with a margin."""
    margin = _MARGIN * (texts_px[:, 3:] - texts_px[:, 1:2])
    return np.concatenate([texts_px[:, :2] - margin, texts_px[:, 2:] + margin], axis=1)


def _clipped(rows: Float64Array, box: Rect, letters_px: Float64Array, least_end: float) -> Float64Array:
    """(k, 2, 2) ends of the lines within a box; they end before the letters at the edges of the box.

    Parameters
    ----------
    rows : (n, 3) float64, whose product with (column, row, 1) is 0 on a line
    least_end : least pixels of a line beyond a letter
    """
    normals = rows[:, :2]
    lengths = np.hypot(normals[:, 0], normals[:, 1])
    rows, normals = rows / lengths[:, None], normals / lengths[:, None]
    # The point nearest to the frame's corner, in pixels with edges at integers, and the direction, right or down.
    start = -rows[:, 2:] * normals + 0.5
    along = np.stack([-normals[:, 1], normals[:, 0]], axis=1)
    along *= np.where(along.sum(axis=1) < 0, -1.0, 1.0)[:, None]
    entered, left = _within(start, along, np.array([box_of(box)], dtype=np.float64))
    low, high = ends_before(entered[:, 0], left[:, 0], *_within(start, along, letters_px), least_end)
    for across in np.abs(along.T) < _PARALLEL:
        _level(low, high, across & (low < high))
    kept = low < high
    places = np.stack([low[kept], high[kept]], axis=1)
    return np.asarray(start[kept][:, None] + places[:, :, None] * along[kept][:, None])


def _level(low: Float64Array, high: Float64Array, lines: BoolArray) -> None:
    """Let straight lines side by side begin and end alike, where letters and texts leave room for that."""
    first, last = low[lines].max(initial=-np.inf), high[lines].min(initial=np.inf)
    if first < last:
        low[lines], high[lines] = first, last


def _within(start: Float64Array, along: Float64Array, boxes: Float64Array) -> tuple[Float64Array, Float64Array]:
    """(n, m) places along n lines where each enters and leaves m boxes; it enters none that it leaves before."""
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (boxes[None, :, :2] - start[:, None]) / along[:, None]
        other = (boxes[None, :, 2:] - start[:, None]) / along[:, None]
    lower, upper = np.fmin(one, other), np.fmax(one, other)
    return lower.max(axis=2), upper.min(axis=2)


def _apart(lines: Float64Array) -> Float64Array:
    """Lines without those that stand where another one stands: planes may be the same."""
    if len(lines) < 2:
        return lines
    places = np.round(lines, 3).reshape(len(lines), -1).tolist()
    first = {tuple(place): number for number, place in reversed(list(enumerate(places)))}
    return lines[sorted(first.values())]
