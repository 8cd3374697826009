"""Activity of sound while it arrives."""

import sys
import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import expected
from tests.grids import each_pair

from corticast.core.model.types import Electrodes, PlacedElectrodes
from corticast.dsp.assignment import rows_by
from corticast.dsp.backend import array_backend, cuda_device_name
from corticast.dsp.bands import LogBands
from corticast.dsp.history import ActivityHistory
from corticast.dsp.live import LiveAnalyser, LiveDrive, choose_array
from corticast.errors import DataError, OptionError

RATE = 44100
EDGES_HZ = LogBands().edges_hz
MIDDLES_HZ = np.sqrt(EDGES_HZ[1:] * EDGES_HZ[:-1])


def analyser_of(rate=RATE, n_channels=1, **options):
    return LiveAnalyser(LiveDrive(**{"attack_s": 0, "release_s": 0, "array": "numpy"} | options), rate, n_channels)


def pushed(analyser, samples, block=512):
    samples = np.atleast_2d(samples).astype(np.float32)
    return np.concatenate([analyser.push(samples[:, i : i + block]) for i in range(0, samples.shape[1], block)], axis=1)


def tone(freq_hz, seconds=1.0, rate=RATE, phase=0.0):
    return np.sin(2 * np.pi * freq_hz * np.arange(round(seconds * rate)) / rate + phase)


def beeps(freq_hz, rate, on_s=0.5, every_s=1.0, phase=0.0, seconds=4.0):
    """A tone switched on and off as abruptly as can be, the first time wherever that falls in a column."""
    time_s = np.arange(int(seconds * rate)) / rate - (0.1 + 0.0037 * (phase + 1))
    return 0.5 * np.sin(2 * np.pi * freq_hz * time_s + phase) * ((time_s >= 0) & (time_s % every_s < on_s))


def with_slow_start(samples, seconds=0.5):
    """Without what a start as abrupt as can be adds to the magnitudes."""
    ramp = np.minimum(np.arange(len(samples)) / (seconds * RATE), 1)
    return samples * np.sin(np.pi / 2 * ramp) ** 2


def tones_of_all_bands(seconds=1.0):
    """Tones in the middle of all bands with the same mean magnitude: what a tone gives is spread over its band."""
    widths_hz = np.diff(EDGES_HZ)
    shares = widths_hz / widths_hz.max()
    tones = [share * tone(freq_hz, seconds) for share, freq_hz in zip(shares, MIDDLES_HZ, strict=True)]
    return with_slow_start(np.sum(tones, axis=0))


def holds(freq_hz, rate):
    """(n_bands,) bool: bands that the tone's peak in the spectrum reaches into, 4 frequencies to either side."""
    reach_hz = 4 * rate / analyser_of(rate).stft.n_fft
    return (EDGES_HZ[:-1] < freq_hz + reach_hz) & (EDGES_HZ[1:] > freq_hz - reach_hz)


@each_pair(rate=[44100, 48000], gain_db=[None, 14], freq_hz=[1000, 450, 700, 1500, 3000, 5000])
def test_beeps_light_their_band_alone(fidelity, rate, freq_hz, gain_db):
    own = np.searchsorted(EDGES_HZ, freq_hz) - 1
    for phase in np.arange(0, 2 * np.pi, 1.3):
        for on_s, every_s in ((0.5, 1.0), (0.25, 0.5), (0.1, 0.2)):
            analyser = analyser_of(rate, gain_db=gain_db)
            samples = beeps(freq_hz, rate, on_s, every_s, phase, seconds=1.6)
            activity = pushed(analyser, samples)
            fidelity.within("Sound: live, other bands than a beep's", "0", activity[~holds(freq_hz, rate)], 0.1)
            # Every beep, the first one too.
            for start_s in np.arange(0.1, 1.4, every_s):
                first = round(start_s * analyser.stft.column_rate_hz)
                assert activity[own, first : first + 10].max() >= 0.9


def test_beeps_over_faint_noise_light_their_band_alone(rng):
    """Noise 60 dB below the beeps is all there is before the first: no band is taken to sound because of it."""
    samples = beeps(1000, RATE) + 3e-5 * rng.standard_normal(4 * RATE)
    activity = pushed(analyser_of(), samples)
    assert np.delete(activity, 3, axis=0).max() <= 0.1
    assert activity[3].max() >= 0.9


