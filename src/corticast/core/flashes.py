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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from corticast.core.flash_counting import DARK, LUMINANCE_STEP, RED_STEP, Fields, Transitions, luminance_and_red
from corticast.core.model.types import Float32Array, IntpArray, UInt8Array
from corticast.core.patterns import pattern_share

Kind = Literal["luminance", "red"]
KINDS: tuple[Kind, ...] = ("luminance", "red")

# Samples are grids of about this size, and come this often.
GRID = (160, 90)
SAMPLES_HZ = 30
# Screen widths between the screen and the nearest viewer.
FRONT_ROW = 2.0

# Readings, in this order everywhere.
GUIDELINES = ("WCAG 2.3.1", "ITU-R BT.1702")
_FIELD_PER_WIDTH = 1 / 6
LEAST_AREA = 0.25
# Changes of a running second: three flashes are six changes. Sequences begin with two flashes.
_MOST_CHANGES, _SEQUENCE_CHANGES = 6, 4
_SEQUENCE_S, _SEQUENCE_OF_S = 4, 5
# Patterns are looked for this often, and must last.
_PATTERNS_EVERY_S = 1


def sample_size(size: tuple[int, int]) -> tuple[int, int]:
    """Size in pixels of the samples of frames of a size: the same shape, 160 pixels on the longer side or fewer."""
    scale = min(max(GRID) / max(size), 1.0)
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def field_share(front_row: float) -> float:
    """Share of a screen's width and height that 10 degrees cover, seen from a number of screen widths; up to 1.

    WCAG takes a third of either side (341 x 256 of 1024 x 768 pixels) for the usual distance, which is two widths here.
    """
    return min(front_row * _FIELD_PER_WIDTH, 1.0)


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
    patterns_s : first and last second of regular patterns, see `corticast.core.patterns`, over a quarter of the frame
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


def _spans(known: Any) -> tuple[tuple[float, float], ...]:
    return tuple((float(first), float(last)) for first, last in known)


