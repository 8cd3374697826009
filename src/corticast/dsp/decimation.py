"""Fewer samples a second, where a recording has far more than its bands need."""

from __future__ import annotations

from math import floor

import numpy as np

from corticast.core.model.types import FloatArray

# Samples per second that are kept at least, per hertz of the highest band.
_RATE_PER_HZ = 3.0
# Length of a Blackman-windowed filter times its transition band, in samples and as a share of the sample rate (as
# MNE-Python takes it), for a transition of a third of the rate that is left.
_LENGTH = round(5.0 * 3)


def decimation(sample_rate: float, highest_hz: float) -> int:
    """Of how many samples one is enough for bands up to `highest_hz`."""
    return max(floor(sample_rate / (_RATE_PER_HZ * highest_hz)), 1)


def low_pass_taps(factor: int) -> FloatArray:
    """(n_taps,) zero-phase low-pass, n_taps odd: -6 dB at half the rate that is left.

    Up to a third of that rate all is let through, and from two thirds on nothing (-74 dB), which is all that could be
    mirrored into the lower third. As mne.filter.create_filter(fir_window="blackman") makes it.
    """
    from scipy.signal import firwin

    n_taps = _LENGTH * factor
    return np.asarray(firwin(n_taps + 1 - n_taps % 2, 1 / factor, window="blackman"))


def decimated(samples: FloatArray, factor: int) -> FloatArray:
    """Every so many-th sample, the first of them the first, after a zero-phase low-pass.

    At its ends the signal is continued by its point reflection, as mne.filter.filter_data does.

    Parameters
    ----------
    samples : (n_channels, n_samples)
    factor : see `decimation`; 1 leaves all as it is
    """
    from scipy.signal import upfirdn

    if factor == 1:
        return samples
    taps = low_pass_taps(factor)
    half = len(taps) // 2
    # The filter's middle is over the first sample after a whole number of steps.
    extended = np.pad(samples, ((0, 0), (_LENGTH * factor - half, half)), mode="reflect", reflect_type="odd")
    kept = np.asarray(upfirdn(taps, extended, down=factor, axis=1))
    return kept[:, _LENGTH:][:, : -(-samples.shape[1] // factor)]
