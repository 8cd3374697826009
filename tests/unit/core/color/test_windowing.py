"""The grey window: exact percentiles, and a usable window whatever the voxels hold."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corticast.core.color.windowing import window_of
from corticast.core.model.types import Volume
from corticast.errors import OptionError

DTYPES = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"]


def volume_of(voxels, slope=1.0, inter=0.0, **kwargs) -> Volume:
    return Volume(voxels=np.asfortranarray(voxels), affine=np.eye(4), slope=slope, inter=inter, **kwargs)


def head(dtype, background=0, shape=(24, 25, 26), seed=0):
    """Noise of a wide range in a frame of background."""
    rng = np.random.default_rng(seed)
    low, high = (1, 100) if np.dtype(dtype).itemsize == 1 else (5, 30000)
    voxels = np.full(shape, background, dtype=dtype)
    voxels[3:-3, 3:-3, 3:-3] = rng.integers(low, high, np.subtract(shape, 6)).astype(dtype)
    if np.dtype(dtype).kind == "f":
        voxels[3:-3, 3:-3, 3:-3] += rng.normal(size=np.subtract(shape, 6)).astype(dtype) / 7
    return voxels


def expected(kept, slope=1.0, inter=0.0):
    return np.sort(np.percentile(kept.astype(np.float64), [0.5, 99.5]) * slope + inter)


@pytest.mark.parametrize("dtype", DTYPES)
def test_percentiles_of_what_is_not_background(dtype):
    voxels = head(dtype, background=3)
    np.testing.assert_allclose(window_of(volume_of(voxels)), expected(voxels[voxels != 3]), rtol=1e-12)


@pytest.mark.parametrize("dtype", [d for d in DTYPES if not d.startswith("u")])
def test_negative_values_and_no_background(dtype):
    voxels = np.random.default_rng(1).normal(0, 40, (20, 21, 22)).clip(-127, 127).astype(dtype)
    if dtype.startswith("i"):
        voxels[0] = np.arange(-120, 120).astype(dtype)[np.arange(21 * 22) % 240].reshape(21, 22)
    np.testing.assert_allclose(window_of(volume_of(voxels)), expected(voxels), rtol=1e-12)


@pytest.mark.parametrize("dtype", ["i8", "u8"])
def test_codes_of_64_bits(dtype):
    voxels = np.random.default_rng(2).integers(0, np.iinfo(dtype).max, (20, 20, 20), dtype=dtype)
    np.testing.assert_allclose(window_of(volume_of(voxels)), expected(voxels), rtol=1e-12)


@settings(deadline=None, max_examples=60)
@given(
    dtype=st.sampled_from(DTYPES),
    shape=st.tuples(*[st.integers(1, 7)] * 3),
    seed=st.integers(0, 2**32 - 1),
    spread=st.sampled_from([1, 3, 100, 10**6]),
    slope=st.sampled_from([1.0, 0.25, -2.0]),
    inter=st.sampled_from([0.0, -100.0]),
)
def test_robust_window_against_its_definition(dtype, shape, seed, spread, slope, inter):
    rng = np.random.default_rng(seed)
    voxels = rng.integers(-spread, spread + 1, shape).astype(dtype)
    if dtype.startswith("f"):
        special = rng.choice(np.array([np.nan, np.inf, -np.inf, -0.0], dtype), shape)
        voxels = np.where(rng.random(shape) < 0.1, special, voxels)
    low, high = window_of(volume_of(voxels, slope, inter))

    faces = np.concatenate(
        [np.moveaxis(voxels, axis, 0)[end].ravel() for axis, n in enumerate(shape) for end in sorted({0, n - 1})]
    )
    faces = faces[np.isfinite(faces)]
    values, counts = np.unique(faces, return_counts=True)
    finite = voxels[np.isfinite(voxels)]
    has_background = bool(counts.size) and counts.max() * 4 >= faces.size
    background = values[counts.argmax()] if has_background else None
    kept = finite if background is None else finite[finite != background]
    if kept.size:
        reference = expected(kept, slope, inter)
        scaled = finite.astype(np.float64) * slope + inter
        if background is not None and float(background) * slope + inter == 0 and scaled.min() >= 0:
            reference[0] = 0.0
        if np.float32(reference[0]) < np.float32(reference[1]):
            np.testing.assert_allclose((low, high), reference, rtol=1e-6, atol=1e-9)
    assert np.isfinite([low, high]).all()
    assert np.float32(low) < np.float32(high)


def test_low_end_is_zero_over_a_background_of_zero():
    voxels = head("i2")
    low, high = window_of(volume_of(voxels))
    assert low == 0
    assert high == pytest.approx(expected(voxels[voxels != 0])[1])


def test_low_end_stays_where_something_is_negative():
    voxels = head("f4")
    voxels[10, 10, 10] = -1
    np.testing.assert_allclose(window_of(volume_of(voxels)), expected(voxels[voxels != 0]), rtol=1e-6)


def test_background_is_zero_when_scaling_makes_it_so():
    """A CT stored from 0 with an intercept of -1024 has no background of zero; stored from 1024 it has."""
    voxels = head("u2", background=1024)
    voxels[voxels < 1024] = 1024
    assert window_of(volume_of(voxels, 0.1, -102.4))[0] == 0
    assert window_of(volume_of(head("u2"), 1.0, -1024.0))[0] < 0


@pytest.mark.parametrize("dtype", ["i2", "f4"])
def test_negative_slope_turns_the_window_round(dtype):
    voxels = head(dtype, background=2)
    low, high = window_of(volume_of(voxels, -0.5, 100.0))
    np.testing.assert_allclose((low, high), expected(voxels[voxels != 2], -0.5, 100.0), rtol=1e-12)
    assert low < high
    inverted = volume_of(-head(dtype).astype(np.float32), -1.0)
    assert window_of(inverted)[0] == 0


def test_a_label_on_a_few_face_voxels_is_no_background():
    voxels = np.random.default_rng(3).integers(0, 1000, (20, 20, 20)).astype(np.int16)
    voxels[:, :, 0][:8] = 500
    np.testing.assert_allclose(window_of(volume_of(voxels)), expected(voxels), rtol=1e-12)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("background", [0, 3])
def test_nan_and_infinity_are_no_values(dtype, background):
    voxels = head(dtype, background)
    clean = window_of(volume_of(voxels))
    outside = voxels == background
    for value in (np.nan, -np.nan, np.inf, -np.inf):
        spoilt = voxels.copy()
        spoilt[:, :12][outside[:, :12]] = value
        assert window_of(volume_of(spoilt)) == clean


def test_smallest_values_on_both_sides_of_zero():
    """Below the normal range of float32 both zeros and the values next to them share their leading bits."""
    voxels = np.random.default_rng(5).normal(0, 1e-41, (20, 20, 20)).astype(np.float32)
    np.testing.assert_allclose(window_of(volume_of(voxels)), expected(voxels), rtol=1e-12)


def test_one_outlier_does_not_count():
    voxels = head("f4")
    clean = window_of(volume_of(voxels.copy()))
    voxels[12, 12, 12] = 1e9
    assert window_of(volume_of(voxels))[1] == pytest.approx(clean[1], rel=0.01)


@pytest.mark.parametrize(
    ("value", "window"),
    [(0, (0, 1)), (7, (0, 7)), (-7, (-7, 0)), (np.nan, (0, 1)), (np.inf, (0, 1)), (-np.inf, (0, 1)), (1e-50, (0, 1))],
)
def test_constant_volumes(value, window):
    np.testing.assert_allclose(window_of(volume_of(np.full((4, 5, 6), value))), window, atol=1e-40)


def test_a_mask_runs_from_its_background_to_its_value():
    voxels = np.zeros((9, 9, 9), dtype=np.uint8)
    voxels[3:6, 3:6, 3:6] = 255
    assert window_of(volume_of(voxels)) == (0, 255)
    assert window_of(volume_of(voxels.astype(bool))) == (0, 1)
    voxels[voxels == 0] = 5
    assert window_of(volume_of(voxels)) == (5, 255)


@pytest.mark.parametrize("values", [[-1e308, 1e308], [1e300, 1e301], [4e9, 4e9 + 1], [-1e-320, 1e-320]])
def test_extreme_values_leave_a_window_for_float32(values):
    voxels = np.random.default_rng(4).choice(values, (6, 6, 6))
    low, high = window_of(volume_of(voxels, slope=10.0))
    width = np.float32(high) - np.float32(low)
    assert np.isfinite(width)
    assert width > 0


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_any_order_of_axes_in_memory(order):
    voxels = head("f4")
    stored = np.ascontiguousarray(voxels.transpose(order)).transpose(np.argsort(order))
    assert stored.shape == voxels.shape
    volume = Volume(voxels=stored, affine=np.eye(4))
    assert window_of(volume) == window_of(volume_of(voxels))


@pytest.mark.parametrize("dtype", ["u1", "i2", "f4", "i4", "f8"])
def test_memory_stays_below_the_voxels_own(dtype):
    volume = volume_of(head(dtype, shape=(192, 192, 128)))
    window_of(volume)  # caches of NumPy's own
    tracemalloc.start()
    window_of(volume)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < min(volume.voxels.nbytes, 10 * 2**20)


def test_colours():
    assert window_of(volume_of(np.zeros((3, 4, 5, 3), dtype=np.uint8))) == (0, 255)


def test_header_window():
    assert window_of(volume_of(head("i2"), header_window=(40.0, 80.0)), "header") == (40, 80)
    with pytest.raises(OptionError, match=r"window header: ct.nii .*LO,HI or robust"):
        window_of(volume_of(head("i2"), name="ct.nii"), "header")


def test_window_of_ones_own():
    assert window_of(volume_of(head("i2")), (-5, 80)) == (-5.0, 80.0)


@pytest.mark.parametrize("spec", [(80, 0), (5, 5), (np.nan, 1), (0, np.inf)])
def test_no_window(spec):
    with pytest.raises(OptionError, match=r"window .*lower one first"):
        window_of(volume_of(head("i2")), spec)


@pytest.mark.parametrize("slope", [1.0, 1e-30])
def test_a_window_that_float32_cannot_hold_is_refused(slope):
    volume = volume_of(np.zeros((2, 2, 2)), slope)
    with pytest.raises(OptionError, match=r"window 0,1e\+39: too large; give numbers below 1.7e\+38"):
        window_of(volume, (0, 1e39))
