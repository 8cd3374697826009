"""Magnitudes of frequency bands: the transform and the unit that offline and live sound share."""

from __future__ import annotations

from typing import Any

import numpy as np

from corticast.core.model.machine import ArrayChoice
from corticast.dsp.bands import LogBands
from corticast.dsp.stft import Stft

# At any sample rate, a segment lasts as long as 2048 samples at 44.1 kHz. Longer segments separate tones better,
# shorter ones separate moments better.
_SEGMENT_S = 2048 / 44100
HOPS_PER_SEGMENT = 4

# Bands are lifted by up to 30 dB. A Hann window (18 dB per octave) would then show a steady tone in neighbouring bands,
# and hum from below all bands in the lowest one. The side lobes of this window lie 92 dB below its peak everywhere.
_WINDOW = "blackmanharris"
SKIRTS = 10 ** (-92 / 20)


def sound_stft(sample_rate: float, array: ArrayChoice = "auto") -> Stft:
    """The transform for sound. Its segments last about 46 ms; their length has a fast Fourier transform."""
    from scipy.fft import next_fast_len

    hop_length = next_fast_len(max(round(sample_rate * _SEGMENT_S / HOPS_PER_SEGMENT), 4), real=True)
    return Stft(sample_rate, hop_length * HOPS_PER_SEGMENT, hop_length, _WINDOW, array=array)


class BandMagnitudes:
    """Mean magnitude of each band; a full-scale sine in one bin has 1.

    The power of all channels is averaged rather than their samples, so sound in opposite phase does not cancel.

    Parameters
    ----------
    stft : transform of the spectra
    bands : frequency bands; bands above Nyquist are left out
    n_channels : number of channels of the spectra
    """

    def __init__(self, stft: Stft, bands: LogBands, n_channels: int) -> None:
        weights = bands.weights(stft.sample_rate, stft.n_fft)
        used = np.flatnonzero(weights.any(axis=0))
        self._freqs = slice(int(used[0]), int(used[-1]) + 1)
        # A full-scale sine has half the window's sum as magnitude. The power is averaged over the channels.
        unit = np.float32(2.0 / stft.window_samples.sum() / np.sqrt(n_channels))
        self._mean = stft.backend.to_device(weights[:, self._freqs] * unit)
        self._xp = stft.backend.xp

    def __call__(self, spectra: Any) -> Any:
        """Return (n_bands, n_columns) float32 for (n_channels, n_freqs, n_columns) complex64, on the backend."""
        spectra = spectra[:, self._freqs]
        power = spectra.real**2 + spectra.imag**2
        return self._mean @ self._xp.sqrt(power.sum(axis=0))
