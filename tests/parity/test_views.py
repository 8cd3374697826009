"""The head from outside: where rays meet it, their greys, and where contacts stand, against NumPy and SciPy."""

import ctypes
from dataclasses import replace

import numpy as np
import pytest
import scipy

from corticast.core.geometry.camera import NAMED_VIEWS, Camera
from corticast.core.geometry.contact_strengths import FAR_OPACITY, GHOST_OPACITY
from corticast.core.geometry.head import head_of, otsu_threshold
from corticast.core.geometry.head_scale import head_scale
from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes, FrameState, PlacedElectrodes, Volume
from corticast.errors import OptionError
from corticast.passes.views import ViewPass
from tests.golden.phantom import phantom_head
from tests.parity.drawing import affine_of
from tests.parity.reference import along_rays, camera_axes, ray_light, rays_mm, sampled_at
from tests.parity.scene import SceneDrawing

pytestmark = pytest.mark.gl

SIZE = (400, 300)
_GL_FLOAT = 0x1406


def ellipsoid(affine=None, shape=(90, 110, 80), axes=(35.0, 45.0, 30.0), ramp_mm=4.0):
    """A brain that is a ball: value 100 at its surface, rising to 200 within, and its implicit function in mm."""
    if affine is None:
        affine = affine_of(origin=(-45.0, -55.0, -40.0))
    index = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    world = index @ affine[:3, :3].T + affine[:3, 3]
    depth_mm = (1 - np.linalg.norm(world / np.array(axes), axis=-1)) * min(axes)
    values = 100 + 100 * np.clip(depth_mm / ramp_mm, -1, 1)
    return Volume(np.asfortranarray(values.astype(np.float32)), affine, name="ellipsoid")


def scene_drawing(gl, size=SIZE, pos=None, window=(0.0, 200.0), turning=False, **options):
    electrodes = placed = None
    if pos is not None:
        electrodes = Electrodes(tuple(f"E{k}" for k in range(len(pos))), np.asarray(pos, float))
        placed = PlacedElectrodes(electrodes, electrodes.pos)
    options = {"labels": "none", "layout": "3d", **options}
    scene = Scene(electrodes=electrodes, **options)
    return SceneDrawing(gl, scene, placed, window, size, turning=turning)


def state(n=0, activity=1.0, turn_deg=0.0):
    return FrameState((0.0, 0.0, 0.0), np.full(n, activity, np.float32), turn_deg=turn_deg)


def hits_of(drawing, gl, index=0, turn_deg=0.0):
    """(rows, columns, 4) float32 of a view's first hits."""
    from corticast.gl import calls

    drawing.draw(state(0, turn_deg=turn_deg))
    target = drawing.pass_of(ViewPass)._hits[index]
    width, height = target.size
    target.bind_for_reading()
    hits = np.empty((height, width, 4), np.float32)
    calls.glReadPixels(0, 0, width, height, calls.GL_RGBA, _GL_FLOAT, ctypes.c_void_p(hits.ctypes.data))
    gl.make_current()
    return hits


@pytest.mark.parametrize("angles", [*NAMED_VIEWS.values(), (150.0, 20.0), (-37.0, -55.0)])
def test_a_camera_is_a_viewer_who_was_turned(angles, rng):
    camera = Camera(*angles, rng.standard_normal(3))
    assert np.allclose(camera.axes, camera_axes(*angles), atol=1e-12)
    # A right-handed picture: nothing is mirrored.
    assert np.isclose(np.linalg.det(camera.axes), 1)


def test_letters_name_what_lies_there():
    named = {name: "".join(Camera(*angles, np.zeros(3)).letters) for name, angles in NAMED_VIEWS.items()}
    # Left, right, top, bottom of the picture: seen from the left the face is on the left.
    assert named == {
        "left lateral": "APSI", "right lateral": "PASI", "anterior": "RLSI", "posterior": "LRSI",
        "superior": "LRAP", "inferior": "RLAP",
    }  # fmt: skip
    assert Camera(150, 20, np.zeros(3)).letters == ("AR", "PL", "S", "I")


