"""How early or late an analysis shows activity, against bursts that run through all its steps, and in words."""

import numpy as np
import pytest

from corticast.core.model.types import Measured
from corticast.dsp.high_gamma import HighGamma
from corticast.dsp.in_time import InTime, lead_of_band_s, lead_of_window_s, lead_s
from corticast.dsp.magnitudes import sound_stft
from corticast.film.words import _smoothing

RATE, ONSET_S, LAST_S = 1000.0, 12.0, 24.0


def first_crossing_s(columns, column_rate_hz):
    """Time at which values reach 2.3 % of their plateau, on a straight line between columns."""
    times_s = np.arange(len(columns)) / column_rate_hz
    plateau = np.median(columns[(times_s > 15) & (times_s < 20)])
    # The beginning of the recording is no rest: filters see its edge.
    inside = times_s > 8
    share, times_s = columns[inside] / plateau, times_s[inside]
    first = np.argmax(share >= 0.02275)
    return np.interp(0.02275, share[first - 1 : first + 1], times_s[first - 1 : first + 1])


def burst(freq_hz, phase):
    times_s = np.arange(round(LAST_S * RATE)) / RATE
    return np.where(times_s >= ONSET_S, np.cos(2 * np.pi * freq_hz * (times_s - ONSET_S) + phase), 0.0)[None]


@pytest.mark.parametrize("smoothing_hz", [5.0, 1.0, None])
@pytest.mark.parametrize(
    ("band_hz", "freq_hz"), [((70.0, 150.0), 110.0), ((8.0, 13.0), 10.5), ((4.0, 8.0), 6.0), ((13.0, 30.0), 21.5)]
)
def test_a_burst_out_of_silence_shows_as_early_as_the_lead_says(band_hz, freq_hz, smoothing_hz):
    steps = HighGamma(band_hz, baseline_s="none", smoothing_hz=smoothing_hz)
    lead = lead_of_band_s(band_hz, steps.band_rate_hz(RATE), smoothing_hz, is_whole=True)
    seen = [
        ONSET_S - first_crossing_s(steps(burst(freq_hz, phase), RATE)[0], steps.column_rate_hz(RATE))
        for phase in np.linspace(0, np.pi, 4, endpoint=False)
    ]
    np.testing.assert_allclose(np.mean(seen), lead, rtol=0.1)


@pytest.mark.parametrize("smoothing_hz", [5.0, 1.0])
def test_z_scores_of_noise_that_rises_tenfold_show_it_as_early_as_the_lead_says(smoothing_hz):
    steps = HighGamma(baseline_s=(2.0, 10.0), smoothing_hz=smoothing_hz)
    times_s = np.arange(round(LAST_S * RATE)) / RATE
    noise = np.random.default_rng(3).normal(size=(80, len(times_s))) * np.where(times_s >= ONSET_S, 10.0, 1.0)
    seen = ONSET_S - first_crossing_s(steps(noise, RATE).mean(axis=0), steps.column_rate_hz(RATE))
    lead = lead_of_band_s((70.0, 150.0), steps.band_rate_hz(RATE), smoothing_hz, is_whole=False)
    assert seen == pytest.approx(lead, rel=0.1)


def test_the_lead_of_a_gaussian_is_two_standard_deviations():
    sigma_s = np.sqrt(np.log(2)) / (2 * np.pi * 5)
    assert lead_s(np.ones(1), 0, 1000.0, 5.0) == pytest.approx(2 * sigma_s, rel=1e-3)


def test_a_tone_shows_as_early_as_the_lead_of_the_window_says():
    stft = sound_stft(44100, "numpy")
    times_s = np.arange(44100) / 44100
    tone = np.where(times_s >= 0.5, np.sin(2 * np.pi * 1000 * times_s), 0.0)
    # A column at each 16th sample.
    fine = type(stft)(44100, stft.n_fft, 16, "blackmanharris", array="numpy")
    heard = np.abs(fine(tone)[0, round(1000 * stft.n_fft / 44100)])
    share = heard / np.median(heard[len(heard) * 2 // 3 : -200])
    first_s = np.argmax(share >= 0.02275) * 16 / 44100
    assert 0.5 - first_s == pytest.approx(lead_of_window_s(stft, None), rel=0.05)


LEADS = [
    (InTime(None), "not smoothed", ""),
    (InTime(5.0), "smoothed (zero-phase, 5 Hz, shows activity up to 53 ms early)", "up to 53 ms early"),
    (InTime(5.0, lead_s=0.058), "smoothed (zero-phase, 5 Hz, shows activity up to 53 ms early)", "up to 53 ms early"),
    (
        InTime(5.0, lead_s=0.154),
        "smoothed (zero-phase, 5 Hz; filters and smoothing show activity up to 154 ms early)",
        "5 Hz; up to 154 ms early",
    ),
    (
        InTime(None, lead_s=0.145),
        "not smoothed (filters show activity up to 145 ms early)",
        "not smoothed (up to 145 ms early)",
    ),
    (
        InTime(5.0, "causal", 0.145),
        "smoothed (causal, 5 Hz, shows activity about 41 ms late, after filters that show it up to 145 ms early)",
        "causal, 5 Hz, about 41 ms late, after filters that show it up to 145 ms early",
    ),
    (
        InTime(20.0, "zero-phase", 0.0184, "window", "the sound"),
        "smoothed (zero-phase, 20 Hz; window and smoothing show the sound up to 18 ms early)",
        "20 Hz; up to 18 ms early",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("in_time", "whole", "short"), LEADS)
def test_captions_and_methods_name_the_lead_of_all_steps(in_time, whole, short):
    fact = _smoothing(Measured(smoothing=in_time.words, smoothing_short=in_time.short_words))
    assert fact.text == whole
    assert short in fact.short
    assert len(fact.short) <= len(fact.text)
    if " ms early" in whole:
        assert f"{whole.split(' up to ')[1].rstrip(')')}" in in_time.sentences("Scores")
