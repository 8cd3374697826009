"""Volumes as files: drawn where nibabel puts them, with the values that nibabel reads."""

import itertools

import nibabel as nib
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corticast.core.color.windowing import window_of
from corticast.core.model.types import Volume
from corticast.io.volume import load_volume
from tests.parity.drawing import ORIENTATIONS, affine_of, compare_with_scipy, draw, smooth_values

pytestmark = pytest.mark.gl

INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
FLOATS = ["float32", "float64"]
MGH_DTYPES = ["uint8", "int16", "int32", "float32"]


def written(folder, image):
    """The image in a file, read by nibabel and by corticast."""
    path = folder / f"volume.{'mgz' if isinstance(image, nib.MGHImage) else 'nii'}"
    nib.save(image, path)
    return nib.load(path), load_volume(path)


def image_with_forms(values, affine, forms):
    """NIfTI with the affine in the named forms only; the form that is left out says something else, with code 0."""
    image = nib.Nifti1Image(values, affine, dtype=values.dtype)
    elsewhere = np.diag([3.0, 3.0, 3.0, 1.0])
    image.set_sform(affine if "sform" in forms else elsewhere, code=2 if "sform" in forms else 0)
    image.set_qform(affine if "qform" in forms else elsewhere, code=1 if "qform" in forms else 0)
    return image


@st.composite
def volumes(draw_from):
    """Values, affine, byte order, slope and intercept, forms and format of a file."""
    forms = draw_from(st.sampled_from(["sform", "qform", "sform qform", "neither", "mgh"]))
    order = draw_from(st.sampled_from(list(itertools.permutations(range(3)))))
    signs = draw_from(st.tuples(*[st.sampled_from([1.0, -1.0])] * 3))
    zooms = draw_from(st.tuples(*[st.floats(0.4, 3.5)] * 3))
    angles = draw_from(st.one_of(st.just((0.0, 0.0, 0.0)), st.tuples(*[st.floats(-40, 40)] * 3)))
    # Quaternions and MGH's header hold no shear.
    shear = draw_from(st.sampled_from([0.0, 0.0, 0.3])) if forms == "sform" else 0.0
    affine = affine_of(zooms, angles, draw_from(st.tuples(*[st.floats(-60, 60)] * 3)), shear)
    affine[:3, :3] = affine[:3, :3][:, order] * signs
    shape = draw_from(st.tuples(*[st.integers(2, 24)] * 3))
    dtype = draw_from(st.sampled_from(MGH_DTYPES if forms == "mgh" else INTEGERS + FLOATS))
    noise = np.random.default_rng(draw_from(st.integers(0, 99)))
    values = smooth_values(noise, shape, np.float64, 1.0)
    kind = np.dtype(dtype).kind
    scale = {"i": np.iinfo(dtype).max if kind == "i" else 0, "u": 0, "f": 900.0}[kind]
    if kind == "u":
        values, scale = (values + 1) / 2, np.iinfo(dtype).max
    # Integers of 64 bits are read as float64 by nibabel too.
    values = (values * min(scale, 2**52)).astype(dtype)
    byte_order = draw_from(st.sampled_from("<>"))
    slope, inter = draw_from(st.sampled_from([(1.0, 0.0), (0.37, -12.5), (-2.0, 100.0)]))
    return forms, values.astype(np.dtype(dtype).newbyteorder(byte_order)), affine, byte_order, slope, inter


def image_of(forms, values, affine, byte_order, slope, inter):
    if forms == "mgh":
        return nib.MGHImage(values.astype(values.dtype.newbyteorder(">")), affine)
    image = image_with_forms(values, affine, forms)
    header = image.header.as_byteswapped(byte_order)
    header.set_data_dtype(values.dtype)
    image = nib.Nifti1Image(values, None, header)
    # nibabel keeps a given slope only on the file's own stored values.
    image.header.set_slope_inter(slope, inter)
    return image


def saved_with_slope(folder, forms, values, affine, byte_order, slope, inter):
    """As `written`, with the values stored unchanged beside a slope and an intercept."""
    image = image_of(forms, values, affine, byte_order, slope, inter)
    if forms == "mgh":
        return written(folder, image)
    path = folder / "volume.nii"
    with path.open("wb") as file:
        header = image.header.copy()
        header.set_data_offset(352)
        header["magic"] = b"n+1"
        header.write_to(file)
        file.write(b"\0" * (352 - file.tell()))
        file.write(values.tobytes(order="F"))
    return nib.load(path), load_volume(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("volumes")


CONVENTIONS = ("neurological", "radiological")
# A sagittal slice alone has no convention, and a scene refuses it.
LAYOUTS_AND_CONVENTIONS = [
    (layout, convention)
    for layout in ("axial", "coronal", "sagittal", "ortho")
    for convention in (CONVENTIONS if layout != "sagittal" else CONVENTIONS[:1])
]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    file=volumes(),
    layout_and_convention=st.sampled_from(LAYOUTS_AND_CONVENTIONS),
    interpolation=st.sampled_from(["linear", "nearest"]),
    where=st.tuples(*[st.floats(0.1, 0.9)] * 3),
)
def test_any_file_lands_where_nibabel_says(gl, fidelity, folder, file, layout_and_convention, interpolation, where):
    layout, convention = layout_and_convention
    gl.make_current()
    theirs, ours = saved_with_slope(folder, *file)
    assert ours.voxels.dtype.itemsize == file[1].dtype.itemsize  # voxels stay as stored
    scaled = np.asanyarray(theirs.dataobj)
    planes_mm = theirs.affine[:3, :3] @ (np.array(where) * scaled.shape - 0.5) + theirs.affine[:3, 3]
    compare_with_scipy(
        fidelity, gl, ours, scaled, theirs.affine, planes_mm, (120, 90), claim="Space: random files", n_least=0,
        layout=layout, convention=convention, interpolation=interpolation,
    )  # fmt: skip


