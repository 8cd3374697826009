"""Recordings through MNE-Python: their times, units, gaps and times annotated as bad; and the tables of BIDS."""

import numpy as np
import pytest
from tests.edf_files import write_edf
from tests.odd_recordings import NAMES, RATE, brainvision, raw_of, volts

import corticast as cc
from corticast.io.recording_mne import open_by_mne

mne = pytest.importorskip("mne")


def marks(*rows, orig_time=None):
    onsets, durations, texts = zip(*rows, strict=True)
    return mne.Annotations(onsets, durations, texts, orig_time=orig_time)


@pytest.mark.parametrize("day", [None, (1600000000, 250000)])
def test_events_of_fif_count_from_its_first_sample(tmp_path, day):
    raw = raw_of(volts(), NAMES, RATE)
    raw.set_meas_date(day)
    raw.set_annotations(marks((2.5, 0.5, "word")))
    raw.crop(1.0).save(tmp_path / "a_ieeg.fif", verbose="error")
    again = mne.io.read_raw_fif(tmp_path / "a_ieeg.fif", verbose="error")
    assert again.first_samp == RATE
    (event,) = open_by_mne(tmp_path / "a_ieeg.fif").events
    ((sample, _, _),) = mne.events_from_annotations(again, verbose="error")[0]
    assert event.onset_s == pytest.approx((sample - again.first_samp) / RATE)
    assert event.onset_s == pytest.approx(1.5)


def test_times_that_were_not_recorded_are_gaps(tmp_path):
    raw = raw_of(volts(), NAMES, RATE)
    raw.set_annotations(marks((1.0, 0.5, "BAD_ACQ_SKIP"), (2.0, 0.25, "BAD_cable"), (1.2, 0.0, "seen")))
    raw.save(tmp_path / "a_ieeg.fif", verbose="error")
    recording = open_by_mne(tmp_path / "a_ieeg.fif")
    assert recording.gaps == ((500, 750),)
    rows = recording.rows()
    assert np.isnan(rows[:, 500:750]).all()
    np.testing.assert_allclose(
        np.delete(rows, np.s_[500:750], axis=1), np.delete(volts(), np.s_[500:750], axis=1), atol=1e-11
    )
    np.testing.assert_array_equal(recording.read(700, 800, np.array([2])), rows[[2], 700:800])
    assert [event.text for event in recording.events] == ["seen", "BAD_cable"]
    assert recording.warnings == ("a_ieeg.fif: holds no samples from 1 to 1.5 s",)


def test_breaks_of_brainvision_part_the_recording(tmp_path):
    path = brainvision(tmp_path / "b.vhdr")
    marks_file = path.with_suffix(".vmrk")
    segments = ("Mk2=New Segment,,1,1,0,20260101100000000000", "Mk3=New Segment,,701,1,0,20260101110000000000")
    marks_file.write_text(marks_file.read_text() + "\n".join(segments) + "\n")
    recording = open_by_mne(path)
    assert (recording.gaps, recording.pieces) == (((700, 700),), ((0, 700), (700, 2000)))
    assert np.isfinite(recording.rows()).all()
    words = "b.vhdr: time is not continuous at breaks (boundary): 1.4 s; no filter reaches across"
    assert words in recording.warnings


@pytest.mark.parametrize("start", [700, 1000])
def test_no_filter_reaches_across_a_break(start):
    raw = raw_of(volts(), NAMES, RATE)
    raw.set_annotations(marks((start / RATE, 0.0, "boundary")))
    whole = cc.load_recording(raw)
    pos = np.arange(12.0).reshape(4, 3)
    placed = cc.PlacedElectrodes(cc.Electrodes(NAMES, pos), pos)
    options = {"baseline": "none", "line_hz": None, "reference": "none", "full_scale": 10.0}
    ours = cc.HighGammaDrive(whole, **options).activity(placed)
    parts = [cc.Recording.of_array(part, RATE, NAMES, "V") for part in np.split(volts(), [start], axis=1)]
    theirs = [cc.HighGammaDrive(part, **options).activity(placed).values for part in parts]
    np.testing.assert_allclose(ours.values, np.concatenate(theirs, axis=1), atol=1e-6)
    assert not ours.gaps.any()


