"""Texts and times in an EDF+ or BDF+ file: onsets of its records, and its annotations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from corticast.core.timing import exact
from corticast.errors import DataError, OptionError

# An onset, a duration if any, and texts: EDF+ calls this a time-stamped annotation list.
_LIST = re.compile(rb"([+-][0-9]+(?:\.[0-9]*)?)(?:\x15([0-9]+(?:\.[0-9]*)?))?\x14([^\x00]*)")

# A recording of days has fewer annotations, and their objects take 300 MB.
_MOST = 10**6
# Later times leave the numbers of a computer.
_MOST_S = 10**12


@dataclass(frozen=True)
class Annotation:
    """A text at a time, in seconds from the time of day in the header."""

    onset_s: Fraction
    duration_s: Fraction
    text: str


def read_annotations(
    records: Iterable[tuple[bytes, ...]],
) -> tuple[list[Fraction | None], list[Annotation]]:
    """Read the annotations of all records.

    Parameters
    ----------
    records : of each record the bytes of its annotation signals; the first one begins with the record's onset

    Returns
    -------
    onset of each record in seconds from the time of day in the header, None where a record states none; annotations

    Raises
    ------
    DataError : there are more than a million
    """
    onsets: list[Fraction | None] = []
    found: list[Annotation] = []
    for signals in records:
        lists = [list(_lists(content)) for content in signals]
        own = lists[0][0] if lists and lists[0] else None
        onsets.append(own[0] if own is not None and not own[2][0] else None)
        for onset_s, duration_s, texts in (each for part in lists for each in part):
            found += [Annotation(onset_s, duration_s, text) for text in texts if text]
        if len(found) > _MOST:
            raise DataError(f"more than {_MOST} annotations; export the recording with fewer of them")
    return onsets, found


def _lists(content: bytes) -> Iterator[tuple[Fraction, Fraction, list[str]]]:
    for match in _LIST.finditer(content):
        try:
            onset_s, duration_s = (exact(_number(part)) for part in (match[1], match[2] or b"0"))
        except OptionError:
            # Numbers without end.
            continue
        if max(abs(onset_s), duration_s) > _MOST_S:
            continue
        yield onset_s, duration_s, [_text(part) for part in match[3].split(b"\x14")]


def _number(part: bytes) -> str:
    return part.decode("ascii")


def _text(part: bytes) -> str:
    try:
        text = part.decode("utf-8")
    except UnicodeDecodeError:
        text = part.decode("latin-1")
    return text.strip()
