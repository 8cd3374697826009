"""Pictures to draw electrodes on: PNG and JPEG, through Pillow."""

from __future__ import annotations

import os
import struct
import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from corticast.core.model.types import Picture
from corticast.errors import DataError

_FORMATS = ("PNG", "JPEG")
# What Pillow's decoders raise for files that are cut off or make no sense.
_DECODE_ERRORS = (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, EOFError, struct.error)


def load_picture(path: str | os.PathLike[str]) -> Picture:
    """Read a picture.

    Any kind of PNG or JPEG is taken (palette, grey, 16 bits, CMYK, transparent) and turned upright as its EXIF
    orientation says. What is transparent shows black.

    Raises
    ------
    DataError : the file is missing, damaged, neither PNG nor JPEG, or larger than Pillow deems safe (89 megapixels)
    """
    path = Path(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMATS) as image:
                pixels = _rgb(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise DataError(f"{path}: the picture has too many pixels; give one below 89 megapixels") from error
    except UnidentifiedImageError as error:
        raise DataError(f"{path}: neither a PNG nor a JPEG picture; convert it to one") from error
    except _DECODE_ERRORS as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"{path}: cannot be read as a picture: {reason}") from error
    return Picture(pixels=pixels, name=path.name, path=path)


def _rgb(image: Image.Image) -> npt.NDArray[np.uint8]:
    """(height, width, 3) uint8; transparency over black, grey of 16 bits rounded to 8."""
    if image.mode.startswith("I"):
        # Pillow cuts such values off at 255 when it converts them.
        grey = (np.asarray(image).astype(np.uint32) * 255 + 32767) // 65535
        return np.repeat(grey.astype(np.uint8)[:, :, np.newaxis], 3, axis=2)
    if image.has_transparency_data:
        straight = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", straight.size, (0, 0, 0, 255)), straight)
    return np.asarray(image.convert("RGB"))
