"""Which contacts a frame shows at full strength, and which as ghosts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corticast.core.geometry.head import head_of, render_of
from corticast.core.geometry.head_scale import depth_of
from corticast.core.geometry.panels import CutPanel, Panel, ViewPanel
from corticast.core.geometry.tissue import are_on_surface
from corticast.core.model.scene import Scene
from corticast.core.model.types import BoolArray, FrameState, PlacedElectrodes

# A turn is tried in steps of so many degrees.
STEP_DEG = 3.0


@dataclass(frozen=True, eq=False)
class FullStrength:
    """Contacts that a panel shows at full strength.

    Parameters
    ----------
    scene : volume, and how deep contacts are shown
    placed : where the contacts are
    panel : that shows them
    """

    scene: Scene
    placed: PlacedElectrodes
    panel: Panel

    def at(self, state: FrameState) -> BoolArray:
        """(n,) bool, contacts that a frame shows at full strength: near the plane, or not under the surface."""
        panel, drawn, pos = self.panel.at(state), self.placed.drawn, self.placed.pos
        depth = depth_of(self.scene)
        if isinstance(panel, CutPanel) and depth != "all":
            near = np.abs(panel.distance_mm(pos, panel.plane_at(state.planes_mm))) <= float(depth)
            return np.asarray(drawn & near)
        if isinstance(panel, ViewPanel):
            return np.asarray(drawn & self._seen(round(state.turn_deg / STEP_DEG) * STEP_DEG))
        return drawn

    def _seen(self, turn_deg: float) -> BoolArray:
        """(n,) bool, contacts that the surface does not hide at a turn."""
        volume, panel = self.scene.volume, self.panel
        assert isinstance(panel, ViewPanel)
        is_solid = volume is not None and not volume.is_rgb and depth_of(self.scene) != "all"
        if volume is None or not is_solid or render_of(self.scene.render, volume) != "surface":
            return np.ones(len(self.placed.pos), dtype=bool)
        level = head_of(volume).level if self.scene.surface_level is None else self.scene.surface_level
        if turn_deg not in self._seen_at:
            self._seen_at[turn_deg] = are_on_surface(volume, level, panel.turned(turn_deg).camera, self.placed.pos)
        return self._seen_at[turn_deg]

    @cached_property
    def _seen_at(self) -> dict[float, BoolArray]:
        """Contacts that the surface does not hide, by turn."""
        return {}
