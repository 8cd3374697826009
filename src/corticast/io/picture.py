"""Pictures as a background for electrodes: PNG and JPEG, through Pillow."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from corticast.core.arguments import check_path, named_arguments
from corticast.core.model.types import Picture, UInt8Array
from corticast.errors import DataError, one_line
from corticast.io.door import opened
from corticast.io.file_kinds import PICTURE
from corticast.io.library_warnings import Listener
from corticast.io.library_words import PILLOW

_FORMATS = ("PNG", "JPEG")
# Deflate packs no better than 1032 to 1. A pixel has at least one bit.
_MOST_RATIO = 1032
# Errors of Pillow's decoders for truncated or corrupt files.
_DECODE_ERRORS = (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, EOFError, struct.error)


@named_arguments
def load_picture(path: str | os.PathLike[str]) -> Picture:
    """Read a picture.

    All kinds of PNG and JPEG work (palette, grey, 16 bits, CMYK, transparent). The EXIF orientation turns the picture
    upright. Transparent parts become black.

    Raises
    ------
    DataError : the file is missing, damaged, neither PNG nor JPEG, or larger than Pillow deems safe (89 megapixels)
    """
    path = check_path("path", path, "a PNG or JPEG file (for an array: Picture(pixels))")
    listener = Listener(path, PILLOW)
    try:
        with (
            opened(path, PICTURE) as file,
            listener.listening(),
            Image.open(io.BufferedReader(file), formats=_FORMATS) as image,
        ):
            _check_claim(path, image, file.size)
            # Before the pixels are decoded.
            listener.check()
            pixels = _rgb(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError as error:
        raise DataError(f"{path}: too many pixels; give a picture below 89 megapixels") from error
    except UnidentifiedImageError as error:
        raise DataError(f"{path}: neither PNG nor JPEG; convert the picture to one of them") from error
    except _DECODE_ERRORS as error:
        reason = getattr(error, "strerror", None) or one_line(error)
        raise DataError(f"{path}: cannot read the picture ({reason}); save it again as PNG or JPEG") from error
    return Picture(pixels=pixels, name=path.name, path=path, warnings=listener.lines)


def _check_claim(path: Path, image: Image.Image, n_bytes: int) -> None:
    """Refuse a PNG whose header announces more pixels than its file can hold, before they take memory."""
    if image.format == "PNG" and image.width * image.height > 8 * _MOST_RATIO * n_bytes:
        raise DataError(
            f"{path}: its header announces {image.width}×{image.height} pixels, more than {n_bytes} bytes of file can "
            "hold; save the picture again"
        )


def _rgb(image: Image.Image) -> UInt8Array:
    """(height, width, 3) uint8; transparency over black, 16-bit grey rounded to 8 bits."""
    if image.mode.startswith("I"):
        # Pillow would clip such values at 255 instead of scaling them.
        grey = (np.asarray(image).astype(np.uint32) * 255 + 32767) // 65535
        return np.repeat(grey.astype(np.uint8)[:, :, np.newaxis], 3, axis=2)
    if image.has_transparency_data:
        straight = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", straight.size, (0, 0, 0, 255)), straight)
    return np.asarray(image.convert("RGB"))
