"""Words of a panel's name and caption, their style in the corners, and the boxes of texts."""

from __future__ import annotations

from collections.abc import Sequence

from corticast.core.color.themes import theme_of
from corticast.core.geometry.boxes import Box
from corticast.core.geometry.layout import CornerSlot, Layout, TextSlot
from corticast.core.model.scene import Scene
from corticast.core.text.corners import CornerStyle, corner_style
from corticast.core.text.edges import edge_facts
from corticast.core.text.metrics import text_width_px

# From the middle of capitals to the upper edge of a text, and to the lower end of descenders, in sizes of the text.
_UP, _DOWN = 0.4, 0.57


def name_style(layout: Layout) -> CornerStyle:
    """How names stand in the corners: one style for all panels."""
    if layout.name_style is not None:
        return layout.name_style
    pairs = zip(layout.panels, layout.names, strict=True)
    return corner_style([([panel.title], slot) for panel, slot in pairs if isinstance(slot, CornerSlot)], strong=True)


def caption_style(scene: Scene, layout: Layout) -> CornerStyle:
    """How captions stand in the corners: one style for all panels and frames."""
    if layout.caption_style is not None:
        return layout.caption_style
    labels, pairs = scene.shown_labels, zip(layout.panels, layout.captions, strict=True)
    corners = [(panel, slot) for panel, slot in pairs if isinstance(slot, CornerSlot)]
    return corner_style([(worded(panel.widest_caption(scene.volume, labels), scene), slot) for panel, slot in corners])


def worded(facts: Sequence[str], scene: Scene) -> list[str]:
    """Facts about a panel as a caption states them: the post has words and an order of its own."""
    return list(facts) if theme_of(scene).panel_ink is None else edge_facts(facts)


def text_box(text: str, slot: TextSlot, *, strong: bool = False, size_px: float | None = None) -> Box:
    """The pixels that a line of text may cover.

    Parameters
    ----------
    size_px : of the font where the text is smaller or larger than its slot says
    """
    size_px = slot.size_px if size_px is None else size_px
    width = text_width_px(text, size_px, strong=strong)
    before = {"l": 0.0, "m": 0.5, "r": 1.0}[slot.anchor] * width
    if slot.upright:
        # Turned to the left: what ran to the right runs up, and what hung below stands at the right.
        start = slot.y + before
        return slot.x - _UP * size_px, start - width, slot.x + _DOWN * size_px, start
    left, down = slot.x - before, _UP if text.isupper() else _DOWN
    return left, slot.y - _UP * size_px, left + width, slot.y + down * size_px


def clock_box(slot: TextSlot) -> Box:
    """The pixels that a usual clock may cover."""
    return slot.x - slot.room_px, slot.y - _UP * slot.size_px, slot.x, slot.y + _DOWN * slot.size_px