def merged_spans(spans: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """Spans in order of time, those that overlap or touch as one."""
    merged: list[tuple[float, float]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + 1e-9:
            merged[-1] = merged[-1][0], max(merged[-1][1], last)
        else:
            merged.append((first, last))
    return tuple(merged)


class FlashSample(NamedTuple):
    """Flashes of one kind in the second that ends with a sample, where there are two or more.

    Parameters
    ----------
    number : of the sample, from the film's start
    guideline : number of the reading
    kind : luminance or red
    changes : opposing changes in that second which fill a quarter of a field
    area : share of the field that they fill
    """

    number: int
    guideline: int
    kind: Kind
    changes: int
    area: float


class _Channel:
    """Changes of luminance or of red, by cells and by means of fields.

    Parameters
    ----------
    kind : luminance or red
    size : width, height of the grid
    fields : by reading
    n_samples : samples of a second
    least_area : share of a field that must flash
    """

    def __init__(
        self, kind: Kind, size: tuple[int, int], fields: tuple[Fields, ...], n_samples: int, least_area: float
    ) -> None:
        step, dark = (LUMINANCE_STEP, DARK) if kind == "luminance" else (RED_STEP, math.inf)
        self.kind: Kind = kind
        self._shape = size[1], size[0]
        self._fields, self._least_area = fields, least_area
        self._cells = Transitions(n_samples, step, dark)
        self._means = [Transitions(n_samples, step, dark) for _ in fields]
        self._mean: list[Float32Array] = []
        self._latest = np.zeros(0, dtype=np.float32)

    def push(self, cells: IntpArray, values: Float32Array) -> list[tuple[int, float]]:
        """Changes in a running second and the area that they fill, for each reading; (0, 0) below two flashes."""
        self._cells.push(cells, values)
        if not len(self._latest):
            self._latest = values.copy()
            self._mean = [field.mean(values.reshape(self._shape)) for field in self._fields]
            for means, mean in zip(self._means, self._mean, strict=True):
                means.push_all(mean)
        else:
            moved = values != self._latest[cells]
            self._move_means(cells[moved], values[moved])
        counts = self._cells.counts
        n_flashing = int(np.count_nonzero(counts >= _SEQUENCE_CHANGES))
        return [self._worst(number, counts.reshape(self._shape), n_flashing) for number in range(len(self._fields))]

    @property
    def grid(self) -> Float32Array:
        """(h, w) float32, the latest values."""
        return self._latest.reshape(self._shape)

    def _move_means(self, cells: IntpArray, values: Float32Array) -> None:
        """Let the means follow where a quarter of a field changes; elsewhere they keep their value."""
        moves = [len(cells) >= self._least_area * field.n_cells for field in self._fields]
        change = self._change(cells, values) if any(moves) else None
        self._latest[cells] = values
        for number, field in enumerate(self._fields):
            if change is None or not moves[number]:
                self._means[number].push_all(None)
                continue
            is_large = field.mean(change != 0) >= self._least_area
            self._mean[number] = self._mean[number] + np.where(is_large, field.mean(change), np.float32(0))
            self._means[number].push_all(self._mean[number])

    def _change(self, cells: IntpArray, values: Float32Array) -> Float32Array:
        """(h, w) float32, by how much the values change."""
        change = np.zeros(len(self._latest), dtype=np.float32)
        change[cells] = values - self._latest[cells]
        return change.reshape(self._shape)

    def _worst(self, number: int, counts: UInt8Array, n_flashing: int) -> tuple[int, float]:
        """Most changes that fill a quarter of a field, and the area that they fill; `n_flashing` cells of all flash."""
        field = self._fields[number]
        by_mean = int(self._means[number].counts.max())
        worst = (0, 0.0)
        # Few cells cannot fill a quarter of a field.
        most = int(counts.max()) if n_flashing >= self._least_area * field.n_cells else 0
        if by_mean >= _SEQUENCE_CHANGES:
            worst = by_mean, max(float(field.mean(counts > 0).max()), self._least_area)
        # The area shrinks as the number of changes grows.
        low, high = _SEQUENCE_CHANGES, most
        while low <= high:
            changes = (low + high) // 2
            area = float(field.mean(counts >= changes).max())
            if area >= self._least_area:
                worst, low = max(worst, (changes, area)), changes + 1
            else:
                high = changes - 1
        return worst


class Excess(NamedTuple):
    """A second with more than three flashes, or five seconds of a long sequence.

    Parameters
    ----------
    guideline : number of the reading
    span : first and last second
    changes, area : of the sample that ends the span, see `FlashSample`
    """

    guideline: int
    span: tuple[float, float]
    changes: int
    area: float


def excesses_of(samples: Iterable[FlashSample], rate_hz: float) -> list[Excess]:
    """Excesses that end with a sample, by guideline, kind and time.

    Parameters
    ----------
    samples : in order of time
    rate_hz : samples per second
    """
    by_rule: dict[tuple[int, Kind], list[FlashSample]] = {}
    for sample in samples:
        by_rule.setdefault((sample.guideline, sample.kind), []).append(sample)
    return [excess for own in by_rule.values() for excess in _excesses(own, rate_hz)]


def _excesses(samples: list[FlashSample], rate_hz: float) -> Iterator[Excess]:
    n_samples = max(round(rate_hz), 1)
    sequence: deque[int] = deque()
    for each in samples:
        sequence.append(each.number)
        while sequence[0] <= each.number - _SEQUENCE_OF_S * n_samples:
            sequence.popleft()
        is_long = len(sequence) >= _SEQUENCE_S * n_samples
        if each.changes > _MOST_CHANGES or is_long:
            lasts_s = _SEQUENCE_OF_S if is_long else 1
            end_s = each.number / rate_hz
            yield Excess(each.guideline, (max(end_s - lasts_s, 0.0), end_s), each.changes, each.area)


def flashes_of(
    samples: Iterable[FlashSample], rate_hz: float, patterns_s: tuple[tuple[float, float], ...] = ()
) -> Flashes:
    """Judge the samples of a film, which may come from several parts of it.

    Parameters
    ----------
    samples : in order of time
    rate_hz : samples per second
    patterns_s : seconds of regular patterns
    """
    samples = list(samples)
    excesses = excesses_of(samples, rate_hz)
    readings = []
    for number, guideline in enumerate(GUIDELINES):
        own = [each for each in samples if each.guideline == number]
        times_s = merged_spans(tuple(each.span for each in excesses if each.guideline == number))
        readings.append(_reading(guideline, own, times_s))
    return Flashes(tuple(readings), merged_spans(patterns_s))


def _reading(guideline: str, samples: list[FlashSample], times_s: tuple[tuple[float, float], ...]) -> Reading:
    if not samples:
        return Reading(guideline)
    worst = max(samples, key=lambda each: (each.changes, each.area))
    return Reading(guideline, bool(times_s), worst.changes / 2, round(worst.area, 4), worst.kind, times_s)


_NONE = np.zeros(0, dtype=np.float32)


class FlashMeter:
    """Measures the flashes of frames that come one after the other.

    Parameters
    ----------
    size : width, height of the samples in pixels
    rate_hz : samples per second
    front_row : screen widths between the screen and the nearest viewer, above 0; sets WCAG's field
    first : index of the first sample
    least_area : share of a field that must flash

    Attributes
    ----------
    samples : with two or more flashes in their second
    changes : for each guideline, opposing changes in the running second that fill a quarter of a field; 0 below four
    patterns_s : first and last second of regular patterns
    """

    def __init__(
        self,
        size: tuple[int, int],
        rate_hz: Fraction | float,
        *,
        front_row: float = FRONT_ROW,
        first: int = 0,
        least_area: float = LEAST_AREA,
    ) -> None:
        self.rate_hz = float(rate_hz)
        n_samples = max(round(self.rate_hz), 1)
        fields = Fields.of(size, field_share(front_row)), Fields.of(size, 1.0)
        self._channels = [_Channel(kind, size, fields, n_samples, least_area) for kind in KINDS]
        self._latest: npt.NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)
        self._patterns_every = n_samples * _PATTERNS_EVERY_S
        self._index = first
        self.samples: list[FlashSample] = []
        self.changes = [0 for _ in GUIDELINES]
        self.patterns_s: list[tuple[float, float]] = []

    def push(self, pixels: UInt8Array | None, *, counted: bool = True) -> None:
        """Take in the next sample.

        Parameters
        ----------
        pixels : (h, w, 3 or 4) uint8, sRGB; None repeats the latest sample
        counted : whether the second that ends here belongs to the result, or only to later seconds
        """
        cells, values = self._changed(pixels)
        self.changes = [0 for _ in GUIDELINES]
        for channel, channel_values in zip(self._channels, values, strict=True):
            for guideline, (changes, area) in enumerate(channel.push(cells, channel_values)):
                self.changes[guideline] = max(self.changes[guideline], changes)
                if counted and changes:
                    self.samples.append(FlashSample(self._index, guideline, channel.kind, changes, area))
        if counted and self._index % self._patterns_every == 0:
            self._look_for_patterns(self._channels[0].grid)
        self._index += 1

    def _changed(self, pixels: UInt8Array | None) -> tuple[IntpArray, tuple[Float32Array, Float32Array]]:
        """Cells that differ from the latest sample, and their luminance and red."""
        if pixels is None:
            return np.zeros(0, dtype=np.intp), (_NONE, _NONE)
        flat = pixels.reshape(-1, pixels.shape[-1])
        # One number per pixel is compared ten times as fast as its channels.
        padded = np.zeros((len(flat), 4), dtype=np.uint8)
        padded[:, : flat.shape[1]] = flat
        codes = padded.view(np.uint32)[:, 0]
        is_first = not len(self._latest)
        cells = np.arange(len(flat)) if is_first else np.flatnonzero(codes != self._latest)
        self._latest = codes
        return cells, luminance_and_red(flat[cells])

    def _look_for_patterns(self, luminance: Float32Array) -> None:
        if pattern_share(luminance) >= LEAST_AREA:
            time_s = self._index / self.rate_hz
            self.patterns_s.append((time_s, time_s + _PATTERNS_EVERY_S))

    @property
    def flashes(self) -> Flashes:
        """Flashes of the samples so far."""
        return flashes_of(self.samples, self.rate_hz, tuple(self.patterns_s))
