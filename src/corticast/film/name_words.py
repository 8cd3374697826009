"""How many contacts of a film bear their names, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corticast.core.color.themes import theme_of
from corticast.core.geometry.panels import Motion
from corticast.core.model.groups import groups_of
from corticast.core.model.types import FrameState
from corticast.core.text.face import face_of, in_face
from corticast.core.text.names import panel_names
from corticast.film.sizes import Size

if TYPE_CHECKING:
    from corticast.film.film import Film


def names_line(film: Film, state: FrameState | None = None, size: Size | None = None) -> str:
    """How many contacts of a frame bear their names, in one line; "" where no names are asked for.

    Parameters
    ----------
    state : of the frame; None takes the first one
    size : width, height of the frame in pixels; None takes the film's
    """
    placed, sizes = film.placed, film.contact_sizes()
    if film.scene.names is None or placed is None or sizes is None:
        return ""
    layout = film.layout(size)
    motion = film.motion if state is None else Motion()
    state = film.frame(0) if state is None else state
    panels = panel_names(film.scene, placed, layout, sizes, motion, ghosts=theme_of(film.scene).ghosts)
    is_group = film.scene.names == "group"
    words = groups_of(placed.table) if is_group else tuple(map(str, range(len(placed.table.names))))
    with in_face(face_of(film.scene)):
        named = {words[row] for each in panels for row in each.at(state).rows}
    wanted = {words[row] for each in panels for row in each.wanted(state).nonzero()[0]}
    kind = "groups" if is_group else "contacts in view"
    left_out = len(wanted - named)
    when = " in the first frame" if motion != Motion() else ""
    rest = f", {left_out} {'has' if left_out == 1 else 'have'} no room" if left_out else ""
    return f"names: {len(named)} of {len(wanted)} {kind}{when}{rest}"
