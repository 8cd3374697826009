"""Texts of a scene's frames: their words and their places, without OpenGL."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from corticast.core.color.themes import Rgb, theme_of
from corticast.core.geometry.foot_room import line_slots, line_top
from corticast.core.geometry.layout import CornerSlot, Layout, LetterSlots, TextSlot
from corticast.core.geometry.panels import Motion, Panel, Rect
from corticast.core.geometry.statistics import diverges
from corticast.core.model.meaning import INTENSITY
from corticast.core.model.scene import Scene
from corticast.core.model.types import FrameState
from corticast.core.text.colour_bar import BarWords, bar_texts, corner_texts
from corticast.core.text.corners import CornerStyle
from corticast.core.text.edges import edge_caption, edge_px, edge_title
from corticast.core.text.foot import Fact, FootText, foot_text
from corticast.core.text.legend import LegendLine, legend_lines
from corticast.core.text.metrics import fitting_px, shortened, start_px, text_width_px
from corticast.core.text.numbers import number
from corticast.core.text.panel_texts import caption_style, name_style, worded
from corticast.core.text.size_key import SizeKey, size_key

_LETTER_OPACITY = 0.85
_FOOT_OPACITY = 0.8
# A title shrinks down to this share of its size before it is cut.
_LEAST_HEADING = 0.6


@dataclass(frozen=True)
class Text:
    """A line of text in a slot.

    Parameters
    ----------
    strong : medium weight in place of regular
    opacity : 0..1
    color : sRGB in 0..1; None for the colour of most texts
    """

    text: str
    slot: TextSlot
    strong: bool = False
    opacity: float = 1.0
    color: Rgb | None = None

    @property
    def start_px(self) -> tuple[float, int]:
        """Where the pen begins along the text, and its baseline; of an upright text see `at_px`."""
        slot = self.slot
        along, across = (-slot.y, slot.x) if slot.upright else (slot.x, slot.y)
        return start_px(self.text, along, across, slot.anchor, slot.size_px, self.strong)

    @property
    def at_px(self) -> tuple[float, float]:
        """Column and row in the frame at which the pen begins on the baseline."""
        along, across = self.start_px
        return (across, -along) if self.slot.upright else (along, across)


@dataclass(frozen=True)
class ActivityScale:
    """Meaning of the ends of the activity's colour bar.

    Parameters
    ----------
    quantity : name of the activity, such as "sound level"
    full_scale : how much of the quantity activity 1 is
    signed : whether activity runs from -1 to 1, else from 0 to 1
    unit : of the quantity; "" without one
    gain : factor on the activity before it becomes colour and size
    n_clipped : values beyond full scale, which are drawn at full scale
    low : value at the low end; None for 0, or for -full_scale where activity is signed
    hidden_below : magnitude below which contacts are grey; 0 without hidden ones
    """

    quantity: str = "activity"
    full_scale: float = 1.0
    signed: bool = False
    unit: str = ""
    gain: float = 1.0
    n_clipped: int = 0
    low: float | None = None
    hidden_below: float = 0.0

    @property
    def ends(self) -> tuple[float, float]:
        """Values at the ends of the bar."""
        full = self.full_scale
        return (-full if self.signed else 0.0) if self.low is None else self.low, full

    @property
    def grey(self) -> tuple[float, float] | None:
        """Part of the bar whose values are hidden, in 0..1 from its low end; None without one."""
        if not self.hidden_below:
            return None
        low, high = self.ends
        return (-self.hidden_below - low) / (high - low), (self.hidden_below - low) / (high - low)

    @property
    def marks(self) -> tuple[tuple[str, float], ...]:
        """Values within the bar at which its grey part begins and ends, each with its place in 0..1."""
        values = -self.hidden_below, self.hidden_below
        return tuple(
            (number(value), place) for value, place in zip(values, self.grey or (), strict=False) if 0 < place < 1
        )


@dataclass(frozen=True)
class SizeScale:
    """Meaning of diameters.

    Parameters
    ----------
    title : name of the magnitude, with its unit
    largest : magnitude of the largest diameter
    diameters_px : of contacts at magnitude 0 and at the largest one, in pixels of the frame
    """

    title: str
    largest: float
    diameters_px: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Captions:
    """Texts of the frames of a scene.

    Parameters
    ----------
    scene : volume, contacts and labels
    layout : places of panels and labels
    motion : what changes from frame to frame; texts that depend on nothing else rest
    scale : of the contacts' activity, None without contacts; the colour bar then shows the grey window
    groups : of contacts without activity; a legend of them stands in place of the bar
    caption : facts of the line at the frame's foot, see `foot_text`
    groups_title : above the legend; "" without one
    sizes : meaning of diameters; None where they are one
    """

    scene: Scene
    layout: Layout
    motion: Motion
    scale: ActivityScale | None = None
    groups: tuple[str, ...] = ()
    caption: tuple[Fact, ...] = ()
    groups_title: str = ""
    sizes: SizeScale | None = None

    def shown(self, state: FrameState) -> Hashable:
        """What resting texts depend on: while it stays equal, so do they."""
        return (
            state.planes_mm if self.motion.planes == "rest" else None,
            None if self.motion.turn else state.turn_deg,
            None if self.scale is not None or self._bar_moves else state.window,
        )

    def resting(self, state: FrameState) -> list[Text]:
        """Texts that stay the same from frame to frame."""
        texts = [*self._title(), *self._names(), *self._foot(), *self._scale(), *self._of_panels(state, moving=False)]
        return texts if self._bar_moves else texts + self._bar(state)

    def moving(self, state: FrameState) -> list[Text]:
        """Texts that may change in every frame: of panels that move, and the clock."""
        texts = self._of_panels(state, moving=True)
        if self.layout.clock is not None and state.clock:
            slot = replace(self.layout.clock, room_px=self._clock_room_px)
            texts.append(Text(state.clock, replace(slot, size_px=_fitting_px(state.clock, slot))))
        return texts + self._bar(state) if self._bar_moves else texts

    def reach(self, states: Sequence[FrameState]) -> list[Rect] | None:
        """Rectangles that hold all texts which may change in frames at rest; None where others than the clock move.

        Parameters
        ----------
        states : the first and the last frame's; no clock between them is longer than theirs
        """
        clock, n = self.layout.clock, max(len(state.clock) for state in states)
        places = {(text.slot.x, text.slot.y) for state in states for text in self.moving(state)}
        if self.motion != Motion() or places - ({(clock.x, clock.y)} if clock is not None else set()):
            return None
        if clock is None or not n:
            return []
        # No character is wider than its size, and none is taller.
        size_px = math.ceil(clock.size_px)
        left = math.floor(clock.x - n * size_px * {"l": 0.0, "m": 0.5, "r": 1.0}[clock.anchor])
        return [(left - size_px, math.floor(clock.y) - size_px, (n + 2) * size_px, 2 * size_px)]

    @cached_property
    def _clock_room_px(self) -> float:
        """Width that the clock may take: up to the texts beside it, whose slots are often wider than their words."""
        clock, layout = self.layout.clock, self.layout
        assert clock is not None
        letters = [slot for slots in layout.letters for slot in slots or () if slot is not None]
        resting = [*self._title(), *self._names(), *self._widest_captions()]
        edges = [_right_px(text.slot, _width_px(text)) for text in resting if _share_line(text.slot, clock)]
        edges += [_right_px(slot, slot.room_px) for slot in letters if _share_line(slot, clock)]
        return max(clock.x - max((edge for edge in edges if edge < clock.x), default=0.0) - 0.5 * clock.size_px, 1.0)

    def _widest_captions(self) -> list[Text]:
        """Captions in the corners, with the widest numbers."""
        labels, corners = self.scene.shown_labels, self._corners(self.layout.captions)
        facts = [(worded(panel.widest_caption(self.scene.volume, labels), self.scene), slot) for panel, slot in corners]
        return [Text(*line) for some, slot in facts for line in self._caption_style.texts(some, slot)]

    @property
    def _bar_moves(self) -> bool:
        """Whether the bar shows a grey window that may be dragged."""
        return self.scale is None and self.motion.planes == "drag"

    def _title(self) -> list[Text]:
        slot = self.layout.title
        return [_heading(self.scene.title, slot)] if slot is not None else []

    @cached_property
    def _foot_text(self) -> FootText | None:
        """Lines that say what the lights are."""
        room = self.layout.foot
        return foot_text(self.caption, room) if room is not None and self.caption else None

    def _scale(self) -> list[Text]:
        bar = self.layout.scale_bar
        return [] if bar is None else [Text(bar.text, bar.slot)]

    def _foot(self) -> list[Text]:
        room, found = self.layout.foot, self._foot_text
        if room is None or found is None:
            return []
        slots = line_slots(room, len(found.lines), found.size_px)
        return [Text(line, slot, opacity=_FOOT_OPACITY) for line, slot in zip(found.lines, slots, strict=True)]

    @cached_property
    def legend(self) -> list[LegendLine]:
        """Lines of the legend of groups, above the lines at the foot; empty without groups."""
        room, found = self.layout.foot, self._foot_text
        top = math.inf if room is None or found is None else line_top(room, len(found.lines), found.size_px)
        if self.layout.size_key is not None:
            top = min(top, self.layout.size_key[1])
        return legend_lines(self.groups, self.layout, top, self.groups_title) if self.groups else []

    @cached_property
    def size_key(self) -> SizeKey | None:
        """The key of diameters; None without one, or without room."""
        rect, sizes = self.layout.size_key, self.sizes
        if rect is None or sizes is None:
            return None
        return size_key(sizes.title, rect, self.layout.tick_px, sizes.diameters_px, sizes.largest)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Words that have no room: a title that is cut, and facts of the caption."""
        cut = [self.scene.title] if any(text.text != self.scene.title for text in self._title()) else []
        lost = (str(text) for text in self.layout.without_room)
        return (*cut, *lost, *(self._foot_text.left_out if self._foot_text is not None else ()))

    def _names(self) -> list[Text]:
        """Names of panels, in one size."""
        named = [([panel.title], slot) for panel, slot in self._corners(self.layout.names)]
        style = name_style(self.layout)
        texts = [Text(*line, strong=True) for name, slot in named for line in style.texts(name, slot, strong=True)]
        edges = [(edge_title(panel.title), slot) for panel, slot in self._edges(self.layout.names)]
        size_px = edge_px(edges)
        return texts + [Text(name, replace(slot, size_px=size_px), color=self.panel_ink) for name, slot in edges]

    def _corners(self, slots: Sequence[CornerSlot | TextSlot | None]) -> list[tuple[Panel, CornerSlot]]:
        """Panels with room in a corner."""
        pairs = zip(self.layout.panels, slots, strict=True)
        return [(panel, slot) for panel, slot in pairs if isinstance(slot, CornerSlot)]

    def _edges(self, slots: Sequence[CornerSlot | TextSlot | None]) -> list[tuple[Panel, TextSlot]]:
        """Panels with room at an edge."""
        pairs = zip(self.layout.panels, slots, strict=True)
        return [(panel, slot) for panel, slot in pairs if isinstance(slot, TextSlot)]

    @cached_property
    def panel_ink(self) -> Rgb | None:
        """Colour of names and captions at edges; None for the colour of the other texts."""
        return theme_of(self.scene).panel_ink

    def _of_panels(self, state: FrameState, *, moving: bool) -> list[Text]:
        """Letters and captions of the panels: those that change from frame to frame, or those that rest."""
        layout = self.layout
        texts: list[Text] = []
        for panel, caption, letters in zip(layout.panels, layout.captions, layout.letters, strict=True):
            if panel.letters_move(self.motion) == moving:
                texts += self._letters(panel.at(state), letters)
            if caption is not None and panel.caption_moves(self.motion) == moving:
                texts += self._caption(panel, caption, state)
        return texts

    def _letters(self, panel: Panel, slots: LetterSlots | None) -> list[Text]:
        sided = self.scene.volume is None or self.scene.volume.sided
        texts = []
        for slot, letters in zip(slots or (), panel.letters, strict=False):
            if slot is None:
                continue
            doubtful = not sided and bool(set(letters) & set("LR"))
            texts.append(Text(letters + "?" * doubtful, slot, opacity=_LETTER_OPACITY))
        return texts

    @cached_property
    def _caption_style(self) -> CornerStyle:
        """How the panels' captions stand: one style for all panels and frames."""
        return caption_style(self.scene, self.layout)

    @cached_property
    def _edge_caption_px(self) -> float:
        """Size of captions at edges: one for all panels and frames."""
        labels, edges = self.scene.shown_labels, self._edges(self.layout.captions)
        return edge_px([(edge_caption(panel.widest_caption(self.scene.volume, labels)), slot) for panel, slot in edges])

    def _caption(self, panel: Panel, slot: CornerSlot | TextSlot, state: FrameState) -> list[Text]:
        facts = panel.caption(state, self.scene.volume, self.scene.shown_labels)
        if isinstance(slot, CornerSlot):
            lines = self._caption_style.texts(worded(facts, self.scene), slot)
            return [Text(*line, color=self.panel_ink) for line in lines]
        sized = replace(slot, size_px=self._edge_caption_px)
        return [Text(edge_caption(facts), sized, color=self.panel_ink)] if facts else []

    def _bar(self, state: FrameState) -> list[Text]:
        """Numbers and title of the colour bar, or the legend, and the key of diameters."""
        rect = self.layout.colorbar
        key = [] if self.size_key is None else [Text(text, slot) for text, slot in self.size_key.texts]
        if self.groups:
            return [*(Text(line.text, line.slot) for line in self.legend), *key]
        if rect is None:
            return key
        sizes_px = self.layout.tick_px, self.layout.least_px
        words = self._bar_words(state)
        if self.layout.bar_in_corner:
            texts = corner_texts(words, rect, sizes_px)
        else:
            texts = bar_texts(words, rect, sizes_px, self.layout.size[0])
        return [*(Text(text, slot) for text, slot in texts), *key]

    @property
    def _quantity(self) -> str:
        """What the volume's values are."""
        volume = self.scene.volume
        if volume is None or volume.meaning != INTENSITY:
            return INTENSITY.quantity if volume is None else volume.meaning.quantity
        return "value" if diverges(volume) else INTENSITY.quantity

    def _bar_words(self, state: FrameState) -> BarWords:
        title = self.scene.bar_title
        if self.scale is None:
            return BarWords(number(state.window[0]), number(state.window[1]), title or self._quantity)
        low, high = self.scale.ends
        unit = "" if title else self.scale.unit
        quantity, middle = title or self.scale.quantity, "0" * self.scale.signed
        return BarWords(number(low), number(high), quantity, unit, middle, self.scale.marks)


def _heading(text: str, slot: TextSlot) -> Text:
    """A title that becomes smaller where it has no room, and is cut where the smallest size has no room."""
    size_px = max(_fitting_px(text, slot, strong=True), _LEAST_HEADING * slot.size_px)
    return Text(shortened(text, slot.room_px, size_px, strong=True), replace(slot, size_px=size_px), strong=True)


def _width_px(text: Text) -> float:
    return text_width_px(text.text, text.slot.size_px, strong=text.strong)


def _right_px(slot: TextSlot, width_px: float) -> float:
    """Right end of a text of a width."""
    return slot.x + {"l": 1.0, "m": 0.5, "r": 0.0}[slot.anchor] * width_px


def _share_line(one: TextSlot, other: TextSlot) -> bool:
    return abs(one.y - other.y) < (one.size_px + other.size_px) / 2


def _fitting_px(text: str, slot: TextSlot, *, strong: bool = False) -> float:
    return fitting_px(text, slot.room_px, slot.size_px, strong=strong)
