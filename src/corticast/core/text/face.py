"""Faces of texts: the built-in one, and that of a font file of one's own.

A face holds while the texts of one picture are measured and drawn: `in_face` states the face, and
`corticast.core.text.units` takes it from there. Characters that a face lacks are those of the built-in one, and then
those of the system's fonts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from corticast.core.text.font_faults import reading_font, refusal

# First bytes of files that hold one font, and of others.
_FONTS = (b"\0\1\0\0", b"OTTO", b"true")
_OTHERS = {
    b"ttcf": "a collection of several fonts; save one of them as a .ttf or .otf file",
    b"wOFF": "a web font; give it as a .ttf or .otf file",
    b"wOF2": "a web font; give it as a .ttf or .otf file",
}
# Characters without which a picture cannot be labelled.
_NEEDED = frozenset(map(ord, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
# Signs that stand in labels, besides those of titles, names and units.
SIGNS = "−·°×…–?.,:=()"
# Letters reach less far above or below the baseline, in sizes of the font.
_MOST_EMS = 2
# Bits of fsType in OpenType's OS/2 table: who may embed the font, no subsets of it, and bitmaps alone.
_USES, _RESTRICTED, _NO_SUBSETS, _BITMAPS = 0x000F, 0x0002, 0x0100, 0x0200


@dataclass(frozen=True)
class Face:
    """A face of texts.

    Parameters
    ----------
    path : font file; None for the built-in face, which has two weights
    content : of the font file; a changed file is another face
    index : of the font within a collection
    family : name, as other programs know the font
    characters : code points that the font has
    is_embeddable : whether its licence allows a part of it within a document
    warnings : lines about faults of the file
    """

    path: Path | None = None
    content: bytes = field(default=b"", repr=False)
    index: int = 0
    family: str = "Roboto"
    characters: frozenset[int] = field(default=frozenset(), compare=False, repr=False)
    is_embeddable: bool = field(default=True, compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def __hash__(self) -> int:
        # Texts are looked up by their face again and again. The content is compared, which is quick: it is the same.
        return hash((self.path, self.index))

    def file(self, *, strong: bool) -> str | BytesIO:
        """File of the font, for libraries; `strong` is the medium weight, where the face has two."""
        if self.path is not None:
            # In memory: FreeType would map a file by its path, and a mapped file that becomes shorter ends the process.
            return BytesIO(self.content)
        return built_in_file(strong=strong)

    def has(self, character: str) -> bool:
        """Whether a character is drawn in this face, and not in the built-in one."""
        return self.path is None or ord(character) in self.characters


def built_in_file(*, strong: bool) -> str:
    """Path of the built-in font, in one of its two weights."""
    import font_roboto

    return str(font_roboto.RobotoMedium if strong else font_roboto.Roboto)


BUILT_IN = Face()
_holds: ContextVar[Face] = ContextVar("face", default=BUILT_IN)


_sources: list[Callable[[Path], bytes]] = []


class _Fonted(Protocol):
    """A scene."""

    @property
    def font(self) -> Path | None: ...


def current_face() -> Face:
    """The face that holds now."""
    return _holds.get()


@contextmanager
def in_face(face: Face) -> Iterator[None]:
    """Let texts be measured and drawn in a face."""
    before = _holds.set(face)
    try:
        yield
    finally:
        _holds.reset(before)


def face_of(scene: _Fonted) -> Face:
    """The face of a scene's texts; see `read_face`."""
    return BUILT_IN if scene.font is None else read_face(scene.font)


def read_face(path: Path) -> Face:
    """The face in a font file, read once.

    Raises
    ------
    OptionError : the file cannot be read, is no font, or holds a font that cannot be used
    """
    content = _sources[-1](path)
    begin = content[:4]
    if begin not in _FONTS:
        raise refusal(path, _OTHERS.get(begin, "no font; give a .ttf or .otf file"))
    return _read(path.absolute(), content)


def take_fonts_from(source: Callable[[Path], bytes]) -> None:
    """Set the function that gives the content of a font file: core opens no files."""
    _sources[:] = [source]


def check_embeddable(face: Face) -> None:
    """Refuse a font that no document may hold.

    Raises
    ------
    OptionError : its licence forbids a part of it in a file
    """
    if face.path is not None and not face.is_embeddable:
        raise refusal(face.path, "its licence (fsType) keeps it out of PDF and SVG; give another font, or write .png")


@lru_cache(maxsize=16)
def _read(path: Path, content: bytes) -> Face:
    from fontTools.ttLib import TTFont
    from PIL import ImageFont

    with reading_font(path) as faults, TTFont(BytesIO(content), lazy=True) as opened:
        tables, characters = set(opened.keys()), frozenset(opened.getBestCmap() or {})
        family, uses = str(opened["name"].getBestFamilyName() or path.stem), opened["OS/2"].fsType
        is_too_tall = _is_too_tall(opened)
        # fontTools reads a table where somebody asks for it, and then reports its faults.
        _ = opened["hmtx"]
        ImageFont.truetype(BytesIO(content), 32, layout_engine=ImageFont.Layout.BASIC).getmask("Ag0", mode="L")
    if "fvar" in tables:
        raise refusal(path, "a variable font; give a static one, such as its Regular instance")
    if not tables & {"glyf", "CFF "}:
        raise refusal(path, "a font without outlines; give a .ttf or .otf file with outlines")
    lacking = sorted(_NEEDED - characters)
    if lacking:
        some = "".join(map(chr, lacking[:5])) + "…" * (len(lacking) > 5)
        raise refusal(path, f"lacks letters or digits ({some}); give a font of Latin text")
    if is_too_tall:
        raise refusal(path, "its letters are taller than two lines; give a font of text")
    return Face(path, content, 0, family, characters, is_embeddable(uses), faults.lines(path))


def is_embeddable(uses: int) -> bool:
    """Whether a font's licence allows a part of the font within a document.

    Parameters
    ----------
    uses : fsType of OpenType's OS/2 table
    """
    return uses & _USES != _RESTRICTED and not uses & (_NO_SUBSETS | _BITMAPS)


def _is_too_tall(opened: Any) -> bool:
    """Whether letters of a font are too tall for the lines of a picture."""
    units, hhea = opened["head"].unitsPerEm, opened["hhea"]
    return bool(max(hhea.ascent, -hhea.descent) >= _MOST_EMS * units)
