from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import scipy

from corticast.app.demo.song import jingle_bells

SAMPLE_RATE = 48000
BEAT_S = 60 / 208
INTRODUCTION_BEATS = 4

# The chorus as it stands in songbooks, in degrees of the major scale and beats.
PHRASES = [
    "3 3 3- 3 3 3- 3 5 1. 2, 3---",
    "4 4 4. 4, 4 3 3 3, 3, 3 2 2 3 2- 5-",
    "3 3 3- 3 3 3- 3 5 1. 2, 3---",
    "4 4 4. 4, 4 3 3 3, 3, 5 5 4 2 1---",
]
BEATS = {"": 1.0, ",": 0.5, ".": 1.5, "-": 2.0, "---": 4.0}
DEGREE_HZ = {1: 783.99, 2: 880.00, 3: 987.77, 4: 1046.50, 5: 1174.66}  # G5 A5 B5 C6 D6


@pytest.fixture(scope="module")
def song() -> np.ndarray:
    return jingle_bells(SAMPLE_RATE)


def test_twenty_seconds_of_stereo_at_minus_one_decibel(song):
    assert song.dtype == np.float32
    assert song.shape[0] == 2
    assert 19 <= song.shape[1] / SAMPLE_RATE <= 22
    assert 20 * np.log10(np.abs(song).max()) == pytest.approx(-1.0, abs=0.01)


def test_starts_and_ends_in_silence(song):
    assert np.abs(song[:, 0]).max() < 1e-4
    assert np.abs(song[:, -1]).max() < 1e-4
    tenth = SAMPLE_RATE // 10
    assert np.sqrt((song[:, -tenth:] ** 2).mean()) < 10 ** (-60 / 20)


def test_no_constant_part_and_both_sides_equally_loud(song):
    assert np.abs(song.mean(axis=1)).max() < 1e-3
    left, right = np.sqrt((song.astype(np.float64) ** 2).mean(axis=1))
    assert abs(20 * np.log10(left / right)) < 1


def test_same_at_every_call(song):
    np.testing.assert_array_equal(song, jingle_bells(SAMPLE_RATE))


def test_tune_is_jingle_bells(song):
    mono = song.mean(axis=0)
    heard, written = [], []
    beat = float(INTRODUCTION_BEATS)
    for phrase in PHRASES:
        for note in phrase.split():
            written.append(int(note[0]))
            heard.append(_degree_struck_at(mono, beat * BEAT_S))
            beat += BEATS[note[1:]]
    assert beat - INTRODUCTION_BEATS == 64
    assert heard == written


def _degree_struck_at(mono: np.ndarray, time_s: float) -> int:
    """The degree whose power grows most from just before the time to just after it."""
    n = round(0.1 * SAMPLE_RATE)
    onset = round(time_s * SAMPLE_RATE)
    turns = np.outer(list(DEGREE_HZ.values()), np.arange(n) / SAMPLE_RATE)
    carrier = np.exp(-2j * np.pi * turns) * scipy.signal.windows.hann(n)
    growth = np.abs(carrier @ mono[onset : onset + n]) ** 2 - np.abs(carrier @ mono[onset - n : onset]) ** 2
    return list(DEGREE_HZ)[int(growth.argmax())]


def test_onsets_do_not_click(song):
    """A click would be a step: across an onset no difference exceeds the steepest that the sound has anywhere else."""
    onset = np.round(np.arange(1, 136) * BEAT_S / 2 * SAMPLE_RATE).astype(int)
    step = np.abs(np.diff(song, axis=1)).max(axis=0)
    at_onset = step[onset[:, None] + np.arange(-2, 3)]
    assert at_onset.max() < 0.5 * step.max()


def test_sleigh_bells_shake_on_every_quaver_of_the_introduction(song):
    stft = scipy.signal.ShortTimeFFT(scipy.signal.windows.hann(1024, sym=False), 48, SAMPLE_RATE)
    power = np.abs(stft.stft(song[:, : 2 * SAMPLE_RATE].mean(axis=0))) ** 2
    shake = power[(stft.f > 10000) & (stft.f < 12000)].sum(axis=0)  # where the introduction has no partials
    quaver = np.round(np.arange(1, 8) * BEAT_S / 2 * SAMPLE_RATE / 48).astype(int) - stft.p_min
    before, after = quaver - 15, quaver + 15
    assert (shake[after] > 10 * shake[before]).all()
    assert (shake[after] > 1e-5 * power.sum(axis=0)[after]).all()


def test_instruments_sit_left_and_right(song):
    n = round((INTRODUCTION_BEATS + 0.9) * BEAT_S * SAMPLE_RATE)
    left, right = np.abs(np.fft.rfft(song[:, round(BEAT_S * SAMPLE_RATE) : n])) ** 2
    frequency_hz = np.fft.rfftfreq(n - round(BEAT_S * SAMPLE_RATE), 1 / SAMPLE_RATE)
    harp = (frequency_hz > 385) & (frequency_hz < 400)  # G4
    sleigh_bells = (frequency_hz > 10000) & (frequency_hz < 12000)
    assert left[harp].sum() > 1.5 * right[harp].sum()
    assert right[sleigh_bells].sum() > 1.5 * left[sleigh_bells].sum()


@pytest.fixture(scope="module")
def band_envelopes(song) -> np.ndarray:
    """Mean magnitude of ten log-spaced bands from 400 to 6000 Hz, (10, n_columns), introduction and end left out."""
    stft = scipy.signal.ShortTimeFFT(scipy.signal.windows.hann(2048, sym=False), 512, SAMPLE_RATE)
    magnitude = np.abs(stft.stft(song.mean(axis=0)))
    edges = np.geomspace(400, 6000, 11)
    bands = [magnitude[(stft.f >= low) & (stft.f < high)].mean(axis=0) for low, high in pairwise(edges)]
    return np.stack(bands)[:, round(1.2 * SAMPLE_RATE / 512) : round(19 * SAMPLE_RATE / 512)]


def test_every_band_moves(band_envelopes):
    top = np.quantile(band_envelopes, 0.99, axis=1)
    assert 20 * np.log10(top.min() / top.max()) > -30  # what the drive lifts to full activity
    low, high = np.quantile(band_envelopes / top[:, None], (0.1, 0.9), axis=1)
    assert (high - low).min() > 0.3


def test_bands_do_not_all_move_alike(band_envelopes):
    correlation = np.corrcoef(band_envelopes)
    assert np.diag(correlation, 1).max() < 0.8
    assert np.median(correlation[np.triu_indices(10, 1)]) < 0.6


def test_other_sample_rates_keep_the_duration(song):
    other = jingle_bells(22050)
    assert other.shape[1] / 22050 == pytest.approx(song.shape[1] / SAMPLE_RATE, abs=1e-3)
    assert np.isfinite(other).all()
