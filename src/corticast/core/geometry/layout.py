"""A frame's panels, and the places of its labels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

from corticast.core.geometry.panels import CutPanel, FlatPanel, Panel, PicturePanel, Rect, SlicePanel, ViewPanel

Kind = TypeVar("Kind", bound=Panel)


@dataclass(frozen=True)
class TextSlot:
    """Where a text stands.

    Parameters
    ----------
    x, y : pixels (edges at integers)
    anchor : "l", "m" or "r" for the side of the text that x names; y is the middle of its capitals
    size_px : font size
    room_px : width that a text may take; a wider one becomes smaller
    """

    x: float
    y: float
    anchor: str
    size_px: float
    room_px: float = math.inf


@dataclass(frozen=True)
class FootRoom:
    """Room for the lines of a frame's caption, which stand above one another in its middle.

    Parameters
    ----------
    x : middle of the lines, in pixels
    width_px : of a line
    top, bottom : edges of the room; the lowest line has room in any case
    size_px, least_px : full size of the font, and the smallest one that can be read
    """

    x: float
    width_px: float
    top: float
    bottom: float
    size_px: float
    least_px: float


@dataclass(frozen=True, eq=False)
class Layout:
    """A frame's panels and the places of its labels.

    Parameters
    ----------
    size : width, height in pixels
    unit : pixels that one pixel of a 1080-line frame becomes
    panels : in drawing order
    title, clock : slots, None when off
    names, captions : slot per panel, None when off; where both have the same slot they share a line
    letters : four slots per panel (left, right, top, bottom), None when off
    colorbar : rectangle, None when off; its numbers stand above and below it, or below its ends when it lies
    info : slots for lines of text in a grid's fourth cell, from the top
    foot : room for the lines of the frame's caption; None when off
    size_key : rectangle of the key of diameters; None when off
    """

    size: tuple[int, int]
    unit: float
    panels: tuple[Panel, ...]
    title: TextSlot | None = None
    clock: TextSlot | None = None
    names: tuple[TextSlot | None, ...] = ()
    captions: tuple[TextSlot | None, ...] = ()
    letters: tuple[tuple[TextSlot, TextSlot, TextSlot, TextSlot] | None, ...] = ()
    colorbar: Rect | None = None
    info: tuple[TextSlot, ...] = ()
    foot: FootRoom | None = None
    size_key: Rect | None = None

    def of(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """Panels of one kind, in drawing order."""
        return tuple(panel for panel in self.panels if isinstance(panel, kind))

    @property
    def slices(self) -> tuple[SlicePanel, ...]:
        """Panels that show a slice at right angles to an axis of the world."""
        return self.of(SlicePanel)

    @property
    def cuts(self) -> tuple[CutPanel, ...]:
        """Panels that show a plane through the volume, slices among them."""
        return tuple(panel for panel in self.panels if isinstance(panel, CutPanel))

    @property
    def views(self) -> tuple[ViewPanel, ...]:
        """Panels that show the head from outside."""
        return self.of(ViewPanel)

    @property
    def pictures(self) -> tuple[PicturePanel, ...]:
        """Panels that show a picture."""
        return self.of(PicturePanel)

    @property
    def flat_panels(self) -> tuple[FlatPanel, ...]:
        """Slices and pictures, on which contacts stand in one plane."""
        return tuple(panel for panel in self.panels if isinstance(panel, FlatPanel))
