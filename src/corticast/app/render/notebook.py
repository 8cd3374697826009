"""How films look in a notebook."""

from __future__ import annotations

import base64
import html
import os
from pathlib import Path
from urllib.parse import quote

# Width in a notebook, in CSS pixels: two pixels of a film of 1920 stand for one, as fine screens show them.
NOTEBOOK_WIDTH = 960
# Larger films are linked, not copied into the notebook.
_MOST_EMBEDDED = 16 * 2**20

_PLAYED = {".mp4": "video/mp4", ".webm": "video/webm", ".gif": "image/gif"}


def film_html(path: Path, width: int, facts: str) -> str:
    """A film with a line of facts below it; without the film where browsers do not play it, or where it is gone.

    Parameters
    ----------
    width : of the film in pixels
    facts : text below the film
    """
    caption = f"<div>{html.escape(facts)}</div>"
    kind = _PLAYED.get(path.suffix.lower())
    if kind is None or not path.is_file():
        return caption
    source = html.escape(_source(path, kind))
    size = f'width="{min(width, NOTEBOOK_WIDTH)}"'
    if kind.startswith("image"):
        return f'<div><img src="{source}" {size}></div>{caption}'
    return f'<div><video controls loop src="{source}" {size}></video></div>{caption}'


def _source(path: Path, kind: str) -> str:
    """The film itself, as a data URL, or the path to it."""
    if path.stat().st_size > _MOST_EMBEDDED:
        return quote(os.path.relpath(path))
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
