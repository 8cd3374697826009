"""Flashes of a film's frames, measured by WCAG 2.3.1 and by ITU-R BT.1702 on a coarse grid of pixels.

WCAG asks what fills a quarter of any 10 degrees of the field of view, broadcast what fills a quarter of the screen. A
sample of the picture is a grid of single pixels: an average of pixels would lower the contrast of small contacts.

A quarter of a field flashes if its cells do, each for itself, or if the field's mean luminance does while at least a
quarter of its cells change (the published method of EA's IRIS). Both guidelines allow three flashes a second. Long
sequences just below count too, as in IRIS: two flashes a second in four of five seconds.

No reading proves that a picture is harmless to everyone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from corticast.core.flash_fields import Fields

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
_MOST_CHANGES, SEQUENCE_CHANGES = 6, 4
_SEQUENCE_S, _SEQUENCE_OF_S = 4, 5


def sample_size(size: tuple[int, int]) -> tuple[int, int]:
    """Size in pixels of the samples of frames of a size: the same shape, 160 pixels on the longer side or fewer."""
    scale = min(max(GRID) / max(size), 1.0)
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def field_share(front_row: float) -> float:
    """Share of a screen's width and height that 10 degrees cover, seen from a number of screen widths; up to 1.

    WCAG takes a third of either side (341 x 256 of 1024 x 768 pixels) for the usual distance, which is two widths here.
    """
    return min(front_row * _FIELD_PER_WIDTH, 1.0)


def fields_of(size: tuple[int, int], front_row: float) -> tuple[Fields, Fields]:
    """Fields of WCAG and of broadcast in samples of a size, in the order of `GUIDELINES`."""
    return Fields.of(size, field_share(front_row)), Fields.of(size, 1.0)


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
