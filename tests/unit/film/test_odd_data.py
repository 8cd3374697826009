"""Odd values of volumes, recordings, tables and sounds: no warning of NumPy or SciPy leaks, words say the result."""

import inspect
import warnings
from dataclasses import replace

import numpy as np
import pytest
from tests import odd_volumes
from tests.odd_volumes import nifti

import corticast as cc
from corticast.core.color.windowing import window_of
from corticast.core.geometry.body import body_of
from corticast.core.geometry.head import head_of, otsu_threshold
from corticast.core.model.recording import Recording
from corticast.core.model.types import Electrodes, PlacedElectrodes, SampledSound
from corticast.dsp.high_gamma import HighGamma
from corticast.errors import DataError
from corticast.film.film import Film
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming

NAMES = tuple(f"A{number}" for number in range(1, 7))
RATE = 1000
VOLTS = 20e-6 * np.random.default_rng(0).standard_normal((6, 3000))
REFERENCES = ("kind", "group", "average", "bipolar", "none")


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def placed():
    table = Electrodes(NAMES, np.arange(18.0).reshape(6, 3))
    return PlacedElectrodes(table, table.pos)


def recording_of(volts, bad=()):
    recording = Recording.of_array(volts, RATE, NAMES, "V", name="odd")
    return replace(recording, bad=np.isin(NAMES, bad))


def changed(row, value):
    volts = VOLTS.copy()
    volts[row] = value
    return volts


def drives(recording):
    """Every way to show a recording."""
    for reference in REFERENCES:
        yield cc.HighGammaDrive(recording, reference=reference)
        yield cc.VoltageDrive(recording, reference=reference)
    yield cc.HighGammaDrive(recording, baseline=(0.5, 2.5), smoothing="causal")
    yield cc.HighGammaDrive(recording, smoothing_hz=None)
    yield cc.VoltageDrive(recording, smoothing_hz=10.0)


# Volumes

VOLUMES = [
    make
    for name, make in inspect.getmembers(odd_volumes, inspect.isfunction)
    if name not in ("ramp", "nifti") and make.__module__ == odd_volumes.__name__
]


BLANK = {
    "of_nan": ("odd.nii: no voxel has a finite value, so nothing is visible in it",),
    "of_infinity": ("odd.nii: no voxel has a finite value, so nothing is visible in it",),
    "of_one_value": ("odd.nii: all voxels have the value 7, so nothing is visible in it",),
    "of_nothing": ("odd.nii: all voxels have the value 0, so nothing is visible in it",),
}


@pytest.mark.parametrize("make", VOLUMES, ids=lambda make: make.__name__)
def test_odd_volumes_open_in_silence(tmp_path, make):
    volume = cc.load_volume(make(tmp_path / ("odd.mgh" if make.__name__.startswith("mgh") else "odd.nii")))
    assert all(line.startswith("odd.") for line in volume.warnings)
    low, high = window_of(volume)
    assert np.float32(low) < np.float32(high) < np.inf
    assert np.isfinite(head_of(volume).level)
    assert np.isfinite(body_of(volume).points_mm).all()
    for layout in ("ortho", "3d", "axial"):
        film = open_film(cc.Scene(volume=volume, layout=layout), FilmTiming.of(duration=1))
        assert isinstance(film, Film)
        lines = tuple(line for line in film.warnings if "views show the skin" not in line)
        assert lines == (*volume.warnings, *BLANK.get(make.__name__, ()))


@pytest.mark.parametrize("shape", [(3, 3, 3), (40, 3, 3), (3, 3, 40), (1, 20, 20)])
@pytest.mark.parametrize("layout", ["3d", "lateral", "ortho"])
def test_volumes_of_a_few_voxels_have_room(shape, layout):
    volume = cc.Volume.from_array(np.arange(np.prod(shape), dtype="f4").reshape(shape), np.eye(4))
    for panel in cc.panels(cc.Scene(volume=volume, layout=layout), size=(320, 240)):
        assert np.isfinite(panel.affine).all()
        assert panel.pixels_per_mm > 0


@pytest.mark.parametrize("factor", [1e-200, 1e300])
def test_the_surface_of_huge_and_tiny_values_is_where_it_is_of_others(factor):
    values = np.concatenate([np.linspace(1, 2, 999), np.linspace(50, 60, 777)])
    assert otsu_threshold(values * factor) == pytest.approx(otsu_threshold(values) * factor, rel=1e-12)


@pytest.mark.parametrize(("low", "step"), [(2.0**60, 256), (-(2.0**62), 1024), (2.0**63, 2048), (1e15 + 3e7, 0.125)])
def test_the_surface_of_values_far_from_zero_separates_them(low, step):
    """Four neighbouring float64 numbers: the histogram's bins are far narrower than their distance."""
    values = low + step * np.repeat([0, 1, 3, 4], 30)
    assert np.array_equal(values >= otsu_threshold(values), np.repeat([False, False, True, True], 30))


def test_an_infinite_slope_and_unknown_units_are_reported(tmp_path):
    slope = cc.load_volume(odd_volumes.with_infinite_slope(tmp_path / "s.nii"))
    assert (slope.slope, slope.warnings) == (1.0, ("s.nii: its slope is infinite: read as 1",))
    units = cc.load_volume(odd_volumes.of_unknown_codes(tmp_path / "u.nii"))
    assert units.warnings == ("u.nii: its units have the unknown code 7",)
    assert cc.load_volume(nifti(tmp_path / "w.nii")).warnings == ()


