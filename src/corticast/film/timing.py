"""Which frames a film has: their size, their rate, and the times that they show."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

from corticast.core.arguments import typed
from corticast.core.timing import Number, exact, parse_fps
from corticast.errors import OptionError
from corticast.film.sizes import Size, check_size

_MOST_SPEED = 8


@dataclass(frozen=True)
class FilmTiming:
    """Size, rate, beginning, length and pace of a film; all times are exact.

    Parameters
    ----------
    size : width, height of the frames in pixels
    fps : frames per second
    start : time in seconds of the sound and the activity that frame 0 shows
    duration, frames : length of the film in seconds or in frames, one of the two; without either the film lasts as long
        as its sound, its activity, a sweep of one slice per frame, or a full turn
    speed : seconds of sound and activity that go by in a second of the film

    Raises
    ------
    OptionError : a value cannot be used, or both lengths are given
    """

    size: Size = (1920, 1080)
    fps: Fraction = Fraction(30)
    start: Fraction = Fraction(0)
    duration: Fraction | None = None
    frames: int | None = None
    speed: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        check_size(self.size)
        if self.duration is not None and self.frames is not None:
            raise OptionError("--frames and --duration both give the film's length; leave one of the two out", "frames")
        if not 0 < self.speed <= _MOST_SPEED:
            text = f"{float(self.speed):g}: give a factor above 0 and up to {_MOST_SPEED}, such as 0.25"
            raise OptionError(f"--speed {text}", "speed")
        if self.start < 0:
            text = f"{float(self.start):g}: lies before the beginning; give 0 or more seconds"
            raise OptionError(f"--start {text}", "start")
        if self.duration is not None and self.duration <= 0:
            raise OptionError(f"--duration {float(self.duration):g}: not above 0; give seconds above 0", "duration")
        if self.frames is not None and self.frames < 1:
            raise OptionError(f"--frames {self.frames}: no frame; give 1 or more", "frames")

    @classmethod
    def of(
        cls,
        *,
        size: Size = (1920, 1080),
        fps: Number = 30,
        start: Number = 0,
        duration: Number | None = None,
        frames: int | None = None,
        speed: Number = 1,
    ) -> Self:
        """The timing that a caller wrote; decimals become exact here.

        Raises
        ------
        OptionError : a value is no finite number, or cannot be used
        """
        rate = parse_fps(fps)
        return cls(
            size=check_size(size),
            fps=rate,
            start=exact(start, "start", wanted="seconds, such as 2.5"),
            duration=None if duration is None else exact(duration, "duration", wanted="seconds, such as 2.5"),
            frames=None if frames is None else _whole_number(frames),
            speed=exact(speed, "speed", wanted="a factor, such as 0.25"),
        )

    def time(self, value: Number) -> Fraction:
        """A time of the film that a caller wrote, in seconds from frame 0."""
        return exact(value, "time", wanted="seconds, such as 2.5")


def _whole_number(frames: Any) -> int:
    if not isinstance(frames, bool):
        try:
            return operator.index(frames)
        except TypeError:
            pass
    raise OptionError(f"--frames {typed(frames)}: not a whole number; give 1 or more", "frames")
