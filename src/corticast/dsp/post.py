"""The drive of the blog post *Brainy Jingle Bells*, step by step.

The steps are: resample to 11 025 Hz, apply Morlet wavelets of seven cycles at ten log-spaced frequencies, keep every
400th magnitude, low-pass at 5 Hz, scale each electrode from its minimum and maximum to (0, 1.6), clip at 1. The post
used MNE-Python and scikit-learn. Each step here gives the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from corticast.core.arguments import named_arguments, short_repr
from corticast.core.color.themes import ThemeName
from corticast.core.geometry.sprites import SpriteLook
from corticast.core.model.types import (
    Activity,
    AudioSource,
    Float32Array,
    Float64Array,
    IntpArray,
    Measured,
    PlacedElectrodes,
    check_audio,
    check_placed,
)
from corticast.dsp.assignment import order_words
from corticast.dsp.full_scale import bits_beyond, shown_and_good, values_beyond
from corticast.dsp.methods import POST_WORDS, methods_of_post
from corticast.dsp.morlet import morlet_magnitude
from corticast.errors import DataError

SAMPLE_RATE = 11025
STEP = 400
CENTRES_HZ = np.geomspace(400.0, 6000.0, 10)
LOW_PASS_HZ = 5.0
TRANSITION_HZ = 2.0
FULL_SCALE = 1.6

# The response of the low-pass to a step exceeds 2.3 % of the step from so long before the step on.
_LEAD_MS = 254

# Samples that extend a signal at each end before it is resampled.
_EXTENSION = 100

# A long sound is resampled in parts of so many samples, with so many neighbours on each side. The kernel of an ideal
# low-pass falls off with 1 / distance: for white noise the missing rest is 1e-4 of the signal.
_CORE = 1 << 22
_MARGIN = 1 << 20

# Length of a Hamming-windowed filter times its transition width (Ifeachor and Jervis, "Digital Signal Processing").
_HAMMING_LENGTH_FACTOR = 3.3


@named_arguments
@dataclass(frozen=True, eq=False)
class PostDrive:
    """Activity from sound by the recipe of *Brainy Jingle Bells*.

    Parameters
    ----------
    audio : sound; the recipe analyses its first channel, which stays in memory as float32 meanwhile
    """

    audio: AudioSource

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_audio(self.audio)

    @property
    def theme(self) -> ThemeName:
        """The post's white figure."""
        return "post"

    @property
    def sprites(self) -> SpriteLook:
        """The post's sprites: areas of (100 · max(a, 0.01))² points², hence diameters of 100 · max(a, 0.01)."""
        return SpriteLook(diameters=(0.0, 100.0), cmap="RdYlGn")

    @cached_property
    def rows(self) -> Float32Array:
        """(n_centres, n_columns) float32: activity at each frequency below Nyquist, lowest first."""
        return np.minimum(self._unclipped, np.float32(1.0))

    @cached_property
    def _unclipped(self) -> Float32Array:
        """Like `rows`, up to 1.6."""
        samples = resampled(self._first_channel(), self.audio.sample_rate, SAMPLE_RATE)
        magnitude = morlet_magnitude(samples, self.centres_hz, SAMPLE_RATE, STEP)
        return over_range(low_pass(magnitude, SAMPLE_RATE / STEP))

    def _first_channel(self) -> Float32Array:
        samples = np.empty(self.audio.n_samples, dtype=np.float32)
        n = 0
        for block in self.audio.blocks():
            samples[n : n + block.shape[1]] = block[0]
            n += block.shape[1]
        if not n:
            raise DataError(f"{self.audio.name}: a sound without samples; give one that holds some")
        return samples[:n]

    @property
    def centres_hz(self) -> Float64Array:
        """(n_centres,) wavelet frequencies below the Nyquist frequencies of the sound and of its resampled form."""
        return CENTRES_HZ[self._nyquist_hz > CENTRES_HZ]

    @property
    def _nyquist_hz(self) -> float:
        return min(self.audio.sample_rate, SAMPLE_RATE) / 2

    def activity(self, electrodes: PlacedElectrodes) -> Activity:
        """Activity of each row of the electrode table. The lowest frequency belongs to the top.

        Raises
        ------
        DataError : the sound has no samples, or its sample rate is too low for all wavelets
        """
        check_placed(electrodes)
        n_centres = len(self.centres_hz)
        if not n_centres:
            raise DataError(
                f"{self.audio.name}: --drive post needs sound above {CENTRES_HZ[0]:g} Hz, but "
                f"{self.audio.sample_rate} samples per second hold nothing above {self._nyquist_hz:g} Hz; "
                "give another sound"
            )
        rows_of = _rows_by_depth(electrodes, n_centres)
        warnings = []
        n_dropped = len(CENTRES_HZ) - n_centres
        if n_dropped:
            warnings.append(
                f"{self.audio.name}: left out {n_dropped} of {len(CENTRES_HZ)} wavelets, "
                f"which lie above {self._nyquist_hz:g} Hz"
            )
        if not self.rows.any():
            warnings.append(f"{self.audio.name}: silent; the electrodes rest")
        n_clipped, n_values = values_beyond(self._unclipped, rows_of, shown_and_good(electrodes))
        return Activity(
            self.rows,
            Fraction(SAMPLE_RATE, STEP),
            rows_of,
            warnings=tuple(warnings),
            quantity="sound level",
            measured=Measured(
                "sound",
                (float(self.centres_hz[0]), float(self.centres_hz[-1])),
                smoothing=f"zero-phase, {LOW_PASS_HZ:g} Hz, shows the sound up to {_LEAD_MS} ms early",
                smoothing_short=f"zero-phase, {LOW_PASS_HZ:g} Hz, up to {_LEAD_MS} ms early",
                scale=POST_WORDS,
                rows="wavelets",
                order=order_words("height-down", in_picture=electrodes.in_picture),
                methods=methods_of_post(self.audio, self.centres_hz),
            ),
            n_clipped=n_clipped,
            n_values=n_values,
            beyond=bits_beyond(self._unclipped),
        )


