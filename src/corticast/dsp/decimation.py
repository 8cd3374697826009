"""Lower the sample rate of recordings that have far more samples than their bands need."""

from __future__ import annotations

from math import floor

import numpy as np

from corticast.core.model.types import Float64Array

# The lowest rate that is kept, in samples per second and hertz of the highest band.
_RATE_PER_HZ = 3.0
# Length of a Blackman-windowed filter times its transition band, in samples and as a share of the sample rate (as in
# MNE-Python), for a transition band of a third of the new rate.
_LENGTH = round(5.0 * 3)


def decimation(sample_rate: float, highest_hz: float) -> int:
    """The largest factor that still leaves enough samples for bands up to `highest_hz`."""
    return max(floor(sample_rate / (_RATE_PER_HZ * highest_hz)), 1)


def low_pass_taps(factor: int) -> Float64Array:
    """(n_taps,) zero-phase low-pass; n_taps is odd; -6 dB at half the new rate.

    The filter passes everything up to a third of the new rate. It stops everything from two thirds on (-74 dB), since
    only these frequencies would be mirrored into the lower third. mne.filter.create_filter(fir_window="blackman")
    returns the same taps.
    """
    from scipy.signal import firwin

    n_taps = _LENGTH * factor
    return np.asarray(firwin(n_taps + 1 - n_taps % 2, 1 / factor, window="blackman"))


def decimated(samples: Float64Array, factor: int) -> Float64Array:
    """Keep every `factor`-th sample, beginning with the first, after a zero-phase low-pass.

    Point reflection extends the signal at both ends, as in mne.filter.filter_data.

    Parameters
    ----------
    samples : (n_channels, n_samples)
    factor : see `decimation`; 1 returns the samples unchanged
    """
    from scipy.signal import upfirdn

    if factor == 1:
        return samples
    taps = low_pass_taps(factor)
    half = len(taps) // 2
    # This padding centres the filter on the first sample after a whole number of steps.
    extended = np.pad(samples, ((0, 0), (_LENGTH * factor - half, half)), mode="reflect", reflect_type="odd")
    kept = np.asarray(upfirdn(taps, extended, down=factor, axis=1))
    return kept[:, _LENGTH:][:, : -(-samples.shape[1] // factor)]
