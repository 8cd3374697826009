"""Places of names, captions and letters that keep clear of contacts, of one another, and of the head where they can.

The same in all frames of a film: a place is clear of contacts wherever a frame shows them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from math import ceil, inf
from typing import Literal

from corticast.core.color.themes import theme_of
from corticast.core.geometry.contact_sizes import largest_contacts
from corticast.core.geometry.fit import Fit
from corticast.core.geometry.layout import CornerSlot, Layout, LetterSlots, PanelWords, TextSlot
from corticast.core.geometry.panel_covers import Box, PanelCover, panel_cover
from corticast.core.geometry.panels import Motion, Panel, Rect, ViewPanel
from corticast.core.geometry.resting import planes_at_rest
from corticast.core.model.scene import Scene
from corticast.core.model.types import FrameState, PlacedElectrodes
from corticast.core.text.corners import CornerStyle
from corticast.core.text.edges import edge_caption, edge_px, edge_title
from corticast.core.text.metrics import text_width_px
from corticast.core.text.panel_texts import box_around, caption_style, clock_box, name_style, text_box, worded

# Between texts, and from place to place of a text along its edge, in sizes of the text.
_GAP, _STEP = 0.15, 0.4
# A caption leaves a corner that is preferred where another one shows less of the head, by this share of the caption.
_LESS_HEAD = 0.2
# Near texts and pictures of other panels a caption costs as much as over this share of a head. So many places beside
# each corner are tried, too.
_CROWDED, _FEW_STEPS = 0.4, 5
# Letters that step aside pass the corners of what their panel shows by so many of their sizes at most.
_BESIDE = 2.5
# Letters of a turning camera are no wider than these.
_WIDE_LETTERS = "AR"

_Slot = CornerSlot | TextSlot


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
    return _Search(layout, scene, covers, FrameState(planes_mm), motion).found()


@dataclass(frozen=True)
class _Place:
    """A possible place of a text, and the box around its lines."""

    slot: _Slot
    box: Box


class _Search:
    """Finds the places of the texts of all panels, one after the other."""

    def __init__(
        self, layout: Layout, scene: Scene, covers: Sequence[PanelCover], state: FrameState, motion: Motion
    ) -> None:
        self._layout, self._scene, self._covers, self._state, self._motion = layout, scene, covers, state, motion
        self._rooms, self._taken = tuple(_texts_of_frame(layout, scene)), list[Box]()
        self._of_panels: list[tuple[int, Box]] = []
        self._name_style, self._caption_style = name_style(layout), self._style_over_air()
        self._without_room: list[PanelWords] = []
        self._on_contacts: list[PanelWords] = []

    def _style_over_air(self) -> CornerStyle:
        """The style of captions; lines one above the other where these cover less of the heads."""
        style = caption_style(self._scene, self._layout)
        panels = self._layout.panels
        pairs = zip(self._layout.captions, panels, strict=True)
        corners = [
            number
            for number, (slot, panel) in enumerate(pairs)
            if isinstance(slot, CornerSlot) and len(self._facts(panel)) > 1
        ]
        if not style.is_one_line or self._layout.caption_style is not None or not corners:
            return style
        broken = replace(style, is_one_line=False, n_lines=max(len(self._facts(panels[number])) for number in corners))
        level, stacked = ([self._cost_in_corner(number, each) for number in corners] for each in (style, broken))
        return broken if sum(stacked) < sum(level) - _LESS_HEAD / 4 * len(corners) else style

    def _cost_in_corner(self, number: int, style: CornerStyle) -> float:
        costs = [self._cost(place, number) for place in self._corners(number, style)]
        return min(costs[_chosen(costs, _LESS_HEAD)], 1.0)

    def found(self) -> Layout:
        """The layout with the places."""
        names = self._names()
        if self._layout.clock is not None:
            # Names stand where they are, and the clock keeps clear of them.
            self._taken.append(clock_box(self._layout.clock))
        captions = self._captions()
        slots = self._level()
        letters = tuple(self._letters(number, each, captions) for number, each in enumerate(slots))
        return replace(
            self._layout,
            names=tuple(names),
            captions=tuple(None if place is None else place.slot for place in captions),
            letters=letters,
            name_style=self._name_style,
            caption_style=self._caption_style,
            without_room=tuple(self._without_room),
            on_contacts=tuple(self._on_contacts),
        )

    def _names(self) -> list[_Slot | None]:
        names: list[_Slot | None] = []
        edges = [(edge_title(panel.title), slot) for panel, slot in self._with(self._layout.names, TextSlot)]
        size_px = edge_px(edges)
        for number, (panel, slot) in enumerate(zip(self._layout.panels, self._layout.names, strict=True)):
            places: Iterable[_Place] = ()
            if isinstance(slot, CornerSlot):
                lines = [self._name_style.texts([panel.title], each, strong=True) for each in (slot, slot.opposite)]
                places = [
                    _Place(each, box_around([text_box(*line, strong=True) for line in some]))
                    for each, some in zip((slot, slot.opposite), lines, strict=True)
                ]
            elif slot is not None:
                places = _slides(slot, edge_title(panel.title), size_px, panel.rect, 0)
            place = (
                None
                if slot is None
                else self._first_clear(places, number, self._label(panel, "name", self._title(panel)))
            )
            names.append(None if place is None else place.slot)
        return names

    def _captions(self) -> list[_Place | None]:
        """Captions in the corners that show least of the head; the same corner for all slices of one name."""
        groups = defaultdict(list)
        found: list[_Place | None] = [None] * len(self._layout.panels)
        edge_words = [
            (edge_caption(self._facts(panel)), slot) for panel, slot in self._with(self._layout.captions, TextSlot)
        ]
        size_px = edge_px(edge_words)
        for number, (panel, slot) in enumerate(zip(self._layout.panels, self._layout.captions, strict=True)):
            words = self._facts(panel)
            if isinstance(slot, CornerSlot) and words:
                groups[panel.name].append(number)
            elif isinstance(slot, CornerSlot):
                found[number] = _Place(slot, (slot.x, slot.y, slot.x, slot.y))
            elif slot is not None:
                x, _, width, _ = panel.rect
                other = replace(slot, x=2 * x + width - slot.x)
                sides = (_slides(each, edge_caption(words), size_px, panel.rect, 1) for each in (slot, other))
                places = (place for side in sides for place in side)
                found[number] = self._first_clear(places, number, self._label(panel, "caption"))
        for numbers in groups.values():
            for number, place in zip(numbers, self._in_one_corner(numbers), strict=True):
                found[number] = place
        return found

    def _in_one_corner(self, numbers: Sequence[int]) -> list[_Place | None]:
        """Captions of panels of one name, in one corner, if there is one in which all are clear.

        Else most of them stand in one corner, and the others at the same side of their panels if they are clear there.
        """
        if len(numbers) == 1:
            return [self._alone(numbers[0])]
        every = [self._corners(number) for number in numbers]
        costs = [[self._cost(place, number) for place in places] for number, places in zip(numbers, every, strict=True)]
        common = _common(costs, _LESS_HEAD * len(numbers))
        found: list[_Place | None] = []
        for number, places, some in zip(numbers, every, costs, strict=True):
            label = self._label(self._layout.panels[number], "caption")
            if some[common] < 1:
                found.append(self._taking(places[common], number, label))
                continue
            own = [places[corner] for corner in _own_order(places, some, common)]
            along = (place for corner in own for place in self._along_side(corner, number))
            found.append(self._first_clear(chain(own, along), number, label))
        return found

    def _alone(self, number: int) -> _Place | None:
        """The caption of a panel that no other one shares its name with."""
        label, corners = self._label(self._layout.panels[number], "caption"), self._corners(number)
        tried = [each for one in corners for each in (one, *islice(self._along_side(one, number), _FEW_STEPS))]
        costs = [self._cost(place, number) + _CROWDED * self._is_crowded(place, number) for place in tried]
        if min(costs) < 1:
            return self._taking(tried[_chosen(costs, _LESS_HEAD)], number, label)
        own = [corners[corner] for corner in _own_order(corners, [self._cost(each, number) for each in corners], None)]
        along = (place for corner in own for place in self._along_side(corner, number))
        return self._first_clear(chain(own, along), number, label)

    def _is_crowded(self, place: _Place, number: int) -> bool:
        """Whether a caption reads as one with a text of another panel, or stands just above or below its picture."""
        near_px, box = self._caption_style.size_px, place.box
        texts = [other for owner, other in self._of_panels if owner != number]
        heads = [_edges(rect) for each, rect in enumerate(self._layout.boxes) if each != number]
        return any(max(_apart(box, other)) < near_px for other in texts) or any(
            across == 0 and down < near_px for across, down in (_apart(box, other) for other in heads)
        )

    def _along_side(self, corner: _Place, number: int) -> Iterator[_Place]:
        """Places of a caption between its corner and the opposite one on the same side of its panel."""
        assert isinstance(corner.slot, CornerSlot)
        _, y, _, height = self._layout.panels[number].rect
        left, top, right, bottom = corner.box
        step = _STEP * self._caption_style.size_px * corner.slot.down
        for times in range(1, ceil(height / abs(step))):
            if y <= top + times * step and bottom + times * step <= y + height:
                slot = corner.slot.moved(times * step)
                yield _Place(slot, (left, top + times * step, right, bottom + times * step))

    def _corners(self, number: int, style: CornerStyle | None = None) -> list[_Place]:
        """A caption in the four corners of its panel, in the order in which they are preferred."""
        upper, lower = self._layout.corners[number]
        # The name and the caption differ in size.
        upper = replace(upper, size_px=lower.size_px)
        facts = self._facts(self._layout.panels[number])
        slots = (lower, lower.opposite, upper.opposite, upper)
        lines = [(style or self._caption_style).texts(facts, slot) for slot in slots]
        boxes = [box_around([text_box(*line) for line in some]) for some in lines]
        return [_Place(slot, box) for slot, box in zip(slots, boxes, strict=True)]

    def _cost(self, place: _Place, number: int) -> float:
        """Share of a caption over the head, 1 for each contact, and 1 for each letter; infinite where texts touch."""
        if self._touches(place.box):
            return inf
        n_met = self._covers[number].n_contacts(place.box) + self._n_displaced(place.box, number)
        return n_met + 0.99 * self._covers[number].head_share(place.box)

    def _n_displaced(self, caption: Box, number: int) -> int:
        """Letters above and below the content of a panel that a caption leaves no clear place."""
        panel, slots = self._layout.panels[number], self._layout.letters[number]
        pairs = [] if slots is None else [(edge, slots[edge]) for edge in (2, 3) if panel.letters[edge]]
        return sum(self._is_displaced(number, edge, slot, caption) for edge, slot in pairs if slot is not None)

    def _is_displaced(self, number: int, edge: int, slot: TextSlot, caption: Box) -> bool:
        """Whether a caption takes the usual place of a letter, and all other clear ones."""
        # Most captions do not reach the row of the letter.
        if caption[1] > slot.y + slot.size_px or caption[3] < slot.y - slot.size_px:
            return False
        places = self._letter_places(number, edge, slot)
        usual = next(places)
        if not _meet(self._with_gap(usual.box), caption):
            return False
        others = (place for place in places if not _meet(self._with_gap(place.box), caption))
        if any(self._is_clear(place, number) for place in others):
            return False
        return any(self._is_clear(place, number) for place in self._letter_places(number, edge, slot))

    def _level(self) -> list[LetterSlots | None]:
        """The letters' slots; those at the sides of panels in a row have stepped aside together, and are level."""
        found = list(self._layout.letters)
        rows = defaultdict(list)
        for number, slots in enumerate(found):
            for edge in (0, 1) if slots is not None else ():
                slot = slots[edge] if slots is not None else None
                if slot is not None and self._layout.panels[number].letters[edge]:
                    rows[round(slot.y)].append((number, edge, slot))
        for row in rows.values():
            down_px = self._common_step(row)
            for number, edge, slot in row:
                slots = found[number]
                assert slots is not None
                moved = replace(slot, y=slot.y + down_px)
                found[number] = (moved, *slots[1:]) if edge == 0 else (slots[0], moved, *slots[2:])
        return found

    def _common_step(self, row: Sequence[tuple[int, int, TextSlot]]) -> float:
        """How far down the letters of a row are all clear; 0 where they are nowhere."""
        numbers = [number for number, _, _ in row]
        # Letters of a frame have one size, so that all take the same steps.
        for places in zip(*(self._letter_steps(*each) for each in row), strict=False):
            if all(map(self._is_clear, places, numbers)):
                return round(places[0].slot.y - row[0][2].y, 3) if places[0] is not None else 0.0
        return 0.0

    def _is_clear(self, place: _Place | None, number: int) -> bool:
        return place is not None and not self._touches(place.box) and not self._covers[number].n_contacts(place.box)

    def _letters(self, number: int, slots: LetterSlots | None, captions: list[_Place | None]) -> LetterSlots | None:
        """The letters of a panel, from the left, right, upper and lower edge; L and R first."""
        panel = self._layout.panels[number]
        if slots is None:
            return None
        found: list[TextSlot | None] = [None] * 4
        order = sorted(range(4), key=lambda edge: not set(panel.letters[edge]) & set("LR"))
        for edge in order:
            slot, letters = slots[edge], panel.letters[edge]
            if slot is None or not letters:
                found[edge] = slot
                continue
            place = self._letter(number, edge, slot)
            caption = captions[number]
            if place is None and set(letters) & set("LR") and caption is not None and caption.box in self._taken:
                self._taken.remove(caption.box)
                captions[number] = None
                left_out = self._label(panel, "caption")
                self._without_room[-1] = left_out
                self._on_contacts = [label for label in self._on_contacts if label != left_out]
                place = self._letter(number, edge, slot)
            found[edge] = place.slot if place is not None and isinstance(place.slot, TextSlot) else None
        return found[0], found[1], found[2], found[3]

    def _letter(self, number: int, edge: int, slot: TextSlot) -> _Place | None:
        panel = self._layout.panels[number]
        places = self._letter_places(number, edge, slot)
        return self._first_clear(places, number, self._label(panel, "letter", panel.letters[edge]))

    def _letter_places(self, number: int, edge: int, slot: TextSlot) -> Iterator[_Place]:
        """Places of a letter beside the edge of what its panel shows, from the middle on."""
        return (place for place in self._letter_steps(number, edge, slot) if place is not None)

    def _letter_steps(self, number: int, edge: int, slot: TextSlot) -> Iterator[_Place | None]:
        """The same with None for each step out of the panel."""
        panel, volume = self._layout.panels[number], self._scene.volume
        turns = self._motion.turn and isinstance(panel, ViewPanel)
        words = max(panel.letters[edge], _WIDE_LETTERS * turns, key=len)
        words += "?" * (volume is not None and not volume.sided)
        rect = _around(self._layout.boxes[number], _BESIDE * slot.size_px, panel.rect)
        return _steps(slot, words, slot.size_px, rect, 1 if edge < 2 else 0)

    def _first_clear(self, places: Iterable[_Place], number: int, label: PanelWords) -> _Place | None:
        """The first place clear of texts and contacts; else the one with fewest contacts; None where texts touch."""
        least, best = inf, None
        for place in places:
            if self._touches(place.box):
                continue
            n_contacts = self._covers[number].n_contacts(place.box)
            if n_contacts < least:
                least, best = n_contacts, place
            if not n_contacts:
                break
        if best is None:
            self._without_room.append(label)
            return None
        return self._taking(best, number, label)

    def _taking(self, place: _Place, number: int, label: PanelWords) -> _Place:
        self._taken.append(place.box)
        self._of_panels.append((number, place.box))
        if self._covers[number].n_contacts(place.box):
            self._on_contacts.append(label)
        return place

    def _touches(self, box: Box) -> bool:
        """Whether a text comes near one that has its place, or leaves the frame."""
        wide = self._with_gap(box)
        width, height = self._layout.size
        is_outside = min(box[0], box[1], width - box[2], height - box[3]) < 0
        return (
            is_outside
            or any(_meet(box, other) for other in self._rooms)
            or any(_meet(wide, other) for other in self._taken)
        )

    def _with_gap(self, box: Box) -> Box:
        """The box with the room that its text keeps to other texts."""
        gap = _GAP * min(box[3] - box[1], self._layout.tick_px)
        return box[0] - gap, box[1] - gap, box[2] + gap, box[3] + gap

    def _title(self, panel: Panel) -> str:
        """Name of a panel as the frame shows it: names at edges have the words of the post."""
        return panel.title if theme_of(self._scene).panel_ink is None else edge_title(panel.title)

    def _label(self, panel: Panel, kind: Literal["name", "caption", "letter"], words: str = "") -> PanelWords:
        return PanelWords(panel, kind, words, self._title(panel))

    def _facts(self, panel: Panel) -> list[str]:
        """The caption of a panel that rests, else the widest one."""
        given = self._scene.volume, self._scene.shown_labels
        moves = panel.caption_moves(self._motion)
        facts = panel.widest_caption(*given) if moves else panel.caption(self._state, *given)
        return worded(facts, self._scene)

    def _with(self, slots: Sequence[_Slot | None], kind: type[TextSlot]) -> list[tuple[Panel, TextSlot]]:
        """Panels whose text has a slot of a kind."""
        pairs = zip(self._layout.panels, slots, strict=True)
        return [(panel, slot) for panel, slot in pairs if isinstance(slot, kind)]


