"""Exact time: frame rates, times and factors are fractions, frame k shows time k / fps."""

from __future__ import annotations

import contextlib
import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from corticast.core.arguments import typed
from corticast.errors import OptionError

# A number as people write it.
Number: TypeAlias = int | float | Decimal | Fraction | str

_DECIMAL_NTSC = {"23.976": Fraction(24000, 1001), "29.97": Fraction(30000, 1001), "59.94": Fraction(60000, 1001)}
# At most three digits of exponent: larger powers of ten would fill the memory.
_DECIMAL = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?\s*", re.IGNORECASE)
# Decimals of up to six places are what people type. Floats with more are quotients, of denominators such as 1001.
_TYPED, _LARGEST_DENOMINATOR = 10**6, 10**5
_RATIO = re.compile(r"\s*([-+]?\d+)\s*/\s*(\d+)\s*")


def exact(value: Number, option: str = "", *, wanted: str = "a number, such as 2.5") -> Fraction:
    """The number that was written, as a fraction: `0.1`, `"0.1"` and `Fraction(1, 10)` are all 1/10.

    A float stands for the decimal that Python prints of it. If that has more than six places, and the float is the
    nearest one to a ratio with a denominator up to 100 000, as `10 / 30` is to 1/3, it stands for the ratio. So does
    the text that Python prints of such a float.

    Parameters
    ----------
    value : a finite number, or text such as "2.5" or "1/3"
    option : name of the option, for the message
    wanted : the remedy in the message

    Raises
    ------
    OptionError : `value` is no finite number
    """
    if isinstance(value, Fraction):
        return value
    text = str(value)
    # ValueError: more digits than Python reads.
    with contextlib.suppress(ValueError, ZeroDivisionError):
        if _DECIMAL.fullmatch(text):
            return Fraction(text) if isinstance(value, Decimal) else _quotient(Fraction(text))
        if match := _RATIO.fullmatch(text):
            return Fraction(int(match[1]), int(match[2]))
    raise OptionError(f"{_flag(option)} {typed(value)}: not a finite number; give {wanted}", option)


def _quotient(decimal: Fraction) -> Fraction:
    """The ratio whose nearest float is printed as a decimal, else the decimal."""
    if decimal.denominator <= _TYPED:
        return decimal
    ratio = decimal.limit_denominator(_LARGEST_DENOMINATOR)
    # OverflowError: above the largest float.
    with contextlib.suppress(OverflowError):
        if Fraction(repr(float(ratio))) == decimal:
            return ratio
    return decimal


# GIF states up to 655 s from one picture to the next; other formats fail at hours.
_LEAST_FPS, _MOST_FPS = Fraction(1, 600), 1000


def _flag(option: str) -> str:
    return f"--{option.replace('_', '-')}" if option else "number"


def parse_fps(value: Number) -> Fraction:
    """Frame rate in frames per second as an exact fraction.

    `"30000/1001"`, `"25"`, `29.97` (read as 30000/1001, as 23.976 and 59.94 are) or a `Fraction`.

    Raises
    ------
    OptionError : the value is no number, below 1/600, or above 1000
    """
    text = str(value).strip()
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:\s*/\s*(\d+))?", text)
    fps: Fraction | None = None
    if match is not None:
        # ValueError: more digits than Python reads.
        with contextlib.suppress(ValueError, ZeroDivisionError):
            fps = _DECIMAL_NTSC.get(text) or Fraction(match.group(1)) / int(match.group(2) or 1)
    if fps is None or not _LEAST_FPS <= fps <= _MOST_FPS:
        raise OptionError(
            f"--fps {typed(value)}: not a frame rate; give a number or N/D from 1/600 to 1000, such as 30000/1001",
            "fps",
        )
    return fps


def n_frames_of(duration_s: Fraction, fps: Fraction) -> int:
    """Frames that cover a duration: ceil(duration · fps), at least 1."""
    return max(1, math.ceil(duration_s * fps))


def frame_time(index: int, fps: Fraction) -> Fraction:
    """Time in seconds that frame `index` shows."""
    return index / fps


def clock_text(time_s: Fraction | float) -> str:
    """Time as m:ss.d, or h:mm:ss.d from an hour on, cut to tenths of a second.

    Cut, not rounded: a clock never shows a time that has not come.
    """
    tenths = math.floor(exact(time_s) * 10)
    sign = "−" if tenths < 0 else ""
    seconds, tenth = divmod(abs(tenths), 10)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    if hours:
        return f"{sign}{hours}:{minute:02}:{second:02}.{tenth}"
    return f"{sign}{minute}:{second:02}.{tenth}"
