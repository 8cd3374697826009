"""Electrode sprites on views from outside: sorted by depth, dim where something lies before them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from math import ceil
from typing import Any

import numpy as np

from corticast.core.flash_reach import Discs
from corticast.core.geometry.contact_sizes import ContactSizes
from corticast.core.geometry.contact_strengths import GHOST_OPACITY, GHOST_PX, GHOST_SCALE, ghost_scale, view_style
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Rect, ViewPanel
from corticast.core.geometry.sprites import SpriteLook
from corticast.core.geometry.stacks import neighbours_in_space, outline_shares
from corticast.core.geometry.surface_hits import (
    AROUND_MM,
    BEYOND_MM,
    DEEP_MM,
    SUNK_MM,
    SurfaceHits,
    are_on_surface,
    ghost_share,
)
from corticast.core.model.types import Float32Array, FrameState, IntpArray, PlacedElectrodes, UInt8Array
from corticast.core.page.discs import DrawnSprites, page_discs
from corticast.core.page.parts import PageDisc
from corticast.gl.arrays import vertices
from corticast.gl.target import Target
from corticast.passes.quads import UNIT_CORNERS, clipped, covering
from corticast.passes.sprites import Aspect, discs_of, sprite_passes, sprite_rects
from corticast.passes.views import ViewPass

_VERTEX = np.dtype(
    [
        ("a_corner", np.float32, 2),
        ("a_centre", np.float32, 2),
        ("a_style", np.float32, 4),
        ("a_diameter_px", np.float32, 2),
        ("a_light", np.float32),
        ("a_depth", np.float32),
        ("a_activity", np.float32),
    ]
)


class ViewSprites:
    """Draws the contacts of one table on every view.

    A contact that the surface hides is a small, dim ghost in the near half, and absent in the far one. In a translucent
    head those of the far half are dimmed.

    Parameters
    ----------
    layout : views and frame size
    placed : where the contacts are
    look : outline
    sizes : diameters of the table's contacts
    colours : (256, 3) uint8 colour map
    views : pass that draws the head; None without a volume
    signed : whether activity runs from -1 to 1
    dims : whether contacts that lie behind something are dimmed
    turns : whether the cameras turn; those that rest stay as the layout has them

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
        views: ViewPass | None,
        *,
        signed: bool,
        dims: bool,
        turns: bool,
    ) -> None:
        self._panels = layout.views
        # In pixels of the frame.
        self._look = look.in_frame(layout.size[1])
        self._light = sizes.reach
        # Factor on distances of a human head.
        self._scale = 1.0 if views is None else views.head_scale
        self._views = views
        # Contacts on their own hide nothing. A surface knows by its first hits which contacts it hides.
        self._asks_hits = views is not None and dims and any(map(views.hits, range(len(self._panels))))
        self._dims_far = dims and views is not None and not self._asks_hits
        self._rows = np.flatnonzero(placed.drawn)
        self._pos_mm = placed.pos[self._rows]
        self._hollow = placed.table.bad[self._rows].astype(np.float32)
        self._has_light = sizes.have_light(placed.table.bad)[self._rows]
        self._neighbours = neighbours_in_space(self._pos_mm)
        self._turn_deg: float | None = None
        # Scale and opacity of contacts under the surface.
        self._ghost = GHOST_SCALE, GHOST_OPACITY * look.ghosts
        self._colours, self._signed = colours, signed
        n = len(self._rows)
        self._vertices = [np.zeros((n, 4), dtype=_VERTEX) for _ in self._panels]
        for each in self._vertices:
            each["a_corner"] = UNIT_CORNERS * 2 - 1
        self._order: list[IntpArray] = [np.arange(n)] * len(self._panels)
        self._diameters_px = [sizes.on(panel, layout)[self._rows] for panel in self._panels]
        reaches = [rect for panel in self._panels if n for rect in self._reach(panel, layout, sizes, turns=turns)]
        self.rects = covering(reaches, layout.size)
        self._buffers: list[Any] = []
        # The view whose sprites each pass draws now, and its first hits.
        self._bound: dict[Aspect, tuple[int, Target | None]] = {}
        # The state whose activity the GPU has.
        self._sent: FrameState | None = None
        hollow, defines = bool(self._hollow.any()), ("HITS",) * self._asks_hits
        self._passes = sprite_passes(layout.size, look, colours, signed=signed, hollow=hollow, defines=defines)
        if self._asks_hits:
            for sprites in self._passes.values():
                sprites["u_sunk_mm"] = self._scale * SUNK_MM
                sprites["u_deep_mm"] = self._scale * DEEP_MM
                sprites["u_ghost"] = self._ghost
                sprites["u_ghost_px"] = GHOST_PX
                sprites["u_beyond_mm"] = self._scale * BEYOND_MM

    def _reach(self, panel: ViewPanel, layout: Layout, sizes: ContactSizes, *, turns: bool) -> list[Rect]:
        """Rectangles that hold every sprite of a view at its largest: the whole view where it turns."""
        if turns:
            return [clipped(panel.rect, layout.size, ceil(sizes.reach_px(panel, layout)))]
        radii_px = 0.5 * sizes.reach * sizes.on(panel, layout)[self._rows, 1]
        return sprite_rects(panel.pixel_of(self._pos_mm), radii_px, layout.size)

    def _place(self, index: int, panel: ViewPanel) -> None:
        """Write the positions and styles of a view whose camera has moved."""
        corners = self._vertices[index]
        depth_mm = panel.camera.seen(self._pos_mm)[:, 2]
        style = view_style(depth_mm, dims=self._dims_far, scale=self._scale)
        order = self._order[index] = style.order
        corners["a_centre"] = panel.pixel_of(self._pos_mm[order])[:, None, :]
        outlines = outline_shares(panel.pixel_of(self._pos_mm), self._neighbours, self._look.outline_px)
        look = np.stack([style.scale, style.opacity, self._hollow, outlines], axis=1)[order]
        corners["a_style"] = look[:, None, :]
        corners["a_diameter_px"] = self._diameters_px[index][order, None]
        corners["a_light"] = self._has_light[order, None]
        corners["a_depth"] = depth_mm[order, None]

    def shown(self, state: FrameState) -> Hashable:
        """The state itself: activity is new in every frame."""
        return state

    def prepare(self, state: FrameState) -> None:
        """Write positions and styles where the cameras have turned."""
        if state.turn_deg != self._turn_deg:
            for index, panel in enumerate(self._panels):
                self._place(index, panel.at(state))
            self._turn_deg, self._sent = state.turn_deg, None

    def discs(self, state: FrameState) -> Discs:
        """Discs outside which no activity draws, while the cameras stay as in a state."""
        self.prepare(state)
        rows = np.concatenate([self._rows[order] for order in self._order])
        return discs_of(np.concatenate(self._vertices), rows, self._light)

    def draw(self, state: FrameState) -> None:
        """Draw the sprites into the bound frame, with blending on; none without activity."""
        self.draw_aspect("sprites", state)

    def draw_aspect(self, aspect: Aspect, state: FrameState) -> None:
        """Draw one aspect of the sprites into the bound target."""
        if not len(self._rows) or state.activity is None:
            return
        for index, panel in enumerate(self._panels):
            if state is not self._sent:
                self._send(index, state.activity)
            self._bind(aspect, index, panel)
            self._passes[aspect].draw(len(self._rows))
        self._sent = state

    def _send(self, index: int, activity: Float32Array) -> None:
        """Write the activity of a view's sprites, and hand all vertices to the GPU."""
        corners = self._vertices[index]
        corners["a_activity"] = activity[self._rows[self._order[index]], None]
        if index == len(self._buffers):
            self._buffers.append(vertices(corners.ravel()))
        else:
            self._buffers[index].set_data(corners.ravel())

    def _hits(self, index: int) -> Target | None:
        """First hits before the contacts of a view, of the turn that is shown."""
        return self._views.hits(index) if self._asks_hits and self._views is not None else None

    def _bind(self, aspect: Aspect, index: int, panel: ViewPanel) -> None:
        """Let the pass of an aspect draw the sprites of a view."""
        hits, sprites = self._hits(index), self._passes[aspect]
        if self._bound.get(aspect) == (index, hits):
            return
        self._bound[aspect] = index, hits
        sprites.program.bind(self._buffers[index])
        if hits is not None:
            sprites["u_hits"] = hits.texture
            sprites["u_corner"] = panel.rect[:2]
            sprites["u_view_size"] = panel.rect[2:]
            sprites["u_around_px"] = self._scale * AROUND_MM * panel.pixels_per_mm

    def parts(self, state: FrameState) -> Iterator[PageDisc]:
        """The sprites as shapes, in the order they are drawn; `prepare` comes first."""
        if not len(self._rows) or state.activity is None:
            return
        for index, panel in enumerate(self._panels):
            sprites = self._drawn(index, panel, state.activity[self._rows[self._order[index]]])
            yield from page_discs(sprites, self._colours, signed=self._signed)

    def _drawn(self, index: int, panel: ViewPanel, activity: Float32Array) -> DrawnSprites:
        """Sprites of a view; those under the surface are ghosts."""
        drawn = self._vertices[index][:, 0]
        scale, opacity, hollow, outlines = drawn["a_style"].T
        hits = self._hits(index)
        if hits is not None:
            around_px = self._scale * AROUND_MM * panel.pixels_per_mm
            found = SurfaceHits(hits.read_floats(), (panel.rect[2], panel.rect[3]))
            place_px = drawn["a_centre"] + 0.5 - np.array(panel.rect[:2])
            is_seen = are_on_surface(found.at, place_px, drawn["a_depth"], around_px, self._scale)
            ghosts = ghost_scale(drawn["a_diameter_px"].max(axis=1).astype(np.float64)).astype(np.float32)
            scale = np.where(is_seen, scale, scale * ghosts)
            shares = self._ghost[1] * ghost_share(drawn["a_depth"].astype(np.float64), self._scale)
            opacity = np.where(is_seen, opacity, opacity * shares.astype(np.float32))
        diameters = drawn["a_diameter_px"]
        is_hollow = hollow > 0.5
        return DrawnSprites(drawn["a_centre"], scale, opacity, is_hollow, activity, diameters, self._look, outlines)
