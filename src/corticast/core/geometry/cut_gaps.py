"""Gaps of thin lines: lines give way to contacts and to texts, without crumbs between two gaps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from corticast.core.geometry.contact_sizes import ContactSizes
from corticast.core.geometry.contact_strengths import ghost_scale, style_on
from corticast.core.geometry.full_strength import FullStrength, tried_turn_deg
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import FlatPanel, Panel, SlicePanel, ViewPanel
from corticast.core.model.scene import Scene
from corticast.core.model.types import Float64Array, FrameState, IntpArray, PlacedElectrodes

# Between a line and a contact of its largest size, in pixels of a frame of 1080 lines.
_MARGIN_PX = 4.0


@dataclass(frozen=True, eq=False)
class DrawnContacts:
    """The contacts that the frames of a scene draw.

    Parameters
    ----------
    scene : with the volume, whose surface hides contacts
    placed : where the contacts are
    sizes : their diameters
    ghosts : whether contacts away from the plane, or under the surface, are drawn
    """

    scene: Scene
    placed: PlacedElectrodes
    sizes: ContactSizes
    ghosts: bool

    def on(self, panel: Panel, layout: Layout) -> PanelGaps:
        """The circles around the contacts of one panel of a layout."""
        radii = self.sizes.on(panel, layout).max(axis=1) / 2
        strength = FullStrength(self.scene, self.placed, panel, layout.depths)
        return PanelGaps(panel, layout, self.placed, radii, self.ghosts, _MARGIN_PX * layout.unit, strength)


@dataclass(frozen=True, eq=False)
class PanelGaps:
    """Circles around the contacts of a panel that lines leave free.

    Parameters
    ----------
    panel : with the contacts
    layout : of the frame
    placed : where the contacts are
    radii_px : (n,) float64, largest radii of the contacts
    ghosts : whether contacts away from the plane, or under the surface, are drawn
    margin_px : between a contact and a line
    strength : which contacts a view shows at full strength
    """

    panel: Panel
    layout: Layout
    placed: PlacedElectrodes
    radii_px: Float64Array
    ghosts: bool
    margin_px: float
    strength: FullStrength

    def circles(self, state: FrameState) -> tuple[Float64Array, Float64Array]:
        """(m, 2) and (m,) float64 pixels, centres (edges at integers) and radii of the circles of a frame.

        The many lines of a scout run below ghosts, which would break them into pieces.
        """
        is_view = isinstance(self.panel, ViewPanel)
        centres = self.panel.at(state).pixel_of(self.placed.pos) + 0.5 if is_view else self._centres
        radii = self.radii_px * self.shares(state)
        drawn = self.placed.drawn & (radii > 0)
        if isinstance(self.panel, SlicePanel) and self.panel.is_scout:
            drawn &= self.strength.at(state)
        return centres[drawn], radii[drawn] + self.margin_px

    def shares(self, state: FrameState) -> Float64Array:
        """(n,) float64, how large a frame draws contacts, as shares of their full size; 0 where it draws none."""
        ghosts = ghost_scale(2 * self.radii_px)
        if not isinstance(self.panel, FlatPanel):
            faint = self.ghosts & self.strength.ghosts(tried_turn_deg(state))
            return np.where(self.strength.at(state), 1.0, ghosts * faint)
        pos, depths = self.placed.pos, self.layout.depths
        style = style_on(self.panel, self.layout.panels, state, pos, depths, ghosts=self.ghosts)
        return np.where(style.opacity > 0, np.where(style.scale < 1, ghosts, 1.0), 0.0)

    @cached_property
    def _centres(self) -> Float64Array:
        return self.panel.pixel_of(self.placed.pos) + 0.5


def circle_gaps(
    start: Float64Array, along: Float64Array, centres: Float64Array, radii: Float64Array
) -> tuple[Float64Array, Float64Array]:
    """(k, n) float64 each, places along lines where each enters and leaves circles; it enters none that it misses.

    Parameters
    ----------
    start, along : (k, 2) float64 pixels, points of the lines and unit vectors
    centres, radii : (n, 2) and (n,) float64 pixels
    """
    away_x, away_y = (centres[:, axis] - start[:, axis, None] for axis in (0, 1))
    place = away_x * along[:, :1] + away_y * along[:, 1:]
    across = away_y * along[:, :1] - away_x * along[:, 1:]
    half = np.sqrt(np.maximum(radii**2 - across**2, 0.0))
    return np.where(half > 0, place - half, np.inf), np.where(half > 0, place + half, -np.inf)


def ends_before(
    low: Float64Array, high: Float64Array, enter: Float64Array, leave: Float64Array, least: float
) -> tuple[Float64Array, Float64Array]:
    """(n,) and (n,) places along lines where they begin and end, without short parts beyond boxes.

    Parameters
    ----------
    low, high : (n,) float64, where lines begin and end
    enter, leave : (n, m) float64, where they enter and leave boxes
    least : least length of a part beyond a box
    """
    meets = (enter < leave) & (leave > low[:, None]) & (enter < high[:, None])
    is_first = meets & (enter < low[:, None] + least)
    is_last = meets & ~is_first & (leave > high[:, None] - least)
    return (
        np.maximum(low, np.where(is_first, leave, -np.inf).max(axis=1, initial=-np.inf)),
        np.minimum(high, np.where(is_last, enter, np.inf).min(axis=1, initial=np.inf)),
    )


def pieces(
    low: Float64Array, high: Float64Array, enter: Float64Array, leave: Float64Array, least: float
) -> tuple[IntpArray, Float64Array]:
    """The parts of lines that lie in no gap and have a least length.

    Parameters
    ----------
    low, high : (k,) float64, where the lines begin and end
    enter, leave : (k, m) float64, where they enter and leave gaps; they enter none that they leave before

    Returns
    -------
    (p,) intp, lines; (p, 2) float64, where each part begins and ends
    """
    met = enter < leave
    some = met.any(axis=0)
    # Gaps that a line does not enter come last, and leave nothing between them.
    enter = np.where(met[:, some], enter[:, some], np.inf)
    leave = np.where(met[:, some], leave[:, some], np.inf)
    order = np.argsort(enter, axis=1, kind="stable")
    enter, leave = (np.take_along_axis(each, order, axis=1) for each in (enter, leave))
    starts = np.maximum.accumulate(np.concatenate([low[:, None], leave], axis=1), axis=1)
    stops = np.minimum(np.concatenate([enter, high[:, None]], axis=1), high[:, None])
    line, part = np.nonzero(stops >= starts + least)
    return line, np.stack([starts[line, part], stops[line, part]], axis=1)
