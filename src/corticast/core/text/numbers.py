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


def percent(share: float) -> str:
    """A share above 0 in at most two digits, without an exponent; 100 % is all."""
    if share < 0.001:
        return "under 0.1 %"
    if share > 0.99:
        return "over 99 %" if share < 1 else "100 %"
    return f"{100 * share:.2g} %"


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
