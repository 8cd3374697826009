"""What electrodes do when something is heard."""

import numpy as np
import pytest
import scipy

from corticast.core.model.types import Electrodes, PlacedElectrodes, SampledSound
from corticast.dsp.assignment import order_words, rows_by
from corticast.dsp.bands import LogBands
from corticast.dsp.drive import ArrayDrive, AudioDrive
from corticast.dsp.scaling import over_levels, smoothed, without_spill
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
def test_a_tone_takes_its_own_band(fidelity, freq_hz):
    activity = AudioDrive(sound_of(tone(freq_hz)), array="numpy").activity(column_of_contacts())
    own = np.searchsorted(LogBands().edges_hz, freq_hz) - 1
    middle = activity.at(1.5)
    fidelity.within("Sound: a steady tone's own band", "1", 1 - middle[own], 0.03)
    fidelity.within("Sound: a steady tone's other bands", "0", np.delete(middle, own), 0.1)


def gated(rate, on_s, every_s, ramp_s=0.0, phase=0.0, seconds=5.0):
    """1 kHz, switched on and off within `ramp_s` wherever that falls in its wave."""
    time_s = np.arange(int(seconds * rate)) / rate
    gate = ((time_s - 0.2533) % every_s < on_s).astype(float)
    if ramp_s:
        slope = np.hanning(int(ramp_s * rate) + 2)
        gate = np.convolve(gate, slope / slope.sum(), "same")
    return 0.5 * np.sin(2 * np.pi * 1000 * time_s + phase) * gate


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
@pytest.mark.parametrize(
    ("on_s", "every_s", "ramp_s"),
    [(9, 9, 0), (0.5, 1, 0), (0.3, 0.777, 0.001), (0.1, 0.2, 0), (0.05, 1, 0.005), (0.05, 0.1, 0), (0.01, 0.5, 0)],
)
def test_a_tone_takes_its_own_band_alone(fidelity, rate, on_s, every_s, ramp_s):
    """Steady or in bursts, even switched as abruptly as can be, and to the ends of the sound."""
    for phase in (0.0, 1.0):
        samples = gated(rate, on_s, every_s, ramp_s, phase)
        values = AudioDrive(sound_of(samples, rate), array="numpy").activity(column_of_contacts()).values
        own = np.searchsorted(LogBands().edges_hz, 1000) - 1
        fidelity.within("Sound: a tone's own band, steady or in bursts", "1", 1 - values[own].max(), 1e-6)
        fidelity.within("Sound: a tone's other bands, steady or in bursts", "0", np.delete(values, own, axis=0), 0.1)


