"""The drive of Brainy Jingle Bells, step by step against MNE-Python and scikit-learn."""

import subprocess
import sys

import numpy as np
import pytest
import scipy

from corticast.core.model.types import Electrodes, PlacedElectrodes, SampledSound
from corticast.dsp import post
from corticast.dsp.morlet import morlet_magnitude, morlet_wavelet
from corticast.errors import DataError


@pytest.fixture(params=[44100, 48000, 16000, 11025])
def sound(request, rng):
    """Noise and gliding tones, with an offset at the ends."""
    rate = request.param
    time_s = np.arange(int(3.3 * rate)) / rate
    samples = 0.2 * rng.standard_normal(len(time_s)) + 0.4 * np.sin(2 * np.pi * (500 + 800 * time_s) * time_s) + 0.1
    return SampledSound(samples[None].astype(np.float32), rate, "noise")


@pytest.fixture
def close(fidelity):
    """Assert that an array is the reference's to a share of its peak, and note the worst."""

    def check(step, reference, ours, theirs, bound=1e-3):
        assert ours.shape == theirs.shape
        errors = np.abs(ours - theirs) / np.abs(theirs).max()
        fidelity.within(f"Sound: post drive, {step}, of the peak", reference, errors, bound)

    return check


def test_resampling(mne, close, sound):
    ours = post.resampled(sound.samples[0], sound.sample_rate, post.SAMPLE_RATE)
    theirs = mne.filter.resample(
        sound.samples[0].astype(float), up=post.SAMPLE_RATE, down=sound.sample_rate, verbose="error"
    )
    close("resampling", "mne.filter.resample", ours, theirs)


def test_wavelets(mne, close):
    for freq_hz in (400.0, 1234.5, 5400.0):
        (theirs,) = mne.time_frequency.morlet(11025, [freq_hz], n_cycles=7.0, zero_mean=True)
        ours = morlet_wavelet(freq_hz, 11025)
        close("wavelets", "mne.time_frequency.morlet", np.abs(ours), np.abs(theirs), 1e-9)
        close("wavelets", "mne.time_frequency.morlet", ours, theirs, 1e-9)


def test_magnitudes(mne, close, rng):
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
    close(
        "Morlet magnitudes",
        "mne.time_frequency.tfr_array_morlet",
        morlet_magnitude(samples, freqs_hz, 11025, post.STEP),
        np.abs(theirs),
    )


@pytest.mark.parametrize("n_columns", [1, 10, 46])
def test_low_pass_of_a_moment(close, rng, n_columns):
    """Shorter than the filter, where MNE-Python refuses."""
    rows = np.abs(rng.standard_normal((3, n_columns))) + 1.0
    sample_rate = post.SAMPLE_RATE / post.STEP
    taps = scipy.signal.firwin(45, 6.0, fs=sample_rate)
    edge = min(45, n_columns) - 1
    mirrored = np.pad(rows, ((0, 0), (edge, edge)), mode="reflect", reflect_type="odd")
    theirs = np.stack([np.convolve(np.pad(row, 22), taps, "valid") for row in mirrored])[:, edge : edge + n_columns]
    close("5 Hz low-pass of a moment", "scipy.signal.firwin", post.low_pass(rows, sample_rate), theirs)


@pytest.mark.parametrize("n_columns", [60, 91, 400])
def test_low_pass(mne, close, rng, n_columns):
    rows = np.abs(rng.standard_normal((9, n_columns))) + 1.0
    sample_rate = post.SAMPLE_RATE / post.STEP
    theirs = mne.filter.filter_data(rows.copy(), sample_rate, None, 5.0, verbose="error")
    close("5 Hz low-pass", "mne.filter.filter_data", post.low_pass(rows, sample_rate), theirs)


