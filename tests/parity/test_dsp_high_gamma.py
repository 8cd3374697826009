"""High gamma, step by step against MNE-Python."""

from itertools import pairwise

import numpy as np
import pytest
import scipy

from corticast.core.model.recording import Recording
from corticast.dsp import decimation, high_gamma, reference, scaling
from corticast.dsp.line import harmonics_hz, line_frequency_hz
from corticast.dsp.recorded import HighGammaDrive
from corticast.dsp.referenced import Referencing
from tests.recordings import NAMES, SAMPLE_RATE, pink_noise, raw_of, synthetic_volts


@pytest.fixture(scope="module")
def volts():
    return synthetic_volts(line_hz=50.0)


@pytest.fixture
def recording(volts):
    return Recording.of_array(volts, SAMPLE_RATE, NAMES, unit="V")


@pytest.fixture
def close(fidelity):
    """Assert that an array is the reference's to a share of its peak, and note the worst."""

    def check(step, reference, ours, theirs, bound=1e-9):
        assert ours.shape == theirs.shape
        errors = np.abs(ours - theirs) / np.abs(theirs).max()
        fidelity.within(f"Sound: high gamma, {step}, of the peak", reference, errors, bound)

    return check


def notch(sample_rate):
    return {"order": 2, "ftype": "butter", "output": "sos", "padlen": high_gamma.notch_padding(sample_rate)}


def test_common_average_of_the_good_channels(mne, close, volts):
    bad = np.zeros(len(NAMES), dtype=bool)
    bad[[0, 7]] = True
    ours = reference.common_average(reference.without_bad(Recording.of_array(volts * 1.0, SAMPLE_RATE, NAMES), bad))
    raw = raw_of(volts)
    raw.info["bads"] = [NAMES[0], NAMES[7]]
    theirs = raw.set_eeg_reference("average", ch_type="seeg", verbose="error").get_data(picks=list(ours.names))
    close("common average", "mne.io.Raw.set_eeg_reference", ours.rows(), theirs, 1e-12)
    # Read in parts it is the same.
    parts = [ours.read(first, first + 1000, np.array([3, 1])) for first in range(0, 12000, 1000)]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), ours.rows()[[3, 1]])


def test_averages_within_parts(mne, close, volts):
    parts = tuple(name[:-1] for name in NAMES)
    ours = reference.averages_within(Recording.of_array(volts, SAMPLE_RATE, NAMES), parts)
    theirs = np.concatenate(
        [
            raw_of(volts)
            .pick([name for name in NAMES if name[:-1] == part])
            .set_eeg_reference("average", ch_type="seeg", verbose="error")
            .get_data()
            for part in ("LA", "RA", "G")
        ]
    )
    close("average within shafts", "mne.io.Raw.set_eeg_reference", ours.rows(), theirs, 1e-12)
    np.testing.assert_array_equal(ours.read(500, 900, np.array([17, 2])), ours.rows()[[17, 2], 500:900])


def test_bipolar(mne, close, recording):
    ours = reference.bipolar(recording)
    pairs = [(anode, f"{anode[:-1]}{int(anode[-1]) + 1}") for anode in NAMES if anode[-1] != "6"]
    theirs = mne.set_bipolar_reference(
        raw_of(recording.rows()), *map(list, zip(*pairs, strict=True)), drop_refs=True, verbose="error"
    )
    assert ours.names == tuple("–".join(pair) for pair in pairs)
    close("bipolar reference", "mne.set_bipolar_reference", ours.rows(), theirs.get_data(), 1e-12)


@pytest.mark.parametrize(("sample_rate", "factor"), [(1000, 2), (1400, 3), (2000, 4), (2048, 4), (30000, 66)])
def test_decimation(mne, close, rng, sample_rate, factor):
    assert decimation.decimation(sample_rate, 150.0) == factor
    assert decimation.decimation(512, 150.0) == 1
    third_hz = sample_rate / factor / 3
    options = {
        "l_freq": None,
        "h_freq": third_hz,
        "h_trans_bandwidth": third_hz,
        "fir_window": "blackman",
        "verbose": "error",
    }
    samples = rng.standard_normal((3, 300 * factor + 5))
    taps = decimation.low_pass_taps(factor)
    theirs = mne.filter.create_filter(None, sample_rate, **options)
    close("filter before samples are left out", "mne.filter.create_filter", taps, theirs, 1e-12)
    theirs = mne.filter.filter_data(samples.copy(), sample_rate, **options)[:, ::factor]
    close("samples left out", "mne.filter.filter_data", decimation.decimated(samples, factor), theirs)


