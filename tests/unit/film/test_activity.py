"""Tables of activity, names that nearly match, and one line for each error."""

import os
import re
from dataclasses import replace

import numpy as np
import pytest
from tests.recordings import NAMES, SAMPLE_RATE, electrode_table, synthetic_volts, write_recording

from corticast.app.about.info import describe
from corticast.core.matching import match_names
from corticast.core.model.recording import Recording
from corticast.core.model.scene_file import SceneFile
from corticast.core.model.types import Activity, Electrodes, PlacedElectrodes
from corticast.dsp.drive import ArrayDrive
from corticast.dsp.recorded import HighGammaDrive, VoltageDrive
from corticast.dsp.reference import bipolar_pairs
from corticast.errors import DataError, InputError, OptionError
from corticast.film.data_inputs import data_drive
from corticast.film.scene_inputs import open_scene
from corticast.io import electrodes as tables
from corticast.io.activity import load_activity
from corticast.io.recording import load_recording
from corticast.io.scene import read_scene_file, save_scene_file


def placed(*names, bad=()):
    table = Electrodes(tuple(names), np.arange(3.0 * len(names)).reshape(-1, 3), bad=np.isin(names, bad))
    return PlacedElectrodes(table, table.pos)


# Names


@pytest.mark.parametrize(
    ("electrodes", "channels", "rows"),
    [
        (["LA1", "LA2"], ["LA2", "LA1"], [1, 0]),
        (["LA1", "LA2"], ["la-02", "LA01"], [1, 0]),
        (["LA1"], ["EEG LA1-Ref"], [0]),
        (["LA 1"], ["POL LA1"], [0]),
        # An apostrophe distinguishes the left from the right shaft.
        (["A'1", "A1"], ["A1", "A'01"], [1, 0]),
        (["A'1"], ["A1"], [-1]),
        # Of two similar names, neither matches.
        (["LA1"], ["la1", "LA01"], [-1]),
        # The same name counts before one that is like it.
        (["LA1", "LA01"], ["LA01", "la1"], [1, 0]),
        (["A10"], ["A1", "A100"], [-1]),
        (["G1-2"], ["G12"], [-1]),
        (["LA1", "LA1"], ["la1"], [0, 0]),
    ],
)
def test_names_match_when_they_can_mean_one_channel_only(electrodes, channels, rows):
    assert match_names(electrodes, channels).rows.tolist() == rows


def test_neighbours_have_the_same_letters_and_consecutive_numbers():
    names = ("LA1", "LA2", "LA4", "RA2", "RA1", "X", "A'1", "A1", "A2", "G09", "G10")
    pairs = [(names[a], names[c]) for a, c in bipolar_pairs(names)]
    assert pairs == [("LA1", "LA2"), ("RA1", "RA2"), ("A1", "A2"), ("G09", "G10")]


