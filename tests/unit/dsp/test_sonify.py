"""The sound of activity, measured by SciPy: which tone, how loud, when, and on which side."""

import tracemalloc
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from corticast.core.model.scene import Scene
from corticast.core.model.types import Activity, AudioSource, Electrodes, PlacedElectrodes, SampledSound
from corticast.dsp.drive import ArrayDrive
from corticast.dsp.sonify import SAMPLE_RATE, Sonified, flat_pitches_hz, pitches_hz
from corticast.errors import DataError, OptionError
from corticast.film.analysis import analyse
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming

HILBERT = "scipy.signal.hilbert"


def placed_at(pos, bad=None):
    pos = np.asarray(pos, float)
    bad = np.zeros(len(pos), bool) if bad is None else np.array(bad)
    return PlacedElectrodes(Electrodes(tuple(f"E{n}" for n in range(len(pos))), pos, bad=bad), pos)


def tower(n, x=0.0):
    """Contacts above one another."""
    return placed_at([[x, 0, 3.0 * height] for height in range(n)])


def sonified(values, placed, rate_hz=100.0, **options):
    values = np.asarray(values, np.float32)
    activity = Activity(values, rate_hz, np.arange(len(values)), signed=bool((values < 0).any()))
    return Sonified(activity, placed, **options)


def samples_of(sound, *arguments, **options):
    return np.concatenate(list(sound.blocks(*arguments, **options)), axis=1)


def alone(row, n, n_columns=200):
    values = np.zeros((n, n_columns))
    values[row] = 1
    return values


def strongest_hz(samples):
    """Frequency of the highest peak, and the share of the power within 3 Hz of it."""
    frequencies, power = scipy.signal.periodogram(samples, SAMPLE_RATE, window="blackman")
    peak = frequencies[power.argmax()]
    return peak, power[np.abs(frequencies - peak) < 3].sum() / power.sum()