def test_what_decimation_lets_through(close, rng):
    """Up to the highest band all of it, and of what would be mirrored there nothing."""
    times_s = np.arange(40000) / 2000
    kept = np.array([[np.sin(2 * np.pi * hz * times_s)] for hz in (5.0, 70.0, 152.5)])[:, 0]
    ours, theirs = (rows[:, 50:-50] for rows in (decimation.decimated(kept, 4), kept[:, ::4]))
    close("samples left out", "sines up to 152.5 Hz", ours, theirs, 1e-3)
    mirrored = np.array([[np.sin(2 * np.pi * hz * times_s)] for hz in (347.5, 430.0, 570.0, 985.0)])[:, 0]
    assert np.abs(decimation.decimated(mirrored, 4)[:, 50:-50]).max() < 1e-3


def test_decimation_changes_nothing_that_is_seen(close, rng, monkeypatch):
    """High gamma of a fourth of the samples and of all; at the ends, where signals are continued, they differ."""
    times_s = np.arange(24000) / 2000
    samples = pink_noise(rng, 6, len(times_s)) + np.sin(2 * np.pi * 50 * times_s)
    samples[0] += 3 * np.exp(-0.5 * ((times_s - 6) / 0.1) ** 2) * np.sin(2 * np.pi * 100 * times_s)
    steps = high_gamma.HighGamma(line_hz=(50.0, 100.0, 150.0))
    assert (steps.band_rate_hz(2000.0), steps.column_rate_hz(2000.0)) == (500, 100)
    ours = steps(samples, 2000.0)
    monkeypatch.setattr(high_gamma, "decimation", lambda sample_rate, highest_hz: 1)
    assert (steps.band_rate_hz(2000.0), steps.column_rate_hz(2000.0)) == (2000, 100)
    theirs = steps(samples, 2000.0)
    assert ours.shape == theirs.shape == (6, 1200)
    close("samples left out, the whole chain", "all samples", ours[:, 100:-100], theirs[:, 100:-100], 5e-3)


def test_line_noise(mne, close, volts):
    freqs_hz = harmonics_hz(50.0, SAMPLE_RATE, 165.0)
    assert freqs_hz == (50.0, 100.0, 150.0)
    ours = high_gamma.without_line(volts, SAMPLE_RATE, freqs_hz)
    theirs = volts
    for freq_hz in freqs_hz:
        theirs = mne.filter.filter_data(
            theirs.copy(),
            SAMPLE_RATE,
            freq_hz + 1,
            freq_hz - 1,
            method="iir",
            iir_params=notch(SAMPLE_RATE),
            verbose="error",
        )
    close("line noise removed", "mne.filter.filter_data, iir", ours, theirs)
    # The line is gone, its neighbours are not.
    freqs = np.fft.rfftfreq(volts.shape[1], 1 / SAMPLE_RATE)
    before, after = (np.abs(np.fft.rfft(rows)).mean(axis=0) for rows in (volts, ours))
    assert after[freqs == 50] < 0.02 * before[freqs == 50]
    beside = (np.abs(freqs - 50) > 5) & (np.abs(freqs - 50) < 20)
    assert after[beside].mean() == pytest.approx(before[beside].mean(), rel=0.02)


@pytest.mark.parametrize(("sample_rate", "band_hz"), [(1000, (70, 150)), (512, (70, 150)), (160, (40, 75))])
def test_sub_bands(mne, close, rng, sample_rate, band_hz):
    edges = high_gamma.band_edges_hz(*band_hz)
    samples = rng.standard_normal((3, 4000))
    for low_hz, high_hz in pairwise(edges):
        taps = high_gamma.band_pass_taps(low_hz, high_hz, sample_rate)
        quarter = (high_hz - low_hz) / 4
        options = {
            "l_freq": low_hz + quarter,
            "h_freq": high_hz - quarter,
            "l_trans_bandwidth": 2 * quarter,
            "h_trans_bandwidth": 2 * quarter,
            "verbose": "error",
        }
        theirs = mne.filter.create_filter(None, sample_rate, **options)
        close("filters of the sub-bands", "mne.filter.create_filter", taps, theirs, 1e-12)
        theirs = mne.filter.filter_data(samples.copy(), sample_rate, **options)
        close("sub-bands", "mne.filter.filter_data", high_gamma.band_passed(samples, taps), theirs)


