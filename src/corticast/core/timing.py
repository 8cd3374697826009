"""Exact time: frame rates are fractions, frame k shows time k / fps."""

from __future__ import annotations

import contextlib
import math
import re
from fractions import Fraction

from corticast.errors import OptionError

_DECIMAL_NTSC = {"23.976": Fraction(24000, 1001), "29.97": Fraction(30000, 1001), "59.94": Fraction(60000, 1001)}


def parse_fps(value: str | int | float | Fraction) -> Fraction:
    """Frame rate in frames per second as an exact fraction.

    `"30000/1001"`, `"25"`, `29.97` (read as 30000/1001, as 23.976 and 59.94 are) or a `Fraction`.

    Raises
    ------
    OptionError : the value is no number, not positive, or above 1000
    """
    text = str(value).strip()
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:\s*/\s*(\d+))?", text)
    fps: Fraction | None = None
    if match is not None:
        # ValueError: more digits than Python reads.
        with contextlib.suppress(ValueError, ZeroDivisionError):
            fps = _DECIMAL_NTSC.get(text) or Fraction(match.group(1)) / int(match.group(2) or 1)
    if fps is None or not 0 < fps <= 1000:
        raise OptionError(f"--fps {value}: not a frame rate; give a number up to 1000 or N/D, such as 30000/1001")
    return fps


def n_frames_of(duration_s: Fraction | float, fps: Fraction) -> int:
    """Frames that cover a duration: ceil(duration · fps), at least 1."""
    exact = Fraction(duration_s) * fps
    # A float duration such as 0.1 is a hair above its decimal; a billionth of a frame is no frame.
    return max(1, math.ceil(exact - Fraction(1, 10**9)))


def frame_time(index: int, fps: Fraction) -> Fraction:
    """Time in seconds that frame `index` shows."""
    return index / fps


def clock_text(time_s: Fraction | float) -> str:
    """Time as m:ss.d, or h:mm:ss.d from an hour on, cut to tenths of a second.

    Cut, not rounded: a clock never shows a time that has not come.
    """
    # A float such as 0.3 may be a hair below its decimal.
    tenths = math.floor(Fraction(time_s) * 10 + Fraction(1, 10**9))
    sign = "−" if tenths < 0 else ""
    seconds, tenth = divmod(abs(tenths), 10)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    if hours:
        return f"{sign}{hours}:{minute:02}:{second:02}.{tenth}"
    return f"{sign}{minute}:{second:02}.{tenth}"
