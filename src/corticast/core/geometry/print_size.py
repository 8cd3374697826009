"""The size of a picture in print."""

from __future__ import annotations

from dataclasses import dataclass

from corticast.errors import OptionError

MM_PER_INCH = 25.4
# What journals ask of pictures with fine detail.
DEFAULT_DPI = 300.0


@dataclass(frozen=True)
class PrintSize:
    """The size of a picture in pixels and in print.

    Parameters
    ----------
    size : width, height in pixels
    dpi : pixels per inch
    width_mm : width in print
    said : what gave the pixels, for messages
    """

    size: tuple[int, int]
    dpi: float
    width_mm: float
    said: str = "--size"

    @property
    def height_mm(self) -> float:
        """Height in print."""
        return self.width_mm * self.size[1] / self.size[0]

    @property
    def px_per_mm(self) -> float:
        """Pixels per millimetre of print."""
        return self.size[0] / self.width_mm

    @property
    def text(self) -> str:
        """Width, height and resolution, as a person reads them."""
        return f"{self.width_mm:.1f} x {self.height_mm:.1f} mm at {self.dpi:g} dpi"


def print_size(size: tuple[int, int], width_mm: float | None = None, dpi: float | None = None) -> PrintSize:
    """The size of a picture in print.

    Parameters
    ----------
    size : width, height in pixels; where `width_mm` is given only their ratio counts
    width_mm : width in print; None takes that of the pixels
    dpi : pixels per inch; None takes 300

    Raises
    ------
    OptionError : the picture would have no pixel
    """
    dpi = DEFAULT_DPI if dpi is None else dpi
    if width_mm is None:
        return PrintSize(size, dpi, size[0] * MM_PER_INCH / dpi)
    width = round(width_mm * dpi / MM_PER_INCH)
    height = round(width * size[1] / size[0])
    if min(width, height) < 1:
        raise OptionError(
            f"--width {width_mm:g}mm: no pixel at {dpi:g} dpi; give a larger width, or more --dpi", "width"
        )
    return PrintSize((width, height), dpi, width_mm, f"--width {width_mm:g}mm at --dpi {dpi:g} makes")