def _texts_of_frame(layout: Layout, scene: Scene) -> Iterator[Box]:
    """Boxes of the title, and of the colour bar or the legend with their texts."""
    if layout.title is not None:
        slot = layout.title
        half = min(text_width_px(scene.title, slot.size_px, strong=True), slot.room_px) / 2
        _, top, _, bottom = text_box("", slot)
        yield slot.x - half, top, slot.x + half, bottom
    if layout.bar_room is not None:
        x, y, width, height = layout.bar_room
        yield x, y, x + width, y + height


def _slides(slot: TextSlot, text: str, size_px: float, rect: Rect, axis: int) -> Iterator[_Place]:
    """Places of a text along its edge within a panel, from its own place on to both sides. See `_steps`."""
    return (place for place in _steps(slot, text, size_px, rect, axis) if place is not None)


def _steps(slot: TextSlot, text: str, size_px: float, rect: Rect, axis: int) -> Iterator[_Place | None]:
    """Places of a text along its edge, from its own place on to both sides; None for a step out of the panel.

    Parameters
    ----------
    axis : 0 for an edge that runs across, 1 for one that runs down
    """
    yield _Place(slot, text_box(text, slot, size_px=size_px))
    step = _STEP * size_px
    low, high = rect[axis], rect[axis] + rect[2 + axis]
    for number in range(1, ceil((high - low) / step)):
        for away in (-number * step, number * step):
            moved = slot.moved(away, 0.0) if axis == 0 else slot.moved(0.0, away)
            box = text_box(text, moved, size_px=size_px)
            yield _Place(moved, box) if box[axis] >= low and box[2 + axis] <= high else None


