"""The picture of a colour map."""

from __future__ import annotations

from corticast.app.plots.canvas import Canvas, round_ticks
from corticast.core.color import colormaps
from corticast.core.model.types import UInt8Array
from corticast.errors import OptionError

# Room in sizes of the text: at the sides, for the name, and below the bar.
_SIDE, _ABOVE, _BELOW = 1.6, 2.6, 2.4


def map_picture(name: str, size: tuple[int, int], background: str) -> UInt8Array:
    """Draw a colour map as a bar from 0 to 1 below its name.

    Parameters
    ----------
    name : of the map, with the width of its middle where it has one
    size : width, height in pixels
    background : name of a colour, #rrggbb, or "none"

    Returns
    -------
    (height, width, 3 or 4) uint8, sRGB

    Raises
    ------
    OptionError : a name is unknown, or the picture is too small for the bar
    """
    canvas = Canvas(size, background)
    text = canvas.text_px
    x, y = round(_SIDE * text), round(_ABOVE * text)
    width, height = size[0] - 2 * x, size[1] - y - round(_BELOW * text)
    if min(width, height) < 1:
        raise OptionError(f"--size {size[0]}x{size[1]}: too small for a bar; give 300x80 or more", "size")
    bar = x, y, width, height
    canvas.field(bar, colormaps.table(name, "NAME")[None])
    canvas.text(size[0] / 2, y - 0.7 * text, name, "mb")
    canvas.ticks_below(bar, round_ticks(0.0, 1.0, 5))
    return canvas.pixels
