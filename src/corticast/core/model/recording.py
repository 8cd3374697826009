"""Recordings: channels by samples, read on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
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
from corticast.errors import DataError

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
    bad : (n,) bool, channels marked bad
    kinds : kinds of the channels in BIDS terms: SEEG, ECOG, DBS, EEG, ...
    events : events during the recording
    name : name for titles and messages
    path : path of the file; None for a recording in memory
    format : format of the file
    warnings : warnings about the file, one line each
    read_warnings : function that gives the warnings met while samples were read

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

    __repr__ = short_repr

    def __post_init__(self) -> None:
        label = self.path or self.name
        check_function("read", self.read)
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
        wanted = np.arange(len(self.names)) if rows is None else rows
        size = max(_BLOCK_VALUES // max(len(wanted), 1), 1)
        for first in range(0, self.n_samples, size):
            yield self.read(first, min(first + size, self.n_samples), wanted)
