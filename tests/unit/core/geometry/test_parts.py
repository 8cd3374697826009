"""The largest connected part and filled holes, against scipy."""

import numpy as np
import pytest
import scipy.ndimage

from corticast.core.geometry.parts import largest_part, without_holes


def largest_by_scipy(filled):
    """All parts that share the largest size."""
    labels, n = scipy.ndimage.label(filled)
    sizes = np.bincount(labels.ravel(), minlength=2)[1:]
    return [labels == number + 1 for number in np.flatnonzero(sizes == sizes.max())] if n else [filled]


@pytest.mark.parametrize("order", ["C", "F", "turned"])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.8])
def test_the_largest_part_is_that_of_scipy(rng, share, order):
    for _ in range(15):
        filled = rng.random(rng.integers(1, 12, 3)) < share
        filled = filled.transpose(1, 2, 0) if order == "turned" else np.asarray(filled, order=order)
        found = largest_part(filled)
        assert any(np.array_equal(found, part) for part in largest_by_scipy(filled))


def test_a_part_that_winds_through_all_rows_is_one(rng):
    # A spiral, whose ends meet only through every other run.
    filled = np.zeros((9, 9, 9), dtype=bool)
    for depth in range(0, 9, 2):
        filled[depth] = True
        filled[depth, 1::4, :8] = filled[depth, 3::4, 1:] = False
        filled[depth + 1 : depth + 2, 0 if depth % 4 else 8, 0] = True
    assert scipy.ndimage.label(filled)[1] == 1
    assert np.array_equal(largest_part(filled), filled)


def test_all_parts_stay_where_none_is_large_enough():
    filled = np.zeros((7, 3, 3), dtype=bool)
    filled[[0, 2, 4], 1, 1] = True
    assert np.array_equal(largest_part(filled, 0.5), filled)
    filled[5:7, 1, 1] = True
    assert np.argwhere(largest_part(filled, 0.5)).tolist() == [[4, 1, 1], [5, 1, 1], [6, 1, 1]]
    assert not largest_part(np.zeros((2, 3, 4), dtype=bool), 0.5).any()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.7, 1.0])
def test_holes_are_filled_as_by_scipy(rng, share):
    for _ in range(25):
        filled = rng.random(rng.integers(1, 24, 2)) < share
        assert np.array_equal(without_holes(filled), scipy.ndimage.binary_fill_holes(filled))


def test_a_hole_larger_than_the_outside_is_filled():
    frame = np.ones((40, 60), dtype=bool)
    frame[1:-1, 1:-1] = False
    assert without_holes(frame).all()
    frame[0, 7] = False
    assert np.array_equal(without_holes(frame), frame)
