"""The drive of the blog post *Brainy Jingle Bells*, step by step.

Resampling to 11 025 Hz, Morlet wavelets of seven cycles at ten log-spaced centres, every 400th
magnitude, a 5 Hz low-pass, and min-max to (0, 1.6) per electrode, clipped at 1. The post used
MNE-Python and scikit-learn; each step here gives what theirs give.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corticast.core.sprites import SpriteLook
from corticast.core.types import Activity, AudioSource, PlacedElectrodes
from corticast.dsp.assignment import rows_by
from corticast.dsp.morlet import morlet_magnitude

SAMPLE_RATE = 11025
STEP = 400
CENTRES_HZ = np.geomspace(400.0, 6000.0, 10)
LOW_PASS_HZ = 5.0
TRANSITION_HZ = 2.0
FULL_SCALE = 1.6

# Samples that a signal is extended by at both ends before it is resampled.
_EXTENSION = 100

# Length of a Hamming-windowed filter times its transition width (Ifeachor and Jervis, "Digital Signal Processing").
_HAMMING_LENGTH_FACTOR = 3.3


@dataclass(frozen=True, eq=False)
class PostDrive:
    """Activity from sound, by the recipe of *Brainy Jingle Bells*.

    Parameters
    ----------
    audio : sound; it is held whole in float32 while it is analysed
    """

    audio: AudioSource

    @property
    def sprites(self) -> SpriteLook:
        """The post's sprites: areas of (100 · max(a, 0.01))² points², so diameters of 100 · max(a, 0.01)."""
        return SpriteLook(diameters=(0.0, 100.0), cmap="RdYlGn")

    @cached_property
    def rows(self) -> npt.NDArray[np.float32]:
        """(n_centres, n_columns) float32: activity at each centre below Nyquist, lowest first."""
        samples = resampled(self._mono(), self.audio.sample_rate, SAMPLE_RATE)
        magnitude = morlet_magnitude(samples, self._centres_hz, SAMPLE_RATE, STEP)
        return min_max(low_pass(magnitude, SAMPLE_RATE / STEP))

    @property
    def _centres_hz(self) -> npt.NDArray[np.float64]:
        # Resampling takes away what the sound's own rate cannot hold, and what the new one cannot.
        return CENTRES_HZ[CENTRES_HZ < SAMPLE_RATE / 2]

    def _mono(self) -> npt.NDArray[np.float32]:
        return np.concatenate([block.mean(axis=0, dtype=np.float32) for block in self.audio.blocks()])

    def activity(self, electrodes: PlacedElectrodes) -> Activity:
        """Activity of each row of the electrode table, the lowest centre at the top.

        Raises
        ------
        OptionError : the sound is too short for the low-pass
        """
        rows_of = rows_by("height-down", electrodes, len(self.rows))
        warnings = []
        n_dropped = len(CENTRES_HZ) - len(self._centres_hz)
        if n_dropped:
            warnings.append(f"{n_dropped} of {len(CENTRES_HZ)} wavelets lie above {SAMPLE_RATE / 2:g} Hz: left out")
        if not self.rows.any():
            warnings.append(f"{self.audio.name}: silent; the electrodes rest")
        return Activity(self.rows, SAMPLE_RATE / STEP, rows_of, warnings=tuple(warnings))


def resampled(samples: npt.NDArray[np.floating], from_rate: float, to_rate: float) -> npt.NDArray[np.float32]:
    """A signal at another sample rate, by its Fourier transform.

    The signal is extended at both ends by its point reflection, so that its periodic continuation has a smaller step.
    As mne.filter.resample does by default.

    Parameters
    ----------
    samples : (n_samples,) real

    Returns
    -------
    (round(n_samples · to_rate / from_rate),) float32
    """
    from scipy.fft import irfft, rfft

    n = len(samples)
    ratio = to_rate / from_rate
    n_out = max(round(ratio * n), 1)
    total = n + 2 * _EXTENSION
    extended = _point_reflected(samples, _EXTENSION, _EXTENSION)
    n_extended_out = max(round(ratio * total), 1)
    spectrum = rfft(extended)
    shorter = min(total, n_extended_out)
    if shorter % 2 == 0:
        # The frequency at the shorter one's Nyquist stands for two in one of the signals, for one in the other.
        spectrum[shorter // 2] *= 2.0 if n_extended_out < total else 0.5
    longer = irfft(spectrum, n_extended_out) * (n_extended_out / total)
    first = round(ratio * _EXTENSION)
    return np.asarray(longer[first : first + n_out], dtype=np.float32)


def _point_reflected(samples: npt.NDArray[np.floating], before: int, after: int) -> npt.NDArray[np.floating]:
    """A signal extended by its reflection about its end points, and by zeros beyond that."""
    n = len(samples)
    left, right = min(before, n - 1), min(after, n - 1)
    return np.concatenate(
        [
            np.zeros(before - left, dtype=samples.dtype),
            2 * samples[:1] - samples[left:0:-1],
            samples,
            2 * samples[-1:] - samples[-2 : -right - 2 : -1],
            np.zeros(after - right, dtype=samples.dtype),
        ]
    )


def low_pass(rows: npt.NDArray[np.floating], sample_rate: float) -> npt.NDArray[np.float32]:
    """Rows below 5 Hz: a zero-phase FIR filter of a Hamming window, its transition from 5 to 7 Hz.

    As mne.filter.filter_data(rows, sample_rate, None, 5) does.

    Parameters
    ----------
    rows : (n_rows, n_columns) real
    """
    from scipy.signal import firwin, oaconvolve

    n_taps = round(_HAMMING_LENGTH_FACTOR / TRANSITION_HZ * sample_rate)
    n_taps += 1 - n_taps % 2
    taps = firwin(n_taps, LOW_PASS_HZ + TRANSITION_HZ / 2, window="hamming", fs=sample_rate)
    edge = max(min(n_taps, rows.shape[1]) - 1, 0)
    extended = np.stack([_point_reflected(np.asarray(row, dtype=np.float64), edge, edge) for row in rows])
    filtered = oaconvolve(extended, taps[None], mode="same", axes=1)
    return np.asarray(filtered[:, edge : edge + rows.shape[1]], dtype=np.float32)


def min_max(rows: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Rows from (lowest, highest) to (0, 1.6), clipped at 1; rows without any change are 0."""
    low = rows.min(axis=1, keepdims=True)
    span = rows.max(axis=1, keepdims=True) - low
    safe = np.where(span > 0, span, 1.0)
    return np.asarray(np.minimum((rows - low) / safe * FULL_SCALE, 1.0), dtype=np.float32)
