"""What came of the films of a dataset: a row for each, as a table and as a page."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from corticast.app.films import FilmDone, FilmPlan
from corticast.app.tasks import write_text
from corticast.core.timing import parse_fps
from corticast.io.dataset import FilmInputs

_HEADINGS = ("subject", "session", "task", "film", "frames", "seconds", "contacts", "status")

_STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1a1a1a;
  background: #fff }
section { border-top: 1px solid #ccc; padding: 1rem 0; display: grid; grid-template-columns: 2fr 3fr; gap: 1rem }
h2 { font-size: 1.1rem; margin: 0; grid-column: 1 / -1 }
img, video { width: 100%; background: #000; border-radius: 4px }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .5rem 0 }
dt { color: #666 } dd { margin: 0; overflow-wrap: anywhere }
.failed { color: #a40000 } .note { color: #7a5200 }
@media (max-width: 45rem) { section { grid-template-columns: 1fr } }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #161616 } section { border-color: #444 }
  dt { color: #999 } .failed { color: #ff8080 } .note { color: #e0b060 } }
"""


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
        """What a person should know of it."""
        return (*self.inputs.warnings, *self.facts.get("warnings", ()))

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
    status = " ".join(str(done.error).split()) or type(done.error).__name__
    return Row(done.plan, inputs, {}, status)


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


def write_page(out: Path, title: str, rows: Sequence[Row]) -> Path:
    """One page of all films: needs nothing but the films and sheets beside it.

    Returns
    -------
    path of the page
    """
    n_failed = sum(row.is_failed for row in rows)
    heading = f"{len(rows) - n_failed} films" + (f", {n_failed} failed" if n_failed else "")
    page = (
        f'<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{_STYLE}</style>\n<h1>{escape(title)}</h1>\n<p>{heading}</p>\n"
        + "".join(_section(out, row) for row in rows)
        + "</html>\n"
    )
    path = out / "index.html"
    write_text(path, page)
    return path


def _section(out: Path, row: Row) -> str:
    lines = [f"<h2>{escape(row.plan.label)}</h2>"]
    if row.is_failed:
        lines.append(f'<p class="failed">{escape(row.status)}</p>')
        return f"<section>{''.join(lines)}</section>\n"
    width, height = row.facts["size"]
    sheet = row.plan.sheet
    shown = ""
    if sheet is not None and sheet.is_file():
        link = _link(out, sheet)
        shown = f'<a href="{link}"><img src="{link}" loading="lazy" alt="Slices of {escape(row.plan.label)}"></a>'
    facts = {
        "film": f"{row.cells[4]} frames, {row.cells[5]} s, {width}×{height}, {row.facts['n_bytes'] / 1e6:.1f} MB",
        "contacts": f"{row.facts['n_contacts']}, {row.facts['n_contacts_near']} near a plane that is shown",
        "of": ", ".join(path.name for path in row.inputs.sources),
        "drawn on": row.facts["renderer"],
    }
    told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
    notes = "".join(f'<p class="note">{escape(text)}</p>' for text in row.warnings)
    about = f"<dl>{told}</dl>{notes}"
    video = (
        f'<video controls preload="none" width="{width}" height="{height}" src="{_link(out, row.plan.film)}"></video>'
    )
    left, right = (shown, video + about) if shown else (about, video)
    return f"<section>{''.join(lines)}<div>{left}</div><div>{right}</div></section>\n"


def _link(out: Path, path: Path) -> str:
    return quote(Path(os.path.relpath(path, out)).as_posix())
