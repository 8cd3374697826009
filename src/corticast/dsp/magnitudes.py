"""Magnitudes of frequency bands, whole or as they come: the transform and the unit that sound is shown in."""

from __future__ import annotations

from typing import Any

import numpy as np

from corticast.dsp.backend import ArrayChoice
from corticast.dsp.bands import LogBands
from corticast.dsp.stft import Stft

# A segment lasts as long as 2048 samples at 44.1 kHz, whatever the sample rate: its length decides how well tones
# and moments are told apart.
_SEGMENT_S = 2048 / 44100
HOPS_PER_SEGMENT = 4

# Bands are lifted by up to 30 dB: Hann's skirts (18 dB per octave) would show a steady tone in the bands beside its
# own, and hum below all bands in the lowest. The skirts of this window lie 92 dB below its peak everywhere.
_WINDOW = "blackmanharris"
SKIRTS = 10 ** (-92 / 20)


def sound_stft(sample_rate: float, array: ArrayChoice = "auto") -> Stft:
    """The transform of sound, its segment of about 46 ms a length whose Fourier transform is fast."""
    from scipy.fft import next_fast_len

    hop_length = next_fast_len(max(round(sample_rate * _SEGMENT_S / HOPS_PER_SEGMENT), 4), real=True)
    return Stft(sample_rate, hop_length * HOPS_PER_SEGMENT, hop_length, _WINDOW, array=array)


class BandMagnitudes:
    """Mean magnitude in each band, 1 for a sine of full scale in a single bin.

    The power of channels is averaged, not their samples, so that what is out of phase between them is not lost.

    Parameters
    ----------
    stft : the transform that the spectra come from
    bands : frequency bands; those above Nyquist are left out
    n_channels : of the spectra
    """

    def __init__(self, stft: Stft, bands: LogBands, n_channels: int) -> None:
        weights = bands.weights(stft.sample_rate, stft.n_fft)
        used = np.flatnonzero(weights.any(axis=0))
        self._freqs = slice(int(used[0]), int(used[-1]) + 1)
        # The magnitude of a full-scale sine is half the window's sum; power is averaged over channels.
        unit = np.float32(2.0 / stft.window_samples.sum() / np.sqrt(n_channels))
        self._mean = stft.backend.to_device(weights[:, self._freqs] * unit)
        self._xp = stft.backend.xp

    def __call__(self, spectra: Any) -> Any:
        """(n_bands, n_columns) float32 of (n_channels, n_freqs, n_columns) complex64, arrays of the backend."""
        spectra = spectra[:, self._freqs]
        power = spectra.real**2 + spectra.imag**2
        return self._mean @ self._xp.sqrt(power.sum(axis=0))
