"""The pixels of a key of diameters: grey discs that look as contacts do."""

from __future__ import annotations

import numpy as np

from corticast.core.color.colour_bar import GREY
from corticast.core.geometry.sprites import SpriteLook, sprite_pixels
from corticast.core.model.types import UInt8Array
from corticast.core.text.size_key import SizeKey


def disc_pixels(key: SizeKey, look: SpriteLook) -> UInt8Array:
    """Draw the discs of a key on a transparent ground.

    Parameters
    ----------
    key : discs and their rectangle of the frame
    look : of contacts, in pixels of the frame

    Returns
    -------
    (height, width, 4) uint8, premultiplied sRGB and coverage
    """
    left, top, width, height = key.rect
    drawn = np.zeros((height, width, 4))
    rows, columns = np.indices((height, width)) + 0.5
    for each in key.discs:
        distance = np.hypot(columns + left - each.x, rows + top - each.y)
        disc = sprite_pixels(
            distance,
            each.diameter_px / 2,
            np.array(GREY),
            widest_outline_px=look.outline_px,
            outline_color=look.outline,
        )
        drawn = disc + drawn * (1 - disc[..., 3:])
    return np.asarray(np.floor(drawn * 255 + 0.5), dtype=np.uint8)
