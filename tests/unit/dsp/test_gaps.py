"""Recordings with gaps, with times that are annotated as bad, and with channels of different rates and units."""

from dataclasses import replace

import numpy as np
import pytest
from tests.edf_files import write_edf

import corticast as cc
from corticast.core.model.recording import Event, Recording
from corticast.core.model.types import Electrodes, PlacedElectrodes
from corticast.dsp.baseline import over_rest, z_scored
from corticast.dsp.full_scale import full_scale_of
from corticast.dsp.high_gamma import HighGamma
from corticast.dsp.pieces import bad_spans, columns_within, rest_of
from corticast.dsp.recorded import HighGammaDrive, VoltageDrive
from corticast.errors import DataError
from corticast.film.opening import open_film
from corticast.film.shown_activity import activity as shown
from corticast.film.timing import FilmTiming
from corticast.film.words import caption_of, methods_of

RATE, N = 500, 6000
NAMES = ("LA1", "LA2", "LA3")


def table(names=NAMES):
    return Electrodes(names, np.arange(3.0 * len(names)).reshape(-1, 3), space="world")


def placed(names=NAMES):
    return PlacedElectrodes(table(names), table(names).pos)


def values(n=N, seed=0):
    return 20e-6 * np.random.default_rng(seed).standard_normal((3, n))


def recording(samples, *events):
    return replace(Recording.of_array(samples, RATE, NAMES, "V"), events=events)


def with_gap(samples, first, stop):
    """The same recording without the samples of a time."""
    holed = samples.copy()
    holed[:, first:stop] = np.nan
    return replace(recording(holed), gaps=((first, stop),))


# Gaps


