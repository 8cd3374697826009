"""What panels of a frame are called, and the facts that their captions state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corticast.core.color.themes import theme_of
from corticast.core.geometry.layout import CornerSlot, PanelWords, TextSlot
from corticast.core.geometry.panels import Motion, Panel
from corticast.core.model.scene import Scene
from corticast.core.model.types import FrameState
from corticast.core.text.edges import edge_title
from corticast.core.text.panel_texts import worded


@dataclass(frozen=True)
class Wording:
    """The words of panels.

    Parameters
    ----------
    scene : with the volume, the labels and the theme
    state : a frame of panels that rest
    motion : what changes from frame to frame
    """

    scene: Scene
    state: FrameState
    motion: Motion

    def title(self, panel: Panel) -> str:
        """Name of a panel as the frame shows it: names at edges have the words of the post."""
        return panel.title if theme_of(self.scene).panel_ink is None else edge_title(panel.title)

    def label(self, panel: Panel, kind: Literal["name", "caption", "letter"], words: str = "") -> PanelWords:
        """A text of a panel, for warnings about it."""
        return PanelWords(panel, kind, words, self.title(panel))

    def widest(self, panel: Panel) -> list[str]:
        """The caption of a panel with the widest numbers."""
        return worded(panel.widest_caption(self.scene.volume, self.scene.shown_labels), self.scene)

    def facts(self, panel: Panel) -> list[str]:
        """The caption of a panel that rests, else the widest one."""
        given = self.scene.volume, self.scene.shown_labels
        moves = panel.caption_moves(self.motion)
        facts = panel.widest_caption(*given) if moves else panel.caption(self.state, *given)
        return worded(facts, self.scene)


def at_edges(panels: Sequence[Panel], slots: Sequence[CornerSlot | TextSlot | None]) -> list[tuple[Panel, TextSlot]]:
    """Panels whose text stands at the middle of an edge, and its slot."""
    pairs = zip(panels, slots, strict=True)
    return [(panel, slot) for panel, slot in pairs if isinstance(slot, TextSlot)]
