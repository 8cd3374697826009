"""Write one frame as a picture file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from corticast.core.model.types import UInt8Array
from corticast.errors import OptionError
from corticast.io.whole_file import whole_file

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF", ".webp": "WEBP"}
# LZW loses nothing, and every journal's software reads it.
_SETTINGS: dict[str, dict[str, Any]] = {"JPEG": {"quality": 95, "subsampling": 0}, "TIFF": {"compression": "tiff_lzw"}}


def check_picture_path(
    path: Path, *, overwrite: bool, option: str = "-o", kinds: Collection[str] = tuple(FORMATS)
) -> None:
    """Check that a picture can be written, before it is drawn.

    Parameters
    ----------
    option : option that gave the path, for messages
    kinds : extensions that the caller can write

    Raises
    ------
    OptionError : unknown extension, missing folder, or an existing file that may not be replaced
    """
    if path.suffix.lower() not in kinds:
        raise OptionError(f"{option} {path}: unknown kind of picture; give one of {' '.join(kinds)}")
    if not path.parent.is_dir():
        raise OptionError(f"{option} {path}: no such folder: {path.parent}; create it, or give another folder")
    if path.is_dir():
        raise OptionError(f"{option} {path}: a folder; give the name of a file")
    if path.exists() and not overwrite:
        raise OptionError(f"{option} {path}: exists; give --overwrite to replace it, or another name")


def png_bytes(pixels: UInt8Array) -> bytes:
    """A picture as PNG.

    Parameters
    ----------
    pixels : (height, width, 3 or 4) uint8, sRGB, straight alpha
    """
    from PIL import Image

    stream = BytesIO()
    Image.fromarray(pixels).save(stream, format="PNG")
    return stream.getvalue()


def write_picture(
    pixels: UInt8Array, path: Path, *, overwrite: bool, option: str = "-o", dpi: float | None = None
) -> None:
    """Write a picture. It appears under its name only when it is complete.

    Parameters
    ----------
    pixels : (height, width, 3 or 4) uint8, sRGB, straight alpha
    option : option that gave the path, for messages
    dpi : pixels per inch that the file states; None states nothing

    Raises
    ------
    OptionError : the path cannot be written, or the format has no transparency
    """
    from PIL import Image

    check_picture_path(path, overwrite=overwrite, option=option)
    kind = FORMATS[path.suffix.lower()]
    if kind == "JPEG" and pixels.shape[2] == 4:
        raise OptionError(f"{option} {path}: JPEG has no transparency; give .png, or another --background")
    settings = _SETTINGS.get(kind, {}) | ({} if dpi is None else {"dpi": (dpi, dpi)})
    with _written(path, option) as partial:
        Image.fromarray(pixels).save(partial, format=kind, **settings)


def write_bytes(content: bytes, path: Path, *, option: str = "-o") -> None:
    """Write a file. It appears under its name only when it is complete.

    Raises
    ------
    OptionError : the path cannot be written
    """
    with _written(path, option) as partial:
        partial.write_bytes(content)


@contextmanager
def _written(path: Path, option: str) -> Iterator[Path]:
    """A hidden file to write, as `whole_file` has it."""
    try:
        with whole_file(path) as partial:
            yield partial
    except OSError as error:
        raise OptionError(f"{option} {path}: {error.strerror or error}; give a folder that is writable") from error
