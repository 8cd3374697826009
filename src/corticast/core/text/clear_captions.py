"""Places of the captions of panels that keep clear of contacts, of other texts, and of the head where they can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from math import ceil, inf

from corticast.core.geometry.boxes import between_px, box_around, box_of
from corticast.core.geometry.layout import CornerSlot, Layout, PanelWords, TextSlot
from corticast.core.geometry.panels import Panel
from corticast.core.text.clear_letters import ClearLetters
from corticast.core.text.corners import CornerStyle, styles_beside_letters
from corticast.core.text.edges import edge_caption, edge_px
from corticast.core.text.ground import STEP, Ground, Place, slides
from corticast.core.text.panel_texts import caption_style, text_box
from corticast.core.text.panel_words import Wording, at_edges

# A caption leaves a corner that is preferred where another one shows less of the head, by this share of the caption.
_LESS_HEAD = 0.1
# Lines stand one above the other, or beside the letters and smaller down to this share, where captions then cover less
# by these shares.
_LESS_BROKEN, _LESS_SMALL, _SMALL = 0.05, 0.1, 0.66
# A letter that steps aside of a caption costs as much as over this share of a head.
_ASIDE = 0.12
# Near texts and pictures of other panels a caption costs as much as over this share of a head. So many places beside
# each corner are tried, too.
_CROWDED, _FEW_STEPS = 0.4, 5


@dataclass(frozen=True, eq=False)
class ClearCaptions:
    """Finds the places of captions.

    Parameters
    ----------
    layout : of the frame
    wording : of its panels
    ground : that the captions take
    letters : which need places, too
    """

    layout: Layout
    wording: Wording
    ground: Ground
    letters: ClearLetters

    @cached_property
    def style(self) -> CornerStyle:
        """The style of captions: lines stand one above the other, or are smaller, where these cover less of heads."""
        style, panels = caption_style(self.wording.scene, self.layout), self.layout.panels
        slots = {number: slot for number, slot in enumerate(self.layout.captions) if isinstance(slot, CornerSlot)}
        words = {number: self.wording.facts(panels[number]) for number in slots}
        corners = [number for number in slots if words[number]]
        if self.layout.caption_style is not None or not corners:
            return style
        n_lines = max(map(len, words.values()))
        broken = replace(style, is_one_line=False, n_lines=n_lines)
        small = styles_beside_letters([(self.wording.widest(panels[n]), slots[n]) for n in corners], _SMALL)
        best, least = style, self._cost_in_corners(corners, style)
        for other, less in (*[(broken, _LESS_BROKEN)] * (n_lines > 1), *((each, _LESS_SMALL) for each in small)):
            # No style is looked at where captions cover nothing.
            if least >= less * len(corners) and other != style:
                cost = self._cost_in_corners(corners, other)
                if cost < least - less * len(corners):
                    best, least = other, cost
        return best

    def found(self) -> list[Place | None]:
        """Captions in the corners that show least of the head; the same corner for all slices of one name."""
        groups = defaultdict(list)
        found: list[Place | None] = [None] * len(self.layout.panels)
        for number, (panel, slot) in enumerate(zip(self.layout.panels, self.layout.captions, strict=True)):
            if isinstance(slot, CornerSlot) and self.wording.facts(panel):
                groups[panel.name].append(number)
            elif isinstance(slot, CornerSlot):
                found[number] = Place(slot, (slot.x, slot.y, slot.x, slot.y))
            elif slot is not None:
                found[number] = self._at_edge(number, panel, slot)
        for numbers in groups.values():
            for number, place in zip(numbers, self._in_one_corner(numbers), strict=True):
                found[number] = place
        return found

    def lines(self, number: int, place: Place | None) -> list[TextSlot]:
        """Places of the lines of a panel's caption in a corner; none of another caption."""
        if place is None or not isinstance(place.slot, CornerSlot):
            return []
        return [slot for _, slot in self.style.texts(self.wording.facts(self.layout.panels[number]), place.slot)]

    @cached_property
    def _edge_px(self) -> float:
        """Size of captions at the middle of edges."""
        pairs = at_edges(self.layout.panels, self.layout.captions)
        return edge_px([(edge_caption(self.wording.facts(panel)), slot) for panel, slot in pairs])

    def _at_edge(self, number: int, panel: Panel, slot: TextSlot) -> Place | None:
        """A caption at the middle of an edge, or of the opposite one."""
        x, _, width, _ = panel.rect
        other, words = replace(slot, x=2 * x + width - slot.x), edge_caption(self.wording.facts(panel))
        sides = (slides(each, words, self._edge_px, panel.rect, 1) for each in (slot, other))
        return self.ground.first_clear(chain.from_iterable(sides), number, self.wording.label(panel, "caption"))

    def _in_one_corner(self, numbers: Sequence[int]) -> list[Place | None]:
        """Captions of panels of one name, in one corner, if there is one in which all are clear.

        Else most of them stand in one corner, and the others at the same side of their panels if they are clear there.
        """
        if len(numbers) == 1:
            return [self._alone(numbers[0])]
        every = [self._corners(number) for number in numbers]
        costs = [[self._cost(place, number) for place in places] for number, places in zip(numbers, every, strict=True)]
        common = _common(costs, _LESS_HEAD * len(numbers))
        found: list[Place | None] = []
        for number, places, some in zip(numbers, every, costs, strict=True):
            label = self.wording.label(self.layout.panels[number], "caption")
            if some[common] < 1:
                found.append(self.ground.taking(places[common], number, label))
                continue
            own = [places[corner] for corner in _own_order(places, some, common)]
            along = (place for corner in own for place in self._along_side(corner, number))
            found.append(self._first_clear(chain(own, along), number, label))
        return found

    def _alone(self, number: int) -> Place | None:
        """The caption of a panel that no other one shares its name with."""
        label, corners = self.wording.label(self.layout.panels[number], "caption"), self._corners(number)
        tried = [each for one in corners for each in (one, *islice(self._along_side(one, number), _FEW_STEPS))]
        costs = [self._cost(place, number) + _CROWDED * self._is_crowded(place, number) for place in tried]
        if min(costs) < 1:
            return self.ground.taking(tried[_chosen(costs, _LESS_HEAD)], number, label)
        own = [corners[corner] for corner in _own_order(corners, [self._cost(each, number) for each in corners], None)]
        along = (place for corner in own for place in self._along_side(corner, number))
        return self._first_clear(chain(own, along), number, label)

    def _first_clear(self, places: Iterable[Place], number: int, label: PanelWords) -> Place | None:
        """The first place clear of texts and contacts that leaves letters a place; else the one with least of these."""
        return self.ground.first_clear(places, number, label, lambda box: self.letters.n_displaced(box, number))

    def _is_crowded(self, place: Place, number: int) -> bool:
        """Whether a caption reads as one with a text of another panel, or stands just above or below its picture."""
        near_px, box = self.style.size_px, place.box
        heads = [box_of(rect) for each, rect in enumerate(self.layout.boxes) if each != number]
        return any(max(between_px(box, other)) < near_px for other in self.ground.beside(number)) or any(
            across == 0 and down < near_px for across, down in (between_px(box, other) for other in heads)
        )

    def _along_side(self, corner: Place, number: int) -> Iterator[Place]:
        """Places of a caption between its corner and the opposite one on the same side of its panel."""
        assert isinstance(corner.slot, CornerSlot)
        _, y, _, height = self.layout.panels[number].rect
        left, top, right, bottom = corner.box
        step = STEP * self.style.size_px * corner.slot.down
        for times in range(1, ceil(height / abs(step))):
            if y <= top + times * step and bottom + times * step <= y + height:
                slot = corner.slot.moved(times * step)
                yield Place(slot, (left, top + times * step, right, bottom + times * step))

    def _corners(self, number: int, style: CornerStyle | None = None) -> list[Place]:
        """A caption in the four corners of its panel, in the order in which they are preferred.

        In the lower corners the caption stands below the content, in the row of a letter that steps aside, where the
        caption then covers less of the head.
        """
        upper, lower = self.layout.corners[number]
        # The name and the caption differ in size.
        upper, style = replace(upper, size_px=lower.size_px), style or self.style
        facts = self.wording.facts(self.layout.panels[number])

        def place(slot: CornerSlot) -> Place:
            return Place(slot, box_around([text_box(*line) for line in style.texts(facts, slot)]))

        corners = [place(slot) for slot in (lower, lower.opposite, upper.opposite, upper)]
        if lower.content is None or lower.content + style.high_px > lower.y:
            return corners
        below = replace(lower, y=lower.content + style.high_px, content=None, edge_px=0.0)
        for corner, other in enumerate(map(place, (below, below.opposite))):
            if self._cost(other, number) < self._cost(corners[corner], number) - _LESS_HEAD:
                corners[corner] = other
        return corners

    def _cost_in_corners(self, numbers: Sequence[int], style: CornerStyle) -> float:
        """Sum of what captions of some panels cost in their own corners."""
        every = ([self._cost(place, number) for place in self._corners(number, style)] for number in numbers)
        return sum(min(costs[_chosen(costs, _LESS_HEAD)], 1.0) for costs in every)

    def _cost(self, place: Place, number: int) -> float:
        """Share of a caption over the head, 1 for each contact, and 1 for each letter; infinite where texts touch."""
        if self.ground.touches(place.box):
            return inf
        n_met = self.ground.n_contacts(place.box, number) + self.letters.n_displaced(place.box, number)
        aside = _ASIDE * self.letters.n_met(place.box, number)
        return n_met + min(0.99 * self.ground.head_share(place.box, number) + aside, 0.99)


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


def _own_order(places: Sequence[Place], costs: Sequence[float], common: int | None) -> list[int]:
    """Corners of a panel in the order of trial: clear ones first, and of these those at the common side."""

    def key(corner: int) -> tuple[bool, bool, float]:
        is_aside = common is not None and places[corner].slot.anchor != places[common].slot.anchor
        return costs[corner] >= 1, is_aside, costs[corner]

    return sorted(range(len(places)), key=key)
