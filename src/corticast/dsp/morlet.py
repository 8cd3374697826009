"""Morlet wavelets, as Tallon-Baudry et al. (1997) scale them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# A wavelet is cut where its envelope is e^-12.5 of its middle.
_HALF_WIDTH_SIGMAS = 5.0


def morlet_wavelet(freq_hz: float, sample_rate: float, n_cycles: float = 7.0) -> npt.NDArray[np.complex128]:
    """A complex Morlet wavelet without a constant part.

    A Gaussian of standard deviation n_cycles / (2 π f) times a complex oscillation, from which the constant
    exp(-2 (π f σ)²) is taken so that the wavelet's mean is 0; its norm is sqrt(2).

    Returns
    -------
    (n,) complex128, n odd, the middle one at time 0
    """
    sigma_s = n_cycles / (2 * np.pi * freq_hz)
    half = int(np.ceil(_HALF_WIDTH_SIGMAS * sigma_s * sample_rate)) - 1
    time_s = np.arange(-half, half + 1) / sample_rate
    oscillation = np.exp(2j * np.pi * freq_hz * time_s) - np.exp(-2 * (np.pi * freq_hz * sigma_s) ** 2)
    wavelet = oscillation * np.exp(-(time_s**2) / (2 * sigma_s**2))
    return np.asarray(wavelet * np.sqrt(2) / np.linalg.norm(wavelet))


def morlet_magnitude(
    samples: npt.NDArray[np.floating], freqs_hz: npt.ArrayLike, sample_rate: float, step: int, n_cycles: float = 7.0
) -> npt.NDArray[np.float32]:
    """Magnitude of a signal's wavelet transform, every `step` samples.

    Parameters
    ----------
    samples : (n_samples,) real

    Returns
    -------
    (n_freqs, ceil(n_samples / step)) float32
    """
    from scipy.signal import oaconvolve

    rows = []
    for freq_hz in np.asarray(freqs_hz, dtype=np.float64):
        wavelet = morlet_wavelet(float(freq_hz), sample_rate, n_cycles)
        half = len(wavelet) // 2
        full = oaconvolve(samples, wavelet, mode="full")
        rows.append(np.abs(full[half : half + len(samples) : step]).astype(np.float32))
    return np.stack(rows)
