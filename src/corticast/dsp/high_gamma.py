"""High-gamma activity of a recording, step by step.

::

    good channels ─> reference ─> lower sample rate ─> line noise removed ─> sub-bands ─> analytic amplitude ─┐
       ┌─ z-score by a baseline <─ mean of the bands <─ each divided by its level at rest <───────────────────┘
       └─> smoothed ─> lower column rate ─> scale ─> Activity

Without a baseline the amplitude stays in the recording's unit: one filter passes the whole band, and the amplitude of
its output is smoothed. Sub-bands would each be divided by a level, and their mean has no unit.

The envelope of 70 to 150 Hz follows the firing beneath a contact (Crone et al., Brain 1998; Ray and Maunsell, PLoS
Biology 2011). Power falls steeply with frequency there (Miller et al., PLoS Computational Biology 2009). In one wide
band the lowest frequencies would therefore outweigh all others, so bands of about 10 Hz are first divided by their own
levels. Eight such bands, Hilbert amplitudes, a z-score over the recording and about 100 columns per second are usual
(Moses et al., Journal of Neural Engineering 2016).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Literal

import numpy as np

from corticast.core.arguments import check_array, check_function, check_range, check_real, named_arguments
from corticast.core.model.recording import Recording
from corticast.core.model.types import Float32Array, Float64Array
from corticast.core.timing import exact
from corticast.dsp.baseline import Baseline, is_left_out, over_rest, z_scored
from corticast.dsp.decimation import decimated, decimation
from corticast.dsp.pieces import Rest, Span, bad_spans, rest_of, whole_columns
from corticast.dsp.scaling import GAUSSIAN_REACH, SmoothingRule, causally_smoothed, check_smoothing, gaussian_sigma_s
from corticast.errors import DataError, OptionError

# Approximate width of a sub-band.
_BAND_HZ = 10.0
# Length of a Hamming-windowed filter times its transition band, in samples and as a share of the sample rate (Oppenheim
# and Schafer, Discrete-Time Signal Processing; MNE-Python uses the same number).
_HAMMING_LENGTH = 3.3
# Half the width of a notch around the line frequency.
_NOTCH_HALF_HZ = 1.0
_NOTCH_ORDER = 2
# A notch has rung out after so many of its time constants.
_NOTCH_REACH = 5.0
# Columns per second, and per hertz of the smoothing. A straight line between two columns is then exact enough.
_LEAST_COLUMN_RATE_HZ, _COLUMNS_PER_HZ = 100.0, 8.0

# Values read at a time (each part runs through the whole file), and values that a thread works on at a time.
_READ_AT_ONCE, _WORKED_AT_ONCE = 1 << 26, 1 << 20


def without_line(samples: Float64Array, sample_rate: float, freqs_hz: tuple[float, ...]) -> Float64Array:
    """Remove the line frequency and its harmonics: a zero-phase Butterworth notch of 2 Hz at each.

    mne.filter.filter_data with method="iir", order 2 and a stop band does the same.

    Parameters
    ----------
    samples : (n_channels, n_samples)
    freqs_hz : frequencies below half the sample rate
    """
    from scipy.signal import butter, sosfiltfilt

    padding = min(notch_padding(sample_rate), samples.shape[1] - 1)
    for freq_hz in freqs_hz:
        edges = (freq_hz - _NOTCH_HALF_HZ, freq_hz + _NOTCH_HALF_HZ)
        notch = butter(_NOTCH_ORDER, edges, "bandstop", fs=sample_rate, output="sos")
        samples = sosfiltfilt(notch, samples, axis=1, padlen=padding)
    return samples


def notch_padding(sample_rate: float) -> int:
    """Samples that extend a signal at each end, so that a notch has rung out there."""
    return round(_NOTCH_REACH * sample_rate / (2 * np.pi * _NOTCH_HALF_HZ))


def band_edges_hz(low_hz: float, high_hz: float) -> Float64Array:
    """(n_bands + 1,) edges of adjacent bands, each about 10 Hz wide."""
    return np.linspace(low_hz, high_hz, max(round((high_hz - low_hz) / _BAND_HZ), 1) + 1)


def transition_of_hz(low_hz: float, high_hz: float) -> float:
    """Width of a band's transitions: half the band, but none reaches below 0 Hz."""
    return min((high_hz - low_hz) / 2, 2 * low_hz) if low_hz > 0 else (high_hz - low_hz) / 2


