"""Full scale against NumPy's percentile of all values, and the count of values beyond."""

from fractions import Fraction

import numpy as np
import pytest

import corticast as cc
from corticast.core.model.recording import Recording
from corticast.core.model.types import Activity, Electrodes, PlacedElectrodes
from corticast.dsp.drive import ArrayDrive, AudioDrive
from corticast.dsp.full_scale import beyond_within, bits_beyond, full_scale_of, percentile_of_magnitudes, readable
from corticast.dsp.recorded import HighGammaDrive, VoltageDrive
from corticast.errors import DataError

RATE_HZ = 100.0


def placed(n, bad=()):
    pos = np.arange(3.0 * n).reshape(n, 3)
    marks = np.isin(np.arange(n), bad)
    return PlacedElectrodes(Electrodes(tuple(f"E{k}" for k in range(n)), pos, bad=marks), pos)


def array_activity(values, electrodes=None, **options):
    names = [f"E{k}" for k in range(len(values))]
    options = {"full_scale": None} | options
    return ArrayDrive(values, RATE_HZ, names, **options).activity(electrodes or placed(len(values)))


@pytest.mark.parametrize("percentile", [0.0, 50.0, 99.0, 100.0])
@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (16, 5000)])
def test_percentile_is_numpys(rng, shape, percentile):
    for values in (rng.standard_normal(shape), rng.integers(-3, 3, shape), 1e-39 * rng.standard_normal(shape)):
        rows = np.asarray(values, dtype=np.float32)
        expected = np.percentile(np.abs(rows), percentile, method="inverted_cdf")
        assert percentile_of_magnitudes(rows, percentile) == expected


def test_percentile_of_many_parts(rng, monkeypatch):
    monkeypatch.setattr("corticast.dsp.full_scale._VALUES_AT_ONCE", 64)
    rows = rng.standard_normal((5, 333)).astype(np.float32)
    assert percentile_of_magnitudes(rows, 99) == np.percentile(np.abs(rows), 99, method="inverted_cdf")


def test_periodic_values_have_their_own_percentile():
    # A regular choice of moments meets the same phases of a periodic signal again and again.
    rows = np.tile(np.arange(100, dtype=np.float32), (2, 10_000))
    assert percentile_of_magnitudes(rows, 99) == 98


def test_readable_numbers_are_near(rng):
    for value in 10 ** rng.uniform(-9, 9, 2000):
        rounded = readable(value)
        assert abs(rounded / value - 1) < 0.085
        assert len(f"{rounded:.3g}".split("e")[0].strip("0.").replace(".", "")) <= 2
    assert [readable(value) for value in (0.87, 4.23, 128, 9.7, 1.0, 3.0e-6)] == [0.9, 4, 120, 10, 1, 3e-6]


def test_full_scale_is_the_percentile_of_all_contacts_and_moments(rng):
    values = rng.standard_normal((20, 3000)) * np.linspace(0.1, 5, 20)[:, None]
    activity = array_activity(values)
    pooled = float(np.percentile(np.abs(values), 99))
    assert activity.full_scale == pytest.approx(pooled, rel=0.085)
    assert activity.full_scale == readable(pooled)
    assert activity.n_values == values.size
    assert activity.n_clipped == (np.abs(values.astype(np.float32)) > np.float32(activity.full_scale)).sum()


def test_one_spike_or_one_contact_does_not_set_the_scale(rng):
    values = rng.standard_normal((200, 1000))
    calm = array_activity(values).full_scale
    spike = values.copy()
    spike[3, 500] = 1e6
    wild = values.copy()
    wild[7] *= 1000
    assert array_activity(spike).full_scale == calm
    assert array_activity(wild).full_scale == pytest.approx(calm, rel=0.17)


def test_bad_hollow_and_unplaced_contacts_do_not_count():
    values = np.ones((4, 500))
    values[1:] = 1000
    electrodes = placed(4, bad=(1, 2))
    electrodes.pos[3] = np.nan
    activity = array_activity(values, electrodes)
    assert (activity.full_scale, activity.n_clipped, activity.n_values) == (1, 0, 500)


