"""A sound file that is open for reading in blocks, whoever decodes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from corticast.errors import DataError, OptionError

# (n, n_channels) float32, as decoders give them.
Frames: TypeAlias = npt.NDArray[np.float32]

BLOCK_SIZE = 65536
REMEDY = "give a WAV, FLAC, Ogg or MP3 file, or another with sound that ffmpeg decodes"


@dataclass(frozen=True, eq=False)
class AudioFile:
    """A sound file; samples are read when they are asked for.

    Parameters
    ----------
    path : file it is read from
    sample_rate : samples per second and channel
    n_channels : number of channels
    n_samples : samples per channel, as many as `blocks` gives
    format : container and encoding as the decoder names them, such as "WAV PCM_16"
    warnings : what a person should know of the file
    """

    path: Path
    sample_rate: int
    n_channels: int
    n_samples: int
    format: str
    warnings: tuple[str, ...]
    _frames: Callable[[Path, int, int, int], Iterator[Frames]]
    _has_non_finite: bool

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.path.name

    @property
    def duration_s(self) -> Fraction:
        """Duration in seconds, exact."""
        return Fraction(self.n_samples, self.sample_rate)

    def blocks(
        self, block_size: int = BLOCK_SIZE, start: int = 0, stop: int | None = None
    ) -> Iterator[npt.NDArray[np.float32]]:
        """Samples from `start` to before `stop`, block by block.

        NaN and infinity are 0. Full scale is ±1, and what lies beyond is kept. Closing the iterator closes the file.

        Parameters
        ----------
        block_size : samples per channel in each block but the last, which may be shorter
        start, stop : first sample and the one after the last; None, and what lies beyond the end, is the end

        Returns
        -------
        iterator over C-contiguous arrays of shape (n_channels, n <= block_size) float32

        Raises
        ------
        DataError : the file is no longer what it was when it was opened
        OptionError : `block_size` or `start` is no number of samples
        """
        if block_size < 1 or start < 0:
            raise OptionError(
                f"blocks of {block_size} samples from {start}: give a size of 1 or more, a start of 0 or more"
            )
        end = self.n_samples if stop is None else min(stop, self.n_samples)
        return self._read(block_size, start, end)

    def _read(self, block_size: int, start: int, end: int) -> Iterator[npt.NDArray[np.float32]]:
        position = start
        if start < end:
            for frames in self._frames(self.path, block_size, start, end):
                if not len(frames):
                    break
                position += len(frames)
                finite = np.where(np.isfinite(frames), frames, np.float32(0)) if self._has_non_finite else frames
                yield np.ascontiguousarray(finite.T)
        if position < end:
            raise DataError(
                f"{self.path}: sample {position} of {self.n_samples} cannot be read any more; "
                "the file has changed since it was opened"
            )


def warn_of_non_finite(path: Path, n_non_finite: int) -> tuple[str, ...]:
    """Say that samples were taken as silence; nothing where there are none."""
    if n_non_finite == 0:
        return ()
    return (f"{path.name}: {n_non_finite} samples are NaN or infinite, and are taken as silence",)
