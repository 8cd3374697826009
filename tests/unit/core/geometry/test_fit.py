"""Boxes that panels fit, against scipy's labels of the voxels and nibabel's affines."""

import itertools
from dataclasses import replace
from functools import lru_cache

import nibabel
import numpy as np
import pytest
import scipy.ndimage
import scipy.spatial.distance
from scipy.spatial.transform import Rotation

import corticast as cc
from corticast.core.geometry.body import body_of
from corticast.core.geometry.camera import Camera
from corticast.core.geometry.fit import fit_of
from corticast.core.geometry.head import head_of
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, PlacedElectrodes, Volume
from corticast.errors import DataError, OptionError

# Heads of 17 x 22 x 20 cm in several grids: zooms in mm, degrees about x, y and z, stored axes.
GRIDS = {
    "4 mm": ((4.0, 4.0, 4.0), (0, 0, 0), "RAS"),
    "as FreeSurfer stores it": ((3.5, 3.5, 3.5), (0, 0, 0), "LIA"),
    "thick and turned": ((2.5, 2.5, 5.0), (12, -8, 20), "RAS"),
    # Two voxels to a sample along the first two axes.
    "fine": ((1.1, 1.4, 6.0), (0, 0, 0), "LPS"),
}


@lru_cache
def head(zooms, degrees, axes, scale=1.0):
    """A head with a neck, and a coil that does not touch it, in a volume with air around."""
    shape = np.ceil(np.array([230, 290, 280]) / zooms).astype(int)
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_euler("xyz", degrees, degrees=True).as_matrix() @ np.diag(zooms) * scale
    affine[:3, 3] = scale * np.array([3.0, -8, 5]) - affine[:3, :3] @ ((shape - 1) / 2)
    pos = nibabel.affines.apply_affine(affine, np.moveaxis(np.indices(shape), 0, -1)) / scale
    x, y, z = np.moveaxis(pos - [3, -8, 5], -1, 0)
    skull = (x / 80) ** 2 + ((y - 3) / 105) ** 2 + ((z - 20) / 95) ** 2 < 1
    neck = (x / 50) ** 2 + ((y + 20) / 55) ** 2 < 1
    coil = (np.abs(x - 98) < 4) & (np.abs(y) < 60) & (np.abs(z) < 60)
    values = np.where(skull | (neck & (z < 0) & (z > -110)), 120, 0) + 100 * coil
    image = nibabel.Nifti1Image(values.astype(np.uint8), affine)
    stored = nibabel.orientations.axcodes2ornt(axes)
    image = image.as_reoriented(nibabel.orientations.ornt_transform(nibabel.io_orientation(affine), stored))
    return Volume(np.asfortranarray(image.get_fdata().astype(np.uint8)), image.affine)


@lru_cache
def part_of(volume, level=None):
    """Where the largest part is."""
    parts, _ = scipy.ndimage.label(volume.voxels >= (head_of(volume).level if level is None else level))
    return parts == np.bincount(parts.ravel())[1:].argmax() + 1


def ends_mm(volume, axes, origin=(0, 0, 0), inside=None):
    """Ends of the voxels of the largest part along some axes, edges included."""
    middles = nibabel.affines.apply_affine(volume.affine, np.argwhere(part_of(volume) if inside is None else inside))
    seen = (middles - origin) @ np.transpose(axes)
    half = np.abs(axes @ volume.affine[:3, :3]).sum(axis=1) / 2
    return np.stack([seen.min(axis=0) - half, seen.max(axis=0) + half])


@pytest.mark.parametrize("share", [0.25, 0.6])
@pytest.mark.parametrize("grid", GRIDS)
def test_planes_with_a_share_of_the_largest_slice_end_where_the_voxels_of_slices_do(grid, share):
    volume = head(*GRIDS[grid])
    found = body_of(volume).planes_with(share)
    middles = nibabel.affines.apply_affine(volume.affine, np.argwhere(part_of(volume)))
    for axis in range(3):
        # Slabs two to four voxels thick hold their voxels in any position of the grid.
        thick_mm = 2 * np.abs(volume.affine[axis, :3]).max()
        at = np.arange(middles[:, axis].min(), middles[:, axis].max(), thick_mm / 4)
        counts = np.array([np.count_nonzero(np.abs(middles[:, axis] - mm) <= thick_mm / 2) for mm in at])
        kept = at[counts >= share * counts.max()]
        assert found[:, axis] == pytest.approx([kept[0], kept[-1]], abs=1.1 * thick_mm), axis


