"""A frame's panels, and the places of its labels."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from corticast.core.geometry.depths import Depths
from corticast.core.geometry.panels import CutPanel, FlatPanel, Panel, PicturePanel, Rect, SlicePanel, ViewPanel

if TYPE_CHECKING:
    from corticast.core.geometry.scale_bar import ScaleBar
    from corticast.core.text.corners import CornerStyle

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
    upright : whether the text runs from bottom to top: a level one turned to the left, so that y names a place along it
    """

    x: float
    y: float
    anchor: str
    size_px: float
    room_px: float = math.inf
    upright: bool = False

    def moved(self, right_px: float, down_px: float) -> TextSlot:
        """The same room further to the right and further down."""
        return TextSlot(self.x + right_px, self.y + down_px, self.anchor, self.size_px, self.room_px, self.upright)


@dataclass(frozen=True)
class CornerSlot:
    """Room for lines of text at one end of a panel's upper or lower edge. A letter stands in the edge's middle.

    Parameters
    ----------
    x, y : corner in pixels
    down : 1 for lines from the upper edge down, -1 for lines from the lower edge up
    size_px, least_px : full size of the font, and the smallest one that can be read
    half_px, whole_px : width up to the letter, and of the whole panel
    edge_px : height that the letter takes
    high_px : height up to the letter at the panel's side
    anchor : "l" for a corner at the left, "r" for one at the right
    content : row of the content's edge; lines stand beyond it and close to it where they have room
    beyond_px : height of the letter beyond the content
    """

    x: float
    y: float
    down: int
    size_px: float
    least_px: float
    half_px: float
    whole_px: float
    edge_px: float
    high_px: float
    anchor: str = "l"
    content: float | None = None
    beyond_px: float = math.inf

    def moved(self, down_px: float) -> CornerSlot:
        """The corner, and the content's edge, further down."""
        content = None if self.content is None else self.content + down_px
        return replace(self, y=self.y + down_px, content=content)

    @property
    def opposite(self) -> CornerSlot:
        """The corner at the other end of the edge."""
        away, anchor = (self.whole_px, "r") if self.anchor == "l" else (-self.whole_px, "l")
        return replace(self, x=self.x + away, anchor=anchor)


@dataclass(frozen=True)
class FootRoom:
    """Room for the lines of a frame's caption, which stand above one another in its middle.

    Parameters
    ----------
    x : middle of the lines, in pixels
    width_px : of a line
    top, bottom : edges of the room; the lowest line has room in any case
    size_px, least_px : full size of the font, and the smallest one that can be read
    follows : whether the lines stand at the top of the room, close to the bar and the panels, else at its bottom
    """

    x: float
    width_px: float
    top: float
    bottom: float
    size_px: float
    least_px: float
    follows: bool = False


# Of the letters at the left, right, top and bottom of a panel; None for one without room.
LetterSlots = tuple[TextSlot | None, TextSlot | None, TextSlot | None, TextSlot | None]


class PanelWords(NamedTuple):
    """A text of a panel.

    Parameters
    ----------
    panel : with the text
    kind : of text
    words : of a letter or a name; "" for a caption
    named : name of the panel as the frame shows it; "" for its title
    """

    panel: Panel
    kind: Literal["name", "caption", "letter"]
    words: str = ""
    named: str = ""

    def __str__(self) -> str:
        if self.kind == "name":
            return f"the name {self.words}"
        return f"the {self.kind}{' ' * bool(self.words)}{self.words} of {self.named or self.panel.title}"


@dataclass(frozen=True, eq=False)
class CubeSpot:
    """Where an orientation cube stands.

    Parameters
    ----------
    panel : whose camera turns the cube
    centre : column and row of its middle in pixels, edges at integers
    half_px : half an edge in pixels
    half_size : half the width and half the height that the cube has in any frame, in half edges
    """

    panel: ViewPanel
    centre: tuple[float, float]
    half_px: float
    half_size: tuple[float, float]

    @property
    def rect(self) -> Rect:
        """Rectangle that holds the cube with its antialiased outline."""
        half = [half * self.half_px + 1 for half in self.half_size]
        x0, y0 = (math.floor(place - reach) for place, reach in zip(self.centre, half, strict=True))
        x1, y1 = (math.ceil(place + reach) for place, reach in zip(self.centre, half, strict=True))
        return x0, y0, x1 - x0, y1 - y0


@dataclass(frozen=True, eq=False)
class Layout:
    """A frame's panels and the places of its labels.

    Parameters
    ----------
    size : width, height in pixels
    unit : pixels that one pixel of a 1080-line frame becomes
    panels : in drawing order
    boxes : rectangle of each panel that holds the head with its contacts, in pixels; the panel may show more
    title, clock : slots, None when off
    names, captions : slot per panel, in a corner or at the middle of an edge; None when off
    letters : four slots per panel (left, right, top, bottom), None when off, or where one has no room; a
        panel has None in place of its slots where slices of one axis stand in a row, and one further left bears them
    corners : room at the left of each panel's upper and lower edge, whatever stands there
    name_style, caption_style : how texts stand in the corners; None if the corners decide
    without_room : texts of panels that have no room
    on_contacts : texts of panels that stand over contacts, since no other place is free
    colorbar : rectangle, None when off; its numbers stand above and below it, or below its ends when it lies
    bar_room : rectangle for the bar with its texts, or for a legend in its place; None when off
    bar_in_corner : whether the bar stands in a corner of a panel, with its title above
    tick_px, least_px : size of the bar's numbers and of the legend, and the smallest size that can be read
    foot : room for the lines of the frame's caption; None when off
    size_key : rectangle of the key of diameters; None when off
    cubes : orientation cubes, in place of the letters of their panels
    scale_bar : bar of a round length in mm; None when off
    depths : how deep the panels show contacts at full strength
    """

    size: tuple[int, int]
    unit: float
    panels: tuple[Panel, ...]
    title: TextSlot | None = None
    clock: TextSlot | None = None
    names: tuple[CornerSlot | TextSlot | None, ...] = ()
    captions: tuple[CornerSlot | TextSlot | None, ...] = ()
    letters: tuple[LetterSlots | None, ...] = ()
    corners: tuple[tuple[CornerSlot, CornerSlot], ...] = ()
    name_style: CornerStyle | None = None
    caption_style: CornerStyle | None = None
    without_room: tuple[PanelWords, ...] = ()
    on_contacts: tuple[PanelWords, ...] = ()
    colorbar: Rect | None = None
    bar_room: Rect | None = None
    bar_in_corner: bool = False
    tick_px: float = 26.0
    least_px: float = 10.0
    foot: FootRoom | None = None
    size_key: Rect | None = None
    boxes: tuple[Rect, ...] = ()
    cubes: tuple[CubeSpot, ...] = ()
    scale_bar: ScaleBar | None = None
    depths: Depths = field(default_factory=Depths)

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
