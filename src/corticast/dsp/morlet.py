"""Morlet wavelets in the scaling of Tallon-Baudry et al. (1997)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Float32Array

# A wavelet ends where its envelope has fallen to e^-12.5 of its peak.
_HALF_WIDTH_SIGMAS = 5.0

# Number of columns computed at a time.
_BATCH_COLUMNS = 2048


def morlet_wavelet(freq_hz: float, sample_rate: float, n_cycles: float = 7.0) -> npt.NDArray[np.complex128]:
    """A complex Morlet wavelet with mean 0 and norm sqrt(2).

    The wavelet is a Gaussian of standard deviation σ = n_cycles / (2 π f) times a complex oscillation. The constant
    exp(-2 (π f σ)²) is subtracted from the oscillation, so the mean is 0.

    Returns
    -------
    (n,) complex128; n is odd and the middle sample lies at time 0
    """
    sigma_s = n_cycles / (2 * np.pi * freq_hz)
    half = int(np.ceil(_HALF_WIDTH_SIGMAS * sigma_s * sample_rate)) - 1
    time_s = np.arange(-half, half + 1) / sample_rate
    oscillation = np.exp(2j * np.pi * freq_hz * time_s) - np.exp(-2 * (np.pi * freq_hz * sigma_s) ** 2)
    wavelet = oscillation * np.exp(-(time_s**2) / (2 * sigma_s**2))
    return np.asarray(wavelet * np.sqrt(2) / np.linalg.norm(wavelet))


def morlet_magnitude(
    samples: npt.NDArray[np.floating], freqs_hz: npt.ArrayLike, sample_rate: float, step: int, n_cycles: float = 7.0
) -> Float32Array:
    """Magnitude of a signal's wavelet transform at every `step`-th sample. The signal is 0 outside its samples.

    Only these columns are computed: each is the product of a segment with the wavelets.

    Parameters
    ----------
    samples : (n_samples,) real

    Returns
    -------
    (n_freqs, ceil(n_samples / step)) float32
    """
    wavelets = [morlet_wavelet(float(freq_hz), sample_rate, n_cycles) for freq_hz in np.asarray(freqs_hz, np.float64)]
    half = max(len(wavelet) for wavelet in wavelets) // 2
    # A wavelet and its mirror image, its conjugate, give the same magnitude.
    bank = np.stack([np.pad(wavelet, half - len(wavelet) // 2) for wavelet in wavelets], axis=1).astype(np.complex64)
    n_columns = -(-len(samples) // step)
    magnitude = np.empty((len(wavelets), n_columns), dtype=np.float32)
    for first in range(0, n_columns, _BATCH_COLUMNS):
        columns = np.arange(first, min(first + _BATCH_COLUMNS, n_columns))
        start, stop = columns[0] * step - half, columns[-1] * step + half + 1
        part = samples[max(start, 0) : stop]
        padded = np.zeros(stop - start, dtype=np.float32)
        padded[max(-start, 0) : max(-start, 0) + len(part)] = part
        segments = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)[::step]
        magnitude[:, columns] = np.abs(segments @ bank).T
    return magnitude
