"""Laws of the geometry, for any axis-aligned volume."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corticast.core.geometry.affines import (
    apply_affine,
    snap_to_voxel_centre,
    vox_to_tkras,
    voxel_axis_of_world_axis,
    voxel_centres_mm,
    voxel_index_of_plane,
    world_box_mm,
    zooms_mm,
)

zooms = st.tuples(*[st.floats(0.05, 20.0)] * 3)
offsets_mm = st.tuples(*[st.floats(-500.0, 500.0)] * 3)
shapes = st.tuples(*[st.integers(1, 400)] * 3)


@st.composite
def aligned_affines(draw):
    affine = np.zeros((4, 4))
    for axis, world_axis in enumerate(draw(st.sampled_from(list(itertools.permutations(range(3)))))):
        affine[world_axis, axis] = draw(st.sampled_from([-1.0, 1.0])) * draw(zooms)[axis]
    affine[:3, 3] = draw(offsets_mm)
    affine[3, 3] = 1.0
    # Headers hold float32.
    return affine.astype(np.float32).astype(np.float64)


@st.composite
def rotated_affines(draw):
    rotation, _ = np.linalg.qr(np.array(draw(st.lists(st.floats(-1, 1), min_size=9, max_size=9))).reshape(3, 3))
    affine = np.eye(4)
    affine[:3, :3] = rotation * draw(zooms)
    affine[:3, 3] = draw(offsets_mm)
    return affine


points = st.lists(st.tuples(*[st.floats(-1000, 1000)] * 3), min_size=1, max_size=5)


@given(rotated_affines(), points)
def test_there_and_back(affine, points):
    there = apply_affine(affine, points)
    np.testing.assert_allclose(apply_affine(np.linalg.inv(affine), there), points, atol=1e-6)


@given(rotated_affines(), shapes)
def test_box_grows_with_the_rotation_but_holds_the_volume(affine, shape):
    low, high = world_box_mm(affine, shape)
    centre = apply_affine(affine, (np.array(shape) - 1) / 2)
    np.testing.assert_allclose((low + high) / 2, centre, atol=1e-6)
    edges_mm = zooms_mm(affine) * shape
    assert (high - low).max() <= np.linalg.norm(edges_mm) * (1 + 1e-9)
    assert np.linalg.norm(high - low) >= np.linalg.norm(edges_mm) * (1 - 1e-9)


@given(aligned_affines(), shapes, st.integers(0, 2))
def test_centres_lie_half_a_voxel_inside_the_box(affine, shape, world_axis):
    axes = voxel_axis_of_world_axis(affine)
    assert axes is not None
    centres = voxel_centres_mm(affine, shape, world_axis)
    zoom = zooms_mm(affine)[axes[world_axis]]
    assert len(centres) == shape[axes[world_axis]]
    np.testing.assert_allclose(np.diff(centres), zoom, rtol=1e-6)
    edges = [centres[0] - zoom / 2, centres[-1] + zoom / 2]
    np.testing.assert_allclose(edges, world_box_mm(affine, shape)[:, world_axis], atol=1e-6)


@given(aligned_affines(), shapes, st.integers(0, 2), st.floats(-0.2, 1.2))
def test_snapping_finds_the_nearest_voxel(affine, shape, world_axis, share):
    low, high = world_box_mm(affine, shape)[:, world_axis]
    value_mm = low + share * (high - low)
    snapped = snap_to_voxel_centre(affine, shape, world_axis, value_mm)
    centres = voxel_centres_mm(affine, shape, world_axis)
    assert np.abs(centres - snapped).min() <= 1e-9 * max(1.0, np.abs(centres).max())
    zoom = (high - low) / len(centres)
    assert abs(snapped - value_mm) <= np.abs(centres - value_mm).min() + 1e-5 * zoom
    assert snap_to_voxel_centre(affine, shape, world_axis, snapped) == snapped


@given(aligned_affines(), shapes, st.integers(0, 2), st.data())
def test_a_tie_goes_to_the_larger_coordinate(affine, shape, world_axis, data):
    centres = voxel_centres_mm(affine, shape, world_axis)
    if len(centres) < 2:
        return
    k = data.draw(st.integers(0, len(centres) - 2))
    between = (centres[k] + centres[k + 1]) / 2
    np.testing.assert_allclose(snap_to_voxel_centre(affine, shape, world_axis, between), centres[k + 1], rtol=1e-12)


@given(aligned_affines(), shapes, st.integers(0, 2), st.data())
def test_index_and_plane_name_the_same_voxel(affine, shape, world_axis, data):
    axis = voxel_axis_of_world_axis(affine)[world_axis]
    index = data.draw(st.integers(0, shape[axis] - 1))
    voxel = (np.array(shape) - 1) / 2
    voxel[axis] = index
    value_mm = apply_affine(affine, voxel)[world_axis]
    assert voxel_index_of_plane(affine, shape, world_axis, value_mm) == index
    np.testing.assert_allclose(snap_to_voxel_centre(affine, shape, world_axis, value_mm), value_mm, atol=1e-9)


@given(shapes, zooms)
def test_tkras_puts_the_centre_at_the_origin(shape, zooms):
    matrix = vox_to_tkras(shape, zooms)
    np.testing.assert_allclose(apply_affine(matrix, np.array(shape) / 2), 0, atol=1e-9)
    np.testing.assert_allclose(zooms_mm(matrix), zooms)
    assert np.linalg.det(matrix[:3, :3]) < 0  # LIA is left-handed
