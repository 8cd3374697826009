"""The kind of the option --layout: a name, or an expression of panels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from corticast.core.model.kinds import Schema, one_of
from corticast.core.model.layout_expression import expression_of
from corticast.core.model.layout_words import WORDS
from corticast.core.model.layouts import LAYOUTS, expression


@dataclass(frozen=True)
class LayoutKind:
    """A layout: its name, or an expression, which is read to its plainest form."""

    metavar: str = "EXPRESSION"

    def read(self, value: Any) -> str:
        """Read a layout.

        Raises
        ------
        ValueError : the value is no expression; of a text, the message begins with the column
        """
        if not isinstance(value, str):
            raise ValueError(f"give {one_of(LAYOUTS)}, or an expression such as 'sagittal | coronal'")
        return expression_of(expression(value))

    def schema(self) -> Schema:
        """One of the names, or a text whose first panel is known."""
        words = "|".join(map(re.escape, sorted({*WORDS, *LAYOUTS}, key=len, reverse=True)))
        text = rf"^[\s(]*(?:{words})(?:[\s|/()*@]|$)"
        return {"anyOf": [{"enum": list(LAYOUTS)}, {"type": "string", "pattern": text}]}

    def plain(self, value: str) -> str:
        """The text."""
        return value
