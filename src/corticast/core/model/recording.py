"""Recordings: channels by samples, read on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corticast.core.arguments import (
    came,
    check_array,
    check_function,
    check_names,
    is_real,
    named_arguments,
    short_repr,
)
from corticast.core.model.types import BoolArray, Float64Array, IntpArray
from corticast.errors import DataError, warning_lines

# Values of all channels in memory at a time while a recording is read block by block.
_BLOCK_VALUES = 1 << 23


@dataclass(frozen=True)
class Event:
    """Something that happened during a recording.

    Parameters
    ----------
    onset_s, duration_s : seconds; the onset counts from the first sample
    text : description of the event
    """

    onset_s: float
    duration_s: float
    text: str

    @property
    def is_bad(self) -> bool:
        """Whether the event marks a time that no average counts: its text begins with BAD, in any case."""
        return self.text.strip().lower().startswith("bad")


@named_arguments
@dataclass(frozen=True, eq=False)
class Recording:
    """Channels that were recorded together.

    Parameters
    ----------
    names : names of the channels, all different
    sample_rate : samples per second and channel
    n_samples : samples per channel
    read : function of the first sample, the sample after the last one, and the wanted rows; returns (n_rows, n) float64
    unit : unit of the values, "V", or "" if unknown
    units : unit of each channel where these differ; () if `unit` is that of all
    stated_units : unit of each channel in the words of the file; () if the file states none
    bad : (n,) bool, channels marked bad
    kinds : kinds of the channels in BIDS terms: SEEG, ECOG, DBS, EEG, ...
    events : events during the recording
    name : name for titles and messages
    path : path of the file; None for a recording in memory
    format : format of the file
    warnings : warnings about the file, one line each
    read_warnings : function that gives the warnings met while samples were read
    gaps : first sample of each time without samples, and the one after its last; values are NaN there
    stored_hz : samples per second of each channel as the file holds them; () if `sample_rate` is that of all
    series : name of the series in the file; "" where a file holds one recording
    rename : path of the table that gave channels their names; None if the file did
    alone : function of rows that gives these channels alone, at the highest of their own rates; None if all have one

    Raises
    ------
    DataError : no channels or samples, or two channels with the same name
    """

    names: tuple[str, ...]
    sample_rate: float
    n_samples: int
    read: Callable[[int, int, IntpArray], Float64Array]
    unit: str = "V"
    bad: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    kinds: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    name: str = "recording"
    path: Path | None = None
    format: str = "array"
    warnings: tuple[str, ...] = ()
    read_warnings: Callable[[], tuple[str, ...]] = tuple
    units: tuple[str, ...] = ()
    stated_units: tuple[str, ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()
    stored_hz: tuple[float, ...] = ()
    series: str = ""
    rename: Path | None = None
    alone: Callable[[IntpArray], Recording] | None = None

    __repr__ = short_repr

    def __post_init__(self) -> None:
        label = self.path or self.name
        check_function("read", self.read)
        object.__setattr__(self, "warnings", warning_lines(self.warnings))
        if not self.names or self.n_samples < 1:
            raise DataError(f"{label}: {len(self.names)} channels of {self.n_samples} samples; give some of both")
        if not is_real(self.sample_rate) or self.sample_rate <= 0:
            raise DataError(f"{label}: sample_rate {came(self.sample_rate)}: give samples per second, above 0")
        twice = next((name for number, name in enumerate(self.names) if name in self.names[:number]), None)
        if twice is not None:
            raise DataError(f"{label}: two channels have the name {twice}; give each channel its own name")
        if self.bad.shape != (len(self.names),):
            object.__setattr__(self, "bad", np.zeros(len(self.names), dtype=bool))

    @classmethod
    def of_array(
        cls, values: npt.ArrayLike, sample_rate: float, names: tuple[str, ...], unit: str = "", name: str = "array"
    ) -> Recording:
        """A recording from an array in memory, possibly memory-mapped.

        Parameters
        ----------
        values : (n_channels, n_samples) real

        Raises
        ------
        DataError : another shape, no values, or two channels with the same name
        """
        held = check_array("values", values, "real numbers of shape (n_channels, n_samples)", n_axes=(2,))
        names = check_names("names", names, len(held), f"one name for each of the {len(held)} rows of values")

        def read(first: int, stop: int, rows: IntpArray) -> Float64Array:
            return np.asarray(held[rows, first:stop], dtype=np.float64)

        return cls(names, sample_rate, held.shape[1], read, unit, name=name)

    @property
    def duration_s(self) -> float:
        """Duration in seconds."""
        return self.n_samples / self.sample_rate

    @property
    def all_warnings(self) -> tuple[str, ...]:
        """Warnings about the file and about the samples that have been read, each text once."""
        return tuple(dict.fromkeys((*self.warnings, *self.read_warnings())))

    @property
    def pieces(self) -> tuple[tuple[int, int], ...]:
        """First and stop of each part without a gap, in samples."""
        ends = [0, *(end for gap in self.gaps for end in gap), self.n_samples]
        return tuple((first, stop) for first, stop in zip(ends[::2], ends[1::2], strict=True) if first < stop)

    def of_rows(self, rows: IntpArray) -> Recording:
        """Some channels alone, at the highest rate that one of them is stored with."""
        base, read, alone = self, self.read, self.alone
        part: Recording | None = None
        if alone is not None:
            base = alone(rows)
            part = base
        units = tuple(self.units[row] for row in rows) if self.units else ()
        return replace(
            self,
            names=tuple(self.names[row] for row in rows),
            kinds=tuple(self.kinds[row] for row in rows) if self.kinds else (),
            bad=self.bad[rows],
            sample_rate=base.sample_rate,
            n_samples=base.n_samples,
            read=part.read if part is not None else lambda first, stop, some: read(first, stop, rows[some]),
            unit=("V" if "V" in units else "") if units else self.unit,
            units=units,
            stated_units=tuple(self.stated_units[row] for row in rows) if self.stated_units else (),
            gaps=base.gaps,
            stored_hz=tuple(self.stored_hz[row] for row in rows) if self.stored_hz else (),
            alone=None if alone is None else lambda some: alone(rows[some]),
        )

    def rows(self, rows: IntpArray | None = None) -> Float64Array:
        """(n_rows, n_samples) float64: some or all channels, with all their samples.

        Raises
        ------
        DataError : the file cannot be read any more
        """
        return self.read(0, self.n_samples, np.arange(len(self.names)) if rows is None else rows)

    def blocks(self, rows: IntpArray | None = None) -> Iterator[Float64Array]:
        """Blocks of (n_rows, n) float64, one after the other, from the first sample to the last.

        Raises
        ------
        DataError : the file cannot be read any more
        """
        for _, block in self._blocks_of(((0, self.n_samples),), rows):
            yield block

    def known_blocks(self, rows: IntpArray | None = None) -> Iterator[tuple[int, Float64Array]]:
        """Blocks as `blocks` gives them, without the gaps; each with the number of its first sample."""
        return self._blocks_of(self.pieces, rows)

    def _blocks_of(
        self, spans: Iterable[tuple[int, int]], rows: IntpArray | None
    ) -> Iterator[tuple[int, Float64Array]]:
        wanted = np.arange(len(self.names)) if rows is None else rows
        size = max(_BLOCK_VALUES // max(len(wanted), 1), 1)
        for begin, end in spans:
            for first in range(begin, end, size):
                yield first, self.read(first, min(first + size, end), wanted)