# Recordings


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (3e-3, "flat channels, which hold a single value throughout: A3"),
        (1e40, "channels with impossible values, above 1e+30: A3 (first at 0 s)"),
        (np.nan, "channels with NaN or infinite values: A3 (first at 0 s)"),
    ],
)
def test_a_channel_without_a_usable_signal_counts_as_bad(value, kind):
    electrodes = placed()
    odd, bad = drives(recording_of(changed(2, value))), drives(recording_of(VOLTS, bad=["A3"]))
    for one, other in zip(odd, bad, strict=True):
        activity, expected = one.activity(electrodes), other.activity(electrodes)
        np.testing.assert_array_equal(activity.values, expected.values)
        np.testing.assert_array_equal(activity.hollow, expected.hollow)
        assert f"odd: left out {kind}" in activity.warnings


def test_a_single_wrong_sample_is_found_at_its_time():
    activity = cc.VoltageDrive(recording_of(changed((1, 7), -1e200))).activity(placed())
    assert "odd: left out channels with impossible values, above 1e+30: A2 (first at 0.007 s)" in activity.warnings


@pytest.mark.parametrize("value", [0.0, 3e-5, 1e308, np.inf, np.nan])
def test_a_recording_without_any_signal_is_refused(value):
    for drive in drives(recording_of(np.full_like(VOLTS, value))):
        with pytest.raises(DataError, match=r"^odd: left out .*no channel is left"):
            drive.activity(placed())


@pytest.mark.parametrize(
    "volts",
    [
        np.repeat(VOLTS[:1], 6, axis=0),
        np.where(np.arange(3000) < 1000, VOLTS, 0.0),
        np.repeat((np.arange(3000) > 1500)[None] * 1e-3, 6, axis=0),
        VOLTS * 1e29,
        VOLTS * 1e-20,
    ],
    ids=["equal channels", "silent from 1 s", "a step", "huge", "tiny"],
)
def test_odd_recordings_are_analysed_in_silence(volts):
    for drive in drives(recording_of(volts)):
        assert np.isfinite(drive.activity(placed()).values).all()


def test_filters_would_show_a_constant_as_activity():
    """Why flat channels are left out: the z-score enlarges the rounding of the filters."""
    scores = HighGamma(smoothing_hz=None)(np.full((1, 3000), 3e-3), RATE)
    assert np.abs(scores).max() > 1


# Tables


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.zeros((6, 30)), "the activity is 0 at all times, so all contacts rest"),
        (np.full((6, 30), np.nan), "180 values of the activity are NaN or infinite and are drawn as rest"),
        (np.full((6, 30), 1e300), "180 values of the activity are NaN, infinite or above 3e38 and are drawn as rest"),
    ],
    ids=["zeros", "NaN", "huge"],
)
@pytest.mark.parametrize("full_scale", [None, 1.0])
def test_tables_without_activity_are_reported(values, words, full_scale):
    activity = cc.ArrayDrive(values, 10, NAMES, full_scale=full_scale).activity(placed())
    assert not activity.values.any()
    assert words in activity.warnings


@pytest.mark.parametrize("full_scale", [1e-40, 1e-300])
def test_a_full_scale_below_all_values_shows_full_activity(full_scale):
    values = np.tile([0.0, 2.0, -3.0], (6, 10))
    activity = cc.ArrayDrive(values, 10, NAMES, full_scale=full_scale).activity(placed())
    np.testing.assert_array_equal(activity.values, np.sign(values))


def test_a_contact_without_any_value_has_no_data():
    """The table that `--save-activity` writes has n/a on such contacts."""
    values = np.ones((6, 30))
    values[2], values[3, :5] = np.nan, np.nan
    activity = cc.ArrayDrive(values, 10, NAMES, full_scale=1.0).activity(placed())
    assert activity.row_of_contact.tolist() == [0, 1, -1, 3, 4, 5]
    assert activity.hollow.tolist() == [False, False, True, False, False, False]
    assert activity.warnings == (
        "1 of 6 electrodes have no value at any time and are hollow: A3",
        "5 values of the activity are NaN or infinite and are drawn as rest",
    )


# Sounds


@pytest.mark.parametrize("value", [2e10, -1e30, 1e300])
def test_sound_beyond_all_scales_is_refused(value):
    with pytest.raises(DataError, match="some values are above"):
        SampledSound(np.full((1, 900), value), 8000)


@pytest.mark.parametrize("drive", [cc.AudioDrive, cc.PostDrive])
@pytest.mark.parametrize(
    "samples",
    [np.zeros(9000), np.full(9000, 0.5), np.eye(1, 9000, 5)[0], 1e9 * np.sin(np.arange(9000)), 1e-40 * np.ones(9000)],
    ids=["silence", "a constant", "a click", "unscaled", "faint"],
)
def test_odd_sounds_are_analysed_in_silence(samples, drive):
    activity = drive(SampledSound(samples[None].astype("f4"), 22050, "odd")).activity(placed())
    assert np.isfinite(activity.values).all()
    assert activity.values.any() or "the electrodes rest" in " ".join(activity.warnings)
