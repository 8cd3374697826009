"""Names and captions of panels at the middle of edges, in the words of the second post."""

from __future__ import annotations

from collections.abc import Sequence

from corticast.core.geometry.layout import TextSlot
from corticast.core.text.corners import BETWEEN_FACTS
from corticast.core.text.metrics import fitting_px


def edge_title(title: str) -> str:
    """Name of a panel: the post says *Transversal* of an axial slice."""
    return "Transversal" if title == "Axial" else title


def edge_facts(facts: Sequence[str]) -> list[str]:
    """Facts about a panel, the number of the slice first: "Slice 73"."""
    ordered = sorted(facts, key=lambda fact: not fact.startswith("slice "))
    return [fact.replace("slice ", "Slice ", 1) if fact.startswith("slice ") else fact for fact in ordered]


def edge_caption(facts: Sequence[str]) -> str:
    """Facts about a panel as one line."""
    return BETWEEN_FACTS.join(edge_facts(facts))


def edge_px(widest: Sequence[tuple[str, TextSlot]]) -> float:
    """Size in which all lines fit.

    Parameters
    ----------
    widest : line of each panel with the widest numbers, and its room
    """
    return min((fitting_px(line, slot.room_px, slot.size_px) for line, slot in widest), default=1.0)
