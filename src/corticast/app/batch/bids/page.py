"""A page with all films of a dataset, from any runs. It needs only the files beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from corticast.app.batch.bids.plan import FILM_NAME, SHEET_NAME
from corticast.app.batch.order import sidecar_path
from corticast.core.flashes import Flashes
from corticast.film.scale_facts import scale_line
from corticast.io.whole_file import write_text

_STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1a1a1a;
  background: #fff }
section { border-top: 1px solid #ccc; padding: 1rem 0; display: grid; grid-template-columns: 2fr 3fr; gap: 1rem }
h2 { font-size: 1.1rem; margin: 0; grid-column: 1 / -1 }
img, video { width: 100%; height: auto; border-radius: 4px }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .5rem 0 }
dt { color: #666 } dd { margin: 0; overflow-wrap: anywhere }
.failed { color: #a40000; margin: 0; grid-column: 1 / -1; overflow-wrap: anywhere }
.note { color: #7a5200; margin: .3rem 0 }
.flashes { color: #7a5200; margin: 0; grid-column: 1 / -1; font-weight: 600 }
@media (max-width: 45rem) { section { grid-template-columns: 1fr } }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #161616 } section { border-color: #444 }
  dt { color: #999 } .failed { color: #ff8080 } .note, .flashes { color: #e0b060 } }
"""


def write_page(out: Path, failures: Mapping[str, str]) -> Path:
    """Write the page of a dataset of films.

    Parameters
    ----------
    out : folder of the dataset of films
    failures : reasons why this run has not made films, by the films' labels

    Returns
    -------
    path of the page
    """
    films = {path.name.removesuffix(FILM_NAME): path for path in out.glob(f"sub-*/**/*{FILM_NAME}")}
    found = {label: _facts_of(path) for label, path in films.items()}
    shown = {label: facts for label, facts in found.items() if facts is not None}
    title = str(json.loads((out / "dataset_description.json").read_text(encoding="utf-8"))["Name"])
    heading = f"{len(shown)} film" + "s" * (len(shown) != 1)
    if failures:
        links = ", ".join(f'<a href="#{quote(label)}">{escape(label)}</a>' for label in sorted(failures))
        heading += f"; failed: {links}"
    sections = [
        _section(out, label, films.get(label), shown.get(label), failures.get(label))
        for label in sorted({*shown, *failures})
    ]
    page = (
        f'<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{_STYLE}</style>\n<h1>{escape(title)}</h1>\n<p>{heading}</p>\n{''.join(sections)}</html>\n"
    )
    path = out / "index.html"
    write_text(path, page)
    return path


def _facts_of(film: Path) -> dict[str, Any] | None:
    """The content of the JSON file beside a film; None if the file is missing or not from corticast."""
    try:
        facts = json.loads(sidecar_path(film).read_text(encoding="utf-8"))
        return facts if {"Sources", "Warnings", "Rendering"} <= facts.keys() else None
    except (OSError, ValueError, AttributeError):
        return None


def _section(out: Path, label: str, film: Path | None, sidecar: Mapping[str, Any] | None, failure: str | None) -> str:
    heading = f'<h2 id="{escape(label)}">{escape(label)}</h2>'
    if failure is not None:
        heading += f'<p class="failed">{escape(failure)}</p>'
    if film is None or sidecar is None:
        return f"<section>{heading}</section>\n"
    if _is_exceeded(sidecar.get("Flashes")):
        heading += '<p class="flashes">This film flashes: announce flashing light.</p>'
    facts = sidecar["Rendering"]
    (width, height), seconds = facts["size"], facts["duration_s"]
    lines = {"film": f"{facts['n_frames']} frames, {seconds:.2f} s, {width}×{height}, {facts['n_bytes'] / 1e6:.1f} MB"}
    if facts["n_contacts"]:
        lines["contacts"] = f"{facts['n_contacts']}, {facts['n_contacts_near']} near a plane that is shown"
    if facts.get("ContactSizes"):
        lines["sizes"] = facts["ContactSizes"].partition(": ")[2]
    if facts.get("Planes"):
        lines["planes"] = facts["Planes"].partition(": ")[2]
    scale = scale_line(facts)
    if scale is not None:
        lines["scale"] = scale
    if "CommonScale" in sidecar:
        lines["shared with"] = ", ".join(name for name in sidecar["CommonScale"]["Films"] if name != label)
    if facts.get("Caption"):
        lines["lights"] = facts["Caption"]
    lines["made of"] = ", ".join(source.rpartition("/")[2] for source in sidecar["Sources"])
    if "Derivatives" in sidecar:
        lines["derivatives"] = ", ".join(source.rpartition("/")[2] for source in sidecar["Derivatives"]) or "none fits"
    lines["drawn on"] = facts["renderer"]
    about = "<dl>" + "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in lines.items()) + "</dl>"
    if sidecar.get("Methods"):
        about += f"<p>{escape(sidecar['Methods'])}</p>"
    about += "".join(f'<p class="note">{escape(text)}</p>' for text in (*sidecar["Warnings"], *facts["warnings"]))
    video = f'<video controls preload="metadata" width="{width}" height="{height}" src="{_link(out, film)}"></video>'
    left, right = about, video
    sheet = film.with_name(label + SHEET_NAME)
    if sheet.is_file():
        link = _link(out, sheet)
        left = f'<a href="{link}"><img src="{link}" loading="lazy" alt="Slices of {escape(label)}"></a>'
        right = video + about
    return f"<section>{heading}<div>{left}</div><div>{right}</div></section>\n"


def _is_exceeded(flashes: Mapping[str, Any] | None) -> bool:
    """Whether a film's flashes exceed a reading."""
    return flashes is not None and Flashes.of_json(flashes).exceeded


def _link(out: Path, path: Path) -> str:
    return quote(Path(os.path.relpath(path, out)).as_posix())
