"""The ground in place of the air: slices against NumPy and SciPy, and views by what a page shows through them."""

from dataclasses import replace

import numpy as np
import pytest

from corticast.core.color.color import look_up
from corticast.core.color.colormaps import table
from corticast.core.color.themes import theme_of
from corticast.core.geometry.air import air_of
from corticast.core.model.scene import Scene
from corticast.core.model.types import FrameState, Volume
from tests.parity.drawing import affine_of
from tests.parity.reference import pixel_grid_mm, sampled_at
from tests.parity.scene import SceneDrawing

pytestmark = pytest.mark.gl

WINDOW = (0, 190)
SIZE = (330, 300)


def head(affine, *, dtype=np.int16, shape=(60, 70, 50)):
    """A head of 50 mm: scalp, dark skull, brain, a dark ventricle, edges that are a voxel wide, and noise."""
    at = np.moveaxis(np.indices(shape), 0, -1) - np.array([29.3, 34.6, 24.8])
    r = np.linalg.norm(at * (1, 0.9, 1.1), axis=-1)
    values = np.interp(r, (3, 4, 15, 16, 18, 19, 22, 23), (6, 120, 120, 5, 5, 180, 180, 0))
    values += np.random.default_rng(0).uniform(0, 4, shape)
    return Volume(np.asfortranarray(values.astype(dtype)), affine)


def drawn(gl, scene, *, moving=False):
    """Premultiplied pixels of a scene, and its panel."""
    drawing = SceneDrawing(gl, scene, None, WINDOW, SIZE, moving=moving)
    return drawing.draw(FrameState((1.3, 0.4, -0.7))).read(), drawing.layout.panels[0]


AFFINES = {
    "straight": affine_of((1.0, 1.0, 1.0), origin=(-29.0, -35.0, -25.0)),
    "flipped": affine_of((-1.0, 1.0, 1.0), origin=(29.0, -35.0, -25.0)),
    "oblique": affine_of((1.0, 1.1, 0.9), (12.0, -7.0, 21.0), origin=(-24.0, -37.0, -14.0)),
}


@pytest.mark.parametrize("interpolation", ["linear", "nearest"])
@pytest.mark.parametrize("name", AFFINES)
@pytest.mark.parametrize(
    "look",
    [
        {"theme": "light"},
        {"theme": "print"},
        {"cmap": "viridis"},
        {"cmap": "magma", "background": "#204060"},
        {"background": "none"},
    ],
    ids=["light", "print", "viridis", "blue", "none"],
)
def test_slices_mix_the_head_with_the_ground(current_gl, fidelity, name, look, interpolation):
    volume = head(AFFINES[name])
    scene = Scene(volume=volume, layout="coronal", labels="none", fit="volume", interpolation=interpolation, **look)
    pixels, panel = drawn(current_gl, scene)
    air, theme, order = air_of(volume), theme_of(scene), int(interpolation == "linear")
    inverse = np.linalg.inv(volume.affine)
    index = pixel_grid_mm(panel, SIZE, 0.4) @ inverse[:3, :3].T + inverse[:3, 3]
    inside = ((index > -0.499) & (index < np.array(volume.shape) - 0.501)).all(axis=-1)
    # Beside a tie a nearest voxel may be the other one.
    inside &= order == 1 or (np.abs(index % 1 - 0.5) > 1e-3).all(axis=-1)
    share = sampled_at(air.opacity / 255, index, order)
    value = sampled_at(volume.voxels.astype(float), index, order)
    alone = air.value + (value - air.value) / np.maximum(share, 0.002)
    grey = 255 * np.clip((alone - WINDOW[0]) / (WINDOW[1] - WINDOW[0]), 0, 1)
    colours = look_up(table(theme.cmap), np.floor(grey + 0.5) / 255)
    opaque = np.concatenate([colours, np.full((*share.shape, 1), 255)], axis=-1)
    ground = 255 * np.array(theme.premultiplied)
    if order:
        edge = np.clip((sampled_at(air.edge / 255, index, order) - 0.3) / 0.4, 0, 1)
        share = edge**2 * (3 - 2 * edge) * np.minimum(8 * share, 1)
    expected = share[..., None] * opaque + (1 - share[..., None]) * ground
    # Rounding may take the neighbouring colour of the map.
    decided = np.abs(grey % 1 - 0.5) > 0.02
    errors = (pixels - expected)[inside & decided]
    assert len(errors) > 20_000
    fidelity.within("Colour: slices on a ground", "NumPy and SciPy", errors, 1, "levels")
    assert np.abs((pixels - ground)[~inside]).max() <= (1 if order else 255)