@pytest.mark.parametrize("n", [4000, 4001, 3989])
def test_analytic_amplitude(mne, close, rng, n):
    samples = rng.standard_normal((3, n))
    theirs = raw_of(samples, "abc").apply_hilbert(envelope=True, verbose="error").get_data()
    close("analytic amplitude", "mne.io.Raw.apply_hilbert", high_gamma.analytic_amplitude(samples), theirs)


def test_mean_and_z_score(mne, close, rng):
    rows = np.abs(rng.standard_normal((3, 4000))) * [[1], [5], [2]]
    times_s = np.arange(4000) / SAMPLE_RATE
    for baseline_s in ((0.3, 1.1), (0.0, 3.999)):
        ours = high_gamma.over_rest(rows, SAMPLE_RATE, baseline_s)
        theirs = mne.baseline.rescale(rows, times_s, baseline_s, mode="ratio", copy=True, verbose="error")
        close("each band over its level", "mne.baseline.rescale, ratio", ours, theirs)
        ours = high_gamma.z_scored(rows, SAMPLE_RATE, baseline_s)
        theirs = mne.baseline.rescale(rows, times_s, baseline_s, mode="zscore", copy=True, verbose="error")
        close("z-score", "mne.baseline.rescale, zscore", ours, theirs)
    spread = scipy.stats.median_abs_deviation(rows, axis=1, scale="normal")[:, None]
    theirs = (rows - np.median(rows, axis=1)[:, None]) / spread
    ours = high_gamma.z_scored(rows, SAMPLE_RATE, None)
    assert np.median(high_gamma.over_rest(rows, SAMPLE_RATE, None), axis=1).tolist() == pytest.approx([1, 1, 1])
    # 1.4826 is rounded.
    close("z-score of the whole", "scipy.stats.median_abs_deviation", ours, theirs, 1e-5)


@pytest.mark.parametrize("cutoff_hz", [5.0, 1.0, 20.0])
def test_causal_smoothing(close, rng, cutoff_hz):
    rows = rng.standard_normal((3, 8000))
    ours = high_gamma.causally_smoothed_rows(rows, SAMPLE_RATE, cutoff_hz)
    # The future changes nothing of the past, bit for bit.
    other = np.hstack([rows[:, :4000], rng.standard_normal((3, 4000))])
    np.testing.assert_array_equal(
        high_gamma.causally_smoothed_rows(other, SAMPLE_RATE, cutoff_hz)[:, :4000], ours[:, :4000]
    )
    impulse = np.eye(1, 20000, 1)
    response = high_gamma.causally_smoothed_rows(impulse, SAMPLE_RATE, cutoff_hz)[0]
    assert response[0] == 0
    assert (response >= 0).all()
    times_s = np.arange(20000) / SAMPLE_RATE - 1 / SAMPLE_RATE
    assert abs((response * np.exp(-2j * np.pi * cutoff_hz * times_s)).sum()) == pytest.approx(0.5**0.5, abs=1e-9)
    delay_s = (response * times_s).sum() / response.sum()
    assert delay_s == pytest.approx(scaling.causal_delay_s(cutoff_hz), abs=2e-3)
    assert scaling.causal_delay_s(5.0) == pytest.approx(0.041, abs=5e-4)
    assert 2 * scaling.gaussian_sigma_s(5.0) == pytest.approx(0.053, abs=5e-4)
    ones = high_gamma.causally_smoothed_rows(np.ones((1, 50)), SAMPLE_RATE, cutoff_hz)
    np.testing.assert_allclose(ones, 1, rtol=1e-12)


@pytest.mark.parametrize(("low_hz", "high_hz"), [(1, 4), (4, 8), (8, 13), (80, 250)])
def test_amplitude_of_a_band(mne, rng, low_hz, high_hz):
    """A tone in the middle of the band keeps its amplitude; tones outside vanish. MNE filters likewise."""
    times_s = np.arange(40000) / SAMPLE_RATE
    envelope = 1 + 0.5 * np.sin(2 * np.pi * 0.1 * times_s)
    within = envelope * np.sin(2 * np.pi * (low_hz + high_hz) / 2 * times_s)
    outside = np.sin(2 * np.pi * 1.7 * high_hz * times_s) + 5 * np.sin(2 * np.pi * 0.1 * times_s) + 3
    for wave, expected in ((within, envelope), (outside, 0 * envelope)):
        for low, high in pairwise(high_gamma.band_edges_hz(low_hz, high_hz) if high_hz < 80 else (low_hz, high_hz)):
            taps = high_gamma.band_pass_taps(low, high, SAMPLE_RATE)
            ours = high_gamma.analytic_amplitude(high_gamma.band_passed(wave[None], taps))[0]
            width = high_gamma.transition_of_hz(low, high)
            theirs = mne.filter.filter_data(
                wave.copy(), SAMPLE_RATE, low + width / 2, high - width / 2,
                l_trans_bandwidth=width, h_trans_bandwidth=width, verbose="error",
            )  # fmt: skip
            theirs = np.abs(scipy.signal.hilbert(theirs))
            np.testing.assert_allclose(ours[4000:-4000], theirs[4000:-4000], atol=1e-6)
            np.testing.assert_allclose(ours[4000:-4000], expected[4000:-4000], atol=0.03)


