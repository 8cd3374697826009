"""A frame's panels, and the places of its labels."""

from __future__ import annotations

from dataclasses import dataclass

from corticast.core.geometry.panels import Panel, Rect, SlicePanel, ViewPanel


@dataclass(frozen=True)
class TextSlot:
    """Where a text stands.

    Parameters
    ----------
    x, y : pixels (edges at integers)
    anchor : "l", "m" or "r" for the side of the text that x names; y is the middle of its capitals
    size_px : font size
    """

    x: float
    y: float
    anchor: str
    size_px: float


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
    colorbar : rectangle, None when off; its ticks stand to the right of it, or below when it lies
    info : slots for lines of text in a grid's fourth cell, from the top
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

    @property
    def slices(self) -> tuple[SlicePanel, ...]:
        """Panels that show a slice."""
        return tuple(panel for panel in self.panels if isinstance(panel, SlicePanel))

    @property
    def views(self) -> tuple[ViewPanel, ...]:
        """Panels that show the head from outside."""
        return tuple(panel for panel in self.panels if isinstance(panel, ViewPanel))

    @property
    def flat_panels(self) -> tuple[Panel, ...]:
        """Slices and the picture, on which contacts stand in one plane."""
        return tuple(panel for panel in self.panels if not isinstance(panel, ViewPanel))
