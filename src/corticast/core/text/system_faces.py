"""Faces of the system, for characters that neither a font of one's own nor the built-in one has.

Each character has one face, whatever the other characters of a text: the same character looks the same in all pictures
of a machine. Upright sans-serif fonts of regular weight come first, by the names of their files. Fonts whose licence
keeps them out of documents are left out, so that a page looks like its picture.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from corticast.core.text.face import Face, is_embeddable
from corticast.core.text.font_faults import hearing_fonts

# Families that have many scripts, in the order in which they are asked.
_FAMILIES = ("notosans", "dejavusans", "segoeui", "arial", "pingfang", "hiragino", "msyh", "meiryo", "malgun", "leelaw")
# Words in names of files of fonts that labels do not want.
_UNWANTED = re.compile(
    r"bold|bd\b|italic|oblique|light|thin|black|heavy|medium|mono|code|serif|cond|narrow|display|math|symbol|emoji|"
    r"kufi|nasta|rashi|handw|script"
)
_REGULAR_WEIGHTS = range(350, 451)
_ITALIC = 1
_COLLECTION = b"ttcf"
# Size in which a font is tried.
_TRIED_PX = 32
# Collections of languages have about ten fonts.
_MOST_FONTS = 32


@dataclass(frozen=True)
class SystemFonts:
    """How fonts of the system are found and opened: core opens no files.

    Parameters
    ----------
    paths : gives the files of fonts
    opened : opens one of them as a stream; a stream that fails raises OSError or a CorticastError
    """

    paths: Callable[[], Iterable[Path]]
    opened: Callable[[Path], AbstractContextManager[BinaryIO]]


_sources: list[SystemFonts] = []


def take_system_fonts_from(source: SystemFonts) -> None:
    """Set how fonts of the system are found and opened."""
    _sources[:] = [source]


@dataclass(frozen=True)
class _Facts:
    """One font of a file.

    Parameters
    ----------
    face : without the content of the file
    edges : where its characters begin and end, in turn: the first one of a block, and the first one after the block
    is_regular : whether it is upright, of regular weight and of varying widths
    """

    face: Face
    edges: array[int]
    is_regular: bool

    def has(self, code: int) -> bool:
        return bisect_right(self.edges, code) % 2 == 1


@lru_cache(maxsize=4096)
def system_face(character: str) -> Face | None:
    """The face of the system that draws a character; None where no font of the system has it.

    A character that no font has reads the tables of every font once per process: about 0.5 s of CPU for 57 fonts.
    """
    code = ord(character)
    for regular in (True, False):
        for facts in _all_facts():
            if facts.is_regular == regular and facts.has(code) and (face := _with_content(facts.face)):
                return face
    return None


@lru_cache(maxsize=64)
def _with_content(face: Face) -> Face | None:
    """The face with the content of its file; None of a font that FreeType cannot draw with."""
    from PIL import ImageFont

    assert face.path is not None
    try:
        with _sources[-1].opened(face.path) as file:
            whole = replace(face, content=file.read())
        ImageFont.truetype(whole.file(strong=False), _TRIED_PX, index=face.index).getmask("Ag0", mode="L")
    except Exception:
        # Damaged fonts fail in many ways. Nobody has asked for this one.
        return None
    return whole


def _all_facts() -> Iterator[_Facts]:
    for path in _paths():
        yield from _facts_of(path)


@lru_cache(maxsize=1)
def _paths() -> tuple[Path, ...]:
    return tuple(sorted(_sources[-1].paths(), key=_rank)) if _sources else ()


def _rank(path: Path) -> tuple[int, int, str]:
    name = path.stem.lower().replace(" ", "").replace("_", "")
    family = next((place for place, each in enumerate(_FAMILIES) if name.startswith(each)), len(_FAMILIES))
    return len(_UNWANTED.findall(name)), family, str(path)


@lru_cache(maxsize=8192)
def _facts_of(path: Path) -> tuple[_Facts, ...]:
    """Fonts of a file that labels can be drawn with; none of a file that cannot be read."""
    try:
        with hearing_fonts(), _sources[-1].opened(path) as file:
            return tuple(filter(None, (_facts(path, file, index) for index in range(_n_fonts(file)))))
    except Exception:
        # Damaged fonts fail in many ways. Nobody has asked for this one.
        return ()


def _n_fonts(file: BinaryIO) -> int:
    head = file.read(12)
    file.seek(0)
    return min(int.from_bytes(head[8:12], "big"), _MOST_FONTS) if head[:4] == _COLLECTION else 1


def _facts(path: Path, file: BinaryIO, index: int) -> _Facts | None:
    from fontTools.ttLib import TTFont

    font = TTFont(file, fontNumber=index, lazy=True)
    uses = font["OS/2"]
    if not {"glyf", "CFF "} & set(font.keys()) or not is_embeddable(uses.fsType):
        return None
    codes = set(font.getBestCmap() or {})
    upright = not uses.fsSelection & _ITALIC and uses.usWeightClass in _REGULAR_WEIGHTS
    return _Facts(
        Face(path, index=index, family=str(font["name"].getBestFamilyName() or path.stem)),
        array("L", sorted(codes ^ {code + 1 for code in codes})),
        bool(upright and not font["post"].isFixedPitch),
    )