@pytest.mark.parametrize("drive", [HighGammaDrive, VoltageDrive])
def test_the_ends_of_a_grids_rows_are_no_pair(drive):
    """4 by 4 contacts, 4 mm apart: from the end of one row to the beginning of the next it is 12.6 mm."""
    names = (*(f"G{n}" for n in range(1, 17)), "S1", "S2", "S3", "T1", "T2")
    pos = np.full((len(names), 3), np.nan)
    pos[:16] = [(4.0 * (n % 4), 4.0 * (n // 4), 0.0) for n in range(16)]
    # A shaft has a spacing of its own, and of one without positions nothing is known.
    pos[16:19, 0] = 100, 120, 145
    electrodes = PlacedElectrodes(Electrodes(names, pos), pos)
    recording = Recording.of_array(np.random.default_rng(0).standard_normal((len(names), 2000)), 1000, names)
    activity = drive(recording, reference="bipolar").activity(electrodes)
    assert [names[first] for first, _ in activity.pairs] == [
        *(f"G{n}" for n in range(1, 17) if n % 4),
        "S1",
        "S2",
        "T1",
    ]
    assert [text for text in activity.warnings if "apart" in text] == [
        "--reference bipolar: left out 3 pairs of contacts that lie far apart, as at the ends of a grid's rows: "
        "G4–G5, G8–G9, G12–G13"
    ]


# Scale and time


def test_without_data_there_is_no_activity():
    drive = ArrayDrive(np.ones((1, 20)), 10.0, ["a"], start_s=1.0, rests_outside=True)
    activity = drive.activity(placed("a"))
    assert [activity.at(time_s)[0] for time_s in (0.0, 0.95, 1.0, 2.95, 3.0, 9.0)] == [0, 0, 1, 1, 0, 0]
    assert activity.end_s == 3
    held = Activity(activity.values, 10.0, activity.row_of_contact, start_s=1.0)
    assert held.at(9.0)[0] == 1


def test_columns_without_names_belong_to_the_rows_of_the_table():
    activity = ArrayDrive(np.array([[0.5], [1.0]]), 1.0, None).activity(placed("x", "y"))
    assert activity.at(0).tolist() == [0.5, 1.0]
    with pytest.raises(DataError, match="2 channels without names for 3 electrodes"):
        ArrayDrive(np.ones((2, 1)), 1.0, None).activity(placed("x", "y", "z"))


# Files


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("mark", ["\t", ",", ";"])
def test_a_table_with_times_says_its_rate(tmp_path, mark):
    rows = [["time", "A1", "A2"], ["-0.5", "1", "2"], ["-0.25", "3.5", "-4"], ["0", "5", "6e1"]]
    path = write(tmp_path / "a.tsv", "\n".join(mark.join(row) for row in rows) + "\n")
    table = load_activity(path)
    assert table.names == ("A1", "A2")
    assert table.sample_rate == 4
    assert table.start_s == -0.5
    assert table.values.tolist() == [[1, 3.5, 5], [2, -4, 60]]
    assert table.rate(None) == table.rate(4.0) == 4
    with pytest.raises(DataError, match="has 4 samples per second, but activity_rate 5 was given"):
        table.rate(5.0)


def test_rounded_times_are_regular_and_lost_samples_are_not(tmp_path):
    times = [f"{k / 512:.3f}" for k in range(1000)]
    path = write(tmp_path / "a.csv", "t,A1\n" + "".join(f"{time},1\n" for time in times))
    assert load_activity(path).sample_rate == pytest.approx(512, rel=1e-4)
    del times[400]
    write(path, "t,A1\n" + "".join(f"{time},1\n" for time in times))
    with pytest.raises(DataError, match=r"a.csv: line 402, column t: 0.783 s follows 0.779 s"):
        load_activity(path)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("A1;A2\n1,5;n/a\n2,5;-999\n", [[1.5, 2.5], [np.nan, np.nan]]),
        # Numbers alone are read by another way.
        ("A1,A2\n1.5,nan\n2.5,-999\n", [[1.5, 2.5], [np.nan, np.nan]]),
        ("time,A1\n0,1\n0.5,-999\n", [[1, np.nan]]),
    ],
)
def test_missing_values_and_decimal_commas(tmp_path, text, columns):
    path = write(tmp_path / "a.csv", text)
    np.testing.assert_array_equal(load_activity(path).values, columns)


@pytest.mark.parametrize("shape", [(50, 3), (50,)])
def test_npy_is_time_by_contacts_and_is_read_into_memory(tmp_path, shape):
    array = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    np.save(tmp_path / "a.npy", array)
    table = load_activity(tmp_path / "a.npy")
    assert table.names is None
    os.truncate(tmp_path / "a.npy", 10)
    np.testing.assert_array_equal(table.values, array.reshape(50, -1).T)
    with pytest.raises(DataError, match="activity_rate HZ"):
        table.rate(None)


WRONG_FILES = {
    "empty.tsv": ("", "no samples; give a header"),
    "header.tsv": ("A1\tA2\n", "no samples; give a header"),
    "numbers.tsv": ("0.5\t1.5\n1\t2\n", "line 1 holds numbers"),
    "infinite.tsv": ("A1\tA2\n1\t2\n3\t-inf\n", "line 3, column A2: '-inf' is not a number"),
    "infinite-with-missing.tsv": ("A1\tA2\n1\tn/a\n3\tinf\n", "line 3, column A2: 'inf' is not a number"),
    "word.tsv": ("A1\tA2\n1\t2\n3\tloud\n", "line 3, column A2: 'loud' is not a number"),
    "long.tsv": ("A1\tA2\n1\t2\n3\t4\t5\n", "line 3 has 3 cells under 2 columns"),
    "twice.tsv": ("A1\tA1\n1\t2\n", "two columns are named 'A1'"),
    "nameless.tsv": ("A1\t\n1\t2\n", "column 2 has no name"),
    "times.tsv": ("time\n1\n2\n", "only a column of times"),
    "once.tsv": ("time\tA1\n1\t2\n", "a single time gives no rate"),
    "back.tsv": ("time\tA1\n1\t2\n2\t2\n1\t2\n2\t2\n", "line 4, column time"),
    "text.npy": ("no array", "not a NPY file"),
    "brain.xyz": ("?", "unknown file type for activity"),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_wrong_table_is_reported_in_one_line(tmp_path, name):
    text, word = WRONG_FILES[name]
    path = write(tmp_path / name, text)
    with pytest.raises(DataError) as caught:
        load_activity(path)
    assert str(caught.value).startswith(str(path))
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("array", [np.ones((2, 2, 2)), np.ones(3) * 1j, np.array(["a"]), np.ones((0, 3))])
def test_a_wrong_npy_is_reported(tmp_path, array):
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(DataError, match="real numbers of shape"):
        load_activity(tmp_path / "a.npy")


@pytest.mark.parametrize(
    ("shape", "kind", "reported"),
    [
        ((8, 5), None, "5 channels without names for 3 electrodes of t.tsv; give one for each row"),
        ((3, 500), None, "500 channels without names for 3 electrodes of t.tsv; exchange the array's axes"),
        ((3, 500), "high-gamma", "500 channels without names for 3 electrodes of t.tsv; exchange the array's axes"),
    ],
)
def test_an_array_of_other_contacts_is_reported(tmp_path, shape, kind, reported):
    table = write(tmp_path / "t.tsv", "name\tx\ty\tz\nA1\t1\t2\t3\nA2\t2\t3\t4\nA3\t3\t4\t6\n")
    np.save(tmp_path / "a.npy", np.ones(shape))
    file = SceneFile(electrodes=table, activity=tmp_path / "a.npy", activity_rate=500, activity_kind=kind)
    with pytest.raises(DataError) as caught:
        open_scene(file)
    assert str(caught.value).startswith(f"{tmp_path / 'a.npy'}: {reported}")


def test_the_contacts_of_an_array_without_names_are_read_once(tmp_path, monkeypatch):
    table = electrode_table(tmp_path / "e.tsv")
    np.save(tmp_path / "a.npy", np.ones((500, len(NAMES))))
    read = []
    load = tables.load_electrodes
    monkeypatch.setattr(tables, "load_electrodes", lambda path, **options: read.append(path) or load(path, **options))
    opened = open_scene(SceneFile(electrodes=table, activity=tmp_path / "a.npy", activity_rate=500))
    assert isinstance(opened.drive, ArrayDrive)
    assert read == [[table], table]


def test_files_without_a_name_in_common_are_named(tmp_path):
    rows = [f"{n / 500}\t{n % 7}\t{n % 9}" for n in range(1000)]
    path = write(tmp_path / "a.tsv", "\n".join(["time\tB1\tB2", *rows]))
    electrodes = replace(placed("A1"), table=replace(placed("A1").table, path=tmp_path / "e.tsv"))
    start = "a.tsv: no channel has the name of an electrode of e.tsv"
    for options in ({}, {"activity_kind": "high-gamma"}):
        drive = data_drive(SceneFile(activity=path, **options), path, electrodes.table)
        with pytest.raises(DataError, match=re.escape(start)):
            drive.activity(electrodes)


def test_what_lies_beside_a_brainvision_header_is_reported(tmp_path):
    path = write(tmp_path / "a.eeg", "?")
    with pytest.raises(DataError, match=r"a\.eeg: part of a BrainVision recording; give its header, a\.vhdr"):
        load_activity(path)


@pytest.mark.parametrize(
    ("option", "value", "reported"),
    [
        ("speed", "nan", "speed nan: give a number above 0 and up to 8"),
        ("speed", "inf", "speed inf: give"),
        ("start", "nan", "start nan: give"),
        ("duration", "inf", "duration inf: give"),
        ("line_hz", "5", "give a number of at least 10, such as 50 or 60, or auto or none"),
    ],
)
def test_wrong_numbers_are_named(option, value, reported):
    with pytest.raises(OptionError, match=reported):
        SceneFile(**{option: value})


# Recordings


@pytest.fixture(scope="module")
def recording():
    return Recording.of_array(synthetic_volts(), SAMPLE_RATE, NAMES, unit="V", name="synthetic")


def test_voltage_is_shown_as_it_is(recording):
    activity = VoltageDrive(recording, full_scale=50.0).activity(placed(*NAMES))
    microvolts = np.clip(1e6 * recording.rows(), -50, 50)
    np.testing.assert_allclose(50 * activity.values, microvolts, rtol=1e-6, atol=1e-4)
    assert (activity.quantity, activity.signed, activity.column_rate_hz) == ("voltage", True, SAMPLE_RATE)
    assert (activity.unit, activity.measured.source) == ("µV", "recording")
    slow = VoltageDrive(recording, smoothing_hz=5.0).activity(placed(*NAMES))
    assert slow.column_rate_hz == 100


def test_electrodes_without_a_good_channel_are_hollow(recording):
    electrodes = placed(*NAMES, "X9", bad=("LA3",))
    activity = HighGammaDrive(recording).activity(electrodes)
    hollow = [name for name, is_hollow in zip(electrodes.table.names, activity.hollow, strict=True) if is_hollow]
    assert hollow == ["LA3", "X9"]
    assert "1 of 19 electrodes have no channel and are hollow: X9" in activity.warnings
    assert any(text.startswith("1 electrodes are hollow: their channel is bad") for text in activity.warnings)
    assert (activity.quantity, activity.unit, activity.measured.band_hz) == ("high gamma", "z", (70, 150))
    assert activity.measured.smoothing == "zero-phase, 5 Hz; filters and smoothing show activity up to 154 ms early"


def test_steps_of_high_gamma_can_be_replaced(recording):
    from corticast.dsp.high_gamma import HighGamma

    steps = replace(HighGamma(), smooth=lambda rows, rate, cutoff: np.zeros_like(rows))
    activity = HighGammaDrive(recording, steps=steps).activity(placed(*NAMES))
    assert not activity.values.any()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"high_gamma": (70, 600)}, "nothing above 500 Hz; give high_gamma 70,495, or show"),
        ({"baseline": (1, 20)}, "baseline 1,20: synthetic lasts from 0 to 12 s"),
        ({"baseline": (3, 3)}, "baseline 3,3"),
        ({"reference": "mastoid"}, "reference mastoid: give kind, group, average, bipolar or none"),
        ({"smoothing_hz": 0}, "smoothing_hz 0"),
        ({"line_hz": 0}, "line_hz 0: give the frequency of the mains"),
        ({"line_hz": float("nan")}, "line_hz nan: give"),
        ({"line_hz": "loud"}, "line_hz loud: give"),
    ],
)
def test_wrong_options_of_high_gamma_are_named(recording, options, word):
    with pytest.raises(InputError) as caught:
        HighGammaDrive(recording, **options)
    assert word in str(caught.value)


