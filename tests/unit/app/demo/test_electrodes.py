from __future__ import annotations

import nibabel as nib
import numpy as np
import pytest
import scipy

from corticast.app.demo.demo import template_path
from corticast.app.demo.electrodes import demo_electrodes
from corticast.core.model.types import Electrodes
from corticast.io.volume import load_volume

SHAFTS = {"RH": 12, "RI": 10}


@pytest.fixture(scope="module")
def electrodes() -> Electrodes:
    return demo_electrodes(load_volume(template_path()))


@pytest.fixture(scope="module")
def depth_mm(electrodes) -> np.ndarray:
    """Depth of each contact under the brain's surface, sulci bridged by a ball of 8 mm."""
    template = nib.load(template_path()).slicer[::2, ::2, ::2]
    voxel_mm = 2

    def distance_mm(mask: np.ndarray) -> np.ndarray:
        """From voxels of the mask to its border: half a voxel before the nearest voxel outside."""
        return np.maximum(scipy.ndimage.distance_transform_edt(mask, sampling=voxel_mm) - voxel_mm / 2, 0)

    brain = np.asanyarray(template.dataobj) > 40
    bridged = brain | (distance_mm(distance_mm(~brain) <= 8) > 8)
    depth = distance_mm(bridged) - distance_mm(~bridged)
    pos_vox = nib.affines.apply_affine(np.linalg.inv(template.affine), electrodes.pos)
    return scipy.ndimage.map_coordinates(depth, pos_vox.T, order=1, cval=-np.inf)


def shaft_rows(electrodes: Electrodes, name: str) -> list[int]:
    return [row for row, contact in enumerate(electrodes.names) if contact.startswith(name)]


def test_table(electrodes):
    assert electrodes.space == "world"
    assert electrodes.frame == "MNI152NLin2009aSym"
    expected = [f"G{i + 1}" for i in range(64)] + [f"{name}{i + 1}" for name, n in SHAFTS.items() for i in range(n)]
    assert list(electrodes.names) == expected
    assert electrodes.pos.shape == (len(expected), 3)
    assert electrodes.has_position.all()
    assert not electrodes.bad.any()


def test_grid_nearly_keeps_its_spacing(electrodes):
    grid = electrodes.pos[:64].reshape(8, 8, 3)
    spacing_mm = np.concatenate([np.linalg.norm(np.diff(grid, axis=axis), axis=2).ravel() for axis in (0, 1)])
    assert np.median(spacing_mm) == pytest.approx(9, abs=0.2)
    assert spacing_mm.min() > 7.5
    assert spacing_mm.max() < 11


def test_grid_rows_run_from_the_front_backwards_and_from_the_top_down(electrodes):
    grid = electrodes.pos[:64].reshape(8, 8, 3)
    assert (np.diff(grid[:, :, 1], axis=1) < 0).all()
    assert (np.diff(grid[:, :, 2], axis=0) < 0).all()


def test_grid_lies_on_the_left_hemisphere_just_outside_the_brain(electrodes, depth_mm):
    assert (electrodes.pos[:64, 0] < -40).all()
    assert depth_mm[:64].max() < 0
    assert depth_mm[:64].min() > -7
    assert np.median(depth_mm[:64]) > -4


def test_shafts_are_straight_evenly_spaced_and_inside_the_right_hemisphere(electrodes, depth_mm):
    for name in SHAFTS:
        rows = shaft_rows(electrodes, name)
        steps = np.diff(electrodes.pos[rows], axis=0)
        np.testing.assert_allclose(steps, np.tile(steps[0], (len(steps), 1)), atol=1e-9)
        assert np.linalg.norm(steps[0]) == pytest.approx(3.5)
        assert (electrodes.pos[rows, 0] > 0).all()
        assert depth_mm[rows].min() > 0
        assert depth_mm[rows[0]] > depth_mm[rows[-1]]  # contact 1 is the deepest
