"""Lines of text in the corners of panels: one size and one way of breaking lines for all panels and frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corticast.core.geometry.layout import CornerSlot, TextSlot
from corticast.core.text.metrics import fitting_px, shortened

BETWEEN_FACTS = "  ·  "
# From line to line, and from the edge to the middle of the first one, in sizes of the text.
_STEP, _FIRST = 1.25, 0.7
# Facts stand side by side where they take no more than this share of the room, so that they keep apart from the letter.
_ONE_LINE = 0.85
# Share of the height that is kept for a letter from which on the letter stands beyond the content.
_LETTER_SHARE = 0.85
# Lines that break in every way and have no room become smaller, down to this share in the first way that has room.
_LEAST_SHARE, _LEAST_NAME = 0.8, 0.62


@dataclass(frozen=True)
class CornerStyle:
    """How texts stand in the corners.

    Parameters
    ----------
    size_px : of the font
    is_one_line : whether facts stand side by side; else one above the other
    spans : whether lines may take the whole width, beyond the height of the letter
    n_lines : of the text with most lines; all texts leave room for as many
    """

    size_px: float
    is_one_line: bool
    spans: bool
    n_lines: int = 1

    @property
    def high_px(self) -> float:
        """Height of the lines with the room around them."""
        return (2 * _FIRST + (self.n_lines - 1) * _STEP) * self.size_px

    def texts(self, facts: Sequence[str], slot: CornerSlot, *, strong: bool = False) -> list[tuple[str, TextSlot]]:
        """Lines of facts with their places, from the top."""
        lines = _lines(facts, self.is_one_line)
        start, away = self._start(slot)
        room_px = _room_px(slot, self.spans)
        placed = []
        for number, line in enumerate(lines):
            # Lines of the lower corner grow upwards.
            place = number if slot.down > 0 else len(lines) - 1 - number
            y = start + slot.down * (away + place * _STEP * self.size_px)
            text = shortened(line, room_px, self.size_px, strong=strong)
            placed.append((text, TextSlot(slot.x, y, slot.anchor, self.size_px, room_px)))
        return placed

    def _start(self, slot: CornerSlot) -> tuple[float, float]:
        """Row that lines are counted from, and from there to the middle of the first one."""
        first_px = _FIRST * self.size_px
        letter_px = slot.edge_px if self.spans else 0.0
        if slot.content is not None:
            beyond_px = min(letter_px, slot.beyond_px)
            outer = slot.content - slot.down * (beyond_px + self.high_px)
            if (outer - slot.y) * slot.down >= 0:
                return outer, first_px
            # Beside a letter beyond the content, lines that span stand within the content.
            if self.spans and beyond_px >= _LETTER_SHARE * letter_px:
                return slot.content, first_px
        return slot.y, letter_px + first_px


def corner_style(widest: Sequence[tuple[Sequence[str], CornerSlot]], *, strong: bool = False) -> CornerStyle:
    """The style in which the widest facts of all panels have room. Names, which are strong, become smaller than facts.

    Parameters
    ----------
    widest : facts of each panel with the widest numbers, and their room
    """
    most = max((len(facts) for facts, _ in widest), default=1)
    narrow, wide = (
        [
            CornerStyle(_size_px(widest, one, spans, strong=strong), one, spans, 1 if one else max(most, 1))
            for one in (True, False)
        ]
        for spans in (False, True)
    )
    full_px = max((slot.size_px for _, slot in widest), default=1.0)
    least_px = max((slot.least_px for _, slot in widest), default=1.0)
    small_px = max((_LEAST_NAME if strong else _LEAST_SHARE) * full_px, least_px)
    # Beside the letter, in the very corner, lies less of the head than above it.
    tried = [(narrow, full_px), (narrow, small_px), (wide, full_px), (wide, small_px), (narrow + wide, least_px)]
    for styles, limit_px in tried:
        for style in styles:
            if style.size_px >= limit_px:
                return style
    return max(narrow + wide, key=lambda style: style.size_px)


def styles_beside_letters(widest: Sequence[tuple[Sequence[str], CornerSlot]], least_share: float) -> list[CornerStyle]:
    """Styles whose lines stand beside the letters, in the very corners, in one line or one above the other.

    Parameters
    ----------
    widest : facts of each panel with the widest numbers, and their room
    least_share : of the full size, that the lines have at least
    """
    most = max((len(facts) for facts, _ in widest), default=1)
    full_px, least_px = (max(getattr(slot, name) for _, slot in widest) for name in ("size_px", "least_px"))
    found = [
        CornerStyle(_size_px(widest, one, False, strong=False), one, False, 1 if one else most) for one in (True, False)
    ]
    return [style for style in found if style.size_px >= max(least_share * full_px, least_px)]


def _size_px(
    widest: Sequence[tuple[Sequence[str], CornerSlot]], is_one_line: bool, spans: bool, *, strong: bool
) -> float:
    """Size in which all lines fit."""
    sizes = []
    for facts, slot in widest:
        lines, share = _lines(facts, is_one_line), _ONE_LINE if is_one_line and len(facts) > 1 else 1.0
        sizes += [fitting_px(line, share * _room_px(slot, spans), slot.size_px, strong=strong) for line in lines]
        high_px = slot.high_px - (slot.edge_px if spans else 0.0)
        sizes.append(max(high_px / (2 * _FIRST + (len(lines) - 1) * _STEP), 1.0))
    return min(sizes, default=1.0)


def _lines(facts: Sequence[str], is_one_line: bool) -> list[str]:
    return [BETWEEN_FACTS.join(facts)] if is_one_line and facts else list(facts)


def _room_px(slot: CornerSlot, spans: bool) -> float:
    return slot.whole_px if spans else slot.half_px