def test_rare_events_are_not_lost():
    values = np.zeros((4, 10_000))
    values[0, 10:14] = [2, 2, 2, 2]
    assert full_scale_of(values) == 2
    assert full_scale_of(np.zeros((2, 5))) == 1
    assert full_scale_of(np.zeros((0, 5))) == 1


@pytest.mark.parametrize("seed", range(6))
def test_values_of_a_time_are_those_of_its_columns(seed):
    rng = np.random.default_rng(seed)
    n_rows, n_columns, rate_hz, start_s = 5, int(rng.integers(1, 400)), Fraction(1000, 7), Fraction(-1, 3)
    values = rng.standard_normal((n_rows, n_columns)).astype(np.float32)
    rows = np.array([0, 2, -1, 2, 4])
    counts = np.array([True, True, True, True, False])
    activity = Activity(np.clip(values, -1, 1), rate_hz, rows, start_s, beyond=bits_beyond(values))
    shown = np.abs(values[[0, 2, 2]]) > 1
    assert beyond_within(activity, counts, (start_s, activity.end_s)) == (shown.sum(), shown.size)
    times_s = float(start_s) + np.arange(n_columns) / float(rate_hz)
    for _ in range(20):
        begin_s, end_s = np.sort(rng.uniform(-1, float(activity.end_s) + 1, 2))
        # Also the column before the time, from which its first moment is drawn.
        within = (times_s > begin_s - 1 / float(rate_hz)) & (times_s < end_s)
        # Outside, the nearest column lasts.
        within[-1] |= begin_s >= times_s[-1]
        within[0] |= end_s <= times_s[0]
        found = beyond_within(activity, counts, (Fraction(begin_s), Fraction(end_s)))
        assert found == (shown[:, within].sum(), shown[:, within].size)


def test_activity_without_bits_gives_the_counts_of_its_maker():
    activity = Activity(np.ones((1, 4), np.float32), 10, np.array([0]), n_clipped=3, n_values=7)
    assert beyond_within(activity, [True], (Fraction(0), Fraction(1))) == (3, 7)


@pytest.mark.parametrize(
    ("unit", "signed", "values", "expected"),
    [
        ("", None, [[0.0, 1.0]], False),
        ("", None, [[0.0, -1.0]], True),
        ("z", None, [[0.0, 1.0]], True),
        ("dB", None, [[0.0, 1.0]], True),
        ("%", None, [[0.0, 1.0]], True),
        ("µV", None, [[0.0, 1.0]], False),
        ("µV", True, [[0.0, 1.0]], True),
        ("%", False, [[0.0, 1.0]], False),
    ],
)
def test_values_in_units_of_change_have_a_sign(unit, signed, values, expected):
    activity = array_activity(np.array(values), unit=unit, signed=signed, quantity="power")
    assert (activity.signed, activity.unit, activity.quantity) == (expected, unit, "power")


def test_negative_values_have_a_sign():
    with pytest.raises(DataError, match="signed False: some values are negative"):
        array_activity(np.array([[0.0, -1.0]]), signed=False)


@pytest.mark.parametrize("drive", [HighGammaDrive, VoltageDrive])
def test_recordings_take_the_same_scale_and_keep_their_sign(rng, drive):
    recording = Recording.of_array(1e-5 * rng.standard_normal((6, 8000)), 1000, [f"E{k}" for k in range(6)])
    activity = drive(recording).activity(placed(6))
    values = drive(recording, full_scale=1e9).activity(placed(6)).values * 1e9
    assert activity.full_scale == readable(float(np.percentile(np.abs(values), 99)))
    assert activity.signed
    assert activity.values.min() < -0.3
    assert activity.n_values == values.size
    np.testing.assert_array_equal(activity.n_clipped, (np.abs(values) > activity.full_scale * (1 + 1e-6)).sum())


def test_sound_beyond_its_band_is_counted(rng):
    noise = rng.standard_normal((1, 44100)).astype(np.float32)
    noise[:, ::2] *= 0.1
    activity = AudioDrive(cc.SampledSound(noise / 10, 44100)).activity(placed(4))
    shown = activity.values[activity.row_of_contact]
    assert activity.n_values == shown.size
    assert activity.n_clipped == (shown >= 1).sum() > 0
    assert (activity.quantity, activity.measured.source) == ("sound level", "sound")
