"""How many contacts a film shows at full strength, and where those are that it draws small and faint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corticast.core.color.themes import theme_of
from corticast.core.geometry.head import head_of, render_of
from corticast.core.geometry.head_scale import depth_of
from corticast.core.geometry.layout import Layout
from corticast.core.geometry.panels import Motion, ViewPanel
from corticast.core.geometry.sprites import cut_style
from corticast.core.geometry.tissue import are_on_surface
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
    pos, depth = film.placed.pos, depth_of(film.scene)
    full, faint = np.zeros((2, len(pos)), dtype=np.bool_)
    for panel in layout.cuts:
        for plane_mm in film.planes_on(panel):
            opacity = cut_style(panel, pos, plane_mm, None if depth == "all" else depth).opacity
            full |= opacity == 1
            faint |= (opacity > 0) & (opacity < 1)
    return full, faint


def _in_views(film: Film, layout: Layout) -> tuple[BoolArray, BoolArray, bool]:
    """Contacts that views show at full strength, those that they draw faint, and whether the head is of glass."""
    scene, placed = film.scene, film.placed
    assert placed is not None
    full, faint = np.zeros((2, len(placed.pos)), dtype=np.bool_)
    is_solid = (
        scene.volume is not None and not scene.volume.is_rgb and render_of(scene.render, scene.volume) == "surface"
    )
    dims = scene.volume is not None and depth_of(scene) != "all"
    for panel in layout.views:
        full |= film.turns or not (dims and is_solid) or _seen(film, panel)
        if dims:
            away = ~_seen(film, panel) if is_solid else panel.camera.seen(placed.pos)[:, 2] < 0
            faint |= film.turns or away
    return full, faint, bool(layout.views) and not is_solid


def _seen(film: Film, panel: ViewPanel) -> BoolArray:
    """Contacts that the surface does not hide from a view at rest."""
    scene, placed = film.scene, film.placed
    assert scene.volume is not None
    assert placed is not None
    level = head_of(scene.volume).level if scene.surface_level is None else scene.surface_level
    return are_on_surface(scene.volume, level, panel.camera, placed.pos)


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
