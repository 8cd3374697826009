"""Flashes of a film's frames, measured by WCAG 2.3.1 and by ITU-R BT.1702 on a coarse grid of pixels.

WCAG asks what fills a quarter of any 10 degrees of the field of view, broadcast what fills a quarter of the screen. A
sample of the picture is a grid of single pixels: an average of pixels would lower the contrast of small contacts.

A quarter of a field flashes if its cells do, each for itself, or if the field's mean luminance does while at least a
quarter of its cells change (the published method of EA's IRIS). Both guidelines allow three flashes a second. Long
sequences just below count too, as in IRIS: two flashes a second in four of five seconds.

No reading proves that a picture is harmless to everyone.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from corticast.core.flash_counting import DARK, LUMINANCE_STEP, RED_STEP, Fields, Transitions, luminance_and_red
from corticast.core.model.types import BoolArray, Float32Array, UInt8Array
from corticast.core.stripes import stripes_share

Kind = Literal["luminance", "red"]

# Samples are grids of about this size, and come this often.
GRID = (160, 90)
SAMPLES_HZ = 30
# Screen widths between the screen and the nearest viewer.
FRONT_ROW = 2.0

WCAG, BROADCAST = "WCAG 2.3.1", "ITU-R BT.1702"
_FIELD_DEG = 10.0
_LEAST_AREA = 0.25
# Changes of a running second: three flashes are six changes. Sequences begin with two flashes.
_MOST_CHANGES, _SEQUENCE_CHANGES = 6, 4
_SEQUENCE_S, _SEQUENCE_OF_S = 4, 5
# Stripes are looked for this often, and must last.
_STRIPES_EVERY_S = 1


def field_share(front_row: float) -> float:
    """Share of a screen's width that 10 degrees cover, seen from a number of screen widths; up to 1."""
    return min(2 * front_row * math.tan(math.radians(_FIELD_DEG / 2)), 1.0)


@dataclass(frozen=True)
class Reading:
    """What one guideline says of a film.

    Parameters
    ----------
    guideline : its name
    exceeded : whether more than three flashes fall in a running second, or two in four of five seconds
    rate_hz : most flashes in a running second that fill a quarter of a field; 0 below two
    area : share of the field that these flashes fill
    kind : luminance or red
    times_s : first and last second of each excess
    """

    guideline: str
    exceeded: bool = False
    rate_hz: float = 0.0
    area: float = 0.0
    kind: Kind = "luminance"
    times_s: tuple[tuple[float, float], ...] = ()

    @property
    def as_json(self) -> dict[str, Any]:
        """The reading for a sidecar."""
        return {**asdict(self), "times_s": [list(span) for span in self.times_s]}


@dataclass(frozen=True)
class Flashes:
    """Flashes and regular patterns of a film.

    Parameters
    ----------
    readings : by WCAG 2.3.1 and by ITU-R BT.1702
    patterns_s : first and last second of regular patterns: more than five pairs of stripes over a quarter of the frame
    """

    readings: tuple[Reading, ...]
    patterns_s: tuple[tuple[float, float], ...] = ()

    @property
    def exceeded(self) -> bool:
        """Whether a reading is exceeded."""
        return any(reading.exceeded for reading in self.readings)

    @property
    def as_json(self) -> dict[str, Any]:
        """The readings for a sidecar."""
        return {
            "readings": [reading.as_json for reading in self.readings],
            "patterns_s": [list(span) for span in self.patterns_s],
        }

    @classmethod
    def of_json(cls, known: Mapping[str, Any]) -> Flashes:
        """The flashes that `as_json` gave."""
        readings = [Reading(**each | {"times_s": _spans(each["times_s"])}) for each in known["readings"]]
        return cls(tuple(readings), _spans(known["patterns_s"]))

    def joined(self, after: Flashes) -> Flashes:
        """Flashes of a film whose two parts have these."""
        pairs = zip(self.readings, after.readings, strict=True)
        return Flashes(tuple(_worse(*pair) for pair in pairs), _merged(self.patterns_s + after.patterns_s))


def _spans(known: Any) -> tuple[tuple[float, float], ...]:
    return tuple((float(first), float(last)) for first, last in known)


