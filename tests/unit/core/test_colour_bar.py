"""Pixels of a colour bar, against matplotlib's rule that an end is a triangle where values lie beyond."""

import numpy as np
import pytest

from corticast.core.color.colour_bar import bar_pixels

RAMP = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)


def test_a_bar_shows_its_whole_map_from_the_bottom():
    standing, lying = bar_pixels(RAMP, (3, 256)), bar_pixels(RAMP, (256, 3))
    assert (standing[::-1, 1, 0] == np.arange(256)).all()
    assert (lying[1, :, 0] == np.arange(256)).all()
    assert (standing[..., 3] == 255).all()


def test_a_gain_leaves_the_colours_that_are_reached():
    assert abs(int(bar_pixels(RAMP, (3, 200), gain=0.5)[0, 1, 0]) - 127) <= 1
    signed = bar_pixels(RAMP, (3, 200), gain=0.5, signed=True)
    assert abs(int(signed[0, 1, 0]) - 191) <= 1
    assert abs(int(signed[-1, 1, 0]) - 64) <= 1


def test_an_end_beyond_which_values_lie_is_a_triangle():
    plain, arrow = bar_pixels(RAMP, (20, 200)), bar_pixels(RAMP, (20, 200), high_arrow=True)
    missing = (plain[..., 3].astype(float) - arrow[..., 3]).sum() / 255
    # A triangle of equal length and width covers half of its square.
    assert abs(missing - 20 * 20 / 2) < 8
    assert np.ptp(arrow[3:20, 10, 0]) == 0
    assert (arrow[20:, :, 3] == 255).all()
    both = bar_pixels(RAMP, (20, 200), low_arrow=True, high_arrow=True, signed=True)
    assert (both[..., 3] == both[::-1, :, 3]).all()


def test_ticks_stand_where_the_grey_part_ends():
    size, grey = (280, 14), (0.25, 0.75)
    plain, ticked = bar_pixels(RAMP, size), bar_pixels(RAMP, size, grey=grey)
    gone = (ticked[..., 3] == 0).all(axis=0)
    assert (gone | (ticked[..., 3] == plain[..., 3]).all(axis=0)).all()
    columns = np.flatnonzero(gone) + 0.5
    low, high = columns[columns < 140], columns[columns >= 140]
    assert [low.mean(), high.mean()] == pytest.approx([70, 210])
    assert 1 <= len(low) == len(high) <= 3
    standing = bar_pixels(RAMP, size[::-1], grey=grey)
    np.testing.assert_array_equal(np.flatnonzero((standing[..., 3] == 0).all(axis=1)), np.flatnonzero(gone[::-1]))
    # A bar whose grey part begins at its end has one tick.
    (only,) = np.split(np.flatnonzero((bar_pixels(RAMP, size, grey=(-0.5, 0.5))[..., 3] == 0).all(axis=0)), 1)
    assert only.mean() + 0.5 == pytest.approx(140)