def _rows_by_depth(electrodes: PlacedElectrodes, n_rows: int) -> IntpArray:
    """Row of each electrode, counted from the top in equal shares of the height; -1 if the electrode is not drawn.

    The post used numpy.digitize with n edges from top to bottom. So n - 1 rows share the height, and only the lowest
    electrodes belong to the last row.
    """
    depth = electrodes.pos[:, 1] if electrodes.in_picture else -electrodes.pos[:, 2]
    rows = np.full(len(depth), -1, dtype=np.intp)
    drawn = electrodes.drawn
    if drawn.any():
        edges = np.linspace(depth[drawn].min(), depth[drawn].max(), n_rows)
        rows[drawn] = np.digitize(depth[drawn], edges) - 1
    return rows


def resampled(samples: npt.NDArray[np.floating], from_rate: int, to_rate: int) -> Float32Array:
    """Resample a signal by its Fourier transform.

    Point reflection extends the signal at both ends, which makes the step in its periodic continuation smaller.
    mne.filter.resample does the same by default. A long signal is resampled in overlapping parts.

    Parameters
    ----------
    samples : (n_samples,) real

    Returns
    -------
    (round(n_samples · to_rate / from_rate),) float32
    """
    n = len(samples)
    ratio = Fraction(to_rate, from_rate)
    n_out = max(round(ratio * n), 1)
    if n <= _CORE:
        first = round(ratio * _EXTENSION)
        return _fourier_resampled(_extended(samples, -_EXTENSION, n + _EXTENSION), ratio)[first : first + n_out]
    # Parts begin where an old and a new sample coincide.
    core, margin = (length // ratio.denominator * ratio.denominator for length in (_CORE, _MARGIN))
    core_out, margin_out = int(core * ratio), int(margin * ratio)
    out = np.empty(n_out, dtype=np.float32)
    for number, start in enumerate(range(0, n, core)):
        part = _fourier_resampled(_extended(samples, start - margin, start + core + margin), ratio)
        target = out[number * core_out : (number + 1) * core_out]
        target[:] = part[margin_out : margin_out + len(target)]
    return out


def _fourier_resampled(samples: npt.NDArray[np.floating], ratio: Fraction) -> Float32Array:
    """Resample a periodic signal to `ratio` times as many samples."""
    n = len(samples)
    n_out = max(round(ratio * n), 1)
    spectrum = np.fft.rfft(samples)
    shorter = min(n, n_out)
    if shorter % 2 == 0:
        # The shorter signal's Nyquist frequency stands for two frequencies in the longer signal and one in the shorter.
        spectrum[shorter // 2] *= 2.0 if n_out < n else 0.5
    return np.asarray(np.fft.irfft(spectrum, n_out) * (n_out / n), dtype=np.float32)


def _extended(samples: npt.NDArray[np.floating], start: int, stop: int) -> npt.NDArray[np.floating]:
    """Samples from `start` to before `stop`. Outside the signal: its point reflection at both ends, then zeros."""
    n = len(samples)
    left, right = min(max(-start, 0), n - 1), min(max(stop - n, 0), n - 1)
    parts = [
        2 * samples[:1] - samples[left:0:-1],
        samples[max(start, 0) : stop],
        2 * samples[-1:] - samples[-2 : -right - 2 : -1],
    ]
    return np.pad(np.concatenate(parts), (max(-start, 0) - left, max(stop - n, 0) - right))


def low_pass(rows: npt.NDArray[np.floating], sample_rate: float) -> Float32Array:
    """Low-pass rows at 5 Hz with a zero-phase FIR filter: Hamming window, transition from 5 to 7 Hz.

    mne.filter.filter_data(rows, sample_rate, None, 5) does the same.

    Parameters
    ----------
    rows : (n_rows, n_columns) real
    """
    n_taps = round(_HAMMING_LENGTH_FACTOR / TRANSITION_HZ * sample_rate)
    n_taps += 1 - n_taps % 2
    half = n_taps // 2
    cycles = (LOW_PASS_HZ + TRANSITION_HZ / 2) / sample_rate * np.arange(-half, half + 1)
    taps = np.hamming(n_taps) * np.sinc(2 * cycles)
    taps /= taps.sum()
    n_columns = rows.shape[1]
    edge = max(min(n_taps, n_columns) - 1, 0)
    filtered = [
        np.convolve(_extended(np.asarray(row, dtype=np.float64), -edge, n_columns + edge), taps) for row in rows
    ]
    return np.stack(filtered)[:, half + edge :][:, :n_columns].astype(np.float32)


def over_range(rows: npt.NDArray[np.floating]) -> Float32Array:
    """Scale each row from (lowest, highest) to (0, 1.6); constant rows become 0."""
    low = rows.min(axis=1, keepdims=True)
    span = rows.max(axis=1, keepdims=True) - low
    safe = np.where(span > 0, span, 1.0)
    return np.asarray((rows - low) / safe * FULL_SCALE, dtype=np.float32)