def assert_holds(found, expected, slack):
    """Nothing is cut, and little air is shown."""
    assert (found[0] <= expected[0] + 1e-6).all(), (found, expected)
    assert (found[1] >= expected[1] - 1e-6).all(), (found, expected)
    assert (np.abs(found - expected) <= slack).all(), (found, expected)


def block_mm(volume):
    """Longest edge in mm of the blocks of voxels that are looked at."""
    steps = [max(1, round(n / 128)) for n in volume.shape]
    return float((np.linalg.norm(volume.affine[:3, :3], axis=0) * steps).max()) + 1e-6


@pytest.mark.parametrize("grid", GRIDS)
def test_the_box_is_that_of_the_largest_part(grid):
    volume = head(*GRIDS[grid])
    expected = ends_mm(volume, np.eye(3))
    assert_holds(body_of(volume).ends_mm(np.eye(3)), expected, block_mm(volume))
    # The coil lies farther out than the head.
    assert expected[1][0] < 90


@pytest.mark.parametrize("grid", GRIDS)
def test_a_slice_at_rest_shows_the_head_where_its_plane_is(grid):
    volume = head(*GRIDS[grid])
    part = part_of(volume)
    scene = Scene(volume=volume, plane_mm=(41.0, -62.0, 71.0))
    fit = fit_of(scene, None)
    slack = 2 * block_mm(volume)
    for name, fixed in (("sagittal", 0), ("coronal", 1), ("axial", 2)):
        others = [axis for axis in range(3) if axis != fixed]
        grid_mm = np.stack(np.meshgrid(np.arange(-130, 130.5), np.arange(-150, 150.5), indexing="ij"), axis=-1)
        points = np.full((*grid_mm.shape[:2], 3), scene.plane_mm[fixed])
        points[..., others] = grid_mm
        vox = nibabel.affines.apply_affine(np.linalg.inv(volume.affine), points)
        on_plane = scipy.ndimage.map_coordinates(part.astype(np.uint8), np.moveaxis(vox, -1, 0), order=0)
        shown = grid_mm[on_plane > 0]
        expected = np.stack([shown.min(axis=0), shown.max(axis=0)])
        found = fit.slice_mm(name, [None])
        # Points of the reference lie 1 mm apart.
        assert (found[0] <= expected[0] + 0.5).all()
        assert (found[1] >= expected[1] - 0.5).all()
        assert (np.abs(found - expected) <= slack).all(), name


def test_a_sweep_and_dragged_planes_show_the_whole_head_in_one_scale():
    volume = head(*GRIDS["4 mm"])
    rest = Scene(volume=volume, plane_mm=(60.0, 0.0, 0.0), layout="sagittal")
    for fit in (fit_of(Scene(volume=volume, layout="sagittal"), None), fit_of(rest, None, planes_move=True)):
        found = fit.slice_mm("sagittal", [None])
        assert_holds(found, ends_mm(volume, np.eye(3))[:, 1:], 4.0)
    assert np.ptp(fit_of(rest, None).slice_mm("sagittal", [None]), axis=0)[0] < 160


def contacts(pos):
    table = Electrodes(tuple(f"c{k}" for k in range(len(pos))), np.array(pos, dtype=float), space="world")
    return table, PlacedElectrodes(table, table.pos)


def radius_mm(volume, pos):
    """Of contacts far apart: a twentieth of the volume's longest edge wide, and half of it without activity."""
    corners = np.array(list(itertools.product(*[(-0.5, n - 0.5) for n in volume.shape])))
    edges = np.ptp(nibabel.affines.apply_affine(volume.affine, corners), axis=0)
    spacing = scipy.spatial.distance.pdist(pos).min() if len(pos) > 1 else np.inf
    return min(0.95 * spacing, edges.max() / 20) / 2 / 2


