"""EDF and BDF files against MNE-Python's whole read, and against the values that were written."""

import tracemalloc

import numpy as np
import pytest
from scipy.signal import correlate
from tests.edf_files import tones, write_edf

import corticast as cc
from corticast.app.about.info import describe
from corticast.errors import DataError
from corticast.io import edf_samples

RATE = 256
NAMES = ("LA1", "LA2", "LA3")


def noise(n, seed=0, scale=50.0):
    return scale * np.random.default_rng(seed).standard_normal(n)


def mne_read(path, **options):
    mne = pytest.importorskip("mne")
    reader = mne.io.read_raw_bdf if path.suffix == ".bdf" else mne.io.read_raw_edf
    return reader(path, preload=True, verbose="error", **options)


@pytest.mark.parametrize("suffix", ["edf", "bdf"])
@pytest.mark.parametrize("record_s", [1.0, 0.25, 2.0])
def test_samples_are_those_of_mne(tmp_path, suffix, record_s):
    signals = {name: noise(8 * RATE, seed) for seed, name in enumerate(NAMES)}
    annotations = [(1.25, 0.5, "seen"), (5.0, None, "späť")]
    path = write_edf(tmp_path / f"a.{suffix}", signals, round(8 / record_s), record_s, annotations=annotations)
    recording, raw = cc.load_recording(path), mne_read(path)
    assert (recording.names, recording.sample_rate, recording.unit) == (NAMES, RATE, "V")
    np.testing.assert_allclose(recording.rows(), raw.get_data(), rtol=0, atol=1e-15)
    block = recording.read(100, 1500, np.array([2, 0]))
    np.testing.assert_allclose(block, raw.get_data([2, 0], 100, 1500), rtol=0, atol=1e-15)
    marks = raw.annotations
    theirs = zip(marks.onset, marks.duration, marks.description, strict=True)
    assert [(event.onset_s, event.duration_s, event.text) for event in recording.events] == list(theirs)


@pytest.mark.parametrize(("slow", "fast"), [(128, 512), (200, 500), (250, 256), (100, 1000)])
def test_channels_of_two_rates_equal_the_whole_read_of_mne(tmp_path, slow, fast):
    seconds, freqs_hz = 40, (2.0, 11.0, 0.4 * slow)
    signals = {
        "LA1": tones(np.random.default_rng(1), seconds * slow, slow, freqs_hz),
        "LA2": tones(np.random.default_rng(2), seconds * fast, fast, freqs_hz),
    }
    path = write_edf(tmp_path / "two.edf", signals, seconds)
    recording, theirs = cc.load_recording(path), mne_read(path).get_data()
    ours = recording.rows()
    assert recording.sample_rate == fast
    middle = slice(8 * fast, -8 * fast)
    for mine, other in zip(ours, theirs, strict=True):
        assert np.corrcoef(mine[middle], other[middle])[0, 1] >= 0.9999
        lags = correlate(mine[middle], other[middle], method="fft")
        assert np.argmax(lags) == len(lags) // 2
    for first, stop in ((0, 10), (fast - 1, fast + 1), (700, 2000), (len(ours[0]) - 50, len(ours[0]))):
        block = recording.read(first, stop, np.arange(2))
        np.testing.assert_allclose(block, ours[:, first:stop], rtol=0, atol=1e-6 * np.abs(ours).max())


def test_noise_of_all_frequencies_equals_the_whole_read_of_mne(tmp_path):
    """MNE-Python goes round from the last sample to the first, which only the ends show."""
    path = write_edf(tmp_path / "noise.edf", {"LA1": noise(40 * 128), "LA2": noise(40 * 512, 1)}, 40)
    ours, theirs = cc.load_recording(path).rows()[0, 1000:-1000], mne_read(path).get_data()[0, 1000:-1000]
    assert np.corrcoef(ours, theirs)[0, 1] >= 0.9999


def test_a_marker_channel_decides_no_contacts_rate(tmp_path):
    signals = {"LA1": noise(20 * 128), "LA2": noise(20 * 128, 1), "DC01": noise(20 * 2000, 2)}
    recording = cc.load_recording(write_edf(tmp_path / "dc.edf", signals, 20))
    assert (recording.sample_rate, recording.stored_hz) == (2000, (128, 128, 2000))
    assert "  sample rate  2000 Hz (2 channels of 128 Hz, 1 channels of 2000 Hz)" in describe(recording.path)
    contacts = recording.of_rows(np.array([1, 0]))
    assert (contacts.sample_rate, contacts.names, contacts.n_samples) == (128, ("LA2", "LA1"), 20 * 128)
    theirs = mne_read(tmp_path / "dc.edf", include=["LA1", "LA2"]).get_data()
    np.testing.assert_allclose(contacts.rows(), theirs[::-1], rtol=0, atol=1e-15)