@pytest.mark.parametrize(
    ("band", "quantity", "reach"), [((1, 4), "delta", "1.1"), ((8, 13), "alpha", "0.66"), ((9, 11), "amplitude", "1.6")]
)
def test_another_band_is_named_with_its_edges(recording, band, quantity, reach):
    activity = HighGammaDrive(recording, band=band, line_hz=None).activity(placed(*NAMES))
    assert (activity.quantity, activity.unit, activity.measured.band_hz) == (quantity, "z", band)
    text = f"the first and the last {reach} s of the recording are uncertain"
    assert len([each for each in activity.warnings if text in each]) == 1


@pytest.mark.parametrize(
    ("band", "word"),
    [
        ((400, 600), "band reaches to 600 Hz, but 1000 samples per second hold nothing above 500 Hz"),
        ((0.5, 0.7), "12 s are too short for bands of 0.2 Hz, whose filters last 33 s"),
        ((8, 4), "band 8,4"),
    ],
)
def test_bands_that_a_recording_cannot_hold_are_refused(recording, band, word):
    with pytest.raises(InputError) as caught:
        HighGammaDrive(recording, band=band)
    assert word in str(caught.value)


def test_causal_voltage_knows_no_future(recording):
    volts = recording.rows()
    volts[:, 6000:] *= -3
    changed = Recording.of_array(volts, SAMPLE_RATE, NAMES, unit="V")
    drives = [VoltageDrive(each, smoothing_hz=5, smoothing="causal", full_scale=100) for each in (recording, changed)]
    one, other = (drive.activity(placed(*NAMES)) for drive in drives)
    np.testing.assert_array_equal(one.values[:, :600], other.values[:, :600])
    assert (one.values[:, 605:] != other.values[:, 605:]).any()
    assert one.measured.smoothing == "causal, 5 Hz, shows activity about 41 ms late"
    late = HighGammaDrive(recording, smoothing="causal").activity(placed(*NAMES))
    assert late.measured.smoothing.endswith("about 41 ms late, after filters that show it up to 144 ms early")
    plain = HighGammaDrive(recording, smoothing_hz=None).activity(placed(*NAMES))
    early = "none; filters show activity up to 144 ms early"
    assert (plain.measured.smoothing, plain.column_rate_hz) == (early, 500)