def test_contacts_that_a_slice_draws_have_room():
    volume = head(*GRIDS["4 mm"])
    # Beyond the head in front, in the other half, and one that is lost.
    table, placed = contacts([[20, 110, 0], [-20, -140, 0], [30, 0, 20], [400, 0, 0]])
    scene = Scene(volume=volume, electrodes=table, plane_mm=(20.0, 0.0, 20.0))
    fit = fit_of(scene, placed)
    sagittal = fit.slice_mm("sagittal", [None])
    radius = radius_mm(volume, placed.pos)
    assert sagittal[1][0] == pytest.approx(110 + radius)
    assert sagittal[0][0] > -130
    axial = fit.slice_mm("axial", [None])
    # Both are ghosts there, which have 0.55 of the size.
    assert (axial[0][1], axial[1][1]) == pytest.approx((-140 - 0.55 * radius, 110 + 0.55 * radius))
    assert axial[1][0] < 130
    # Without a slab all contacts are drawn on all slices.
    everything = fit_of(replace(scene, electrode_depth="all"), placed).slice_mm("sagittal", [None])
    assert (everything[0][0], everything[1][0]) == pytest.approx((-140 - radius, 110 + radius))


def ends_of_view(volume, camera):
    return ends_mm(volume, camera.axes[:2], camera.centre_mm)


@pytest.mark.parametrize("grid", ["4 mm", "thick and turned"])
@pytest.mark.parametrize("angles", [(180, 0), (150, 20), (-90, 90), (37, -55)])
def test_a_view_shows_the_outline(grid, angles):
    volume = head(*GRIDS[grid])
    pos = [[0.0, 0, 130], [10, 20, 30]]
    table, placed = contacts(pos)
    fit = fit_of(Scene(volume=volume, electrodes=table, layout="3d"), placed)
    view = fit.view("3d", Camera(*angles, np.zeros(3)), turning=False)
    radius, middles = radius_mm(volume, pos), view.camera.seen(pos)[:, :2]
    seen = np.concatenate([ends_of_view(volume, view.camera), middles - radius, middles + radius])
    half = np.array(view.extent_mm) / 2
    assert_holds(np.stack([-half, half]), np.stack([seen.min(axis=0), seen.max(axis=0)]), 1e-6)


@pytest.mark.parametrize("elevation", [0, 20, -60, 90])
def test_a_turning_view_shows_the_outlines_of_all_angles(elevation):
    volume = head(*GRIDS["4 mm"])
    table, placed = contacts([[0.0, 0, 130]])
    fit = fit_of(Scene(volume=volume, electrodes=table, layout="3d", spin=30), placed)
    view = fit.view("3d", Camera(150, elevation, np.zeros(3)), turning=True)
    cameras = [view.camera.turned(turn) for turn in range(0, 360, 5)]
    radius, middles = radius_mm(volume, placed.pos), [each.seen(placed.pos)[:, :2] for each in cameras]
    discs = [middle + side * radius for middle in middles for side in (-1, 1)]
    seen = np.concatenate([*discs, *(ends_of_view(volume, each) for each in cameras)])
    half = np.array(view.extent_mm) / 2
    assert_holds(np.stack([-half, half]), np.stack([seen.min(axis=0), seen.max(axis=0)]), 2.5)


def test_a_mask_of_another_grid_takes_the_place_of_the_head():
    volume = head(*GRIDS["4 mm"])
    brain = head((3.0, 3.0, 4.0), (5, 10, -15), "RAS", scale=0.6)
    # Everything above 0 is brain, its coil too.
    fit = fit_of(Scene(volume=volume, mask=brain), None)
    found = fit.body.ends_mm(np.eye(3))
    assert_holds(found, ends_mm(brain, np.eye(3), inside=brain.voxels > 0), 1e-6)
    assert found[1][0] > ends_mm(brain, np.eye(3))[1][0]
    panel = cc.panels(Scene(volume=volume, mask=brain, layout="axial", labels="none"), time=0, size=(600, 600))[0]
    # Slices end 3 mm beyond the brain on either side.
    assert panel.pixels_per_mm == pytest.approx(600 / (np.ptp(found, axis=0)[:2].max() + 6))


