"""The amplitude of a band in microvolts, against MNE-Python's filters and SciPy's analytic signal."""

import numpy as np
import pytest
import scipy

import corticast as cc
from corticast.core.model.recording import Recording
from corticast.core.model.scene_file import SceneFile
from corticast.dsp.high_gamma import HighGamma
from corticast.errors import OptionError
from corticast.film.opening import open_film
from corticast.film.scene_inputs import open_scene
from corticast.film.timing import FilmTiming
from corticast.film.words import caption_of, methods_of
from tests.recordings import NAMES, SAMPLE_RATE, synthetic_volts, write_recording

TIMES_S = np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE
AMPLITUDES_UV = np.array([20.0, 5.0, 12.0])
TABLE = cc.Electrodes(NAMES, np.random.default_rng(0).uniform(-30, 30, (len(NAMES), 3)), space="world")
PLAIN = {"baseline": "none", "reference": "none", "line_hz": None}
EARLY = "smoothed (zero-phase, 5 Hz; filters and smoothing show activity up to 292 ms early)"


def sines(freq_hz):
    """A recording of three channels: sines of known amplitudes on a drift of 30 µV and another sine of 10 µV."""
    waves = AMPLITUDES_UV[:, None] * np.sin(2 * np.pi * freq_hz * TIMES_S)
    others = 30 * np.sin(2 * np.pi * 0.1 * TIMES_S) + 10 * np.sin(2 * np.pi * 2.5 * freq_hz * TIMES_S)
    return Recording.of_array(1e-6 * (waves + others), SAMPLE_RATE, NAMES[:3], unit="V")


def opened(drive, names=NAMES):
    rows = [NAMES.index(name) for name in names]
    table = cc.Electrodes(tuple(names), TABLE.pos[rows], space="world")
    return open_film(cc.Scene(electrodes=table, drive=drive, layout="lateral"), FilmTiming(size=(640, 360)), still=True)


def shown_values(activity):
    """(n_contacts, n_columns) in the unit of the colour bar."""
    return activity.full_scale * activity.values[activity.row_of_contact]


# Transitions are half as wide as a sub-band: 5, 8.5 and 10 Hz.
@pytest.mark.parametrize(("low_hz", "high_hz", "width_hz"), [(8, 13, 2.5), (13, 30, 4.25), (70, 150, 5)])
def test_amplitudes_are_those_of_mne_and_scipy(mne, low_hz, high_hz, width_hz):
    volts = synthetic_volts()
    recording = Recording.of_array(volts, SAMPLE_RATE, NAMES, unit="V")
    drive = cc.HighGammaDrive(recording, band=(low_hz, high_hz), smoothing_hz=None, full_scale=1000.0, **PLAIN)
    activity = opened(drive).activity
    filtered = mne.filter.filter_data(
        1e6 * volts,
        SAMPLE_RATE,
        low_hz + width_hz / 2,
        high_hz - width_hz / 2,
        l_trans_bandwidth=width_hz,
        h_trans_bandwidth=width_hz,
        fir_design="firwin",
        phase="zero",
        verbose="error",
    )
    step = round(SAMPLE_RATE / float(activity.column_rate_hz))
    theirs = np.abs(scipy.signal.hilbert(filtered, axis=1))[:, ::step]
    edge = round(3.3 / width_hz / 2 * float(activity.column_rate_hz)) + 1
    ours, theirs = (rows[:, edge:-edge] for rows in (shown_values(activity), theirs))
    assert ours.shape == theirs.shape
    for one, other in zip(ours, theirs, strict=True):
        assert np.corrcoef(one, other)[0, 1] >= 0.9999
        assert np.abs(one - other).max() <= 0.01 * other.max()
        assert one.mean() == pytest.approx(other.mean(), rel=0.002)


@pytest.mark.parametrize(
    ("freq_hz", "options", "name"),
    [
        (10.0, {"band": (8.0, 13.0)}, "alpha amplitude"),
        (6.5, {"band": (4.0, 9.0)}, "amplitude"),
        (100.0, {}, "high gamma amplitude"),
        (100.0, {"smoothing": "causal"}, "high gamma amplitude"),
        (100.0, {"smoothing_hz": None}, "high gamma amplitude"),
    ],
)
def test_a_sine_shows_its_amplitude_in_microvolts(freq_hz, options, name):
    activity = opened(cc.HighGammaDrive(sines(freq_hz), **PLAIN, **options), NAMES[:3]).activity
    inside = shown_values(activity)[:, 250:-250]
    np.testing.assert_allclose(inside, np.broadcast_to(AMPLITUDES_UV[:, None], inside.shape), rtol=0.01)
    assert (activity.quantity, activity.unit, activity.signed, activity.full_scale) == (name, "µV", False, 20)


def test_pairs_show_the_amplitude_of_their_difference():
    drive = cc.HighGammaDrive(sines(10.0), band=(8, 13), baseline="none", reference="bipolar", line_hz=None)
    inside = shown_values(opened(drive, NAMES[:3]).activity)[:, 250:-250]
    np.testing.assert_allclose(inside, np.broadcast_to([[15.0], [7.0]], inside.shape), rtol=0.01)


