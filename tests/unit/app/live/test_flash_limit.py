"""The flash limit's gain, against closed formulas and pictures whose flashes are known."""

import numpy as np
import pytest
from tests.unit.app.live.pictures import grey

from corticast.app.live.flash_limit import GAINS, FlashLimit, FloorSearch, floor_of

FPS, RELEASE_S = 30, 0.15


def pulses(hertz, seconds):
    """Activity that jumps to 1 and falls with the release."""
    return np.exp(-((np.arange(seconds * FPS) / FPS) % (1 / hertz)) / RELEASE_S)


def driven(activity, area=1.0, brightest=0.5):
    """Gains of a show whose luminance grows with the square of the activity."""
    limit = FlashLimit(RELEASE_S)
    limit.take_floor(floor_of({gain: grey(brightest * gain**2, area) for gain in (0.0, *GAINS)}, 2.0))
    gains = []
    for index, value in enumerate(activity):
        gains.append(limit.at(index / FPS, value))
        limit.see(grey(brightest * (gains[-1] * value) ** 2, area), index / FPS)
    return limit, np.array(gains)


def rises(luminance, step=0.1):
    """Frames at which a rise by the step is complete, counted as WCAG's flashes are."""
    found, low, high, rising = [], luminance[0], luminance[0], False
    for index, value in enumerate(luminance):
        if not rising and value - low >= step:
            found.append(index)
            rising, high = True, value
        elif rising and high - value >= step:
            rising, low = False, value
        low, high = min(low, value), max(high, value)
    return np.array(found)


def most_in_a_second(frames):
    return max((int(((frames >= first) & (frames < first + FPS)).sum()) for first in frames), default=0)


def test_the_floor_is_where_the_luminance_no_longer_steps():
    # 0.5 g² = 0.08, a fifth below WCAG's 0.1
    limit = 0.08 / 0.5
    expected = max(gain for gain in GAINS if gain**2 < limit)
    assert floor_of({gain: grey(0.5 * gain**2) for gain in (0.0, *GAINS)}, 2.0) == expected


def test_the_search_ends_at_once_where_nothing_flashes():
    search = FloorSearch(2.0)
    floors = []
    while search.wanted is not None:
        floors.append(search.take(grey(search.wanted * 0.05)))
    assert floors == [None, None, 1.0]


def test_the_search_finds_the_floor():
    search = FloorSearch(2.0)
    floor = None
    while search.wanted is not None:
        floor = search.take(grey(0.5 * search.wanted**2))
    assert floor == floor_of({gain: grey(0.5 * gain**2) for gain in (0.0, *GAINS)}, 2.0)


def test_the_search_tries_both_signs_of_a_recording():
    """Positive activity is as bright as rest; negative activity is brighter."""

    def picture(activity):
        return grey(0.1 - 0.4 * min(activity, 0.0))

    search, tried, floors = FloorSearch(2.0, signed=True), [], []
    while search.wanted is not None:
        tried.append(search.wanted)
        floors.append(search.take(picture(search.wanted)))
    assert set(tried) == {0.0, *GAINS, *(-gain for gain in GAINS)}
    # 0.4 g = 0.08, a fifth below WCAG's 0.1
    assert floors[-1] == max(gain for gain in GAINS if 0.4 * gain < 0.08 - 1e-3)


@pytest.mark.parametrize("hertz", [1.0, 1.5, 2, 2.5, 8 / 3, 3])
def test_a_steady_rhythm_is_followed(hertz):
    activity = pulses(hertz, 12)
    limit, gains = driven(activity)
    settled = slice(3 * FPS, None)
    assert np.corrcoef(activity[settled], (activity * gains)[settled])[0, 1] >= 0.95
    assert (limit.figures.least_gain < 1) == (hertz > 1)