def filter_reach_s(band_hz: tuple[float, float]) -> float:
    """Seconds that the filters of a band reach to both sides; so much is uncertain at both ends of a recording."""
    edges = band_edges_hz(*band_hz)
    return _HAMMING_LENGTH / transition_of_hz(float(edges[0]), float(edges[1])) / 2


def band_pass_taps(
    low_hz: float, high_hz: float, sample_rate: float, transition_hz: float | None = None
) -> Float64Array:
    """(n_taps,) zero-phase filter; n_taps is odd; -6 dB at both edges.

    The filter is the difference of two low-passes with a Hamming window, as in
    mne.filter.create_filter(fir_design="firwin").

    Parameters
    ----------
    transition_hz : width of both transitions; None takes `transition_of_hz`, half the width of most bands
    """
    from scipy.signal import firwin

    width_hz = transition_of_hz(low_hz, high_hz) if transition_hz is None else transition_hz
    n_taps = round(_HAMMING_LENGTH / width_hz * sample_rate)
    n_taps += 1 - n_taps % 2
    return np.asarray(firwin(n_taps, high_hz, fs=sample_rate) - firwin(n_taps, low_hz, fs=sample_rate))


def whole_band_taps(band_hz: tuple[float, float], sample_rate: float) -> Float64Array:
    """(n_taps,) zero-phase filter of a whole band, as steep as those of its sub-bands: it is their sum."""
    edges = band_edges_hz(*band_hz)
    return band_pass_taps(*band_hz, sample_rate, transition_of_hz(float(edges[0]), float(edges[1])))


def band_passed(samples: Float64Array, taps: Float64Array) -> Float64Array:
    """Filter samples without delay. Point reflection, then zeros, extend the signal at both ends.

    mne.filter.filter_data with phase="zero" and pad="reflect_limited" does the same.

    Parameters
    ----------
    samples : (n_channels, n_samples)
    taps : (n_taps,), n_taps odd
    """
    from scipy.signal import oaconvolve

    n, half = samples.shape[1], len(taps) // 2
    edge = min(len(taps), n) - 1
    extended = np.pad(samples, ((0, 0), (edge, edge)), mode="reflect", reflect_type="odd")
    return np.asarray(oaconvolve(extended, taps[None], axes=1)[:, edge + half :][:, :n])


def analytic_amplitude(samples: Float64Array) -> Float64Array:
    """Magnitude of the analytic signal, as in mne.io.Raw.apply_hilbert(envelope=True).

    Parameters
    ----------
    samples : (n_channels, n_samples) of a narrow band
    """
    from scipy.fft import irfft, next_fast_len, rfft

    n = samples.shape[1]
    n_fft = next_fast_len(n, real=True)
    # The Hilbert transform turns every frequency by a quarter; this takes half the time of a complex analytic signal.
    turned = irfft(rfft(samples, n_fft, axis=1) * -1j, n_fft, axis=1)[:, :n]
    # Faster than np.hypot, which guards against overflow.
    return np.asarray(np.sqrt(samples * samples + turned * turned))


def smoothed_rows(rows: Float64Array, sample_rate: float, cutoff_hz: float) -> Float64Array:
    """Smooth rows with a zero-phase Gaussian, -3 dB at `cutoff_hz`. The first and last values extend each row."""
    from scipy.signal import oaconvolve

    sigma = gaussian_sigma_s(cutoff_hz) * sample_rate
    reach = int(GAUSSIAN_REACH * sigma + 0.5)
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    padded = np.pad(rows, ((0, 0), (reach, reach)), mode="edge")
    return np.asarray(oaconvolve(padded, (taps / taps.sum())[None], mode="valid", axes=1))


