"""Planes through shafts, against numpy's eigenvectors and matrices that the tests make."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

import corticast as cc
from corticast.core.geometry.contact_strengths import GHOST_OPACITY, flat_style
from corticast.core.geometry.depths import Depths, Slab
from corticast.core.geometry.panels import ObliquePanel
from corticast.core.geometry.placement import place, placed_of
from corticast.core.geometry.planes import Plane, line_of, plane_through
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.types import FrameState
from corticast.errors import OptionError

VOLUME = cc.Volume(
    np.zeros((100, 120, 90), np.uint8), np.array([[2.0, 0, 0, -100], [0, 2, 0, -100], [0, 0, 2, -100], [0, 0, 0, 1]])
)
STATE = FrameState((0.0, 0.0, 0.0))

angles = st.floats(0, 360)


def shaft_mm(azimuth_deg, elevation_deg, n=12, off_mm=0.0, seed=0):
    """Contacts 3.5 mm apart along a direction, off the line by some mm."""
    azimuth, elevation = np.deg2rad([azimuth_deg, elevation_deg])
    direction = np.array([np.cos(azimuth) * np.cos(elevation), np.sin(azimuth) * np.cos(elevation), np.sin(elevation)])
    off = np.random.default_rng(seed).normal(size=(n, 3)) * off_mm
    return np.array([-20.0, 10, 5]) + 3.5 * np.arange(n)[:, None] * direction + off, direction


def scene_of(pos, names, layout, **more):
    electrodes = cc.Electrodes(names, pos, space="world")
    return cc.Scene(volume=VOLUME, electrodes=electrodes, layout=layout, labels="none", **more)


def panel_of(scene, size=(800, 600)):
    (panel,) = layout_of(scene, placed_of(scene), size).of(ObliquePanel)
    return panel


@given(angles, st.floats(-90, 90), st.integers(0, 1000))
def test_the_line_is_numpys_first_eigenvector(azimuth_deg, elevation_deg, seed):
    pos, _ = shaft_mm(azimuth_deg, elevation_deg, off_mm=0.4, seed=seed)
    centroid, direction = line_of(pos)
    np.testing.assert_allclose(centroid, pos.mean(axis=0))
    largest = np.linalg.eigh(np.cov(pos.T))[1][:, -1]
    assert abs(direction @ largest) == pytest.approx(1)


@given(
    angles, st.floats(-90, 90), st.sampled_from(["neurological", "radiological"]), st.sampled_from(["left", "right"])
)
def test_the_plane_holds_its_line_and_is_upright(azimuth_deg, elevation_deg, convention, nose):
    pos, direction = shaft_mm(azimuth_deg, elevation_deg)
    plane = plane_through(pos, convention, nose)
    assert np.abs(plane.distance_mm(pos)).max() < 1e-9
    axes = np.stack([plane.right, plane.up, plane.normal])
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    # The top of the picture is the top of the head.
    assert plane.up[2] > 0
    assume(abs(abs(elevation_deg) - 70) > 0.1)
    if abs(elevation_deg) < 70:
        assert abs(plane.normal[2]) < 1e-12
        np.testing.assert_allclose(plane.up, [0, 0, 1], atol=1e-12)
    else:
        # About a steep line, the plane is as near to a coronal or sagittal slice as the line lets it be.
        assert np.abs(plane.normal[:2]).max() == pytest.approx(np.sqrt(1 - direction[:2] ** 2).max())
    is_coronal = abs(plane.right[0]) >= abs(plane.right[1])
    points_to = plane.right[0] if is_coronal else plane.right[1]
    mirrored = convention == "radiological" if is_coronal else nose == "left"
    assert (points_to < 0) == mirrored


@pytest.mark.parametrize(
    ("azimuth_deg", "elevation_deg", "options", "letters", "caption"),
    [
        (180, 0, {}, ("L", "R", "S", "I"), "0° from coronal"),
        (0, 30, {}, ("L", "R", "S", "I"), "0° from coronal"),
        (0, 30, {"convention": "radiological"}, ("R", "L", "S", "I"), "0° from coronal"),
        (90, -10, {}, ("P", "A", "S", "I"), "0° from sagittal"),
        (90, -10, {"sagittal_nose": "left"}, ("A", "P", "S", "I"), "0° from sagittal"),
        (30, 0, {}, ("LP", "RA", "S", "I"), "30° from coronal"),
        (150, 0, {}, ("LA", "RP", "S", "I"), "30° from coronal"),
        (75, 0, {}, ("P", "A", "S", "I"), "15° from sagittal"),
        (0, 90, {}, ("L", "R", "S", "I"), "0° from coronal"),
    ],
)
def test_letters_and_captions_are_true(azimuth_deg, elevation_deg, options, letters, caption):
    pos, _ = shaft_mm(azimuth_deg, elevation_deg)
    panel = panel_of(scene_of(pos, tuple(f"LA{n}" for n in range(1, 13)), "shaft@LA", **options))
    assert panel.title == "Shaft LA"
    assert panel.letters == letters
    assert panel.caption(STATE, VOLUME, {"mm", "slice"}) == [caption]
    assert panel.caption(STATE, VOLUME, {"slice"}) == []


def test_contacts_stand_where_a_matrix_puts_them():
    pos, _ = shaft_mm(200, 25)
    panel = panel_of(scene_of(pos, tuple(f"B{n}" for n in range(1, 13)), "shaft@B"))
    # The world turned by the shaft's azimuth, so that the shaft lies in the x-z plane.
    turn = np.deg2rad(20)
    turned = pos @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)], [0, 0]])
    scale = panel.affine[0, 0]
    pixels = panel.pixel_of(pos)
    np.testing.assert_allclose(pixels[:, 0] - pixels[0, 0], scale * (turned[:, 0] - turned[0, 0]), atol=1e-9)
    np.testing.assert_allclose(pixels[:, 1] - pixels[0, 1], -scale * (pos[:, 2] - pos[0, 2]), atol=1e-9)
    # Neighbours are 3.5 mm apart in the picture too, as the plane holds them.
    np.testing.assert_allclose(np.linalg.norm(np.diff(pixels, axis=0), axis=1), 3.5 * scale)
    # And back: a pixel is a point of the world, in the plane or beside it.
    world = np.column_stack([pixels, np.ones(len(pixels))]) @ panel.plane_to_world(panel.plane_at((9, 9, 9))).T
    np.testing.assert_allclose(world, pos, atol=1e-9)
    beside = np.column_stack([pixels, np.ones(len(pixels))]) @ panel.plane_to_world(panel.plane_at((9, 9, 9)) + 4).T
    np.testing.assert_allclose(np.abs((beside - pos) @ [np.sin(turn), -np.cos(turn), 0]), 4)


def test_the_panel_holds_the_section_of_the_box_and_all_of_its_contacts():
    pos, _ = shaft_mm(20, 10)
    panel = panel_of(scene_of(pos, tuple(f"B{n}" for n in range(1, 13)), "shaft@B"))
    x, y, width, height = panel.rect
    # Points of the plane on a fine grid, as far as they lie in the box.
    u, v = np.meshgrid(np.linspace(-300, 300, 601), np.linspace(-300, 300, 601))
    points = panel.plane.origin_mm + u[..., None] * panel.plane.right + v[..., None] * panel.plane.up
    inside = points[((points >= -101) & (points <= [99, 139, 79])).all(axis=-1)]
    pixels = panel.pixel_of(inside)
    np.testing.assert_allclose(pixels.min(axis=0), [x - 0.5, y - 0.5], atol=1.5 * panel.pixels_per_mm)
    np.testing.assert_allclose(pixels.max(axis=0), [x + width - 0.5, y + height - 0.5], atol=1.5 * panel.pixels_per_mm)


@pytest.mark.parametrize("fit", ["head", "volume"])
def test_the_panel_fits_the_head_where_its_plane_is(fit):
    """Ends of the panel, against those of the head that scipy samples in the plane."""
    i, j, k = np.indices((100, 120, 90))
    head = ((i - 45) / 30) ** 2 + ((j - 66) / 38) ** 2 + ((k - 44) / 28) ** 2 < 1
    pos, _ = shaft_mm(40, 15, n=5)
    names = tuple(f"B{n}" for n in range(5))
    volume = replace(VOLUME, voxels=np.asfortranarray(100 * head, np.uint8))
    scene = replace(scene_of(pos, names, "shaft@B"), volume=volume, fit=fit)
    panel = panel_of(scene)
    u, v = np.meshgrid(np.linspace(-200, 200, 801), np.linspace(-200, 200, 801))
    points = panel.plane.origin_mm + u[..., None] * panel.plane.right + v[..., None] * panel.plane.up
    index = np.moveaxis((points + 100) / 2, -1, 0)
    shown = map_coordinates(head.astype(float), index, order=0) > 0.5
    if fit == "volume":
        shown = ((points >= -101) & (points <= [99, 139, 79])).all(axis=-1)
    pixels = panel.pixel_of(points[shown])
    x, y, width, height = panel.rect
    # The head is known to a voxel.
    within = (2 + 2 * np.sqrt(2)) * panel.pixels_per_mm + 1
    np.testing.assert_allclose(pixels.min(axis=0), [x, y], atol=within)
    np.testing.assert_allclose(pixels.max(axis=0), [x + width, y + height], atol=within)
    assert (pixels.min(axis=0) >= [x - 1, y - 1]).all()
    assert (pixels.max(axis=0) <= [x + width, y + height]).all()


def test_a_section_beside_the_box_is_empty():
    plane = Plane(np.array([0.0, 0, 50]), np.array([1.0, 0, 0]), np.array([0.0, 1, 0]))
    assert plane.section_mm(np.array([[0.0, 0, 0], [10, 10, 10]])).shape == (0, 2)
    np.testing.assert_allclose(plane.section_mm(np.array([[-3.0, 2, 0], [10, 10, 60]])), [[-3, 2], [10, 10]])


def test_the_slab_is_by_distance_to_the_plane():
    pos, _ = shaft_mm(30, 0)
    normal = np.array([np.sin(np.deg2rad(30)), -np.cos(np.deg2rad(30)), 0])
    others = pos[4] + np.array([[3.9], [-3.9], [4.1], [-9.0]]) * normal
    names = (*(f"A{n}" for n in range(12)), "B1", "B2", "B3", "B4")
    scene = scene_of(np.concatenate([pos, others]), names, "shaft@A", electrode_depth=4)
    placed = place(scene.electrodes)
    style = flat_style(panel_of(scene), STATE, placed.pos, Depths(Slab.around(4.0)))
    # At 4.1 and 9 mm from the plane: ghosts fade over four depths of the slab.
    ghosts = [GHOST_OPACITY * (1 - beyond / 16) for beyond in (0.1, 5.0)]
    np.testing.assert_allclose(style.opacity, [1] * 14 + ghosts, rtol=1e-5)
    from corticast.film.opening import open_film

    assert open_film(scene, still=True).n_contacts() == (16, 14)


@pytest.mark.parametrize(
    ("layout", "wording"),
    [
        ("shaft@C' | axial", "layout \"shaft@C' [|] axial\": unknown group C'; give some of LA"),
        ("shaft@C", "layout shaft@C: unknown group C; give some of LA, LB, E$"),
        ("axial | shaft@la", r"layout 'axial | shaft@la': unknown group la; did you mean LA\?".replace("|", r"\|")),
    ],
)
def test_an_unknown_group_is_refused(layout, wording):
    pos = np.concatenate([shaft_mm(0, 0, n=4)[0], [[1.0, 2, 3], [np.nan] * 3]])
    with pytest.raises(OptionError, match=wording):
        scene_of(pos, ("LA1", "LA2", "LB1", "LB2", "E1", "DC1"), layout)


def test_a_line_needs_two_contacts_and_a_table():
    pos = np.concatenate([shaft_mm(0, 0, n=2)[0], [[1.0, 2, 3]]])
    scene = scene_of(pos, ("A1", "A2", "B1"), "shaft@B")
    with pytest.raises(OptionError, match="layout shaft@B: a line needs two contacts that are drawn, and B has 1"):
        panel_of(scene)
    with pytest.raises(
        OptionError, match="layout shaft@B: does nothing without electrodes; leave it out, or give elec"
    ):
        cc.Scene(volume=VOLUME, layout="shaft@B")


def test_several_shafts_stand_side_by_side_and_rest():
    pos = np.concatenate([shaft_mm(10, 0)[0], shaft_mm(80, 30)[0]])
    names = tuple(f"{group}{n}" for group in ("A", "L x") for n in range(12))
    scene = scene_of(pos, names, 'shaft@A,"L x" / coronal')
    one, other = layout_of(scene, placed_of(scene), (800, 600)).of(ObliquePanel)
    assert one.rect[0] + one.rect[2] <= other.rect[0]
    assert [one.title, other.title] == ["Shaft A", "Shaft L x"]
    assert one.pixels_per_mm == other.pixels_per_mm