def test_masks_that_do_nothing_are_refused():
    volume = head(*GRIDS["4 mm"])
    empty = Volume(np.zeros((4, 4, 4), np.uint8), np.eye(4))
    with pytest.raises(DataError, match=r"^mask .*: no voxel is above 0; give a mask of the brain"):
        cc.panels(Scene(volume=volume, mask=empty), size=(600, 400))
    away = np.eye(4)
    away[:3, 3] = 500
    with pytest.raises(DataError, match="lies outside of"):
        cc.panels(Scene(volume=volume, mask=Volume(np.ones((4, 4, 4), np.uint8), away)), size=(600, 400))
    with pytest.raises(OptionError, match="with fit volume; leave it out, or give fit head"):
        Scene(volume=volume, mask=volume, fit="volume")
    with pytest.raises(OptionError, match="without a volume"):
        Scene(electrodes=contacts([[0, 0, 0]])[0], mask=volume)


def spots(values):
    voxels = np.zeros((20, 20, 20), np.uint8)
    for place in values:
        voxels[place] = 200
    return Volume(voxels, np.diag([2.0, 2, 2, 1]))


def test_a_map_of_spots_shows_all_and_an_empty_volume_its_box():
    apart = spots(
        [(slice(2, 6), slice(5, 9), slice(5, 8)), (slice(13, 17), slice(12, 16), slice(9, 12)), (8, 15, slice(13, 17))]
    )
    assert body_of(apart).ends_mm(np.eye(3)).tolist() == [[3, 9, 9], [33, 31, 33]]
    for volume in (spots([]), Volume(np.full((20, 20, 20), np.nan, np.float32), np.diag([2.0, 2, 2, 1]))):
        assert body_of(volume).ends_mm(np.eye(3)).tolist() == [[-1, -1, -1], [39, 39, 39]]


def test_a_volume_as_a_whole_has_a_voxel_on_each_pixel():
    volume = Volume(head(*GRIDS["fine"]).voxels, np.eye(4))
    n_x, n_y, _ = volume.shape
    scene = Scene(volume=volume, layout="axial", labels="none", fit="volume")
    (panel,) = cc.panels(scene, size=(n_x, n_y))
    assert panel.rect == (0, 0, n_x, n_y)
    np.testing.assert_allclose(panel.affine, [[1, 0, 0], [0, -1, n_y - 1]], atol=1e-9)


@pytest.mark.parametrize("layout", ["ortho", "grid", "axial", "coronal@-20,0,20 / axial"])
@pytest.mark.parametrize("size", [(1920, 1080), (320, 240)])
def test_slices_show_a_rim_beyond_the_head_and_stay_apart(layout, size):
    """Interpolation mixes the outermost voxels with those beyond: a box that ends with the head cuts their rim."""
    volume = head(*GRIDS["4 mm"])
    expected = ends_mm(volume, np.eye(3))
    panels = layout_of(Scene(volume=volume, layout=layout, sweep="full"), None, size).panels
    for panel in panels:
        x, y, width, height = panel.rect
        corners = np.array([[x - 0.5, y + height - 0.5], [x + width - 0.5, y - 0.5]])
        shown = (corners - panel.affine[:, 2]) @ np.linalg.inv(panel.affine[:, :2]).T
        axes = [panel.right_axis, panel.up_axis]
        # Half of the gap of 10 pixels, less one for rounding; a small frame has no more than a gap of 2 pixels.
        rim_mm = min(4.0, (4 if size[1] == 1080 else 0) / panel.pixels_per_mm)
        if panel.plane_mm is None:
            assert (shown[0] <= expected[0][axes] - rim_mm + 1e-6).all()
            assert (shown[1] >= expected[1][axes] + rim_mm - 1e-6).all()
        assert x >= 0 <= y
        assert x + width <= size[0]
        assert y + height <= size[1]
    for (x, y, width, height), (left, top, across, down) in itertools.combinations([p.rect for p in panels], 2):
        assert x + width <= left or left + across <= x or y + height <= top or top + down <= y