def test_no_neighbours_no_bipolar_reference():
    names = ("A", "B", "C")
    recording = Recording.of_array(np.random.default_rng(0).standard_normal((3, 2000)), 1000, names)
    with pytest.raises(DataError, match="no two channels have neighbouring names"):
        HighGammaDrive(recording, reference="bipolar", line_hz=None).activity(placed(*names))


def test_a_channels_table_says_kinds_and_bads(tmp_path):
    pytest.importorskip("mne")
    path = write_recording(tmp_path / "sub-01_task-rest_run-1_ieeg.edf")
    rows = [
        f"{name}\t{'ECOG' if index < 6 else 'ECG'}\t{'bad' if index == 2 else 'good'}"
        for index, name in enumerate(NAMES)
    ]
    write(tmp_path / "sub-01_task-rest_run-1_channels.tsv", "\n".join(["name\ttype\tstatus", *rows]) + "\n")
    write(tmp_path / "sub-01_task-rest_run-2_channels.tsv", "name\ttype\nLA1\tMISC\n")
    write(tmp_path / "sub-01_task-rest_run-1_events.tsv", "onset\tduration\ttrial_type\n1.5\t0.2\tword\n")
    recording = load_recording(path)
    assert recording.names == NAMES[:6]
    assert recording.bad.tolist() == [False, False, True, False, False, False]
    assert [(event.onset_s, event.duration_s, event.text) for event in recording.events] == [(1.5, 0.2, "word")]
    assert "  channels     6 (6 ECOG): LA1, LA2, LA3, LA4, LA5, ..." in describe(path)
    assert "  bad          LA3" in describe(path)


