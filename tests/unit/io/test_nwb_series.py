"""Electrical series of NWB files wherever they lie, the choice among several, gaps and invalid times."""

from datetime import UTC, datetime

import numpy as np
import pytest

import corticast as cc
from corticast.errors import DataError
from corticast.io.recording_nwb import open_nwb

pynwb = pytest.importorskip("pynwb")

RATE, NAMES = 100.0, ("LA1", "LA2")


def samples(seed, n=400):
    return np.random.default_rng(seed).standard_normal((n, 2))


def electrical(content, name, seed, **options):
    region = content.create_electrode_table_region([0, 1], "all")
    times = options if "timestamps" in options else {"rate": RATE, **options}
    return pynwb.ecephys.ElectricalSeries(name=name, data=samples(seed), electrodes=region, conversion=1e-6, **times)


def write(path, fill):
    content = pynwb.NWBFile("a test", "test", datetime(2026, 11, 21, tzinfo=UTC))
    group = content.create_electrode_group("all", "depths", "brain", content.create_device("amplifier"))
    content.add_electrode_column("label", "names")
    for name in NAMES:
        content.add_electrode(group=group, label=name, location="brain")
    fill(content)
    with pynwb.NWBHDF5IO(path, "w") as file:
        file.write(content)
    return path


def in_acquisition(content):
    content.add_acquisition(electrical(content, "raw", 1))


def in_lfp(content, seed=2, name="raw"):
    module = content.create_processing_module("ecephys", "filtered")
    module.add(pynwb.ecephys.LFP(electrical_series=electrical(content, name, seed)))


def in_module(content):
    content.create_processing_module("other", "bare").add(electrical(content, "bare", 3))


def in_scratch(content):
    content.add_scratch(electrical(content, "kept", 4))


def filtered(content):
    module = content.create_processing_module("ecephys", "filtered")
    module.add(pynwb.ecephys.FilteredEphys(electrical_series=electrical(content, "band", 5)))


@pytest.mark.parametrize(
    ("fill", "seed", "place"),
    [
        (in_acquisition, 1, "raw"),
        (in_lfp, 2, "ecephys/LFP/raw"),
        (in_module, 3, "other/bare"),
        (in_scratch, 4, "kept"),
        (filtered, 5, "ecephys/FilteredEphys/band"),
    ],
)
def test_a_series_is_found_wherever_it_lies(tmp_path, fill, seed, place):
    recording = open_nwb(write(tmp_path / "a.nwb", fill))
    assert (recording.names, recording.series, recording.unit) == (NAMES, place, "V")
    np.testing.assert_allclose(recording.rows(), 1e-6 * samples(seed).T)


def test_the_choice_among_several_is_the_users(tmp_path):
    def fill(content):
        in_acquisition(content)
        in_lfp(content)
        in_module(content)

    path = write(tmp_path / "a.nwb", fill)
    with pytest.raises(DataError) as caught:
        open_nwb(path)
    assert str(caught.value) == f"{path}: holds 3 series; give series ecephys/LFP/raw, other/bare or raw"
    with pytest.raises(DataError, match="has no series nothing; give series ecephys/LFP/raw, other/bare or raw"):
        open_nwb(path, series="nothing")
    for name, seed in (("raw", 1), ("ecephys/LFP/raw", 2), ("bare", 3), ("/other/bare", 3)):
        recording = open_nwb(path, series=name)
        np.testing.assert_allclose(recording.rows(), 1e-6 * samples(seed).T)


def test_one_name_in_two_groups_is_refused_with_both(tmp_path):
    def fill(content):
        in_lfp(content)
        content.create_processing_module("more", "again").add(electrical(content, "raw", 6))

    path = write(tmp_path / "a.nwb", fill)
    with pytest.raises(DataError, match="holds 2 series; give series ecephys/LFP/raw or more/raw"):
        open_nwb(path, series="raw")
    np.testing.assert_allclose(open_nwb(path, series="more/raw").rows(), 1e-6 * samples(6).T)


def test_a_scene_keeps_the_choice(tmp_path):
    def fill(content):
        in_acquisition(content)
        in_module(content)

    path = write(tmp_path / "a.nwb", fill)
    drive = cc.VoltageDrive(cc.load_recording(path, series="bare"))
    table = tmp_path / "e.tsv"
    table.write_text("name\tx\ty\tz\nLA1\t1\t2\t3\nLA2\t4\t2\t3\n")
    cc.Scene(electrodes=cc.load_electrodes(table), drive=drive, layout="lateral").save(tmp_path / "s.toml")
    assert cc.load_scene(tmp_path / "s.toml").drive.recording.series == "other/bare"


def test_time_stamps_with_a_gap_are_placed(tmp_path):
    times_s = np.concatenate([5 + np.arange(150) / RATE, 9.004 + np.arange(250) / RATE])
    path = write(
        tmp_path / "a.nwb", lambda content: content.add_acquisition(electrical(content, "raw", 1, timestamps=times_s))
    )
    recording = open_nwb(path)
    assert recording.sample_rate == pytest.approx(RATE)
    assert (recording.gaps, recording.n_samples) == (((150, 400),), 650)
    rows = recording.rows()
    np.testing.assert_allclose(rows[:, :150], 1e-6 * samples(1)[:150].T)
    np.testing.assert_allclose(rows[:, 400:], 1e-6 * samples(1)[150:].T)
    assert np.isnan(rows[:, 150:400]).all()
    np.testing.assert_array_equal(recording.read(140, 410, np.array([1])), rows[1:, 140:410])
    assert recording.warnings == ("a.nwb: holds no samples in gaps of its time stamps: 1, 2.5 s in all",)


@pytest.mark.parametrize("times_s", [[0, 0.01, 0.005], [0, 1, 1.1, 3, 3.5], [3, 2, 1]])
def test_times_that_are_no_pieces_are_refused(tmp_path, times_s):
    stamps = np.array(times_s, dtype=float)

    def fill(content):
        region = content.create_electrode_table_region([0, 1], "all")
        content.add_acquisition(
            pynwb.ecephys.ElectricalSeries(
                name="raw", data=samples(1, len(stamps)), electrodes=region, timestamps=stamps
            )
        )

    with pytest.raises(DataError, match="irregular time stamps in raw"):
        open_nwb(write(tmp_path / "a.nwb", fill))


def test_invalid_times_count_as_bad(tmp_path):
    def fill(content):
        content.add_acquisition(electrical(content, "raw", 1, starting_time=10.0))
        content.add_invalid_time_interval(start_time=11.0, stop_time=11.5)

    (event,) = open_nwb(write(tmp_path / "a.nwb", fill)).events
    assert (event.onset_s, event.duration_s, event.is_bad) == (1.0, 0.5, True)
