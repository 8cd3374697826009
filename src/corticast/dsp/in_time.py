"""How early or late an analysis shows activity: its lead, and the words for a caption and for methods."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from corticast.core.model.types import Float64Array
from corticast.dsp.high_gamma import band_edges_hz, band_pass_taps, whole_band_taps
from corticast.dsp.scaling import GAUSSIAN_REACH, SmoothingRule, causal_delay_s, gaussian_sigma_s
from corticast.dsp.stft import Stft

# Share of a step that a Gaussian shows two of its standard deviations before the step: that of a normal distribution
# below -2.
LEAD_SHARE = 0.02275
# A lead is worth words of its own where it exceeds that of the smoothing alone by more than this share.
_WORTH_WORDS = 0.1
# A window is as smooth as this many of its samples.
_WINDOW_SAMPLES = 512
# Samples of a smoothed rise within a standard deviation of a Gaussian.
_STEPS_PER_SIGMA = 50


@dataclass(frozen=True)
class InTime:
    """Smoothing of an analysis, and the lead of all its steps.

    Parameters
    ----------
    cutoff_hz : -3 dB point of the smoothing; None without smoothing
    rule : of the smoothing
    lead_s : seconds of the steps before the smoothing, with the smoothing where it is zero-phase; see `lead_s`
    steps : those before the smoothing
    shown : early or late
    """

    cutoff_hz: float | None
    rule: SmoothingRule = "zero-phase"
    lead_s: float = 0.0
    steps: Literal["filters", "window"] = "filters"
    shown: Literal["activity", "the sound"] = "activity"

    @property
    def words(self) -> str:
        """The smoothing as a caption names it, with its lead or delay."""
        return self._worded(f"{self._steps_show} {self.shown} ", f"shows {self.shown} ")

    @property
    def short_words(self) -> str:
        """The same without the steps that lead, and without their object."""
        return self._worded("", "")

    def _worded(self, steps_show: str, shows: str) -> str:
        early = f"{steps_show}up to {1000 * self.lead_s:.0f} ms early"
        if self.cutoff_hz is None:
            return f"none; {early}" if self._leads else "none"
        if self.rule == "causal":
            before = f", after {self._before} up to {1000 * self.lead_s:.0f} ms early" if self._leads else ""
            late_ms = 1000 * causal_delay_s(self.cutoff_hz)
            return f"causal, {self.cutoff_hz:g} Hz, {shows}about {late_ms:.0f} ms late{before}"
        if self._leads:
            return f"zero-phase, {self.cutoff_hz:g} Hz; {early}"
        return f"zero-phase, {self.cutoff_hz:g} Hz, {shows}up to {1000 * self._least_s:.0f} ms early"

    def sentences(self, values: str) -> str:
        """What the smoothing does to values, in frequency and in time, and the lead of all steps."""
        if self.cutoff_hz is None:
            smoothing = f"{values} were not smoothed."
        elif self.rule == "causal":
            late_ms = 1000 * causal_delay_s(self.cutoff_hz)
            smoothing = (
                f"{values} were smoothed causally (two equal one-pole low-passes, together −3 dB at "
                f"{self.cutoff_hz:g} Hz), which shows {self.shown} about {late_ms:.0f} ms late."
            )
        else:
            sigma_ms = 1000 * gaussian_sigma_s(self.cutoff_hz)
            smoothing = (
                f"{values} were smoothed by a zero-phase Gaussian (standard deviation {sigma_ms:.3g} ms, −3 dB at "
                f"{self.cutoff_hz:g} Hz), which alone shows {self.shown} up to {2 * sigma_ms:.0f} ms early."
            )
        return f"{smoothing} {self._lead_sentence}" if self._leads else smoothing.replace("which alone", "which")

    @property
    def _lead_sentence(self) -> str:
        steps = f"{self._steps_show[:1].upper()}{self._steps_show[1:]}"
        early = f"{steps} {self.shown} up to {1000 * self.lead_s:.0f} ms early"
        return f"{early}: that long before its onset, a strong burst reaches 2.3 % of its amplitude."

    @property
    def _least_s(self) -> float:
        """Lead of the smoothing alone: two standard deviations of a Gaussian."""
        is_symmetric = self.cutoff_hz is not None and self.rule == "zero-phase"
        return 2 * gaussian_sigma_s(self.cutoff_hz) if is_symmetric and self.cutoff_hz is not None else 0.0

    @property
    def _leads(self) -> bool:
        return self.lead_s > (1 + _WORTH_WORDS) * self._least_s

    @property
    def _steps_show(self) -> str:
        if self._least_s:
            return f"{self.steps} and smoothing show"
        return "the window shows" if self.steps == "window" else "filters show"

    @property
    def _before(self) -> str:
        return "a window that shows it" if self.steps == "window" else "filters that show it"


def lead_s(impulse: npt.NDArray[Any], middle: float, sample_rate: float, smoothing_hz: float | None = None) -> float:
    """Seconds before the onset of a strong burst at which its amplitude has reached 2.3 % of its height.

    For a Gaussian alone these are two standard deviations. The burst is a steady oscillation in the middle of the band,
    out of silence. Noise whose amplitude rises tenfold shows about as early, and later where it rises less.

    Parameters
    ----------
    impulse : (n,) real or complex, response of a symmetric filter to an impulse, in the middle of its band at 0 Hz
    middle : index of the filter's middle
    sample_rate : samples per second of `impulse`
    smoothing_hz : -3 dB point of the zero-phase smoothing of the amplitude; None without smoothing
    """
    rise = np.append(0.0, np.abs(np.cumsum(impulse)) / abs(impulse.sum())).astype(np.float64)
    # A sum up to a sample reaches half a sample beyond its time.
    times_s: Float64Array = (np.arange(len(rise), dtype=np.float64) - middle - 0.5) / sample_rate
    if smoothing_hz is not None:
        times_s, rise = _smoothed(times_s, rise, gaussian_sigma_s(smoothing_hz), 1 / sample_rate)
    first = int(np.argmax(rise >= LEAD_SHARE))
    around = slice(first - 1, first + 1)
    return -float(np.interp(LEAD_SHARE, rise[around], times_s[around]))


def _smoothed(
    times_s: Float64Array, rise: Float64Array, sigma_s: float, least_step_s: float
) -> tuple[Float64Array, Float64Array]:
    """Times and values of a rise from 0 to 1 after a Gaussian, as densely as the Gaussian needs."""
    step_s = max(least_step_s, sigma_s / _STEPS_PER_SIGMA)
    reach = int(np.ceil(GAUSSIAN_REACH * sigma_s / step_s))
    n = int(np.ceil((times_s[-1] - times_s[0]) / step_s)) + 1
    at_s = times_s[0] + step_s * np.arange(-2 * reach, n + reach)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step_s / sigma_s) ** 2)
    sharp = np.interp(at_s, times_s, rise, left=0.0, right=1.0)
    return at_s[reach:-reach], np.convolve(sharp, weights / weights.sum(), mode="valid")


def lead_of_band_s(
    band_hz: tuple[float, float], sample_rate: float, smoothing_hz: float | None, *, is_whole: bool
) -> float:
    """The lead of the amplitude of a band, for a burst in the middle of its filter; see `lead_s`.

    Parameters
    ----------
    sample_rate : samples per second of the filters
    is_whole : whether one filter passes the whole band; else the longest lead of its sub-bands
    """
    if is_whole:
        return _lead_of_taps_s(whole_band_taps(band_hz, sample_rate), sum(band_hz) / 2, sample_rate, smoothing_hz)
    return max(
        _lead_of_taps_s(band_pass_taps(low_hz, high_hz, sample_rate), (low_hz + high_hz) / 2, sample_rate, smoothing_hz)
        for low_hz, high_hz in pairwise(band_edges_hz(*band_hz))
    )


def _lead_of_taps_s(taps: Float64Array, middle_hz: float, sample_rate: float, smoothing_hz: float | None) -> float:
    half = len(taps) // 2
    return lead_s(_at_zero(taps, middle_hz, sample_rate), half, sample_rate, smoothing_hz)


def _at_zero(taps: Float64Array, middle_hz: float, sample_rate: float) -> npt.NDArray[np.complex128]:
    """(n_taps,) complex128, the analytic signal of a filter, moved from its middle to 0 Hz."""
    from scipy.signal import hilbert

    n = len(taps)
    # Zeros at the end, since the transform takes a signal as periodic.
    analytic = hilbert(taps, 4 * n)[:n]
    return np.asarray(analytic * np.exp(-2j * np.pi * middle_hz / sample_rate * (np.arange(n) - n // 2)))


def lead_of_window_s(stft: Stft, smoothing_hz: float | None) -> float:
    """The lead of the magnitude of a tone in a short-time Fourier transform; see `lead_s`."""
    step = max(stft.n_fft // _WINDOW_SAMPLES, 1)
    window = stft.window_samples[::step].astype(np.float64)
    # Each sample stands for `step` samples, from itself on.
    middle = (stft.n_fft / 2 - (step - 1) / 2) / step
    return lead_s(window, middle, stft.sample_rate / step, smoothing_hz)
