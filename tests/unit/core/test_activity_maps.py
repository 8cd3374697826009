"""Colour maps of activity against CIELAB, CIEDE2000 and simulated colour blindness."""

import numpy as np
import pytest
from cmap import Colormap

from corticast.core.color.colormaps import activity_table, check_colours, group_table, table
from corticast.errors import OptionError

# Deuteranopia, severity 1, on linear RGB (Machado, Oliveira and Fernandes, 2009).
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
# Of sRGB, IEC 61966-2-1, in the white point D65.
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colours):
    rgb = np.asarray(colours) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIELAB of linear sRGB (CIE 15)."""
    xyz = rgb @ XYZ.T / XYZ.sum(axis=1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def lightness(colours):
    return lab(linear(colours))[:, 0]


def lightness_to_deuteranopes(colours):
    return lab(np.clip(linear(colours) @ DEUTERANOPIA.T, 0, 1))[:, 0]


@pytest.mark.parametrize("seen", [lightness, lightness_to_deuteranopes])
def test_amplitudes_rise_in_lightness_from_a_lifted_dark_end(seen):
    rising = seen(activity_table(None, signed=False))
    # A step of 8-bit colours may hide a rise, and turns none into a fall that could be seen.
    assert np.diff(rising).min() > -0.3
    assert np.diff(rising[::8]).min() > 0.5
    assert 30 < rising[0] < 50
    assert rising[-1] > 90


@pytest.mark.parametrize("seen", [lightness, lightness_to_deuteranopes])
def test_signed_values_rise_in_lightness_on_both_sides_of_a_quiet_middle(seen):
    rising = seen(activity_table(None, signed=True))
    for arm in (rising[127::-1], rising[128:]):
        assert np.diff(arm).min() > -0.3
        assert np.diff(arm[::8]).min() > 0.5
        assert 30 < arm[0] < 50
        assert arm[-1] > 70
    np.testing.assert_allclose(rising[127::-1], rising[128:], atol=12)


def test_the_middle_is_grey_and_signs_differ_for_everyone():
    colours = activity_table(None, signed=True)
    assert np.ptp(colours[127:129].astype(int)) <= 2
    low, high = (lab(np.clip(linear(colours[[end]]) @ DEUTERANOPIA.T, 0, 1))[0] for end in (0, 255))
    assert np.linalg.norm((high - low)[1:]) > 60


@pytest.mark.parametrize("signed", [False, True])
def test_equal_steps_are_about_equally_far_apart(signed):
    """None of 16 steps in lightness is more than 1.6 times, or less than 0.4 times, the mean step of its arm."""
    rising = lightness(activity_table(None, signed=signed))
    arms = (rising[127::-1], rising[128:]) if signed else (rising,)
    for arm in arms:
        steps = np.diff(arm[:: len(arm) // 16])
        assert steps.max() < 1.6 * steps.mean()
        assert steps.min() > 0.4 * steps.mean()


def test_own_maps_have_names():
    np.testing.assert_array_equal(table("inferno-lifted", "--electrode-cmap"), activity_table(None, signed=False))
    np.testing.assert_array_equal(activity_table("blue-grey-orange", signed=False), activity_table(None, signed=True))
    with pytest.raises(OptionError, match="did you mean inferno-lifted"):
        table("inferno-lift", "--electrode-cmap")


@pytest.mark.parametrize("name", ["tab10", "tab20", "Set1", "Paired"])
def test_maps_of_separate_colours_are_for_groups_alone(name):
    """Groups take the colours of the catalogue in order; between these colours lies nothing."""
    own = np.round(Colormap(name).lut()[:, :3] * 255)
    np.testing.assert_allclose(group_table(name, len(own))[: len(own)], own, atol=1)
    assert len(np.unique(group_table(name, 30)[:20], axis=0)) == 20
    check_colours("gray", name, "black")
    for refused in (lambda: table(name), lambda: check_colours("gray", name, "black", has_activity=True)):
        with pytest.raises(OptionError, match=f"{name}.*separate colours, for groups"):
            refused()
