"""The order in which letters of both directions stand in a line: Unicode's bidirectional algorithm (UAX #9).

fpdf2 gives each character its embedding level, as rules P2 to L1 say. Rule L2 turns the runs here: fpdf2 turns single
characters, and letters that join are shaped in the order of reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from unicodedata import bidirectional

_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def is_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left (rule P2); False without such a letter."""
    strong = (bidirectional(c) for c in text)
    return next((kind in _RIGHT_TO_LEFT for kind in strong if kind in _RIGHT_TO_LEFT or kind == "L"), False)


def direction_runs(text: str) -> list[tuple[str, bool]]:
    """Runs of one direction in a line of text.

    Parameters
    ----------
    text : of one paragraph, without characters that end one

    Returns
    -------
    Runs from left to right, each with its characters in the order of reading, and whether it runs from right to left.
    """
    if not any(bidirectional(c) in _RIGHT_TO_LEFT for c in text):
        return [(text, False)]
    from fpdf.bidi import BidiParagraph

    levels = groupby(BidiParagraph(text).characters, lambda each: int(each.embedding_level))
    runs = [(level, "".join(each.character for each in some)) for level, some in levels]
    for least in range(max(level for level, _ in runs), 0, -1):
        runs = list(_turned(runs, least))
    return [(run, level % 2 == 1) for level, run in runs]


def _turned(runs: list[tuple[int, str]], least: int) -> Iterator[tuple[int, str]]:
    """Runs with neighbours of at least this level in the opposite order."""
    for is_turned, some in groupby(runs, lambda each: each[0] >= least):
        neighbours = list(some)
        yield from reversed(neighbours) if is_turned else neighbours
