"""Recordings: channels by samples, read where and when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corticast.core.arguments import came, check_array, check_function, check_names, is_real, named_arguments
from corticast.core.model.types import BoolArray, Float64Array, IntpArray
from corticast.errors import DataError

# Values of all channels that are held at a time where a recording is run through.
_BLOCK_VALUES = 1 << 23


@dataclass(frozen=True)
class Event:
    """Something that happened while it was recorded.

    Parameters
    ----------
    onset_s, duration_s : from the first sample
    text : what it was
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
    names : of the channels, each once
    sample_rate : samples per second and channel
    n_samples : samples per channel
    read : takes the first sample, the one after the last, and the rows that are wanted; gives (n_rows, n) float64
    unit : of the values, "V" or "" when it is not known
    bad : (n,) bool, channels marked bad
    kinds : of the channels, as BIDS calls them: SEEG, ECOG, DBS, EEG, ...
    events : what happened meanwhile
    name : for titles and messages
    path : of the file, None for what is held in memory
    format : of the file
    warnings : what a person should know of the file

    Raises
    ------
    DataError : there is nothing in it, or two channels have the same name
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

    def __post_init__(self) -> None:
        label = self.path or self.name
        check_function("read", self.read)
        if not self.names or self.n_samples < 1:
            raise DataError(f"{label}: {len(self.names)} channels of {self.n_samples} samples; give one with some")
        if not is_real(self.sample_rate) or self.sample_rate <= 0:
            raise DataError(f"{label}: sample_rate {came(self.sample_rate)}: give samples per second, above 0")
        twice = next((name for number, name in enumerate(self.names) if name in self.names[:number]), None)
        if twice is not None:
            raise DataError(f"{label}: two channels have the name {twice}; give each its own")
        if self.bad.shape != (len(self.names),):
            object.__setattr__(self, "bad", np.zeros(len(self.names), dtype=bool))

    @classmethod
    def of_array(
        cls, values: npt.ArrayLike, sample_rate: float, names: tuple[str, ...], unit: str = "", name: str = "array"
    ) -> Recording:
        """A recording that is held in memory, or mapped into it.

        Parameters
        ----------
        values : (n_channels, n_samples) real

        Raises
        ------
        DataError : another shape, nothing in it, or two channels of the same name
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

    def rows(self, rows: IntpArray | None = None) -> Float64Array:
        """(n_rows, n_samples) float64: whole channels, all of them or some.

        Raises
        ------
        DataError : the file cannot be read any more
        """
        return self.read(0, self.n_samples, np.arange(len(self.names)) if rows is None else rows)

    def blocks(self, rows: IntpArray | None = None) -> Iterator[Float64Array]:
        """(n_rows, n) float64 one after the other, from the first sample to the last.

        Raises
        ------
        DataError : the file cannot be read any more
        """
        wanted = np.arange(len(self.names)) if rows is None else rows
        size = max(_BLOCK_VALUES // max(len(wanted), 1), 1)
        for first in range(0, self.n_samples, size):
            yield self.read(first, min(first + size, self.n_samples), wanted)
