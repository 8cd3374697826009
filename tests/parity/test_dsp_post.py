"""The drive of Brainy Jingle Bells, step by step against MNE-Python and scikit-learn."""

import numpy as np
import pytest

from corticast.core.types import Electrodes, PlacedElectrodes, SampledSound
from corticast.dsp import post
from corticast.dsp.morlet import morlet_magnitude, morlet_wavelet

mne = pytest.importorskip("mne")


@pytest.fixture(params=[44100, 48000, 16000, 11025])
def sound(request, rng):
    """Noise and gliding tones, with an offset at the ends."""
    rate = request.param
    time_s = np.arange(int(3.3 * rate)) / rate
    samples = 0.2 * rng.standard_normal(len(time_s)) + 0.4 * np.sin(2 * np.pi * (500 + 800 * time_s) * time_s) + 0.1
    return SampledSound(samples[None].astype(np.float32), rate, "noise")


def close(ours, theirs, bound=1e-3):
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= bound * np.abs(theirs).max()


def test_resampling(sound):
    ours = post.resampled(sound.samples[0], sound.sample_rate, post.SAMPLE_RATE)
    if sound.sample_rate == post.SAMPLE_RATE:
        close(ours, sound.samples[0])
        return
    theirs = mne.filter.resample(
        sound.samples[0].astype(float), up=post.SAMPLE_RATE, down=sound.sample_rate, verbose="error"
    )
    close(ours, theirs)


def test_wavelets():
    for freq_hz in (400.0, 1234.5, 5400.0):
        (theirs,) = mne.time_frequency.morlet(11025, [freq_hz], n_cycles=7.0, zero_mean=True)
        ours = morlet_wavelet(freq_hz, 11025)
        close(np.abs(ours), np.abs(theirs), 1e-9)
        close(ours, theirs, 1e-9)


def test_magnitudes(rng):
    samples = rng.standard_normal(11025).astype(np.float32)
    freqs_hz = post.CENTRES_HZ[:-1]
    theirs = mne.time_frequency.tfr_array_morlet(
        samples[None, None].astype(float),
        11025,
        freqs_hz,
        n_cycles=7.0,
        decim=post.STEP,
        output="complex",
        verbose="error",
    )[0, 0]
    close(morlet_magnitude(samples, freqs_hz, 11025, post.STEP), np.abs(theirs))


@pytest.mark.parametrize("n_columns", [60, 91, 400])
def test_low_pass(rng, n_columns):
    rows = np.abs(rng.standard_normal((9, n_columns))) + 1.0
    sample_rate = post.SAMPLE_RATE / post.STEP
    theirs = mne.filter.filter_data(rows.copy(), sample_rate, None, 5.0, verbose="error")
    close(post.low_pass(rows, sample_rate), theirs)


def test_min_max(rng):
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    rows = rng.standard_normal((9, 200)) * 5
    theirs = preprocessing.MinMaxScaler((0, 1.6)).fit_transform(rows.T).T
    close(post.min_max(rows), np.minimum(theirs, 1.0))


def test_the_lowest_wavelet_is_at_the_top(sound):
    pos = np.array([[10.0, 5.0], [10.0, 200.0], [10.0, 100.0]])
    table = Electrodes(("top", "bottom", "middle"), pos, "picture")
    activity = post.PostDrive(sound).activity(PlacedElectrodes(table, pos))
    rows = activity.row_of_electrode
    assert rows[0] < rows[2] < rows[1]
    assert activity.column_rate_hz == 11025 / 400
    assert any("above 5512.5 Hz" in text for text in activity.warnings)
    assert activity.values.min() == 0
    assert activity.values.max() == 1


def test_silence_rests():
    sound = SampledSound(np.zeros((1, 44100), np.float32), 44100, "nothing")
    table = Electrodes(("a",), np.zeros((1, 3)))
    activity = post.PostDrive(sound).activity(PlacedElectrodes(table, table.pos))
    assert not activity.values.any()
    assert any("silent" in text for text in activity.warnings)