@pytest.mark.parametrize("forms", ["sform", "qform", "sform qform", "neither"])
@pytest.mark.parametrize(
    "angles",
    # Quaternions near 180 degrees, whose real part is nearly 0, among them.
    [(0, 0, 0), (12, -7, 21), (177, 0, 0), (179, 0, 0), (180, 0, 0), (0, 178.5, 0), (0, 0, 179), (179.9, 0.3, 0)],
)
def test_forms(current_gl, fidelity, rng, tmp_path, forms, angles):
    values = smooth_values(rng, (31, 37, 29))
    theirs, ours = written(tmp_path, image_with_forms(values, affine_of((0.9, 1.3, 2.1), angles), forms))
    assert ours.sided == (forms != "neither")
    middle = theirs.affine[:3, :3] @ (np.array(values.shape) / 2 - 0.3) + theirs.affine[:3, 3]
    for layout in ("axial", "coronal", "sagittal"):
        compare_with_scipy(
            fidelity, current_gl, ours, theirs.get_fdata(), theirs.affine, middle, (150, 140),
            claim="Space: qform, sform, both or neither", n_least=3000, layout=layout,
        )  # fmt: skip


def phantom(affine, shape):
    """A head that no mirror leaves alike: a bright ball right, anterior and superior, a dim one opposite."""
    index = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    world = index @ affine[:3, :3].T + affine[:3, 3]
    values = np.zeros(shape, np.uint8)
    for centre, level in (((20, 30, 10), 250), ((-25, -10, -15), 120)):
        values[np.linalg.norm(world - centre, axis=-1) < 8] = level
    return values


BALLS = (((20, 30, 10), 250), ((-25, -10, -15), 120))


def check_balls(fidelity, gl, volume, size, layout, convention):
    """Each ball of the phantom is where it was put, by a panel's rectangle and the world's box alone."""
    middle_mm, extent_mm = np.array([0.0, 3.0, 2.0]), np.array([122.0, 132.0, 118.0])
    sides = {"sagittal": (1, 2, 1), "coronal": (0, 2, -1), "axial": (0, 1, -1)}
    for centre, level in BALLS:
        pixels, panels = draw(gl, volume, centre, (0, 255), size, layout=layout, convention=convention)
        for panel in panels:
            across, up, mirrored = sides[panel.name]
            sign = mirrored if convention == "radiological" else 1
            x, y, width, height = panel.rect
            rows, columns = np.nonzero(pixels[y : y + height, x : x + width, 0] > level - 20)
            shown = [sign * (columns.mean() - (width - 1) / 2) / width, ((height - 1) / 2 - rows.mean()) / height]
            expected_mm = (np.array(centre) - middle_mm)[[across, up]]
            errors_mm = shown * extent_mm[[across, up]] - expected_mm
            fidelity.within("Space: balls of a phantom", "where they were put", errors_mm, 1, "mm")


@pytest.mark.parametrize(
    ("layout", "convention"), [*LAYOUTS_AND_CONVENTIONS, *[("grid", each) for each in CONVENTIONS]]
)
def test_left_is_left_whatever_the_storage(current_gl, fidelity, tmp_path, layout, convention):
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = -60, -62, -56
    image = nib.Nifti1Image(phantom(affine, (61, 66, 59)), affine)
    size = (390, 260) if layout in ("ortho", "grid") else (130, 120)
    # All three panels meet every storage order in one frame; alone each meets some of every kind.
    for orientation in ORIENTATIONS if layout == "ortho" else ORIENTATIONS[::5]:
        stored = image.as_reoriented(orientation)
        _, ours = written(tmp_path, nib.Nifti1Image(np.asanyarray(stored.dataobj), stored.affine))
        check_balls(fidelity, current_gl, ours, size, layout, convention)


