"""What columns show on contacts, in words: for the caption, the summary, the sidecar and the methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from corticast.core.geometry.seen_as import contact_theme
from corticast.core.model.column_look import ColumnColours, magnitude, size_title
from corticast.core.model.columns import Column
from corticast.core.model.scene import shows_groups
from corticast.core.model.types import BoolArray
from corticast.core.text.foot import Fact
from corticast.core.text.numbers import number
from corticast.film.in_view import counted, faint_facts

if TYPE_CHECKING:
    from corticast.film.film import Film

# Facts that leave first where the foot has no room, from the last one on.
_SIZE, _THRESHOLD, _MISSING, _N, _FAINT = range(1, 6)


def column_captions(film: Film) -> tuple[Fact, ...]:
    """Facts of the caption about columns, or about groups where no column is shown."""
    look, placed = film.look, film.placed
    if placed is None:
        return ()
    if look is None:
        return _group_facts(film, placed.drawn) if shows_groups(film.scene) else ()
    facts = []
    if look.colours is not None:
        column = look.colours.column
        facts.append(Fact(f"colour: {film.scene.bar_title or column.with_unit}"))
        facts += _threshold(look.colours, placed.drawn)
    if look.sizes is not None:
        rank = _SIZE if facts else 0
        facts.append(Fact(f"size: {size_title(look.sizes)}", rank=rank))
    n_missing = int((look.missing & placed.drawn).sum())
    if n_missing:
        facts.append(Fact(f"hollow: {n_missing} without a value", rank=_MISSING))
    shown = placed.drawn & ~look.missing
    facts.append(Fact(f"n = {counted(film, shown)}", rank=_N))
    return (*facts, *faint_facts(film, shown, _FAINT))


def _group_facts(film: Film, drawn: BoolArray) -> tuple[Fact, ...]:
    number_of = Fact(f"n = {counted(film, drawn)}", rank=_N)
    return Fact("colour: group"), number_of, *faint_facts(film, drawn, _FAINT)


def _threshold(colours: ColumnColours, drawn: BoolArray) -> list[Fact]:
    if colours.threshold is None:
        return []
    name = magnitude(colours.column.title, signed=colours.signed)
    n_hidden = int((colours.hidden & drawn).sum())
    return [Fact(f"grey: {n_hidden} with {name} < {number(colours.threshold)}", rank=_THRESHOLD)]


def column_facts(film: Film) -> dict[str, Any]:
    """What columns show, as JSON holds it.

    Returns
    -------
    "Columns" with "Colour" and "Size", each with "Column", "Unit", "Source" and counts of drawn contacts; empty where
    no column is shown
    """
    look, placed = film.look, film.placed
    if look is None or placed is None:
        return {}
    found: dict[str, Any] = {}
    if look.colours is not None:
        found["Colour"] = _colour_facts(film, look.colours, placed.drawn)
    if look.sizes is not None:
        sizes = look.sizes
        found["Size"] = {
            **_origin(sizes.column),
            "Missing": int((sizes.missing & placed.drawn).sum()),
            "Largest": sizes.largest,
            "Signed": sizes.signed,
        }
    return {"Columns": found}


def _colour_facts(film: Film, colours: ColumnColours, drawn: BoolArray) -> dict[str, Any]:
    facts = {**_origin(colours.column), "Missing": int((colours.missing & drawn).sum())}
    if colours.counts:
        # `subject_facts` has the contacts of each subject.
        return facts
    if colours.words:
        cells = np.array(colours.column.cells)[drawn]
        return facts | {"Words": {word: int((cells == word).sum()) for word in colours.words}}
    facts |= {"Range": [colours.low, colours.high], "Signed": colours.signed, "ColourMap": column_map(film)}
    if colours.threshold is not None:
        facts |= {"Threshold": colours.threshold, "Below": int((colours.hidden & drawn).sum())}
    return facts


def _origin(column: Column) -> dict[str, str]:
    return {"Column": column.title, "Unit": column.unit, "Source": column.source.rpartition("/")[2]}


def column_map(film: Film) -> str:
    """Name of the colour map of a column's values."""
    signed = film.look is not None and film.look.colours is not None and film.look.colours.signed
    return film.scene.contact_map or contact_theme(film.scene, film.placed).activity_map(signed=signed)


def column_lines(facts: Mapping[str, Any]) -> list[str]:
    """Lines for a summary, by `column_facts`; none where no column is shown."""
    columns = facts.get("Columns", {})
    return [
        *([_colour_line(columns["Colour"])] if "Colour" in columns else []),
        *([_size_line(columns["Size"])] if "Size" in columns else []),
    ]


def _colour_line(facts: Mapping[str, Any]) -> str:
    parts = [f"colour by {_named(facts)}"]
    if "Words" in facts:
        parts.append(", ".join(f"{word} {n}" for word, n in facts["Words"].items()))
    if "Range" in facts:
        low, high = facts["Range"]
        parts.append(f"{number(low)} to {number(high)} on {facts['ColourMap']}")
    if "Threshold" in facts:
        name = magnitude(facts["Column"], signed=facts["Signed"])
        parts.append(f"{facts['Below']} with {name} below {number(facts['Threshold'])} are small and grey")
    return ", ".join([*parts, *_missing_part(facts)])


def _size_line(facts: Mapping[str, Any]) -> str:
    name = magnitude(facts["Column"], signed=facts["Signed"])
    parts = [f"size by {_named(facts)}", f"{name} from 0 to {number(facts['Largest'])}"]
    return ", ".join([*parts, *_missing_part(facts)])


def _named(facts: Mapping[str, Any]) -> str:
    unit = f" ({facts['Unit']})" if facts["Unit"] else ""
    return f"{facts['Column']}{unit} of {facts['Source']}"


def _missing_part(facts: Mapping[str, Any]) -> list[str]:
    return [f"{facts['Missing']} without a value are hollow"] if facts["Missing"] else []


def column_methods(film: Film) -> list[str]:
    """Sentences for a paper's methods; none where no column is shown."""
    return [f"{line[:1].upper()}{line[1:]}." for line in column_lines(column_facts(film))]
