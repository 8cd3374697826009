"""Levels of a sound over time and frequency, beside SciPy's."""

import numpy as np
import pytest
import scipy.signal

from corticast.core.model.types import SampledSound
from corticast.dsp.spectrogram import FLOOR_DB, spectrogram
from corticast.errors import DataError

RATE = 8000


def noise(n_samples, n_channels=1):
    return np.random.default_rng(7).normal(0, 0.1, (n_channels, n_samples)).astype(np.float32)


def expected(samples, hop, first, n_samples):
    """Mean power of the channels in dB, column by column, by SciPy."""
    window = scipy.signal.get_window("hann", 2048)
    stft = scipy.signal.ShortTimeFFT(window, hop, RATE, fft_mode="onesided", scale_to=None, phase_shift=None)
    spectra = stft.stft(samples.astype(np.float64), p0=0, p1=-(-samples.shape[1] // hop))
    amplitude = 2 * np.abs(spectra) / window.sum()
    amplitude[:, [0, -1]] /= 2
    columns = slice(first // hop, first // hop + -(-n_samples // hop))
    return 10 * np.log10((amplitude[:, :, columns] ** 2).mean(axis=0))


@pytest.mark.parametrize(("first", "n_samples"), [(0, 20480), (10240, 5120)])
def test_each_cell_is_one_of_scipys_columns_where_there_are_as_many(first, n_samples):
    samples = noise(20480, 2)
    n_columns = n_samples // 256
    found = spectrogram(
        SampledSound(samples, RATE), (1025, n_columns), start_s=first / RATE, duration_s=n_samples / RATE
    )
    wanted = expected(samples, 256, first, n_samples)
    # Row r covers the frequencies from r / 1025 to (r + 1) / 1025 of Nyquist: bin r, and the last row the last two.
    assert found.levels_db.shape == (1025, n_columns)
    np.testing.assert_allclose(found.levels_db[:1024], wanted[:1024], atol=0.01)
    assert (found.start_s, found.stop_s) == (first / RATE, (first + n_samples) / RATE)


def test_cells_hold_the_mean_power_of_the_columns_and_frequencies_that_they_cover():
    samples = noise(64 * 512 * 4)
    found = spectrogram(SampledSound(samples, RATE), (64, 64))
    power = 10 ** (expected(samples, 512, 0, samples.shape[1]) / 10)
    # 16 frequencies and four columns a cell; the highest frequency is the upper edge, which belongs to no row.
    cells = power[:1024].reshape(64, 16, 64, 4).mean(axis=(1, 3))
    np.testing.assert_allclose(found.levels_db, 10 * np.log10(cells), atol=0.01)


def test_a_full_scale_sine_has_0_db():
    times = np.arange(4 * RATE) / RATE
    sine = np.sin(2 * np.pi * 1000 * times)[None].astype(np.float32)
    fine = spectrogram(SampledSound(sine, RATE), (1025, 100)).levels_db[:, 10:-10]
    assert fine.max() == pytest.approx(0, abs=0.01)
    assert np.unravel_index(fine.argmax(), fine.shape)[0] == 256


def test_silence_is_at_the_floor_and_a_short_sound_has_fewer_columns():
    found = spectrogram(SampledSound(np.zeros((1, 10), np.float32), RATE), (20, 100), max_hz=9e9)
    assert found.levels_db.shape == (20, 10)
    assert (found.levels_db == FLOOR_DB).all()
    assert found.max_hz == RATE / 2


def test_a_stretch_after_the_end_is_refused():
    with pytest.raises(DataError, match="ends at 1 s, before start 2; give an earlier start"):
        spectrogram(SampledSound(noise(RATE), RATE, "song.wav"), (20, 20), start_s=2.0)
