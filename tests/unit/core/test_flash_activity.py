"""Films whose own activity cannot flash: the decision, against the flash meter on frames of the same contacts."""

import numpy as np
import pytest

from corticast.core.flash_activity import activity_can_flash
from corticast.core.flash_meter import FlashMeter
from corticast.core.flash_reach import Discs, Reach, joined_discs
from corticast.core.flash_strictness import Strictness
from corticast.core.flashes import sample_size

SIZE = (1920, 1080)
GRID = sample_size(SIZE)
# A meter that takes means of fields for flashes earlier than cells.
STRICT = Strictness(least_area=0.23, mean_step=0.95, block_px=16)


def discs_of(random, n):
    """Contacts of a part of the frame; at rest they have between none and half of their full size."""
    middle, spread = random.uniform(0.2, 0.8, 2), random.uniform(0.1, 0.3)
    centres = (middle + spread * random.uniform(-1, 1, (n, 2))) * SIZE
    full = random.uniform(20, 120, n)
    return Discs(centres, full, full * random.uniform(0, 0.5, n), random.integers(0, n, n))


def frames_of(discs, activity):
    """(h, w, 3) uint8 each: discs whose radius and colour follow activity, the later ones above."""
    x, y = (np.floor((np.arange(n) + 0.5) * n_px / n) for n, n_px in zip(GRID, SIZE, strict=True))
    distance = [np.hypot(x - column, y[:, None] - row) for column, row in discs.centres_px]
    for values in activity:
        levels = np.abs(values[discs.rows])
        radii = discs.at_rest_px + (discs.radii_px - discs.at_rest_px) * np.maximum(levels, 0.01)
        frame = np.full((GRID[1], GRID[0], 3), 10, np.uint8)
        for number, level in enumerate(levels):
            frame[distance[number] <= radii[number]] = 60 + 180 * level
        yield frame


def rates_of(discs, activity, strictness):
    """Flashes a second by both readings, of all samples."""
    meter = FlashMeter(GRID, 30, strictness=strictness, frame_size=SIZE)
    for frame in frames_of(discs, activity):
        meter.push(frame)
    return [reading.rate_hz for reading in meter.flashes.readings]


def pulses(random, n, n_frames=36):
    """(n_frames, n) float32: each contact is struck now and then, and rings out; silent between."""
    struck = random.random((n_frames, n)) < random.choice([0.05, 0.15, 0.4])
    activity = np.zeros((n_frames, n), dtype=np.float32)
    release = random.uniform(0.2, 0.8)
    for number in range(1, n_frames):
        rung = activity[number - 1] * np.float32(release)
        activity[number] = np.where(struck[number], 1, np.where(rung < 0.05, 0, rung))
    return activity * random.choice([-1, 1], n).astype(np.float32)


@pytest.mark.parametrize("strictness", [Strictness(), STRICT])
@pytest.mark.parametrize("seed", range(4))
def test_where_activity_cannot_flash_the_meter_finds_nothing(seed, strictness):
    random = np.random.default_rng(seed)
    n = int(random.integers(3, 30))
    discs, activity = discs_of(random, n), pulses(random, n)
    decided = []
    for loudness in (0.02, 0.4, 0.9):
        quieter = activity * np.float32(loudness)
        can_flash = activity_can_flash(Reach(SIZE, (discs,)), quieter, 30, strictness=strictness)
        assert can_flash or not max(rates_of(discs, quieter, strictness))
        decided.append(can_flash)
    assert decided == sorted(decided)
    assert not decided[0]


def two_discs():
    """Two discs beside each other, each of 18 per cent of a field of WCAG at its largest."""
    radius = np.sqrt(0.18 * SIZE[0] * SIZE[1] / 9 / np.pi)
    centres = np.array([[960.0 - radius, 540.0], [960.0 + radius, 540.0]])
    return Discs(centres, np.array([radius, radius]), np.zeros(2), np.array([0, 1]))


def in_turn(n_changes, every, level=1.0):
    """(n_frames, 2) float32: two contacts go on and off, one a sample after the other."""
    activity = np.zeros((n_changes * every + 10, 2), dtype=np.float32)
    for number in range(n_changes):
        for contact in range(2):
            activity[4 + number * every + contact :, contact] = level * (1 - number % 2)
    return activity


@pytest.mark.parametrize(
    ("activity", "can_flash"),
    [
        (in_turn(4, 7), True),
        # Three changes are one flash and a half.
        (in_turn(3, 7), False),
        # The fourth change of each contact comes more than a second after its first.
        (in_turn(9, 10), False),
        # Smaller discs fill less than a quarter together.
        (in_turn(9, 3, 0.7), False),
    ],
)
def test_two_flashes_are_four_changes_within_a_second(activity, can_flash):
    discs = two_discs()
    assert Reach(SIZE, (discs,)).can_flash()
    assert activity_can_flash(Reach(SIZE, (discs,)), activity, 30) is can_flash
    assert (max(rates_of(discs, activity, Strictness())) > 0) is can_flash


def test_a_sample_that_may_change_a_quarter_of_a_field_is_enough_for_means():
    activity = np.zeros((20, 2), dtype=np.float32)
    activity[10:] = 1
    assert activity_can_flash(Reach(SIZE, (two_discs(),)), activity, 30)


def test_steady_activity_changes_nothing():
    activity = np.ones((60, 2), dtype=np.float32)
    assert not activity_can_flash(Reach(SIZE, (two_discs(),)), activity, 30)


def test_discs_whose_sizes_are_not_known_change_in_each_sample():
    discs = two_discs()
    unknown = Discs(discs.centres_px, discs.radii_px)
    assert activity_can_flash(Reach(SIZE, (unknown,)), np.ones((60, 2), dtype=np.float32), 30)
    both = joined_discs([discs, unknown])
    assert activity_can_flash(Reach(SIZE, (both,)), np.ones((60, 2), dtype=np.float32), 30)


def test_texts_can_flash_with_any_activity():
    text = Reach(SIZE, rects=((900, 500, 330, 190),))
    assert activity_can_flash(text, np.zeros((5, 0), dtype=np.float32), 30)
    assert not activity_can_flash(Reach(SIZE, rects=((900, 500, 280, 160),)), np.zeros((5, 0), dtype=np.float32), 30)


def test_a_film_may_be_looked_at_in_pieces(monkeypatch):
    """Seconds that begin in one piece and end in another count."""
    for n_numbers in (20_000, 4_000_000):
        monkeypatch.setattr("corticast.core.flash_activity._MOST_NUMBERS", n_numbers)
        assert activity_can_flash(Reach(SIZE, (two_discs(),)), in_turn(4, 7), 30)
        assert not activity_can_flash(Reach(SIZE, (two_discs(),)), in_turn(9, 10), 30)