@pytest.mark.parametrize("angles", [(180.0, 0.0), (-90.0, 90.0), (150.0, 20.0), (-37.0, -55.0)])
def test_first_hits_lie_on_an_ellipsoid(current_gl, fidelity, angles):
    """The depth at which a ray enters, by the quadratic equation."""
    volume = ellipsoid()
    drawing = scene_drawing(current_gl, volume=volume, view=angles, render="surface", surface_level=100)
    hits = hits_of(drawing, current_gl)
    feet, towards = rays_mm(drawing.layout.panels[0])
    axes = np.array([35.0, 45.0, 30.0])
    a = ((towards / axes) ** 2).sum()
    b = 2 * (feet / axes * towards / axes).sum(axis=-1)
    c = ((feet / axes) ** 2).sum(axis=-1) - 1
    inside = b**2 - 4 * a * c
    expected = (-b + np.sqrt(np.maximum(inside, 0))) / (2 * a)
    # Near the outline a voxel's error in the normal's direction becomes a large one along the ray.
    clear = inside > 0.08 * inside.max()
    assert clear.sum() > 10_000
    assert (hits[clear][:, 2] == 1).all()
    errors = (hits[..., 0] - expected)[clear]
    fidelity.within("Views: depth of first hits on an ellipsoid, voxels of 1 mm", "its equation", errors, 0.25, "mm")
    fidelity.within("Views: depth of first hits, mean", "its equation", np.abs(errors).mean(), 0.05, "mm")
    # Nothing is met where the ray passes by more than a voxel.
    beside = np.linalg.norm(feet - (feet @ towards)[..., None] * towards, axis=-1) > 47
    assert not hits[beside][:, 2].any()


@pytest.mark.parametrize(
    "affine",
    [
        affine_of(origin=(-45.0, -55.0, -40.0)),
        affine_of(zooms=(1.0, 1.0, 2.0), origin=(-45.0, -55.0, -80.0)),
        affine_of(angles_deg=(10, -20, 30), shear=0.1, origin=(-20.0, -60.0, -50.0)),
    ],
    ids=["straight", "anisotropic", "oblique"],
)
def test_first_hits_are_those_of_a_march_by_scipy(current_gl, fidelity, affine):
    volume = ellipsoid(affine)
    drawing = scene_drawing(current_gl, volume=volume, view=(150, 20), render="surface", surface_level=100)
    hits = hits_of(drawing, current_gl)[::5, ::5]
    feet, towards = rays_mm(drawing.layout.panels[0], every=5)
    depths = np.arange(60, -60, -0.1)
    reaching = along_rays(volume.voxels.astype(float), affine, feet, towards, depths) >= 100
    met = reaching.any(axis=0)
    expected = depths[reaching.argmax(axis=0)]
    same = met == (hits[..., 2] == 1)
    assert same.mean() > 0.995
    errors = (hits[..., 0] - expected)[met & (hits[..., 2] == 1)]
    # A ray that grazes the surface may step over parts thinner than half a voxel.
    middle, high = np.percentile(np.abs(errors), [50, 99])
    fidelity.within("Views: depth of first hits, median", "SciPy in steps of 0.1 mm", middle, 0.1, "mm")
    fidelity.within("Views: depth of first hits, 99 of 100", "SciPy in steps of 0.1 mm", high, 0.6, "mm")


def test_what_is_beside_the_outline_is_partly_covered(current_gl):
    """Coverage along a row falls from 1 to 0 over about a pixel, and never jumps from 1 to 0."""
    drawing = scene_drawing(current_gl, volume=ellipsoid(), view=(180, 0), render="surface", surface_level=100)
    covered = hits_of(drawing, current_gl)[..., 1]
    partly = (covered > 0.02) & (covered < 0.98)
    outline = 2 * (covered.max(axis=1) > 0).sum()
    assert 0.2 * outline < partly.sum() < 3 * outline


def lit_ellipsoid(drawing, current_gl):
    """Light of the one panel's pixels, their hits, and points and normals of the ellipsoid there."""
    x, y, width, height = drawing.layout.panels[0].rect
    light = drawing.draw(state()).read()[y : y + height, x : x + width, 0].astype(float)
    hits = hits_of(drawing, current_gl)
    feet, towards = rays_mm(drawing.layout.panels[0])
    points = feet + hits[..., :1] * towards
    normals = points / np.square([35.0, 45.0, 30.0])
    return light, hits, points, normals / np.linalg.norm(normals, axis=-1, keepdims=True)


