"""Where the texts of panels stand: close around the box of what each panel shows.

A cell is often larger than the box in its middle. Texts at the edges of the cell would stand nearer to the picture of a
neighbour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corticast.core.geometry.panels import Rect
from corticast.core.geometry.rooms import Rooms, Spot

# Edges of boxes that differ by no more have a common line of letters, and of names and captions, in sizes of the text.
_LEVEL_LETTERS, _LEVEL_LINES = 1.0, 3.5
# Height of two lines of a caption and of a name, and width of the widest line of each in half a panel, in their sizes.
_TWO_LINES, _NAME_LINE = 2.65, 1.4
_LONG, _LONG_NAME = 8.75, 6.5


@dataclass(frozen=True)
class Edge:
    """One end of a panel's content.

    Parameters
    ----------
    lines, letter : row that names or captions, and the letter, stand close to and beyond
    limit : row that texts do not pass
    """

    lines: float
    letter: float
    limit: float


@dataclass(frozen=True)
class TextArea:
    """Room for the texts of a panel.

    Parameters
    ----------
    box : x, y, width, height of what the panel shows, in pixels
    left, right : ends of names and captions
    upper, lower : of the content
    """

    box: Rect
    left: float
    right: float
    upper: Edge
    lower: Edge

    @property
    def width(self) -> float:
        """Of names and captions."""
        return self.right - self.left


def text_areas(boxes: Sequence[Rect], spots: Sequence[Spot], rooms: Rooms) -> list[TextArea]:
    """The room of each panel for texts, within its cell.

    Parameters
    ----------
    boxes : what the panels show
    spots : where the panels stand
    """
    uppers, lowers = (_edges(boxes, spots, rooms, down=down) for down in (False, True))
    return [
        TextArea(box, *_ends(box, spot, rooms), upper, lower)
        for box, spot, upper, lower in zip(boxes, spots, uppers, lowers, strict=True)
    ]


def _ends(box: Rect, spot: Spot, rooms: Rooms) -> tuple[float, float]:
    """Left and right end of a panel's lines: as far out as its letters, or farther where lines need more room."""
    x, _, width, _ = spot.cell
    least = min(2 * _LONG * rooms.caption_px + rooms.letter, width)
    left, right = max(box[0] - rooms.letter, x), min(box[0] + box[2] + rooms.letter, x + width)
    spare = max(least - (right - left), 0.0) / 2
    left, right = left - spare, right + spare
    shift = max(x - left, 0.0) - max(right - x - width, 0.0)
    return left + shift, right + shift


def _edges(boxes: Sequence[Rect], spots: Sequence[Spot], rooms: Rooms, *, down: bool) -> list[Edge]:
    """The lower edges, or the upper ones."""
    sign = 1 if down else -1
    rows = [sign * (box[1] + box[3] * down) for box in boxes]
    limits = [sign * (spot.cell[1] + (spot.cell[3] + spot.below) * down) for spot in spots]
    beyond = [_free(number, boxes, sign) for number in range(len(boxes))]
    text_px = rooms.caption_px if down else rooms.name_px
    long_px, high_px = (_LONG, _TWO_LINES) if down else (_LONG_NAME, _NAME_LINE)
    # In narrow panels lines have no room beside the letter, and keep to the edge that the letter keeps to.
    free = [
        row if spot.cell[2] >= 2 * long_px * text_px + rooms.letter else -float("inf")
        for row, spot in zip(beyond, spots, strict=True)
    ]
    lines = _levels(rows, limits, free, _LEVEL_LINES * text_px, high_px * text_px)
    letters = _levels(rows, limits, beyond, _LEVEL_LETTERS * rooms.letter_px, 1.4 * rooms.letter_px)
    return [
        Edge(sign * line, sign * letter, sign * limit)
        for (line, limit), (letter, _) in zip(lines, letters, strict=True)
    ]


def _free(number: int, boxes: Sequence[Rect], sign: int) -> float:
    """Row of the nearest box beyond an edge, in the column of its own box; rows count outwards."""
    x, y, width, height = boxes[number]
    found = float("inf")
    for other in boxes:
        starts = other[1] if sign > 0 else -(other[1] + other[3])
        ends = y + height if sign > 0 else -y
        if other[0] < x + width and x < other[0] + other[2] and starts >= ends:
            found = min(found, float(starts))
    return found


def _levels(
    rows: Sequence[float], limits: Sequence[float], beyond: Sequence[float], reach: float, text_px: float
) -> list[tuple[float, float]]:
    """A common row and a common limit for edges that are near one another; rows count outwards.

    A text goes along only while it stays nearer to its own box than to the one beyond.
    """
    found = list(zip(rows, limits, strict=True))
    left = sorted(range(len(rows)), key=lambda number: -rows[number])
    while left:
        row = rows[left[0]]
        near = [
            number
            for number in left
            if number == left[0]
            or (
                row - rows[number] <= reach
                and limits[number] >= row
                and beyond[number] - row - text_px > row - rows[number]
            )
        ]
        limit = min(limits[number] for number in near)
        for number in near:
            found[number] = (row, limit)
        left = [number for number in left if number not in near]
    return found
