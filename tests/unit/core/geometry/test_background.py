"""Heads before backgrounds that are not dark: found, drawn from outside, and windowed by their own values."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from scipy import ndimage

import corticast as cc
from corticast.core.color.windowing import window_of
from corticast.core.geometry.background import head_in, on_dark
from corticast.core.geometry.body import body_of
from corticast.core.geometry.head import head_of, render_of
from corticast.core.geometry.head_window import head_window
from corticast.core.model.types import Volume
from corticast.film.opening import open_film

SHAPE = (44, 56, 48)
AFFINE = np.diag([4.0, 4.0, 4.0, 1.0])
RADII = np.array([16.0, 21.0, 18.0])
CENTRE = (np.array(SHAPE) - 1) / 2
AWAY = np.linalg.norm((np.indices(SHAPE).T - CENTRE) / RADII, axis=-1).T
IS_HEAD = AWAY < 1


def tissue():
    """Smooth values of 100 to 200, as of grey and white matter."""
    noise = ndimage.gaussian_filter(np.random.default_rng(1).normal(size=SHAPE), 2)
    return 150 + 50 * np.clip(noise / np.abs(noise[IS_HEAD]).max(), -1, 1)


def background(kind):
    rng = np.random.default_rng(2)
    return {
        "noise of full range": rng.uniform(0, 300, SHAPE),
        "noise of mean grey": rng.normal(150, 40, SHAPE),
        "noise about 0": rng.normal(0, 300, SHAPE),
        "smooth noise": 150 + 600 * ndimage.gaussian_filter(rng.normal(size=SHAPE), 0.8),
        "one bright value": np.full(SHAPE, 255.0),
        "one value amid the head's": np.full(SHAPE, 150.0),
        "one of the head's dark values": np.full(SHAPE, 132.0),
    }[kind]


KINDS = (
    "noise of full range",
    "noise of mean grey",
    "noise about 0",
    "smooth noise",
    "one bright value",
    "one value amid the head's",
    "one of the head's dark values",
)


def volume_of(kind):
    values = np.where(IS_HEAD, tissue(), background(kind))
    return cc.Volume.from_array(np.asfortranarray(values.astype(np.float32)), AFFINE)


def overlap(one, other):
    """Dice's coefficient."""
    return 2 * (one & other).sum() / (one.sum() + other.sum())


@pytest.mark.parametrize("kind", KINDS)
def test_the_head_is_found(kind):
    volume = volume_of(kind)
    inside = head_in(volume)
    assert inside is not None
    assert overlap(inside, IS_HEAD) > 0.91
    # Panels fit the head, within two voxels.
    ends = body_of(volume).ends_mm(np.eye(3))
    expected = 4 * np.stack([CENTRE - RADII, CENTRE + RADII])
    assert np.abs(ends - expected).max() < 9
    # Views show a surface before darkness, and no rectangle of noise.
    seen, head = on_dark(volume), head_of(volume)
    assert overlap(seen.voxels >= head.level, IS_HEAD) > 0.9
    assert on_dark(seen) is seen


@pytest.mark.parametrize("kind", KINDS)
def test_the_window_is_by_the_values_of_the_head(kind):
    volume = volume_of(kind)
    expected = np.percentile(volume.voxels[IS_HEAD], (0.5, 99.5))
    np.testing.assert_allclose(head_window(volume), expected, atol=8)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float64])
def test_the_volume_itself_is_untouched(dtype):
    values = np.where(IS_HEAD, tissue(), 255).astype(dtype)
    volume = cc.Volume.from_array(np.asfortranarray(values), AFFINE)
    seen = on_dark(volume)
    assert seen is not volume
    np.testing.assert_array_equal(volume.voxels, values)
    assert seen.voxels.dtype == dtype
    assert seen.voxels[0, 0, 0] < values[IS_HEAD].min()


@pytest.mark.parametrize(
    "values",
    [
        np.where(IS_HEAD, tissue(), 0),
        np.where(IS_HEAD, tissue(), np.abs(np.random.default_rng(3).normal(0, 8, SHAPE))),
        # A block within the brain, a map of both signs, and missing values.
        tissue(),
        np.where(IS_HEAD, tissue() - 150, 0),
        np.where(IS_HEAD, tissue(), np.nan),
    ],
    ids=["masked", "dark noise", "block", "map", "nan"],
)
def test_other_volumes_are_left_alone(values):
    volume = cc.Volume.from_array(np.asfortranarray(values.astype(np.float32)), AFFINE)
    assert on_dark(volume) is volume
    low, high = head_window(volume)
    # Windows of maps have 0 in the middle.
    assert (low, high) == window_of(volume) or (values.min() < 0 and low == -high)


def ct(padding):
    """A head of skin, bone and brain in a scanner's air, with 30 contacts, and padding beyond the scanned circle."""
    rng = np.random.default_rng(4)
    values = np.select([AWAY < 0.8, AWAY < 0.92, AWAY < 1], [35.0, 900.0, -60.0], -1000.0) + rng.normal(0, 8, SHAPE)
    for number in range(30):
        values[8 + number, 20 + number % 3, 24] = 3000
    x, y, _ = np.indices(SHAPE)
    beyond = np.hypot(x - CENTRE[0], y - CENTRE[1]) > 24
    if padding is not None:
        values[beyond] = padding
    return cc.Volume.from_array(np.asfortranarray(values.astype(np.int16)), AFFINE)


@pytest.mark.parametrize("padding", [None, -1024, -3024, 0])
def test_a_ct_shows_bone_and_contacts(padding):
    volume = ct(padding)
    assert (head_of(volume).kind, render_of("auto", volume)) == ("ct", "mip")
    low, high = head_window(volume)
    assert -250 < low < 0
    assert high == 3000
    # From the side the largest value of each ray is drawn: air is black, bone grey and metal white.
    shown = np.clip((on_dark(volume).voxels.max(axis=0) - low) / (high - low), 0, 1)
    assert shown[~IS_HEAD.any(axis=0)].max() < 0.05
    bone = shown[(AWAY < 0.8).any(axis=0)]
    assert 0.2 < np.percentile(bone, 5) < np.median(bone) < 0.5
    assert (shown == 1).sum() >= 3


def test_a_line_says_so():
    lines = [open_film(cc.Scene(volume=volume_of(kind)), still=True).warnings for kind in KINDS]
    assert all(sum("background is not dark" in line for line in some) == 1 for some in lines)


@pytest.mark.parametrize("values", [np.where(IS_HEAD, 150.0, 0.0), np.where(IS_HEAD, 150.0, 255.0)])
def test_a_volume_that_nobody_holds_is_freed(values):
    volume = Volume(values, AFFINE)
    views = [weakref.ref(volume), weakref.ref(on_dark(volume))]
    head_of(volume)
    del volume
    gc.collect()
    assert [view() for view in views] == [None, None]