def test_a_brain_cut_out_voxel_by_voxel_shows_no_terraces(current_gl, fidelity):
    """Voxels are white within an ellipsoid, and black outside; the light is that of the ellipsoid."""
    solid = ellipsoid()
    volume = Volume(np.asfortranarray(np.where(solid.voxels > 100, 200, 0).astype(np.uint8)), solid.affine)
    drawing = scene_drawing(current_gl, volume=volume, view=(150, 20), render="surface", surface_level=100)
    light, hits, _, normals = lit_ellipsoid(drawing, current_gl)
    in_camera = normals @ camera_axes(150, 20).T
    clear = (hits[..., 2] == 1) & (in_camera[..., 2] > 0.5)
    errors = (light - 255 * ray_light(in_camera))[clear]
    fidelity.within(
        "Views: light on a ball of white voxels, standard deviation", "normals of the ball", errors.std(), 9, "levels"
    )


def ball_before_wall():
    """A ball of 14 mm around (-14, -0.7, -0.4), and a wall at x = 20 mm."""
    index = np.stack(np.meshgrid(*[np.arange(64.0)] * 3, indexing="ij"), axis=-1)
    ball = 100 * (1 + (14 - np.linalg.norm(index - (18, 31.3, 31.6), axis=-1)) / 2)
    values = np.clip(np.maximum(ball, 100 * (1 + (index[..., 0] - 52) / 2)), 0, 200)
    return Volume(np.asfortranarray(values), affine_of(origin=(-32.0, -32.0, -32.0)))


def test_the_outline_of_a_nearer_part_is_smooth_too(current_gl):
    """A ball before a wall, both grey: along a row the light has no step as large as between the two."""
    volume = ball_before_wall()
    drawing = scene_drawing(current_gl, volume=volume, view=(180, 0), render="surface", surface_level=100)
    hits = hits_of(drawing, current_gl)
    share = hits[..., 1] - 1
    outline = (share > 0.02) & (share < 0.98) & (hits[..., 2] == 1)
    diameter_px = 28 * drawing.layout.panels[0].pixels_per_mm
    # About one pixel wide all around the ball.
    assert 0.5 * np.pi * diameter_px < outline.sum() < 2.5 * np.pi * diameter_px
    # The outline lies at the middle of the ball, the hit on the wall.
    feet, towards = rays_mm(drawing.layout.panels[0])
    outlines, behind = ((feet + hits[..., k : k + 1] * towards)[outline][:, 0] for k in (3, 0))
    assert np.abs(outlines + 14).max() < 3
    assert np.abs(behind - 20).max() < 1


@pytest.mark.parametrize("dtype", [np.uint8, np.int16])
def test_the_light_is_that_of_the_surface(current_gl, fidelity, dtype):
    volume = ellipsoid()
    volume = Volume(np.asfortranarray(volume.voxels.astype(dtype)), volume.affine)
    drawing = scene_drawing(current_gl, volume=volume, view=(150, 20), render="surface", surface_level=100)
    light, hits, points, normals = lit_ellipsoid(drawing, current_gl)
    in_camera = normals @ camera_axes(150, 20).T
    clear = (hits[..., 2] == 1) & (in_camera[..., 2] > 0.3)
    # Beneath the surface lies white.
    tissue = np.clip(along_rays_at(volume, points, normals) / 200, 0, 1)
    expected = 255 * ray_light(in_camera) * (0.55 + 0.45 * tissue)
    errors = (light - expected)[clear]
    fidelity.within("Views: light on an ellipsoid, mean", "its normals", np.abs(errors).mean(), 2.5, "levels")


def along_rays_at(volume, points, normals):
    """Mean of the values 1.2 and 2.4 mm under points of a surface of a human head, less under those of smaller ones."""
    from corticast.core.geometry.affines import apply_affine

    inverse = np.linalg.inv(volume.affine)
    under = [apply_affine(inverse, points - head_scale(volume) * depth * normals) for depth in (1.2, 2.4)]
    return np.mean([sampled_at(volume.voxels.astype(float), index) for index in under], axis=0)


@pytest.mark.parametrize("window", [(0.0, 200.0), (150.0, 190.0), (-500.0, 20.0), (99.0, 101.0)])
def test_the_surface_is_where_it_is_whatever_the_window(current_gl, window):
    """Also above the surface's level, where the whole surface is darker than black."""
    volume = ellipsoid()
    options = {"volume": volume, "view": (150, 20), "render": "surface", "surface_level": 100}
    expected = hits_of(scene_drawing(current_gl, **options), current_gl)
    hits = hits_of(scene_drawing(current_gl, window=window, **options), current_gl)
    assert np.mean(hits[..., 2] != expected[..., 2]) < 1e-4
    met = (hits[..., 2] == 1) & (expected[..., 2] == 1)
    assert np.abs(hits[met][:, 0] - expected[met][:, 0]).max() < 0.02