def test_smoothing_and_decimation(mne, close, rng):
    rows = rng.standard_normal((3, 8000))
    ours = high_gamma.smoothed_rows(rows, SAMPLE_RATE, 5.0)
    sigma = np.sqrt(np.log(2)) / (2 * np.pi * 5.0) * SAMPLE_RATE
    theirs = scipy.ndimage.gaussian_filter1d(rows, sigma, axis=1, mode="nearest", truncate=5.0)
    close("smoothing", "scipy.ndimage.gaussian_filter1d", ours, theirs)
    step = high_gamma.column_step(SAMPLE_RATE, 5.0)
    assert step == 10
    # A signal that begins and ends with 0: others ring there when they are resampled.
    still = high_gamma.smoothed_rows(rows * scipy.signal.windows.tukey(8000, 0.5), SAMPLE_RATE, 5.0)
    theirs = mne.filter.resample(still, down=step, verbose="error")
    kept = still[:, ::step]
    close("every tenth sample", "mne.filter.resample", kept, theirs, 1e-4)


def test_the_whole_chain(mne, close, volts):
    """From volts to z-scores by MNE's functions alone, except for the smoothing, which MNE lacks."""
    raw = raw_of(volts)
    raw.info["bads"] = ["LA4"]
    raw.set_eeg_reference("average", ch_type="seeg", verbose="error").drop_channels(["LA4"])
    # Every other sample is enough.
    low_pass = {"h_trans_bandwidth": 500 / 3, "fir_window": "blackman"}
    raw.filter(None, 500 / 3, picks="all", **low_pass, verbose="error")
    samples = raw.get_data()[:, ::2]
    info = mne.create_info(raw.ch_names, 500, "seeg")
    for freq_hz in (50.0, 100.0, 150.0):
        samples = mne.filter.filter_data(
            samples, 500, freq_hz + 1, freq_hz - 1, method="iir", iir_params=notch(500), verbose="error"
        )
    total = 0
    for low_hz in range(70, 150, 10):
        band = mne.io.RawArray(samples.copy(), info, verbose="error")
        band.filter(low_hz + 2.5, low_hz + 7.5, picks="all", l_trans_bandwidth=5, h_trans_bandwidth=5, verbose="error")
        amplitude = band.apply_hilbert(picks="all", envelope=True, verbose="error").get_data()
        total = total + mne.baseline.rescale(amplitude, band.times, (0.0, 1.5), mode="ratio", verbose="error")
    scores = mne.baseline.rescale(total / 8, band.times, (0.0, 1.5), mode="zscore", verbose="error")
    sigma = np.sqrt(np.log(2)) / (2 * np.pi * 5.0) * 500
    theirs = scipy.ndimage.gaussian_filter1d(scores, sigma, axis=1, mode="nearest", truncate=5.0)[:, ::5]

    bad = np.array([name == "LA4" for name in NAMES])
    recording = Recording.of_array(volts, SAMPLE_RATE, NAMES, unit="V")
    drive = HighGammaDrive(recording, line_hz=50.0, baseline=(0.0, 1.5), threads=2)
    names, ours = drive.columns(Referencing("average", bad))
    assert names == tuple(raw.ch_names)
    close("from volts to columns", "MNE-Python and scipy.ndimage", ours, theirs, 1e-6)


@pytest.mark.parametrize("line_hz", [50.0, 60.0, None])
def test_line_noise_is_found_in_the_spectrum(line_hz):
    recording = Recording.of_array(synthetic_volts(line_hz=line_hz), SAMPLE_RATE, NAMES)
    assert line_frequency_hz(recording) == line_hz
