"""The lines at a frame's foot that say what the lights are: facts, and as many of them as have room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from corticast.core.geometry.foot_room import lines_in
from corticast.core.geometry.layout import FootRoom
from corticast.core.text.metrics import filled_lines, shortened, text_width_px

BETWEEN_FACTS = " · "
# Sizes that are tried, from the full one down, in percent of it.
_PERCENTS = range(100, 0, -5)
# Widths that are tried for lines of about the same length, in percent of the room.
_EVEN_PERCENTS = range(40, 100, 5)


@dataclass(frozen=True)
class Fact:
    """A fact about the lights.

    Parameters
    ----------
    text : whole
    short : the same in fewer words, where the whole has no room; "" without a shorter one
    rank : 0 for the fact that always stays; facts of the highest rank leave first
    """

    text: str
    short: str = ""
    rank: int = 0


@dataclass(frozen=True)
class FootText:
    """Lines that have room.

    Parameters
    ----------
    lines : from the top
    size_px : of the font
    left_out : facts that have no room, whole
    """

    lines: tuple[str, ...]
    size_px: float
    left_out: tuple[str, ...] = ()


# A fact with the words that are drawn for it.
_Drawn = tuple[Fact, str]


def facts_of_text(text: str) -> tuple[Fact, ...]:
    """Facts of a text that a caller wrote: its parts between " · ". The last ones leave first."""
    parts = (" ".join(part.split()) for part in text.split(BETWEEN_FACTS))
    return tuple(Fact(part, rank=rank) for rank, part in enumerate(part for part in parts if part))


def one_line(facts: Iterable[Fact]) -> str:
    """All facts, whole."""
    return BETWEEN_FACTS.join(fact.text for fact in facts)


def foot_text(facts: Sequence[Fact], room: FootRoom) -> FootText:
    """Lines of facts that fit.

    The text becomes smaller, and a line may break within a fact, before a fact becomes short, the least important one
    first. A fact is left out only where the short ones have no room. Words are never cut, unless one alone has no room.
    """
    for drawn in _ever_shorter(tuple(facts)):
        words = [words for _, words in drawn]
        for filled, size_px in product((_lines_of_facts, _lines_of_words), _sizes_px(room)):
            lines = filled(words, room.width_px, size_px)
            if _fits(lines, room, size_px):
                even = (filled(words, percent / 100 * room.width_px, size_px) for percent in _EVEN_PERCENTS)
                lines = next((some for some in even if _is_even(some, lines, room, size_px)), lines)
                kept = {fact for fact, _ in drawn}
                return FootText(tuple(lines), size_px, tuple(fact.text for fact in facts if fact not in kept))
    return _cut(facts, room)


def _sizes_px(room: FootRoom) -> Iterator[float]:
    for percent in _PERCENTS:
        size_px = percent / 100 * room.size_px
        if percent == max(_PERCENTS) or size_px >= room.least_px:
            yield size_px


def _fits(lines: Sequence[str], room: FootRoom, size_px: float) -> bool:
    has_room = len(lines) <= lines_in(room, size_px)
    return has_room and all(text_width_px(line, size_px) <= room.width_px for line in lines)


def _is_even(some: Sequence[str], lines: Sequence[str], room: FootRoom, size_px: float) -> bool:
    """Whether narrower lines are as many."""
    return len(some) == len(lines) and _fits(some, room, size_px)


def _lines_of_facts(facts: Sequence[str], room_px: float, size_px: float) -> list[str]:
    """Lines that break between facts."""
    return filled_lines(facts, BETWEEN_FACTS, room_px, size_px)


def _lines_of_words(facts: Sequence[str], room_px: float, size_px: float) -> list[str]:
    """Lines that break between words. A dot between two facts stands neither first nor last on a line."""
    words = [
        f"{BETWEEN_FACTS.lstrip()}{word}" if number and not place else word
        for number, fact in enumerate(facts)
        for place, word in enumerate(fact.split())
    ]
    return [line.removeprefix(BETWEEN_FACTS.lstrip()) for line in filled_lines(words, " ", room_px, size_px)]


def _ever_shorter(facts: tuple[Fact, ...]) -> Iterator[tuple[_Drawn, ...]]:
    """The facts, then ever less of them, down to the one of rank 0."""
    drawn: tuple[_Drawn, ...] = tuple((fact, fact.text) for fact in facts)
    yield drawn
    for least in sorted(facts, key=_rank, reverse=True):
        if least.short:
            drawn = tuple((fact, fact.short if fact is least else words) for fact, words in drawn)
            yield drawn
    while len(drawn) > 1:
        last = max(drawn, key=lambda each: each[0].rank)
        drawn = tuple(each for each in drawn if each is not last)
        yield drawn


def _cut(facts: Sequence[Fact], room: FootRoom) -> FootText:
    """Lines of the first fact alone, in the smallest size, whose last words are cut."""
    size_px = min(_sizes_px(room))
    lines = filled_lines(min(facts, key=_rank).text.split(), " ", room.width_px, size_px)
    n_lines = lines_in(room, size_px)
    whole = [shortened(line, room.width_px, size_px) for line in lines[:n_lines]]
    kept = whole if len(lines) <= n_lines else [*whole[:-1], _ended(whole[-1], room.width_px, size_px)]
    return FootText(tuple(kept), size_px, tuple(fact.text for fact in facts))


def _rank(fact: Fact) -> int:
    return fact.rank


def _ended(line: str, room_px: float, size_px: float) -> str:
    """A line that ends in "…", with as many of its words as fit."""
    words = line.removesuffix("…").split()
    while len(words) > 1 and text_width_px(" ".join(words) + " …", size_px) > room_px:
        words.pop()
    return shortened(" ".join(words) + " …", room_px, size_px)
