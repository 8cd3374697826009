"""The frame of the commands that draw a plot: the picture's file, and the line that reports the picture."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corticast.cli.options import Given
from corticast.core.model.kinds import File
from corticast.core.model.options import FILM, option
from corticast.errors import OptionError


@dataclass(frozen=True, kw_only=True)
class PlotOptions:
    """Where a plot goes."""

    output: Path | None = option(
        None, "Picture to write.", File(), FILM, flag="--output -o", synonyms=("out", "outfile", "save", "filename")
    )


def write_plot(draw: Callable[[], Any], given: Given, *, example: str) -> None:
    """Draw a plot, write it to the file that was given, and report its size.

    Parameters
    ----------
    draw : gives the pixels, (height, width, 3 or 4) uint8; called once the file is known to be writable
    example : name of a picture, for the message

    Raises
    ------
    OptionError : no file was given, or it cannot be written
    """
    from corticast.app.render.picture_file import check_picture_path, write_picture

    path = given["output"]
    if path is None:
        raise OptionError(f"nothing to write; give -o FILE for the picture, such as {example}")
    check_picture_path(path, overwrite=given["overwrite"])
    pixels = draw()
    write_picture(pixels, path, overwrite=given["overwrite"])
    if not given["quiet"]:
        sys.stdout.write(f"{path}: {pixels.shape[1]}x{pixels.shape[0]}\n")
