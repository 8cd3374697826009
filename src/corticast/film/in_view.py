"""How many contacts a film shows at full strength, and where those are that it draws small and faint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corticast.core.color.themes import theme_of
from corticast.core.geometry.contact_strengths import cut_style, shown_beside
from corticast.core.geometry.full_strength import FullStrength, shows_surface
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Motion
from corticast.core.model.types import BoolArray
from corticast.core.text.foot import Fact

if TYPE_CHECKING:
    from corticast.film.film import Film


@dataclass(frozen=True, eq=False)
class InView:
    """Contacts of a film's frames.

    Parameters
    ----------
    full : (n,) bool, contacts that some panel of some frame shows at full strength
    off_slices, behind : (n,) bool, contacts that some slice, or some view from outside, draws small and faint
    in_glass : whether views show a translucent head, whose far half is faint
    """

    full: BoolArray
    off_slices: BoolArray
    behind: BoolArray
    in_glass: bool = False


def in_view_of(film: Film) -> InView:
    """Find the contacts of a film with electrodes."""
    assert film.placed is not None
    layout = film.layout()
    full, off_slices = _on_slices(film, layout)
    seen, behind, in_glass = _in_views(film, layout)
    others = len(layout.cuts) + len(layout.views) < len(layout.panels)
    drawn, ghosts = film.placed.drawn, theme_of(film.scene).ghosts
    return InView(
        drawn & (full | seen | others), drawn & off_slices & ghosts, drawn & behind & (ghosts | in_glass), in_glass
    )


def _on_slices(film: Film, layout: Layout) -> tuple[BoolArray, BoolArray]:
    """Contacts that slices show at full strength, and those that they draw as ghosts."""
    assert film.placed is not None
    pos, depths = film.placed.pos, layout.depths
    full, faint = np.zeros((2, len(pos)), dtype=np.bool_)
    for panel in layout.cuts:
        strength = FullStrength(film.scene, film.placed, panel, depths)
        ghosts = ~shown_beside(panel, layout.cuts, pos, depths)
        for plane_mm in film.planes_on(panel):
            near = strength.near(plane_mm)
            full |= near
            style = cut_style(panel, pos, plane_mm, depths.on(panel, plane_mm), ghosts=ghosts)
            faint |= ~near & (style.opacity > 0)
    return full, faint


def _in_views(film: Film, layout: Layout) -> tuple[BoolArray, BoolArray, bool]:
    """Contacts that views show at full strength, those that they draw faint, and whether the head is of glass."""
    scene, placed = film.scene, film.placed
    assert placed is not None
    full, faint = np.zeros((2, len(placed.pos)), dtype=np.bool_)
    is_solid = shows_surface(scene, placed)
    dims = scene.volume is not None and layout.depths.usual is not None
    for panel in layout.views:
        # All sides of a head that turns come to the front, and to the back.
        strength = FullStrength(scene, placed, panel, layout.depths)
        seen = placed.drawn if film.turns else strength.seen()
        full |= seen
        if dims:
            faint |= film.turns or (strength.ghosts() if is_solid else panel.camera.seen(placed.pos)[:, 2] < 0)
    return full, faint, bool(layout.views) and not is_solid


def counted(film: Film, shown: BoolArray, kind: str = "contact") -> str:
    """Number of contacts, and of those in view where these are fewer.

    Parameters
    ----------
    shown : (n,) bool, contacts that count
    kind : noun for one of them
    """
    n, n_full = int(shown.sum()), int((shown & film.in_view.full).sum())
    return f"{n} {kind}{'s' * (n != 1)}" + (f", {n_full} in view" if n_full != n else "")


def faint_facts(film: Film, shown: BoolArray, rank: int) -> list[Fact]:
    """A fact about small and faint contacts; none where all are drawn at full strength.

    Parameters
    ----------
    shown : (n,) bool, contacts that count
    rank : of the fact
    """
    found = film.in_view
    layout = film.layout()
    slices = "off the slice" if len(layout.cuts) == 1 else "off the slices"
    view = "in the far half" if found.in_glass else "behind the surface"
    places = ((shown & found.off_slices, slices), (shown & found.behind, view))
    kinds = [(faint, where) for faint, where in places if faint.any()]
    if not kinds:
        return []
    is_one = film.motion == Motion() and len(layout.panels) == 1
    words = " or ".join(where for _, where in kinds)
    number = f"{int(kinds[0][0].sum())} " if is_one else ""
    return [Fact(f"small and faint: {number}{words}", f"faint: {number}{words}", rank)]