def music(seconds, seed):
    """Activity of beats that vary in strength and distance, as those of music and speech do."""
    rng = np.random.default_rng(seed)
    begins = np.cumsum(rng.uniform(0.25, 0.9, 4 * seconds))
    activity, times = np.zeros(seconds * FPS), np.arange(seconds * FPS) / FPS
    for begin, height in zip(begins, rng.uniform(0.2, 1, len(begins)), strict=True):
        activity = np.maximum(activity, height * (times >= begin) * np.exp(-(times - begin).clip(0) / RELEASE_S))
    return activity


@pytest.mark.parametrize("seed", range(6))
def test_music_is_followed_from_three_seconds_after_the_first_flashes(seed):
    activity = music(24, seed)
    _, gains = driven(activity)
    settled = slice(int(np.flatnonzero(gains < 1)[0]) + 3 * FPS, None)
    assert np.corrcoef(activity[settled], (activity * gains)[settled])[0, 1] >= 0.95


@pytest.mark.parametrize("hertz", [2, 3, 4, 5, 6])
def test_no_second_has_a_fourth_flash(hertz):
    activity = pulses(hertz, 10)
    _, gains = driven(activity)
    assert most_in_a_second(rises(0.5 * activity**2)) >= min(hertz, 4)
    assert most_in_a_second(rises(0.5 * (activity * gains) ** 2)) <= 3


def test_a_change_of_rhythm_keeps_the_bound_and_the_fall():
    activity = np.concatenate([pulses(1, 4), pulses(3, 4), pulses(6, 4), pulses(1.5, 4)])
    _, gains = driven(activity)
    assert most_in_a_second(rises(0.5 * (activity * gains) ** 2)) <= 3
    falls = -np.diff(np.log(gains)) * FPS * RELEASE_S
    assert falls.max() <= 1 + 1e-6


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1.5), (2, 2.5), (3, 1)])
def test_a_change_of_rhythm_is_followed_from_three_seconds_on(before, after):
    activity = np.concatenate([pulses(before, 6), pulses(after, 8)])
    _, gains = driven(activity)
    settled = slice(9 * FPS, None)
    assert np.corrcoef(activity[settled], (activity * gains)[settled])[0, 1] >= 0.95


def test_the_gain_recovers_over_seconds():
    activity = np.concatenate([pulses(3, 4), np.zeros(12 * FPS)])
    _, gains = driven(activity)
    quiet = gains[4 * FPS :]
    assert quiet[0] < 0.6
    assert quiet[FPS] < 1
    assert quiet[-1] == 1


def test_the_gain_stays_low_while_the_camera_turns():
    """A turning camera gets a floor again and again."""
    activity = pulses(2.5, 12)
    limit, gains = FlashLimit(RELEASE_S), []
    for index, value in enumerate(activity):
        if index % 40 == 0:
            limit.take_floor(0.35)
        gains.append(limit.at(index / FPS, value))
        limit.see(grey(0.5 * (gains[-1] * value) ** 2), index / FPS)
    assert max(gains[3 * FPS :]) <= 1.6 * 0.35


def test_the_gain_follows_a_higher_floor():
    activity = pulses(2.5, 8)
    limit, gains = driven(activity)
    assert gains[-1] < 0.6
    limit.take_floor(1.0)
    for index in range(3 * FPS):
        limit.at(8 + index / FPS, 0.5)
    assert limit.gain == 1


def test_without_flashes_the_gain_stays():
    limit, gains = driven(pulses(3, 6), area=0.04)
    assert (gains == 1).all()
    assert limit.figures.limited_s == 0


def test_a_limit_without_release_falls_at_once():
    limit = FlashLimit(0.0)
    limit.at(0.0, 1.0)
    for index in range(4):
        limit.see(grey(0.5 * (index % 2)), index / FPS)
    assert limit.at(4 / FPS, 1.0) == limit.floor


def test_each_frame_is_a_sample_though_sound_has_whole_samples():
    limit = FlashLimit()
    due = []
    for index in range(60):
        time_s = int(index / FPS * 16000) / 16000
        due.append(limit.is_due(time_s))
        limit.see(grey(0.0), time_s)
    assert all(due)
