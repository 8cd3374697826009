"""Numbers as captions write them."""

from __future__ import annotations

# From here on numbers have no digits behind the point, and from there on an exponent.
_LARGE, _LONG = 10_000, 1_000_000


def millimetres(value: float, n_digits: int = 1) -> str:
    """Millimetres with a true minus sign, and up to `n_digits` decimals where there are some."""
    text = f"{value + 0.0:.{n_digits}f}".rstrip("0").rstrip(".")
    return text.replace("-", "−") if text != "-0" else "0"


def digits_of(step_mm: float) -> int:
    """Decimals that tell planes at this distance apart: 1 from half a millimetre on, 2 or 3 for smaller voxels."""
    return 1 if step_mm >= 0.5 else 2 if step_mm >= 0.02 else 3


def percent(share: float) -> str:
    """A share above 0 in at most two digits, without an exponent; 100 % is all."""
    if share < 0.001:
        return "under 0.1 %"
    if share > 0.99:
        return "over 99 %" if share < 1 else "100 %"
    return f"{100 * share:.2g} %"


def number(value: float) -> str:
    """A value in four significant digits, large ones to the next whole number.

    Values below 0.0001, and those of a million and more, have an exponent: 1.5e−7, 4.295e9.
    """
    whole = f"{value:.0f}" if _LARGE <= abs(value) < _LONG else ""
    text = whole if 0 < len(whole.lstrip("-")) < len(str(_LONG)) else f"{value + 0.0:.4g}"
    # Python writes thousands that are rounded up to five digits with an exponent, and two digits of each exponent.
    return text.replace("1e+04", "10000").replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", "−")
