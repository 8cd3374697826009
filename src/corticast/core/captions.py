"""Numbers as captions have them."""

from __future__ import annotations


def millimetres(value: float) -> str:
    """Millimetres with a true minus sign, one decimal where there is one."""
    text = f"{value + 0.0:.1f}".removesuffix(".0")
    return text.replace("-", "−") if text != "-0" else "0"


def number(value: float) -> str:
    """A value in at most four significant digits."""
    return f"{value:.4g}".replace("-", "−")