def _worse(one: Reading, other: Reading) -> Reading:
    worst = max(one, other, key=lambda each: (each.rate_hz, each.area))
    exceeded, times_s = one.exceeded or other.exceeded, _merged(one.times_s + other.times_s)
    return Reading(one.guideline, exceeded, worst.rate_hz, worst.area, worst.kind, times_s)


def _merged(spans: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """Spans in order of time, those that overlap or touch as one."""
    merged: list[tuple[float, float]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 1e-9:
            merged[-1] = merged[-1][0], max(merged[-1][1], last)
        else:
            merged.append((first, last))
    return tuple(merged)


class _Channel:
    """Changes of luminance or of red, by cells and by means of fields.

    Parameters
    ----------
    kind : luminance or red
    fields : by reading
    n_samples : samples of a second
    """

    def __init__(self, kind: Kind, fields: tuple[Fields, ...], n_samples: int) -> None:
        step, dark = (LUMINANCE_STEP, DARK) if kind == "luminance" else (RED_STEP, math.inf)
        self.kind: Kind = kind
        self._fields = fields
        self._cells = Transitions(n_samples, step, dark)
        self._means = [Transitions(n_samples, step, dark) for _ in fields]
        self._mean = [np.zeros(0, dtype=np.float32) for _ in fields]
        self._latest: Float32Array | None = None
        self._is_dark = False

    def push(self, values: Float32Array | None) -> list[tuple[int, float]]:
        """Changes in a running second and the area that they fill, for each reading; (0, 0) below two flashes."""
        moved = None
        if values is not None and self._latest is not None:
            moved = values != self._latest
            if not moved.any():
                values = moved = None
        self._cells.push(values)
        self._push_means(values, moved)
        if values is not None:
            self._latest = values
        counts = self._cells.counts
        is_busy = int(counts.max(initial=0)) >= _SEQUENCE_CHANGES
        return [self._worst(number, counts if is_busy else None) for number in range(len(self._fields))]

    def _push_means(self, values: Float32Array | None, moved: BoolArray | None) -> None:
        """Let the means follow where a quarter of a field changes; elsewhere they keep their value."""
        for number, (field, means) in enumerate(zip(self._fields, self._means, strict=True)):
            if values is None:
                means.push(None)
                continue
            mean = field.mean(values)
            if moved is not None:
                change = np.where(field.mean(moved) >= _LEAST_AREA, mean - field.mean(self._latest_values), 0)
                mean = self._mean[number] + change.astype(np.float32)
            self._mean[number] = mean
            means.push(mean)

    @property
    def _latest_values(self) -> Float32Array:
        assert self._latest is not None
        return self._latest

    def _worst(self, number: int, counts: UInt8Array | None) -> tuple[int, float]:
        by_mean = int(self._means[number].counts.max(initial=0))
        field = self._fields[number]
        worst = (0, 0.0)
        if by_mean >= _SEQUENCE_CHANGES:
            worst = by_mean, max(float(field.mean(self._cells.counts > 0).max()), _LEAST_AREA)
        if counts is None:
            return worst
        for changes in range(_SEQUENCE_CHANGES, int(counts.max()) + 1):
            area = float(field.mean(counts >= changes).max())
            if area < _LEAST_AREA:
                break
            worst = max(worst, (changes, area))
        return worst


class _Judge:
    """Judges the changes of running seconds by one guideline.

    Parameters
    ----------
    guideline : its name
    n_samples : samples of a second
    """

    def __init__(self, guideline: str, n_samples: int) -> None:
        self._guideline = guideline
        self._n_samples = n_samples
        self._in_sequence = {kind: deque[bool](maxlen=_SEQUENCE_OF_S * n_samples) for kind in ("luminance", "red")}
        self._n_in_sequence = dict.fromkeys(self._in_sequence, 0)
        self._worst: tuple[int, float, Kind] = (0, 0.0, "luminance")
        self._spans: list[tuple[float, float]] = []

    def push(self, kind: Kind, changes: int, area: float, time_s: float, *, counted: bool) -> bool:
        """Take in the changes of the second that ends now; return whether they exceed the guideline."""
        exceeds_s = self._exceeds_s(kind, changes)
        if not counted:
            return False
        if (changes, area) > self._worst[:2]:
            self._worst = changes, area, kind
        if exceeds_s:
            self._note(max(time_s - exceeds_s, 0.0), time_s)
        return bool(exceeds_s)

    def _exceeds_s(self, kind: Kind, changes: int) -> int:
        """Seconds of the excess that ends now; 0 without one."""
        recent = self._in_sequence[kind]
        if len(recent) == recent.maxlen:
            self._n_in_sequence[kind] -= recent[0]
        recent.append(changes >= _SEQUENCE_CHANGES)
        self._n_in_sequence[kind] += recent[-1]
        if changes > _MOST_CHANGES:
            return 1
        lasts = self._n_in_sequence[kind] >= _SEQUENCE_S * self._n_samples
        return _SEQUENCE_OF_S if lasts and recent[-1] else 0

    def _note(self, first_s: float, last_s: float) -> None:
        if self._spans and first_s <= self._spans[-1][1]:
            self._spans[-1] = min(self._spans[-1][0], first_s), last_s
        else:
            self._spans.append((first_s, last_s))

    @property
    def reading(self) -> Reading:
        """What the guideline says so far."""
        changes, area, kind = self._worst
        return Reading(self._guideline, bool(self._spans), changes / 2, round(area, 4), kind, tuple(self._spans))


class FlashMeter:
    """Measures the flashes of frames that come one after the other.

    Parameters
    ----------
    size : width, height of the samples in pixels
    rate_hz : samples per second
    front_row : screen widths between the screen and the nearest viewer, above 0; sets WCAG's field
    start_s : time of the first sample

    Attributes
    ----------
    changes : by guideline, changes in the running second that fill a quarter of a field; 0 below four
    """

    def __init__(
        self, size: tuple[int, int], rate_hz: Fraction | float, *, front_row: float = FRONT_ROW, start_s: float = 0.0
    ) -> None:
        self._rate_hz, self._start_s = float(rate_hz), start_s
        n_samples = max(round(self._rate_hz), 1)
        guidelines = {WCAG: Fields.of(size, field_share(front_row)), BROADCAST: Fields.of(size, 1.0)}
        fields = tuple(guidelines.values())
        self._channels = [_Channel(kind, fields, n_samples) for kind in ("luminance", "red")]
        self._judges = [_Judge(guideline, n_samples) for guideline in guidelines]
        self._patterns: list[tuple[float, float]] = []
        self._stripes_every = max(round(_STRIPES_EVERY_S * self._rate_hz), 1)
        self._n = 0
        self.changes = dict.fromkeys(guidelines, 0)

    def push(self, pixels: UInt8Array | None, *, counted: bool = True) -> bool:
        """Take in the next sample.

        Parameters
        ----------
        pixels : (h, w, 3 or 4) uint8, sRGB; None repeats the latest sample
        counted : whether an excess that ends here belongs to the result, or only to later ones

        Returns
        -------
        whether a reading is exceeded in the second that ends here
        """
        values = (None, None) if pixels is None else luminance_and_red(pixels)
        time_s = self._start_s + self._n / self._rate_hz
        if counted and values[0] is not None and self._n % self._stripes_every == 0:
            self._look_for_stripes(values[0], time_s)
        self._n += 1
        exceeds = False
        self.changes = dict.fromkeys(self.changes, 0)
        for channel, channel_values in zip(self._channels, values, strict=True):
            for judge, guideline, (changes, area) in zip(
                self._judges, self.changes, channel.push(channel_values), strict=True
            ):
                exceeds |= judge.push(channel.kind, changes, area, time_s, counted=counted)
                self.changes[guideline] = max(self.changes[guideline], changes)
        return exceeds

    def _look_for_stripes(self, luminance: Float32Array, time_s: float) -> None:
        if stripes_share(luminance) < _LEAST_AREA:
            return
        last_s = time_s + _STRIPES_EVERY_S
        if self._patterns and time_s <= self._patterns[-1][1] + 1e-9:
            self._patterns[-1] = self._patterns[-1][0], last_s
        else:
            self._patterns.append((time_s, last_s))

    @property
    def flashes(self) -> Flashes:
        """Flashes of the samples so far."""
        return Flashes(tuple(judge.reading for judge in self._judges), tuple(self._patterns))
