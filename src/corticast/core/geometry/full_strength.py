"""Which contacts a frame shows at full strength, and which as ghosts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corticast.core.geometry.bricks import bricks_of
from corticast.core.geometry.contact_strengths import in_slab
from corticast.core.geometry.depths import Depths
from corticast.core.geometry.first_hits import FirstHits
from corticast.core.geometry.head import outside_of, surface_level_of
from corticast.core.geometry.head_scale import head_scale
from corticast.core.geometry.masked import seen_volume
from corticast.core.geometry.panels import CutPanel, ObliquePanel, Panel, SlicePanel, ViewPanel
from corticast.core.geometry.seen_as import render_of_views
from corticast.core.geometry.surface_field import surface_field
from corticast.core.geometry.surface_hits import AROUND_MM, are_on_surface, ghost_share
from corticast.core.model.scene import Scene
from corticast.core.model.types import BoolArray, FrameState, PlacedElectrodes, Volume

# A turn is tried in steps of so many degrees.
STEP_DEG = 3.0


def tried_turn_deg(state: FrameState) -> float:
    """The tried turn that is nearest to a frame's."""
    return round(state.turn_deg / STEP_DEG) * STEP_DEG


def shows_surface(scene: Scene, placed: PlacedElectrodes | None) -> bool:
    """Whether views from outside show the surface of a volume, which hides contacts."""
    return scene.volume is not None and render_of_views(scene, placed) == "surface"


@dataclass(frozen=True, eq=False)
class FullStrength:
    """Contacts that a panel shows at full strength.

    Parameters
    ----------
    scene : with the volume
    placed : where the contacts are
    panel : that shows them
    depths : how deep contacts are shown
    """

    scene: Scene
    placed: PlacedElectrodes
    panel: Panel
    depths: Depths

    def at(self, state: FrameState) -> BoolArray:
        """(n,) bool, contacts that a frame shows at full strength: near the plane, or not under the surface."""
        match self.panel:
            case SlicePanel() | ObliquePanel():
                return self.near(self.panel.plane_at(state.planes_mm))
            case ViewPanel():
                return self.seen(tried_turn_deg(state))
            case _:
                return self.placed.drawn

    def near(self, plane_mm: float) -> BoolArray:
        """(n,) bool, contacts within the depth of a plane of a slice."""
        assert isinstance(self.panel, CutPanel)
        distance_mm = self.panel.distance_mm(self.placed.pos, plane_mm)
        return self.placed.drawn & in_slab(distance_mm, self.depths.on(self.panel, plane_mm))

    def seen(self, turn_deg: float = 0.0) -> BoolArray:
        """(n,) bool, contacts that the surface does not hide from a view at a turn."""
        volume, drawn = self.scene.volume, self.placed.drawn
        assert isinstance(self.panel, ViewPanel)
        if volume is None or self.depths.usual is None or not shows_surface(self.scene, self.placed):
            return drawn
        if turn_deg not in self._seen_at:
            self._seen_at[turn_deg] = drawn & self._on_surface(volume, self.panel.turned(turn_deg))
        return self._seen_at[turn_deg]

    def _on_surface(self, volume: Volume, panel: ViewPanel) -> BoolArray:
        """(n,) bool, contacts that a view draws before the surface of a volume, or on it."""
        seen = seen_volume(volume, self.scene.mask)
        level = surface_level_of(seen, self.scene.surface_level)
        field = surface_field(seen, bricks_of(seen), level, outside_of(seen, level))
        place_px = panel.pixel_of(self.placed.pos) + 0.5 - np.array(panel.rect[:2])
        depth_mm, scale = np.nan_to_num(panel.camera.seen(self.placed.pos)[:, 2]), head_scale(volume)
        around_px = scale * AROUND_MM * panel.pixels_per_mm
        return are_on_surface(FirstHits.of(field, seen, panel).at, place_px, depth_mm, around_px, scale)

    def ghosts(self, turn_deg: float = 0.0) -> BoolArray:
        """(n,) bool, contacts that a view draws small and faint: under the surface, in the near half."""
        assert isinstance(self.panel, ViewPanel)
        depth_mm = np.nan_to_num(self.panel.turned(turn_deg).camera.seen(self.placed.pos)[:, 2])
        return ~self.seen(turn_deg) & (ghost_share(depth_mm, head_scale(self.scene.volume)) > 0)

    def far(self, turn_deg: float = 0.0) -> BoolArray:
        """(n,) bool, contacts that a view dims behind others: those of the far half of a translucent head."""
        assert isinstance(self.panel, ViewPanel)
        if self.scene.volume is None or self.depths.usual is None or shows_surface(self.scene, self.placed):
            return np.zeros(len(self.placed.pos), dtype=np.bool_)
        return np.asarray(self.panel.turned(turn_deg).camera.seen(self.placed.pos)[:, 2] < 0)

    @cached_property
    def _seen_at(self) -> dict[float, BoolArray]:
        """Contacts that the surface does not hide, by turn."""
        return {}
