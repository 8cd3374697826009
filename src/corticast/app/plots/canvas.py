"""A picture with axes: fields of colours, lines, and texts in the font of labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from corticast.core.color.themes import THEMES
from corticast.core.geometry.panels import Rect
from corticast.core.model.types import UInt8Array
from corticast.core.text.face import current_face
from corticast.core.text.fonts import font_of
from corticast.core.text.metrics import text_width_px

# Size of texts as a share of the picture's shorter side, and the smallest size that can be read.
_TEXT_SHARE, _LEAST_TEXT_PX = 0.03, 11.0
# Length of a tick, and from a tick to its number, in sizes of the text.
_TICK, _AWAY = 0.35, 0.25


@dataclass(frozen=True)
class Tick:
    """A mark on an axis.

    Parameters
    ----------
    place : along the axis, from 0 at the left or the bottom to 1
    text : beside it
    """

    place: float
    text: str


class Canvas:
    """A picture that grows by parts.

    Parameters
    ----------
    size : width, height in pixels
    background : name of a colour, #rrggbb, or "none"

    Raises
    ------
    OptionError : unknown colour
    """

    def __init__(self, size: tuple[int, int], background: str) -> None:
        theme = THEMES["light"].on(background)
        self.size = size
        self.text_px = max(_TEXT_SHARE * min(size), _LEAST_TEXT_PX)
        self._ink = tuple(round(255 * channel) for channel in theme.text)
        self._image = Image.new("RGBA", size, tuple(round(255 * channel) for channel in theme.premultiplied))
        self._draw = ImageDraw.Draw(self._image)

    @property
    def pixels(self) -> UInt8Array:
        """(height, width, 3) uint8, sRGB; (height, width, 4) where something is transparent."""
        pixels = np.array(self._image)
        return pixels if pixels[..., 3].min() < 255 else np.ascontiguousarray(pixels[..., :3])

    def field(self, rect: Rect, colours: UInt8Array) -> None:
        """Fill a rectangle with cells of colours, each as large as the others, and draw its frame.

        Parameters
        ----------
        colours : (n_rows, n_columns, 3) uint8, sRGB, row 0 at the top
        """
        x, y, width, height = rect
        enlarged = Image.fromarray(colours).resize((width, height), Image.Resampling.NEAREST)
        self._image.paste(enlarged, (x, y))
        self._draw.rectangle((x - 1, y - 1, x + width, y + height), outline=self._ink)

    def text(self, x: float, y: float, text: str, anchor: str, *, size_px: float | None = None) -> None:
        """Write a text.

        Parameters
        ----------
        anchor : of Pillow, such as "mm" for a text whose middle is (x, y)
        """
        font = font_of(current_face(), size_px or self.text_px, False)
        self._draw.text((x, y), text, fill=self._ink, font=font, anchor=anchor)

    def ticks_below(self, rect: Rect, ticks: list[Tick]) -> None:
        """Marks and numbers below a rectangle."""
        x, y, width, height = rect
        bottom, end = y + height, y + height + _TICK * self.text_px
        for tick in ticks:
            at = x + tick.place * (width - 1)
            self._draw.line((at, bottom, at, end), fill=self._ink)
            half = text_width_px(tick.text, self.text_px) / 2
            middle = min(max(at, half), self.size[0] - half)
            self.text(middle, end + _AWAY * self.text_px, tick.text, "ma")

    def ticks_left(self, rect: Rect, ticks: list[Tick]) -> None:
        """Marks and numbers at the left of a rectangle."""
        x, y, _, height = rect
        end = x - 1 - _TICK * self.text_px
        for tick in ticks:
            at = y + (1 - tick.place) * (height - 1)
            self._draw.line((end, at, x - 1, at), fill=self._ink)
            self.text(end - _AWAY * self.text_px, at, tick.text, "rm")

    def ticks_right(self, rect: Rect, ticks: list[Tick]) -> None:
        """Marks and numbers at the right of a rectangle."""
        x, y, width, height = rect
        begin, end = x + width, x + width + _TICK * self.text_px
        for tick in ticks:
            at = y + (1 - tick.place) * (height - 1)
            self._draw.line((begin, at, end, at), fill=self._ink)
            self.text(end + _AWAY * self.text_px, at, tick.text, "lm")


def round_ticks(low: float, high: float, n_about: int) -> list[Tick]:
    """About so many marks at round numbers, which are multiples of 1, 2 or 5 times a power of ten."""
    step = _round_step((high - low) / max(n_about, 1))
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    digits = max(0, -int(np.floor(np.log10(step))))
    return [
        Tick((number * step - low) / (high - low), f"{number * step:.{digits}f}".replace("-", "−"))
        for number in range(first, last + 1)
    ]


def _round_step(about: float) -> float:
    power = 10.0 ** np.floor(np.log10(about))
    return float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= about * (1 - 1e-9)))
