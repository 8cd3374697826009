"""Slices against scipy.ndimage on the plane's own sample points, and against the stored array."""

import nibabel as nib
import numpy as np
import pytest

from corticast.core.model.types import Volume
from corticast.io.volume import load_volume
from tests.grids import each_pair
from tests.parity.drawing import ORIENTATIONS, SCIPY, affine_of, compare_with_scipy, draw, smooth_values
from tests.parity.reference import pixel_grid_mm, slice_grey, touched_by_nan

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


@each_pair(
    kept=[(name, "on", np.nan, "linear") for name in ("anisotropic", "sheared")],
    name=["anisotropic", "oblique", "sheared"],
    where=["beside", "on"],
    special=[None, np.nan, np.inf, -np.inf],
    interpolation=["linear", "nearest"],
)
def test_storage_order_does_not_matter(current_gl, fidelity, rng, name, where, special, interpolation):
    """For each of the 48 axis orders and signs the same world gives the same picture, NaN and ±inf included."""
    values = smooth_values(rng, (21, 26, 17), np.float32, 100.0)
    if special is not None:
        values[8:10, 12, 8] = special
    affine = AFFINES[name]
    # Through the centre of such a voxel, or beside it.
    voxel = (9, 12, 8) if where == "on" else (9.3, 12.2, 8.4)
    planes_mm = affine[:3, :3] @ voxel + affine[:3, 3]
    image = nib.Nifti1Image(values, affine)
    pictures = []
    for orientation in ORIENTATIONS:
        stored = image.as_reoriented(orientation)
        volume = Volume(np.asfortranarray(np.asanyarray(stored.dataobj)), stored.affine)
        pixels, panels = draw(
            current_gl, volume, planes_mm, (-99.7, 98.3), (300, 120), layout="ortho", interpolation=interpolation
        )
        pictures.append(pixels[:, :, 0].astype(int))
    errors = np.stack(pictures) - pictures[0]
    claim = "Space: one world in 48 storage orders"
    fidelity.within(f"{claim}, {name}", "the first of them", errors, 1, "levels")
    if special is not None and np.isnan(special) and interpolation == "linear":
        inverse = np.linalg.inv(affine)
        for panel in panels:
            x, y, width, height = panel.rect
            part = np.s_[y : y + height, x : x + width]
            world = pixel_grid_mm(panel, (300, 120), planes_mm[panel.fixed_axis])[part]
            index = world @ inverse[:3, :3].T + inverse[:3, 3]
            touched, decided = touched_by_nan(values, index)
            inside = ((index > -0.499) & (index < np.array(values.shape) - 0.501)).all(axis=-1)
            for picture in pictures:
                # Blank is black here. Untouched pixels may be black, too, but not wherever a NaN is beside them.
                assert not picture[part][touched & decided & inside].any()
            filled = np.where(np.isnan(values), 0, values)
            grey = slice_grey(filled, affine, world, (-99.7, 98.3), 1)
            kept = ~touched & decided & inside & (grey > 2)
            wrongly_blank = np.stack([picture[part][kept] == 0 for picture in pictures])
            fidelity.within(
                "Values: pixels blank without a NaN tap, 48 storage orders", "NumPy", wrongly_blank, 0, "pixels"
            )


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
        (np.int64, 2**52 + 2**28, 2**52 + 2**28 + 1000),
        (np.int64, 2**60, 2**60 + 1024),
        (np.int64, -(2**62), -(2**62) + 1024),
        (np.uint64, 2**63 + 2**20, 2**63 + 2**20 + 4096),
        (np.float32, -1e-3, 1e-3),
        (np.float64, 1e9, 1e9 + 1),
        (np.float64, 1e13 + 3e5, 1e13 + 3e5 + 1),
        (np.float64, 1e15 + 3e7, 1e15 + 3e7 + 100),
    ],
)
def test_every_type_keeps_its_precision(current_gl, fidelity, dtype, low, high):
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
    errors = pixels[1, :, 0] - np.clip(exact, 0, 1) * 255
    fidelity.within("Values: int8 to float64, up to 2⁶³", "the formula, exactly", errors, 0.51, "levels")


@pytest.mark.parametrize("name", ["anisotropic", "oblique"])
def test_narrow_window_of_a_16_bit_ct(current_gl, fidelity, rng, tmp_path, name):
    """0..80 of -1024..3000, stored with an intercept, from a file: 80 of 4000 values have 255 levels between them."""
    stored = smooth_values(rng, (41, 37, 29), np.int16, 2000) + np.int16(1024 + 40)
    image = nib.Nifti1Image(stored, AFFINES[name])
    image.header.set_slope_inter(1, -1024)
    nib.save(image, tmp_path / "ct.nii")
    # nibabel scales values on saving: put the stored values back unchanged.
    raw = bytearray((tmp_path / "ct.nii").read_bytes())
    raw[352:] = stored.tobytes(order="F")
    (tmp_path / "ct.nii").write_bytes(raw)
    theirs = nib.load(tmp_path / "ct.nii")
    scaled = theirs.get_fdata()
    assert scaled.min() < -900
    middle = theirs.affine[:3, :3] @ (20.2, 18.3, 14.4) + theirs.affine[:3, 3]
    compare_with_scipy(
        fidelity, current_gl, load_volume(tmp_path / "ct.nii"), scaled, theirs.affine, middle, (400, 300),
        claim="Values: CT of 16 bits", n_least=20_000, windows={"0,80": (0, 80)}, layout="axial",
    )  # fmt: skip


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


def test_rgb_voxels_are_mixed_in_each_colour(current_gl, fidelity, rng):
    colours = np.stack([smooth_values(rng, (21, 23, 11), np.float64, 127) + 128 for _ in "RGB"], axis=-1).astype(
        np.uint8
    )
    affine = AFFINES["oblique"]
    middle = affine[:3, :3] @ (10.2, 11.3, 5.4) + affine[:3, 3]
    pixels, (panel,) = draw(current_gl, Volume(colours, affine), middle, (0, 255), (150, 130), layout="axial")
    world = pixel_grid_mm(panel, (150, 130), middle[2])
    for colour in range(3):
        grey = slice_grey(colours[..., colour], affine, world, (0, 255), 1)
        inside = np.isfinite(grey)
        errors = (pixels[:, :, colour] - grey)[inside]
        fidelity.within("Values: RGB24 between voxels", SCIPY, errors, 0.52, "levels")


def test_rgb_voxels_keep_their_colour(current_gl, rng):
    colours = rng.integers(0, 256, (7, 8, 5, 3)).astype(np.uint8)
    pixels, _ = draw(current_gl, Volume(colours, np.eye(4)), (0, 0, 2), (0, 255), (7, 8), layout="axial")
    assert np.abs(pixels[:, :, :3].astype(int) - colours[:, ::-1, 2].transpose(1, 0, 2)).max() <= 1


def test_a_plane_outside_the_volume_is_background(current_gl):
    volume = Volume(np.full((5, 5, 5), 9, np.uint8), np.eye(4))
    pixels, _ = draw(current_gl, volume, (0, 0, 40), (0, 9), (5, 5), layout="axial")
    assert (pixels[:, :, :3] == 0).all()