@pytest.mark.parametrize("n", [1, 2, 5, 21, 64])
def test_each_contact_has_its_own_tone_the_lowest_the_lowest(fidelity, n):
    heard = []
    for row in {0, n // 2, n - 1}:
        sound = sonified(alone(row, n), tower(n))
        assert isinstance(sound, AudioSource)
        wanted_hz = pitches_hz()[sound.pitch_of_contact[row]]
        found_hz, share = strongest_hz(samples_of(sound)[0])
        fidelity.within("Sound: tone of a contact", "scipy.signal.periodogram", found_hz - wanted_hz, 0.5, "Hz")
        assert share > 0.999
        heard.append((row, found_hz))
    assert [hz for _, hz in sorted(heard)] == sorted({hz for _, hz in heard})
    assert min(hz for _, hz in heard) > 109
    assert max(hz for _, hz in heard) < 1761


def test_as_many_contacts_as_tones_have_each_their_own_and_more_share_them():
    assert sonified(np.zeros((21, 9)), tower(21)).pitch_of_contact.tolist() == list(range(21))
    assert set(np.bincount(sonified(np.zeros((210, 9)), tower(210)).pitch_of_contact)) == {10}


def test_tones_are_a_just_pentatonic_scale():
    ratios = pitches_hz() / pitches_hz()[0]
    np.testing.assert_allclose(ratios[:6], [1, 9 / 8, 5 / 4, 3 / 2, 5 / 3, 2])
    np.testing.assert_allclose(ratios[5:], 2 * ratios[:-5])
    assert pitches_hz()[0] == pytest.approx(110, abs=0.01)


def test_sides():
    x = np.array([-60.0, -30.0, 0.0, 30.0, 60.0])
    placed = placed_at(np.stack([x, 0 * x, 0 * x], axis=1))
    left_right = np.array([samples_of(sonified(alone(row, 5), placed)).std(axis=1) for row in range(5)])
    left, right = left_right.T
    # World x: the subject's left is on the left, whatever the picture's convention.
    assert right[0] < 1e-6 < left[0]
    assert left[4] < 1e-6 < right[4]
    assert left[1] > 2 * right[1]
    assert left[2] == pytest.approx(right[2], rel=1e-3)
    np.testing.assert_allclose(left, right[::-1], rtol=1e-3, atol=1e-6)
    # Equal power on the way.
    np.testing.assert_allclose(np.hypot(left, right), np.hypot(left, right)[0], rtol=1e-3)


def test_sides_of_a_picture_and_of_a_narrow_implantation():
    columns = placed_at([[100.0, 5.0], [300.0, 5.0], [200.0, 5.0]])
    assert sonified(np.zeros((3, 9)), columns).pan_of_contact.tolist() == [-1, 1, 0]
    assert sonified(np.zeros((1, 9)), placed_at([[7.0, 7.0]])).pan_of_contact.tolist() == [0]
    near_midline = placed_at([[-2.0, 0, 0], [2.0, 0, 5]])
    assert np.abs(sonified(np.zeros((2, 9)), near_midline).pan_of_contact).max() == pytest.approx(0.1)


def test_loudness_is_activity(fidelity, rng):
    """A contact's envelope is its activity, linear between columns."""
    values = np.interp(np.arange(300), np.arange(0, 300, 10), rng.random(30))[None]
    samples = samples_of(sonified(values, tower(1)))[0]
    envelope = np.abs(scipy.signal.hilbert(samples))
    time_s = np.arange(len(samples)) / SAMPLE_RATE
    wanted = np.interp(time_s, np.arange(300) / 100, values[0])
    inner = (time_s > 0.1) & (time_s < 2.9)
    assert np.corrcoef(envelope[inner], wanted[inner])[0, 1] > 0.999
    scale = (envelope[inner] @ wanted[inner]) / (wanted[inner] @ wanted[inner])
    error = envelope[inner] / scale - wanted[inner]
    fidelity.within("Sound: loudness of a contact against its activity", HILBERT, error, 0.01)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_rms_is_proportional_to_activity(share):
    # A loud contact beside the one that is measured fixes the gain.
    values = np.zeros((2, 400))
    values[0, :100], values[1, 200:300], values[1, 350:] = 1, 1, share
    samples = samples_of(sonified(values, tower(2)))[0]
    full, part = samples[96960:143040].std(), samples[169000:190000].std()
    assert part / full == pytest.approx(share, rel=2e-3)


def test_contacts_of_one_tone_add_up_and_none_silences_another():
    placed = tower(42, x=-60)
    one = samples_of(sonified(alone(0, 42), placed))[0].std()
    both = alone(0, 42)
    both[1] = 1
    sound = sonified(both, placed)
    assert sound.pitch_of_contact[0] == sound.pitch_of_contact[1]
    # The gain of the two is half as large, if their loudness adds.
    assert samples_of(sound)[0].std() == pytest.approx(one, rel=1e-3)
    values = alone(0, 42)
    values[1] = 0.5
    # Neither of them is fainter for the other.
    mixed = samples_of(sonified(values, placed))[0].std()
    assert mixed == pytest.approx(one, rel=1e-3)


@settings(max_examples=25, deadline=None)
@given(n=st.integers(1, 60), signed=st.booleans(), seed=st.integers(0, 99), rate=st.sampled_from([3.0, 40.0, 2000.0]))
def test_nothing_is_ever_beyond_full_scale(n, signed, seed, rate):
    rng = np.random.default_rng(seed)
    values = rng.choice([-1.0, 1.0] if signed else [0.0, 1.0], (n, 40)).astype(np.float32)
    placed = placed_at(rng.uniform(-70, 70, (n, 3)))
    assert np.abs(samples_of(sonified(values, placed, rate))).max() <= 0.7 + 1e-6


@pytest.mark.parametrize("n", [1, 21, 300])
def test_all_at_once_are_loud_but_do_not_clip(n):
    samples = samples_of(sonified(np.ones((n, 200)), tower(n)))
    assert 0.1 < np.abs(samples).max() <= 0.7 + 1e-6
    assert samples.std() > 0.05


@given(block_size=st.integers(1, 20_000), start=st.integers(-5, 30_000), length=st.integers(0, 30_000))
@settings(max_examples=30, deadline=None)
def test_any_way_of_reading_gives_the_same_samples(block_size, start, length):
    rng = np.random.default_rng(4)
    values = rng.uniform(-1, 1, (30, 50))
    sound = sonified(values, tower(30), 60.0)
    whole = samples_of(sound)
    assert whole.shape == (2, sound.n_samples) == (2, 40_000)
    first, last = max(start, 0), max(start + length, 0)
    block_size = max(block_size, length // 500)
    blocks = list(sound.blocks(block_size, start, last))
    assert all(block.shape[1] == block_size for block in blocks[:-1])
    assert all(block.dtype == np.float32 for block in blocks)
    read = np.concatenate([np.zeros((2, 0), np.float32), *blocks], axis=1)
    assert np.array_equal(read, whole[:, first:last])


def test_silence_is_digital_zero():
    assert not samples_of(sonified(np.zeros((5, 100)), tower(5))).any()
    values = np.zeros((2, 100))
    values[1, 50:] = 0.7
    samples = samples_of(sonified(values, tower(2)))
    assert not samples[:, : 49 * 480].any()
    assert samples[:, 51 * 480 :].any()


def test_faint_activity_stays_faint():
    loud, faint = (samples_of(sonified(level * np.ones((1, 100)), tower(1))).std() for level in (1.0, 0.01))
    assert faint == pytest.approx(0.01 * loud, rel=1e-3)


@pytest.mark.parametrize("rate_hz", [25.0, 200.0, 1000.0])
def test_a_burst_is_heard_when_it_is(fidelity, rate_hz):
    """The middle of the sound's power of a burst, at any rate of columns."""
    columns_s = np.arange(int(3 * rate_hz)) / rate_hz
    for middle_s in (0.7, 1.513, 2.25):
        values = np.exp(-0.5 * ((columns_s - middle_s) / 0.08) ** 2)[None]
        power = samples_of(sonified(values, tower(1), rate_hz))[0].astype(float) ** 2
        found_s = np.average(np.arange(len(power)), weights=power) / SAMPLE_RATE
        fidelity.within("Sound: middle of a burst", "the activity's time", 1000 * (found_s - middle_s), 1, "ms")


def test_onset_within_a_millisecond():
    values = np.zeros((1, 2000))
    values[0, 1234:] = 1
    samples = samples_of(sonified(values, tower(1), 1000.0))[0]
    first = np.flatnonzero(np.abs(samples) > 0.02)[0] / SAMPLE_RATE
    # Between the last column of rest and the first of activity, and an eighth of the tone's period.
    assert 1.233 <= first <= 1.235


def test_time_before_the_first_column_and_speed():
    values = np.zeros((1, 300))
    values[0, 100:] = 1
    activity = Activity(values.astype(np.float32), 100.0, np.zeros(1, np.intp), start_s=0.5)
    for speed in (1.0, 0.25, 2.0):
        sound = Sonified(activity, tower(1), speed=speed)
        assert sound.n_samples == 3.5 / speed * SAMPLE_RATE
        samples = samples_of(sound)[0]
        assert np.flatnonzero(samples)[0] / SAMPLE_RATE * speed == pytest.approx(1.49, abs=0.002)
        # The tone keeps its pitch.
        assert strongest_hz(samples[-40_000:])[0] == pytest.approx(pitches_hz()[sound.pitch_of_contact[0]], abs=1)


def test_values_below_zero_sound_a_quarter_tone_flat():
    values = np.zeros((1, 400))
    values[0, :200], values[0, 201:] = 1, -1
    sound = sonified(values, tower(1))
    samples = samples_of(sound)[0]
    above, below = strongest_hz(samples[2000:95_000])[0], strongest_hz(samples[97_000:-2000])[0]
    assert above == pytest.approx(pitches_hz()[10], abs=0.5)
    assert below == pytest.approx(flat_pitches_hz()[10], abs=0.5)
    assert 1200 * np.log2(above / below) == pytest.approx(48.77, abs=2)
    assert samples[2000:95_000].std() == pytest.approx(samples[97_000:-2000].std(), rel=0.01)


def test_there_are_no_clicks():
    """From one sample to the next no more than the tone at its loudest could, beginning and end included."""
    for start_s, duration_s in ((0.0, None), (0.3137, 0.4), (0.3141, 0.4003)):
        sound = sonified(np.ones((1, 50)), tower(1), 50.0, start_s=start_s, duration_s=duration_s)
        samples = samples_of(sound)
        assert not samples[:, 0].any()
        tone_hz = pitches_hz()[sound.pitch_of_contact[0]]
        steepest = 0.7 * (2 * np.pi * tone_hz + 1 / 0.005) / SAMPLE_RATE
        jumps = np.diff(np.concatenate([samples, np.zeros((2, 1))], axis=1), axis=1)
        assert np.abs(jumps).max() < steepest
        assert samples[:, 2:240].any()


def test_activity_may_rest_outside_its_times():
    activity = Activity(np.ones((1, 100), np.float32), 100.0, np.zeros(1, np.intp), start_s=0.5)
    for speed in (1.0, 0.5):
        samples = samples_of(Sonified(activity, tower(1), duration_s=2 / speed, speed=speed, rests_outside=True))
        heard_s = np.flatnonzero(samples[0]) / SAMPLE_RATE * speed
        assert heard_s[0] == pytest.approx(0.5, abs=0.001)
        assert heard_s[-1] == pytest.approx(1.5, abs=0.001)
        assert np.abs(np.diff(samples)).max() < 0.7 * (2 * np.pi * 441 + 1 / 0.005) / SAMPLE_RATE
    held = samples_of(Sonified(activity, tower(1), duration_s=2))
    assert np.flatnonzero(held[0])[-1] == held.shape[1] - 1


def test_contacts_without_a_place_or_a_row_and_bad_ones_are_not_heard():
    pos = np.array([[0, 0, 0.0], [0, 0, 1], [0, 0, 2], [0, 0, 3]])
    pos[1] = np.nan
    placed = placed_at(pos, [False, False, True, False])
    activity = Activity(np.ones((4, 100), np.float32), 100.0, np.array([0, 1, 2, -1]))
    sound = Sonified(activity, placed)
    assert (sound.pitch_of_contact >= 0).tolist() == [True, False, False, False]
    only = Sonified(replace(activity, row_of_contact=np.array([0, -1, -1, -1])), placed)
    assert np.array_equal(samples_of(sound), samples_of(only))
    with pytest.raises(DataError, match="sonify"):
        Sonified(activity, placed_at(pos, [True] * 4))


def test_an_hour_of_many_contacts_is_not_held_in_memory():
    values = np.ones((256, 36_000), np.float32)
    sound = sonified(values, tower(256), 10.0)
    assert sound.n_samples == 3600 * SAMPLE_RATE
    tracemalloc.start()
    for _ in sound.blocks(stop=10 * SAMPLE_RATE):
        pass
    for _ in sound.blocks(start=3590 * SAMPLE_RATE):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The activity is 37 MB, and all of the sound 1.4 GB.
    assert peak < 60e6


def film_of(**timing):
    values = np.tile([0.0, 1.0], 300)[None]
    scene = Scene(
        electrodes=Electrodes(("a",), np.zeros((1, 3))),
        drive=ArrayDrive(values, 60.0, ["a"]),
        sonify=True,
        electrode_size=(0, 1080),
    )
    return open_film(scene, FilmTiming(size=(64, 64), **timing))


def test_a_film_sounds_as_its_data_and_not_as_the_flash_limit_shows_them():
    free = film_of()
    analysis = replace(analyse(free.scene, free.placed, free.timing), gain=0.25)
    dim = open_film(free.scene, free.timing, analysis=analysis)
    np.testing.assert_array_equal(dim.frame(1).activity, free.frame(1).activity / 4)
    assert np.array_equal(samples_of(dim.sonified), samples_of(free.sonified))


def test_an_excerpt_is_as_loud_as_that_part_of_the_whole():
    whole = samples_of(film_of().sonified)
    part = samples_of(film_of(start=Fraction(2), duration=Fraction(3)).sonified)
    assert whole.shape[1] == 10 * SAMPLE_RATE
    assert part.shape[1] == 3 * SAMPLE_RATE
    # The same loudness at the same time, whatever the phase of the tone.
    whole, part = (np.abs(scipy.signal.hilbert(samples[0])) for samples in (whole, part))
    inner = slice(4800, -4800)
    np.testing.assert_allclose(part[inner], whole[2 * SAMPLE_RATE : 5 * SAMPLE_RATE][inner], atol=0.02)


def test_where_there_is_sound_or_no_activity_it_is_refused():
    table = Electrodes(("a",), np.zeros((1, 3)))
    drive = ArrayDrive(np.zeros((1, 9)), 10.0, ["a"])
    with pytest.raises(OptionError, match="sonify: does nothing where there is sound"):
        Scene(electrodes=table, drive=drive, audio=SampledSound(np.zeros((1, 9), np.float32), 8000), sonify=True)
    with pytest.raises(OptionError, match="sonify: does nothing without data"):
        Scene(electrodes=table, sonify=True)


def test_tones_follow_one_another_by_at_least_a_tone():
    assert all(other / one > 1.11 for one, other in pairwise(pitches_hz()))
