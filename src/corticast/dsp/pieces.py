"""Times of a recording without samples, and times that are annotated BAD.

A word that begins with BAD marks a time that no average counts: so MNE-Python reads annotations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TypeAlias

import numpy as np

from corticast.core.matching import some
from corticast.core.model.recording import Event, Recording
from corticast.core.model.types import BoolArray, Float64Array
from corticast.core.timing import exact
from corticast.dsp.baseline import Baseline, over_rest, z_scored
from corticast.errors import DataError

# First sample, and the sample after the last one.
Span: TypeAlias = tuple[int, int]


def bad_spans(recording: Recording) -> tuple[Span, ...]:
    """Times that are annotated BAD, in samples; those that overlap are one."""
    spans: list[Span] = []
    for event in sorted(_bad(recording), key=lambda event: event.onset_s):
        first = max(floor(event.onset_s * recording.sample_rate), 0)
        stop = min(ceil((event.onset_s + event.duration_s) * recording.sample_rate), recording.n_samples)
        if spans and first <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(stop, spans[-1][1])
        elif first < stop:
            spans.append((first, stop))
    return tuple(spans)


def _bad(recording: Recording) -> list[Event]:
    return [event for event in recording.events if event.is_bad and event.duration_s > 0]


def bad_warnings(recording: Recording, kept_out_of: str) -> tuple[str, ...]:
    """A line about times that are annotated BAD.

    Parameters
    ----------
    kept_out_of : the averages that leave these times out
    """
    spans = bad_spans(recording)
    if not spans:
        return ()
    total_s = sum(stop - first for first, stop in spans) / recording.sample_rate
    texts = list(dict.fromkeys(event.text for event in _bad(recording)))
    return (
        f"{recording.name}: times that are annotated as bad, {total_s:.4g} s in all ({some(texts, 3)}), are shown as "
        f"recorded and kept out of {kept_out_of}",
    )


def columns_within(spans: Iterable[Span], n_columns: int, step: int) -> BoolArray:
    """(n_columns,) bool, columns that lie within some times.

    Parameters
    ----------
    spans : times in samples
    step : samples from one column to the next; column 0 lies at sample 0
    """
    within = np.zeros(n_columns, dtype=bool)
    for first, stop in spans:
        within[-(-first // step) : -(-stop // step)] = True
    return within


def uncounted_columns(recording: Recording, n_columns: int, step: int) -> BoolArray | None:
    """(n_columns,) bool, columns of times that are annotated as bad; None without such times."""
    spans = bad_spans(recording)
    return columns_within(spans, n_columns, step) if spans else None


def whole_columns(pieces: Iterable[Span], step: int) -> list[Span]:
    """Pieces that begin at a column; less than a column is lost of each."""
    begun = [(-(-first // step) * step, stop) for first, stop in pieces]
    return [(first, stop) for first, stop in begun if first < stop]


@dataclass(frozen=True, eq=False)
class Rest:
    """The samples that a baseline counts, where all pieces stand one behind the other.

    Parameters
    ----------
    baseline_s : first and last second of the joined pieces; None takes them whole
    counted : (n_samples,) bool, samples that count; None if all do
    """

    baseline_s: Baseline
    counted: BoolArray | None

    def by(
        self, step: Callable[[Float64Array, Fraction, Baseline], Float64Array], rows: Float64Array, rate: Fraction
    ) -> Float64Array:
        """Rows after a step. A step of another maker counts all samples of the baseline."""
        if self.counted is None:
            return step(rows, rate, self.baseline_s)
        for own in (over_rest, z_scored):
            if step is own:
                return own(rows, rate, self.baseline_s, self.counted)
        return step(rows, rate, self.baseline_s)


def rest_of(
    begins: Sequence[int],
    lengths: Sequence[int],
    rate_hz: Fraction,
    baseline_s: Baseline,
    left_out: Iterable[Span],
    factor: int,
) -> Rest:
    """The baseline of pieces that stand one behind the other.

    Parameters
    ----------
    begins, lengths : first sample of each piece on the recording's time, and its samples
    rate_hz : of these samples
    baseline_s : first and last second of the recording; None takes the whole recording
    left_out : times that do not count, in samples of the recording
    factor : samples of the recording in one of these samples

    Raises
    ------
    DataError : fewer than two samples of the baseline count
    """
    times = np.concatenate([np.arange(begin, begin + n) for begin, n in zip(begins, lengths, strict=True)])
    counted = np.ones(len(times), dtype=bool)
    for first, stop in left_out:
        counted[(times >= first // factor) & (times < -(-stop // factor))] = False
    within = np.ones(len(times), dtype=bool)
    if baseline_s is not None:
        begin, end = (exact(time_s, "baseline") * rate_hz for time_s in baseline_s)
        within = (times >= ceil(begin)) & (times <= floor(end))
    if (counted & within).sum() < 2:
        why = "in gaps of the recording or in times that are annotated as bad"
        raise DataError(
            f"the baseline lies {why}; give another --baseline"
            if baseline_s is not None
            else "the whole recording is annotated as bad, so there is no baseline; give --baseline none"
        )
    if baseline_s is not None and times[-1] != len(times) - 1:
        place = int(np.argmax(within))
        baseline_s = Fraction(place) / rate_hz, Fraction(place + int(within.sum()) - 1) / rate_hz
    return Rest(baseline_s, None if counted.all() else counted)