def test_the_letters_of_the_nifti_reference_image(current_gl, fidelity, shared_data):
    """avg152T1_LR_nifti has an L burnt in on the left and an R on the right, to be read in radiological convention."""
    path = shared_data / "volumes" / "niftilib" / "avg152T1_LR_nifti.nii.gz"
    image, ours = nib.load(path), load_volume(path)
    canonical = nib.as_closest_canonical(image)
    values = np.asanyarray(canonical.dataobj)
    for z_mm in (-10.0, 2.0, 20.0):
        shown, _ = draw(current_gl, ours, (0, 0, z_mm), (0, 255), (91, 109), layout="axial")
        k = round((z_mm - canonical.affine[2, 3]) / canonical.affine[2, 2])
        difference = shown[:, :, 0].astype(int) - values[:, ::-1, k].T
        fidelity.within("Space: the NIfTI left-right image", "nibabel's canonical array", difference, 1, "levels")
    shown, (panel,) = draw(current_gl, ours, (0, 0, 20), (0, 255), (91, 109), layout="axial", convention="radiological")
    assert panel.letters[:2] == ("R", "L")
    # The L: right half of the picture; its stroke stands on the left of its foot.
    bright = shown[:, 46:, 0] == 255
    stroke, foot = bright.sum(axis=0).argmax(), bright.sum(axis=1).argmax()
    assert stroke < np.nonzero(bright[foot])[0].mean()
    assert foot > np.nonzero(bright[:, stroke])[0].mean()


@pytest.mark.parametrize("dtype", INTEGERS + FLOATS)
@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize(("slope", "inter"), [(1.0, 0.0), (0.0043, -7.5), (-3.0, 40.0)])
def test_every_stored_type(current_gl, fidelity, rng, tmp_path, dtype, byte_order, slope, inter):
    values = smooth_values(rng, (23, 21, 19), np.float64, 1.0)
    if dtype.startswith("u"):
        values = (values + 1) / 2
    top = 1e3 if dtype in FLOATS else min(np.iinfo(dtype).max, 2**52)
    values = (values * top).astype(np.dtype(dtype).newbyteorder(byte_order))
    theirs, ours = saved_with_slope(tmp_path, "sform", values, np.eye(4), byte_order, slope, inter)
    compare_with_scipy(
        fidelity, current_gl, ours, np.asanyarray(theirs.dataobj), theirs.affine, (11.3, 10.0, 9.2), (115, 105),
        claim="Values: int8 to float64, both byte orders, slopes", n_least=8000, layout="axial",
    )  # fmt: skip


@pytest.mark.parametrize("dtype", ["int32", "uint32", "int64", "float32", "float64"])
@pytest.mark.parametrize(("low", "high", "outlier"), [(0, 1000, 2e9), (1000, 1080, 2_000_000_000), (0, 80, 3_000_000)])
def test_an_outlier_costs_no_precision(current_gl, fidelity, dtype, low, high, outlier):
    """One wild voxel far above the window leaves the others all of their levels."""
    ramp = np.linspace(low, high, 64).astype(dtype)
    values = np.asfortranarray(np.broadcast_to(ramp[:, None, None], (64, 5, 5)).copy())
    values[5, 4, 4] = outlier
    pixels, _ = draw(current_gl, Volume(values, np.eye(4)), (0, 0, 1), (low, high), (64, 5), layout="axial")
    errors = pixels[2, :, 0] - 255 * (ramp.astype(np.float64) - low) / (high - low)
    fidelity.within("Values: precision beside an outlier", "the formula in float64", errors, 0.51, "levels")


def test_a_narrow_window_far_from_zero(current_gl, fidelity):
    """Float32 data about a million: between two voxels there are levels that float32 has no number for there."""
    ramp = (1e6 + np.arange(8) * 0.0625).astype(np.float32)
    values = np.asfortranarray(np.broadcast_to(ramp[:, None, None], (8, 3, 3)))
    compare_with_scipy(
        fidelity, current_gl, Volume(values, np.eye(4)), values, np.eye(4), (4, 1, 1), (160, 60),
        claim="Values: float32 far from zero", n_least=5000, layout="axial",
    )  # fmt: skip


@pytest.mark.parametrize("value", [0, 7, -300])
def test_a_constant_volume_is_drawn(current_gl, value):
    volume = Volume(np.full((6, 7, 8), value, np.int16), np.eye(4))
    window = window_of(volume)
    assert window[0] < window[1]
    pixels, _ = draw(current_gl, volume, (2, 3, 4), window, (60, 70), layout="axial")
    expected = np.floor(255 * np.clip((value - window[0]) / (window[1] - window[0]), 0, 1) + 0.5)
    assert (pixels[:, :, 0] == expected).all()


def test_rgb24_from_a_file(current_gl, fidelity, rng, tmp_path):
    colours = rng.integers(0, 256, (9, 11, 7, 3)).astype(np.uint8)
    stored = np.ascontiguousarray(colours).view([("R", "u1"), ("G", "u1"), ("B", "u1")])[..., 0]
    theirs, ours = written(tmp_path, nib.Nifti1Image(stored, np.eye(4)))
    pixels, _ = draw(current_gl, ours, (0, 0, 3), (0, 255), (9, 11), layout="axial")
    voxels = np.asanyarray(theirs.dataobj)[:, ::-1, 3].T
    expected = np.stack([voxels[colour] for colour in "RGB"], axis=-1)
    fidelity.within("Values: RGB24", "nibabel", pixels[:, :, :3].astype(int) - expected, 0, "levels")
