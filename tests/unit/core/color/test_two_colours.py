"""Diverging maps between two named colours."""

import colorsys

import numpy as np
import pytest
from PIL import ImageColor

import corticast as cc
from corticast.core.color.colormaps import table
from corticast.core.color.oklab import oklab_of_srgb, srgb_of_oklab
from corticast.errors import OptionError


@pytest.mark.parametrize("ends", [("red", "green"), ("#1020f0", "gold"), ("black", "white")])
@pytest.mark.parametrize("width", ["", ":0.6", ":0.8"])
def test_the_ends_are_the_named_colours_and_the_middle_is_grey(ends, width):
    colours = table("..".join(ends) + width)
    assert tuple(colours[0]) == ImageColor.getrgb(ends[0])
    assert tuple(colours[-1]) == ImageColor.getrgb(ends[1])
    red, green, blue = colours[[127, 128]].T / 255
    for middle in zip(red, green, blue, strict=True):
        assert colorsys.rgb_to_hsv(*middle)[1] < 0.02
        assert min(middle) > 0.9


@pytest.mark.parametrize("mid", [0.4, 0.5, 0.8])
def test_colours_are_half_way_to_the_ends_where_the_middle_ends(mid):
    lab = oklab_of_srgb(table(f"red..green:{mid}") / 255)
    way = np.linalg.norm(lab - lab[127], axis=1)
    place = round(127.5 * (1 - mid))
    assert way[place] == pytest.approx(way[0] / 2, rel=0.1)
    assert (np.diff(way[:128]) < 0.003).all()


def test_oklab_has_the_coordinates_of_its_author():
    # Björn Ottosson's table of XYZ inputs gives 1, 0, 0 for white; CSS Color 4 gives these for lime.
    lab = oklab_of_srgb([[1, 1, 1], [0, 1, 0]])
    assert lab == pytest.approx(np.array([[1, 0, 0], [0.86644, -0.23389, 0.17950]]), abs=2e-4)
    assert srgb_of_oklab(lab) == pytest.approx(np.array([[1, 1, 1], [0, 1, 0]]), abs=2e-3)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("red..", "cmap red..: give two colours, such as red..green"),
        ("red..blue..green", "cmap red..blue..green: give two colours, such as red..green"),
        ("red..gren", "cmap gren: unknown colour; did you mean green? give a name or #rrggbb"),
        ("red..green:2", "cmap red..green:2: the width of the middle lies between 0 and 1, such as red..green:0.8"),
    ],
)
def test_wrong_names_are_refused(name, message):
    with pytest.raises(OptionError) as caught:
        table(name)
    assert str(caught.value) == message


def electrodes():
    return cc.Electrodes(("A1", "A2"), np.array([[0.0, 0, 0], [10, 0, 0]]))


def test_the_option_sets_the_width_of_both_maps():
    scene = cc.Scene(electrodes=electrodes(), electrode_cmap="red..green", cmap_mid=0.8)
    assert scene.contact_map == "red..green:0.8"
    assert scene.volume_map is None


def test_two_widths_are_refused():
    with pytest.raises(OptionError, match=r"cmap_mid 0\.8: red\.\.green:0\.5 has the width of its middle already"):
        cc.Scene(electrodes=electrodes(), electrode_cmap="red..green:0.5", cmap_mid=0.8)


def test_the_width_does_nothing_without_two_colours():
    with pytest.raises(OptionError, match=r"cmap_mid.*: does nothing without a map of two colours"):
        cc.Scene(electrodes=electrodes(), electrode_cmap="viridis", cmap_mid=0.8)
