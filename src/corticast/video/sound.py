"""Sound for ffmpeg: interleaved float32, exactly as long as the film."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from corticast.core.model.types import Float32Array

_BLOCK_SIZE = 65536


@dataclass(frozen=True, eq=False)
class Sound:
    """Sound of a film. Its first sample sounds when frame 0 is shown.

    Parameters
    ----------
    sample_rate : samples per second and channel
    n_channels : number of channels in each block
    blocks : float32 arrays of shape (n_channels, n), one after the other; full scale is ±1. The blocks are read once,
        in a thread of the writer.
    """

    sample_rate: int
    n_channels: int
    blocks: Iterable[Float32Array]

    @property
    def n_channels_encoded(self) -> int:
        """Number of channels in the film. More than two are averaged into one, since their positions are unknown."""
        return self.n_channels if self.n_channels <= 2 else 1


def interleaved(sound: Sound, n_samples: int) -> Iterator[Float32Array]:
    """Blocks with exactly `n_samples` samples in all. Longer sound is cut, shorter sound ends in silence.

    Samples beyond full scale are clipped, since encoders and players treat them differently.

    Returns
    -------
    blocks of shape (n, n_channels_encoded), little-endian float32, C-contiguous, never empty
    """
    n_left = n_samples
    if n_left > 0:
        for block in sound.blocks:
            used = block[:, :n_left]
            if used.shape[1] == 0:
                continue
            if sound.n_channels_encoded != sound.n_channels:
                used = used.mean(axis=0, keepdims=True)
            samples = np.array(used.T, dtype="<f4", order="C")
            np.clip(samples, -1.0, 1.0, out=samples)
            yield samples
            n_left -= len(samples)
            if n_left == 0:
                return
    while n_left > 0:
        silence = np.zeros((min(n_left, _BLOCK_SIZE), sound.n_channels_encoded), dtype="<f4")
        yield silence
        n_left -= len(silence)
