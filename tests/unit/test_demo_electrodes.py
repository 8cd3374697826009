from __future__ import annotations

import importlib.util
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt, map_coordinates

from corticast.app.demo_electrodes import demo_electrodes
from corticast.core.types import Electrodes

TEMPLATE = "datasets/data/mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz"


@pytest.fixture(scope="module")
def electrodes() -> Electrodes:
    return demo_electrodes()


@pytest.fixture(scope="module")
def depth_mm(electrodes) -> np.ndarray:
    """Depth of each contact under the brain's surface, sulci bridged, by the template that the demo shows."""
    spec = importlib.util.find_spec("nilearn")
    assert spec is not None
    assert spec.origin is not None
    template = nib.load(Path(spec.origin).parent / TEMPLATE).slicer[:80, 50:200, :160]  # the left hemisphere's side
    brain = np.asanyarray(template.dataobj) > 40
    bridge_mm = 8
    bridged = brain | (distance_transform_edt(distance_transform_edt(~brain) <= bridge_mm) > bridge_mm)
    depth = distance_transform_edt(bridged) - distance_transform_edt(~bridged)
    pos_vox = nib.affines.apply_affine(np.linalg.inv(template.affine), electrodes.pos)
    return map_coordinates(depth, pos_vox.T, order=1, cval=-np.inf)


def test_table(electrodes):
    assert electrodes.space == "world"
    assert electrodes.frame == "MNI152NLin2009aSym"
    expected = [f"G{i}" for i in range(1, 65)] + [f"{s}{i}" for s in ("LH", "LI") for i in range(1, 13)]
    assert list(electrodes.names) == expected
    assert electrodes.pos.shape == (88, 3)
    assert electrodes.has_position.all()
    assert not electrodes.bad.any()


def test_grid_keeps_its_spacing(electrodes):
    grid = electrodes.pos[:64].reshape(8, 8, 3)
    for axis in (0, 1):
        spacing_mm = np.linalg.norm(np.diff(grid, axis=axis), axis=2)
        assert spacing_mm.min() > 9.5
        assert spacing_mm.max() < 10.5


def test_grid_runs_from_back_to_front_and_from_low_to_high(electrodes):
    grid = electrodes.pos[:64].reshape(8, 8, 3)
    assert (np.diff(grid[:, :, 1], axis=1) > 0).all()
    assert (np.diff(grid[:, :, 2], axis=0) > 0).all()


def test_grid_lies_on_the_left_brain_surface(electrodes, depth_mm):
    assert (electrodes.pos[:64, 0] < -40).all()
    assert depth_mm[:64].max() < 1.5
    assert depth_mm[:64].min() > -4.5


def test_shafts_are_straight_evenly_spaced_and_inside_the_brain(electrodes, depth_mm):
    for first, spacing_mm in ((64, 3.5), (76, 5.0)):
        steps = np.diff(electrodes.pos[first : first + 12], axis=0)
        np.testing.assert_allclose(steps, np.tile(steps[0], (11, 1)), atol=1e-9)
        assert np.linalg.norm(steps[0]) == pytest.approx(spacing_mm)
    assert depth_mm[64:].min() > 0
    deepest_first = np.diff(depth_mm[64:].reshape(2, 12)[:, [0, 11]])
    assert (deepest_first < -5).all()
