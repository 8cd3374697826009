"""Maps of both signs whose file names no statistic, against their voxels and nibabel's affines."""

from fractions import Fraction

import nibabel as nib
import numpy as np
import pytest
from scipy import ndimage

import corticast as cc
from corticast.core.geometry.head_window import head_window
from corticast.core.geometry.statistics import diverges, is_statistic, lies_about_zero
from corticast.core.model.meaning import Meaning
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming

SHAPE, ZOOM_MM = (54, 64, 46), 3.0
AFFINE = np.diag([ZOOM_MM] * 3 + [1.0])
AFFINE[:3, 3] = -80, -95, -70


def brain():
    x, y, z = np.moveaxis(np.moveaxis(np.indices(SHAPE), 0, -1) - (np.array(SHAPE) - 1) / 2, -1, 0)
    return (x / 23) ** 2 + (y / 28) ** 2 + (z / 19) ** 2 < 1


def z_map(seed=0):
    """Smooth noise of both signs within a brain, with a strong blob at one side."""
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=SHAPE), 1.5)
    values = noise / noise.std()
    values[36:44, 30:38, 28:34] += 8
    return np.where(brain(), values, 0).astype(np.float32)


def t1w():
    """A brain whose spline interpolation left small values below 0 around."""
    smooth = ndimage.gaussian_filter(np.where(brain(), 110.0, 0), 1)
    ringing = np.where((smooth > 0.5) & ~brain(), -2.0, 0)
    return np.where(smooth > 1, smooth, 0) + ringing


def ct():
    """A CT within a cylinder, zeros around."""
    values = np.full(SHAPE, -1000.0)
    values[brain()] = 40
    values[ndimage.binary_dilation(brain(), iterations=2) & ~brain()] = 1200
    x, y, _ = np.indices(SHAPE) - np.array([27, 32, 0])[:, None, None, None]
    values[x**2 + y**2 > 30**2] = 0
    return values


@pytest.mark.parametrize(
    ("values", "meaning", "is_about_zero", "is_map"),
    [
        (z_map(), Meaning(), True, True),
        (z_map() * 0.01, Meaning(), True, True),
        (np.where(np.abs(z_map()) > 1, z_map(), 0), Meaning(), True, True),
        (np.abs(z_map()), Meaning("F"), False, True),
        (np.abs(z_map()), Meaning(), False, False),
        (np.round(np.abs(z_map())), Meaning("label", is_labels=True), False, False),
        (t1w(), Meaning(), False, False),
        (ct(), Meaning(), False, False),
        (np.random.default_rng(1).normal(size=SHAPE), Meaning(), False, False),
    ],
    ids=["z", "small", "thresholded", "F", "one sign", "labels", "T1w", "CT", "noise"],
)
def test_values_lie_about_0_where_both_signs_count(values, meaning, is_about_zero, is_map):
    volume = cc.Volume(np.asfortranarray(values.astype(np.float32)), AFFINE, meaning=meaning)
    assert (lies_about_zero(volume), is_statistic(volume)) == (is_about_zero, is_map)
    assert diverges(volume) == is_about_zero


@pytest.mark.parametrize("meaning", [Meaning(), Meaning("z", diverges=True), Meaning("F")])
def test_panels_hold_all_data_of_a_statistic(meaning):
    values = z_map() if meaning.quantity != "F" else z_map() ** 2
    volume = cc.Volume(np.asfortranarray(values), AFFINE, meaning=meaning)
    data_mm = nib.affines.apply_affine(AFFINE, np.argwhere(values != 0))
    for panel in cc.panels(cc.Scene(volume=volume, layout="axial", labels="none"), size=(600, 600)):
        (x0, y0, width, height), to_px = panel.rect, np.asarray(panel.affine)
        # The slice at rest shows its own data, in the middle of the panel.
        z_mm = ZOOM_MM * np.round((data_mm[:, 2].mean() + 70) / ZOOM_MM) - 70
        own = data_mm[np.abs(data_mm[:, 2] - z_mm) < 1]
        px = own[:, :2] @ to_px[:, :2].T + to_px[:, 2]
        assert (px.min(axis=0) >= (x0, y0)).all()
        assert (px.max(axis=0) < (x0 + width, y0 + height)).all()
        # A voxel's margin and no more.
        assert np.ptp(px, axis=0).max() > 0.9 * max(width, height)


def film_of(values, **options):
    volume = cc.Volume(np.asfortranarray(values), AFFINE, name="z.nii")
    scene = cc.Scene(volume=volume, layout="axial", **options)
    return open_film(scene, FilmTiming(size=(320, 240), fps=Fraction(10), duration=Fraction(1)))


def test_a_line_says_that_values_about_0_are_taken_for_a_statistic():
    def lines(values, **options):
        return [line for line in film_of(values, **options).warnings if "taken for a statistic" in line]

    (line,) = lines(z_map())
    assert line.startswith("z.nii: values lie about 0, from ")
    assert line.endswith("give --cmap gray for greys")
    assert not lines(z_map(), cmap="gray")
    assert not lines(t1w())


def test_the_window_of_values_about_0_is_symmetric_and_their_map_diverges(gl):
    values = z_map()
    film = film_of(values)
    low, high = head_window(film.scene.volume, "auto")
    assert high == -low == pytest.approx(np.percentile(np.abs(values[values != 0]), 99), rel=1e-5)
    scene = cc.Scene(volume=film.scene.volume, layout="axial", fit="volume", labels="none", plane_mm=(0, 0, 20))
    frame = cc.frame(scene, size=SHAPE[:2]).astype(int)[::-1].transpose(1, 0, 2)
    plane = values[:, :, 30]
    inside = ndimage.binary_erosion(plane != 0, iterations=3)
    # Blue below 0, orange above.
    warmth = (frame[..., 0] - frame[..., 2])[inside]
    strong = np.abs(plane[inside]) > 0.2 * high
    assert (np.sign(warmth) == np.sign(plane[inside]))[strong].all()