@pytest.mark.parametrize("name", ["straight", "oblique"])
def test_the_edge_of_a_mask_shows_no_steps_of_voxels(current_gl, fidelity, name):
    """A ball of white voxels on another ground: its radius in each direction, summed along lines by SciPy."""
    at = np.moveaxis(np.indices((60, 60, 60)), 0, -1)
    centre = np.array([29.3, 29.8, 30.1])
    ball = np.where(np.linalg.norm(at - centre, axis=-1) <= 20, 200, 0)
    affine = {"straight": np.diag([-1.0, 1, 1, 1]), "oblique": affine_of((1.0, 1.0, 1.0), (12.0, -7.0, 21.0))}[name]
    affine = affine.copy()
    affine[:3, 3] = -affine[:3, :3] @ centre
    volume = Volume(np.asfortranarray(ball.astype(np.uint8)), affine)
    scene = Scene(volume=volume, layout="coronal", labels="none", fit="volume", background="#204060")
    drawing = SceneDrawing(current_gl, scene, None, WINDOW, SIZE)
    pixels = drawing.draw(FrameState((0.0, 0.0, 0.0))).read()
    share = (pixels[..., 0].astype(float) - 0x20) / (255 - 0x20)
    panel = drawing.layout.panels[0]
    column, row = panel.pixel_of(np.zeros((1, 3)))[0]
    scale = np.linalg.norm(panel.pixel_of(np.array([[10.0, 0, 0]]))[0] - (column, row)) / 10
    angles, steps = np.linspace(0, 2 * np.pi, 720, endpoint=False), np.arange(0, 26, 0.05)
    lines = np.stack([row + scale * steps * np.sin(angles)[:, None], column + scale * steps * np.cos(angles)[:, None]])
    radii = 0.05 * sampled_at(share, np.moveaxis(lines, 0, -1)).sum(axis=1)
    assert abs(radii.mean() - 20) < 0.3
    fidelity.within(
        "Colour: edge of a ball of voxels on a ground, standard deviation", "a circle", radii.std(), 0.15, "voxels"
    )


@pytest.mark.parametrize("name", ["straight", "oblique"])
def test_paper_is_paper_and_a_ventricle_stays_dark(current_gl, name):
    volume = head(AFFINES[name])
    pixels, panel = drawn(
        current_gl, Scene(volume=volume, layout="coronal", labels="none", fit="volume", theme="light")
    )
    grey = pixels[:, :, 0].astype(int)
    centre = (np.append(volume.affine[:3, :3] @ (29.3, 34.6, 24.8), 1)[:3] + volume.affine[:3, 3])[None]
    column, row = panel.pixel_of(centre)[0].round().astype(int)
    assert grey[row - 3 : row + 4, column - 3 : column + 4].max() < 30
    assert (grey[0] == 255).all()
    # No dark fringe: from the paper to the scalp no pixel is darker than the scalp.
    scalp = round(255 * 180 / (WINDOW[1] - WINDOW[0]))
    for line in (grey[row], grey[:, column], grey[row, ::-1], grey[::-1, column]):
        rim = line[: np.argmax(line < scalp - 20)]
        assert len(rim) > 20
        assert rim.min() >= scalp - 20
    skull = 255 * 5 / WINDOW[1]
    assert (np.abs(grey[row] - skull) < 8).sum() > 4


@pytest.mark.parametrize(("layout", "render"), [("coronal", "auto"), ("lateral", "surface")])
def test_a_transparent_picture_on_white_is_the_light_one(current_gl, fidelity, layout, render):
    options = {
        "volume": head(AFFINES["straight"]),
        "layout": layout,
        "labels": "none",
        "fit": "volume",
        "theme": "light",
    }
    options |= {"render": render} if layout == "lateral" else {}
    clear, _ = drawn(current_gl, Scene(**options, background="none"))
    light, _ = drawn(current_gl, Scene(**options))
    assert clear[0, 0, 3] == 0
    assert (clear[:, :, :3] <= clear[:, :, 3:]).all()
    on_white = clear[:, :, :3].astype(int) + 255 - clear[:, :, 3:]
    fidelity.within("Colour: transparent pictures on white", "the light theme", on_white - light[:, :, :3], 1, "levels")


