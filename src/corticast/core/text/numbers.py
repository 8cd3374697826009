"""Numbers as captions write them."""

from __future__ import annotations

import math

_SUFFIXES = ("", "k", "M", "G")
# From here on numbers are written in thousands, millions or milliards.
_LONG = 100_000


def millimetres(value: float) -> str:
    """Millimetres with a true minus sign, one decimal where there is one."""
    text = f"{value + 0.0:.1f}".removesuffix(".0")
    return text.replace("-", "−") if text != "-0" else "0"


def number(value: float) -> str:
    """A value in at most four significant digits, from a hundred thousand on in thousands, millions or milliards.

    Values below 0.0001, and those of a thousand milliards and more, have an exponent: 1.5e−7.
    """
    value = float(f"{value:.4g}")
    suffix = ""
    if math.isfinite(value) and abs(value) >= _LONG:
        power = math.floor(math.log10(abs(value)) / 3)
        if power < len(_SUFFIXES):
            value, suffix = value / 1000**power, _SUFFIXES[power]
    # Python writes five digits with an exponent, and two digits of each exponent.
    text = f"{value:.5g}" if 1000 <= abs(value) < _LONG else f"{value:.4g}"
    return text.replace("e-0", "e-").replace("e+", "e").replace("-", "−") + suffix
