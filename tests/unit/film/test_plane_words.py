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
    film = open_film(scene, still=True)
    return planes_line(film.at_rest() if still else film, (640, 360))


def test_a_plane_that_moved_inwards_is_named(volume):
    counts = np.count_nonzero(volume.voxels, axis=(1, 2))
    x = -80 + 4 * np.flatnonzero(counts >= counts.max() / 3)[0]
    why = "since the slice at x = −68 mm shows less than 33 % of the largest one"
    expected = f"planes: sagittal at x = −{-x} mm, {why}, and the depth there reaches contacts to x = −78 mm"
    assert line(volume) == expected
    assert line(volume, layout="sagittal") == expected
    # A depth that a person gives counts as given.
    given = f"planes: sagittal at x = −{-x} mm, {why}"
    assert line(volume, electrode_depth=3) == line(volume, electrode_depth="all") == given
    # Neither planes that a person names, nor those of a layout without that slice, nor those of a sweep have moved.
    for options in ({"plane_mm": (-67, 0, 0)}, {"layout": "axial"}, {"layout": "sagittal@-67"}, {"layout": "left"}):
        assert line(volume, **options) == "", options
    assert line(volume, still=False) == ""


def test_the_slices_of_a_mosaic_are_named(volume):
    three = "planes: 3 coronal slices, y = 0 to 8 mm, over the contacts"
    assert line(volume, layout="mosaic@coronal,3") == f"{three}; depth: each contact on its nearest slice, 2 mm"
    assert line(volume, layout="mosaic@coronal,3", electrode_depth=7) == three
    assert "depth" not in line(volume, layout="mosaic@coronal,1")
    alone = planes_line(open_film(Scene(volume=volume, layout="mosaic"), still=True))
    assert alone.startswith("planes: 11 axial slices, z = −")
    assert alone.endswith(" mm, over slices with at least 33 % of the largest one")


def test_a_mosaic_of_few_slices_says_so(volume):
    affine = np.diag([4.0, 4.0, 48.0, 1.0])
    affine[:3, 3] = -80, -96, -48
    thick = Volume(volume.voxels[:, :, 6::12], affine)
    words = planes_line(open_film(Scene(volume=thick, layout="mosaic"), still=True))
    assert words.startswith("planes: 3 axial slices, z = −")
    assert words.endswith(" of the largest one; no more lie there")
    one = planes_line(open_film(Scene(volume=volume, layout="mosaic@1"), still=True))
    assert one.startswith("planes: 1 axial slice, z = 0 mm, over slices")
    flat = Electrodes(("a", "b"), np.array([[0.0, 0, 5], [9, 9, 5]]), space="world")
    assert planes_line(open_film(Scene(electrodes=flat, layout="mosaic"), still=True)) == (
        "planes: 1 axial slice, z = 5 mm, through all contacts"
    )


def test_a_slice_outside_of_the_volume_is_warned_of_and_has_no_number(volume):
    # The box, voxels' edges included, is 4 mm times 40, 48, 36.
    x_outside = "sagittal slice at x = 1000 mm lies outside of volume, which has x = −82 to 78 mm"
    for options, expected in (
        ({"plane_mm": (1000, 0, 0)}, [f"--plane-mm: the {x_outside}"]),
        (
            {"layout": "sagittal@1000 | axial@-500 | coronal@94"},
            [
                f"--layout: the {x_outside}",
                "--layout: the axial slice at z = −500 mm lies outside of volume, which has z = −74 to 70 mm",
            ],
        ),
        ({"plane_mm": (78, 94, -74)}, []),
    ):  # fmt: skip
        film = open_film(Scene(volume=volume, **options), still=True)
        assert [text for text in film.warnings if "lies outside" in text] == expected
        outside = {text.split(" slice ")[0].split()[-1] for text in expected}
        for panel in film.layout().slices:
            caption = panel.caption(film.still(), volume, {"mm", "slice"})
            assert len(caption) == (1 if panel.name in outside else 2), caption
