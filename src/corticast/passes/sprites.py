"""Contacts on flat panels: antialiased sprites on slices and on the picture, which swell and glow with activity."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from corticast.core.flash_reach import Discs
from corticast.core.geometry.contact_sizes import ANTIALIASING_PX, ContactSizes
from corticast.core.geometry.contact_strengths import ghost_scale, style_on
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import FlatPanel, Rect, SlicePanel
from corticast.core.geometry.sprite_styles import HALO_OPACITY, HALO_SHARE, STEADY_LEVEL
from corticast.core.geometry.sprites import SpriteLook
from corticast.core.geometry.stacks import neighbours_in_space, outline_shares
from corticast.core.model.types import Float64Array, FrameState, IntpArray, PlacedElectrodes, UInt8Array
from corticast.core.page.discs import DrawnSprites, page_discs
from corticast.core.page.parts import PageDisc
from corticast.gl.arrays import vertices
from corticast.gl.shaders import Pass
from corticast.passes.quads import UNIT_CORNERS, covering, table_texture

# Parts of sprites that a pass draws: themselves, the light around them, or all pixels that they touch.
Aspect = Literal["sprites", "halos", "covers"]

_STYLES = {"disc": (), "glow": (), "ball": ("BALL",), "ring": ("RING", "HOLLOW")}


def sprite_passes(
    frame_size: tuple[int, int],
    look: SpriteLook,
    colours: UInt8Array,
    *,
    signed: bool,
    hollow: bool,
    defines: tuple[str, ...] = (),
) -> dict[Aspect, Pass]:
    """Make the passes that draw sprites of one look; halos and covers only where the style has halos.

    Parameters
    ----------
    hollow : whether some sprites are hollow
    defines : variants of the vertex shader

    Other parameters as of `FlatSprites`.
    """
    variants = dict.fromkeys((*defines, *_STYLES[look.style], *("HOLLOW",) * hollow))
    passes: dict[Aspect, Pass] = {"sprites": Pass("sprites.vert", "sprites.frag", tuple(variants))}
    if look.style == "glow":
        passes["halos"] = Pass("sprites.vert", "sprite_halo.frag", (*defines, "HALO"))
        passes["halos"]["u_halo"] = HALO_SHARE, HALO_OPACITY
        passes["halos"]["u_steady"] = -1.0 if look.has_activity else STEADY_LEVEL
        passes["covers"] = Pass("sprites.vert", "sprite_cover.frag", defines)
    passes["sprites"]["u_outline_px"] = look.in_frame(frame_size[1]).outline_px
    passes["sprites"]["u_outline_color"] = look.outline
    table = table_texture(colours)
    for each in passes.values():
        each["u_frame_size"] = frame_size
        each["u_signed"] = float(signed)
        each["u_table"] = table
    return passes


def sprite_rects(centres_px: Float64Array, radii_px: Float64Array, size: tuple[int, int]) -> list[Rect]:
    """Rectangles of the frame that sprites can cover, halos included.

    Parameters
    ----------
    centres_px : (n, 2) float64
    radii_px : (n,) float64, largest that light reaches
    size : width, height of the frame in pixels
    """
    reach_px = radii_px[:, None] + ANTIALIASING_PX
    low = np.clip(np.floor(centres_px - reach_px), 0, size).astype(np.intp)
    high = np.clip(np.ceil(centres_px + reach_px) + 1, 0, size).astype(np.intp)
    return [(x0, y0, x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in zip(low.tolist(), high.tolist(), strict=True)]


def discs_of(corners: npt.NDArray[np.void], rows: IntpArray, reach: float) -> Discs:
    """Discs that visible sprites fill at most, halos included.

    Parameters
    ----------
    corners : (n, 4) vertices with the fields a_centre, a_style and a_diameter_px, as sprites.vert takes them
    rows : (n,) intp, rows of the contacts in the table
    reach : radii that light reaches from a centre at full activity; light at rest reaches none
    """
    is_shown = corners["a_style"][:, 0, 1] > 0
    shown = corners[is_shown, 0]
    at_rest_px, full_px = (0.5 * shown["a_diameter_px"].astype(np.float64) * shown["a_style"][:, :1]).T
    # Half a pixel of antialiasing, as sprite_pixels has it.
    return Discs(shown["a_centre"].astype(np.float64), reach * full_px + 0.5, at_rest_px + 0.5, rows[is_shown])


class FlatSprites:
    """Draws the contacts of one table on slices and on the picture.

    Ghosts of a panel are drawn first, then the sprites near its plane, both in the order of the table.
    So the same sprite covers another one whatever their activity.

    Parameters
    ----------
    layout : panels with the depths of their slabs, and frame size
    placed : where the contacts are
    look : outline
    sizes : diameters of the table's contacts
    colours : (256, 3) uint8 colour map
    signed : whether activity runs from -1 to 1

    Attributes
    ----------
    rects : of the frame that sprites can cover
    """

    moves, blends, is_neutral = True, True, False

    def __init__(
        self,
        layout: Layout,
        placed: PlacedElectrodes,
        look: SpriteLook,
        sizes: ContactSizes,
        colours: UInt8Array,
        *,
        signed: bool,
    ) -> None:
        self._panels = layout.flat_panels
        self._depths, self._ghosts = layout.depths, look.ghosts
        self._colours, self._signed = colours, signed
        # In pixels of the frame.
        self._look = look.in_frame(layout.size[1])
        self._light = sizes.reach
        # The state whose activity the GPU has.
        self._sent: FrameState | None = None
        # Rows that are drawn; the others never reach the GPU.
        self._rows = np.flatnonzero(placed.drawn)
        self._pos = placed.pos[self._rows]
        self._hollow = placed.table.bad[self._rows].astype(np.float32)
        self._has_light = sizes.have_light(placed.table.bad)[self._rows]
        # Where the plane of each panel was when its sprites were placed; None for a picture, which has no plane.
        self._placed_at: dict[FlatPanel, float | None] = {}
        n_sprites = len(self._rows) * len(self._panels)
        self._vertices = np.zeros(
            (n_sprites, 4),
            dtype=[
                ("a_corner", np.float32, 2),
                ("a_centre", np.float32, 2),
                ("a_style", np.float32, 4),
                ("a_diameter_px", np.float32, 2),
                ("a_light", np.float32),
            ],
        )
        self._vertices["a_corner"] = UNIT_CORNERS * 2 - 1
        self._row_of_sprite = np.zeros(n_sprites, dtype=np.intp)
        # A buffer must hold something, even where no contact is drawn.
        self._layout_buffer: Any = vertices(np.resize(self._vertices.ravel(), max(4 * n_sprites, 4)))
        self._activity_buffer: Any = vertices(np.zeros(max(4 * n_sprites, 4), dtype=np.float32))

        self._diameters_px = {panel: sizes.on(panel, layout)[self._rows] for panel in self._panels}
        self._outlines = self._outline_shares()
        reaches = [rect for panel in self._panels for rect in self._reach(panel, layout, sizes)]
        self.rects = covering(reaches, layout.size)

        self._passes = sprite_passes(layout.size, look, colours, signed=signed, hollow=bool(self._hollow.any()))
        for each in self._passes.values():
            each.program.bind(self._layout_buffer)
            each["a_activity"] = self._activity_buffer

    def _reach(self, panel: FlatPanel, layout: Layout, sizes: ContactSizes) -> list[Rect]:
        """Rectangles that hold every sprite of a panel at its largest, one for each."""
        return sprite_rects(panel.pixel_of(self._pos), 0.5 * sizes.reach * self._diameters_px[panel][:, 1], layout.size)

    def _outline_shares(self) -> dict[FlatPanel, Float64Array]:
        """Widths of outlines on each panel: a plane that moves leaves the places of contacts on its panel."""
        neighbours = neighbours_in_space(self._pos)
        outline_px = self._look.outline_px
        return {each: outline_shares(each.pixel_of(self._pos), neighbours, outline_px) for each in self._panels}

    def shown(self, state: FrameState) -> Hashable:
        """The state itself: activity is new in every frame."""
        return state

    def prepare(self, state: FrameState) -> None:
        """Write positions and styles of the panels whose plane has moved."""
        n = len(self._rows)
        moved = False
        for index, panel in enumerate(self._panels):
            plane_mm = panel.plane_at(state.planes_mm) if isinstance(panel, SlicePanel) else None
            if panel in self._placed_at and self._placed_at[panel] == plane_mm:
                continue
            self._placed_at[panel] = plane_mm
            style = style_on(panel, self._panels, state, self._pos, self._depths, ghosts=self._ghosts)
            part = slice(index * n, (index + 1) * n)
            order = style.order
            self._vertices["a_centre"][part] = panel.pixel_of(self._pos[order])[:, None, :]
            ghosts = ghost_scale(self._diameters_px[panel].max(axis=1))
            scale = np.where(style.scale < 1, ghosts, style.scale)
            outlines = self._outlines[panel]
            look = np.stack([scale[order], style.opacity[order], self._hollow[order], outlines[order]], axis=1)
            self._vertices["a_style"][part] = look[:, None, :]
            self._vertices["a_diameter_px"][part] = self._diameters_px[panel][order, None]
            self._vertices["a_light"][part] = self._has_light[order, None]
            self._row_of_sprite[part] = self._rows[order]
            moved, self._sent = True, None
        if moved and n:
            self._layout_buffer.set_data(self._vertices.ravel())

    def discs(self, state: FrameState) -> Discs:
        """Discs outside which no activity draws, while the planes stay as in a state."""
        self.prepare(state)
        return discs_of(self._vertices, self._row_of_sprite, self._light)

    def draw(self, state: FrameState) -> None:
        """Draw the sprites into the bound frame, with blending on; none without activity."""
        self.draw_aspect("sprites", state)

    def draw_aspect(self, aspect: Aspect, state: FrameState) -> None:
        """Draw one aspect of the sprites into the bound target."""
        if not len(self._row_of_sprite) or state.activity is None:
            return
        if state is not self._sent:
            self._activity_buffer.set_data(np.repeat(state.activity[self._row_of_sprite], 4))
            self._sent = state
        self._passes[aspect].draw(len(self._row_of_sprite))

    def parts(self, state: FrameState) -> Iterator[PageDisc]:
        """The sprites as shapes, in the order they are drawn; `prepare` comes first."""
        if not len(self._row_of_sprite) or state.activity is None:
            return iter(())
        drawn = self._vertices[:, 0]
        scale, opacity, hollow, outlines = drawn["a_style"].T
        activity = state.activity[self._row_of_sprite]
        diameters = drawn["a_diameter_px"]
        is_hollow = hollow > 0.5
        sprites = DrawnSprites(drawn["a_centre"], scale, opacity, is_hollow, activity, diameters, self._look, outlines)
        return page_discs(sprites, self._colours, signed=self._signed)