def test_clicks_beside_a_tone_light_every_band():
    """Sound in all bands is not the spill of one of them."""
    samples = tone(1000, 4) * 0.1
    samples[RATE // 2 :: RATE] += 1.0
    activity = AudioDrive(sound_of(samples), array="numpy").activity(column_of_contacts())
    assert activity.at(1.5).min() > 0.9
    assert np.delete(activity.at(2.0), 3).max() < 0.1


def test_faint_noise_under_a_tone_is_not_lifted_to_the_eye():
    rng = np.random.default_rng(1)
    samples = gated(RATE, 0.5, 1.0) + 1e-4 * rng.standard_normal(5 * RATE)
    values = AudioDrive(sound_of(samples), array="numpy").activity(column_of_contacts()).values
    assert np.delete(values, 3, axis=0).max() < 0.1


def test_hum_below_the_bands_lights_none():
    faded = np.minimum(1, np.minimum(np.arange(3 * RATE), np.arange(3 * RATE)[::-1]) / RATE)
    hum = AudioDrive(sound_of((tone(50) + 0.2) * np.sin(np.pi / 2 * faded) ** 4), array="numpy")
    activity = hum.activity(column_of_contacts())
    assert not activity.values.any()
    assert activity.warnings == ("test: nothing between 400 and 6000 Hz; the electrodes rest",)


def test_silence_around_a_sound_changes_nothing():
    rng = np.random.default_rng(2)
    samples = rng.standard_normal(2 * RATE) * np.hanning(2 * RATE) * 0.1
    alone = AudioDrive(sound_of(samples), array="numpy").activity(column_of_contacts())
    padded = AudioDrive(sound_of(np.pad(samples, (512 * 100, 300 * RATE))), array="numpy").activity(
        column_of_contacts()
    )
    within = padded.values[:, 100 : 100 + alone.values.shape[1] - 5]
    assert np.abs(within - alone.values[:, :-5]).max() < 0.02


def test_a_rare_sound_is_full_activity():
    """One beep of 0.1 s in a minute of another tone: less than a hundredth of the time."""
    samples = tone(450, 60) * np.hanning(60 * RATE)
    samples[20 * RATE : 20 * RATE + 4410] += tone(3000, 0.1) * np.hanning(4410)
    activity = AudioDrive(sound_of(samples), array="numpy").activity(column_of_contacts())
    own = np.searchsorted(LogBands().edges_hz, 3000) - 1
    assert activity.at(20.05)[own] == pytest.approx(1)


@pytest.mark.parametrize("block", [1000, 65536])
def test_blocks_do_not_matter(block):
    class Blocks(SampledSound):
        def blocks(self, block_size=0, start=0, stop=None):
            return super().blocks(block, start, stop)

    rng = np.random.default_rng(4)
    sound = sound_of(rng.standard_normal((2, 100_001)))
    cut = Blocks(sound.samples, RATE, "cut")
    ours, theirs = (AudioDrive(source, array="numpy").magnitudes for source in (sound, cut))
    assert np.abs(ours - theirs).max() <= 1e-6 * theirs.max()


def test_a_sound_without_samples_is_refused():
    with pytest.raises(DataError, match="test: a sound without samples"):
        AudioDrive(sound_of(np.zeros(0)), array="numpy").activity(column_of_contacts())


@pytest.mark.parametrize("rate", [16000, 22050, 44100, 48000])
def test_the_response_to_a_click_is_centred_on_it(fidelity, rate):
    for at_s in (0.5, 1.2345, 1.7):
        samples = np.zeros(2 * rate)
        samples[round(at_s * rate)] = 1.0
        activity = AudioDrive(sound_of(samples, rate), array="numpy").activity(column_of_contacts())
        times = np.arange(0, 2, 0.002)
        shown = np.stack([activity.at(t) for t in times])
        for band in range(10):
            centroid = (times * shown[:, band]).sum() / shown[:, band].sum()
            # Half a frame at 60 frames a second, the shortest that is used.
            error_ms = 1000 * (centroid - round(at_s * rate) / rate)
            fidelity.within("Sound: centroid of the response to a click", "the click", error_ms, 1000 / 120, "ms")
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
        sos = scipy.signal.butter(4, edges[band : band + 2], "bandpass", fs=RATE, output="sos")
        envelope = np.abs(scipy.signal.hilbert(scipy.signal.sosfiltfilt(sos, samples)))
        slow = scipy.signal.sosfiltfilt(scipy.signal.butter(2, 5, fs=RATE, output="sos"), envelope)
        theirs = slow[np.round(times * RATE).astype(int)]
        ours = np.array([activity.at(t)[band] for t in times])
        assert np.corrcoef(ours, theirs)[0, 1] > 0.95


def test_silence_before_between_and_after_sounds_is_zero(fidelity):
    """No undershoot beside a loud burst, and nothing left over far from it."""
    samples = np.zeros(6 * RATE)
    samples[2 * RATE : 3 * RATE] = tone(1000, 1.0)
    values = AudioDrive(sound_of(samples), array="numpy").activity(column_of_contacts())
    assert values.values.min() >= 0
    rest = [values.at(time_s) for time_s in (0.0, 1.0, 1.6, 3.4, 4.0, 5.9)]
    fidelity.within("Sound: silence 0.4 s and more from a burst", "0", rest, 1e-3)


def test_silence_is_zero_and_said(fidelity):
    activity = AudioDrive(sound_of(np.zeros(RATE)), array="numpy").activity(column_of_contacts())
    fidelity.within("Sound: silence", "0", activity.values, 0)
    assert any("silent" in text for text in activity.warnings)


def test_channels_out_of_phase_do_not_cancel():
    left = tone(1000)
    activity = AudioDrive(sound_of(np.stack([left, -left])), array="numpy").activity(column_of_contacts())
    assert activity.at(1.5)[3] > 0.97


def test_bands_above_nyquist_are_left_out_and_said():
    drive = AudioDrive(sound_of(tone(1000, rate=8000), 8000), array="numpy")
    activity = drive.activity(column_of_contacts())
    assert len(activity.values) == 8
    assert any("left out 2 of 10 bands, which lie above 4000 Hz" in text for text in activity.warnings)
    with pytest.raises(OptionError, match="nothing above"):
        AudioDrive(sound_of(np.zeros(100), 500))


@pytest.mark.parametrize("n_samples", [1, 3, 100])
def test_a_sound_shorter_than_a_segment_is_drawn(n_samples):
    activity = AudioDrive(sound_of(np.ones(n_samples)), array="numpy").activity(column_of_contacts())
    assert np.isfinite(activity.at(0)).all()


def test_assignment():
    placed = column_of_contacts()

    def rows(rule, where=placed):
        return AudioDrive(sound_of(tone(1000)), assign=rule, array="numpy").activity(where).row_of_contact.tolist()

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


@pytest.mark.parametrize("n_values", [1, 3, 20, 1000])
def test_assignment_is_by_mean_rank(rng, n_values):
    values = rng.integers(0, n_values, 57).astype(float)
    pos = np.stack([values] * 3, axis=1)
    rows = rows_by("z", PlacedElectrodes(Electrodes(tuple(map(str, range(57))), pos), pos), 10)
    np.testing.assert_array_equal(rows, np.minimum((scipy.stats.rankdata(values) - 0.5) / 57 * 10, 9).astype(int))


def test_smoothing_is_3_db_at_its_cutoff_and_never_negative():
    time_s = np.arange(4000) / 100
    wave = np.cos(2 * np.pi * 5 * time_s)[None].astype(np.float32)
    out = smoothed(wave, 100.0, 5.0)[0, 1000:3000]
    assert out.max() == pytest.approx(1 / np.sqrt(2), rel=0.01)
    step = np.zeros((1, 400), np.float32)
    step[:, 200:] = 1
    assert smoothed(step, 100.0, 5.0).min() >= 0


def test_scales():
    rows = np.outer([1.0, 0.1, 0.01, 0.002, 0.0], np.linspace(0, 1, 1001)).astype(np.float32)
    full = np.percentile(rows[0], 99)

    def at(rule, faintest=0.0):
        return over_levels(rows, rows, rule, faintest)[:, 500]

    # 20 dB below the loudest is lifted to its height; 40 dB below by 30 dB only; 54 dB below rests.
    lifted = [1, 1, 10 ** (-10 / 20), 0, 0]
    assert at("band") == pytest.approx(np.array(lifted) * 0.5 / full, rel=1e-3)
    # The 99th percentile is full activity.
    np.testing.assert_allclose(np.percentile(over_levels(rows, rows, "global", 0.0)[0], 99), 1, rtol=1e-3)
    assert at("global") == pytest.approx(np.array([0.5, 0.05, 0.005, 0.001, 0]) / full, rel=1e-3)
    assert at("electrode") == pytest.approx([0.5, 0.5, 0.5, 0.5, 0])
    for rule in ("band", "electrode"):
        assert at(rule, faintest=0.05)[2:].tolist() == [0, 0, 0]
    for rule in ("band", "global", "electrode"):
        assert not at(rule, faintest=2.0).any()


def test_levels_are_taken_from_what_is_no_spill():
    rows = np.zeros((2, 400), np.float32)
    rows[0, 100:300] = 1.0
    rows[1, 95:105] = rows[1, 295:305] = 0.05
    own = without_spill(rows, rows, [400, 600, 900], reach=20, share=1.0)
    assert own[0].tolist() == rows[0].tolist()
    assert not own[1].any()
    # The same magnitudes away from starts and ends of the other band are the band's own.
    rows[1] = np.roll(rows[1], 60)
    assert without_spill(rows, rows, [400, 600, 900], reach=20, share=1.0)[1].tolist() == rows[1].tolist()


def test_given_activity_is_matched_by_name():
    placed = column_of_contacts(4)
    values = np.array([[0.0, 1.0, 0.5], [np.nan, 0.2, 0.4]])
    activity = ArrayDrive(values, 10.0, ["E2", "E0"], start_s=1.0).activity(placed)
    assert activity.at(1.1).tolist() == pytest.approx([0.2, 0, 1.0, 0])
    assert activity.at(1.05)[2] == pytest.approx(0.5)
    assert activity.at(99.0)[2] == pytest.approx(0.5)
    assert activity.row_of_contact.tolist() == [1, -1, 0, -1]
    assert not activity.signed
    assert ArrayDrive(-values, 10.0, ["E2", "E0"]).activity(placed).signed
    with pytest.raises(DataError, match="no channel has the name of an electrode"):
        ArrayDrive(values, 10.0, ["X", "Y"]).activity(placed)
    with pytest.raises(DataError, match="n_channels, n_samples"):
        ArrayDrive(values[0], 10.0, ["X", "Y"])
    with pytest.raises(DataError, match="two channels have the name E2"):
        ArrayDrive(values, 10.0, ["E2", "E2"])
    with pytest.raises(DataError, match="real numbers"):
        ArrayDrive(values * 1j, 10.0, ["E2", "E0"])


def test_what_given_activity_lacks_is_said():
    values = np.array([[0.0, np.inf], [0.5, 3.0], [0.1, -0.2]])
    activity = ArrayDrive(values, 10.0, ["E1", "E0", "X"]).activity(column_of_contacts(4))
    assert activity.warnings == (
        "2 of 4 electrodes have no channel and are hollow: E2, E3",
        "1 of 3 channels have no electrode: X",
        "1 values of the activity are NaN or infinite and are drawn as rest",
    )
    assert (activity.n_clipped, activity.n_values) == (1, 4)
    assert activity.hollow.tolist() == [False, False, True, True]
    assert activity.at(0.1).tolist() == [1, 0, 0, 0]
    assert ArrayDrive(values, 10.0, ["E1", "E0", "X"], full_scale=4).activity(column_of_contacts(4)).at(0.1)[0] == 0.75


@pytest.mark.parametrize("options", [{"smoothing_hz": 0}, {"smoothing_hz": np.inf}, {"scale": "loud"}])
def test_wrong_options_are_named(options):
    (name, value), *_ = options.items()
    with pytest.raises(OptionError, match=f"{name} {value}"):
        AudioDrive(sound_of(np.ones(10)), **options)


def test_causal_smoothing_and_none():
    """Causal sound is late, and nothing precedes the first column that the transform's window lets hear the onset."""
    samples = np.zeros(2 * RATE)
    samples[RATE:] = tone(1000, 1.0)
    sound, contacts = sound_of(samples), column_of_contacts()
    early, late, raw = (
        AudioDrive(sound, smoothing=rule, smoothing_hz=cutoff_hz).activity(contacts)
        for rule, cutoff_hz in (("zero-phase", 5.0), ("causal", 5.0), ("zero-phase", None))
    )
    times_s = np.arange(early.values.shape[1]) / float(early.column_rate_hz)
    half_s = 1024 / RATE
    for activity, leads in ((early, True), (late, False), (raw, False)):
        assert activity.values[:, times_s < 1 - half_s].any() == leads
    assert early.measured.smoothing == "zero-phase, 5 Hz, shows the sound up to 53 ms early"
    assert late.measured.smoothing == (
        "causal, 5 Hz, shows the sound about 41 ms late, after a window that shows it up to 13 ms early"
    )
    assert raw.measured.smoothing == "none; the window shows the sound up to 13 ms early"


# Where low values of a rule lie in RAS+ mm (axis, sign), and in a picture whose rows count downwards.
ENDS = {
    "at the bottom": ((2, -1), (1, 1)),
    "at the top": ((2, 1), (1, -1)),
    "at the left": ((0, -1), (0, -1)),
    "at the back": ((1, -1), None),
}


@pytest.mark.parametrize("rule", ["height", "height-down", "x", "y", "z"])
@pytest.mark.parametrize("in_picture", [False, True])
def test_the_caption_says_at_which_end_low_bands_are(rule, in_picture):
    if in_picture and rule == "z":
        return
    pos = np.random.default_rng(4).normal(size=(12, 2 if in_picture else 3))
    table = Electrodes(tuple(map(str, range(12))), pos, space="picture" if in_picture else "world")
    words = order_words(rule, in_picture=in_picture)
    axis, sign = ENDS[words.removeprefix("low ones ")][in_picture]
    rows = rows_by(rule, PlacedElectrodes(table, pos), 12)
    assert rows.argmin() == (sign * pos[:, axis]).argmax()
