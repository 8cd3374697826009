"""Voxels above 0 of a mask, against NumPy, and the memory that they take."""

import tracemalloc

import numpy as np
import pytest

from corticast.core.geometry.mask_voxels import voxels_above_zero
from corticast.core.model.types import Volume


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["u1", "i2", "f4", "f8", "?"])
def test_voxels_above_zero_are_those_of_numpy(rng, dtype, order):
    values = rng.integers(0, 2 if dtype == "?" else 9, (12, 9, 17)).astype(dtype, order=order)
    if dtype[0] == "f":
        values[3:5] = np.nan
    found = voxels_above_zero(Volume(values, np.eye(4), slope=-0.5, inter=1.5))
    with np.errstate(invalid="ignore"):
        expected = -0.5 * values.astype(np.float64) + 1.5 > 0
    assert found.dtype == np.bool_
    assert np.count_nonzero(expected) > 0
    assert np.array_equal(found, expected)


def test_of_colours_the_opacity_does_not_count(rng):
    values = rng.integers(0, 2, (5, 6, 7, 4)).astype(np.uint8)
    assert np.array_equal(voxels_above_zero(Volume(values, np.eye(4))), values[..., :3].any(axis=3))


def test_scaled_values_of_a_whole_mask_never_exist_at_once():
    mask = Volume(np.ones((128, 128, 128), np.uint8, order="F"), np.eye(4))
    tracemalloc.start()
    voxels_above_zero(mask)
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The result itself, and a few slices as float64.
    assert most_bytes < 2 * mask.voxels.nbytes