def test_the_recipe_needs_numpy_alone():
    """SciPy takes longer to load than the recipe on a song."""
    code = (
        "import sys, numpy; from corticast.core.model.types import SampledSound; "
        "from corticast.dsp.post import PostDrive; "
        "PostDrive(SampledSound(numpy.ones((1, 44100), 'f4'), 44100, 'one')).rows; sys.exit('scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_over_range(close, rng):
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    rows = rng.standard_normal((9, 200)) * 5
    theirs = preprocessing.MinMaxScaler((0, 1.6)).fit_transform(rows.T).T
    close("min to max", "sklearn.preprocessing.MinMaxScaler", post.over_range(rows), theirs)


def test_the_lowest_wavelet_is_at_the_top(sound):
    pos = np.array([[10.0, 5.0], [10.0, 200.0], [10.0, 100.0]])
    table = Electrodes(("top", "bottom", "middle"), pos, "picture")
    activity = post.PostDrive(sound).activity(PlacedElectrodes(table, pos))
    rows = activity.row_of_contact
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


def test_the_whole_recipe(mne, close, rng):
    """Sound to activity, as the post has it: MNE-Python and scikit-learn from the first sample to the last column."""
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    rate = 44100
    loudness = np.interp(np.arange(6 * rate), np.arange(0, 7 * rate, rate), [0, 1, 0.2, 0.8, 0.1, 1, 0.3])
    left = (0.2 * rng.standard_normal(6 * rate) * loudness).astype(np.float32)
    sound = SampledSound(np.stack([left, np.ones_like(left)]), rate, "stereo")
    samples = mne.filter.resample(left.astype(float), up=11025, down=rate, verbose="error")
    freqs_hz = np.logspace(np.log10(400), np.log10(6000), 10)[:-1]
    spectrum = np.abs(
        mne.time_frequency.tfr_array_morlet(
            samples[None, None], 11025, freqs_hz, n_cycles=7.0, decim=400, output="complex", verbose="error"
        )[0, 0]
    )
    spectrum = mne.filter.filter_data(spectrum, 11025 / 400, None, 5, verbose="error")
    pos = np.stack([np.arange(32.0), rng.uniform(128, 290, 32)], axis=1)
    edges = np.linspace(pos[:, 1].min(), pos[:, 1].max(), len(freqs_hz))
    of_electrodes = spectrum[np.digitize(pos[:, 1], edges) - 1]
    theirs = np.clip(preprocessing.MinMaxScaler((0, 1.6)).fit_transform(of_electrodes.T).T, None, 1)
    placed = PlacedElectrodes(Electrodes(tuple(f"E{i}" for i in range(32)), pos, "picture"), pos)
    activity = post.PostDrive(sound).activity(placed)
    ours = np.stack([activity.at(column * 400 / 11025) for column in range(theirs.shape[1])], axis=1)
    close("from sound to activity", "MNE-Python and scikit-learn", ours, theirs, 2e-3)


@pytest.mark.parametrize("rate", [44100, 48000, 8000])
def test_long_sounds_are_resampled_in_parts(close, rate, monkeypatch):
    """A sum of tones is known at any rate; at its ends the ideal low-pass rings."""

    def tones(sample_rate, seconds=8):
        time_s = np.arange(seconds * sample_rate) / sample_rate
        return sum(np.sin(2 * np.pi * freq_hz * time_s + freq_hz) for freq_hz in (217.3, 1234.5, 3500.9))

    monkeypatch.setattr(post, "_CORE", 1 << 15)
    monkeypatch.setattr(post, "_MARGIN", 1 << 14)
    ours = post.resampled(tones(rate).astype(np.float32), rate, post.SAMPLE_RATE)
    theirs = tones(post.SAMPLE_RATE)
    assert ours.shape == theirs.shape
    close("resampling in parts", "tones, analytically", ours[3000:-3000], theirs[3000:-3000])


def test_centres_that_the_sound_cannot_hold_are_left_out_and_said(rng):
    table = Electrodes(("a", "b"), np.array([[0.0, 0, 0], [0, 0, 9]]))
    placed = PlacedElectrodes(table, table.pos)
    sound = SampledSound(rng.standard_normal((1, 8000)).astype(np.float32), 8000, "telephone")
    activity = post.PostDrive(sound).activity(placed)
    assert len(activity.values) == 8
    assert activity.warnings == ("telephone: left out 2 of 10 wavelets, which lie above 4000 Hz",)
    # In a volume, too, the lowest wavelet is at the top.
    assert activity.row_of_contact.tolist() == [7, 0]
    with pytest.raises(DataError, match="nothing above 300 Hz"):
        post.PostDrive(SampledSound(np.ones((1, 99), np.float32), 600, "low")).activity(placed)
    with pytest.raises(DataError, match="without samples"):
        post.PostDrive(SampledSound(np.ones((1, 0), np.float32), 44100, "empty")).activity(placed)


@pytest.mark.parametrize("n_samples", [1, 2, 399, 5000])
def test_sounds_of_any_length_are_drawn(n_samples):
    table = Electrodes(("a",), np.zeros((1, 3)))
    sound = SampledSound(np.ones((1, n_samples), np.float32), 44100, "short")
    activity = post.PostDrive(sound).activity(PlacedElectrodes(table, table.pos))
    assert np.isfinite(activity.values).all()
