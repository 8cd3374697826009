"""Contents of font files, for the faces of texts: core opens no files."""

from __future__ import annotations

from pathlib import Path

from corticast.errors import DataError, OptionError, in_width
from corticast.io.door import Stamp, opened
from corticast.io.file_kinds import FONT

# A scene asks for its font with each layout. Few scenes of one process have fonts of their own.
_MOST_HELD = 8
_held: dict[Path, tuple[Stamp, bytes]] = {}


def font_content(path: Path) -> bytes:
    """The content of a font file; the same object until the file changes.

    Raises
    ------
    OptionError : the file cannot be read
    """
    try:
        with opened(path, FONT) as file:
            known = _held.pop(path, None)
            content = known[1] if known is not None and known[0] == file.stamp else file.read(file.size) or b""
            stamp = file.stamp
    except DataError as error:
        raise OptionError(in_width(f"--font {error.as_typed}"), "font") from error
    _held[path] = stamp, content
    while len(_held) > _MOST_HELD:
        _held.pop(next(iter(_held)))
    return content
