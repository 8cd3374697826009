"""The brain where a mask is given: what slices and views show of a head, against NumPy, SciPy and nibabel."""

from functools import lru_cache

import nibabel.processing
import numpy as np
import pytest
import scipy.ndimage

from corticast.core.geometry.masked import is_inside
from corticast.core.model.scene import Scene
from corticast.core.model.types import FrameState, Volume
from corticast.film.opening import open_film
from corticast.film.plane_words import planes_line
from tests.parity.drawing import affine_of
from tests.parity.scene import SceneDrawing

pytestmark = pytest.mark.gl

SIZE = (400, 300)
WINDOW = (0.0, 200.0)
HEAD = affine_of((3.0, 3.0, 3.0), origin=(-90.0, -105.0, -90.0))
GRIDS = {
    "same": HEAD,
    "finer": affine_of((2.0, 2.0, 2.5), origin=(-80.0, -95.0, -70.0)),
    "oblique": affine_of((3.0, 3.0, 4.0), (12, -7, 21), (-80.0, -60.0, -60.0)),
}


def depth_mm(affine, shape, axes):
    """Distance below an ellipsoid about the origin, roughly, of all voxels."""
    world = np.moveaxis(np.indices(shape), 0, -1) @ affine[:3, :3].T + affine[:3, 3]
    return (1 - np.linalg.norm(world / np.array(axes), axis=-1)) * min(axes)


@lru_cache
def head():
    """A brain in a skull with skin, which is brighter."""
    shape = (61, 71, 61)
    depth = depth_mm(HEAD, shape, (84.0, 99.0, 84.0))
    brain = depth_mm(HEAD, shape, (60.0, 75.0, 55.0))
    values = np.select([brain > 0, depth > 8, depth > 0], [120 + 20 * np.sin(brain), 15, 190], 0)
    return Volume(np.asfortranarray(values.astype(np.uint8)), HEAD, name="head")


@lru_cache
def mask_on(grid):
    shape = (61, 71, 61) if grid == "same" else (80, 95, 56)
    inside = depth_mm(GRIDS[grid], shape, (60.0, 75.0, 55.0)) > 0
    return Volume(np.asfortranarray(inside.astype(np.uint8)), GRIDS[grid], name="mask")


@pytest.mark.parametrize("grid", GRIDS)
def test_voxels_within_a_mask_are_those_of_nibabel(grid):
    mask = mask_on(grid)
    image = nibabel.Nifti1Image(mask.voxels, mask.affine)
    sampled = nibabel.processing.resample_from_to(image, (head().shape, HEAD), order=0, mode="grid-constant")
    assert np.array_equal(is_inside(head(), mask), sampled.get_fdata() > 0)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("grid", ["same", "oblique"])
def test_slices_show_what_the_mask_holds_and_end_softly(current_gl, theme, grid):
    options = {"volume": head(), "labels": "none", "theme": theme, "layout": "ortho"}
    masked = SceneDrawing(current_gl, Scene(**options, mask=mask_on(grid)), None, WINDOW, SIZE)
    pixels = masked.draw(FrameState()).read()[..., :3].astype(int)
    # The same panels without a mask.
    plain = SceneDrawing(current_gl, Scene(**options), None, WINDOW, SIZE, layout=masked.layout)
    whole = plain.draw(FrameState()).read()[..., :3].astype(int)
    ground = 0 if theme == "dark" else 255
    away = scipy.ndimage.distance_transform_edt(~is_inside(head(), mask_on(grid)), sampling=3.0)
    for panel in masked.layout.panels:
        x, y, width, height = panel.rect
        rows, columns = np.mgrid[y : y + height, x : x + width]
        plane = np.linalg.inv(panel.affine[:, :2]) @ (np.stack([columns, rows]).reshape(2, -1) - panel.affine[:, 2:])
        world = np.zeros((3, plane.shape[1]))
        world[[panel.right_axis, panel.up_axis]] = plane
        index = (world - HEAD[:3, 3:]) / 3
        far = scipy.ndimage.map_coordinates(away, index, order=1, mode="nearest").reshape(height, width)
        shown, bare = (each[y : y + height, x : x + width] for each in (pixels, whole))
        assert (shown[far == 0] == bare[far == 0]).all()
        assert (shown[far > 9] == ground).all()
        # The box holds the brain and its soft end, so that the panel's edge cuts nothing off.
        for edge in (shown[0], shown[-1], shown[:, 0], shown[:, -1]):
            assert np.abs(edge - ground).max() < 30


@pytest.mark.parametrize("render", ["auto", "glass", "mip"])
def test_views_show_the_brain_alone(current_gl, render):
    """As if the file held the brain without the rest."""
    brain = Volume(head().voxels * mask_on("same").voxels, HEAD, name="brain")
    options = {"labels": "none", "layout": "3d", "render": render}
    masked = SceneDrawing(current_gl, Scene(volume=head(), mask=mask_on("same"), **options), None, WINDOW, SIZE)
    alone = SceneDrawing(current_gl, Scene(volume=brain, **options), None, WINDOW, SIZE, layout=masked.layout)
    shown, expected = (each.draw(FrameState()).read() for each in (masked, alone))
    assert np.count_nonzero(expected[..., 0]) > 20_000
    assert np.array_equal(shown, expected)


def test_lines_suggest_a_mask_and_name_the_end_of_slices():
    def lines(**options):
        film = open_film(Scene(volume=head(), **options), still=True)
        return [text for text in film.warnings if "--mask" in text], planes_line(film)

    assert lines(layout="talk")[0] == [
        "head: views show the skin of the whole head; give --mask FILE to show its brain"
    ]
    for options in ({"layout": "ortho"}, {"layout": "3d", "render": "surface"}):
        assert lines(**options)[0] == []
    hints, planes = lines(layout="talk", mask=mask_on("same"))
    assert hints == []
    assert "slices end 3 mm beyond the brain of mask" in planes
    assert "slices end" not in lines(layout="3d", mask=mask_on("same"))[1]
