"""Words for panels, and what may stand behind their @. It loads no NumPy."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# Names of slices.
SLICE_PLANES = ("axial", "coronal", "sagittal")

# Most slices of a mosaic, and their number where none is given.
_MOST_SLICES, MOSAIC_SLICES = 100, 12

# What stands behind @: numbers, or names.
At = tuple[float | str, ...]

# A decimal number. Python also takes "1_0", "nan" and "inf".
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


@dataclass(frozen=True)
class Word:
    """A panel, or several panels, as a layout's expression names them.

    Parameters
    ----------
    name : such as "axial"
    at : numbers and names behind @, such as (-20.0, 0.0, 20.0)
    """

    name: str
    at: At = ()


@dataclass(frozen=True)
class _WordKind:
    """What may stand behind the @ of a word.

    Parameters
    ----------
    read : takes the texts behind @ (none without @), and gives their values; ValueError if they cannot be read
    remedy : for the message
    """

    read: Callable[[Sequence[str]], At]
    remedy: str


def number(text: str) -> float:
    """A finite decimal number.

    Raises
    ------
    ValueError : the text is something else
    """
    found = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(found):
        raise ValueError(text)
    return found


def _nothing(texts: Sequence[str]) -> At:
    if texts:
        raise ValueError(texts)
    return ()


def _planes(texts: Sequence[str]) -> At:
    return tuple(map(number, texts))


def _angles(texts: Sequence[str]) -> At:
    angles = tuple(map(number, texts))
    if len(angles) not in (0, 2) or any(abs(elevation) > 90 for elevation in angles[1:]):
        raise ValueError(texts)
    return angles


def _groups(texts: Sequence[str]) -> At:
    if not texts:
        raise ValueError(texts)
    return tuple(texts)


def _mosaic(texts: Sequence[str]) -> At:
    plane = tuple(texts[:1]) if texts and texts[0] in SLICE_PLANES else ()
    counts = tuple(map(number, texts[len(plane) :]))
    if len(counts) > 1 or any(count not in range(1, _MOST_SLICES + 1) for count in counts):
        raise ValueError(texts)
    return plane + counts


_ALONE = _WordKind(_nothing, "nothing stands behind @ here")

WORDS: Mapping[str, _WordKind] = {
    **{
        plane: _WordKind(_planes, f"give planes in mm, such as {plane}@12 or {plane}@-20,0,20")
        for plane in SLICE_PLANES
    },
    **dict.fromkeys(("left", "right", "lateral", "superior", "inferior", "anterior", "posterior"), _ALONE),
    "3d": _WordKind(_angles, "give azimuth and elevation in degrees, such as 3d@150,20"),
    "shaft": _WordKind(_groups, "give the group of the contacts, such as shaft@LA"),
    "mosaic": _WordKind(_mosaic, f"give 1 to {_MOST_SLICES} slices, or a plane, such as mosaic@20 or mosaic@coronal,9"),
    "image": _ALONE,
}
