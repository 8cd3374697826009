"""The flash limit of a show: one gain for all contacts, which sinks while a large part of the picture flashes.

The frames that are shown are counted as they come. From the second flash of a running second on, the gain sinks to the
floor: the largest gain at which no flash of activity can count, found from pictures of the same scene. The first three
flashes are allowed by WCAG 2.3.1 and ITU-R BT.1702. The gain sinks no faster than activity itself.

From the floor the gain recovers over seconds to a little more, and stays below the gain at which a flash counted. While
a rhythm lasts, the gain then grows over minutes, so that shown activity follows the free one. Without a rhythm it
returns to 1 over seconds. No value is held or delayed.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from corticast.app.live.flash_watch import FlashWatch, Size, can_flash
from corticast.core.flashes import FRONT_ROW, SAMPLES_HZ
from corticast.core.model.types import UInt8Array

# Changes of a running second: the second flash begins with the third change, the third flash with the fifth.
_SINKS_FROM, _THIRD_FLASH = 3, 5

# Gains that are tried, lowest first. The first three find scenes that cannot flash.
GAINS = (0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.35, 0.42, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
FIRST_GAINS = (0.0, 0.5, 1.0)
# The floor before a scene's pictures have been tried.
_CAUTIOUS = 0.2

# The gain grows e-fold in this time up to its ceiling, and the ceiling in these times, with a rhythm and without one.
_RECOVERY_S, _RETRY_S, _CALM_S = 0.7, 120.0, 2.0
# Releases in which the gain sinks e-fold. Activity that falls e-fold in one is then shown to fall in no less than half.
_SINK_RELEASES = 1.02
# Bound of the ceiling in units of the floor, once two flashes have counted within a second.
_ABOVE_THE_FLOOR = 1.5
# Share of a gain that flashed which becomes the ceiling.
_BELOW_THE_LAST = 0.9
# Share of the floor that stays after each flash that counts in spite of the floor.
_LOWERED = 0.7
_LEAST_GAIN = 0.05
# Activity that varies by this much within this time has a rhythm.
_RHYTHM, _RHYTHM_S = 0.2, 2.0
# A frame may come early by this share of a sample's time.
_EARLY = 0.1


def floor_of(pictures: Mapping[float, UInt8Array], front_row: float) -> float:
    """Largest gain at which no flash of activity counts, from pictures of a scene with all contacts equally active.

    Parameters
    ----------
    pictures : by activity; 0, some of `GAINS`, and their negatives where activity has a sign

    Returns
    -------
    one of `GAINS`: the last below which the pictures cannot flash; the least of them without any
    """
    floor = GAINS[0]
    for gain in GAINS:
        if gain in pictures:
            if can_flash([picture for activity, picture in pictures.items() if abs(activity) <= gain], front_row):
                break
            floor = gain
    return floor


@dataclass(frozen=True)
class LimitFigures:
    """Figures of the flash limit for the report of a show.

    Parameters
    ----------
    least_gain : smallest gain
    limited_s : seconds with a gain below 1
    """

    least_gain: float
    limited_s: float


class FlashLimit:
    """The gain of a show's contacts.

    Parameters
    ----------
    release_s : time constant of the fall of activity; the gain sinks no faster
    front_row : screen widths between the screen and the nearest viewer

    Attributes
    ----------
    gain : present gain, above 0 and up to 1
    floor : largest gain at which no flash counts
    """

    def __init__(self, release_s: float = 0.15, front_row: float = FRONT_ROW) -> None:
        self.front_row = front_row
        self.gain, self.floor = 1.0, _CAUTIOUS
        self._sink_s = max(_SINK_RELEASES * release_s, 1e-3)
        self._ceiling = self._lowered = 1.0
        self._time_s: float | None = None
        self._number: int | None = None
        self._watch: FlashWatch | None = None
        self._size: Size = (0, 0)
        self._changes = 0
        # Whether the gain has sunk since the rhythm began, and has stopped to sink.
        self._has_sunk = self._is_settled = False
        self._recent: deque[tuple[float, float]] = deque()
        self._least, self._limited_s = 1.0, 0.0

    @property
    def figures(self) -> LimitFigures:
        """Figures so far."""
        return LimitFigures(round(self._least, 4), round(self._limited_s, 3))

    def at(self, time_s: float, loudest: float) -> float:
        """The gain of the frame of a time.

        Parameters
        ----------
        time_s : of the sound, no earlier than the frame before
        loudest : largest activity of the contacts
        """
        passed_s = 0.0 if self._time_s is None else max(time_s - self._time_s, 0.0)
        self._time_s = time_s
        grown = math.exp(passed_s / (_RETRY_S if self._has_rhythm(time_s, loudest) else _CALM_S))
        self._ceiling, self._lowered = min(self._ceiling * grown, 1.0), min(self._lowered * grown, 1.0)
        floor = max(self.floor * self._lowered, _LEAST_GAIN)
        if self._changes >= _SINKS_FROM:
            self._ceiling = min(self._ceiling, _ABOVE_THE_FLOOR * floor)
        target = floor if self._sinks else max(self._ceiling, floor)
        if target < self.gain:
            self.gain = max(target, self.gain * math.exp(-passed_s / self._sink_s))
        else:
            # Where flashes count, the gain waits for the next second to try for more.
            waits = self._is_settled and self._changes
            self.gain = min(target, self.gain * math.exp(passed_s / (_RETRY_S if waits else _RECOVERY_S)))
        self._has_sunk |= self._sinks
        if self.gain == 1 and not self._sinks:
            self._has_sunk = self._is_settled = False
        self._least = min(self._least, self.gain)
        self._limited_s += passed_s if self.gain < 1 else 0.0
        return self.gain

    @property
    def _sinks(self) -> bool:
        """Whether the gain sinks to the floor."""
        return self._changes >= (_THIRD_FLASH if self._is_settled else _SINKS_FROM)

    def _has_rhythm(self, time_s: float, loudest: float) -> bool:
        """Whether activity has varied much within the last seconds."""
        self._recent.append((time_s, loudest))
        while self._recent[0][0] < time_s - _RHYTHM_S:
            self._recent.popleft()
        values = [value for _, value in self._recent]
        return max(values) - min(values) >= _RHYTHM

    def is_due(self, time_s: float) -> bool:
        """Whether a frame of a time belongs to another sample than the frame before."""
        return self._number is None or _number_at(time_s) > self._number

    def see(self, pixels: UInt8Array, time_s: float) -> None:
        """Count the changes of a frame that is shown.

        Parameters
        ----------
        pixels : (h, w, 4) uint8, sRGB, of the frame's sample
        time_s : of the sound
        """
        size = pixels.shape[1], pixels.shape[0]
        number = _number_at(time_s)
        if self._watch is None or size != self._size:
            self._watch, self._size = FlashWatch(size, self.front_row), size
        elif self._number is not None:
            for _ in range(min(number - self._number - 1, SAMPLES_HZ)):
                self._watch.push(None)
        self._number = number
        self._watch.push(pixels)
        self._judge(self._watch.changes)

    def _judge(self, changes: int) -> None:
        """Learn from the changes of the running second."""
        before, self._changes = self._changes, changes
        if changes <= before:
            self._is_settled |= self._has_sunk and (changes < _SINKS_FROM or self.gain <= self.floor)
            return
        if self._is_settled:
            self._ceiling = min(self._ceiling, _BELOW_THE_LAST * self.gain)
        if changes >= _THIRD_FLASH and self.gain <= self.floor * self._lowered:
            self._lowered *= _LOWERED

    def take_floor(self, floor: float) -> None:
        """Use the floor of the scene that is shown from now on. The ceiling moves with the floor.

        Parameters
        ----------
        floor : above 0 and up to 1, see `floor_of`
        """
        if self._ceiling < 1:
            self._ceiling = min(self._ceiling * floor / self.floor, 1.0)
        self.floor = floor


class FloorSearch:
    """Tries activities on a scene, one picture at a time, to find the floor of its gain.

    Parameters
    ----------
    front_row : screen widths between the screen and the nearest viewer
    signed : whether activity runs from -1 to 1
    """

    def __init__(self, front_row: float, *, signed: bool = False) -> None:
        self._front_row, self._signed = front_row, signed
        self._pictures: dict[float, UInt8Array] = {}
        self._left = self._with_negatives(FIRST_GAINS)
        self._is_first = True

    def _with_negatives(self, gains: Iterable[float]) -> list[float]:
        return [value for gain in gains for value in ((gain, -gain) if self._signed and gain else (gain,))]

    @property
    def wanted(self) -> float | None:
        """Activity of all contacts in the next picture; None once the floor is known."""
        return self._left[0] if self._left else None

    def take(self, pixels: UInt8Array) -> float | None:
        """Take in the picture that was wanted; give the floor once it is known."""
        self._pictures[self._left.pop(0)] = pixels.copy()
        if self._left:
            return None
        if self._is_first and can_flash(list(self._pictures.values()), self._front_row):
            self._is_first = False
            self._left = self._with_negatives(gain for gain in GAINS if gain not in self._pictures)
            return None
        return floor_of(self._pictures, self._front_row) if not self._is_first else 1.0


def figures_of(limit: FlashLimit | None) -> dict[str, Any] | None:
    """The figures of a limit as JSON; None without one."""
    if limit is None:
        return None
    return {"least_gain": limit.figures.least_gain, "limited_s": limit.figures.limited_s}


def _number_at(time_s: float) -> int:
    # Times are those of whole samples of the sound, up to a sample before the frame's.
    return math.floor(time_s * SAMPLES_HZ + _EARLY)
