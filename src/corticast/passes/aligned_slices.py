"""Slices of a volume whose axes are the world's.

volume ─> rows: slices unwindowed, row of voxels by row of voxels, each as wide as its panel; of the head's
           │   opacity and edge too
           ├─> enlarged across the rows, windowed ─> frame
           └─> the same for four pixels at a time ─> luma plane, or grey levels that are spread over the frame
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from corticast.core.color.color import YcbcrEncoding
from corticast.core.geometry.panels import Rect, SlicePanel
from corticast.core.model.types import FrameState, IntpArray, Volume
from corticast.gl.arrays import vertices
from corticast.gl.context import OffscreenContext
from corticast.gl.shaders import Pass
from corticast.gl.target import Target
from corticast.gl.volume import VolumeTexture
from corticast.passes.quads import UNIT_CORNERS, common, rect_corners, rects_corners
from corticast.passes.slice_base import ON_CENTRE, SliceLook, SlicePass

_ROWS_VERTEX = np.dtype(
    [
        ("a_pixel", np.float32, 2),
        ("a_voxel", np.float32, 3),
        ("a_column_step", np.float32, 3),
        ("a_columns", np.float32, 4),
        ("a_panel", np.float32, 2),
        ("a_above_step", np.float32, 3),
        ("a_weight_above", np.float32),
    ]
)
_PANEL_VERTEX = np.dtype(
    [("a_pixel", np.float32, 2), ("a_column", np.float32), ("a_rows", np.float32, 4), ("a_first_rows", np.float32, 2)]
)
# A position outside every grid, for all pixels of a plane that misses the volume.
_OUTSIDE = (-9.0, 0.0)


@dataclass(frozen=True)
class _Slot:
    """Where the slices of one panel lie in the target that holds the rows of all.

    Parameters
    ----------
    axes : voxel axes along the panel's columns, along its rows, and across it
    rect : of the target, in texels of four pixels by one row of voxels
    columns : voxel position along the rows of the first texel's left pixel, step from pixel to pixel, voxels, and the
        step towards larger world coordinates
    panel : first pixel of the panel in the rows, and the one after the last
    rows : the same across the rows, from the panel's first row of pixels
    """

    axes: tuple[int, int, int]
    rect: Rect
    columns: tuple[float, float, float, float]
    panel: tuple[int, int]
    rows: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class _PackedGreys:
    """Grey levels of slices, four pixels per texel: rows are looked up and mixed once for all four.

    Packing and spreading take two thirds of the time that the frame's own pixels would take.

    Parameters
    ----------
    target : with a texel for four pixels of the frame; no two slices share one
    pack : draws grey levels into the target
    spread : draws them into the frame
    """

    target: Target
    pack: Pass
    spread: Pass


class AlignedSlices(SlicePass):
    """Slices of a volume whose axes are the world's.

    Parameters
    ----------
    axes : voxel axis along each world axis
    """

    def __init__(
        self,
        context: OffscreenContext,
        volume: Volume,
        panels: Sequence[SlicePanel],
        frame_size: tuple[int, int],
        look: SliceLook,
        texture: VolumeTexture,
        axes: Sequence[int],
        *,
        moves: bool,
    ) -> None:
        shaders = "slice_aligned.vert", "slice_aligned.frag"
        super().__init__(context, volume, panels, frame_size, look, texture, *shaders, moves=moves)
        self._slices = tuple(panels)
        self._slots: list[_Slot] = []
        n_rows = 0
        for panel in self._slices:
            self._slots.append(self._slot(panel, axes, n_rows))
            n_rows += self._slots[-1].rect[3]
        size = max(slot.rect[2] for slot in self._slots), n_rows
        # Stored values, and where the air is left out the head's opacity and edge.
        self._sources: list[tuple[Any, Target]] = [(texture.texture, Target(context, size, "rgba32f"))]
        if look.air is not None:
            for source in texture.air(look.air.opacity, look.air.edge):
                self._sources.append((source, Target(context, size, "rgba32f")))
        self._rows = self._sources[0][1]
        for _, rows in self._sources:
            with rows.bound():
                # Texels that no slice covers are looked up too, with weight 0.
                rows.clear((0.0, 0.0, 0.0, 0.0))
        self._positions: list[float | None] = [None] * len(self._slots)
        self._rows_passes: dict[bool, list[Pass]] = {}
        self._rows_vertices = np.zeros((len(self._slots), 4), _ROWS_VERTEX)
        for slot, corners in zip(self._slots, self._rows_vertices, strict=True):
            column, row, across = slot.axes
            corners["a_pixel"] = rect_corners(slot.rect)
            corners["a_voxel"][:, column] = 0.5 / self._shape[column]
            corners["a_voxel"][:, row] = UNIT_CORNERS[:, 1]
            corners["a_column_step"][:, column] = 1 / self._shape[column]
            corners["a_columns"] = slot.columns
            corners["a_panel"] = slot.panel
            corners["a_above_step"][:, across] = 1 / self._shape[across]
        self._rows_buffer: Any = vertices(np.zeros(4, _ROWS_VERTEX))
        unmoved = np.zeros(len(self._slots), dtype=np.intp)
        self._give_rows(self._pass, self.rects, 4, unmoved)
        self._luma_pass: Pass | None = None
        # Draws parts of slices into the frame: numbers of their panels, and rectangles.
        self._parts_pass: Pass | None = None
        self._parts: list[tuple[int, Rect]] = []
        self._frame_size = frame_size
        background = look.background
        self._can_pack = look.is_grey and len(set(background[:3])) == 1 and background[3] == 1.0
        self._packed: _PackedGreys | None = None
        self._is_stale = self._is_first = True

    @property
    def luma_rects(self) -> list[Rect]:
        """Rectangles of the frame that `draw_luma` covers, background beside the panels included."""
        return [luma_rect(rect) for rect in self.rects]

    def _slot(self, panel: SlicePanel, axes: Sequence[int], first_row: int) -> _Slot:
        column, row, across = axes[panel.right_axis], axes[panel.up_axis], axes[panel.fixed_axis]
        x, y, width, _ = luma_rect(panel.rect)
        to_index = self._pixel_to_index(panel, 0.0)
        return _Slot(
            (column, row, across),
            (0, first_row, width // 4, self._shape[row]),
            (
                to_index[column, 0] * x + to_index[column, 2],
                to_index[column, 0],
                self._shape[column],
                self._tie[column],
            ),
            (panel.rect[0] - x, panel.rect[0] - x + panel.rect[2]),
            (to_index[row, 1] * y + to_index[row, 2], to_index[row, 1], self._shape[row], self._tie[row]),
        )

    def prepare(self, state: FrameState) -> None:
        """Set the grey window, and take out the slices that are not at hand."""
        super().prepare(state)
        new = []
        for number, (panel, slot) in enumerate(zip(self._slices, self._slots, strict=True)):
            across = slot.axes[2]
            position = self._slice_position(panel.fixed_axis, panel.plane_at(state.planes_mm), across)
            if position == self._positions[number]:
                continue
            self._positions[number] = position
            corners = self._rows_vertices[number]
            is_outside = position == -1.0
            corners["a_columns"][:, :2] = _OUTSIDE if is_outside else slot.columns[:2]
            below = math.floor(position)
            corners["a_voxel"][:, across] = (below + 0.5) / self._shape[across]
            corners["a_weight_above"] = position - below
            new.append(number)
        if new:
            self._take_out(new)
        self._pack()

    def _take_out(self, new: list[int]) -> None:
        """Take slices out of the volume, by the numbers of their panels."""
        self._is_stale = True
        chosen = self._rows_vertices[new]
        take_out = self._rows_pass(between=bool(chosen["a_weight_above"].any()))
        self._rows_buffer.set_data(chosen.ravel())
        for shader, (_, rows) in zip(take_out, self._sources, strict=True):
            with rows.bound():
                shader.draw(len(new))

    def draw(self, state: FrameState) -> None:
        """Draw the slices taken out into the bound frame, all of the panels' rectangles, without blending."""
        self._is_first = False
        shader = self._pass if self._packed is None else self._packed.spread
        shader.draw(len(self._slots))

    def _pack(self) -> None:
        """Work out grey levels for `draw` to spread, from the second frame on: one alone is not worth the shaders."""
        if self._is_first or not self._can_pack:
            return
        if self._packed is None:
            self._packed = self._make_packed()
        if self._is_stale:
            with self._packed.target.bound():
                self._packed.pack.draw(len(self._slots))
            self._is_stale = False

    def _make_packed(self) -> _PackedGreys:
        width, height = self._frame_size
        # Neighbours may share a texel at their edge: from left to right, each slice lies one texel further on.
        moved = np.argsort(np.argsort([x for x, *_ in self.rects], kind="stable"))
        target = Target(self._context, (-(-width // 4) + len(moved) - 1, height))
        spread = Pass("rect.vert", "unpack.frag")
        corners = rects_corners(self.rects)
        spread["a_pixel"] = corners
        packed = corners + np.repeat(np.stack([4 * moved, 0 * moved], axis=1), 4, axis=0)
        spread["a_texcoord"] = (packed / (4 * target.size[0], height)).astype(np.float32)
        spread["u_target_size"] = self._frame_size
        spread["u_packed"] = target.texture
        return _PackedGreys(target, self._packing_pass(target, (1.0, 0.0), moved), spread)

    def draw_within(self, rects: Sequence[Rect]) -> None:
        """Draw the slices taken out into the bound frame, only within some rectangles."""
        parts = [
            (number, part)
            for number, panel in enumerate(self._slices)
            for rect in rects
            if (part := common(panel.rect, rect)) is not None
        ]
        if not parts:
            return
        if self._parts_pass is None:
            self._parts_pass = Pass("slice_aligned.vert", "slice_aligned.frag", (*self._defines, "GREY"))
            self._parts_pass["u_target_size"] = self._frame_size
            self._parts_pass["u_background"] = self._look.background
            self._take_air_value(self._parts_pass)
            assert self._window is not None, "prepare first"
            self._parts_pass["u_window"] = self._texture.texel_window(self._window)
        if parts != self._parts:
            self._parts = parts
            numbers, places = [number for number, _ in parts], [part for _, part in parts]
            self._give_rows(self._parts_pass, places, 4, np.zeros(len(parts), dtype=np.intp), numbers)
        self._parts_pass.draw(len(parts))

    def draw_luma(self, planes: Target) -> None:
        """Draw the slices taken out in grey straight into the luma plane of a packed target, as a PlanePass has it."""
        if self._luma_pass is None:
            luma = YcbcrEncoding().matrix[0]
            unmoved = np.zeros(len(self._slots), dtype=np.intp)
            self._luma_pass = self._packing_pass(planes, (luma[:3].sum(), luma[3]), unmoved)
        with planes.bound():
            self._luma_pass.draw(len(self._slots))

    def _set_window(self, texel_window: tuple[float, float]) -> None:
        super()._set_window(texel_window)
        self._is_stale = True
        for shader in (self._luma_pass, self._parts_pass):
            if shader is not None:
                shader["u_window"] = texel_window
        if self._packed is not None:
            self._packed.pack["u_window"] = texel_window

    def _packing_pass(self, target: Target, luma: tuple[float, float], moved: IntpArray) -> Pass:
        """Make the pass that draws four pixels per texel.

        Parameters
        ----------
        luma : code / 255 per grey, and that of black
        moved : (n,) intp, how many texels each slice lies further right than in the frame
        """
        made = Pass("slice_aligned.vert", "slice_luma.frag", self._defines)
        self._take_air_value(made)
        places = zip(self.luma_rects, moved.tolist(), strict=True)
        self._give_rows(made, [(x // 4 + by, y, width // 4, height) for (x, y, width, height), by in places], 1, moved)
        made["u_target_size"] = target.size
        made["u_background"] = self._look.background[0]
        assert self._window is not None, "prepare first"
        made["u_window"] = self._texture.texel_window(self._window)
        made["u_luma"] = luma
        return made

    def _give_rows(
        self,
        shader: Pass,
        rects: Sequence[Rect],
        pixels_per_column: int,
        moved: IntpArray,
        numbers: Sequence[int] | None = None,
    ) -> None:
        """Let a shader draw the slices into rectangles of its target, whose columns are four pixels wide, or one.

        Parameters
        ----------
        numbers : of the panels that the rectangles belong to; None for one rectangle of each panel
        """
        corners = np.zeros((len(rects), 4), _PANEL_VERTEX)
        numbers = range(len(self._slots)) if numbers is None else numbers
        for number, rect, by, panel_corners in zip(numbers, rects, moved, corners, strict=True):
            panel, slot = self._slices[number], self._slots[number]
            panel_corners["a_pixel"] = rect_corners(rect)
            first = luma_rect(panel.rect)[0] * pixels_per_column // 4 + by
            panel_corners["a_column"] = (
                (panel_corners["a_pixel"][:, 0] - first) / pixels_per_column / self._rows.size[0]
            )
            panel_corners["a_rows"] = slot.rows
            panel_corners["a_first_rows"] = slot.rect[1], panel.rect[1]
        shader.program.bind(vertices(corners.ravel()))
        for name, (_, rows) in zip(("u_rows", "u_air_rows", "u_edge_rows"), self._sources, strict=False):
            shader[name] = rows.texture
        shader["u_rows_texel"] = 1 / self._rows.size[1]

    def _rows_pass(self, *, between: bool) -> list[Pass]:
        """What takes out slices; planes between voxels are rare, and cost further taps."""
        if between not in self._rows_passes:
            defines = (*(name for name in self._defines if name != "AIR"), *("BETWEEN",) * between)
            passes = self._rows_passes[between] = []
            for source, rows in self._sources:
                made = Pass("slice_rows.vert", "slice_rows.frag", defines)
                made["u_volume"] = source
                made["u_target_size"] = rows.size
                made.program.bind(self._rows_buffer)
                passes.append(made)
        return self._rows_passes[between]

    def _slice_position(self, fixed_axis: int, plane_mm: float, slice_axis: int) -> float:
        """Voxel position of a plane across its slices, clamped like any sample; -1 outside the volume."""
        per_mm, offset = self._inverse_affine[slice_axis, fixed_axis], self._inverse_affine[slice_axis, 3]
        index = float(per_mm * plane_mm + offset)
        last = self._shape[slice_axis] - 1
        if not -0.5 - ON_CENTRE <= index <= last + 0.5 + ON_CENTRE:
            return -1.0
        if not self._linear:
            return float(np.clip(math.floor(index + 0.5 + self._tie[slice_axis]), 0, last))
        index = min(max(index, 0.0), last)
        nearest = float(round(index))
        return nearest if abs(index - nearest) < ON_CENTRE else index


def luma_rect(rect: Rect) -> Rect:
    """A rectangle of the frame grown to whole texels of four pixels."""
    x, y, width, height = rect
    first, last = x // 4 * 4, -(-(x + width) // 4) * 4
    return first, y, last - first, height
