"""Slices against scipy.ndimage on the plane's own sample points, and against the stored array."""

import itertools

import nibabel as nib
import numpy as np
import pytest

from corticast.core.types import Volume
from tests.parity.drawing import affine_of, compare_with_scipy, draw, smooth_values

pytestmark = pytest.mark.gl


AFFINES = {
    "identity": affine_of(),
    "anisotropic": affine_of((0.9, 1.3, 2.7)),
    "flipped": affine_of((-1.0, 1.2, -0.8), origin=(20.0, -25.0, 15.0)),
    "oblique": affine_of((1.0, 1.1, 1.4), (12.0, -7.0, 21.0)),
    "sheared": affine_of((1.0, 1.1, 1.4), (12.0, -7.0, 21.0), shear=0.2),
}


@pytest.mark.parametrize("interpolation", ["linear", "nearest"])
@pytest.mark.parametrize("layout", ["sagittal", "coronal", "axial"])
@pytest.mark.parametrize("name", AFFINES)
def test_slices_equal_map_coordinates(current_gl, fidelity, rng, name, layout, interpolation):
    affine = AFFINES[name]
    values = smooth_values(rng, (41, 37, 29))
    volume = Volume(np.asfortranarray(values), affine, slope=0.5, inter=10.0)
    middle = affine[:3, :3] @ (np.array(values.shape) / 2 - 0.2) + affine[:3, 3]
    compare_with_scipy(
        fidelity, current_gl, volume, values * 0.5 + 10.0, affine, middle, (211, 193),
        claim="Space: slices", n_least=5000, layout=layout, interpolation=interpolation,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", ["anisotropic", "sheared"])
def test_slices_of_a_head_at_4k(current_gl, fidelity, rng, name):
    """Positions are float32 in the shader: most is asked of them by many voxels on many pixels."""
    affine = AFFINES[name]
    values = smooth_values(rng, (256, 256, 180))
    volume = Volume(np.asfortranarray(values), affine)
    middle = affine[:3, :3] @ (np.array(values.shape) / 2 - 0.2) + affine[:3, 3]
    compare_with_scipy(
        fidelity, current_gl, volume, values, affine, middle, (3840, 2160),
        claim="Space: slices at 3840x2160", n_least=10_000, step=13, layout="axial",
    )  # fmt: skip


@pytest.mark.parametrize("layout", ["sagittal", "coronal", "axial"])
def test_one_voxel_per_pixel(current_gl, rng, layout):
    """A 1 mm RAS volume at its own size is the stored array, to the level."""
    values = rng.integers(0, 256, (43, 52, 37)).astype(np.uint8)
    affine = np.eye(4)
    affine[:3, 3] = -21, -30, -18
    axes = {"sagittal": (1, 2), "coronal": (0, 2), "axial": (0, 1)}[layout]
    fixed = 3 - sum(axes)
    size = values.shape[axes[0]], values.shape[axes[1]]
    for index in (0, 17, values.shape[fixed] - 1):
        planes = affine[:3, 3] + index
        pixels, _ = draw(current_gl, Volume(np.asfortranarray(values), affine), planes, (0, 255), size, layout=layout)
        stored = np.take(values, index, axis=fixed)
        assert np.abs(pixels[:, :, 0].astype(int) - stored.T[::-1].astype(int)).max() <= 1


ORIENTATIONS = [
    tuple((axis, sign) for axis, sign in zip(order, signs, strict=True))
    for order in itertools.permutations(range(3))
    for signs in itertools.product((1, -1), repeat=3)
]


@pytest.mark.parametrize("interpolation", ["linear", "nearest"])
def test_storage_order_does_not_matter(current_gl, rng, interpolation):
    """For each of the 48 axis orders and signs the same world gives the same picture."""
    values = smooth_values(rng, (21, 26, 17), np.float32, 100.0)
    values[8:10, 12, 8] = np.nan
    image = nib.Nifti1Image(values, affine_of((1.0, 1.5, 2.0)))
    planes = (-9.7, -4.2, 1.3)
    pictures = set()
    for orientation in ORIENTATIONS:
        stored = image.as_reoriented(np.array(orientation))
        volume = Volume(np.asfortranarray(np.asanyarray(stored.dataobj)), stored.affine)
        pixels, _ = draw(
            current_gl, volume, planes, (-99.7, 98.3), (300, 120), layout="ortho", interpolation=interpolation
        )
        pictures.add(pixels.tobytes())
    assert len(pictures) == 1


def test_nan_blanks_only_what_it_touches(current_gl):
    values = np.full((9, 9, 9), 100, np.float32)
    values[4, 4, 4] = np.nan
    affine = np.eye(4)
    pixels, _ = draw(current_gl, Volume(np.asfortranarray(values), affine), (4, 4, 4), (0, 200), (9, 9), layout="axial")
    # On voxel centres the neighbours have weight 0, so one pixel is blank.
    expected = np.full((9, 9), 128)
    expected[4, 4] = 0
    assert np.array_equal(pixels[:, :, 0], expected)
    pixels, _ = draw(
        current_gl, Volume(np.asfortranarray(values), affine), (4, 4, 4), (0, 200), (90, 90), layout="axial"
    )
    blank = pixels[:, :, 0] == 0
    rows = np.nonzero(blank)[0]
    # Between the centres of the neighbours everything mixes with the missing voxel.
    assert rows.min() in (35, 36)
    assert rows.max() in (53, 54)
    assert np.array_equal(blank, blank.T)


def test_infinities_are_extremes(current_gl):
    values = np.zeros((5, 5, 1), np.float32)
    values[1, 1], values[3, 3] = np.inf, -np.inf
    pixels, _ = draw(current_gl, Volume(values, np.eye(4)), (0, 0, 0), (-10, 10), (5, 5), layout="axial")
    assert pixels[3, 1, 0] == 255
    assert pixels[1, 3, 0] == 0
    assert pixels[0, 0, 0] == 128


@pytest.mark.parametrize(
    ("dtype", "low", "high"),
    [
        (np.int8, -128, 127),
        (np.uint8, 0, 255),
        (np.int16, -32768, 32767),
        (np.uint16, 0, 65535),
        (np.int32, 70_000, 71_000),
        (np.int32, 2_000_000_000, 2_000_001_000),
        (np.uint32, 4_294_960_000, 4_294_967_295),
        (np.int64, -(2**53), -(2**53) + 1000),
        (np.uint64, 2**52, 2**52 + 100_000),
        (np.float32, -1e-3, 1e-3),
        (np.float64, 1e9, 1e9 + 1),
    ],
)
def test_every_type_keeps_its_precision(current_gl, dtype, low, high):
    """Ramps of every stored type, offset ones included, are windowed without a lost level."""
    steps = np.linspace(0, 1, 64)
    if np.issubdtype(dtype, np.integer):
        ramp = np.array([low + round(float(s) * (high - low)) for s in steps], dtype=dtype)
        exact = np.array([(int(v) - low) / (high - low) for v in ramp])
    else:
        ramp = (low + steps * (high - low)).astype(dtype)
        exact = (ramp.astype(np.float64) - low) / (high - low)
    values = np.asfortranarray(np.broadcast_to(ramp[:, None, None], (64, 4, 3)))
    pixels, _ = draw(current_gl, Volume(values, np.eye(4)), (0, 0, 1), (low, high), (64, 4), layout="axial")
    assert np.abs(pixels[1, :, 0] - np.clip(exact, 0, 1) * 255).max() <= 0.51


def test_narrow_window_of_a_16_bit_ct(current_gl):
    """0..80 of a 16-bit CT has 81 grey levels in it, and interpolation between them."""
    values = np.broadcast_to(np.linspace(-1000, 3000, 4001).astype(np.int16)[1000:1081, None, None], (81, 4, 2))
    pixels, _ = draw(
        current_gl, Volume(np.asfortranarray(values), np.eye(4)), (0, 0, 0), (0, 80), (810, 40), layout="axial"
    )
    line = pixels[20, :, 0].astype(int)
    assert len(np.unique(line)) == 256
    assert (np.diff(line) >= 0).all()


def test_conventions_mirror_and_letters_follow(current_gl, rng):
    values = rng.integers(1, 255, (20, 24, 18)).astype(np.uint8)
    volume = Volume(np.asfortranarray(values), np.eye(4))
    for layout in ("coronal", "axial"):
        one, (neurological,) = draw(current_gl, volume, (5, 6, 7), (0, 255), (60, 60), layout=layout)
        other, (radiological,) = draw(
            current_gl, volume, (5, 6, 7), (0, 255), (60, 60), layout=layout, convention="radiological"
        )
        # A half may round either way.
        assert np.abs(one.astype(int) - other[:, ::-1]).max() <= 1
        assert neurological.letters[:2] == ("L", "R")
        assert radiological.letters[:2] == ("R", "L")
    one, (right,) = draw(current_gl, volume, (5, 6, 7), (0, 255), (60, 60), layout="sagittal")
    other, (left,) = draw(current_gl, volume, (5, 6, 7), (0, 255), (60, 60), layout="sagittal", sagittal_nose="left")
    assert np.abs(one.astype(int) - other[:, ::-1]).max() <= 1
    assert right.letters == ("P", "A", "S", "I")
    assert left.letters == ("A", "P", "S", "I")


def test_the_bright_side_is_the_right_side(current_gl):
    """A voxel at world x > 0, y > 0, z > 0 appears right, up and towards the nose."""
    values = np.zeros((11, 11, 11), np.uint8)
    values[9, 8, 7] = 255  # x = 4, y = 3, z = 2
    affine = np.eye(4)
    affine[:3, 3] = -5
    volume = Volume(np.asfortranarray(values), affine)
    places = {"axial": (9, 11 - 1 - 8), "coronal": (9, 11 - 1 - 7), "sagittal": (8, 11 - 1 - 7)}
    for layout, (column, row) in places.items():
        pixels, _ = draw(current_gl, volume, (4, 3, 2), (0, 255), (11, 11), layout=layout)
        assert np.argwhere(pixels[:, :, 0] == 255).tolist() == [[row, column]]


def test_rgb_voxels_keep_their_colour(current_gl, rng):
    colours = rng.integers(0, 256, (7, 8, 5, 3)).astype(np.uint8)
    pixels, _ = draw(current_gl, Volume(colours, np.eye(4)), (0, 0, 2), (0, 255), (7, 8), layout="axial")
    assert np.abs(pixels[:, :, :3].astype(int) - colours[:, ::-1, 2].transpose(1, 0, 2)).max() <= 1


def test_a_plane_outside_the_volume_is_background(current_gl):
    volume = Volume(np.full((5, 5, 5), 9, np.uint8), np.eye(4))
    pixels, _ = draw(current_gl, volume, (0, 0, 40), (0, 9), (5, 5), layout="axial")
    assert (pixels[:, :, :3] == 0).all()
