"""Parts of a text that are drawn as one: most characters by themselves, joined letters together.

::

    text ──(order of reading)──> runs of one direction ──(faces, scripts)──> units, from left to right

Letters that join, that carry marks, or that run from right to left are shaped by libraqm, which Pillow has in most
places. Without libraqm they are drawn one by one, and `needs_raqm` is true for texts that suffer.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Literal, NamedTuple
from unicodedata import bidirectional, category, normalize

from corticast.core.text.bidi import direction_runs
from corticast.core.text.face import BUILT_IN, Face, current_face
from corticast.core.text.fonts import built_in_has, has_raqm
from corticast.core.text.system_faces import system_face

# Blocks of scripts whose letters join, change places or run from right to left: Hebrew to Myanmar, Hangul letters,
# Khmer to Vedic signs, Phags-pa to Meetei Mayek, forms for presentation, and the right-to-left area of plane 1.
_SHAPED = (
    *((0x0590, 0x109F), (0x1100, 0x11FF), (0x1780, 0x18AF), (0x1900, 0x1CFF), (0xA840, 0xABFF)),
    *((0xFB1D, 0xFDFF), (0xFE70, 0xFEFF), (0x10800, 0x110FF), (0x1E800, 0x1EFFF)),
)
# Letters of these scripts join: drawn one by one they are hard to read.
_JOINING = ((0x0600, 0x07BF), (0x0840, 0x0DFF), (0x0F00, 0x109F), (0x1780, 0x18AF))
_MIRRORED = dict(zip("()[]{}<>«»", ")(][}{><»«", strict=True))

Direction = Literal["ltr", "rtl"]


class Unit(NamedTuple):
    """A part of a text that is drawn as one.

    Parameters
    ----------
    text : its characters, in the order of reading
    face : in which the text is drawn
    direction : in which the text is shaped; None for a character by itself
    """

    text: str
    face: Face
    direction: Direction | None = None

    @property
    def visual(self) -> str:
        """Its characters from left to right, marks before their letters where the text runs to the left."""
        return self.text[::-1] if self.direction == "rtl" else self.text


def face_for(character: str) -> Face | None:
    """The face that draws a character: the one that holds now, the built-in one, or one of the system; None: none."""
    face = current_face()
    if face.path is not None and face.has(character):
        return face
    return BUILT_IN if built_in_has(character) else system_face(character)


def needs_raqm(text: str) -> bool:
    """Whether letters of a text join, and nothing here joins them."""
    return any(_is_within(c, _JOINING) for c in text) and not has_raqm()


def units_of(text: str) -> tuple[Unit, ...]:
    """Units of a line of text in the face that holds now, from left to right."""
    return _units_of(current_face(), text)


@lru_cache(maxsize=2048)
def _units_of(face: Face, text: str) -> tuple[Unit, ...]:
    assert face == current_face(), "texts are divided for another face"
    if text.isascii():
        return tuple(map(_single, text))
    # A label is one line: ends of paragraphs are blanks.
    line = "".join(" " if bidirectional(c) == "B" else c for c in normalize("NFC", text))
    return tuple(unit for run, is_rtl in direction_runs(line) for unit in _units_of_run(run, is_rtl))


def _single(character: str) -> Unit:
    return Unit(character, face_for(character) or BUILT_IN)


def _units_of_run(run: str, is_rtl: bool) -> Iterator[Unit]:
    parts = list(_parts(run, is_rtl))
    for part, face, is_shaped in reversed(parts) if is_rtl else parts:
        if is_shaped and has_raqm():
            yield Unit(part, face, "rtl" if is_rtl else "ltr")
        elif is_rtl:
            yield from (Unit(_MIRRORED.get(c, c), face) for cluster in reversed(_clusters(part)) for c in cluster)
        else:
            yield from (Unit(c, face) for c in part)


def _parts(run: str, is_rtl: bool) -> Iterator[tuple[str, Face, bool]]:
    """Parts of a run that one face draws, and whether they are shaped together."""
    # Words are shaped by themselves: a whole title could be wider than an atlas of glyphs.
    kinds = ((each, _face_of(each), is_rtl or _is_shaped(each), each.isspace()) for each in _clusters(run))
    for (face, is_shaped, _), some in groupby(kinds, lambda each: each[1:]):
        yield "".join(cluster for cluster, *_ in some), face, is_shaped


def _face_of(cluster: str) -> Face:
    """The face of a character with its marks: that of a mark that only a font of the system has, else the first."""
    faces = [face_for(c) or BUILT_IN for c in cluster]
    return next((face for face in faces if face not in (current_face(), BUILT_IN)), faces[0])


def _clusters(text: str) -> list[str]:
    """Characters, each with the marks that belong to it."""
    clusters: list[str] = []
    for character in text:
        if clusters and (category(character).startswith("M") or character in "\u200c\u200d"):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _is_shaped(cluster: str) -> bool:
    return len(cluster) > 1 or _is_within(cluster, _SHAPED)


def _is_within(character: str, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for first, last in blocks)
