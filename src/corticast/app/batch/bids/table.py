"""What came of the films of a dataset: a row for each, as a table."""

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


@dataclass(frozen=True)
class Row:
    """What came of one film.

    Parameters
    ----------
    plan, inputs : of the film
    facts : what was told of it, empty if it failed
    status : "ok", "kept", or why it failed in one line
    """

    plan: FilmPlan
    inputs: FilmInputs
    facts: Mapping[str, Any]
    status: str

    @property
    def is_failed(self) -> bool:
        """Whether there is no film."""
        return not self.facts

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know of the film."""
        return tuple(dict.fromkeys((*self.inputs.warnings, *self.facts.get("warnings", ()))))

    @property
    def cells(self) -> tuple[str, ...]:
        """As the table has them."""
        entities, facts = self.inputs.entities, self.facts
        film = self.plan.film.name if facts else ""
        length = f"{facts['n_frames'] / float(parse_fps(facts['fps'])):.2f}" if facts else ""
        frames, contacts = (str(facts[name]) if facts else "" for name in ("n_frames", "n_contacts"))
        labels = (entities.get("sub", ""), entities.get("ses", ""), entities.get("task", ""))
        return (*labels, film, frames, length, contacts, self.status)


def row_of(done: FilmDone, inputs: FilmInputs) -> Row:
    """The row of a film that was made, or was not."""
    if done.error is None:
        return Row(done.plan, inputs, done.facts, "ok")
    return Row(done.plan, inputs, {}, one_line(done.error))


def print_table(rows: Sequence[Row]) -> None:
    """The table of all films on standard output: ruled on a terminal, columns apart by tabs elsewhere."""
    if not sys.stdout.isatty():
        sys.stdout.write("\n".join("\t".join(cells) for cells in (_HEADINGS, *(row.cells for row in rows))) + "\n")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for heading in _HEADINGS:
        table.add_column(heading, justify="right" if heading in ("frames", "seconds", "contacts") else "left")
    for row in rows:
        style = "red" if row.is_failed else "dim" if row.status == "kept" else ""
        table.add_row(*(Text(cell, style=style) for cell in row.cells))
    Console().print(table)
