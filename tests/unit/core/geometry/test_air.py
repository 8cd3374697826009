"""The air around a head, against scipy.ndimage.label from the border, and where cavities lead inwards."""

import numpy as np
import pytest
from scipy import ndimage

from corticast.core.color.colormaps import table
from corticast.core.color.themes import THEMES
from corticast.core.geometry.air import air_of, shown_air
from corticast.core.geometry.head import head_of
from corticast.core.model.types import Volume

SHAPE = (64, 74, 60)
MIDDLE = np.array([31.3, 37.1, 30.4])
# Radii in voxels.
VENTRICLE, BRAIN, FLUID, SKULL, SCALP = 4, 18, 20, 22, 25


def radius(shape=SHAPE, middle=MIDDLE, stretch=(1.0, 1.15, 1.0)):
    """Distance from the middle of a head, as a share of the head's size."""
    at = np.stack(np.indices(shape), axis=-1) - middle
    return np.linalg.norm(at / np.asarray(stretch), axis=-1)


def head(*, noise=0.0, seed=0):
    """Scalp, dark skull, fluid, brain and a dark ventricle in 3 mm voxels, float64."""
    r = radius()
    values = np.select(
        [r < VENTRICLE, r < BRAIN, r < FLUID, r < SKULL, r < SCALP], [12.0, 110.0, 20.0, 8.0, 180.0], 0.0
    )
    return values + np.abs(np.random.default_rng(seed).normal(0, noise, SHAPE))


def volume_of(values, zoom=3.0, **more):
    return Volume(np.asfortranarray(values), np.diag([zoom, zoom, zoom, 1.0]), **more)


def from_the_border(is_open):
    """Open voxels that are connected to the border of the volume."""
    parts, _ = ndimage.label(is_open)
    border = np.ones(is_open.shape, bool)
    border[1:-1, 1:-1, 1:-1] = False
    return is_open & np.isin(parts, np.unique(parts[border & is_open]))


@pytest.mark.parametrize(("dtype", "zoom"), [(np.uint8, 3.0), (np.int16, 0.2), (np.float32, 3.0)])
def test_air_is_what_the_border_reaches(dtype, zoom):
    values = head().astype(dtype)
    air = air_of(volume_of(values, zoom))
    np.testing.assert_array_equal(air.opacity == 0, from_the_border(values == 0))
    assert air.value == 0
    assert (air.opacity[radius() < SKULL] == 255).all()


