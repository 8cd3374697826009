"""Frequency bands between log-spaced edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corticast.core.arguments import check_real, check_whole, named_arguments
from corticast.core.model.types import Float32Array, Float64Array


@named_arguments
@dataclass(frozen=True)
class LogBands:
    """n frequency bands between n + 1 log-spaced edges. The value of a band is its mean magnitude.

    Parameters
    ----------
    lo, hi : lowest and highest edge in Hz
    n : number of bands

    Raises
    ------
    OptionError : the edges do not ascend from above 0, or n is not a whole number of at least 1
    """

    lo: float = 400.0
    hi: float = 6000.0
    n: int = 10

    def __post_init__(self) -> None:
        check_real("lo", self.lo, "the lowest edge in Hz, above 0", above=0)
        check_real("hi", self.hi, f"the highest edge in Hz, above lo ({self.lo:g})", above=float(self.lo))
        check_whole("n", self.n, "a number of bands, 1 or more", low=1)

    @property
    def edges_hz(self) -> Float64Array:
        """(n + 1,) edges in Hz."""
        return np.geomspace(self.lo, self.hi, self.n + 1)

    def n_below(self, nyquist_hz: float) -> int:
        """Number of bands that lie wholly below the Nyquist frequency."""
        check_real("nyquist_hz", nyquist_hz, "half the sample rate in Hz, above 0", above=0)
        return int(np.count_nonzero(self.edges_hz[1:] <= nyquist_hz))

    def weights(self, sample_rate: float, n_fft: int) -> Float32Array:
        """Weights of the Fourier frequencies in the mean of each band.

        Each Fourier frequency stands for the interval between the midpoints to its neighbours. Its weight is the part
        of this interval that lies in the band. So even a band narrower than one interval has a value.

        Returns
        -------
        (n_bands, n_freqs) float32; each row sums to 1; bands that reach above Nyquist are left out
        """
        check_real("sample_rate", sample_rate, "samples per second, above 0", above=0)
        check_whole("n_fft", n_fft, "the number of samples of a segment, 1 or more", low=1)
        step_hz = sample_rate / n_fft
        centres_hz = np.arange(n_fft // 2 + 1) * step_hz
        edges_hz = self.edges_hz[: self.n_below(sample_rate / 2) + 1]
        low, high = edges_hz[:-1, None], edges_hz[1:, None]
        overlap = np.minimum(centres_hz + step_hz / 2, high) - np.maximum(centres_hz - step_hz / 2, low)
        overlap = np.clip(overlap, 0.0, None)
        return np.asarray(overlap / overlap.sum(axis=1, keepdims=True), dtype=np.float32)
