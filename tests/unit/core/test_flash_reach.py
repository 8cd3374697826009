"""Films that cannot flash: the decision from the largest discs, against the flash meter on frames of these discs."""

import numpy as np
import pytest

from corticast.core.flash_meter import FlashMeter
from corticast.core.flash_reach import Discs, Reach
from corticast.core.flash_strictness import Strictness
from corticast.core.flashes import FRONT_ROW, sample_size

SIZES = [(1920, 1080), (641, 399), (1080, 1920), (150, 84)]


def places_px(n_cells, n_px):
    """Pixels that a blit by nearest neighbour takes: those that hold the middles of the cells."""
    return np.floor((np.arange(n_cells) + 0.5) * n_px / n_cells)


def lit_cells(size, centres, radii):
    """(h, w) bool: cells whose pixel lies in a disc."""
    width, height = sample_size(size)
    x, y = places_px(width, size[0]), places_px(height, size[1])
    distance = np.hypot(x[None, :, None] - centres[:, 0], y[:, None, None] - centres[:, 1])
    return (distance < radii).any(axis=2)


def flash_rates(size, lit):
    """Rates of both readings where these cells alternate between black and white in every sample."""
    frame = np.zeros((*lit.shape, 3), np.uint8)
    meter = FlashMeter(sample_size(size), 30)
    for number in range(8):
        frame[lit] = 255 * (number % 2)
        meter.push(frame.copy())
    return [reading.rate_hz for reading in meter.flashes.readings]


@pytest.mark.parametrize("seed", range(16))
def test_where_the_discs_cannot_flash_the_meter_finds_nothing(seed):
    random = np.random.default_rng(seed)
    size = SIZES[seed % len(SIZES)]
    n = int(random.integers(1, 40))
    spread = random.uniform(0.05, 0.5)
    middle = random.uniform(0.1, 0.9, 2)
    centres = (middle + spread * random.uniform(-1, 1, (n, 2))) * size
    shapes = random.uniform(0.3, 1.0, n)
    decided = []
    # From discs that are far too small for a flash to those that make one.
    for largest in np.geomspace(0.005, 0.4, 8) * max(size):
        radii = largest * shapes
        can_flash = Reach(size, (Discs(centres, radii),)).can_flash()
        flashes = max(flash_rates(size, lit_cells(size, centres, radii))) > 0
        assert can_flash or not flashes
        decided.append((can_flash, flashes))
    assert sorted(decided) == decided


@pytest.mark.parametrize("size", SIZES[:3])
def test_the_decision_is_near_the_bound(size):
    centre = np.array([[size[0] / 2, size[1] / 2]])
    # A disc of a quarter of WCAG's field, a third of the width by a third of the height.
    bound = np.sqrt(size[0] * size[1] / 9 / 4 / np.pi)
    assert not Reach(size, (Discs(centre, np.array([0.95 * bound])),)).can_flash()
    assert Reach(size, (Discs(centre, np.array([1.02 * bound])),)).can_flash()


def test_rectangles_count_like_discs():
    size = 1920, 1080
    assert not Reach(size, rects=((900, 500, 280, 160),)).can_flash()
    assert Reach(size, rects=((900, 500, 330, 190),)).can_flash()
    # Beyond the frame nothing is seen.
    assert not Reach(size, rects=((-500, 100, 500, 500),)).can_flash()


def test_a_nearer_row_has_smaller_fields():
    reach = Reach((1920, 1080), rects=((900, 500, 200, 120),))
    assert not reach.can_flash(front_row=FRONT_ROW)
    assert reach.can_flash(front_row=1.0)


def test_less_area_is_enough_for_a_smaller_bound():
    reach = Reach((1920, 1080), rects=((900, 500, 290, 170),))
    assert not reach.can_flash()
    assert reach.can_flash(strictness=Strictness(least_area=0.2))


def test_a_meter_that_counts_nothing_still_finds_patterns():
    """Stripes for two of four seconds; the meter asks for one sample a second."""
    stripes = np.repeat((np.arange(160) // 4 % 2 * 255).astype(np.uint8)[None, :], 90, axis=0)
    pictures = [np.repeat(each[..., None], 3, axis=2) for each in (np.zeros_like(stripes), stripes)]
    found = []
    for counts in (True, False):
        meter = FlashMeter((160, 90), 30, counts=counts)
        for number in range(120):
            picture = pictures[number // 60]
            meter.push(picture if meter.needs(number) else None)
        found.append(meter.flashes.patterns_s)
    assert found == [((2.0, 4.0),)] * 2
    assert sum(meter.needs(number) for number in range(120)) == 4