def causally_smoothed_rows(rows: Float64Array, sample_rate: float, cutoff_hz: float) -> Float64Array:
    """Smooth rows by the past alone, see `causally_smoothed`. The first value extends each row."""
    return causally_smoothed(rows, sample_rate, cutoff_hz, rests=False)


SMOOTHERS: dict[SmoothingRule, Callable[[Float64Array, float, float], Float64Array]] = {
    "zero-phase": smoothed_rows,
    "causal": causally_smoothed_rows,
}


def column_step(sample_rate: float, cutoff_hz: float | None) -> int:
    """Keep one of so many samples, given that the smoothing leaves little above its cutoff; all without smoothing."""
    if cutoff_hz is None:
        return 1
    return max(floor(sample_rate / max(_LEAST_COLUMN_RATE_HZ, _COLUMNS_PER_HZ * cutoff_hz)), 1)


@named_arguments
@dataclass(frozen=True)
class HighGamma:
    """The steps from referenced samples to columns. Any function with the same signature can replace a step.

    Parameters
    ----------
    band_hz : lowest and highest frequency
    line_hz : frequencies to remove first
    baseline_s : first and last second of rest; None takes the whole recording, see `over_rest` and `z_scored`; "none"
        leaves both steps out and gives the amplitude of the whole band, by one filter, in the unit of the samples
    smoothing_hz : -3 dB point of the smoothing; None leaves it out
    decimate, remove_line, amplitude, normalise, score, smooth : the steps; the defaults document their signatures

    Raises
    ------
    OptionError : a number is out of range, or `normalise` or `score` is replaced where `baseline_s` leaves it out
    """

    band_hz: tuple[float, float] = (70.0, 150.0)
    line_hz: tuple[float, ...] = ()
    baseline_s: Baseline | Literal["none"] = None
    smoothing_hz: float | None = 5.0
    decimate: Callable[[Float64Array, int], Float64Array] = decimated
    remove_line: Callable[[Float64Array, float, tuple[float, ...]], Float64Array] = without_line
    amplitude: Callable[[Float64Array], Float64Array] = analytic_amplitude
    normalise: Callable[[Float64Array, Fraction, Baseline], Float64Array] = over_rest
    score: Callable[[Float64Array, Fraction, Baseline], Float64Array] = z_scored
    smooth: Callable[[Float64Array, float, float], Float64Array] = smoothed_rows

    def __post_init__(self) -> None:
        check_range("band_hz", self.band_hz, "the lowest and the highest frequency in Hz", low=0, above=True)
        for each in check_array("line_hz", self.line_hz, "frequencies in Hz, above 0", n_axes=(1,), empty=True):
            check_real("line_hz", each, "frequencies in Hz, above 0", above=0)
        if is_left_out(self.baseline_s):
            self._check_steps_left_out()
        elif self.baseline_s is not None:
            check_range("baseline_s", self.baseline_s, 'the first and the last second of rest, None or "none"', low=0)
        if self.smoothing_hz is not None:
            check_smoothing(self.smoothing_hz)
        for name in ("decimate", "remove_line", "amplitude", "normalise", "score", "smooth"):
            check_function(name, getattr(self, name))

    def _check_steps_left_out(self) -> None:
        for name, usual in (("normalise", over_rest), ("score", z_scored)):
            if getattr(self, name) is not usual:
                raise OptionError(f'{name}: does nothing with baseline "none"; leave it out, or give a baseline', name)

    def _factor(self, sample_rate: float) -> int:
        # Never below the rate of columns, so that straight lines between them follow slow bands too.
        least_hz = self.smoothing_hz or 0.0
        return min(decimation(sample_rate, self.band_hz[1]), column_step(sample_rate, least_hz))

    def band_rate_hz(self, sample_rate: float) -> float:
        """Samples per second of the sub-bands."""
        return sample_rate / self._factor(sample_rate)

    def samples_per_column(self, sample_rate: float) -> int:
        """Samples of the recording from one column to the next."""
        return self._factor(sample_rate) * column_step(self.band_rate_hz(sample_rate), self.smoothing_hz)

    def column_rate_hz(self, sample_rate: float) -> float:
        """Columns per second."""
        return sample_rate / self.samples_per_column(sample_rate)

    def __call__(
        self,
        samples: Float64Array,
        sample_rate: float,
        pieces: Sequence[Span] | None = None,
        left_out: Sequence[Span] = (),
    ) -> Float32Array:
        """Z-scored high gamma of channels, or its amplitude without a baseline.

        Parameters
        ----------
        samples : (n_channels, n_samples), referenced
        pieces : parts without a gap, first and stop in samples; None if there is no gap. No filter reaches from one
            piece to another
        left_out : times that the baseline leaves out, first and stop in samples

        Returns
        -------
        (n_channels, n_columns) float32; the first column lies at the first sample, see `column_rate_hz`; NaN in gaps

        Raises
        ------
        DataError : the baseline holds fewer than two samples that count
        """
        factor, step = self._factor(sample_rate), self.samples_per_column(sample_rate)
        parts = [(0, samples.shape[1])] if pieces is None else whole_columns(pieces, step)
        # Exact, so that a baseline ends at its sample.
        exact_rate = exact(sample_rate) / factor
        rate = self.band_rate_hz(sample_rate)
        low = [
            self.remove_line(self.decimate(samples[:, first:stop], factor), rate, self.line_hz) for first, stop in parts
        ]
        if isinstance(self.baseline_s, str):
            taps = whole_band_taps(self.band_hz, rate)
            rows = [self.amplitude(band_passed(part, taps)) for part in low]
        else:
            begins = [first // factor for first, _ in parts]
            rest = rest_of(begins, [part.shape[1] for part in low], exact_rate, self.baseline_s, left_out, factor)
            rows = self._scores(low, exact_rate, rest)
        if self.smoothing_hz is not None:
            rows = [self.smooth(part, rate, self.smoothing_hz) for part in rows]
        columns = [part[:, :: column_step(rate, self.smoothing_hz)].astype(np.float32) for part in rows]
        if pieces is None:
            return columns[0]
        out = np.full((len(samples), -(-samples.shape[1] // step)), np.nan, dtype=np.float32)
        for (first, _), part in zip(parts, columns, strict=True):
            out[:, first // step :][:, : part.shape[1]] = part
        return out

    def _scores(self, low: list[Float64Array], exact_rate: Fraction, rest: Rest) -> list[Float64Array]:
        """Z-scores of the mean of all sub-bands, each divided by its level at rest; of each piece."""
        edges = band_edges_hz(*self.band_hz)
        total = np.zeros((len(low[0]), sum(part.shape[1] for part in low)))
        for low_hz, high_hz in pairwise(edges):
            taps = band_pass_taps(low_hz, high_hz, float(exact_rate))
            band = [self.amplitude(band_passed(part, taps)) for part in low]
            total += rest.by(self.normalise, band[0] if len(band) == 1 else np.concatenate(band, axis=1), exact_rate)
        scores = rest.by(self.score, total / (len(edges) - 1), exact_rate)
        return np.split(scores, np.cumsum([part.shape[1] for part in low])[:-1], axis=1)


# Usual names of bands, by their edges in Hz.
_BAND_NAMES = {
    (1.0, 4.0): "delta",
    (4.0, 8.0): "theta",
    (8.0, 12.0): "alpha",
    (8.0, 13.0): "alpha",
    (13.0, 30.0): "beta",
    (30.0, 70.0): "gamma",
    (70.0, 150.0): "high gamma",
    (80.0, 250.0): "ripple",
}


def band_name(band_hz: tuple[float, float]) -> str:
    """The usual name of a band, else "amplitude"; from 60 Hz on, high gamma."""
    name = _BAND_NAMES.get((float(band_hz[0]), float(band_hz[1])))
    if name is not None:
        return name
    return "high gamma" if band_hz[0] >= 60 and band_hz[1] <= 200 else "amplitude"


def amplitude_name(band_hz: tuple[float, float]) -> str:
    """The name of a band's amplitude, such as "alpha amplitude"."""
    name = band_name(band_hz)
    return name if name == "amplitude" else f"{name} amplitude"


def highest_hz(band_hz: tuple[float, float]) -> float:
    """The highest frequency that the filters of a band pass."""
    edges = band_edges_hz(*band_hz)
    return float(edges[-1] + transition_of_hz(float(edges[0]), float(edges[1])) / 2)


def check_band(recording: Recording, band_hz: tuple[float, float], option: str = "--high-gamma") -> None:
    """Refuse a band that the recording cannot hold.

    Raises
    ------
    DataError : the band reaches above half the sample rate, or the recording is shorter than the filters
    """
    label = recording.path or recording.name
    edges = band_edges_hz(*band_hz)
    transition_hz = transition_of_hz(float(edges[0]), float(edges[1]))
    nyquist_hz = recording.sample_rate / 2
    if highest_hz(band_hz) > nyquist_hz:
        most = 5 * floor((nyquist_hz - _BAND_HZ / 4) / 5)
        least = min(band_hz[0], 10 * ceil(most / 20)) if most < band_hz[0] + 2 * _BAND_HZ else band_hz[0]
        remedy = f"give {option} {least:g},{most:g}" if most >= 20 else "the recording holds no high gamma"
        raise DataError(
            f"{label}: {option} reaches to {band_hz[1]:g} Hz, but {recording.sample_rate:g} samples per second "
            f"hold nothing above {nyquist_hz:g} Hz; {remedy}, or show the voltage with --activity-kind raw"
        )
    # High gamma bears short clips: only their ends are uncertain, and their middle is not.
    least_s = 1 / transition_hz if option == "--high-gamma" else 2 * filter_reach_s(band_hz)
    if recording.duration_s < least_s:
        raise DataError(
            f"{label}: {recording.duration_s:.3g} s are too short for bands of {float(edges[1] - edges[0]):g} Hz, "
            f"whose filters last {2 * filter_reach_s(band_hz):.2g} s; show the voltage with --activity-kind raw"
        )


def least_s(band_hz: tuple[float, float]) -> float:
    """Seconds of a piece between gaps that a band's filters need: their own length."""
    return 2 * filter_reach_s(band_hz)


def long_pieces(recording: Recording, band_hz: tuple[float, float]) -> list[Span]:
    """Parts without a gap that are long enough for a band.

    Raises
    ------
    DataError : all are too short
    """
    least = least_s(band_hz) * recording.sample_rate
    kept = [(first, stop) for first, stop in recording.pieces if stop - first >= least]
    if not kept:
        raise DataError(
            f"{recording.path or recording.name}: its parts between gaps are too short for filters that last "
            f"{least_s(band_hz):.2g} s; show the voltage with --activity-kind raw"
        )
    return kept


def columns_of(recording: Recording, steps: HighGamma, threads: int) -> Float32Array:
    """High gamma, or the amplitude, of all channels of a recording, a few channels at a time.

    The steps see each channel whole, so no filter meets an artificial end. Memory holds 512 MB of samples (or one
    channel), and per thread about three times a channel: about 1 GB on two threads for an hour at 2 kHz.

    Returns
    -------
    (n_channels, n_columns) float32; NaN in gaps and in pieces that are shorter than the filters

    Raises
    ------
    DataError : all pieces are too short, or the baseline holds fewer than two samples that count
    """
    n = len(recording.names)
    n_read = max(_READ_AT_ONCE // recording.n_samples, 1)
    n_worked = max(_WORKED_AT_ONCE // recording.n_samples, 1)
    parts: list[Float32Array] = []
    pieces = long_pieces(recording, steps.band_hz) if recording.gaps else None
    left_out = bad_spans(recording)
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, n, n_read):
            samples = recording.rows(np.arange(n)[first : first + n_read])
            some = [samples[row : row + n_worked] for row in range(0, len(samples), n_worked)]
            parts += pool.map(lambda rows: steps(rows, recording.sample_rate, pieces, left_out), some)
            del samples, some  # else the next part would be read beside these
    return np.concatenate(parts)
