"""Numbers as captions write them."""

from __future__ import annotations

import math

_SUFFIXES = ("k", "M", "G")


def millimetres(value: float) -> str:
    """Millimetres with a true minus sign, one decimal where there is one."""
    text = f"{value + 0.0:.1f}".removesuffix(".0")
    return text.replace("-", "−") if text != "-0" else "0"


def number(value: float) -> str:
    """A value in at most four significant digits, from a hundred thousand on in thousands, millions or milliards."""
    suffix = ""
    if math.isfinite(value) and abs(value) >= 99_995:
        power = min(math.floor(math.log10(abs(value)) / 3), len(_SUFFIXES))
        value, suffix = value / 1000**power, _SUFFIXES[power - 1]
    return f"{value:.4g}{suffix}".replace("-", "−")
