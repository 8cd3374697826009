"""The polyphase filter against SciPy's, and against tones that are known at any time."""

import numpy as np
import pytest
from scipy.signal import correlate, firwin, resample_poly
from tests.edf_files import tones

from corticast.core.resampling import REACH, raised

N = 6000


def read_of(samples):
    return lambda first, stop: samples[:, first:stop]


@pytest.mark.parametrize(("up", "down"), [(4, 1), (5, 2), (128, 125)])
def test_it_is_scipys_polyphase_filter(up, down):
    samples = np.random.default_rng(up).standard_normal((2, N))
    taps = firwin(2 * REACH * up + 1, 1 / up, window=("kaiser", 5.0))
    # resample_poly extends a signal by zeros; a multiple of `down` more samples keeps its phases.
    lead = 32 * 125
    extended = np.pad(samples, ((0, 0), (lead, lead)), mode="edge")
    n = N * up // down
    theirs = resample_poly(extended, up, down, axis=1, window=taps)[:, lead * up // down :][:, :n]
    ours = raised(read_of(samples), N, up, down, 0, n)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6 * np.abs(theirs).max())


@pytest.mark.parametrize(("up", "down"), [(4, 1), (125, 8), (128, 125)])
def test_a_block_equals_the_whole(up, down):
    samples = 5 + np.random.default_rng(up).standard_normal((2, N))
    n = -(-N * up // down)
    whole = raised(read_of(samples), N, up, down, 0, n)
    for first, stop in ((0, 1), (0, 900), (17, 18), (n // 3, n // 2 + 5), (n - 700, n), (n - 1, n)):
        block = raised(read_of(samples), N, up, down, first, stop)
        np.testing.assert_allclose(block, whole[:, first:stop], rtol=0, atol=1e-6 * np.abs(whole).max())


def test_a_tone_keeps_its_time_and_its_size():
    freqs_hz = (3.0, 17.5, 55.0, 62.0)
    slow = tones(np.random.default_rng(1), 40 * 128, 128, freqs_hz)
    truth = tones(np.random.default_rng(1), 40 * 512, 512, freqs_hz)
    ours = raised(read_of(slow[None]), len(slow), 4, 1, 0, len(truth))[0]
    middle = slice(8 * 512, -8 * 512)
    assert np.corrcoef(ours[middle], truth[middle])[0, 1] > 0.9999
    lags = correlate(ours[middle], truth[middle], method="fft")
    assert np.argmax(lags) == len(lags) // 2


def test_only_the_near_samples_are_read():
    seen = []

    def read(first, stop):
        seen.append((first, stop))
        return np.zeros((1, stop - first))

    raised(read, 10**9, 125, 8, 7 * 10**9, 7 * 10**9 + 1000)
    ((first, stop),) = seen
    assert stop - first <= 1000 * 8 // 125 + 2 * REACH + 2