@pytest.mark.parametrize("channels", [3, 4])
def test_colours_are_seen_by_their_luma(current_gl, channels):
    """A coloured ball in black, opaque all through, with any window: the ball, and little room about it."""
    grey = np.clip(ellipsoid().voxels, 0, 200)
    colours = np.zeros((*grey.shape, channels), np.uint8)
    colours[..., 0] = colours[..., 1] = grey
    if channels == 4:
        colours[..., 3] = 255
    volume = Volume(colours, ellipsoid().affine)
    for window in ((0.0, 255.0), (150.0, 255.0)):
        drawing = scene_drawing(current_gl, volume=volume, view=(180, 0), render="surface", window=window)
        hits = hits_of(drawing, current_gl)
        # As large as the ball: seen from the left 90 by 60 mm.
        panel = drawing.layout.panels[0]
        height_mm = (hits[..., 2].any(axis=1).sum() - 1) / panel.pixels_per_mm
        assert 56 < height_mm < 64
        assert hits[..., 2].mean() > 0.4


@pytest.mark.parametrize("angles", [(180.0, 0.0), (-37.0, 33.0)])
def test_maximum_intensity(current_gl, fidelity, rng, angles):
    values = np.zeros((60, 70, 50), np.uint8)
    for _ in range(60):
        i, j, k = (rng.integers(4, n - 4) for n in values.shape)
        values[i - 2 : i + 3, j - 2 : j + 3, k - 2 : k + 3] = rng.integers(20, 250)
    volume = Volume(np.asfortranarray(values), affine_of(origin=(-30.0, -35.0, -25.0)))
    drawing = scene_drawing(current_gl, volume=volume, view=angles, render="mip", window=(0, 255))
    drawn = drawing.draw(state()).read()[..., 0].astype(float)
    panel = drawing.layout.panels[0]
    x, y, width, height = panel.rect
    drawn = drawn[y : y + height : 2, x : x + width : 2]
    feet, towards = rays_mm(panel, every=2)
    depths = 0.5 * np.arange(-110, 111)
    expected = along_rays(values.astype(float), volume.affine, feet, towards, depths).max(axis=0)
    errors = (drawn - expected)[expected > 0.03 * 255]
    assert len(errors) > 2000
    fidelity.within("Views: maximum intensity", "scipy.ndimage.map_coordinates", errors, 3, "levels")


@pytest.mark.parametrize(("theme", "inside", "outline"), [("dark", 0.62, 0.55), ("light", 0.2, 0.62)])
def test_glass_glows_by_what_it_holds(current_gl, fidelity, theme, inside, outline):
    """Emission and absorption from the first hit on, summed by NumPy; the rim is left out where it shines."""
    volume = ellipsoid(ramp_mm=12.0)
    drawing = scene_drawing(current_gl, volume=volume, view=(150, 20), render="glass", surface_level=100, theme=theme)
    drawn = drawing.draw(state()).read()[..., 0].astype(float)
    hits = hits_of(drawing, current_gl)[::2, ::2]
    panel = drawing.layout.panels[0]
    feet, towards = rays_mm(panel, every=2)
    depths = 0.5 * np.arange(130, -131, -1)
    grey = np.clip(along_rays(volume.voxels.astype(float), volume.affine, feet, towards, depths) / 200, 0, 1)
    glow, through = np.zeros(feet.shape[:2]), np.ones(feet.shape[:2])
    for depth, level in zip(depths, grey, strict=True):
        # 0.03 per mm of white in a human head, in steps of half a voxel, until next to nothing is seen through.
        share = through * 0.03 / head_scale(volume) * 0.5 * level * ((depth <= hits[..., 0]) & (through > 0.02))
        glow, through = glow + share * level, through - share
    points = feet + hits[..., :1] * towards
    normals = points / np.square([35.0, 45.0, 30.0])
    facing = np.abs(normals @ towards) / np.linalg.norm(normals, axis=-1)
    rim = (1 - facing) ** 2
    shade = np.clip(inside * (1 - np.exp(-2.4 * glow)) + outline * rim, 0, 1)
    ink = shade * np.maximum(1 - through, 0.8 * rim)
    expected = 255 * (ink if theme == "dark" else 1 - ink)
    x, y, width, height = panel.rect
    errors = (drawn[y : y + height : 2, x : x + width : 2] - expected)[(hits[..., 2] == 1) & (facing > 0.5)]
    assert len(errors) > 2_500
    fidelity.within(
        "Views: glass, mean", "emission and absorption summed by NumPy", np.abs(errors).mean(), 1.5, "levels"
    )


