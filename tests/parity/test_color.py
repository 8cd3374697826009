"""Shader colours against their definitions and their CPU twins, over ramps."""

import numpy as np
import pytest

from corticast.core.color import colormaps
from corticast.core.color.color import grey_of_value, look_up, straight_alpha
from corticast.core.model.scene import Scene
from corticast.core.model.types import FrameState, Volume
from tests.parity.scene import SceneDrawing

pytestmark = pytest.mark.gl


def line_of(gl, values, window, **options):
    """A row of voxels, drawn one voxel on one pixel."""
    volume = Volume(np.asfortranarray(values[:, None, None]), np.eye(4))
    scene = Scene(volume=volume, layout="axial", labels="none", fit="volume", **options)
    drawing = SceneDrawing(gl, scene, None, window, (len(values), 1))
    return drawing.draw(FrameState((0.0, 0.0, 0.0))).read()[0, :, :3]


@pytest.mark.parametrize("window", [(-1.0, 1.0), (0.2, 0.3), (-5.0, 50.0)])
def test_window_grey(current_gl, fidelity, window):
    values = np.linspace(-1.2, 1.2, 1001).astype(np.float32)
    low, high = window
    drawn = line_of(current_gl, values, window)[:, 0].astype(float)
    grey = 255 * np.clip((values.astype(np.float64) - low) / (high - low), 0, 1)
    # Half a level is the rounding; the rest is float32's share in a narrow window.
    fidelity.within("Colour: windowed grey, drawn", "its formula in float64, unrounded", drawn - grey, 0.51, "levels")
    twin = grey_of_value(values, low, high)
    assert np.abs(drawn - twin).max() <= 1
    assert np.mean(drawn != twin) < 0.01


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
@pytest.mark.parametrize("width", [1e-13, 1e-37, 5e-324])
def test_a_window_narrower_than_voxels_can_be_distinguished_is_a_step(current_gl, dtype, width):
    values = np.arange(101).astype(dtype)
    drawn = line_of(current_gl, values, (0.0, width))[:, 0]
    assert drawn.tolist() == [0] + [255] * 100


def test_window_grey_is_the_formula():
    assert grey_of_value([-9, 0, 0.5, 1, 9], 0, 1).tolist() == [0, 0, 128, 255, 255]


@pytest.mark.parametrize("name", ["viridis", "inferno", "RdYlGn", "gray"])
def test_colormap(current_gl, fidelity, name):
    import matplotlib

    values = np.arange(256, dtype=np.uint8)
    # On a ground of the map's lowest colour, low values at the border are drawn in their own colours.
    ground = matplotlib.colors.to_hex(matplotlib.colormaps[name](0))
    drawn = line_of(current_gl, values, (0, 255), cmap=name, background=ground)
    errors = drawn - 255 * np.asarray(matplotlib.colormaps[name](values))[:, :3]
    fidelity.within("Colour: colour maps, drawn at 256 values", "matplotlib, unrounded", errors, 0.51, "levels")
    assert np.array_equal(drawn, look_up(colormaps.table(name), values / 255))


def test_the_default_map_of_activity_rises_from_a_lifted_dark_end():
    lightness = colormaps._lightness(colormaps.activity_table(None, signed=False))
    assert lightness[0] > 35
    assert (np.diff(lightness) > -0.5).all()
    assert lightness[-1] > 90


def test_straight_alpha(current_gl, fidelity):
    """Films divide by alpha on the GPU and stills in NumPy: of all colours and alphas both give the same levels."""
    from corticast.gl.target import Target
    from corticast.passes.straight import StraightPass

    # Red has every level up to each alpha, green and blue levels between and beyond.
    level, alpha = (axis[..., None] for axis in np.meshgrid(np.arange(256), np.arange(256)))
    premultiplied = np.concatenate([level, level * alpha // 255, 255 - level, alpha], axis=2).astype(np.uint8)
    frame = Target(current_gl, (256, 256))
    frame.texture.set_data(premultiplied)
    conversion = StraightPass(current_gl, (256, 256))
    conversion.draw(frame)
    drawn = conversion.target.read().astype(int)
    shown = alpha[..., 0] > 0
    exact = np.minimum(255 * premultiplied[shown, :3].astype(float) / alpha[shown], 255)
    errors = drawn[shown, :3] - exact
    fidelity.within("Colour: straight colours, drawn", "division by alpha, unrounded", errors, 0.5, "levels")
    # A half rounds up.
    assert np.array_equal(drawn[shown, :3], np.floor(exact + 0.5))
    assert np.array_equal(drawn[..., 3], premultiplied[..., 3])
    assert not drawn[~shown].any()
    assert np.array_equal(drawn, straight_alpha(premultiplied))
