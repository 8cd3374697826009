"""The ground of a frame that texts of panels take, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, inf

from corticast.core.geometry.boxes import Box, box_of, boxes_meet
from corticast.core.geometry.layout import CornerSlot, Layout, PanelWords, TextSlot
from corticast.core.geometry.panel_covers import PanelCover
from corticast.core.geometry.panels import Rect
from corticast.core.model.scene import Scene
from corticast.core.text.metrics import text_width_px
from corticast.core.text.panel_texts import text_box

# Between texts, and from place to place of a text along its edge, in sizes of the text.
_GAP, STEP = 0.15, 0.4

Slot = CornerSlot | TextSlot


@dataclass(frozen=True)
class Place:
    """A possible place of a text, and the box around its lines."""

    slot: Slot
    box: Box


class Ground:
    """What texts of a frame have taken, and which of them stand on contacts or had no room.

    Parameters
    ----------
    layout, scene : of the frame, whose title and colour bar, or legend, keep their room
    covers : contacts and the head below the texts of each panel
    """

    def __init__(self, layout: Layout, scene: Scene, covers: Sequence[PanelCover]) -> None:
        self.without_room: list[PanelWords] = []
        self.on_contacts: list[PanelWords] = []
        self._layout, self._covers = layout, covers
        self._rooms, self._taken = tuple(_texts_of_frame(layout, scene)), list[Box]()
        self._of_panels: list[tuple[int, Box]] = []

    def touches(self, box: Box) -> bool:
        """Whether a text comes near one that has its place, or leaves the frame."""
        wide = self.with_gap(box)
        width, height = self._layout.size
        is_outside = min(box[0], box[1], width - box[2], height - box[3]) < 0
        return (
            is_outside
            or any(boxes_meet(box, other) for other in self._rooms)
            or any(boxes_meet(wide, other) for other in self._taken)
        )

    def with_gap(self, box: Box) -> Box:
        """The box with the room that its text keeps to other texts."""
        gap = _GAP * min(box[3] - box[1], self._layout.tick_px)
        return box[0] - gap, box[1] - gap, box[2] + gap, box[3] + gap

    def is_clear(self, place: Place | None, number: int) -> bool:
        """Whether a place touches no text and no contact of a panel."""
        return place is not None and not self.touches(place.box) and not self._covers[number].n_contacts(place.box)

    def n_contacts(self, box: Box, number: int) -> int:
        """Contacts of a panel below a box."""
        return self._covers[number].n_contacts(box)

    def head_share(self, box: Box, number: int) -> float:
        """Share of a box that the head of a panel fills."""
        return self._covers[number].head_share(box)

    def beside(self, number: int) -> list[Box]:
        """Boxes of the texts of all panels but one."""
        return [box for owner, box in self._of_panels if owner != number]

    def first_clear(
        self,
        places: Iterable[Place],
        number: int,
        label: PanelWords,
        n_displaced: Callable[[Box], int] = lambda box: 0,
    ) -> Place | None:
        """Take the first place clear of texts and contacts; else the one with fewest contacts.

        Parameters
        ----------
        n_displaced : other texts that have no clear place beside a box; they count as contacts do

        Returns
        -------
        The place, or None where texts touch everywhere, which is noted.
        """
        least, best = inf, None
        for place in places:
            if self.touches(place.box):
                continue
            n_met = self.n_contacts(place.box, number) + n_displaced(place.box)
            if n_met < least:
                least, best = n_met, place
            if not n_met:
                break
        if best is None:
            self.without_room.append(label)
            return None
        return self.taking(best, number, label)

    def taking(self, place: Place, number: int, label: PanelWords) -> Place:
        """Take a place for a text of a panel."""
        self._taken.append(place.box)
        self._of_panels.append((number, place.box))
        if self.n_contacts(place.box, number):
            self.on_contacts.append(label)
        return place

    def take(self, box: Box) -> None:
        """Take a box for a text of the frame."""
        self._taken.append(box)

    def is_taken(self, box: Box) -> bool:
        """Whether a text has just this box."""
        return box in self._taken

    def give_up(self, box: Box, label: PanelWords) -> None:
        """Leave a text out that has this box, in place of the one that had no room last."""
        self._taken.remove(box)
        self.without_room[-1] = label
        self.on_contacts = [each for each in self.on_contacts if each != label]


def slides(slot: TextSlot, text: str, size_px: float, rect: Rect, axis: int) -> Iterator[Place]:
    """Places of a text along its edge within a panel, from its own place on to both sides. See `steps`."""
    return (place for place in steps(slot, text, size_px, rect, axis) if place is not None)


def steps(slot: TextSlot, text: str, size_px: float, rect: Rect, axis: int) -> Iterator[Place | None]:
    """Places of a text along its edge, from its own place on to both sides; None for a step out of the panel.

    Parameters
    ----------
    axis : 0 for an edge that runs across, 1 for one that runs down
    """
    yield Place(slot, text_box(text, slot, size_px=size_px))
    step = STEP * size_px
    low, high = rect[axis], rect[axis] + rect[2 + axis]
    for number in range(1, ceil((high - low) / step)):
        for away in (-number * step, number * step):
            moved = slot.moved(away, 0.0) if axis == 0 else slot.moved(0.0, away)
            box = text_box(text, moved, size_px=size_px)
            yield Place(moved, box) if box[axis] >= low and box[2 + axis] <= high else None


def _texts_of_frame(layout: Layout, scene: Scene) -> Iterator[Box]:
    """Boxes of the title, and of the colour bar or the legend with their texts."""
    if layout.title is not None:
        slot = layout.title
        half = min(text_width_px(scene.title, slot.size_px, strong=True), slot.room_px) / 2
        _, top, _, bottom = text_box("", slot)
        yield slot.x - half, top, slot.x + half, bottom
    if layout.bar_room is not None:
        yield box_of(layout.bar_room)
