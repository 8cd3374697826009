"""The size of a frame."""

from __future__ import annotations

import operator
from typing import Any

from corticast.core.arguments import typed
from corticast.errors import OptionError

Size = tuple[int, int]


def check_size(size: Size) -> Size:
    """A frame's size in pixels, if it can be one.

    Raises
    ------
    OptionError : the size is no pair of whole numbers, or a side is below 1 pixel
    """
    width, height = _sides(size)
    if width < 1 or height < 1:
        raise OptionError(f"--size {width}x{height}: no picture; both sides need at least 1 pixel", "size")
    return width, height


def _sides(size: Any) -> Size:
    try:
        width, height = (operator.index(side) for side in size)
    except (TypeError, ValueError):
        raise OptionError(
            f"--size {typed(size)}: not a size; give width and height in pixels, such as 1920 and 1080", "size"
        ) from None
    return width, height
