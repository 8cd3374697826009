"""Names of diverging maps between two colours: `red..green` or `red..green:0.8`. It loads no NumPy."""

from __future__ import annotations

import math
from typing import NamedTuple

from corticast.errors import OptionError

SEPARATOR = ".."
# The arms of a map without a width are straight in Oklab.
STRAIGHT = 0.5


class TwoColours(NamedTuple):
    """A diverging map between two named colours.

    Parameters
    ----------
    low, high : colours of its ends, names or #rrggbb
    mid : width of its middle, the share of the map in which colours are less than half way to an end
    """

    low: str
    high: str
    mid: float


def is_two_colours(name: str | None) -> bool:
    """Whether a name is of the form LOW..HIGH."""
    return name is not None and SEPARATOR in name


def two_colours(name: str, option: str) -> TwoColours:
    """Read a name: LOW..HIGH, or LOW..HIGH:WIDTH.

    Raises
    ------
    OptionError : an end is missing, or the width is not between 0 and 1
    """
    ends, _, width = name.partition(":")
    low, _, high = ends.partition(SEPARATOR)
    if not low or not high or SEPARATOR in high:
        raise OptionError(f"{option} {name}: give two colours, such as red..green")
    return TwoColours(low, high, _width(width, name, option) if width else STRAIGHT)


def _width(text: str, name: str, option: str) -> float:
    try:
        width = float(text)
    except ValueError:
        width = math.nan
    if not 0 < width < 1:
        raise OptionError(f"{option} {name}: the width of the middle lies between 0 and 1, such as red..green:0.8")
    return width


def with_middle(name: str, mid: float | None, option: str = "--cmap-mid") -> str:
    """The name of a map with the width of its middle, for a map of two colours without one.

    Raises
    ------
    OptionError : the name has a width already
    """
    if mid is None or not is_two_colours(name):
        return name
    if ":" in name:
        raise OptionError(f"{option} {mid:g}: {name} has the width of its middle already; leave one of the two out")
    return f"{name}:{mid:g}"