def test_contacts_before_glass_on_paper_have_a_light_ground(current_gl):
    """Of WCAG's contrast the text's colour has 7 and more before the middle of the glass, as on the page around it."""
    drawing = scene_drawing(current_gl, volume=ellipsoid(), view=(180, 0), render="glass", theme="light")
    x, y, width, height = drawing.layout.panels[0].rect
    middle = drawing.draw(state()).read()[y + height // 2, x + width // 2, :3] / 255
    luminance = np.where(middle <= 0.04045, middle / 12.92, ((middle + 0.055) / 1.055) ** 2.4) @ (
        0.2126,
        0.7152,
        0.0722,
    )
    assert 7 < (luminance + 0.05) / 0.056 < 16


def test_outlines_within_glass_are_smooth(current_gl, fidelity):
    """The ball before the wall again: a pixel that the ball's outline covers in part has that part of its shade."""
    volume = ball_before_wall()
    drawing = scene_drawing(current_gl, volume=volume, view=(180, 0), render="glass", surface_level=100)
    drawn = drawing.draw(state()).read()[..., 0].astype(float)
    hits = hits_of(drawing, current_gl)
    panel = drawing.layout.panels[0]
    x, y, width, height = panel.rect
    drawn, share = drawn[y : y + height, x : x + width], hits[..., 1] - 1
    feet, towards = rays_mm(panel)
    normal = feet + hits[..., 3:] * towards - (-14.0, -0.7, -0.4)
    away = share * (1 - np.abs(normal @ towards) / np.linalg.norm(normal, axis=-1))
    behind = feet + hits[..., :1] * towards
    wall = (hits[..., 2] == 1) & (share == 0) & (np.abs(behind[..., 0] - 20) < 0.5)
    part = (share > 0.05) & (share < 0.95) & (hits[..., 2] == 1)
    assert part.sum() > 100
    expected = np.median(drawn[wall]) + 255 * 0.55 * away**2 * min(np.median(drawn[wall]) / 255 / 0.56, 1)
    errors = (drawn - expected)[part]
    fidelity.within("Views: outlines within glass, median", "a ball's normals", np.median(np.abs(errors)), 8, "levels")


@pytest.mark.parametrize("layout", ["lateral", "superior", "inferior", "anterior", "posterior", "3d", "grid"])
def test_contacts_stand_where_the_projection_puts_them(current_gl, fidelity, monkeypatch, layout):
    from corticast.core.color import colormaps
    from corticast.core.color.themes import THEMES

    monkeypatch.setattr(colormaps, "activity_table", lambda *a, **k: np.full((256, 3), 255, np.uint8))
    monkeypatch.setitem(THEMES, "dark", replace(THEMES["dark"], outline=(1.0, 1.0, 1.0)))
    dark = Volume(np.zeros((90, 110, 80), np.uint8), affine_of(origin=(-45.0, -55.0, -40.0)))
    sides = {"side": "both"} if layout == "lateral" else {}
    for pos in ([-31.3, 22.7, 15.2], [12.1, -40.2, -20.4]):
        drawing = scene_drawing(current_gl, (1280, 720), [pos], volume=dark, layout=layout, **sides)
        covered = drawing.draw(state(1, 0.6)).read()[..., 0] / 255
        for panel in drawing.layout.views:
            axes = camera_axes(panel.camera.azimuth_deg, panel.camera.elevation_deg)
            right, up, _ = axes @ (np.array(pos) - panel.camera.centre_mm)
            expected = panel.affine @ (right, up, 1)
            x, y, width, height = panel.rect
            rows, columns = np.mgrid[y : y + height, x : x + width]
            part = covered[y : y + height, x : x + width]
            centroid = np.array([(part * columns).sum(), (part * rows).sum()]) / part.sum()
            off_px = np.linalg.norm(centroid - expected)
            fidelity.within("Views: centroid of a sprite", "the projection by SciPy's rotations", off_px, 0.25, "px")
            assert np.allclose(panel.pixel_of([pos]), expected)


def peak_near(pixels, panel, pos, radius=3):
    """Brightest and strongest colour around a contact's place."""
    column, row = np.round(panel.pixel_of([pos])[0]).astype(int)
    return pixels[row - radius : row + radius + 1, column - radius : column + radius + 1, :3].astype(int)


def colour_share(pixels, panel, pos):
    """How far from grey a contact's place is, in levels."""
    part = peak_near(pixels, panel, pos)
    return (part.max(axis=-1) - part.min(axis=-1)).max()


def test_the_surface_hides_contacts_and_shows_ghosts_of_the_near_half(current_gl):
    """Seen from the left: before the surface, on it, under it, on the far side, and half-way of where ghosts fade."""
    pos = [[-45.0, 0, 0], [-34.0, 20, 0], [0.0, -20, 5], [34.0, 0, 15], [2.5 * head_scale(ellipsoid()), 20, -10]]
    drawing = scene_drawing(
        current_gl, (800, 600), pos, volume=ellipsoid(), layout="lateral", side="left", render="surface",
        electrode_cmap="viridis", electrode_size="20,20",
    )  # fmt: skip
    pixels = drawing.draw(state(5)).read()
    panel = drawing.layout.panels[0]
    strengths = [colour_share(pixels, panel, each) for each in pos]
    full, ghost = strengths[0], strengths[2]
    assert strengths[1] == full
    assert 0.5 * GHOST_OPACITY * full < ghost < 0.7 * full
    assert strengths[3] == 0
    assert strengths[4] == pytest.approx(0.5 * ghost, rel=0.15)
    shown = scene_drawing(
        current_gl, (800, 600), pos, volume=ellipsoid(), layout="lateral", side="left", render="surface",
        electrode_cmap="viridis", electrode_size="20,20", electrode_depth="all",
    )  # fmt: skip
    pixels = shown.draw(state(5)).read()
    assert [colour_share(pixels, panel, each) for each in pos] == [full] * 5


def test_what_lies_deep_behind_a_lobe_is_not_on_what_shows_beside_it(current_gl):
    """Just within the outline of the near half. The rays beside it pass that half, and meet another surface behind."""
    volume = ellipsoid()
    index = np.argwhere(np.ones(volume.shape))
    world = index @ volume.affine[:3, :3].T + volume.affine[:3, 3]
    values = volume.voxels.copy()
    values[tuple(index[(world[:, 0] < 10) & (world[:, 2] > 15)].T)] = 0
    cut = Volume(np.asfortranarray(values), volume.affine)
    strengths = []
    # On the near surface, and 8 mm under the one behind it, 48 mm under the near one.
    for pos in ([-30.0, 0, 13.2], [18.0, 0, 13.2]):
        drawing = scene_drawing(
            current_gl, (800, 600), [pos], volume=cut, layout="lateral", side="left", render="surface",
            surface_level=100, electrode_cmap="viridis", electrode_size="20,20",
        )  # fmt: skip
        pixels = drawing.draw(state(1)).read()
        strengths.append(colour_share(pixels, drawing.layout.panels[0], pos))
    assert strengths[1] < 0.7 * strengths[0]


def test_the_far_half_is_dimmed_through_glass(current_gl):
    pos = [[-25.0, 0, 0], [25.0, 20, 0]]
    drawing = scene_drawing(
        current_gl, (800, 600), pos, volume=ellipsoid(), layout="lateral", side="left", render="glass",
        electrode_cmap="viridis", electrode_size="20,20",
    )  # fmt: skip
    pixels = drawing.draw(state(2)).read()
    panel = drawing.layout.panels[0]
    near, far = (colour_share(pixels, panel, each) for each in pos)
    assert 0.7 * FAR_OPACITY * near < far < 0.75 * near


def test_nearer_contacts_cover_farther_ones(current_gl):
    """Whatever their order in the table, and seen from either side."""
    for pos in ([[-40.0, 0, 0], [40.0, 0, 0]], [[40.0, 0, 0], [-40.0, 0, 0]]):
        drawing = scene_drawing(
            current_gl, (800, 600), pos, volume=None, layout="lateral", side="both", electrode_cmap="gray",
            electrode_size="20,20",
        )  # fmt: skip
        activity = np.array([0.9 if each[0] < 0 else 0.3 for each in pos], np.float32)
        pixels = drawing.draw(FrameState((0, 0, 0), activity)).read()
        left, right = (peak_near(pixels, panel, pos[0], 0)[0, 0, 0] for panel in drawing.layout.panels)
        assert left > right + 50


def test_a_view_is_drawn_once_while_the_camera_rests(current_gl, monkeypatch):
    drawn = []
    monkeypatch.setattr(ViewPass, "draw", lambda self, state: drawn.append(state.turn_deg))
    drawing = scene_drawing(current_gl, pos=[[-30.0, 0, 0]], volume=ellipsoid())
    for activity in (0.1, 0.5, 0.9):
        drawing.draw(state(1, activity))
    assert drawn == [0.0]
    turning = scene_drawing(current_gl, pos=[[-30.0, 0, 0]], volume=ellipsoid(), spin=30, turning=True)
    for turn in (0.0, 1.0, 2.0):
        turning.draw(state(1, turn_deg=turn))
    assert drawn == [0.0, 0.0, 1.0, 2.0]


def test_a_turned_view_is_that_of_a_turned_camera(current_gl):
    """Frame by frame a spinning view is what a camera at that azimuth sees: nothing is left of the frame before."""
    pos = [[-30.0, 0, 0], [-20.0, 30, 10]]
    options = {"volume": ellipsoid(), "labels": "letters", "view": (150, 20)}
    turning = scene_drawing(current_gl, pos=pos, spin=30, turning=True, **options)
    for turn in (0.0, 40.0, 75.0):
        drawn = turning.draw(state(2, 0.3 + turn / 200, turn)).read()
    other = scene_drawing(current_gl, pos=pos, spin=30, turning=True, **{**options, "view": (225, 20)})
    expected = other.draw(state(2, 0.3 + 75 / 200)).read()
    assert np.abs(drawn.astype(int) - expected).max() <= 1
    assert other.layout.panels[0].letters == turning.layout.panels[0].turned(75).letters


def test_a_brain_a_head_and_a_ct_are_distinguished():
    head = phantom_head(affine_of(zooms=(2.0, 2.0, 2.0), origin=(-80.0, -108.0, -76.0)), (81, 108, 82))
    noisy = np.asfortranarray(head.voxels + np.random.default_rng(3).integers(0, 9, head.shape).astype(np.int16))
    assert head_of(Volume(noisy, head.affine)).kind == "head"
    brain = ellipsoid(axes=(40.0, 50.0, 38.0), shape=(90, 110, 80))
    masked = Volume(np.asfortranarray(np.where(brain.voxels > 100, brain.voxels, 0).astype(np.int16)), brain.affine)
    found = head_of(masked)
    assert found.kind == "brain"
    assert 0 < found.level < 200
    # Voxels without a value are outside, too.
    unknown = np.asfortranarray(np.where(brain.voxels > 100, brain.voxels, np.nan).astype(np.float32))
    assert abs(head_of(Volume(unknown, brain.affine)).level - found.level) < 5
    assert head_of(Volume(unknown, brain.affine)).kind == "brain"
    ct = np.full((40, 40, 40), -1000, np.int16)
    ct[8:32, 8:32, 8:32] = 40
    ct[8:32, 8:32, 8:10] = 1200
    assert head_of(Volume(np.asfortranarray(ct), np.diag([4.0, 4, 4, 1]))).kind == "ct"


def test_otsu_has_the_least_variance_within(rng):
    values = np.concatenate([rng.normal(20, 5, 4000), rng.normal(90, 12, 3000)])
    low, high = np.sort(values)[[0, -1]]
    # Least variance within two classes, by trying every threshold.
    tried = np.linspace(low, high, 2000)[1:-1]
    parts = [(values[values < t], values[values >= t]) for t in tried]
    within = [sum(part.var() * part.size for part in pair) for pair in parts]
    assert abs(otsu_threshold(values) - tried[np.argmin(within)]) < 1.0


def test_views_are_chosen_by_where_the_contacts_are(current_gl):
    volume = ellipsoid()
    names = {}
    for case, xs in {"left": (-30, -20), "right": (30, 20), "both": (-30, 30)}.items():
        drawing = scene_drawing(current_gl, pos=[[x, 0, 0] for x in xs], volume=volume, layout="lateral")
        names[case] = [panel.name for panel in drawing.layout.panels]
    assert names == {"left": ["left lateral"], "right": ["right lateral"], "both": ["left lateral", "right lateral"]}
    named = scene_drawing(current_gl, pos=[[-30, 0, 0]], volume=volume, layout="lateral", side="right")
    assert [panel.name for panel in named.layout.panels] == ["right lateral"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"spin": 10, "layout": "ortho"}, "^spin 10"),
        ({"render": "glass", "layout": "ortho"}, "^render glass"),
        ({"side": "left", "layout": "3d"}, "^side left"),
        ({"view": "20,20", "layout": "lateral"}, "^view"),
        ({"surface_level": 20, "layout": "axial"}, "^surface_level 20"),
        ({"sweep": "full", "layout": "lateral"}, "^sweep full"),
        ({"view": "20"}, "^view 20"),
        ({"view": "20,95"}, "elevation"),
        ({"render": "solid"}, "^render solid"),
        ({"side": "top"}, "^side top"),
        ({"spin": float("nan")}, "^spin"),
    ],
)
def test_wrong_options(options, said):
    with pytest.raises(OptionError, match=said):
        Scene(volume=ellipsoid(), **options)