def test_beeps_soon_after_music_do_not_light_the_others(rng):
    music = 0.1 * rng.standard_normal(5 * RATE)
    analyser = analyser_of()
    pushed(analyser, np.concatenate([music, np.zeros(3 * RATE)]))
    assert np.delete(pushed(analyser, beeps(1000, RATE)), 3, axis=0).max() <= 0.1


def test_a_faint_tone_beside_beeps_is_seen_and_does_not_flash():
    """40 dB below in its band, lifted by 30. When beeps start and end, it keeps its activity."""
    share = 0.005 * np.diff(EDGES_HZ)[6] / np.diff(EDGES_HZ)[3]
    samples = beeps(1000, RATE, seconds=8) + share * tone(MIDDLES_HZ[6], 8)
    activity = pushed(analyser_of(), samples)[6, 2 * 86 :]
    assert activity.max() < 0.4
    assert activity.mean() == pytest.approx(0.3, abs=0.05)


@pytest.mark.parametrize("delay", [0, 100, 200, 300, 400])
def test_a_beep_is_seen_within_a_block_half_a_segment_and_a_hop(delay):
    """From the arrival of its first sample to half of its height; the very first beep too."""
    analyser = analyser_of()
    gate = np.zeros(3 * RATE)
    starts = [RATE // 2 + delay, 3 * RATE // 2 + delay]
    for start in starts:
        gate[start : start + RATE // 2] = 1
    samples = (0.5 * tone(1000, 3, phase=0.3) * gate)[None].astype(np.float32)
    seen = []
    for first in range(0, samples.shape[1], 512):
        columns = analyser.push(samples[:, first : first + 512])
        seen.append((first + 512, columns[3].max(initial=0) > 0.5))
    for start in starts:
        arrival = next(end for end, lit in seen if lit and end > start)
        assert arrival - start <= 512 + analyser.stft.n_fft // 2 + analyser.stft.hop_length


def test_the_first_click_lights_every_band():
    """What all bands hold at once is no spill, wherever it falls in the columns, after however much silence."""
    for position in range(RATE, RATE + 512, 37):
        samples = np.zeros(2 * RATE)
        samples[position] = 1
        activity = pushed(analyser_of(), samples)
        assert (activity.max(axis=1) > 0.9).all()
        assert np.count_nonzero(activity.any(axis=0)) <= 6


def test_steady_music_is_not_held_down(rng):
    assert pushed(analyser_of(), 0.1 * tones_of_all_bands(12))[:, 86:].min() > 0.95
    noise = pushed(analyser_of(), 0.2 * rng.standard_normal(12 * RATE))[:, 86:]
    assert noise.mean(axis=1).min() > 0.3
    assert noise.min() > 0


def test_a_sound_that_grows_is_never_above_full_activity(rng):
    samples = rng.standard_normal(5 * RATE) * np.geomspace(1e-3, 1, 5 * RATE)
    activity = pushed(analyser_of(), samples)
    assert activity.max() == 1
    assert (activity[:, 86:].max(axis=1) == 1).all()


def test_the_reference_falls_by_its_time_constant():
    loudness = np.interp(np.arange(25 * RATE), [0, 3 * RATE, 3.2 * RATE], [0.5, 0.5, 0.05])
    analyser = analyser_of()
    activity = pushed(analyser, loudness * tones_of_all_bands(25))
    rate_hz = analyser.stft.column_rate_hz
    for seconds in (1, 10, 20):
        assert activity[:, int((3 + seconds) * rate_hz)] == pytest.approx(0.1 * np.exp(seconds / 20), rel=0.02)


def test_silence_lifts_nothing():
    """A minute of silence: the same sound is as bright as before, and the noise of a converter stays dark."""
    sound = 0.3 * tones_of_all_bands(3)
    analyser = analyser_of()
    pushed(analyser, np.concatenate([sound, 0.1 * sound]))
    before = analyser.push(np.zeros((1, 0))), pushed(analyser, 0.1 * sound[:RATE])[:, -30]
    noise = 1e-5 * np.random.default_rng(0).standard_normal(60 * RATE)
    assert pushed(analyser, noise, 1 << 16)[:, 200:].max() < 0.01
    after = pushed(analyser, 0.1 * sound[:RATE])[:, -30]
    assert before[0].shape == (10, 0)
    assert after == pytest.approx(before[1], rel=0.15)


def test_what_is_faint_alone_is_not_lifted_to_full_activity():
    activity = pushed(analyser_of(), 1e-4 * tones_of_all_bands(10))
    assert activity.max() < 0.1


def test_bands_are_lifted_by_30_db_at_most_and_rest_50_db_below():
    """A loud tone, and others whose mean magnitude lies so far below it."""
    widths_hz = np.diff(EDGES_HZ)
    expected_activity = {20: 1, 33: 10 ** (-3 / 20), 40: 10 ** (-10 / 20), 47: 10 ** (-17 / 20), 53: 0}
    for below_db, wanted in expected_activity.items():
        soft = 0.5 * 10 ** (-below_db / 20) * widths_hz[7] / widths_hz[2]
        samples = with_slow_start(0.5 * tone(MIDDLES_HZ[2], 3) + soft * tone(MIDDLES_HZ[7], 3))
        activity = pushed(analyser_of(), samples)
        assert activity[7, 100] == pytest.approx(wanted, abs=0.02)
        assert activity[2, 100] == pytest.approx(1)


def test_gain_by_hand():
    analyser = analyser_of(gain_db=0)
    for band, freq_hz in enumerate(MIDDLES_HZ):
        assert pushed(analyser_of(gain_db=0), tone(freq_hz))[band, 40] == pytest.approx(1, abs=0.01)
    faint = 0.05 * tone(MIDDLES_HZ[4], 1)
    assert pushed(analyser, faint)[4, -1] == pytest.approx(0.05, rel=0.02)
    analyser.gain_db = 20
    assert pushed(analyser, faint)[4, -1] == pytest.approx(0.5, rel=0.02)
    analyser.gain_db = None
    assert pushed(analyser, faint)[4, -1] == pytest.approx(1, rel=0.02)
    for wrong in (np.nan, np.inf, 200):
        with pytest.raises(OptionError, match=f"gain {wrong}"):
            analyser.gain_db = wrong
    assert analyser.gain_db is None


def test_attack_and_release_are_time_constants():
    analyser = analyser_of(attack_s=0.1, release_s=0.4, gain_db=0)
    samples = np.concatenate([np.zeros(RATE), tone(MIDDLES_HZ[4], 2), np.zeros(2 * RATE)])
    activity = pushed(analyser, samples)[4]
    times_s = np.arange(len(activity)) / analyser.stft.column_rate_hz
    rising, falling = (np.interp(at_s, times_s, activity) for at_s in (1.1, 3.4))
    # Half a segment of uncertainty: the tone's start and end are as blurred as that.
    assert np.interp(1.1 - 0.023, times_s, activity) < 1 - np.exp(-1) < np.interp(1.1 + 0.035, times_s, activity)
    assert rising < activity.max() == pytest.approx(1, abs=0.01)
    assert np.interp(3.4 - 0.03, times_s, activity) > np.exp(-1) > np.interp(3.4 + 0.03, times_s, activity)
    assert 0.3 < falling < 0.45


@settings(deadline=None, max_examples=40)
@given(
    cuts=st.lists(st.one_of(st.integers(0, 40), st.integers(0, 5000)), min_size=1, max_size=30),
    rate=st.sampled_from([8000, 44100]),
    channel=st.sampled_from(["all", "mix", 2]),
)
def test_how_the_stream_is_cut_makes_no_difference(cuts, rate, channel):
    rng = np.random.default_rng(len(cuts))
    gate = np.repeat(rng.integers(0, 2, sum(cuts) // 999 + 1), 999)[: sum(cuts)]
    samples = (rng.standard_normal((2, sum(cuts))) * gate).astype(np.float32)
    cut, whole = (analyser_of(rate, 2, channel=channel, release_s=0.1) for _ in range(2))
    ends = np.cumsum(cuts)
    parts = [cut.push(samples[:, end - n : end]) for end, n in zip(ends, cuts, strict=True)]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), whole.push(samples))
    assert cut.n_columns == whole.n_columns
    assert cut.level_db == whole.level_db
    np.testing.assert_array_equal(cut.spectrum, whole.spectrum)


def test_columns_are_given_when_their_segment_is_complete():
    analyser = analyser_of()
    stft = analyser.stft
    for n_samples in range(0, 5000, 499):
        before = analyser.n_columns
        assert analyser.push(np.zeros((1, 499))).shape[1] == analyser.n_columns - before
        assert analyser.n_columns == max(0, (n_samples + 499 - stft.n_fft // 2) // stft.hop_length + 1)


def test_what_is_no_sound_does_no_harm(rng):
    analyser = analyser_of(release_s=0.15, attack_s=0.01)
    wild = rng.standard_normal(8000).astype(np.float32)
    wild[::7] = np.nan
    wild[1::70] = np.inf
    wild[2::70] = -np.inf
    wild[3::70] = 3e38
    activity = pushed(analyser, wild)
    assert np.isfinite(activity).all()
    assert activity.min() >= 0
    assert activity.max() <= 1
    assert np.isfinite([analyser.level_db, *analyser.spectrum]).all()
    # And it is over with the silence after it.
    assert not pushed(analyser, np.zeros(3 * RATE))[:, -50:].any()


def test_silence_is_exactly_zero():
    for gain_db in (None, 60):
        analyser = analyser_of(gain_db=gain_db)
        assert not pushed(analyser, np.zeros(RATE)).any()
        assert not analyser.spectrum.any()
        assert analyser.level_db == -120


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 96000, 192000])
def test_sample_rates(rate):
    analyser = analyser_of(rate)
    activity = pushed(analyser, beeps(1000, rate, seconds=1.5))
    assert activity.shape[0] == analyser.n_bands == (8 if rate == 8000 else 9 if rate == 11025 else 10)
    assert activity[3].max() >= 0.9
    assert np.delete(activity, 3, axis=0).max() <= 0.1
    assert analyser_of(8000).warnings == ("left out 2 of 10 bands, which lie above 4000 Hz",)
    with pytest.raises(OptionError, match="bands: 500 samples per second hold nothing above 250 Hz"):
        analyser_of(500)


def test_channels():
    out_of_phase = np.stack([tone(1000), -tone(1000)])
    assert pushed(analyser_of(n_channels=2), out_of_phase)[3, -1] == pytest.approx(1, abs=0.1)
    assert not pushed(analyser_of(n_channels=2, channel="mix"), out_of_phase).any()
    two_tones = np.stack([tone(1000), tone(3000)])
    for number, band in ((1, 3), (2, 7)):
        activity = pushed(analyser_of(n_channels=2, channel=number), two_tones)
        assert np.flatnonzero(activity[:, -1] > 0.1).tolist() == [band]
    with pytest.raises(OptionError, match="channel 3: the device has 2 channels; give 1 to 2"):
        analyser_of(n_channels=2, channel=3)
    for wrong in (0, "left", 1.5):
        with pytest.raises(OptionError, match=f"channel {wrong}"):
            LiveDrive(channel=wrong)
    with pytest.raises(DataError, match=r"shape \(3, 4\); give \(2, n\)"):
        analyser_of(n_channels=2).push(np.zeros((3, 4)))


@pytest.mark.parametrize("options", [{"attack_s": -1}, {"release_s": np.nan}, {"attack_s": np.inf}, {"gain_db": 500}])
def test_wrong_options_are_named(options):
    ((name, value),) = options.items()
    with pytest.raises(OptionError, match=f"{name.split('_')[0]} {value}"):
        LiveDrive(**options)


def test_level_is_the_peak_of_a_twentieth_second():
    analyser = analyser_of(48000)
    pushed(analyser, tone(1000, 1, 48000))
    assert analyser.level_db == pytest.approx(0, abs=0.05)
    pushed(analyser, 0.1 * tone(1000, 0.049, 48000))
    assert analyser.level_db == pytest.approx(0, abs=0.05)
    pushed(analyser, 0.1 * tone(1000, 0.01, 48000))
    assert analyser.level_db == pytest.approx(-20, abs=0.05)


def test_spectrum_is_in_db_of_full_scale():
    analyser = analyser_of()
    for level_db, shown in ((0, 1), (-40, 0.5), (-60, 0.25), (20, 1)):
        pushed(analyser, 10 ** (level_db / 20) * tone(MIDDLES_HZ[5]))
        assert analyser.spectrum[5] == pytest.approx(shown, abs=0.005)
        assert analyser.spectrum.dtype == np.float32


def test_memory_does_not_grow(rng):
    analyser, history = analyser_of(n_channels=2), ActivityHistory(10, 512, 64)
    block = rng.standard_normal((2, 512)).astype(np.float32)
    sizes = []
    tracemalloc.start()
    try:
        for _ in range(4):
            for _ in range(200):
                history.put(analyser.push(block))
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[-1] - sizes[0] < 2000


def test_electrodes_show_their_bands():
    pos = np.stack([np.zeros(7), np.zeros(7), np.arange(7) * 10.0], axis=1)
    placed = PlacedElectrodes(Electrodes(tuple("abcdefg"), pos), pos)
    for rule in ("height", "order", "height-down"):
        analyser = analyser_of(8000, assign=rule)
        np.testing.assert_array_equal(analyser.rows_of(placed), rows_by(rule, placed, 8))


def test_the_array_library_is_the_one_asked_for():
    assert choose_array(LiveDrive(array="numpy"), RATE, 2) == "numpy"
    assert analyser_of().stft.backend.name == "numpy"
    with pytest.raises(OptionError, match="array torch"):
        choose_array(LiveDrive(array="torch"), RATE, 2)
    if cuda_device_name() is None:
        assert choose_array(LiveDrive(), RATE, 2) == "numpy"


@pytest.mark.cuda
def test_the_faster_array_library_is_taken():
    if cuda_device_name() is None and not expected("cuda"):
        pytest.skip("no CUDA device")
    assert choose_array(LiveDrive(array="cupy"), RATE, 2) == "cupy"
    assert choose_array(LiveDrive(), RATE, 2) in ("numpy", "cupy")
    samples = beeps(1000, RATE)
    ours, theirs = (pushed(analyser_of(array=array), samples) for array in ("cupy", "numpy"))
    assert array_backend("cupy").name == "cupy"
    assert np.abs(ours - theirs).max() < 1e-3


def test_history_is_linear_between_columns_and_held_at_the_ends(rng):
    history = ActivityHistory(3, 512, 100)
    assert history.newest < 0
    assert history.at(1234).tolist() == [0, 0, 0]
    columns = rng.random((3, 337)).astype(np.float32)
    for first in range(0, 337, 41):
        history.put(columns[:, first : first + 41])
        n_columns = min(first + 41, 337)
        assert history.newest == (n_columns - 1) * 512
        kept = np.arange(max(0, n_columns - 100), n_columns)
        for position in (-5.0, kept[0] * 512 - 1e6, *rng.uniform(0, n_columns * 512, 50), history.newest, 1e12):
            theirs = [np.interp(position, kept * 512, columns[band, kept]) for band in range(3)]
            assert history.at(position) == pytest.approx(theirs, abs=1e-4)
    history.put(columns)
    assert history.at(1e12) == pytest.approx(columns[:, -1])
    history.put(columns[:, :0])
    assert history.newest == (2 * 337 - 1) * 512


def test_history_is_never_torn_between_two_threads():
    """Columns hold their number: a reader gets the wanted position, or the oldest one left."""
    capacity, n_put = 8, 3
    history = ActivityHistory(200, 1, capacity)
    history.put(np.zeros((200, 1), np.float32))
    done = threading.Event()

    def write():
        for first in range(1, 60_000, n_put):
            history.put(np.tile(np.arange(first, first + n_put, dtype=np.float32), (200, 1)))
        done.set()

    interval_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    writer = threading.Thread(target=write)
    try:
        writer.start()
        n_read = 0
        while not done.is_set():
            before = history.newest
            wanted = max(0, before - (n_read % 20) / 2)
            activity = history.at(wanted)
            left = history.newest + n_put - capacity + 1
            assert np.ptp(activity) == 0
            assert wanted <= activity[0] <= max(wanted, left)
            n_read += 1
    finally:
        writer.join()
        sys.setswitchinterval(interval_s)
    assert n_read > 100
