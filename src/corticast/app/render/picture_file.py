"""Writes one frame as a picture file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from corticast.errors import OptionError
from corticast.io.whole_file import whole_file

_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF", ".webp": "WEBP"}


def check_picture_path(path: Path, *, overwrite: bool, option: str = "-o") -> None:
    """See that a picture can be written, before it is drawn.

    Parameters
    ----------
    option : that gave the path

    Raises
    ------
    OptionError : unknown extension, missing folder, or a file that is not to be replaced
    """
    if path.suffix.lower() not in _FORMATS:
        raise OptionError(f"{option} {path}: unknown kind of picture; use one of {' '.join(_FORMATS)}")
    if not path.parent.is_dir():
        raise OptionError(f"{option} {path}: the folder {path.parent} does not exist; make it first")
    if path.is_dir():
        raise OptionError(f"{option} {path}: is a folder; give a file")
    if path.exists() and not overwrite:
        raise OptionError(f"{option} {path}: exists; add --overwrite to replace it, or choose another name")


def write_picture(pixels: npt.NDArray[np.uint8], path: Path, *, overwrite: bool, option: str = "-o") -> None:
    """Write a picture; it appears under its name only when it is complete.

    Parameters
    ----------
    pixels : (height, width, 3 or 4) uint8, sRGB, straight alpha
    option : that gave the path

    Raises
    ------
    OptionError : the path cannot be written, or the format has no transparency
    """
    from PIL import Image

    check_picture_path(path, overwrite=overwrite, option=option)
    kind = _FORMATS[path.suffix.lower()]
    if kind == "JPEG" and pixels.shape[2] == 4:
        raise OptionError(f"{option} {path}: JPEG has no transparency; use .png, or another --background")
    options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    try:
        with whole_file(path) as partial:
            Image.fromarray(pixels).save(partial, format=kind, **options)
    except OSError as error:
        raise OptionError(f"{option} {path}: {error.strerror or error}; choose a folder that can be written") from error