def test_rates_without_a_common_filter_are_refused_by_name(tmp_path):
    path = write_edf(tmp_path / "b.edf", {"LA1": noise(2 * 4999), "LA2": noise(2 * 5000)}, 2)
    with pytest.raises(DataError, match=r"b.edf: LA1 has 4999 samples per second and others have 5000"):
        cc.load_recording(path).rows()


# Time


def test_records_stand_at_their_onsets(tmp_path):
    values = noise(20 * RATE)
    onsets = [*range(10), *range(40, 50)]
    annotations = [(20.0, 5.0, "in the gap"), (45.0, 1.0, "stimulus")]
    path = write_edf(tmp_path / "gap.edf", {"LA1": values}, 20, onsets=onsets, kind="EDF+D", annotations=annotations)
    recording = cc.load_recording(path)
    theirs = mne_read(path).get_data()[0]
    assert (recording.duration_s, recording.gaps) == (50, ((10 * RATE, 40 * RATE),))
    assert recording.pieces == ((0, 10 * RATE), (40 * RATE, 50 * RATE))
    (row,) = recording.rows()
    np.testing.assert_allclose(row[: 10 * RATE], theirs[: 10 * RATE], atol=1e-15)
    np.testing.assert_allclose(row[40 * RATE :], theirs[10 * RATE :], atol=1e-15)
    assert np.isnan(row[10 * RATE : 40 * RATE]).all()
    assert [(event.onset_s, event.text) for event in recording.events] == [(20.0, "in the gap"), (45.0, "stimulus")]
    assert recording.warnings == ("gap.edf: holds no samples from 10 to 40 s: a gap",)


