"""The electrode pass: antialiased sprites that swell and glow with activity."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.geometry.layout import Layout, Panel, Rect
from corticast.core.geometry.sprites import OUTLINE_PX, SpriteStyle, slice_style
from corticast.core.model.types import PlacedElectrodes
from corticast.gl.arrays import vertices
from corticast.gl.shaders import Pass
from corticast.passes.quads import UNIT_CORNERS, clipped, table_texture

_OUTLINE_COLOR = (0.04, 0.04, 0.05)


def sprite_pass(
    layout: Layout,
    diameters: tuple[float, float],
    colours: npt.NDArray[np.uint8],
    *,
    signed: bool,
    outline_px: float = OUTLINE_PX,
    defines: tuple[str, ...] = (),
) -> Pass:
    """What draws sprites of one look; `ElectrodePass` says what the parameters are."""
    sprites = Pass("electrodes.vert", "electrodes.frag", defines)
    scale = layout.size[1] / 1080
    sprites["u_frame_size"] = layout.size
    sprites["u_diameter_px"] = (diameters[0] * scale, diameters[1] * scale)
    sprites["u_outline_px"] = outline_px * scale
    sprites["u_outline_color"] = _OUTLINE_COLOR
    sprites["u_signed"] = float(signed)
    sprites["u_table"] = table_texture(colours)
    return sprites


class ElectrodePass:
    """Draws the electrodes of one table on slices and on the picture.

    Sprites of a panel are drawn ghosts first, then those near the plane, each in the order of the
    table, so that which one covers another never changes with activity.

    Parameters
    ----------
    layout : panels and frame size
    placed : where the electrodes are
    diameters : sprite diameters at rest and at full activity, in pixels of a 1080-line frame
    depth_mm : half the thickness of the slab drawn at full strength, None for all
    colours : (256, 3) uint8 colour map
    signed : whether activity runs from -1 to 1
    outline_px : width of the dark outline, in pixels of a 1080-line frame

    Attributes
    ----------
    rects : of the frame that sprites can cover
    """

    def __init__(
        self,
        layout: Layout,
        placed: PlacedElectrodes,
        diameters: tuple[float, float],
        depth_mm: float | None,
        colours: npt.NDArray[np.uint8],
        *,
        signed: bool,
        outline_px: float = OUTLINE_PX,
    ) -> None:
        self._panels = layout.flat_panels
        self._depth_mm = depth_mm
        # Rows that are drawn; the others never reach the GPU.
        self._rows = np.flatnonzero(placed.drawn)
        self._pos = placed.pos[self._rows]
        self._hollow = placed.table.bad[self._rows].astype(np.float32)
        self._styles: dict[str, tuple[float, SpriteStyle]] = {}
        n_sprites = len(self._rows) * len(self._panels)
        self._vertices = np.zeros(
            (n_sprites, 4),
            dtype=[("a_corner", np.float32, 2), ("a_centre", np.float32, 2), ("a_style", np.float32, 3)],
        )
        self._vertices["a_corner"] = UNIT_CORNERS * 2 - 1
        self._row_of_sprite = np.zeros(n_sprites, dtype=np.intp)
        # A buffer holds something, even where no panel is flat.
        self._layout_buffer: Any = vertices(np.resize(self._vertices.ravel(), max(4 * n_sprites, 4)))
        self._activity_buffer: Any = vertices(np.zeros(max(4 * n_sprites, 4), dtype=np.float32))

        self.rects = [self._reach(panel, layout, diameters[1]) for panel in self._panels] if len(self._rows) else []

        defines = ("HOLLOW",) * bool(self._hollow.any())
        self._pass = sprite_pass(layout, diameters, colours, signed=signed, outline_px=outline_px, defines=defines)
        self._pass.program.bind(self._layout_buffer)
        self._pass["a_activity"] = self._activity_buffer

    def _reach(self, panel: Panel, layout: Layout, diameter: float) -> Rect:
        """Rectangle that holds every sprite of a panel at its largest."""
        pixels = panel.pixel_of(self._pos)
        radius = 0.5 * diameter * layout.size[1] / 1080 + 2
        x0, y0 = np.floor(pixels.min(axis=0) - radius).astype(int)
        x1, y1 = np.ceil(pixels.max(axis=0) + radius).astype(int) + 1
        return clipped((int(x0), int(y0), int(x1 - x0), int(y1 - y0)), layout.size)

    def _style(self, panel: Panel, plane_mm: float) -> SpriteStyle:
        if panel.fixed_axis is None:
            n = len(self._rows)
            return SpriteStyle(np.ones(n, np.float32), np.ones(n, np.float32), np.arange(n))
        return slice_style(self._pos, panel.fixed_axis, plane_mm, self._depth_mm)

    def _place(self, planes_mm: tuple[float, float, float]) -> None:
        """Write positions and styles of the panels whose plane has moved."""
        n = len(self._rows)
        moved = False
        for index, panel in enumerate(self._panels):
            plane_mm = planes_mm[panel.fixed_axis] if panel.fixed_axis is not None else 0.0
            known = self._styles.get(panel.name)
            if known is not None and known[0] == plane_mm:
                continue
            style = self._style(panel, plane_mm)
            self._styles[panel.name] = plane_mm, style
            part = slice(index * n, (index + 1) * n)
            order = style.order
            self._vertices["a_centre"][part] = panel.pixel_of(self._pos[order])[:, None, :]
            look = np.stack([style.scale[order], style.opacity[order], self._hollow[order]], axis=1)
            self._vertices["a_style"][part] = look[:, None, :]
            self._row_of_sprite[part] = self._rows[order]
            moved = True
        if moved:
            self._layout_buffer.set_data(self._vertices.ravel())

    def draw(self, planes_mm: tuple[float, float, float], activity: npt.NDArray[np.float32]) -> None:
        """Draw the sprites into the bound frame, with blending on.

        Parameters
        ----------
        planes_mm : world planes x, y, z
        activity : (n_electrodes,) float32, one value per row of the table
        """
        if not len(self._row_of_sprite):
            return
        self._place(planes_mm)
        self._activity_buffer.set_data(np.repeat(activity[self._row_of_sprite], 4))
        self._pass.draw(len(self._row_of_sprite))
