"""Characters of a film's texts that its own font lacks, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corticast.core.model.groups import drawn_groups
from corticast.core.text.face import SIGNS, face_of
from corticast.film.words import caption_facts

if TYPE_CHECKING:
    from corticast.film.film import Film


def signs_of_built_in(film: Film) -> list[str]:
    """A line about characters that the font of a scene lacks, and that are drawn in the built-in one; or nothing."""
    scene = film.scene
    if scene.font is None:
        return []
    face = face_of(scene)
    lacking = [c for c in dict.fromkeys("".join(_texts(film))) if not c.isspace() and not face.has(c)]
    them = " ".join(lacking)
    return [f"--font {scene.font}: lacks {them}; the built-in font draws them"] if lacking else []


def _texts(film: Film) -> Iterator[str]:
    """Texts that a film may draw, and the signs of its labels."""
    scene, look = film.scene, film.look
    yield from (SIGNS, scene.title, scene.bar_title)
    yield from (fact.text for fact in caption_facts(film))
    if film.activity is not None:
        yield film.activity.unit
    if film.placed is not None:
        yield from drawn_groups(film.placed)
        yield from film.placed.table.names if scene.names is not None else ()
    if look is not None and look.colours is not None:
        yield from (look.colours.column.with_unit, *look.colours.words)