def test_gaps_of_fractions_of_a_sample_and_of_two_rates(tmp_path):
    """A gap of 7.3 samples begins at the nearest sample; the slower channel is filtered within each piece."""
    onsets = [100.5, 101.5, 102.5 + 7.3 / 512, 103.5 + 7.3 / 512]
    signals = {"LA1": noise(4 * 128), "LA2": noise(4 * 512, 1)}
    path = write_edf(tmp_path / "g.edf", signals, 4, onsets=onsets, kind="EDF+D", annotations=[(103.0, None, "x")])
    recording = cc.load_recording(path)
    assert recording.gaps == ((1024, 1031),)
    assert recording.n_samples == 2048 + 7
    (event,) = recording.events
    assert event.onset_s == pytest.approx(2.5)
    alone = write_edf(tmp_path / "h.edf", {name: values[: len(values) // 2] for name, values in signals.items()}, 2)
    np.testing.assert_allclose(recording.read(0, 1024, np.arange(2)), cc.load_recording(alone).rows(), atol=1e-15)


def test_onsets_that_overlap_are_refused_unless_the_file_calls_itself_continuous(tmp_path):
    onsets = [0, 1, 1.5, 3]
    broken = write_edf(tmp_path / "d.edf", {"LA1": noise(4 * RATE)}, 4, onsets=onsets, kind="EDF+D")
    with pytest.raises(DataError, match=r"d.edf: record 3 begins at 1.5 s, before record 2 ends"):
        cc.load_recording(broken)
    plain = cc.load_recording(write_edf(tmp_path / "c.edf", {"LA1": noise(4 * RATE)}, 4, onsets=onsets))
    assert (plain.gaps, plain.duration_s) == ((), 4)
    assert "onsets that overlap; it counts as continuous" in plain.warnings[0]


def test_a_gap_in_a_file_that_calls_itself_continuous_is_reported(tmp_path):
    path = write_edf(tmp_path / "c.edf", {"LA1": noise(4 * RATE)}, 4, onsets=[0, 1, 7, 8])
    recording = cc.load_recording(path)
    assert recording.gaps == ((2 * RATE, 7 * RATE),)
    assert recording.warnings == (
        "c.edf: holds no samples from 2 to 7 s: a gap, though its header calls it continuous",
    )


def test_events_count_from_the_first_sample_not_from_the_full_second(tmp_path):
    path = write_edf(
        tmp_path / "s.edf", {"LA1": noise(3 * RATE)}, 3, onsets=[0.25, 1.25, 2.25], annotations=[(1.0, None, "x")]
    )
    (event,) = cc.load_recording(path).events
    raw = mne_read(path)
    assert event.onset_s == 0.75
    assert event.onset_s == pytest.approx(raw.annotations.onset[0], abs=1e-6)


def test_a_recording_that_was_cut_off_says_how_much_is_missing(tmp_path):
    path = write_edf(tmp_path / "cut.edf", {"LA1": noise(10 * RATE)}, 10)
    path.write_bytes(path.read_bytes()[: -3 * RATE * 2 - 7])
    assert cc.load_recording(path).warnings == (
        "cut.edf: cut off: its header announces 10.000 s, but only 6.000 s are present (4.000 s are missing)",
    )


# Units and kinds


@pytest.mark.parametrize(
    ("unit", "volts"), [("uV", 1e-6), ("µV", 1e-6), ("mV", 1e-3), ("V", 1.0), ("nV", 1e-9), ("MicroVol", 1e-6)]
)
def test_values_have_the_unit_of_the_header(tmp_path, unit, volts):
    values = noise(RATE)
    recording = cc.load_recording(write_edf(tmp_path / "u.edf", {"LA1": values}, 1, units=[unit]))
    assert recording.unit == "V"
    np.testing.assert_allclose(recording.rows()[0], values * volts, atol=0.06 * volts)


@pytest.mark.parametrize("unit", ["", "%", "Ohm", "mmHg", "a.u.", "Hz"])
def test_values_without_a_unit_of_voltage_have_none(tmp_path, unit):
    values = noise(RATE)
    recording = cc.load_recording(write_edf(tmp_path / "u.edf", {"LA1": values}, 1, units=[unit]))
    assert recording.unit == ""
    np.testing.assert_allclose(recording.rows()[0], values, atol=0.06)


def test_labels_of_edf_plus_say_kinds(tmp_path):
    labels = ("SEEG LA1", "ECG II", "Resp chest", "EMG", "TRIGGER")
    path = write_edf(tmp_path / "k.edf", {label: noise(RATE, k) for k, label in enumerate(labels)}, 1)
    assert cc.load_recording(path).names == ("SEEG LA1",)


# Memory, and files that are wrong


@pytest.mark.parametrize("few", [False, True], ids=["all", "few"])
def test_a_block_is_read_in_bounded_memory(tmp_path, few, monkeypatch):
    """Records of 32 channels; a block of them, or of two channels, takes its own memory and no part of the file."""
    monkeypatch.setattr(edf_samples, "_CHUNK_BYTES", 2**18)
    n, rows = 32, np.arange(2 if few else 32)
    path = write_edf(tmp_path / "m.edf", {f"LA{k}": noise(60 * 2048, k) for k in range(n)}, 60)
    recording = cc.load_recording(path)
    recording.read(0, 10, rows)
    tracemalloc.start()
    block = recording.read(10 * 2048, 20 * 2048, rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < block.nbytes + 2**20


def test_one_record_of_the_whole_file_is_read_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(edf_samples, "_MOST_BYTES", 2**12)
    signals = {name: noise(20 * RATE, k) for k, name in enumerate(NAMES)}
    path = write_edf(tmp_path / "one.edf", signals, 1, 20.0)
    np.testing.assert_allclose(cc.load_recording(path).rows(), mne_read(path).get_data(), rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("place", "text", "words"),
    [
        (0, "RIFF", "does not begin as an EDF or BDF file"),
        (252, "0   ", "gives '0' as the number of signals"),
        (252, "x   ", "gives 'x' as the number of signals"),
        (252, "9999", "announces 9999 signals, but ends within their header"),
        (236, "many    ", "gives 'many' as the number of records"),
        (244, "-1      ", "gives '-1' as the seconds of a record"),
        (244, "nan     ", "gives 'nan' as the seconds of a record"),
        (256 + 216, "99999999", "holds no complete record of 199999998 bytes"),
        (256 + 216, "-4      ", "gives '-4' as the number of samples of LA1"),
        (256 + 104, "low     ", "gives 'low' as the physical minimum of LA1"),
    ],
)
def test_wrong_headers_are_one_line(tmp_path, place, text, words):
    path = write_edf(tmp_path / "w.edf", {"LA1": noise(RATE)}, 1)
    content = bytearray(path.read_bytes())
    content[place : place + len(text)] = text.encode()
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        cc.load_recording(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_a_file_that_gets_shorter_is_noticed(tmp_path):
    path = write_edf(tmp_path / "s.edf", {"LA1": noise(10 * RATE)}, 10)
    recording = cc.load_recording(path)
    path.write_bytes(path.read_bytes()[:-RATE])
    with pytest.raises(DataError, match="has changed since it was opened"):
        recording.rows()
    path.unlink()
    with pytest.raises(DataError, match="no such file"):
        recording.rows()
