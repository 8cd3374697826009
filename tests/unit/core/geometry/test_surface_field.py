"""The smooth field around a surface, against SciPy's convolution."""

import numpy as np
import pytest
import scipy

from corticast.core.geometry.affines import apply_affine
from corticast.core.geometry.bricks import bricks_of
from corticast.core.geometry.surface_field import FIELD_LEVEL, surface_field
from corticast.core.model.types import Volume

AFFINE = np.array([[0.0, -1.2, 0, 30], [1.1, 0, 0, -20], [0, 0.1, 2, 5], [0, 0, 0, 1]])
LEVEL, OUTSIDE = 90.0, -10.0


def of(volume, outside=OUTSIDE):
    return surface_field(volume, bricks_of(volume), LEVEL, outside)


def in_whole(volume, field):
    """The field's voxels at their places in the volume, by the affines alone."""
    first = apply_affine(np.linalg.inv(volume.affine), apply_affine(field.affine, np.zeros((1, 3))))[0]
    start = np.round(first).astype(int)
    assert np.allclose(first, start, atol=1e-9)
    whole = np.zeros(volume.shape)
    whole[tuple(slice(a, a + n) for a, n in zip(start, field.shape, strict=True))] = field.voxels
    return whole / FIELD_LEVEL


def blocky(rng):
    """Scaled values: a part of a head that touches no edge of the box."""
    values = np.full((30, 26, 34), OUTSIDE)
    values[9:20, 7:15, 10:22] = rng.uniform(-10, 240, (11, 8, 12))
    return values


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int16, np.uint16, np.int32, np.float32])
def test_the_field_is_a_binomial_mean_where_values_are_rough(rng, dtype):
    slope, inter = (2.0, OUTSIDE) if np.dtype(dtype).kind == "u" else (2.0, 100.0)
    stored = np.asfortranarray(np.round((blocky(rng) - inter) / slope).astype(dtype))
    volume = Volume(stored, AFFINE, slope, inter)
    rise = np.clip((stored * slope + inter - OUTSIDE) / (LEVEL - OUTSIDE), 0, 2)
    mean = rise
    for axis in (0, 1, 2):
        mean = scipy.ndimage.convolve1d(mean, np.array([1, 4, 6, 4, 1]) / 16, axis=axis, mode="nearest")
    change = mean - rise
    expected = rise + change**3 / (change**2 + 0.05**2)
    assert np.abs(in_whole(volume, of(volume)) - expected).max() < 5e-4


def test_a_smooth_ball_keeps_its_surface():
    index = np.stack(np.meshgrid(*[np.arange(70.0)] * 3, indexing="ij"), axis=-1)
    values = np.asfortranarray(np.clip(100 * (1 + (28 - np.linalg.norm(index - 34.3, axis=-1)) / 4), 0, 200))
    volume = Volume(values, np.eye(4))
    field = in_whole(volume, surface_field(volume, bricks_of(volume), 100.0, 0.0))
    near = np.abs(values - 100) < 60
    # A quarter of the level per mm.
    assert np.abs(field - values / 100)[near].max() / 0.25 < 0.01


def test_missing_values_and_the_darkness_of_colours_are_outside():
    values = np.full((20, 20, 20), np.nan)
    values[6:14, 6:14, 6:14] = 200.0
    field = of(Volume(np.asfortranarray(values), np.eye(4)), 0.0)
    assert field.voxels[0, 0, 0] == 0
    assert field.voxels.max() == 2 * FIELD_LEVEL
    colours = np.zeros((20, 20, 20, 3), np.uint8)
    colours[6:14, 6:14, 6:14] = 200
    assert np.array_equal(of(Volume(colours, np.eye(4)), 0.0).voxels, field.voxels)


def test_only_the_box_of_the_surface_is_kept():
    values = np.zeros((64, 64, 64), np.uint8)
    values[30:34, 30:34, 30:34] = 200
    volume = Volume(np.asfortranarray(values), AFFINE)
    assert max(of(volume).shape) <= 20
    assert of(volume) is of(volume)
    assert max(of(Volume(np.zeros((64, 64, 64), np.uint8), AFFINE)).shape) <= 8
