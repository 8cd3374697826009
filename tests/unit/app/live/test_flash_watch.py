"""Flashes of a show, counted as its frames come, against counts one by one and closed formulas."""

import numpy as np
import pytest
from tests.unit.app.live.pictures import SIZE, grey

from corticast.app.live.flash_watch import FlashWatch, can_flash
from corticast.core.flashes import fields_of


@pytest.mark.parametrize(("area", "flashes"), [(0.04, False), (0.5, True)])
def test_small_areas_do_not_flash(area, flashes):
    assert can_flash([grey(0.0), grey(0.5, area)], 2.0) is flashes


def test_the_field_grows_with_the_distance_of_the_viewer():
    """A stripe that fills a quarter of 10 degrees from near is less of the field from afar."""
    assert can_flash([grey(0.0), grey(0.5, 0.1)], 1.0)
    assert not can_flash([grey(0.0), grey(0.5, 0.1)], 5.0)


def test_changes_are_counted_in_the_running_second():
    watch = FlashWatch(SIZE)
    for value in (0.0, 0.5, 0.0, 0.5):
        watch.push(grey(value))
    assert watch.changes == 3
    for _ in range(30):
        watch.push(None)
    assert watch.changes == 0


def steps(values, step):
    """Whether each value of a series completes a change, counted one by one."""
    found, low, high, last = [], values[0], values[0], 0
    for value in values:
        low, high = min(low, value), max(high, value)
        rises, falls = value - low >= step and last <= 0, high - value >= step and last >= 0
        found.append(rises or falls)
        if rises or falls:
            low = high = value
            last = 1 if rises else -1
    return found


def test_the_changes_are_those_of_all_cells_counted_one_by_one():
    """Only pixels that change are looked at. Grey pixels have no saturated red."""
    size, n, step, area = (12, 8), 90, 0.08, 0.2
    rng = np.random.default_rng(2)
    frames = np.zeros((n, size[1], size[0], 4), np.uint8)
    for index in range(1, n):
        frames[index] = frames[index - 1]
        x, y = rng.integers(0, 8), rng.integers(0, 5)
        frames[index, y : y + 5, x : x + 6] = rng.integers(0, 256)
    linear = (frames[..., 0] / 255 + 0.055) ** 2.4 / 1.055**2.4
    luminance = np.where(frames[..., 0] <= 10, frames[..., 0] / 255 / 12.92, linear)
    cells = np.array([[steps(luminance[:, y, x], step) for x in range(size[0])] for y in range(size[1])])
    fields = fields_of(size, 2.0)
    means = [np.array([field.mean(each) for each in luminance]).reshape(n, -1) for field in fields]
    by_mean = [np.array([steps(series, step) for series in each.T]) for each in means]
    watch, shown = FlashWatch(size), frames[0].copy()
    for index in range(n):
        # The readback uses its pixels again.
        shown[:] = frames[index]
        watch.push(shown)
        recent = slice(max(index - 27, 0), index + 1)
        counts = cells[..., recent].sum(axis=-1)
        filled = [k for k in range(1, 29) if any(each.mean(counts >= k).max() >= area - 1e-6 for each in fields)]
        of_means = [int(each[:, recent].sum(axis=-1).max()) for each in by_mean]
        assert watch.changes == max(*filled, *of_means, 0)
    assert watch.changes > 3
