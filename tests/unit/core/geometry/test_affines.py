"""Geometry against nibabel, for every way a volume can be stored."""

from __future__ import annotations

import itertools

import nibabel as nib
import numpy as np
import pytest
from nibabel.freesurfer.mghformat import MGHHeader

from corticast.core.geometry.affines import (
    apply_affine,
    slice_at_plane,
    snap_to_voxel_centre,
    vox_to_tkras,
    voxel_axis_of_world_axis,
    voxel_centres_mm,
    voxel_index_of_plane,
    world_box_mm,
    zooms_mm,
)

SHAPE = (5, 8, 7)
ORIENTATIONS = [
    "".join(codes) for axes in itertools.permutations(("RL", "AP", "SI")) for codes in itertools.product(*axes)
]
OBLIQUE = nib.affines.from_matvec(nib.eulerangles.euler2mat(0.1, 0.2, 0.3) @ np.diag([0.5, 1.0, 2.0]), [-3, 4, 5])


def affine_of(orientation: str, zooms: tuple[float, float, float] = (0.8, 1.0, 2.5)) -> np.ndarray:
    """Affine of a volume stored in an orientation, its voxel (0, 0, 0) at (-10, 20, 30)."""
    to_ras = nib.orientations.axcodes2ornt(orientation)
    affine = np.eye(4)
    affine[:3, :3] = 0
    for axis, (world_axis, sign) in enumerate(to_ras):
        affine[int(world_axis), axis] = sign * zooms[axis]
    affine[:3, 3] = -10, 20, 30
    assert "".join(nib.aff2axcodes(affine)) == orientation
    return affine


@pytest.mark.parametrize("affine", [affine_of("LIA"), OBLIQUE], ids=["LIA", "oblique"])
def test_points_and_zooms_are_nibabels(affine):
    points = np.random.default_rng(0).normal(size=(4, 6, 3))
    np.testing.assert_allclose(apply_affine(affine, points), nib.affines.apply_affine(affine, points), atol=1e-12)
    np.testing.assert_allclose(zooms_mm(affine), nib.affines.voxel_sizes(affine), rtol=1e-12)


@pytest.mark.parametrize("affine", [affine_of("PIR"), OBLIQUE], ids=["PIR", "oblique"])
def test_box_holds_every_voxel_edge_and_no_more(affine):
    edges = np.stack(np.meshgrid(*[np.arange(n + 1) - 0.5 for n in SHAPE], indexing="ij"), axis=-1).reshape(-1, 3)
    edges_mm = nib.affines.apply_affine(affine, edges)
    np.testing.assert_allclose(world_box_mm(affine, SHAPE), [edges_mm.min(axis=0), edges_mm.max(axis=0)], atol=1e-12)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_centres_and_indices_in_every_orientation(orientation):
    affine = affine_of(orientation)
    axes = voxel_axis_of_world_axis(affine)
    to_ras = nib.orientations.axcodes2ornt(orientation)
    assert axes == tuple(int(np.flatnonzero(to_ras[:, 0] == world_axis)[0]) for world_axis in range(3))
    for world_axis, axis in enumerate(axes):
        indices = np.zeros((SHAPE[axis], 3))
        indices[:, axis] = np.arange(SHAPE[axis])
        centres = nib.affines.apply_affine(affine, indices)[:, world_axis]
        np.testing.assert_allclose(voxel_centres_mm(affine, SHAPE, world_axis), np.sort(centres), atol=1e-12)
        found = [voxel_index_of_plane(affine, SHAPE, world_axis, centre) for centre in centres]
        assert found == list(range(SHAPE[axis]))


def test_oblique_volume_has_no_aligned_axes():
    assert voxel_axis_of_world_axis(OBLIQUE) is None
    assert voxel_index_of_plane(OBLIQUE, SHAPE, 0, 1.0) is None
    assert snap_to_voxel_centre(OBLIQUE, SHAPE, 0, 1.2345) == 1.2345


@pytest.mark.parametrize(("degrees", "is_aligned"), [(0.001, True), (0.002, False), (90.001, True), (45, False)])
def test_aligned_within_a_hundredth_of_a_voxel(degrees, is_aligned):
    affine = nib.affines.from_matvec(nib.eulerangles.euler2mat(z=np.radians(degrees)))
    assert (voxel_axis_of_world_axis(affine) is not None) == is_aligned


def test_sheared_volume_is_oblique():
    affine = np.eye(4)
    affine[0, 1] = 0.01
    assert voxel_axis_of_world_axis(affine) is None


@pytest.mark.parametrize("world_axis", range(3))
def test_oblique_steps_fill_the_box(world_axis):
    low, high = world_box_mm(OBLIQUE, SHAPE)[:, world_axis]
    steps = voxel_centres_mm(OBLIQUE, SHAPE, world_axis)
    spacing = np.diff(steps)
    np.testing.assert_allclose(spacing, spacing[0])
    np.testing.assert_allclose([steps[0] - spacing[0] / 2, steps[-1] + spacing[0] / 2], [low, high])
    assert 0.5 <= spacing[0] < 0.55


@pytest.mark.parametrize("orientation", ["RAS", "LPI"])
@pytest.mark.parametrize("zoom", [1.0, 0.8, np.float32(0.7), 1 / 3])
def test_ties_go_to_the_larger_coordinate(orientation, zoom):
    """An even number of voxels has its middle between two of them."""
    affine = affine_of(orientation, (zoom, zoom, zoom))
    shape = (6, 6, 6)
    for world_axis in range(3):
        middle = world_box_mm(affine, shape)[:, world_axis].mean()
        assert snap_to_voxel_centre(affine, shape, world_axis, middle) == pytest.approx(middle + zoom / 2)
        assert voxel_index_of_plane(affine, shape, world_axis, middle) == (3 if orientation == "RAS" else 2)


def test_planes_outside_snap_to_the_outermost_voxel():
    affine = affine_of("LAS")
    low, high = voxel_centres_mm(affine, SHAPE, 0)[[0, -1]]
    assert snap_to_voxel_centre(affine, SHAPE, 0, -1e6) == pytest.approx(low)
    assert snap_to_voxel_centre(affine, SHAPE, 0, 1e6) == pytest.approx(high)
    assert voxel_index_of_plane(affine, SHAPE, 0, 1e6) == 0
    # No slice lies there: the outermost one ends at half of a voxel.
    assert slice_at_plane(affine, SHAPE, 0, 1e6) is None


def test_one_voxel_thick_axis():
    affine = affine_of("RAS")
    np.testing.assert_allclose(voxel_centres_mm(affine, (4, 4, 1), 2), [30.0])
    assert snap_to_voxel_centre(affine, (4, 4, 1), 2, 77.0) == 30.0
    assert voxel_index_of_plane(affine, (4, 4, 1), 2, 77.0) == 0


@pytest.mark.parametrize(("shape", "zooms"), [((256, 256, 256), (1, 1, 1)), ((320, 300, 26), (0.75, 0.8, 5.5))])
def test_tkras_is_freesurfers(shape, zooms):
    header = MGHHeader()
    header.set_data_shape(shape)
    header.set_zooms(zooms)
    np.testing.assert_allclose(vox_to_tkras(shape, zooms), header.get_vox2ras_tkr(), rtol=1e-6)