def test_annotations_are_events(tmp_path):
    mne = pytest.importorskip("mne")
    from tests.recordings import raw_of

    raw = raw_of(synthetic_volts())
    raw.set_annotations(mne.Annotations([2.5], [0.5], ["word"]))
    raw.crop(1.0).save(tmp_path / "a_ieeg.fif", verbose="error")
    (event,) = load_recording(tmp_path / "a_ieeg.fif").events
    assert (event.onset_s, event.duration_s, event.text) == (pytest.approx(1.5), pytest.approx(0.5), "word")


@pytest.mark.parametrize("suffix", ["edf", "bdf", "vhdr", "fif", "set", "nwb"])
def test_a_damaged_recording_is_reported_in_one_line(tmp_path, suffix):
    pytest.importorskip("mne")
    path = write(tmp_path / f"a_ieeg.{suffix}", "no recording\n" * 100)
    with pytest.raises(DataError) as caught:
        load_recording(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
    with pytest.raises(DataError, match="no such file"):
        load_recording(tmp_path / f"b_ieeg.{suffix}")


# Scenes


def test_a_scene_with_data_is_saved_and_read_back(tmp_path):
    scene = SceneFile(
        electrodes=tmp_path / "e.tsv",
        activity=tmp_path / "a_ieeg.edf",
        activity_start=-2.5,
        high_gamma="60,120",
        baseline="0,2",
        line_hz="60",
        speed=0.25,
    )
    save_scene_file(scene, tmp_path / "scene.toml")
    again = read_scene_file(tmp_path / "scene.toml")
    assert {name: getattr(again, name) for name in scene.given} == scene.given_values
    assert (again.smoothing_hz, again.reference) == (5, "kind")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"electrodes": None}, "activity a.tsv: needs the contacts that show it; give electrodes"),
        ({"activity_start": 20}, "activity_start 20: the activity lies from 20 to 22 s"),
    ],
)
def test_activity_that_nothing_shows_is_refused(tmp_path, options, word, monkeypatch):
    from corticast.film.opening import open_film

    monkeypatch.chdir(tmp_path)
    electrode_table(tmp_path / "e.tsv", ("A1", "A2"))
    write(tmp_path / "a.tsv", "time\tA1\tA2\n0\t1\t0\n1\t0\t1\n")
    import soundfile

    soundfile.write(tmp_path / "s.wav", np.ones(8000), 8000)
    given = {"electrodes": "e.tsv", "activity": "a.tsv", "audio": "s.wav", "activity_start": 0, **options}
    with pytest.raises(OptionError) as caught:
        open_film(open_scene(SceneFile(**{k: v for k, v in given.items() if v is not None})))
    assert word in str(caught.value)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("speed", 0),
        ("speed", 9),
        ("line_hz", "loud"),
        ("high_gamma", "150,70"),
        ("baseline", "1"),
        ("activity_scale", 0),
    ],
)
def test_wrong_values_are_named(option, value):
    with pytest.raises(OptionError, match=f"{option} {value}"):
        SceneFile(**{option: value})


