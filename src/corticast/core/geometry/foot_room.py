"""Room at a frame's foot for the lines that say what the lights are."""

from __future__ import annotations

from corticast.core.geometry.layout import FootRoom, TextSlot

# Size of the text in a frame whose shorter side is 1080 pixels. Small frames enlarge the text to a readable size, up to
# a share of their height; where words have no room, the text shrinks to a share of its size, and stays readable.
FOOT_PX = 22.0
_READABLE_PX, _MOST_FOOT_SHARE, _LEAST_SHARE = 10.0, 1 / 18, 0.8
# No text is smaller than this share of the frame's height.
_READABLE_SHARE = 0.016
# From line to line, and from the lowest line to the room's edge and to its own edges, in sizes of the text.
LINE_STEP, _TO_EDGE, _HALF_LINE = 1.2, 0.6, 0.65
# The lowest line stands partly in the frame's margin.
_MARGIN_SHARE = 0.6
# Frames keep room for two lines, those that are narrower than so many sizes for five.
_NARROW = 40.0


def foot_px(size: tuple[int, int], scale: float = 1.0) -> float:
    """Size of the text at the foot of a frame, in pixels; `scale` is that of all texts."""
    return max(scale * FOOT_PX * min(size) / 1080, min(scale, 1.0) * least_text_px(size))


def least_text_px(size: tuple[int, int]) -> float:
    """The smallest text of a frame, in pixels: 1.6 % of its height, and 10 pixels unless the frame is tiny."""
    return min(max(_READABLE_PX, _READABLE_SHARE * size[1]), _MOST_FOOT_SHARE * min(size))


def kept_foot_px(size: tuple[int, int], margin: float, scale: float = 1.0) -> float:
    """Height above the margin that is kept free of panels: for two lines, in narrow frames for five."""
    line_px = foot_px(size, scale)
    n_lines = 5 if size[0] < _NARROW * line_px else 2
    return (1.25 + LINE_STEP * (n_lines - 1)) * line_px - (1 - _MARGIN_SHARE) * margin


def foot_room(
    size: tuple[int, int],
    margin: float,
    above: float,
    scale: float = 1.0,
    band_px: float = 0.0,
    *,
    follows: bool = False,
) -> FootRoom:
    """Room below everything else in a frame.

    Parameters
    ----------
    margin : of the frame, in pixels
    above : lower edge of everything else, in pixels
    scale : of all texts
    band_px : height of a band below the lines
    follows : whether the lines stand at the top of the room
    """
    line_px = foot_px(size, scale)
    # As far from the sides as from the frame's lower edge.
    width = size[0] - 2 * line_px
    least_px = max(_LEAST_SHARE * line_px, min(scale, 1.0) * least_text_px(size))
    bottom = size[1] - _MARGIN_SHARE * margin - band_px
    return FootRoom(size[0] / 2, width, above, bottom, line_px, least_px, follows)


def lines_in(room: FootRoom, size_px: float) -> int:
    """Lines of a size that have room, at least one."""
    # A rounding error of the panels' places costs no line.
    spare = room.bottom - room.top + 0.5 - (_TO_EDGE + _HALF_LINE) * size_px
    return 1 + max(0, int(spare / (LINE_STEP * size_px)))


def line_slots(room: FootRoom, n_lines: int, size_px: float) -> list[TextSlot]:
    """Slots of lines, from the top."""
    lowest = _bottom(room, n_lines, size_px) - _TO_EDGE * size_px
    return [TextSlot(room.x, lowest - LINE_STEP * size_px * line, "m", size_px) for line in reversed(range(n_lines))]


def line_top(room: FootRoom, n_lines: int, size_px: float) -> float:
    """Upper edge of the topmost of so many lines, in pixels."""
    return _bottom(room, n_lines, size_px) - _high_px(n_lines, size_px)


def _high_px(n_lines: int, size_px: float) -> float:
    return (_TO_EDGE + _HALF_LINE + LINE_STEP * (n_lines - 1)) * size_px


def _bottom(room: FootRoom, n_lines: int, size_px: float) -> float:
    """Lower edge of so many lines: that of the room, unless they follow what stands above."""
    return min(room.bottom, room.top + _high_px(n_lines, size_px)) if room.follows else room.bottom
