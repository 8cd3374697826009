"""Recordings in EDF and BDF files, with their gaps and with channels of different rates.

::

    records of samples ─> pieces without a gap ─> each channel at its own rate ─> all at the highest rate of a contact

A read of a part equals the same part of a read of all: see `corticast.core.resampling`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import gcd
from pathlib import Path

import numpy as np

from corticast.core.matching import some
from corticast.core.model.recording import Event, Recording
from corticast.core.model.types import Float64Array, IntpArray
from corticast.core.resampling import raised
from corticast.errors import DataError
from corticast.io.edf_annotations import Annotation, read_annotations
from corticast.io.edf_header import EdfHeader, read_header
from corticast.io.edf_samples import EdfSamples

# A ratio of rates beyond these numbers comes from a damaged header or from slow vital signs.
_MOST_RATIO = 1024
# Records of 10 ms make so many in two days.
_MOST_RECORDS = 1 << 24


def open_edf(path: Path) -> Recording:
    """Open an EDF or BDF file. Samples are read on demand.

    The recording has all signals but annotations, at the highest of their rates. `Recording.of_rows` gives a part of
    them at the highest rate in that part.

    Raises
    ------
    DataError : the file is damaged, or its records overlap in time
    """
    file = _EdfFile(read_header(path))
    rows = [number for number, signal in enumerate(file.header.signals) if not signal.is_annotations and signal.n]
    if not rows:
        raise DataError(f"{path}: holds no signals, only annotations; give a recording with channels")
    return file.recording(rows)


@dataclass(frozen=True)
class _Piece:
    """Records that follow one another without a gap.

    Parameters
    ----------
    first, stop : numbers of the records
    onset_s : from the first sample of the file
    """

    first: int
    stop: int
    onset_s: Fraction


class _EdfFile:
    def __init__(self, header: EdfHeader) -> None:
        self.header = header
        self._samples = EdfSamples(header)
        self._warnings: list[str] = list(header.warnings)
        self._pieces, self._events = self._in_time()

    def recording(self, numbers: Sequence[int]) -> Recording:
        """Some signals, at the highest of their rates."""
        signals = [self.header.signals[number] for number in numbers]
        most = max(signal.n for signal in signals)
        rate_hz = Fraction(most) / self.header.record_s
        spans = self._spans(most)
        units = tuple(signal.unit for signal in signals)

        def read(first: int, stop: int, rows: IntpArray) -> Float64Array:
            return self._read(numbers, most, spans, first, stop, rows)

        return Recording(
            names=tuple(signal.name for signal in signals),
            sample_rate=float(rate_hz),
            n_samples=spans[-1][1],
            read=read,
            unit="V" if "V" in units else "",
            units=units,
            stated_units=tuple(signal.stated_unit for signal in signals),
            kinds=tuple(signal.kind for signal in signals),
            events=self._events,
            name=self.header.path.name,
            path=self.header.path,
            format=self.header.format,
            warnings=tuple(self._warnings),
            gaps=tuple((before[1], after[0]) for before, after in pairwise(spans)),
            stored_hz=tuple(float(Fraction(signal.n) / self.header.record_s) for signal in signals),
            alone=lambda rows: self.recording([numbers[row] for row in rows]),
        )

    def _spans(self, n: int) -> list[tuple[int, int]]:
        """First and stop of each piece, in samples, n to a record."""
        spans: list[tuple[int, int]] = []
        for piece in self._pieces:
            first = round(piece.onset_s * n / self.header.record_s)
            # Rounding never lets two pieces overlap.
            first = max(first, spans[-1][1]) if spans else first
            spans.append((first, first + (piece.stop - piece.first) * n))
        return spans

    def _read(
        self, numbers: Sequence[int], most: int, spans: list[tuple[int, int]], first: int, stop: int, rows: IntpArray
    ) -> Float64Array:
        """(n_rows, stop - first) values; NaN in gaps."""
        wanted = [numbers[row] for row in rows]
        counts = np.array([self.header.signals[number].n for number in wanted])
        if len(spans) == 1 and (counts == most).all():
            return self._of_piece(wanted, self._pieces[0], most, most, first, stop)
        out = np.full((len(rows), stop - first), np.nan)
        for piece, (begin, end) in zip(self._pieces, spans, strict=True):
            low, high = max(first, begin), min(stop, end)
            if low >= high:
                continue
            for n in np.unique(counts):
                alike = np.flatnonzero(counts == n)
                part = self._of_piece([wanted[k] for k in alike], piece, int(n), most, low - begin, high - begin)
                out[alike, low - first : high - first] = part
        return out

    def _of_piece(self, numbers: list[int], piece: _Piece, n: int, most: int, first: int, stop: int) -> Float64Array:
        """Values of signals with n samples in a record, at `most` samples in a record."""
        begin = piece.first * n

        def read(low: int, high: int) -> Float64Array:
            return self._samples.values(numbers, begin + low, begin + high)

        if n == most:
            return read(first, stop)
        common = gcd(n, most)
        up, down = most // common, n // common
        if up > _MOST_RATIO:
            slow_hz, fast_hz = (float(Fraction(count) / self.header.record_s) for count in (n, most))
            raise DataError(
                f"{self.header.path}: {self.header.signals[numbers[0]].name} has {slow_hz:g} samples per second and "
                f"others have {fast_hz:g}, which no filter brings together; leave it out of the electrode table"
            )
        return raised(read, (piece.stop - piece.first) * n, up, down, first, stop)

    # Times

    def _in_time(self) -> tuple[list[_Piece], tuple[Event, ...]]:
        """Pieces and events, in seconds from the first sample."""
        header = self.header
        plain = [_Piece(0, header.n_records, Fraction(0))]
        if not any(signal.is_annotations and signal.n for signal in header.signals):
            return plain, ()
        if header.n_records > _MOST_RECORDS:
            raise DataError(f"{header.path}: {header.n_records} records; export the recording with longer ones")
        try:
            onsets, found = read_annotations(self._samples.annotations())
        except DataError as error:
            known = error.as_typed
            raise DataError(known if str(header.path) in known else f"{header.path}: {known}") from error
        start_s = onsets[0] or Fraction(0)
        events = self._events_of(found, start_s)
        if not header.is_plus or None in onsets:
            if header.is_discontinuous:
                self._warn("its records do not state their onsets, so gaps between them are unknown")
            return plain, self._within(events, plain)
        pieces = self._pieces_of([onset - start_s for onset in onsets if onset is not None]) or plain
        return pieces, self._within(events, pieces)

    @cached_property
    def _half_sample_s(self) -> Fraction:
        most = max((signal.n for signal in self.header.signals if not signal.is_annotations), default=1)
        return self.header.record_s / max(most, 1) / 2

    def _pieces_of(self, onsets_s: list[Fraction]) -> list[_Piece]:
        """Pieces by the onsets of the records; none if these contradict a file that calls itself continuous."""
        header, half_s = self.header, self._half_sample_s
        steps = [after - before - header.record_s for before, after in pairwise(onsets_s)]
        overlap = next((number for number, step in enumerate(steps) if step < -half_s), None)
        if overlap is not None:
            if not header.is_discontinuous:
                self._warn("its records state onsets that overlap; it counts as continuous, as its header says")
                return []
            raise DataError(
                f"{header.path}: record {overlap + 2} begins at {float(onsets_s[overlap + 1]):g} s, before record "
                f"{overlap + 1} ends; export the file again"
            )
        begins = [0, *(number + 1 for number, step in enumerate(steps) if step > half_s)]
        pieces = [_Piece(first, stop, onsets_s[first]) for first, stop in pairwise([*begins, header.n_records])]
        if len(pieces) > 1:
            missing_s = float(sum((step for step in steps if step > half_s), Fraction(0)))
            where = some(
                [f"{float(onsets_s[n - 1] + header.record_s):g} to {float(onsets_s[n]):g} s" for n in begins[1:]], 3
            )
            n = len(pieces) - 1
            gaps = f"{n} gaps, {missing_s:g} s in all" if n > 1 else "a gap"
            called = "" if header.is_discontinuous else ", though its header calls it continuous"
            self._warn(f"holds no samples from {where}: {gaps}{called}")
        return pieces

    def _events_of(self, found: list[Annotation], start_s: Fraction) -> list[Event]:
        return [Event(float(each.onset_s - start_s), float(each.duration_s), each.text) for each in found]

    def _within(self, events: list[Event], pieces: list[_Piece]) -> tuple[Event, ...]:
        """Events of the recording's time, gaps included, in the order of time."""
        last = pieces[-1]
        end_s = float(last.onset_s + (last.stop - last.first) * self.header.record_s)
        kept = [event for event in events if -event.duration_s <= event.onset_s <= end_s]
        if len(kept) < len(events):
            self._warn(f"events outside the recording, which are left out: {len(events) - len(kept)}")
        return tuple(sorted(kept, key=lambda event: event.onset_s))

    def _warn(self, text: str) -> None:
        self._warnings.append(f"{self.header.path.name}: {text}")