def test_on_paper_a_surface_is_lit_like_the_slices_beside_it(current_gl, fidelity):
    """A third of white and two thirds of the light on black."""
    options = {"volume": head(AFFINES["straight"]), "layout": "lateral", "labels": "none", "render": "surface"}
    dark, _ = drawn(current_gl, Scene(**options))
    light, _ = drawn(current_gl, Scene(**options, theme="light"))
    clear, _ = drawn(current_gl, Scene(**options, background="none"))
    solid = clear[:, :, 3] == 255
    assert solid.sum() > 5000
    errors = (light[:, :, 0] - (0.35 * 255 + 0.65 * dark[:, :, 0]))[solid]
    fidelity.within("Colour: surfaces on white", "their light on black", errors, 1, "levels")


def test_on_paper_maxima_are_ink(current_gl, fidelity):
    """What shines on black darkens on white by as much."""
    options = {
        "volume": head(AFFINES["straight"]),
        "layout": "lateral",
        "labels": "none",
        "fit": "volume",
        "render": "mip",
    }
    shining, _ = drawn(current_gl, Scene(**options, background="none"))
    light, _ = drawn(current_gl, Scene(**options, theme="light"))
    assert shining[:, :, 0].max() > 100
    errors = light[:, :, :3].astype(int) - (255 - shining[:, :, :3].astype(int))
    fidelity.within("Colour: maxima on white", "their light on black", errors, 1, "levels")
    assert (light[0] == 255).all()


def test_the_bar_of_an_inverted_maximum_is_inverted(current_gl):
    volume = head(AFFINES["straight"])
    options = {"volume": volume, "labels": "colorbar", "theme": "light", "render": "mip"}
    for layout, (top, bottom) in (("lateral", (0, 255)), ("axial | lateral", (255, 0))):
        drawing = SceneDrawing(current_gl, Scene(**options, layout=layout), None, WINDOW, SIZE)
        pixels = drawing.draw(FrameState()).read()
        x, y, width, height = drawing.layout.colorbar
        bar = pixels[y : y + height, x : x + width, 0].astype(int)
        # The low end lies at the left or at the bottom.
        bar = bar[height // 2, ::-1] if width > height else bar[:, width // 2]
        assert abs(bar[2] - top) < 15
        assert abs(bar[-3] - bottom) < 15


def test_a_sweep_on_paper_is_the_still_on_paper(current_gl):
    """From the second frame on, four pixels are packed into a texel: the same pixels."""
    scene = Scene(volume=head(AFFINES["straight"]), layout="ortho", labels="none", fit="volume", theme="light")
    still = SceneDrawing(current_gl, scene, None, WINDOW, SIZE)
    sweep = SceneDrawing(current_gl, scene, None, WINDOW, SIZE, moving=True)
    for y_mm in (0.4, 5.0, -7.25):
        state = FrameState((1.3, y_mm, -0.7))
        np.testing.assert_array_equal(sweep.draw(state).read(), still.draw(state).read())


def test_the_dark_theme_looks_for_no_air(current_gl, monkeypatch):
    def refuse(volume):
        raise AssertionError("air was looked for")

    monkeypatch.setattr("corticast.core.geometry.air.air_of", refuse)
    volume = head(AFFINES["straight"], dtype=np.uint8)
    drawn(current_gl, Scene(volume=volume, layout="ortho"))
    with pytest.raises(AssertionError, match="air was looked for"):
        drawn(current_gl, Scene(volume=volume, layout="ortho", theme="light"))


def test_the_opacity_is_uploaded_once(current_gl, monkeypatch):
    from corticast.gl import volume as gl_volume

    uploads = []
    made = gl_volume.texture_3d
    monkeypatch.setattr(gl_volume, "texture_3d", lambda texels: uploads.append(texels.nbytes) or made(texels))
    volume = head(AFFINES["straight"])
    scene = Scene(volume=volume, layout="ortho", theme="light")
    drawing = SceneDrawing(current_gl, scene, None, WINDOW, SIZE, moving=True)
    for k in range(4):
        drawing.draw(replace(FrameState((1.3, 0.4, -0.7)), planes_mm=(k, k, k)))
    # The opacity and the edge.
    assert uploads == [volume.voxels.size] * 2