def test_the_edge_is_the_opacity_smoothed_and_keeps_thin_sheets():
    values = head()
    values[:3, 20:50, 20:50] = 0
    # An ear, one voxel thick.
    ear = (slice(8, 15), slice(30, 44), 30)
    values[ear] = 180
    air = air_of(volume_of(values))
    assert (air.opacity[ear][:3] > 128).all()
    smooth = air.opacity.astype(float)
    for axis in range(3):
        smooth = ndimage.convolve1d(smooth, np.array([1, 4, 6, 4, 1]) / 16, axis=axis, mode="nearest")
    assert np.abs(air.edge - np.maximum(smooth, air.opacity // 2)).max() < 1.5
    assert air.edge[ear][:3].min() >= 64
    assert (air.edge[radius() < SKULL - 2] == 255).all()


@pytest.mark.parametrize(
    ("dtype", "offset"),
    [(np.int32, 2_000_000_000), (np.uint32, 4_000_000_000), (np.int64, 2**42), (np.float64, 1e12), (np.float32, 2**16)],
)
def test_air_is_the_same_far_from_zero(dtype, offset):
    values = np.round(np.interp(radius(), (0, SKULL, SCALP), (180, 150, 0))).astype(dtype)
    near, far = air_of(volume_of(values)), air_of(volume_of(values + dtype(offset)))
    assert len(np.unique(near.opacity)) > 50
    # The level of the surface is a float64 number, and so differs in its last digits.
    assert np.abs(far.opacity.astype(int) - near.opacity).max() <= 1
    assert far.value == offset


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_values_beyond_float32_have_no_air_and_no_warning(dtype):
    volume = volume_of(head().astype(dtype), slope=1e38)
    assert air_of(volume) is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("special", [np.inf, 1e37])
def test_extreme_voxels_at_the_rim_are_head(special):
    values = head().astype(np.float32)
    at_rim = tuple(np.argwhere((radius() >= SCALP - 1) & (radius() < SCALP))[::100].T)
    values[at_rim] = special
    air = air_of(volume_of(values))
    # Beside an extreme voxel the air may be taken for its rim.
    beside = ndimage.binary_dilation(~np.isfinite(values) | (values > 1e30), iterations=2)
    np.testing.assert_array_equal((air.opacity == 0)[~beside], from_the_border(head() == 0)[~beside])
    assert (air.opacity[at_rim] == 255).all()


@pytest.mark.parametrize("noise", [1.0, 4.0])
def test_noise_of_the_air_is_air(noise):
    values = head(noise=noise).astype(np.uint8)
    air = air_of(volume_of(values))
    expected = from_the_border(head() == 0)
    # Beside the head a voxel of noise may be taken for a thin rim.
    assert np.mean((air.opacity == 0) != expected) < 0.002
    assert (air.opacity[~expected & (radius() < SCALP - 1)] == 255).all()


def test_slope_and_intercept_do_not_matter():
    air = air_of(volume_of(head().astype(np.uint8)))
    scaled = air_of(volume_of((head() * 20 + 700).astype(np.uint16), slope=0.05, inter=-1035.0))
    np.testing.assert_array_equal(air.opacity, scaled.opacity)
    assert scaled.value == pytest.approx(-1000)


def test_open_cavities_let_no_paper_into_the_brain():
    """A nostril and an ear canal 6 mm wide, and a neck whose canal of fluid leads from the cut to the ventricle."""
    values = head(noise=1.0)
    x, y, z = np.indices(SHAPE)
    across = np.hypot(x - MIDDLE[0], z - MIDDLE[2])
    values[(across < 1) & (y > 40)] = 0
    values[(np.hypot(y - 37, z - 30) < 1) & (x < 31)] = 0
    neck = (np.hypot(x - MIDDLE[0], y - MIDDLE[1]) < 12) & (z < 13)
    values[neck] = np.maximum(values[neck], 120)
    canal = (np.hypot(x - MIDDLE[0], y - MIDDLE[1]) < 1.5) & (z < 30)
    values[canal] = 0
    assert from_the_border(values < 40)[tuple(MIDDLE.astype(int))]
    air = air_of(volume_of(values.astype(np.uint8)))
    assert (air.opacity[radius() < BRAIN] == 255).all()
    assert (air.opacity[canal & (z > 7)] == 255).all()
    assert air.opacity[0, 0, 0] == 0


def test_no_slice_shows_a_hole_in_a_head():
    """A bore from above, as wide as the flood's front, is enclosed in axial slices alone."""
    values = head(noise=1.0)
    x, y, z = np.indices(SHAPE)
    bore = (np.hypot(x - MIDDLE[0], y - MIDDLE[1]) < 2.6) & (z > 50)
    values[bore] = 0
    air = air_of(volume_of(values.astype(np.uint8))).opacity == 0
    assert from_the_border(values < 6)[bore].all()
    for axis in range(3):
        for piece in np.moveaxis(air, axis, 0):
            np.testing.assert_array_equal(ndimage.binary_fill_holes(~piece, np.ones((3, 3))), ~piece)


def test_specks_in_the_air_are_noise_and_markers_are_not():
    values = head()
    values[5, 5:7, 5] = 200
    values[4:12, 4:12, 50:58] = 200
    # The ghost of an eye that moved is no brighter than fluid.
    values[44:60, 4:12, 50:58] = 35
    air = air_of(volume_of(values.astype(np.uint8)))
    assert air.opacity[5, 5, 5] == 0
    assert (air.opacity[44:60, 4:12, 50:58] == 0).all()
    assert air.opacity[8, 8, 54] == 255


def test_fluid_at_the_rim_has_no_step_of_opacity():
    """Voxels inside the outermost ones, about as bright as the surface's level: of dots in a row none stands out."""
    values = head()
    shell = (radius() >= SCALP - 2.5) & (radius() < SCALP - 1)
    values[shell] = np.random.default_rng(1).uniform(20, 180, shell.sum())
    volume = volume_of(values)
    air, level = air_of(volume), head_of(volume).level
    outermost = ndimage.binary_dilation(air.opacity == 0)
    second = ndimage.binary_dilation(outermost) & ~outermost & shell
    # Beside scalp: there the largest value around is that of the scalp.
    second &= ndimage.maximum_filter(values, 5) >= 1.5 * level
    order = np.argsort(values[second])
    brightness, opacity = values[second][order] / level, air.opacity[second][order].astype(int)
    assert second.sum() > 500
    near = np.diff(brightness) < 0.01
    assert np.abs(np.diff(opacity))[near].max() < 6
    assert (opacity[brightness > 1.6] == 255).all()


def test_a_rim_has_the_share_of_the_head():
    """Voxels that the head fills by half have about half its opacity."""
    fine = np.zeros((160, 160, 160))
    fine[39:121, 39:121, 39:121] = 100
    values = fine.reshape(80, 2, 80, 2, 80, 2).mean(axis=(1, 3, 5))
    air = air_of(volume_of(values.astype(np.uint8)))
    np.testing.assert_allclose(air.opacity[19, 40, 40], 127.5, atol=16)
    np.testing.assert_array_equal(air.opacity[[18, 20, 40], 40, 40], (0, 255, 255))


def test_missing_values_around_a_brain_are_air():
    values = head().astype(np.float32)
    values[radius() >= BRAIN] = np.nan
    air = air_of(volume_of(values))
    np.testing.assert_array_equal(air.opacity == 0, radius() >= BRAIN)


def test_a_map_of_both_signs_has_air_of_0():
    values = np.where(radius() < BRAIN, np.sin(np.indices(SHAPE)[0] / 3.0) * 4 + 0.01, 0).astype(np.float32)
    air = air_of(volume_of(values))
    np.testing.assert_array_equal(air.opacity == 0, from_the_border(values == 0))
    assert air.value == 0


def test_air_of_a_ct_is_paper_within_and_beyond_the_measured_circle():
    r = radius()
    values = np.select([r < VENTRICLE, r < BRAIN, r < SKULL, r < SCALP], [5.0, 35.0, 1100.0, 40.0], -1000.0)
    values += np.random.default_rng(2).normal(0, 12, SHAPE)
    x, y, _ = np.indices(SHAPE)
    values[np.hypot(x - 31, y - 37) > 36] = -3024
    air = air_of(volume_of(values.astype(np.int16)))
    np.testing.assert_array_equal(air.opacity == 0, r >= SCALP)
    assert air.value == -1000


def test_colours_have_air_too():
    values = np.repeat(head().astype(np.uint8)[..., None], 3, axis=-1)
    np.testing.assert_array_equal(air_of(volume_of(values)).opacity == 0, from_the_border(head() == 0))


@pytest.mark.parametrize(
    "values",
    [
        np.full((8, 9, 7), 40, np.uint8),
        np.full((8, 9, 7), np.nan, np.float32),
        np.zeros((1, 1, 1), np.uint8),
        np.random.default_rng(1).integers(0, 255, (40, 40, 40)).astype(np.uint8),
    ],
    ids=["one value", "no value", "one voxel", "noise"],
)
def test_volumes_without_a_head_have_no_air(values):
    assert air_of(volume_of(values)) is None


def test_the_ground_needs_no_air_of_its_own_colour(monkeypatch):
    monkeypatch.setattr("corticast.core.geometry.air.air_of", lambda volume: "air")
    grey, viridis = table("gray"), table("viridis")
    brain = volume_of(head().astype(np.uint8))
    colours = volume_of(np.repeat(head().astype(np.uint8)[..., None], 3, axis=-1))
    dark, light = THEMES["dark"], THEMES["light"]
    cases = [
        (brain, grey, dark, False),
        (brain, grey[::-1], light, False),
        (brain, grey, light, True),
        (brain, viridis, dark, True),
        (brain, grey, dark.on("none"), True),
        (brain, grey, dark.on("#102030"), True),
        (colours, viridis, dark, False),
        (colours, grey, light, True),
    ]
    for volume, table_, theme, is_shown in cases:
        assert (shown_air(volume, table_, theme) is not None) == is_shown
