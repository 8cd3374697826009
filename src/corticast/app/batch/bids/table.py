"""The results of a dataset's films, as a table with one row per film."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corticast.app.batch.films import FilmDone, FilmPlan
from corticast.core.timing import parse_fps
from corticast.errors import one_line
from corticast.io.dataset import FilmInputs

_HEADINGS = ("subject", "session", "task", "film", "frames", "seconds", "contacts", "status")
# Stands before the status where films are made of derivatives.
_DERIVED = "derivatives"


@dataclass(frozen=True)
class Row:
    """The result of one film.

    Parameters
    ----------
    plan, inputs : plan and inputs of the film
    facts : facts about the film; empty if it failed
    status : "ok", "kept", or the reason of a failure in one line
    """

    plan: FilmPlan
    inputs: FilmInputs
    facts: Mapping[str, Any]
    status: str

    @property
    def is_failed(self) -> bool:
        """Whether the film failed."""
        return not self.facts

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about the film, one line each."""
        return tuple(dict.fromkeys((*self.inputs.warnings, *self.facts.get("warnings", ()))))

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of the table."""
        entities, facts = self.inputs.entities, self.facts
        film = self.plan.film.name if facts else ""
        length = f"{facts['n_frames'] / float(parse_fps(facts['fps'])):.2f}" if facts else ""
        frames, contacts = (str(facts[name]) if facts else "" for name in ("n_frames", "n_contacts"))
        labels = (entities.get("sub", ""), entities.get("ses", ""), entities.get("task", ""))
        return (*labels, film, frames, length, contacts, self.status)

    @property
    def derived(self) -> str:
        """What of the film comes from derivatives."""
        kinds = {self.inputs.volume: "T1w", self.inputs.mask: "mask", self.inputs.electrodes: "electrodes"}
        return ", ".join(kinds[path] for path in self.inputs.derived or ())


def row_of(done: FilmDone, inputs: FilmInputs) -> Row:
    """The row of a film that was made or has failed."""
    if done.error is None:
        return Row(done.plan, inputs, done.facts, "ok")
    return Row(done.plan, inputs, {}, one_line(done.error))


def print_table(rows: Sequence[Row]) -> None:
    """Print the table of all films on standard output: ruled on a terminal, separated by tabs elsewhere."""
    headings: tuple[str, ...] = _HEADINGS
    table_of_cells = [row.cells for row in rows]
    if any(row.inputs.derived is not None for row in rows):
        headings = (*_HEADINGS[:-1], _DERIVED, _HEADINGS[-1])
        table_of_cells = [(*row.cells[:-1], row.derived or "none", row.cells[-1]) for row in rows]
    if not sys.stdout.isatty():
        sys.stdout.write("\n".join("\t".join(cells) for cells in (headings, *table_of_cells)) + "\n")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for heading in headings:
        table.add_column(heading, justify="right" if heading in ("frames", "seconds", "contacts") else "left")
    for row, cells in zip(rows, table_of_cells, strict=True):
        style = "red" if row.is_failed else "dim" if row.status == "kept" else ""
        table.add_row(*(Text(cell, style=style) for cell in cells))
    Console().print(table)
