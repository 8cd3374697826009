"""Characters of a film's texts that its font lacks, and who draws them, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from unicodedata import normalize

import numpy as np

from corticast.core.model.groups import drawn_groups
from corticast.core.model.subject_names import matching_rows
from corticast.core.text.face import BUILT_IN, SIGNS, Face, current_face, face_of, in_face
from corticast.core.text.units import face_for, needs_raqm
from corticast.film.words import caption_facts

if TYPE_CHECKING:
    from corticast.film.film import Film

_AS_BOXES = "drawn as empty boxes; install a font of this script, such as one of Noto Sans, or use other characters"
_APART = "letters stand apart that join: Pillow finds no libraqm here; install FriBidi (libfribidi0)"
# Characters of a text that a line names.
_MOST_NAMED = 12


def font_lines(film: Film) -> list[str]:
    """Lines about faults of a film's font, and about characters of its texts that another font draws, or none.

    With a font of one's own the lines are about all texts, otherwise about each option whose text has such characters.
    """
    scene = film.scene
    face = face_of(scene)
    with in_face(face):
        if scene.font is not None:
            whole = "".join(text for _, text in _texts(film))
            return [*face.warnings, *_lines(f"--font {scene.font}", whole)]
        return [line for option, text in _of_options(film) for line in _lines(option or "labels", text)]


def _of_options(film: Film) -> Iterator[tuple[str, str]]:
    """Characters of texts with the option that they come from, each character once; those of no option come last."""
    named: set[str] = set()
    for option, text in sorted(_texts(film), key=lambda each: not each[0]):
        if new := [c for c in dict.fromkeys(text) if not c.isascii() and c not in named]:
            named.update(new)
            yield option, "".join(new)


def _lines(subject: str, text: str) -> Iterator[str]:
    """Lines about a text in the face that holds now."""
    drawn: dict[Face | None, list[str]] = {}
    for character in dict.fromkeys(normalize("NFC", text)):
        if not character.isspace():
            drawn.setdefault(face_for(character), []).append(character)
    for other, characters in drawn.items():
        if other is None:
            yield f"{subject}: no font here has {_some(characters)}, {_AS_BOXES}"
        elif other != current_face():
            by = "the built-in font draws" if other == BUILT_IN else f"{other.family}, a font of the system, draws"
            yield f"{subject}: the font lacks {_some(characters)}; {by} them"
    if needs_raqm(text):
        yield f"{subject}: {_APART}"


def _some(characters: list[str]) -> str:
    more = len(characters) - _MOST_NAMED
    return " ".join(characters[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


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
        yield "--electrodes", "".join(drawn_groups(film.placed))
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
    drawn = placed.drawn
    if asked != "all":
        drawn = drawn & np.logical_or.reduce([matching_rows(placed.table, each) for each in asked])
    return tuple(placed.table.names[row] for row in np.flatnonzero(drawn))
