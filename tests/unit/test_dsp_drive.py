"""What electrodes do when something is heard."""

import numpy as np
import pytest
from scipy.signal import butter, hilbert, sosfiltfilt

from corticast.core.types import Electrodes, PlacedElectrodes, SampledSound
from corticast.dsp.bands import LogBands
from corticast.dsp.drive import ArrayDrive, AudioDrive
from corticast.dsp.scaling import scaled, smoothed
from corticast.errors import DataError, OptionError

RATE = 44100


def sound_of(samples, rate=RATE):
    return SampledSound(np.atleast_2d(samples).astype(np.float32), rate, "test")


def column_of_contacts(n=10):
    pos = np.stack([np.zeros(n), np.zeros(n), np.arange(n) * 10.0], axis=1)
    table = Electrodes(tuple(f"E{i}" for i in range(n)), pos, columns={"group": tuple("ba" * (n // 2))})
    return PlacedElectrodes(table, pos)


def tone(freq_hz, seconds=3.0, rate=RATE):
    return 0.5 * np.sin(2 * np.pi * freq_hz * np.arange(int(seconds * rate)) / rate)


@pytest.mark.parametrize("freq_hz", [450, 1000, 2500, 5500])
def test_a_tone_takes_its_own_band(freq_hz):
    activity = AudioDrive(sound_of(tone(freq_hz)), array="numpy").activity(column_of_contacts())
    own = np.searchsorted(LogBands().edges_hz, freq_hz) - 1
    middle = activity.at(1.5)
    assert middle[own] > 0.97
    assert np.delete(middle, own).max() < 0.1


def test_a_tone_in_bursts_takes_its_own_band():
    """50 ms of 1 kHz at every second, switched on within a few milliseconds as a synthesiser does."""
    samples = np.zeros(10 * RATE)
    beep = tone(1000, 0.05) * np.minimum(1, np.minimum(np.arange(2205), np.arange(2205)[::-1]) / 441)
    for second in range(10):
        samples[second * RATE : second * RATE + len(beep)] += beep
    activity = AudioDrive(sound_of(samples), array="numpy").activity(column_of_contacts())
    times = np.arange(0, 10, 0.005)
    shown = np.stack([activity.at(t) for t in times])
    own = np.searchsorted(LogBands().edges_hz, 1000) - 1
    assert shown[:, own].max() > 0.97
    assert np.delete(shown, own, axis=1).max() < 0.1


def test_the_response_to_a_click_is_centred_on_it():
    for at_s in (0.5, 1.2345, 1.7):
        samples = np.zeros(2 * RATE)
        samples[round(at_s * RATE)] = 1.0
        activity = AudioDrive(sound_of(samples), array="numpy").activity(column_of_contacts())
        times = np.arange(0, 2, 0.002)
        shown = np.stack([activity.at(t) for t in times])
        for band in range(10):
            centroid = (times * shown[:, band]).sum() / shown[:, band].sum()
            assert abs(centroid - at_s) < 1 / 60
        assert shown.min() >= 0


def test_activity_follows_the_envelope_that_scipy_gives():
    """Noise with a slow, known loudness: the envelope of a band-passed signal, by another way."""
    rng = np.random.default_rng(3)
    loudness = np.interp(np.arange(8 * RATE) / RATE, np.arange(9), [0.1, 1, 0.2, 0.7, 0, 0.9, 0.4, 1, 0.1])
    samples = rng.standard_normal(8 * RATE) * loudness * 0.2
    activity = AudioDrive(sound_of(samples), array="numpy").activity(column_of_contacts())
    times = np.arange(0.2, 7.8, 1 / 30)
    edges = LogBands().edges_hz
    for band in (0, 4, 9):
        sos = butter(4, edges[band : band + 2], "bandpass", fs=RATE, output="sos")
        envelope = np.abs(hilbert(sosfiltfilt(sos, samples)))
        slow = sosfiltfilt(butter(2, 5, fs=RATE, output="sos"), envelope)
        theirs = slow[np.round(times * RATE).astype(int)]
        ours = np.array([activity.at(t)[band] for t in times])
        assert np.corrcoef(ours, theirs)[0, 1] > 0.95


def test_silence_is_zero_and_said():
    activity = AudioDrive(sound_of(np.zeros(RATE)), array="numpy").activity(column_of_contacts())
    assert not activity.values.any()
    assert any("silent" in text for text in activity.warnings)


def test_channels_out_of_phase_do_not_cancel():
    left = tone(1000)
    activity = AudioDrive(sound_of(np.stack([left, -left])), array="numpy").activity(column_of_contacts())
    assert activity.at(1.5)[3] > 0.97


def test_bands_above_nyquist_are_left_out_and_said():
    drive = AudioDrive(sound_of(tone(1000, rate=8000), 8000), array="numpy")
    activity = drive.activity(column_of_contacts())
    assert len(activity.values) == 8
    assert any("2 of 10 bands lie above 4000 Hz" in text for text in activity.warnings)
    with pytest.raises(OptionError, match="nothing above"):
        AudioDrive(sound_of(np.zeros(100), 500))


@pytest.mark.parametrize("n_samples", [1, 3, 100])
def test_a_sound_shorter_than_a_segment_is_drawn(n_samples):
    activity = AudioDrive(sound_of(np.ones(n_samples)), array="numpy").activity(column_of_contacts())
    assert np.isfinite(activity.at(0)).all()


def test_assignment():
    placed = column_of_contacts()

    def rows(rule, where=placed):
        return AudioDrive(sound_of(tone(1000)), assign=rule, array="numpy").activity(where).row_of_electrode.tolist()

    assert rows("height") == list(range(10))
    assert rows("height-down") == list(range(10))[::-1]
    assert rows("order") == list(range(10))
    # Equal values share a band in the middle of their share.
    assert len(set(rows("x"))) == 1
    by_group = rows("group")
    assert by_group[0::2] == [by_group[0]] * 5
    assert by_group[0] < by_group[1]
    picture = PlacedElectrodes(placed.table, placed.pos[:, 1:])
    # Rows of a picture count downwards.
    assert rows("height", picture) == list(range(10))[::-1]
    with pytest.raises(OptionError, match="no rule or column of that name"):
        rows("nonsense")


def test_smoothing_is_3_db_at_its_cutoff_and_never_negative():
    time_s = np.arange(4000) / 100
    wave = np.cos(2 * np.pi * 5 * time_s)[None].astype(np.float32)
    out = smoothed(wave, 100.0, 5.0)[0, 1000:3000]
    assert out.max() == pytest.approx(1 / np.sqrt(2), rel=0.01)
    step = np.zeros((1, 400), np.float32)
    step[:, 200:] = 1
    assert smoothed(step, 100.0, 5.0).min() >= 0


def test_scales():
    rows = np.outer([1.0, 0.1, 0.01, 0.0], np.linspace(0, 1, 1001)).astype(np.float32)
    full = np.percentile(rows[0], 99)
    by_band = scaled(rows, "band")
    # 20 dB below the loudest is lifted to its height; 40 dB below by 30 dB only.
    assert by_band[0, 500] == pytest.approx(0.5 / full)
    assert by_band[1, 500] == pytest.approx(0.5 / full)
    assert by_band[2, 500] == pytest.approx(0.5 / full * 10 ** (-10 / 20))
    assert by_band.max() == 1
    assert scaled(rows, "global")[:, 500] == pytest.approx(np.array([0.5, 0.05, 0.005, 0]) / full)
    assert scaled(rows, "electrode")[:, 500] == pytest.approx([0.5, 0.5, 0.5, 0])
    # What sounds for less than a hundredth of the time is measured by its highest value.
    rare = np.zeros((1, 1001), np.float32)
    rare[0, 3] = 0.2
    assert scaled(rare, "band").max() == 1


def test_given_activity_is_matched_by_name():
    placed = column_of_contacts(4)
    values = np.array([[0.0, 1.0, 0.5], [np.nan, 0.2, 0.4]])
    activity = ArrayDrive(values, 10.0, ["E2", "E0"], start_s=1.0).activity(placed)
    assert activity.at(1.1).tolist() == pytest.approx([0.2, 0, 1.0, 0])
    assert activity.at(1.05)[2] == pytest.approx(0.5)
    assert activity.at(99.0)[2] == pytest.approx(0.5)
    assert activity.row_of_electrode.tolist() == [1, -1, 0, -1]
    assert not activity.signed
    assert ArrayDrive(-values, 10.0, ["E2", "E0"]).activity(placed).signed
    with pytest.raises(DataError, match="no electrode has the name"):
        ArrayDrive(values, 10.0, ["X", "Y"]).activity(placed)
    with pytest.raises(DataError, match="2 names"):
        ArrayDrive(values[0], 10.0, ["X", "Y"])
