"""Texts of a scene's frames: their words and their places, without OpenGL."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from corticast.core.geometry.arrange import TICK_PX
from corticast.core.geometry.layout import Layout, TextSlot
from corticast.core.geometry.panels import Motion, Panel
from corticast.core.model.scene import Scene
from corticast.core.model.types import FrameState
from corticast.core.text.colour_bar import BarWords, bar_texts
from corticast.core.text.foot import Fact, foot_lines
from corticast.core.text.legend import legend_lines
from corticast.core.text.metrics import shortened
from corticast.core.text.numbers import number

_BETWEEN_FACTS = "  ·  "
_LETTER_OPACITY = 0.85
_FOOT_OPACITY = 0.8


@dataclass(frozen=True)
class Text:
    """A line of text in a slot.

    Parameters
    ----------
    strong : medium weight in place of regular
    opacity : 0..1
    """

    text: str
    slot: TextSlot
    strong: bool = False
    opacity: float = 1.0


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
    """

    quantity: str = "activity"
    full_scale: float = 1.0
    signed: bool = False
    unit: str = ""
    gain: float = 1.0
    n_clipped: int = 0


@dataclass(frozen=True, eq=False)
class Captions:
    """Texts of the frames of a scene.

    Parameters
    ----------
    scene : volume, contacts and labels
    layout : places of panels and labels
    motion : what changes from frame to frame; texts that depend on nothing else rest
    scale : of the contacts' activity, None without contacts; the colour bar then shows the grey window
    facts : lines for a grid's fourth cell, below the title
    groups : of contacts without activity; a legend of them stands in place of the bar
    caption : facts of the line at the frame's foot, see `foot_lines`
    """

    scene: Scene
    layout: Layout
    motion: Motion
    scale: ActivityScale | None = None
    facts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    caption: tuple[Fact, ...] = ()

    def shown(self, state: FrameState) -> Hashable:
        """What resting texts depend on: while it stays equal, so do they."""
        return (
            state.planes_mm if self.motion.planes == "rest" else None,
            None if self.motion.turn else state.turn_deg,
            None if self.scale is not None or self._bar_moves else state.window,
        )

    def resting(self, state: FrameState) -> list[Text]:
        """Texts that stay the same from frame to frame."""
        texts = [*self._title(), *self._info(), *self._names(), *self._foot(), *self._of_panels(state, moving=False)]
        return texts if self._bar_moves else texts + self._bar(state)

    def moving(self, state: FrameState) -> list[Text]:
        """Texts that may change in every frame: of panels that move, and the clock."""
        texts = self._of_panels(state, moving=True)
        if self.layout.clock is not None and state.clock:
            texts.append(Text(state.clock, self.layout.clock))
        return texts + self._bar(state) if self._bar_moves else texts

    @property
    def _bar_moves(self) -> bool:
        """Whether the bar shows a grey window that may be dragged."""
        return self.scale is None and self.motion.planes == "drag"

    def _title(self) -> list[Text]:
        slot = self.layout.title
        return [self._heading(self.scene.title, slot)] if slot is not None else []

    def _foot(self) -> list[Text]:
        """Lines that say what the lights are; the last one stands lowest."""
        slots = self.layout.foot
        if not slots or not self.caption:
            return []
        # As far from the sides as from the frame's lower edge.
        room_px = self.layout.size[0] - 2 * slots[0].size_px
        lines = foot_lines(self.caption, room_px, slots[0].size_px, len(slots))
        return [Text(line, slot, opacity=_FOOT_OPACITY) for line, slot in zip(reversed(lines), slots, strict=False)]

    def _info(self) -> list[Text]:
        """Lines of a grid's fourth cell: the title, beside which panels stand, and the facts."""
        if not self.layout.info:
            return []
        slot, *slots = self.layout.info
        ends = [panel.rect[0] + panel.rect[2] for panel in self.layout.panels]
        left = max((end for end in ends if end < slot.x), default=0)
        facts = [Text(fact, below) for below, fact in zip(slots, self.facts, strict=False)]
        return [self._heading(self.scene.title, slot, left), *facts]

    def _heading(self, text: str, slot: TextSlot, left: float = 0.0) -> Text:
        """A title in the middle between `left` and the right side of the frame, as long as it fits there."""
        room_px = 2 * (min(slot.x - left, self.layout.size[0] - slot.x) - slot.size_px)
        return Text(shortened(text, room_px, slot.size_px, strong=True), slot, strong=True)

    @property
    def _names_lead_captions(self) -> bool:
        """Whether panels are named on the line of their captions, as in a grid."""
        return self.layout.names[0] is not None and self.layout.names == self.layout.captions

    def _names(self) -> list[Text]:
        """Names of panels that stand on a line of their own."""
        layout = self.layout
        slots = zip(layout.panels, layout.names, layout.captions, strict=True)
        named = [(panel, name) for panel, name, caption in slots if name != caption]
        return [Text(panel.title, name, strong=True) for panel, name in named if name is not None]

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

    def _letters(self, panel: Panel, slots: tuple[TextSlot, ...] | None) -> list[Text]:
        sided = self.scene.volume is None or self.scene.volume.sided
        texts = []
        for slot, letters in zip(slots or (), panel.letters, strict=False):
            doubtful = not sided and bool(set(letters) & set("LR"))
            texts.append(Text(letters + "?" * doubtful, slot, opacity=_LETTER_OPACITY))
        return texts

    def _caption(self, panel: Panel, slot: TextSlot, state: FrameState) -> list[Text]:
        name = [panel.title] if self._names_lead_captions else []
        facts = panel.caption(state, self.scene.volume, frozenset(self.scene.labels))
        text = _BETWEEN_FACTS.join(name + facts)
        return [Text(text, slot)] if text else []

    def _bar(self, state: FrameState) -> list[Text]:
        """Numbers and title of the colour bar, or the legend."""
        rect = self.layout.colorbar
        if self.groups:
            return [Text(line.text, line.slot) for line in legend_lines(self.groups, self.layout)]
        if rect is None:
            return []
        texts = bar_texts(self._bar_words(state), rect, TICK_PX * self.layout.unit, self.layout.size[0])
        return [Text(text, slot) for text, slot in texts]

    def _bar_words(self, state: FrameState) -> BarWords:
        if self.scale is None:
            return BarWords(number(state.window[0]), number(state.window[1]), "intensity")
        full = self.scale.full_scale
        low = number(-full) if self.scale.signed else "0"
        return BarWords(low, number(full), self.scale.quantity, self.scale.unit)
