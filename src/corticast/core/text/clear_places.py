"""Places of names, captions and letters that keep clear of contacts, of one another, and of the head where they can.

The same in all frames of a film: a place is clear of contacts wherever a frame shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from corticast.core.geometry.boxes import box_around
from corticast.core.geometry.contact_sizes import largest_contacts
from corticast.core.geometry.fit import Fit
from corticast.core.geometry.layout import CornerSlot, Layout
from corticast.core.geometry.panel_covers import panel_cover
from corticast.core.geometry.panels import Motion, Panel
from corticast.core.geometry.resting import planes_at_rest
from corticast.core.model.scene import Scene
from corticast.core.model.types import FrameState, PlacedElectrodes
from corticast.core.text.clear_captions import ClearCaptions
from corticast.core.text.clear_letters import ClearLetters
from corticast.core.text.corners import CornerStyle
from corticast.core.text.edges import edge_px, edge_title
from corticast.core.text.ground import Ground, Place, Slot, slides
from corticast.core.text.panel_texts import clock_box, name_style, text_box
from corticast.core.text.panel_words import Wording, at_edges


def with_clear_texts(
    layout: Layout, scene: Scene, placed: PlacedElectrodes | None, fit: Fit, *, is_fed: bool = False
) -> Layout:
    """A layout whose panels have their names, captions and letters where they are clear of contacts.

    A name or a caption takes another corner of its panel, and a letter steps aside along its edge. Places are the same
    in all frames. A text that would touch another one is left out: letters before captions, and captions before the
    letters L and R.

    Parameters
    ----------
    placed : where the electrodes are in the world, None without any
    fit : what the panels have room for
    is_fed : whether activity may come from elsewhere, and somebody may drag the planes, as in a show
    """
    if not any(slot is not None for slot in (*layout.names, *layout.captions, *layout.letters)):
        return layout
    at_rest = fit.planes_mm or planes_at_rest(scene, placed, planes_move=is_fed)
    motion = Motion("sweep" if at_rest is None else "rest", scene.spin != 0)
    planes_mm = at_rest or (0.0, 0.0, 0.0)
    contacts = None if placed is None else (placed, largest_contacts(scene, placed, is_fed=is_fed))
    covers = [panel_cover(panel, layout, scene, contacts, fit, planes_mm, motion) for panel in layout.panels]
    return _with_places(layout, Ground(layout, scene, covers), Wording(scene, FrameState(planes_mm), motion))


def _with_places(layout: Layout, ground: Ground, wording: Wording) -> Layout:
    """A layout with the places of its texts, one kind after the other."""
    letters = ClearLetters(layout, wording, ground)
    captions = ClearCaptions(layout, wording, ground, letters)
    # Lines of captions break by what the head leaves free, whatever the names take.
    style = captions.style
    names = _names(layout, ground, wording)
    if layout.clock is not None:
        # Names stand where they are, and the clock keeps clear of them.
        ground.take(clock_box(layout.clock))
    places = captions.found()
    # Letters may take the places of captions.
    found = letters.found(places, [captions.lines(number, place) for number, place in enumerate(places)])
    return replace(
        layout,
        names=names,
        captions=tuple(None if place is None else place.slot for place in places),
        letters=found,
        name_style=name_style(layout),
        caption_style=style,
        without_room=tuple(ground.without_room),
        on_contacts=tuple(ground.on_contacts),
    )


def _names(layout: Layout, ground: Ground, wording: Wording) -> tuple[Slot | None, ...]:
    style, edges = name_style(layout), at_edges(layout.panels, layout.names)
    size_px = edge_px([(edge_title(panel.title), slot) for panel, slot in edges])
    names: list[Slot | None] = []
    for number, (panel, slot) in enumerate(zip(layout.panels, layout.names, strict=True)):
        if slot is None:
            names.append(None)
            continue
        label = wording.label(panel, "name", wording.title(panel))
        place = ground.first_clear(_places_of_name(panel, slot, style, size_px), number, label)
        names.append(None if place is None else place.slot)
    return tuple(names)


def _places_of_name(panel: Panel, slot: Slot, style: CornerStyle, edge_px: float) -> Iterator[Place]:
    """A name in both corners of its side, or along its edge.

    Parameters
    ----------
    edge_px : size of names at the middle of edges
    """
    if not isinstance(slot, CornerSlot):
        return slides(slot, edge_title(panel.title), edge_px, panel.rect, 0)
    lines = ((each, style.texts([panel.title], each, strong=True)) for each in (slot, slot.opposite))
    return (Place(each, box_around([text_box(*line, strong=True) for line in some])) for each, some in lines)
