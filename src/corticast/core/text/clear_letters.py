"""Places of the letters of panels that keep clear of contacts and of other texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from corticast.core.geometry.boxes import Box, box_of, boxes_meet
from corticast.core.geometry.layout import Layout, LetterSlots, TextSlot
from corticast.core.geometry.panels import Rect, ViewPanel
from corticast.core.text.ground import Ground, Place, steps
from corticast.core.text.metrics import capital_height_px, start_px
from corticast.core.text.panel_words import Wording

# Letters that step aside pass the corners of what their panel shows by so many of their sizes at most.
_BESIDE = 2.5
# Letters above and below keep so far from names and captions in their row that nobody reads one word, in their sizes.
_APART = 0.45
# A letter stands on the baseline of a line of its panel's caption from which it is less far, in its sizes.
_NEARLY = 0.7
# Letters of a turning camera are no wider than these.
_WIDE_LETTERS = "AR"


@dataclass(frozen=True, eq=False)
class ClearLetters:
    """Finds the places of letters.

    Parameters
    ----------
    layout : of the frame
    wording : of its panels
    ground : that the letters take
    """

    layout: Layout
    wording: Wording
    ground: Ground

    def found(
        self, captions: list[Place | None], lines: Sequence[Sequence[TextSlot]]
    ) -> tuple[LetterSlots | None, ...]:
        """The letters of all panels. L and R take the place of a caption, which is then None in the given list.

        Parameters
        ----------
        captions : of the panels
        lines : of each caption; a letter near one of them stands on its baseline
        """
        levelled = [
            None if slots is None else (*slots[:2], _on_line(slots[2], rows), _on_line(slots[3], rows))
            for slots, rows in zip(self._level(), lines, strict=True)
        ]
        return tuple(self._of_panel(number, slots, captions) for number, slots in enumerate(levelled))

    def n_displaced(self, caption: Box, number: int) -> int:
        """Letters above and below the content of a panel that a caption leaves no clear place."""
        return sum(self._is_displaced(number, *each, caption) for each in self._above_and_below(number))

    def n_met(self, caption: Box, number: int) -> int:
        """Letters above and below the content of a panel whose usual place a caption takes."""
        return sum(self._is_met(number, *each, caption) for each in self._above_and_below(number))

    def _above_and_below(self, number: int) -> list[tuple[int, TextSlot]]:
        """Edges above and below the content of a panel that have a letter, and its slot."""
        letters, slots = self.layout.panels[number].letters, self.layout.letters[number]
        pairs = [] if slots is None else [(edge, slots[edge]) for edge in (2, 3) if letters[edge]]
        return [(edge, slot) for edge, slot in pairs if slot is not None]

    def _is_met(self, number: int, edge: int, slot: TextSlot, caption: Box) -> bool:
        """Whether a caption takes the usual place of a letter."""
        # Most captions do not reach the row of the letter.
        if caption[1] > slot.y + slot.size_px or caption[3] < slot.y - slot.size_px:
            return False
        return boxes_meet(self.ground.with_gap(next(self._places(number, edge, slot)).box), caption)

    def _is_displaced(self, number: int, edge: int, slot: TextSlot, caption: Box) -> bool:
        """Whether a caption takes all clear places of a letter, be they the usual one or beside contacts."""
        # Most captions do not reach the row of the letter.
        if caption[1] > slot.y + slot.size_px or caption[3] < slot.y - slot.size_px:
            return False
        is_met = False
        for place in self._places(number, edge, slot):
            if self.ground.is_clear(place, number):
                if not boxes_meet(self.ground.with_gap(place.box), caption):
                    return False
                is_met = True
        return is_met

    def _level(self) -> list[LetterSlots | None]:
        """The letters' slots; those at the sides of panels in a row have stepped aside together, and are level."""
        found = list(self.layout.letters)
        rows = defaultdict(list)
        for number, slots in enumerate(found):
            for edge in (0, 1) if slots is not None else ():
                slot = slots[edge] if slots is not None else None
                if slot is not None and self.layout.panels[number].letters[edge]:
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
        for places in zip(*(self._steps(*each) for each in row), strict=False):
            if all(map(self.ground.is_clear, places, numbers)):
                return round(places[0].slot.y - row[0][2].y, 3) if places[0] is not None else 0.0
        return 0.0

    def _of_panel(self, number: int, slots: LetterSlots | None, captions: list[Place | None]) -> LetterSlots | None:
        """The letters of a panel, from the left, right, upper and lower edge; L and R first."""
        panel = self.layout.panels[number]
        if slots is None:
            return None
        found: list[TextSlot | None] = [None] * 4
        for edge in sorted(range(4), key=lambda edge: not _is_side(panel.letters[edge])):
            slot, letters = slots[edge], panel.letters[edge]
            if slot is None or not letters:
                found[edge] = slot
                continue
            place, caption = self._letter(number, edge, slot), captions[number]
            if place is None and _is_side(letters) and caption is not None and self.ground.is_taken(caption.box):
                captions[number] = None
                self.ground.give_up(caption.box, self.wording.label(panel, "caption"))
                place = self._letter(number, edge, slot)
            found[edge] = place.slot if place is not None and isinstance(place.slot, TextSlot) else None
        return found[0], found[1], found[2], found[3]

    def _letter(self, number: int, edge: int, slot: TextSlot) -> Place | None:
        panel = self.layout.panels[number]
        label = self.wording.label(panel, "letter", panel.letters[edge])
        apart_px = _APART * slot.size_px * (edge >= 2)
        apart = (_wider(place, apart_px) for place in self._places(number, edge, slot))
        return self.ground.first_clear(chain(apart, self._places(number, edge, slot)), number, label)

    def _places(self, number: int, edge: int, slot: TextSlot) -> Iterator[Place]:
        """Places of a letter beside the edge of what its panel shows, from the middle on."""
        return (place for place in self._steps(number, edge, slot) if place is not None)

    def _steps(self, number: int, edge: int, slot: TextSlot) -> Iterator[Place | None]:
        """The same with None for each step out of the panel."""
        panel, volume = self.layout.panels[number], self.wording.scene.volume
        turns = self.wording.motion.turn and isinstance(panel, ViewPanel)
        words = max(panel.letters[edge], _WIDE_LETTERS * turns, key=len)
        words += "?" * (volume is not None and not volume.sided)
        rect = _around(self.layout.boxes[number], _BESIDE * slot.size_px, panel.rect)
        return steps(slot, words, slot.size_px, rect, 1 if edge < 2 else 0)