@pytest.mark.parametrize(
    ("unit", "volt"), [("µV", 1e-6), ("mV", 1e-3), ("nV", 1e-9), ("", 1e-6), ("C", None), ("%", None), ("n/a", None)]
)
def test_units_of_brainvision_are_those_of_its_header(tmp_path, unit, volt):
    path = brainvision(tmp_path / "b.vhdr")
    path.write_text(path.read_text().replace(",0.1,µV", f",0.1,{unit}"))
    recording = open_by_mne(path)
    assert recording.unit == ("" if volt is None else "V")
    stored = np.fromfile(path.with_suffix(".eeg"), "<i2").reshape(-1, len(NAMES)).T
    np.testing.assert_allclose(recording.rows(), stored * 0.1 * (volt or 1.0), rtol=1e-9)


def test_a_raw_without_a_unit_has_none(tmp_path):
    raw = raw_of(volts(), NAMES, RATE, "misc")
    assert cc.load_recording(raw).unit == ""
    assert cc.load_recording(raw_of(volts(), NAMES, RATE)).unit == "V"
    path = write_edf(tmp_path / "u.edf", {"LA1": 1e6 * volts()[0]}, 4, units=["%"])
    assert cc.load_recording(mne.io.read_raw_edf(path, verbose="error")).unit == ""


# Tables of BIDS


def dataset(tmp_path, channels, units):
    values = {name: 1e6 * row for name, row in zip(NAMES, volts(), strict=True)}
    path = write_edf(tmp_path / "sub-01_task-a_ieeg.edf", values, 4, units=units, annotations=[(1.0, 0.5, "BAD_x")])
    (tmp_path / "sub-01_task-a_channels.tsv").write_text("\n".join(["name\ttype\tunits", *channels]) + "\n")
    return path, values


@pytest.mark.parametrize(("unit", "volt"), [("µV", 1e-6), ("uV", 1e-6), ("mV", 1e-3), ("V", 1.0), ("microV", None)])
def test_channels_tsv_gives_the_unit_that_the_file_lacks(tmp_path, unit, volt):
    path, values = dataset(tmp_path, [f"{name}\tSEEG\t{unit}" for name in NAMES], [""] * 4)
    recording = cc.load_recording(path)
    assert recording.unit == ("" if volt is None else "V")
    for row, name in zip(recording.rows(), NAMES, strict=True):
        np.testing.assert_allclose(row, values[name] * (volt or 1.0), atol=0.06 * (volt or 1.0))
    lines = [line for line in recording.warnings if "states no unit of its channels" in line]
    assert len(lines) == (volt is not None)


def test_the_unit_of_the_file_comes_first(tmp_path):
    path, values = dataset(tmp_path, [f"{name}\tSEEG\t{'mV' if name == 'LA1' else 'µV'}" for name in NAMES], ["uV"] * 4)
    recording = cc.load_recording(path)
    np.testing.assert_allclose(recording.rows()[0], values["LA1"] * 1e-6, atol=1e-7)
    assert recording.warnings == (
        "sub-01_task-a_channels.tsv: gives other units than sub-01_task-a_ieeg.edf, whose own count: LA1 in mV, not uV",
    )


def test_units_of_some_channels_alone(tmp_path):
    path, values = dataset(tmp_path, ["LA1\tSEEG\tµV", "LA2\tSEEG\tn/a"], ["", "", "uV", "uV"])
    recording = cc.load_recording(path)
    assert recording.names == ("LA1", "LA2")
    assert recording.units == ("V", "")
    np.testing.assert_allclose(recording.rows()[0], values["LA1"] * 1e-6, atol=1e-7)


def test_bad_times_of_the_file_stay_beside_the_events_of_the_dataset(tmp_path):
    path, _ = dataset(tmp_path, [f"{name}\tSEEG\tµV" for name in NAMES], ["uV"] * 4)
    (tmp_path / "sub-01_task-a_events.tsv").write_text("onset\tduration\ttrial_type\n2\t0.1\tword\n")
    assert [event.text for event in cc.load_recording(path).events] == ["word", "BAD_x"]
