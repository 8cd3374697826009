"""The line that names planes which nobody has chosen."""

import numpy as np
import pytest

from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, Volume
from corticast.film.opening import open_film
from corticast.film.plane_words import planes_line


@pytest.fixture(scope="module")
def volume():
    """A brain: an ellipsoid in voxels of 4 mm."""
    pos = np.moveaxis(np.indices((40, 48, 36)), 0, -1) * 4.0
    inside = (((pos - (80, 96, 72)) / (64, 80, 60)) ** 2).sum(axis=-1) < 1
    affine = np.diag([4.0, 4.0, 4.0, 1.0])
    affine[:3, 3] = (-80, -96, -72)
    return Volume(np.where(inside, 100, 0).astype(np.uint8), affine)


def line(volume, *, still=True, **options):
    table = Electrodes(("a", "b", "c"), np.array([[-67.0, 0, 0], [-68, 4, 0], [-69, 8, 0]]), space="world")
    scene = Scene(volume=volume, electrodes=table, **options)
    return planes_line(open_film(scene, still=True), (640, 360), still=still)


def test_a_plane_that_moved_inwards_is_named(volume):
    counts = np.count_nonzero(volume.voxels, axis=(1, 2))
    x = -80 + 4 * np.flatnonzero(counts >= counts.max() / 3)[0]
    why = "since the slice at x = −68 mm shows less than 33 % of the largest one"
    expected = f"planes: sagittal at x = −{-x} mm, {why}"
    assert line(volume) == expected
    assert line(volume, layout="sagittal") == expected
    # Neither planes that a person names, nor those of a layout without that slice, nor those of a sweep have moved.
    for options in ({"plane_mm": (-67, 0, 0)}, {"layout": "axial"}, {"layout": "sagittal@-67"}, {"layout": "left"}):
        assert line(volume, **options) == "", options
    assert line(volume, still=False) == ""


def test_the_slices_of_a_mosaic_are_named(volume):
    assert line(volume, layout="mosaic@coronal,3") == "planes: 3 coronal slices, y = 0 to 8 mm, over the contacts"
    alone = planes_line(open_film(Scene(volume=volume, layout="mosaic"), still=True))
    assert alone.startswith("planes: 11 axial slices, z = −")
    assert alone.endswith(" mm, over slices with at least 33 % of the largest one")
