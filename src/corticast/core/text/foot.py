"""The line at a frame's foot that says what the lights are: facts, and as many of them as have room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corticast.core.text.metrics import filled_lines, shortened, text_width_px

BETWEEN_FACTS = " · "


@dataclass(frozen=True)
class Fact:
    """A fact about the lights.

    Parameters
    ----------
    text : whole
    short : where the whole has no room; "" without a shorter one
    rank : 0 for the fact that always stays; facts of the highest rank leave first
    """

    text: str
    short: str = ""
    rank: int = 0


def facts_of_text(text: str) -> tuple[Fact, ...]:
    """Facts of a text that a caller wrote: its parts between " · ". The last ones leave first."""
    parts = (" ".join(part.split()) for part in text.split(BETWEEN_FACTS))
    return tuple(Fact(part, rank=rank) for rank, part in enumerate(part for part in parts if part))


def one_line(facts: Iterable[Fact]) -> str:
    """All facts, whole."""
    return BETWEEN_FACTS.join(fact.text for fact in facts)


def foot_lines(facts: Sequence[Fact], room_px: float, size_px: float, n_lines: int) -> list[str]:
    """Lines of facts that fit, from the top.

    A line breaks between facts. Where the facts have no room, the least important one becomes short, and the next one;
    then the least important one is left out. Words are never cut, unless one alone has no room.

    Parameters
    ----------
    room_px : width of a line
    size_px : of the font
    n_lines : lines that have room
    """
    for some in _ever_shorter(tuple(facts)):
        lines = filled_lines([fact.text for fact in some], BETWEEN_FACTS, room_px, size_px)
        if len(lines) <= n_lines and all(text_width_px(line, size_px) <= room_px for line in lines):
            return lines
    # The first fact alone has no room: its lines break between words.
    lines = filled_lines(min(facts, key=lambda fact: fact.rank).text.split(), " ", room_px, size_px)
    whole = [shortened(line, room_px, size_px) for line in lines[:n_lines]]
    return whole if len(lines) <= n_lines else [*whole[:-1], _ended(whole[-1], room_px, size_px)]


def _ever_shorter(facts: tuple[Fact, ...]) -> Iterable[tuple[Fact, ...]]:
    """The facts, then ever less of them, down to the one of rank 0."""
    yield facts
    by_rank = sorted((fact for fact in facts), key=lambda fact: -fact.rank)
    for long in by_rank:
        if long.short:
            facts = tuple(replace(fact, text=fact.short, short="") if fact is long else fact for fact in facts)
            yield facts
    while len(facts) > 1:
        last = max(facts, key=lambda fact: fact.rank)
        facts = tuple(fact for fact in facts if fact is not last)
        yield facts


def _ended(line: str, room_px: float, size_px: float) -> str:
    """A line that ends in "…", with as many of its words as fit."""
    words = line.removesuffix("…").split()
    while len(words) > 1 and text_width_px(" ".join(words) + " …", size_px) > room_px:
        words.pop()
    return shortened(" ".join(words) + " …", room_px, size_px)
