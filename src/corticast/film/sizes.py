"""The size of a frame."""

from __future__ import annotations

from corticast.errors import OptionError

Size = tuple[int, int]


def check_size(size: Size) -> Size:
    """A frame's size, if it can be one.

    Raises
    ------
    OptionError : a side is below 1 pixel
    """
    width, height = size
    if width < 1 or height < 1:
        raise OptionError(f"--size {width}x{height}: no picture; both sides need at least 1 pixel")
    return width, height
