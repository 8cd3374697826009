"""The grey window by the tissue within a head: white matter is light, however bright the skin is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from scipy import ndimage

import corticast as cc
from corticast.core.color.windowing import window_of
from corticast.core.geometry.head_window import content_window, head_window
from corticast.core.model.meaning import LABELS, Meaning

DATA = Path(__file__).parents[5] / "shared" / "data"
SHAPE = (72, 88, 76)
CENTRE = (np.array(SHAPE) - 1) / 2
AWAY = np.linalg.norm((np.indices(SHAPE).T - CENTRE) / (np.array(SHAPE) / 2 - 4), axis=-1).T
GREY, WHITE, FLUID = 75.0, 110.0, 25.0


def head(skin: float = 230.0, brain_only: bool = False) -> np.ndarray:
    """Skin of fat, dark bone, grey matter around white matter, and ventricles; with noise."""
    inner = [AWAY < 0.15, AWAY < 0.55, AWAY < 0.7]
    values = np.select([*inner, AWAY < 0.8, AWAY < 1], [FLUID, WHITE, GREY, 8.0, skin], 0.0)
    if brain_only:
        values[AWAY >= 0.7] = 0
    noise = np.random.default_rng(1).normal(0, 3, SHAPE)
    return np.where(values > 0, np.clip(values + noise, 1, None), 0)


def volume_of(values: np.ndarray) -> cc.Volume:
    return cc.Volume.from_array(np.asfortranarray(values.astype(np.int16)), np.diag([2.5, 2.5, 2.5, 1]))


@pytest.mark.parametrize("skin", [40.0, 120.0, 230.0, 900.0])
@pytest.mark.parametrize("brain_only", [False, True])
def test_white_matter_is_light_whatever_the_skin(skin, brain_only):
    values = head(skin, brain_only)
    low, high = head_window(volume_of(values), "auto")
    inside = values.astype(np.int16)[AWAY < 0.7]
    assert low == 0
    assert high == pytest.approx(min(np.percentile(inside, 95) / 0.85, values.max()), rel=0.03)
    grey_of = {tissue: min(tissue / high, 1) for tissue in (FLUID, GREY, WHITE)}
    assert 0.75 < grey_of[WHITE] < 0.95
    assert grey_of[WHITE] - grey_of[GREY] > 0.2
    assert grey_of[FLUID] < 0.25


@pytest.mark.parametrize("sign", [1, -1])
def test_slope_and_intercept_count(sign):
    stored = volume_of(sign * head())
    scaled = cc.Volume(voxels=stored.voxels, affine=stored.affine, slope=sign * 0.5, inter=0.0)
    plain = head_window(volume_of(head()), "auto")
    np.testing.assert_allclose(head_window(scaled, "auto"), 0.5 * np.array(plain), rtol=1e-6)


def test_no_grey_above_the_largest_value():
    """A map of probabilities ends at 1, so that nothing lies above."""
    low, high = head_window(volume_of(np.where(AWAY < 0.8, 100, 0)), "auto")
    assert (low, high) == (0, 100)


@pytest.mark.parametrize(
    "volume",
    [
        replace(volume_of(head()), meaning=LABELS),
        replace(volume_of(head()), meaning=Meaning("F (2, 20)")),
        volume_of(head()[:6]),
        volume_of(np.zeros((30, 30, 30))),
        volume_of(np.where(AWAY < 0.9, np.where(AWAY < 0.7, 40, 1200), -1000)),
        cc.Volume.from_array(np.full((9, 9, 9), np.nan, np.float32), np.eye(4)),
    ],
    ids=["labels", "statistic", "few voxels", "nothing", "ct", "missing"],
)
def test_other_values_keep_the_robust_window(volume):
    assert head_window(volume, "auto") == head_window(volume)


def test_sweeps_leave_out_what_they_left_out_before():
    volume = volume_of(head(900.0))
    assert content_window(volume, "auto") == window_of(volume)
    assert content_window(volume, (0, 80)) == (0, 80)


FILES = {
    "T1.mgz": ("subject_sample_ecog/T1.mgz", "subject_sample_ecog/brain.mgz"),
    "brain.mgz": ("subject_sample_ecog/brain.mgz", "subject_sample_ecog/brain.mgz"),
    "ch2": ("volumes/colin27/ch2.nii.gz", "volumes/colin27/ch2bet.nii.gz"),
}


@pytest.mark.skipif(not DATA.exists(), reason="needs the shared data")
@pytest.mark.parametrize("name", FILES)
def test_the_window_of_a_head_is_that_of_its_extracted_brain(name):
    """A head with its skin has the window of the same subject's extracted brain, by nibabel and NumPy."""
    path, brain = (DATA / part for part in FILES[name])
    values = np.asarray(nib.load(path).dataobj, dtype=np.float64)
    deep = ndimage.binary_erosion(np.asarray(nib.load(brain).dataobj) > 0, iterations=4)
    white = np.percentile(values[deep], 95)
    low, high = head_window(cc.load_volume(path), "auto")
    assert low == 0
    assert high == pytest.approx(white / 0.85, rel=0.04)
