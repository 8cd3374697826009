"""A sound file that is open for reading in blocks, with any decoder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from corticast.core.arguments import short_repr
from corticast.core.model.types import LARGEST_SAMPLE, BoolArray, Float32Array
from corticast.errors import DataError, OptionError
from corticast.io.file_kinds import SOUND

# (n, n_channels) float32, the layout of decoders.

BLOCK_SIZE = 65536
REMEDY = SOUND.remedy


@dataclass(frozen=True, eq=False)
class AudioFile:
    """An open sound file. Samples are read on demand.

    Parameters
    ----------
    path : path of the file
    sample_rate : samples per second and channel
    n_channels : number of channels
    n_samples : samples per channel; `blocks` returns exactly so many
    format : container and encoding in the decoder's words, such as "WAV PCM_16"
    warnings : warnings about the file, one line each
    """

    path: Path
    sample_rate: int
    n_channels: int
    n_samples: int
    format: str
    warnings: tuple[str, ...]
    _frames: Callable[[Path, int, int, int], Iterator[Float32Array]]
    _has_unusable: bool

    __repr__ = short_repr

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.path.name

    @property
    def duration_s(self) -> Fraction:
        """Duration in seconds, exact."""
        return Fraction(self.n_samples, self.sample_rate)

    def blocks(self, block_size: int = BLOCK_SIZE, start: int = 0, stop: int | None = None) -> Iterator[Float32Array]:
        """Read the samples from `start` to before `stop`, block by block.

        Samples that are NaN, infinite or above 1e10 become 0. Full scale is ±1, and samples beyond it stay unchanged.
        Closing the iterator closes the file.

        Parameters
        ----------
        block_size : samples per channel in each block; the last block may be shorter
        start, stop : first sample, and the sample after the last; None and values beyond the end stand for the end

        Returns
        -------
        iterator over C-contiguous arrays of shape (n_channels, n <= block_size) float32

        Raises
        ------
        DataError : the file has changed since it was opened
        OptionError : `block_size` is below 1 or `start` is below 0
        """
        if block_size < 1 or start < 0:
            raise OptionError(
                f"block_size={block_size}, start={start}: give a block size of at least 1 and a start of at least 0"
            )
        end = self.n_samples if stop is None else min(stop, self.n_samples)
        return self._read(block_size, start, end)

    def _read(self, block_size: int, start: int, end: int) -> Iterator[Float32Array]:
        position = start
        if start < end:
            for frames in self._frames(self.path, block_size, start, end):
                if not len(frames):
                    break
                position += len(frames)
                usable = np.where(is_usable(frames), frames, np.float32(0)) if self._has_unusable else frames
                yield np.ascontiguousarray(usable.T)
        if position < end:
            raise DataError(
                f"{self.path}: cannot read sample {position} of {self.n_samples}; "
                "the file has changed since it was opened; start again"
            )


def is_usable(samples: Float32Array) -> BoolArray:
    """Whether each sample is a number that a sound can hold; squares of larger ones leave float32."""
    # NaN compares false.
    return np.asarray(np.abs(samples) <= LARGEST_SAMPLE)


def warn_of_unusable(path: Path, n_unusable: int) -> tuple[str, ...]:
    """Warn about samples that were replaced by silence, if any."""
    if n_unusable == 0:
        return ()
    return (
        f"{path.name}: {n_unusable} samples are NaN, infinite or above {LARGEST_SAMPLE:g} and were replaced by silence",
    )