def _on_line(slot: TextSlot | None, lines: Sequence[TextSlot]) -> TextSlot | None:
    """A letter on the baseline of a line in whose row it would stand nearly."""
    if slot is None or not lines:
        return slot
    half_px = capital_height_px(slot.size_px, strong=False) / 2
    rows = [start_px("", line.x, line.y, line.anchor, line.size_px, strong=False)[1] - half_px for line in lines]
    nearest = min(rows, key=lambda row: abs(row - slot.y))
    return replace(slot, y=nearest) if abs(nearest - slot.y) < _NEARLY * slot.size_px else slot


def _wider(place: Place, apart_px: float) -> Place:
    """A place that keeps more room at both sides."""
    left, top, right, bottom = place.box
    return replace(place, box=(left - apart_px, top, right + apart_px, bottom))


def _is_side(letters: str) -> bool:
    """Whether letters tell left from right."""
    return not set("LR").isdisjoint(letters)


def _around(rect: Rect, away_px: float, limits: Rect) -> Rect:
    """A rectangle that is larger to all sides, within limits."""
    left, top, right, bottom = box_of(rect)
    least, highest, most, lowest = box_of(limits)
    x, y = max(round(left - away_px), least), max(round(top - away_px), highest)
    return int(x), int(y), int(min(round(right + away_px), most) - x), int(min(round(bottom + away_px), lowest) - y)