def test_full_scale_is_the_99th_percentile_in_a_readable_number():
    recording = Recording.of_array(synthetic_volts(), SAMPLE_RATE, NAMES, unit="V")
    wide = opened(cc.HighGammaDrive(recording, full_scale=1000.0, **PLAIN)).activity
    activity = opened(cc.HighGammaDrive(recording, **PLAIN)).activity
    assert activity.full_scale == pytest.approx(np.percentile(shown_values(wide), 99), rel=0.09)
    assert f"{activity.full_scale:.2g}" == f"{activity.full_scale:g}"
    assert 0 < activity.n_clipped < 0.02 * activity.n_values
    assert activity.values.min() >= 0


def test_caption_methods_and_warnings_of_an_amplitude():
    recording = Recording.of_array(synthetic_volts(), SAMPLE_RATE, NAMES, unit="V", name="sub-01_ieeg")
    film = opened(cc.HighGammaDrive(recording, band=(8, 13), baseline="none", reference="average", line_hz=60.0))
    assert caption_of(film) == (
        f"alpha 8–13 Hz amplitude (µV) · reference: common average · no baseline · {EARLY} · n = 18 contacts"
    )
    text = methods_of(film)
    for words in (
        "amplitude from 8 to 13 Hz of the recording sub-01_ieeg", "Reference: common average.", "noise of 60 Hz",
        "The whole band was filtered by one zero-phase FIR band-pass", f"reaches {1000 * 3.3 / 2.5 / 2:.0f} ms",
        "magnitude of the analytic signal, in µV, without a baseline", "Amplitudes were smoothed by a zero-phase",
        f"Full scale is {film.activity.full_scale:g} µV", "Colour map inferno-lifted", "mm follow activity.",
    ):  # fmt: skip
        assert words in text, words
    assert "score" not in text
    assert "baseline." not in text.replace("without a baseline.", "")
    assert "the first and the last 0.66 s of the recording are uncertain" in " ".join(film.warnings)
    other = opened(cc.HighGammaDrive(recording, band=(9, 11), **PLAIN))
    assert caption_of(other).startswith("amplitude 9–11 Hz (µV) · reference: as recorded · ")
    wide = opened(cc.HighGammaDrive(recording, **PLAIN))
    assert caption_of(wide).startswith("high gamma 70–150 Hz amplitude (µV) · ")
    assert "The whole band was filtered by one" in methods_of(wide)


def test_an_unknown_unit_stays_unknown():
    values = synthetic_volts() * 5e4
    unknown = Recording.of_array(values, SAMPLE_RATE, NAMES)
    film = opened(cc.HighGammaDrive(unknown, band=(8, 13), **PLAIN))
    assert (film.activity.quantity, film.activity.unit) == ("alpha amplitude", "")
    assert caption_of(film).startswith("alpha 8–13 Hz amplitude · reference: ")
    assert "in the values of the recording, whose unit is unknown" in methods_of(film)
    assert "V" not in caption_of(film) + methods_of(film)
    # Values are neither volts nor microvolts: they stay unchanged.
    known = Recording.of_array(values, SAMPLE_RATE, NAMES, unit="V")
    same = opened(cc.HighGammaDrive(known, band=(8, 13), **PLAIN))
    assert same.activity.full_scale == pytest.approx(1e6 * film.activity.full_scale)


def test_none_and_all_in_scene_files(tmp_path):
    pytest.importorskip("mne")
    write_recording(tmp_path / "a_ieeg.edf", np.asarray(sines(10.0).rows()), NAMES[:3])
    (tmp_path / "e.tsv").write_text("name\tx\ty\tz\nLA1\t2\t3\t4\nLA2\t5\t3\t4\nLA3\t8\t3\t4\n")
    given = {"electrodes": tmp_path / "e.tsv", "activity": tmp_path / "a_ieeg.edf", "reference": "none"}
    scene = open_scene(SceneFile(**given, baseline="none", band="8,13"))
    scene.save(tmp_path / "scene.toml")
    assert 'baseline = "none"' in (tmp_path / "scene.toml").read_text()
    again = cc.load_scene(tmp_path / "scene.toml")
    assert again.drive.baseline == "none"
    shown = cc.activity(again, frames=31, start=9)
    assert shown.quantity == "alpha amplitude"
    expected = np.broadcast_to(AMPLITUDES_UV, shown.values.shape)
    np.testing.assert_allclose(shown.full_scale * shown.values, expected, rtol=0.01)
    assert open_scene(SceneFile(**given, baseline="all")).drive.baseline is None


def test_steps_that_nothing_would_use_are_refused():
    with pytest.raises(OptionError, match='score: does nothing with baseline "none"'):
        HighGamma(score=lambda rows, rate, rest: rows, baseline_s="none")
    steps = HighGamma(normalise=lambda rows, rate, rest: rows)
    with pytest.raises(OptionError, match='normalise: does nothing with baseline "none"'):
        cc.HighGammaDrive(sines(10.0), baseline="none", steps=steps)
    # The other steps can be replaced.
    squared = HighGamma(amplitude=np.square)
    drive = cc.HighGammaDrive(sines(10.0), band=(8, 13), smoothing_hz=1.0, steps=squared, **PLAIN)
    activity = opened(drive, NAMES[:3]).activity
    inside = shown_values(activity)[:, 400:-400]
    # The mean square of a sine is no voltage.
    expected = np.broadcast_to((1e-6 * AMPLITUDES_UV[:, None]) ** 2 / 2, inside.shape)
    np.testing.assert_allclose(inside, expected, rtol=0.02)
    assert activity.unit == ""