def _chosen(costs: Sequence[float], less: float) -> int:
    """The first of several places that costs little more than the best one."""
    best = min(costs)
    return next(number for number, cost in enumerate(costs) if cost <= best + less)


def _common(costs: Sequence[Sequence[float]], less: float) -> int:
    """The corner that is clear for most panels; of several such ones the first that shows little more of the head.

    Parameters
    ----------
    costs : of each corner, for each panel; from 1 on something is in the way
    less : most difference of the head's shares, summed over all panels
    """
    n_met = [sum(cost >= 1 for cost in some) for some in zip(*costs, strict=True)]
    sums = [sum(min(cost, 1e6) for cost in some) for some in zip(*costs, strict=True)]
    return _chosen([each if n == min(n_met) else inf for n, each in zip(n_met, sums, strict=True)], less)


def _own_order(places: Sequence[_Place], costs: Sequence[float], common: int | None) -> list[int]:
    """Corners of a panel in the order of trial: clear ones first, and of these those at the common side."""

    def key(corner: int) -> tuple[bool, bool, float]:
        is_aside = common is not None and places[corner].slot.anchor != places[common].slot.anchor
        return costs[corner] >= 1, is_aside, costs[corner]

    return sorted(range(len(places)), key=key)


def _around(rect: Rect, away_px: float, limits: Rect) -> Rect:
    """A rectangle that is larger to all sides, within limits."""
    left, top, right, bottom = _edges(rect)
    least, highest, most, lowest = _edges(limits)
    x, y = max(round(left - away_px), least), max(round(top - away_px), highest)
    return int(x), int(y), int(min(round(right + away_px), most) - x), int(min(round(bottom + away_px), lowest) - y)


def _edges(rect: Rect) -> Box:
    x, y, width, height = rect
    return x, y, x + width, y + height


def _apart(one: Box, other: Box) -> tuple[float, float]:
    """Pixels between two boxes across and down; 0 along an axis in which they overlap."""
    return max(one[0] - other[2], other[0] - one[2], 0.0), max(one[1] - other[3], other[1] - one[3], 0.0)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
