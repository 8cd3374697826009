"""The text above the slices of a contact sheet: heading, facts, warnings, legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corticast.core.geometry.layout import TextSlot
from corticast.core.model.types import IntpArray, PlacedElectrodes, UInt8Array
from corticast.core.text.captions import Text
from corticast.core.text.metrics import text_width_px
from corticast.passes.sheet import Discs

# Lengths in pixels for a page of 2400 x 3200.
_TITLE_PX, _LINE_PX, _MARGIN, _EXAMPLE_PX = 52.0, 32.0, 36.0, 22.0
_WARNING_LINES, _LEGEND_LINES = 5, 5


@dataclass(frozen=True, eq=False)
class Contacts:
    """The contacts of a sheet.

    Parameters
    ----------
    placed : positions of the contacts
    shown : (n_shown,) intp, rows of the table whose contacts are on the page
    groups : name of the electrode group for each row of the table, or of the subject where there are several
    """

    placed: PlacedElectrodes
    shown: IntpArray
    groups: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Number of contacts on the page per group, in the table's order."""
        counts: dict[str, int] = {}
        for row in self.shown:
            counts[self.groups[row]] = counts.get(self.groups[row], 0) + 1
        return counts


class SheetHeader:
    """The lines above the cells, filled from the top.

    Parameters
    ----------
    width : width of the page in pixels
    unit : scale of the page, relative to one of 2400 x 3200

    Attributes
    ----------
    y : height in pixels that is filled so far
    texts, warnings : lines of text
    """

    def __init__(self, width: int, unit: float) -> None:
        self._unit = unit
        self._left = _MARGIN * unit
        self._room = width - 2 * self._left
        self.y = 0.8 * _MARGIN * unit
        self.texts: list[Text] = []
        self.warnings: list[Text] = []
        # Column, row, colour, hollow.
        self._examples: list[tuple[float, float, int, bool]] = []

    def _slot(self, x: float, size_px: float) -> TextSlot:
        return TextSlot(x, self.y + 0.7 * size_px, "l", size_px)

    def head(self, text: str) -> None:
        """Write the heading."""
        self._write(text, _TITLE_PX * self._unit, strong=True)

    def add(self, text: str) -> None:
        """Write a paragraph."""
        self._write(text, _LINE_PX * self._unit)

    def leave_line(self) -> TextSlot:
        """Leave a line free; the slot is that of a text at its beginning."""
        slot = self._slot(self._left, _LINE_PX * self._unit)
        self.y += 1.4 * slot.size_px
        return slot

    def _write(self, text: str, size_px: float, *, strong: bool = False) -> None:
        for line in wrapped(text, self._room, size_px, 2, strong=strong):
            self.texts.append(Text(line, self._slot(self._left, size_px), strong))
            self.y += 1.4 * size_px

    def warn(self, warnings: Sequence[str]) -> None:
        """Write warnings. If there are too many, the last line gives the number of the others."""
        size_px = _LINE_PX * self._unit
        left = _WARNING_LINES
        for number, warning in enumerate(warnings):
            more = len(warnings) - number - 1
            if left == 1 and more:
                lines = [f"and {more + 1} more warnings"]
            else:
                lines = wrapped(warning, self._room, size_px, min(2, left - bool(more)))
            for line in lines:
                self.warnings.append(Text(line, self._slot(self._left, size_px)))
                self.y += 1.4 * size_px
            left -= len(lines)
            if not left:
                return

    def legend(self, contacts: Contacts, colours: UInt8Array) -> None:
        """Write the colour of each group."""
        size_px = _LINE_PX * self._unit
        counts = contacts.counts.items()
        entries = [(f"{group} {n}", number % len(colours), False) for number, (group, n) in enumerate(counts)]
        if contacts.placed.table.bad[contacts.shown].any():
            entries.append(("marked bad", 0, True))
        self.y += 0.4 * size_px
        x, n_lines = self._left, 1
        for number, (text, colour, hollow) in enumerate(entries):
            text = wrapped(text, 0.4 * self._room, size_px, 1)[0]
            step = 2.0 * size_px + text_width_px(text, size_px)
            more = f"and {len(entries) - number} more"
            is_last_line = n_lines == _LEGEND_LINES
            room = self._room - (text_width_px(more, size_px) + size_px) * (is_last_line and number < len(entries) - 1)
            if x + step - self._left > room:
                if is_last_line:
                    self.texts.append(Text(more, self._slot(x, size_px)))
                    break
                x, n_lines = self._left, n_lines + 1
                self.y += 1.5 * size_px
            slot = self._slot(x + 0.9 * size_px, size_px)
            self.texts.append(Text(text, slot))
            self._examples.append((x + 0.35 * size_px - 0.5, slot.y - 0.5, colour, hollow))
            x += step
        self.y += 1.5 * size_px

    def examples(self, colours: UInt8Array) -> Discs:
        """The discs of the legend."""
        columns = np.array(self._examples).reshape(-1, 4)
        return Discs(
            columns[:, :2], columns[:, 2].astype(np.intp), columns[:, 3] > 0, colours, _EXAMPLE_PX * self._unit
        )


def wrapped(text: str, room_px: float, size_px: float, n_lines: int, *, strong: bool = False) -> list[str]:
    """Break a text into lines that fit. A last line that is too long is cut and ends in "…"."""

    def fits(line: str) -> bool:
        return text_width_px(line, size_px, strong=strong) <= room_px

    lines: list[str] = []
    words = text.split()
    while words and len(lines) < n_lines:
        n = next((n for n in range(len(words), 0, -1) if fits(" ".join(words[:n]))), 0)
        if n == 0 or (len(lines) == n_lines - 1 and n < len(words)):
            # The longest beginning that fits.
            rest = " ".join(words)
            n_characters = next((n for n in range(len(rest), 0, -1) if fits(rest[:n].rstrip() + "…")), 1)
            lines.append(rest[:n_characters].rstrip() + "…")
            words = rest[n_characters:].split() if len(lines) < n_lines else []
            continue
        lines.append(" ".join(words[:n]))
        words = words[n:]
    return lines or [""]
