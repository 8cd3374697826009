"""The counting of the flash meter, which skips what cannot matter, against a plain count of every cell and field."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from corticast.core.flash_meter import FlashMeter
from corticast.core.flash_strictness import AS_WRITTEN, Strictness
from corticast.core.flashes import fields_of

RATE_HZ, N = 15, 75


def film(seed, size, *, red):
    """(n, h, w, 4) uint8: rectangles that take colours at random, most of them in a part of the frame."""
    random, (width, height) = np.random.default_rng(seed), size
    frames = np.zeros((N, height, width, 4), np.uint8)
    frames[0] = random.integers(0, 256, frames[0].shape)
    for before, frame in pairwise(frames):
        frame[:] = before
        for _ in range(random.integers(0, 4)):
            y, x = random.integers(0, height // 2), random.integers(0, width // 2)
            colour = random.integers(0, 256, 4)
            colour[1:3] = colour[1:3] // 16 if red else colour[1:3]
            frame[y : y + random.integers(2, height // 2), x : x + random.integers(2, width // 2)] = colour
    return frames


def light(frames, red_share):
    """(n, h, w) float64 luminance and red saturation, as WCAG 2.3.1 defines them."""
    codes = frames[..., :3] / 255
    linear = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    saturated = linear[..., 0] >= red_share * linear.sum(axis=-1)
    red = np.where(saturated, (linear[..., 0] - linear[..., 1] - linear[..., 2]) * 320, 0)
    return linear @ (0.2126, 0.7152, 0.0722), red


def changes(values, step, dark):
    """(n, k) numbers of changes in the running second of each of k series of (n, k) values."""
    counted = np.zeros(values.shape, int)
    for series, found in zip(values.T, counted.T, strict=True):
        low = high = series[0]
        rose = fell = False
        for index, value in enumerate(series):
            low, high = min(low, value), max(high, value)
            rises, falls = value - low >= step and not rose, high - value >= step and not fell
            rises, falls = rises and low < dark, falls and value < dark
            if rises or falls:
                found[index], rose, fell, low, high = 1, rises, falls, value, value
    return np.stack([counted[max(index - RATE_HZ + 1, 0) : index + 1].sum(axis=0) for index in range(N)])


def windows(values, field):
    """(n, n_fields) means of (n, h, w) values in the rectangles of a reading."""
    parts = [values[:, row > 0][:, :, column > 0] for row in field.rows for column in field.columns.T]
    return np.stack([part.mean(axis=(1, 2)) for part in parts], axis=1)


def plain(values, field, step, dark, strictness):
    """(changes, area) of the worst field in each sample."""
    least = strictness.least_area
    by_cell = changes(values.reshape(N, -1), step, dark).reshape(values.shape)
    moves = np.diff(values, axis=0, prepend=values[:1])
    is_large = windows(moves != 0, field) >= least
    means = windows(values[:1], field) + np.cumsum(np.where(is_large, windows(moves, field), 0), axis=0)
    by_mean = changes(means, strictness.mean_step * step, dark / strictness.mean_step).max(axis=1)
    worst = []
    changing = windows(by_cell > 0, field).max(axis=1)
    for index, n_of_mean in enumerate(by_mean):
        found = [(n_of_mean, max(changing[index], least))] if n_of_mean >= 4 else [(0, 0.0)]
        for n in range(4, by_cell[index].max() + 1):
            area = windows(by_cell[index : index + 1] >= n, field).max()
            found += [(n, area)] if area >= least else []
        worst.append(max(found))
    return worst


@pytest.mark.parametrize("strictness", [AS_WRITTEN, Strictness(0.23, 0.95, (0.78,))])
@pytest.mark.parametrize(("seed", "size", "red"), [(1, (32, 18), False), (2, (32, 18), True), (3, (15, 22), True)])
def test_the_meter_counts_as_a_plain_count_of_each_cell_does(seed, size, red, strictness):
    """Whether it looks at all cells, or at those alone that change."""
    frames = film(seed, size, red=red)
    expected = {}
    kinds = zip(("luminance", "red"), light(frames, strictness.red_shares[0]), (0.1, 20), (0.8, np.inf), strict=True)
    for kind, values, step, dark in kinds:
        for guideline, field in enumerate(fields_of(size, 2.0)):
            worst = plain(values, field, step, dark, strictness)
            expected |= {(index, guideline, kind): each for index, each in enumerate(worst) if each[0]}
    assert len(expected) > 20
    assert {kind for _, _, kind in expected} >= ({"luminance", "red"} if red else {"luminance"})
    for cells in None, (frames != frames[0]).any(axis=(0, 3)):
        meter = FlashMeter(size, Fraction(RATE_HZ), strictness=strictness, cells=cells)
        for before, frame in zip([None, *frames], frames, strict=False):
            meter.push(None if before is not None and (before == frame).all() else frame)
        found = {each[:3]: each[3:] for each in meter.samples}
        assert found.keys() == expected.keys()
        for place, each in found.items():
            assert each == (expected[place][0], pytest.approx(expected[place][1], abs=1e-6)), place


@pytest.mark.parametrize("strictness", [AS_WRITTEN, Strictness(block_px=16.0)])
def test_a_film_in_which_no_cell_may_change_has_no_flash(strictness):
    picture = np.random.default_rng(7).integers(0, 256, (18, 32, 3), np.uint8)
    meter = FlashMeter((32, 18), RATE_HZ, strictness=strictness, cells=np.zeros((18, 32), bool))
    for number in range(40):
        meter.push(picture if number % 2 else 255 - picture)
    assert not meter.samples
