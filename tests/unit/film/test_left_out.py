"""Channels that do not count: of no electrode, bad, or with values that are no numbers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.recordings import NAMES, SAMPLE_RATE, synthetic_volts

from corticast.core.model.recording import Recording
from corticast.core.model.subjects import joined_tables
from corticast.core.model.types import Electrodes, PlacedElectrodes
from corticast.dsp.drive import ArrayDrive
from corticast.dsp.recorded import HighGammaDrive, VoltageDrive
from corticast.errors import DataError


def placed(*names, bad=()):
    table = Electrodes(tuple(names), np.arange(3.0 * len(names)).reshape(-1, 3), bad=np.isin(names, bad))
    return PlacedElectrodes(table, table.pos)


def hollow_names(electrodes, activity):
    return [name for name, is_hollow in zip(electrodes.table.names, activity.hollow, strict=True) if is_hollow]


@pytest.fixture(scope="module")
def volts():
    return synthetic_volts()


def recording_of(volts, names=NAMES):
    return Recording.of_array(volts, SAMPLE_RATE, names, unit="V", name="synthetic")


def test_channels_of_no_electrode_are_left_out_of_the_average(volts):
    """A trigger of 1 mV that a recorder calls EEG."""
    trigger = 1e-3 * (np.arange(volts.shape[1]) % 500 < 250)
    recording = recording_of(np.vstack([volts, trigger]), (*NAMES, "DC01"))
    activity = VoltageDrive(recording, reference="average", full_scale=500.0).activity(placed(*NAMES))
    microvolts = 1e6 * (volts - volts.mean(axis=0))
    np.testing.assert_allclose(500 * activity.values, microvolts, rtol=1e-5, atol=1e-3)
    warning = "1 of 19 channels have no electrode and are left out of the average: DC01"
    assert warning in activity.warnings
    of_all, of_electrodes = (HighGammaDrive(r).activity(placed(*NAMES)) for r in (recording, recording_of(volts)))
    np.testing.assert_array_equal(of_all.values, of_electrodes.values)
    assert warning in of_all.warnings


def test_a_pair_needs_both_contacts_in_the_table(volts):
    recording = recording_of(volts)
    activity = VoltageDrive(recording, reference="bipolar", full_scale=500.0).activity(placed("LA2", "LA1", "LA4"))
    assert activity.pairs.tolist() == [[1, 0]]
    assert 500 * activity.at(0.5)[0] == pytest.approx(1e6 * (volts[0, 500] - volts[1, 500]), rel=1e-4)
    with pytest.raises(DataError, match="no two neighbours are both good and in the electrode table"):
        VoltageDrive(recording, reference="bipolar").activity(placed("LA1"))


@pytest.mark.parametrize("names", [("LA1",), ("LA1", "LA2")])
def test_an_average_of_too_few_channels_is_refused(volts, names):
    with pytest.raises(DataError, match=r"reference kind: fewer than 3 good channels .*; give reference none"):
        HighGammaDrive(recording_of(volts)).activity(placed(*names))


def with_column(electrodes, title, cells):
    return replace(electrodes, table=replace(electrodes.table, columns={title: tuple(cells)}))


def test_kinds_are_averaged_apart(volts):
    """By the table's column, before the recording's kinds; bad channels do not count."""
    kinds = ["depth"] * 6 + ["strip"] * 6 + ["grid"] * 6
    electrodes = with_column(placed(*NAMES, bad=("LA3",)), "type", kinds)
    recording = replace(recording_of(volts), kinds=("SEEG",) * 18)
    activity = VoltageDrive(recording, reference="kind", full_scale=500.0).activity(electrodes)
    good = [0, 1, 3, 4, 5]
    expected = 1e6 * np.vstack([volts[good] - volts[good].mean(axis=0), volts[6:] - volts[6:].mean(axis=0)])
    np.testing.assert_allclose(500 * activity.values, expected, rtol=1e-5, atol=1e-3)
    assert activity.measured.reference == "average within depth contacts and within grids and strips"
    by_recording = VoltageDrive(
        replace(recording, kinds=("SEEG",) * 6 + ("ECOG",) * 12), reference="kind", full_scale=500.0
    ).activity(placed(*NAMES, bad=("LA3",)))
    np.testing.assert_array_equal(by_recording.values, activity.values)


def test_groups_are_averaged_apart(volts):
    activity = VoltageDrive(recording_of(volts), reference="group", full_scale=500.0).activity(placed(*NAMES))
    shafts = 1e6 * volts.reshape(3, 6, -1)
    expected = (shafts - shafts.mean(axis=1, keepdims=True)).reshape(18, -1)
    np.testing.assert_allclose(500 * activity.values, expected, rtol=1e-5, atol=1e-3)
    named = with_column(placed(*NAMES), "group", ["a", "b"] * 9)
    activity = VoltageDrive(recording_of(volts), reference="group", full_scale=500.0).activity(named)
    expected = 1e6 * (volts[::2] - volts[::2].mean(axis=0))
    np.testing.assert_allclose(500 * activity.values[::2], expected, rtol=1e-5, atol=1e-3)


def test_small_groups_are_left_out_and_reported(volts):
    electrodes = with_column(placed(*NAMES), "group", ["a"] * 16 + ["b"] * 2)
    activity = VoltageDrive(recording_of(volts), reference="group").activity(electrodes)
    assert hollow_names(electrodes, activity) == ["G5", "G6"]
    assert any("left out 2 channels, since fewer than 3" in text and "G5, G6" in text for text in activity.warnings)


def test_unknown_kinds_count_as_one_and_are_reported(volts):
    drives = [VoltageDrive(recording_of(volts), reference=rule) for rule in ("kind", "average")]
    one, other = (drive.activity(placed(*NAMES)) for drive in drives)
    np.testing.assert_array_equal(one.values, other.values)
    assert one.measured.reference == "common average"
    assert [text for text in one.warnings if "depth contacts" in text] == [
        "synthetic: nothing says which contacts are depth contacts; the average is taken over all 18"
    ]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("options", [{}, {"reference": "none"}, {"reference": "bipolar"}, {"line_hz": 50.0}])
def test_a_channel_with_a_value_that_is_no_number_is_left_out(volts, value, options):
    wrong = volts.copy()
    wrong[4, 2500:2510] = value
    electrodes = placed(*NAMES)
    activity = HighGammaDrive(recording_of(wrong), **options).activity(electrodes)
    without = recording_of(volts)
    without = replace(without, bad=np.arange(len(NAMES)) == 4)
    expected = HighGammaDrive(without, **options).activity(electrodes)
    np.testing.assert_array_equal(activity.values, expected.values)
    if activity.pairs is None:
        assert "LA5" in hollow_names(electrodes, activity) == hollow_names(electrodes, expected)
    else:
        assert 4 not in activity.pairs
        np.testing.assert_array_equal(activity.pairs, expected.pairs)
    reported = "synthetic: left out channels with NaN or infinite values: LA5 (first at 2.5 s)"
    assert [text for text in activity.warnings if "NaN" in text] == [reported]


@pytest.mark.parametrize("smoothing_hz", [None, 5.0])
def test_voltage_of_a_channel_with_nan_is_left_out(volts, smoothing_hz):
    wrong = volts.copy()
    wrong[4, 2500] = np.nan
    electrodes = placed(*NAMES)
    drive = VoltageDrive(recording_of(wrong), reference="average", smoothing_hz=smoothing_hz)
    activity = drive.activity(electrodes)
    assert hollow_names(electrodes, activity) == ["LA5"]
    assert activity.values.any()
    assert any("LA5 (first at 2.5 s)" in text for text in activity.warnings)


def test_bad_channels_may_hold_anything(volts):
    wrong = volts.copy()
    wrong[4] = np.nan
    recording = replace(recording_of(wrong), bad=np.arange(len(NAMES)) == 4)
    activity = HighGammaDrive(recording).activity(placed(*NAMES))
    assert not any("NaN" in text for text in activity.warnings)


def test_a_gap_in_all_channels_is_reported(volts):
    wrong = volts.copy()
    wrong[:, 2500] = np.nan
    with pytest.raises(DataError, match=r"synthetic: .*LA1 \(first at 2.5 s\).*no channel is left") as caught:
        HighGammaDrive(recording_of(wrong)).activity(placed(*NAMES))
    assert "\n" not in str(caught.value)


def test_contacts_without_a_position_set_no_scale(recwarn):
    table = Electrodes(("A", "B"), np.array([[np.nan] * 3, [1.0, 2.0, 3.0]]), bad=np.zeros(2, dtype=bool))
    electrodes = PlacedElectrodes(table, table.pos)
    activity = ArrayDrive(np.ones((1, 9)), 1.0, ["A"], full_scale=None).activity(electrodes)
    assert activity.full_scale == 1
    assert activity.warnings[-1] == "no contact with a good channel has a position, so no activity is visible"
    assert not recwarn.list
    recording = recording_of(synthetic_volts()[:2], ("A", "C"))
    activity = HighGammaDrive(recording, reference="none").activity(electrodes)
    assert activity.warnings[-1] == "no contact with a good channel has a position, so no activity is visible"
    assert not recwarn.list


@pytest.mark.parametrize("rule", ["kind", "average", "group"])
def test_no_average_goes_over_two_subjects(volts, rule):
    """Two patients in one recording, whose amplifiers had references of their own: each has its own mean."""
    subjects = ["sub-01" if row % 2 else "sub-02" for row in range(len(NAMES))]
    one, two = (
        Electrodes(
            tuple(name for name, owner in zip(NAMES, subjects, strict=True) if owner == subject),
            np.arange(3.0 * subjects.count(subject)).reshape(-1, 3),
            columns={"subject": (subject,) * subjects.count(subject)},
        )
        for subject in ("sub-01", "sub-02")
    )
    table = joined_tables([one, two])
    activity = VoltageDrive(recording_of(volts), reference=rule, full_scale=500.0).activity(
        PlacedElectrodes(table, table.pos)
    )
    frame = pd.DataFrame(1e6 * volts)
    keys = [subjects]
    if rule == "group":
        keys.append([name.rstrip("0123456789") for name in NAMES])
    expected = frame - frame.groupby(keys).transform("mean")
    np.testing.assert_allclose(500 * activity.values, expected.to_numpy(), rtol=1e-5, atol=1e-3)
    assert activity.measured.reference.endswith(" of each subject")
