"""The legend of groups of contacts, in the place of a colour bar: measured, and never cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corticast.core.geometry.arrange import TICK_PX
from corticast.core.geometry.layout import Layout, TextSlot
from corticast.core.geometry.panels import Rect
from corticast.core.text.colour_bar import standing_room_px
from corticast.core.text.metrics import shortened, text_width_px

# In sizes of the text: from line to line, side of a chip, and from a chip's left edge to its text.
_STEP, _CHIP, _TEXT_AT = 1.45, 0.7, 1.1
_MOST_LINES = 24


@dataclass(frozen=True)
class LegendLine:
    """A line of the legend.

    Parameters
    ----------
    text : name of a group, or the number of groups that have no line
    slot : place of the text
    chip : rectangle of the group's colour; None in the last line of a shortened legend
    """

    text: str
    slot: TextSlot
    chip: Rect | None


def legend_lines(groups: Sequence[str], layout: Layout) -> list[LegendLine]:
    """Lines of the legend, in the order of the groups; empty where the colour bar is off."""
    if layout.colorbar is None:
        return []
    size_px, rect = TICK_PX * layout.unit, layout.colorbar
    step = _STEP * size_px
    above = [slot.y + slot.size_px for slot in (layout.title, layout.clock) if slot is not None]
    top, bottom = max(above, default=0.5 * size_px), layout.size[1] - 0.5 * size_px
    n_lines = max(1, min(len(groups), _MOST_LINES, int((bottom - top) / step)))
    named = list(groups[: n_lines - (len(groups) > n_lines)])
    room_px = standing_room_px(rect, size_px, layout.size[0])
    left = layout.size[0] - room_px - 0.2 * size_px
    y = min(max(rect[1] + rect[3] / 2 - n_lines * step / 2, top), bottom - n_lines * step) + step / 2
    lines = []
    side = max(1, round(_CHIP * size_px))
    for number, name in enumerate(named):
        at = y + number * step
        text = shortened(name, room_px - _TEXT_AT * size_px, size_px)
        slot = TextSlot(left + _TEXT_AT * size_px, at, "l", size_px)
        lines.append(LegendLine(text, slot, (round(left), round(at - side / 2), side, side)))
    if len(groups) > n_lines:
        more = f"… and {len(groups) - len(named)} more"
        fitting_px = size_px * min(1.0, room_px / text_width_px(more, size_px))
        lines.append(LegendLine(more, TextSlot(left, y + len(named) * step, "l", fitting_px), None))
    return lines
