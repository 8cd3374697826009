"""Contacts that a surface hides, against a sphere whose depths are known."""

import numpy as np
import pytest

from corticast.core.geometry.camera import Camera
from corticast.core.geometry.tissue import are_on_surface
from corticast.core.model.types import Volume

RADIUS_MM = 60.0


def sphere(affine):
    """A sphere about the origin, in scaled values of 50 within and 0 outside."""
    index = np.stack(np.indices((80, 80, 80)), axis=-1)
    world = index @ affine[:3, :3].T + affine[:3, 3]
    inside = (world**2).sum(axis=-1) < RADIUS_MM**2
    return Volume(np.where(inside, 100, 0).astype(np.int16), affine, slope=0.5)


def turned(degrees):
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    affine = np.eye(4)
    affine[:3, :3] = 2 * np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    affine[:3, 3] = -affine[:3, :3] @ np.full(3, 39.5)
    return affine


@pytest.mark.parametrize("affine", [turned(0), turned(25)], ids=["straight", "oblique"])
@pytest.mark.parametrize("azimuth_deg", [0.0, 70.0, 200.0])
def test_a_contact_is_hidden_by_more_tissue_than_a_sunken_brain_has(affine, azimuth_deg):
    camera = Camera(azimuth_deg, 20.0, np.zeros(3))
    towards = camera.axes[2]
    depths_mm = np.array([-15.0, -1, 4, 9, 16, 30, 60, 119])
    pos_mm = (RADIUS_MM - depths_mm)[:, None] * towards
    pos_mm = np.vstack([pos_mm, [np.nan] * 3])
    seen = are_on_surface(sphere(affine), 25.0, camera, pos_mm)
    # Up to 12 mm under the surface; the last one has no position.
    assert seen.tolist() == [True, True, True, True, False, False, False, False, False]


def test_a_level_above_all_values_hides_nothing():
    pos_mm = np.array([[0.0, 0, 0], [30, 0, 0]])
    assert are_on_surface(sphere(turned(0)), 51.0, Camera(0.0, 0.0, np.zeros(3)), pos_mm).all()


@pytest.mark.parametrize("opacity", [None, 255, 100])
def test_of_colours_the_luma_over_black_counts(opacity):
    grey = sphere(turned(0))
    # 100 of green alone has a luma of 71.52 by BT.709.
    colours = np.zeros((*grey.shape, 3 if opacity is None else 4), np.uint8)
    colours[..., 1] = grey.voxels
    colours[..., 3:] = opacity or 0
    volume, luma = Volume(colours, grey.affine), 71.52 * (opacity or 255) / 255
    pos_mm = np.array([[59.0, 0, 0], [20.0, 0, 0]])
    for level, seen in ((luma - 0.1, [True, False]), (luma + 0.1, [True, True])):
        assert are_on_surface(volume, level, Camera(90.0, 0.0, np.zeros(3)), pos_mm).tolist() == seen