def test_a_table_can_be_voltage_that_high_gamma_is_made_of(tmp_path):
    electrode_table(tmp_path / "e.tsv")
    np.save(tmp_path / "volts.npy", synthetic_volts().T)
    file = SceneFile(
        electrodes=tmp_path / "e.tsv",
        activity=tmp_path / "volts.npy",
        activity_rate=SAMPLE_RATE,
        activity_kind="high-gamma",
    )
    drive = open_scene(file).drive
    assert isinstance(drive, HighGammaDrive)
    assert drive.recording.names == NAMES


@pytest.mark.parametrize(("drive", "options"), [(HighGammaDrive, {"smoothing_hz": None}), (VoltageDrive, {})])
def test_activity_of_more_than_two_gib_is_refused(drive, options):
    names = tuple(f"A{k}" for k in range(1, 201))
    # 200 channels, an hour at 2000 Hz; high gamma keeps at least each sixth sample of a channel.
    n_samples = 3600 * 2000 * (6 if drive is HighGammaDrive else 1)
    recording = Recording(names, 2000.0, n_samples, lambda first, stop, rows: np.zeros((len(rows), stop - first)))
    with pytest.raises(DataError, match="GiB of memory; give smoothing_hz 10 to keep fewer"):
        drive(recording, **options)
    drive(recording, smoothing_hz=10.0)