@pytest.mark.parametrize("smoothing", ["zero-phase", "causal"])
def test_each_piece_is_filtered_alone(smoothing):
    """No step reaches across a gap: the pieces equal recordings of their own."""
    samples = values()
    options = {"baseline": "none", "line_hz": None, "reference": "none", "full_scale": 10.0, "smoothing": smoothing}
    ours = HighGammaDrive(with_gap(samples, 2000, 3500), **options).activity(placed())
    for first, stop in ((0, 2000), (3500, N)):
        alone = HighGammaDrive(recording(samples[:, first:stop]), **options).activity(placed())
        column = first // 5
        part = ours.values[:, column : column + alone.values.shape[1]]
        np.testing.assert_array_equal(part, alone.values)
    assert ours.column_rate_hz == 100
    np.testing.assert_array_equal(ours.gaps, columns_within([(2000, 3500)], N // 5, 5))
    assert not ours.values[:, ours.gaps].any()
    assert not any("NaN" in text for text in ours.warnings)


def test_z_scores_of_pieces_count_the_samples_that_are_there():
    """Without filters, the scores are those of the joined samples: NumPy scores them."""
    samples = np.abs(values()) + 1e-6
    plain = HighGamma(
        decimate=lambda rows, _: rows,
        remove_line=lambda rows, *_: rows,
        amplitude=lambda rows: rows,
        smooth=lambda rows, *_: rows,
    )
    holed = with_gap(samples, 2000, 3500).rows()
    baseline_s = (2.0, 9.0)
    columns = replace(plain, baseline_s=baseline_s)(holed, RATE, [(0, 2000), (3500, N)])
    whole = replace(plain, baseline_s=None)(holed, RATE, [(0, 2000), (3500, N)])
    assert np.isnan(columns[:, 400:700]).all()
    assert np.isfinite(columns[:, :400]).all()
    assert np.isfinite(whole[:, 700:]).all()
    joined = np.concatenate([holed[:, :2000], holed[:, 3500:]], axis=1)
    rest = rest_of([0, 3500], [2000, 2500], 500, baseline_s, (), 1)
    ratio = rest.by(z_scored, joined, 500)
    counted = np.concatenate([holed[:, 1000:2000], holed[:, 3500:4501]], axis=1)
    theirs = (joined - counted.mean(axis=1, keepdims=True)) / counted.std(axis=1, keepdims=True)
    np.testing.assert_allclose(ratio, theirs, rtol=1e-9)


@pytest.mark.parametrize("reference", ["none", "average"])
def test_voltage_rests_in_gaps(reference):
    samples = values()
    drive = VoltageDrive(with_gap(samples, 2000, 3500), reference=reference, full_scale=50.0)
    ours = drive.activity(placed())
    expected = samples - samples.mean(axis=0) if reference == "average" else samples
    expected[:, 2000:3500] = 0
    np.testing.assert_allclose(ours.values, np.clip(1e6 * expected / 50, -1, 1), atol=1e-5)
    assert not ours.is_known_at(5.0)
    assert ours.is_known_at(3.9)
    assert ours.is_known_at(7.1)


def test_a_gap_decides_no_full_scale():
    samples = values()
    ours = VoltageDrive(with_gap(samples, 100, 5900)).activity(placed())
    known = np.concatenate([samples[:, :100], samples[:, 5900:]], axis=1)
    assert ours.full_scale == full_scale_of(1e6 * known)


def test_saved_activity_has_no_values_in_gaps():
    drive = VoltageDrive(with_gap(values(), 2000, 3500))
    found = shown(cc.Scene(electrodes=table(), drive=drive, layout="lateral"), fps=1, size=(320, 180))
    assert np.isnan(found.values).all(axis=1).tolist() == [False] * 4 + [True] * 3 + [False] * 5


def test_the_film_says_that_contacts_rest_in_gaps():
    drive = VoltageDrive(with_gap(values(), 2000, 3500), full_scale=50.0)
    scene = cc.Scene(electrodes=table(), drive=drive, layout="lateral")
    whole = open_film(scene, FilmTiming(size=(640, 360), fps=1))
    assert "at rest in gaps of the data" in caption_of(whole)
    sentence = "The recording holds no data from 4 to 7 s: the contacts rest there, and no filter reached across."
    assert sentence in methods_of(whole)
    before = open_film(scene, FilmTiming(size=(640, 360), fps=1, duration=4))
    assert "gaps" not in caption_of(before)
    plain = cc.Scene(electrodes=table(), drive=VoltageDrive(recording(values())), layout="lateral")
    assert "gap" not in caption_of(open_film(plain, FilmTiming(size=(640, 360), fps=1)))
    assert "no data" not in methods_of(open_film(plain, FilmTiming(size=(640, 360), fps=1)))


def test_time_outside_the_recording_is_a_gap():
    """The recording lasts 12 s: at speed 2 from 3 s on, 4.5 s of the film."""
    scene = cc.Scene(electrodes=table(), drive=VoltageDrive(recording(values()), full_scale=50.0), layout="lateral")
    timing = {"size": (640, 360), "fps": 2, "start": 3, "speed": 2}
    film = open_film(scene, FilmTiming.of(**timing, duration=6))
    (line,) = [text for text in film.warnings if "no data" in text]
    assert line.startswith("the film has no data from 4.5 s on; contacts rest there")
    assert "at rest in gaps of the data" in caption_of(film)
    found = shown(scene, **timing, duration=6)
    assert np.isnan(found.values).all(axis=1).tolist() == [False] * 9 + [True] * 3
    # The frame at 4.5 s is the first one without data.
    assert any("no data from 4.5 s" in text for text in open_film(scene, FilmTiming.of(**timing, duration=5)).warnings)
    within = open_film(scene, FilmTiming.of(**timing, duration=4.5))
    assert not any("no data" in text for text in within.warnings)
    assert "gaps" not in caption_of(within)
    late = cc.Scene(electrodes=table(), drive=cc.ArrayDrive(values(), 500, NAMES, start_s=2.0, rests_outside=True))
    film = open_film(late, FilmTiming.of(size=(640, 360), fps=2, duration=4))
    assert any(text.startswith("the film has no data before 2 s; ") for text in film.warnings)


def test_pieces_that_are_shorter_than_the_filters_are_left_out():
    samples = values()
    holed = replace(with_gap(samples, 2000, 2100), gaps=((2000, 2100), (2150, 2300)))
    ours = HighGammaDrive(holed, line_hz=None, reference="none").activity(placed())
    assert ours.gaps[400:460].all()
    words = "array: left out parts between gaps that are shorter than the filters of the band: 1"
    assert words in ours.warnings
    many = replace(recording(samples), gaps=tuple((k, k + 50) for k in range(0, N, 100)))
    with pytest.raises(DataError, match="its parts between gaps are too short"):
        HighGammaDrive(many, line_hz=None, reference="none").activity(placed())


def test_a_baseline_in_a_gap_is_refused():
    drive = HighGammaDrive(with_gap(values(), 2000, 3500), baseline=(4.5, 6.5), line_hz=None, reference="none")
    with pytest.raises(DataError, match="baseline lies in gaps"):
        drive.activity(placed())


# Times that are annotated as bad


def test_a_word_that_begins_with_bad_marks_a_time():
    marks = (
        Event(1.0, 0.5, "BAD_artefact"),
        Event(1.4, 0.2, "bad"),
        Event(3.0, 0.0, "BAD_moment"),
        Event(4.0, 1.0, "badger"),
        Event(6.0, 1.0, "a bad one"),
        Event(11.5, 9.0, "Bad end"),
    )
    theirs = [mark.text for mark in marks if mark.text.upper().startswith("BAD")]  # MNE-Python's rule
    assert [mark.text for mark in marks if mark.is_bad] == theirs
    assert bad_spans(recording(values(), *marks)) == ((500, 800), (2000, 2500), (5750, 6000))


def test_bad_times_count_in_no_baseline():
    rng = np.random.default_rng(0)
    rows = rng.gamma(2.0, size=(2, 400))
    rows[:, 100:200] *= 50
    counted = np.ones(400, dtype=bool)
    counted[100:200] = False
    rest = rows[:, counted]
    level = np.median(rest, axis=1, keepdims=True)
    np.testing.assert_allclose(over_rest(rows, 100, None, counted), rows / level)
    spread = 1.4826 * np.median(np.abs(rest - level), axis=1, keepdims=True)
    np.testing.assert_allclose(z_scored(rows, 100, None, counted), (rows - level) / spread, rtol=1e-5)
    part = rows[:, 50:301][:, counted[50:301]]
    mean, sd = part.mean(axis=1, keepdims=True), part.std(axis=1, keepdims=True)
    np.testing.assert_allclose(z_scored(rows, 100, (0.5, 3.0), counted), (rows - mean) / sd)


def test_bad_times_are_shown_and_reported_but_decide_no_scale():
    samples = values()
    samples[:, 1000:2000] *= 100
    mark = Event(2.0, 2.0, "BAD_cable")
    ours = VoltageDrive(recording(samples, mark)).activity(placed())
    good = np.concatenate([samples[:, :1000], samples[:, 2000:]], axis=1)
    assert ours.full_scale == full_scale_of(1e6 * good)
    assert np.abs(ours.values[:, 1000:2000]).max() == 1
    assert ours.warnings == (
        "array: times that are annotated as bad, 2 s in all (BAD_cable), are shown as recorded and kept out of the "
        "full scale",
    )
    score = HighGammaDrive(recording(samples, mark), line_hz=None, reference="none")
    plain = HighGammaDrive(recording(samples), line_hz=None, reference="none")
    far = slice(480, None)
    clean = values()
    truth = HighGammaDrive(recording(clean), line_hz=None, reference="none", full_scale=1e3).activity(placed())
    with_mark, without = (replace(drive, full_scale=1e3).activity(placed()) for drive in (score, plain))
    np.testing.assert_allclose(with_mark.values[:, far], truth.values[:, far], atol=5e-4)
    assert np.abs(without.values[:, far] - truth.values[:, far]).max() > 1e-3
    everything = recording(samples, Event(0.0, 99.0, "BAD"))
    with pytest.raises(DataError, match="the whole recording is annotated as bad"):
        HighGammaDrive(everything, line_hz=None, reference="none").activity(placed())


# Rates and units


@pytest.mark.parametrize("drive", [HighGammaDrive, VoltageDrive])
def test_a_marker_channel_changes_no_contact(tmp_path, drive):
    signals = {name: 1e6 * row for name, row in zip(NAMES, values(), strict=True)}
    plain = cc.load_recording(write_edf(tmp_path / "plain.edf", signals, 12))
    dc = np.random.default_rng(9).standard_normal(12 * 2000)
    mixed = cc.load_recording(write_edf(tmp_path / "dc.edf", {**signals, "DC01": dc}, 12))
    ours, theirs = (drive(each, reference="average").activity(placed()) for each in (mixed, plain))
    np.testing.assert_array_equal(ours.values, theirs.values)
    assert ours.column_rate_hz == theirs.column_rate_hz
    assert "dc.edf: channels without an electrode, 1 of 4: DC01" in ours.warnings


def test_a_recording_of_two_rates_is_analysed_once(tmp_path):
    signals = {name: 1e6 * row for name, row in zip(NAMES, values(), strict=True)}
    dc = np.random.default_rng(9).standard_normal(12 * 2000)
    drive = HighGammaDrive(cc.load_recording(write_edf(tmp_path / "dc.edf", {**signals, "DC01": dc}, 12)))
    first = drive.activity(placed())
    (tmp_path / "dc.edf").unlink()
    np.testing.assert_array_equal(drive.activity(placed()).values, first.values)


def test_a_marker_channel_lets_no_band_through_that_contacts_cannot_hold(tmp_path):
    signals = {name: 1e6 * row for name, row in zip(NAMES, values(12 * 200), strict=True)}
    path = write_edf(tmp_path / "dc.edf", {**signals, "DC01": np.zeros(12 * 2000)}, 12)
    with pytest.raises(DataError, match="200 samples per second hold nothing above 100 Hz"):
        HighGammaDrive(cc.load_recording(path)).activity(placed())


def test_slow_contacts_are_resampled_for_voltage_and_left_out_of_bands_they_cannot_hold(tmp_path):
    signals = {
        "LA1": 1e6 * values(12 * 1000)[0],
        "LA2": 1e6 * values(12 * 1000, 1)[0],
        "LA3": 1e6 * values(12 * 200)[0],
    }
    mixed = cc.load_recording(write_edf(tmp_path / "slow.edf", signals, 12))
    voltage = VoltageDrive(mixed).activity(placed())
    assert voltage.hollow.tolist() == [False, False, False]
    words = "slow.edf: contacts with a lower sample rate, down to 200 Hz, are resampled to 1000 Hz: LA3"
    assert words in voltage.warnings
    band = HighGammaDrive(mixed, reference="none").activity(placed())
    assert band.hollow.tolist() == [False, False, True]
    words = "slow.edf: left out channels that have a sample rate that holds nothing up to 152.5 Hz: LA3"
    assert words in band.warnings


def test_contacts_without_a_unit_share_no_scale_with_volts(tmp_path):
    signals = {name: 1e6 * row for name, row in zip(NAMES, values(), strict=True)}
    path = write_edf(tmp_path / "u.edf", signals, 12, units=["uV", "mV", ""])
    ours = VoltageDrive(cc.load_recording(path), full_scale=1e5).activity(placed())
    assert (ours.unit, ours.hollow.tolist()) == ("µV", [False, False, True])
    np.testing.assert_allclose(ours.values[0], signals["LA1"] / 1e5, atol=2e-6)
    np.testing.assert_allclose(ours.values[1], 1e3 * signals["LA2"] / 1e5, atol=2e-3)
    assert any("no unit, while others are in volts" in text for text in ours.warnings)
    none = cc.load_recording(write_edf(tmp_path / "n.edf", signals, 12, units=["", "", ""]))
    ours = VoltageDrive(none, full_scale=100).activity(placed())
    assert (ours.unit, ours.quantity) == ("", "activity")