def test_first_hits_lie_on_the_pial_surface(current_gl, fidelity, shared_data):
    """FreeSurfer's pial surface of the same subject, moved to scanner coordinates by nibabel."""
    import nibabel as nib

    from corticast.io.volume import load_volume

    folder = shared_data / "subject_sample_ecog"
    brain = load_volume(folder / "brain.mgz")
    image = nib.load(folder / "brain.mgz")
    to_scanner = image.affine @ np.linalg.inv(image.header.get_vox2ras_tkr())
    points = []
    for name in ("lh.pial", "rh.pial"):
        vertices, faces = nib.freesurfer.read_geometry(folder / name)
        points += [vertices, vertices[faces].mean(axis=1)]
    tree = scipy.spatial.cKDTree(nib.affines.apply_affine(to_scanner, np.concatenate(points)))
    views = [("lateral", "left"), ("lateral", "right"), ("superior", None), ("anterior", None), ("3d", None)]
    for layout, side in views:
        drawing = scene_drawing(current_gl, (600, 600), volume=brain, layout=layout, side=side, window=(0, 113))
        hits = hits_of(drawing, current_gl)
        feet, towards = rays_mm(drawing.layout.panels[0])
        # Cerebellum and brain stem are no part of the pial surface.
        found = (feet + hits[..., :1] * towards)[(hits[..., 2] == 1)]
        found = found[found[:, 2] > -5]
        distance_mm = np.median(tree.query(found)[0])
        fidelity.within("Views: first hits on a brain, median", "FreeSurfer's pial mesh", distance_mm, 0.6, "mm")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_skin_of_a_head_is_a_thin_lit_shell(current_gl, fidelity, theme):
    """Of a head the glass shows where the lamp shines and where the surface turns away, and nothing of its inside."""
    # A head is larger than a brain, and has bright tissue within, which may not show.
    volume = ellipsoid(
        affine_of((2.5, 2.5, 2.5), origin=(-112.5, -137.5, -100.0)), axes=(87.5, 112.5, 75.0), ramp_mm=12.0
    )
    volume.voxels[40:50, 50:60, 35:45] = 800
    assert head_of(volume).kind == "head"
    drawing = scene_drawing(current_gl, volume=volume, view=(150, 20), surface_level=100, render="glass", theme=theme)
    drawn = drawing.draw(state()).read()[..., 0].astype(float)
    hits = hits_of(drawing, current_gl)
    panel = drawing.layout.panels[0]
    feet, towards = rays_mm(panel)
    points = feet + hits[..., :1] * towards
    normals = points / np.square([87.5, 112.5, 75.0])
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    normals = normals @ camera_axes(150, 20).T
    light = ray_light(normals)
    rim = (1 - np.abs(normals[..., 2])) ** 3
    lit = light**2 if theme == "dark" else 1 - light
    ink = np.clip(0.05 + 0.2 * lit + 0.85 * rim, 0, 1)
    expected = 255 * (ink if theme == "dark" else 1 - ink)
    x, y, width, height = panel.rect
    errors = (drawn[y : y + height, x : x + width] - expected)[hits[..., 1] == 1]
    assert len(errors) > 20_000
    fidelity.within("Views: skin of glass, mean", "an ellipsoid's normals", np.abs(errors).mean(), 2, "levels")
    # Near the outline a voxel's error in the normal's direction becomes a large one in its light.
    most = np.percentile(np.abs(errors), 95)
    fidelity.within("Views: skin of glass, 95 % of pixels", "an ellipsoid's normals", most, 5, "levels")
