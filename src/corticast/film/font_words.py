"""Characters of a film's texts that its fonts lack, in words."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np

from corticast.core.model.groups import drawn_groups
from corticast.core.text.face import SIGNS, face_of, in_face
from corticast.core.text.metrics import missing_characters
from corticast.film.words import caption_facts

if TYPE_CHECKING:
    from corticast.film.film import Film

_AS_BOXES = "drawn as empty boxes; use other characters"


def lacking_characters(film: Film) -> list[str]:
    """Lines about faults of a film's font, and about characters of its texts that the font lacks.

    With a font of one's own, one line names those that the built-in font draws, and one those that neither has.
    Otherwise each option whose text has such characters gets a line.
    """
    scene = film.scene
    face = face_of(scene)
    texts = list(_texts(film))
    with in_face(face):
        if scene.font is None:
            found = {option: missing_characters(text) for option, text in texts if option and not text.isascii()}
            return [f"{option}: the font lacks {' '.join(c)}, {_AS_BOXES}" for option, c in found.items() if c]
        whole = "".join(text for _, text in texts)
        neither = missing_characters(whole)
    others = [c for c in dict.fromkeys(whole) if not c.isspace() and not face.has(c) and c not in neither]
    lines = [f"--font {scene.font}: lacks {' '.join(others)}; the built-in font draws them"] if others else []
    if neither:
        lines.append(f"--font {scene.font}: it and the built-in font lack {' '.join(neither)}, {_AS_BOXES}")
    return [*face.warnings, *lines]


def _texts(film: Film) -> Iterator[tuple[str, str]]:
    """Texts that a film may draw, and the signs of its labels, each with the option that it comes from, or ""."""
    scene, look, labels = film.scene, film.look, film.scene.shown_labels
    yield "", SIGNS
    if labels:
        yield "--caption", scene.caption
        yield "", "".join(fact.text for fact in caption_facts(film))
    if "title" in labels:
        yield "--title", scene.title
    if scene.names is not None:
        yield "--names", "".join(_names(film))
    if film.placed is not None:
        yield "", "".join(drawn_groups(film.placed))
    if "colorbar" not in labels:
        return
    yield "--bar-title", scene.bar_title
    if film.activity is not None:
        yield "--activity", film.activity.unit
    if look is not None and look.colours is not None:
        yield "--color-by", "".join((look.colours.column.with_unit, *look.colours.words))


def _names(film: Film) -> tuple[str, ...]:
    """Names that are asked for beside contacts."""
    placed, asked = film.placed, film.scene.names
    if placed is None or asked is None:
        return ()
    if asked == "group":
        return drawn_groups(placed)
    names = tuple(placed.table.names[row] for row in np.flatnonzero(placed.drawn))
    return names if asked == "all" else tuple(n for n in names if any(fnmatchcase(n, each) for each in asked))
