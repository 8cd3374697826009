"""Frames of layout expressions, against nibabel and scipy: slices at planes of their own, and oblique planes."""

import nibabel as nib
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, map_coordinates

import corticast as cc
from corticast.core.geometry.panels import ObliquePanel
from corticast.core.geometry.placement import placed_of
from corticast.core.model.scene import changed
from corticast.core.model.types import FrameState
from tests.parity.reference import pixel_grid_mm
from tests.parity.scene import SceneDrawing

pytestmark = pytest.mark.gl

SIZE = (420, 240)


def volume_file(folder, rng):
    values = gaussian_filter(rng.standard_normal((91, 101, 81)), 2.0)
    values = np.round(1000 * (values - values.min()) / np.ptp(values)).astype(np.int16)
    image = nib.Nifti1Image(values, np.array([[1.0, 0, 0, -45], [0, 1, 0, -50], [0, 0, 1, -40], [0, 0, 0, 1]]))
    path = folder / "volume.nii"
    nib.save(image, path)
    return path


def test_two_axial_panels_show_the_voxels_that_nibabel_gives(tmp_path, rng):
    """At one pixel for each voxel, every pixel is a voxel of the file."""
    path = volume_file(tmp_path, rng)
    scene = cc.Scene(
        volume=cc.load_volume(path), layout="axial@-20,20", labels="none", window=(0, 1000), interpolation="nearest"
    )
    panels = cc.panels(scene, size=(2 * 91 + 1, 101))
    drawn = cc.frame(scene, size=(2 * 91 + 1, 101))[..., 0]
    image = nib.load(path)
    voxels = np.asarray(image.dataobj).astype(float)
    for panel, plane_mm in zip(panels, (-20.0, 20.0), strict=True):
        x, y, width, height = panel.rect
        world = pixel_grid_mm(panel, (183, 101), plane_mm)[y : y + height, x : x + width]
        index = np.round(nib.affines.apply_affine(np.linalg.inv(image.affine), world)).astype(int)
        assert (index[..., 2] == plane_mm + 40).all()
        inside = ((index >= 0) & (index < voxels.shape)).all(axis=-1)
        assert inside.mean() > 0.97
        grey = np.round(255 * voxels[tuple(index[inside].T)] / 1000)
        assert np.abs(drawn[y : y + height, x : x + width][inside] - grey).max() <= 1


@pytest.mark.parametrize("moving", [False, True])
def test_a_shaft_plane_shows_what_scipy_samples(current_gl, tmp_path, rng, fidelity, moving):
    """At rest, and beside a slice that has swept."""
    path = volume_file(tmp_path, rng)
    direction = np.array([0.8, 0.36, 0.48])
    pos = np.array([-5.0, 3, 2]) + np.arange(-4, 5)[:, None] * 3.5 * direction
    scene = cc.Scene(
        volume=cc.load_volume(path), electrodes=cc.Electrodes(tuple(f"A{n}" for n in range(9)), pos),
        layout="shaft@A | axial", labels="none", window=(0, 1000),
    )  # fmt: skip
    drawing = SceneDrawing(
        current_gl, changed(scene, electrodes=None), placed_of(scene), (0, 1000), SIZE, moving=moving
    )
    before = drawing.draw(FrameState((0.0, 0.0, -20.0))).read()[..., 0]
    drawn = drawing.draw(FrameState((0.0, 0.0, 0.0))).read()[..., 0].astype(float)
    (panel,) = drawing.layout.of(ObliquePanel)
    (axial,) = drawing.layout.slices
    left, top = axial.rect[0] + axial.rect[2] // 2, axial.rect[1] + axial.rect[3] // 2
    assert np.abs(drawn[top : top + 20, left : left + 20] - before[top : top + 20, left : left + 20]).max() > 20
    # The plane of the test's own: upright, through the shaft.
    flat = direction[:2] / np.linalg.norm(direction[:2])
    right, up = np.array([*flat, 0.0]), np.array([0.0, 0, 1])
    scale = panel.pixels_per_mm
    column, row = panel.pixel_of(pos[4:5])[0]
    x, y, width, height = panel.rect
    columns, rows = np.meshgrid(np.arange(x, x + width), np.arange(y, y + height))
    world = pos[4] + (columns - column)[..., None] / scale * right - (rows - row)[..., None] / scale * up
    voxels = np.asarray(nib.load(path).dataobj).astype(float)
    index = world + np.array([45, 50, 40])
    sampled = map_coordinates(voxels, np.moveaxis(index, -1, 0), order=1, mode="nearest")
    inside = ((index > -0.5) & (index < np.array(voxels.shape) - 0.5)).all(axis=-1)
    assert inside.sum() > 10_000
    errors = (drawn[y : y + height, x : x + width] - 255 * sampled / 1000)[inside]
    fidelity.within("Space: the plane of a shaft", "map_coordinates by nibabel", errors, 0.55, "levels")
    assert (drawn[y : y + height, x : x + width][~inside] == 0).all()
