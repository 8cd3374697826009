"""Values of both signs before a brain: the largest stand out from the ground more than those near 0, by CIE L*."""

import numpy as np
import pytest
from tests.unit.film.test_in_view import BALL, RADIUS_MM

import corticast as cc

SIZE = (300, 300)
VALUES = np.array([-5.0, -4, 0.2, -0.2, 4, 5])


def scene_of(layout, theme):
    """Contacts on the left of a ball, or on the slices through its middle."""
    y = np.linspace(-50, 50, len(VALUES))
    x = -np.sqrt(RADIUS_MM**2 - y**2) + 1 if layout == "left" else np.full(len(y), -20.0)
    names = tuple(f"A{k}" for k in range(len(y)))
    columns = {"t": [f"{value:g}" for value in VALUES]}
    table = cc.Electrodes(names, np.stack([x, y, np.zeros(len(y))], axis=1), columns=columns)
    return cc.Scene(
        volume=BALL, electrodes=table, layout=layout, theme=theme, color_by="t", labels="none", caption="none",
        **({} if layout == "left" else {"plane_mm": (0, 0, 0), "window": (0, 600)}),
    )  # fmt: skip


def lightness(rgb):
    """CIE L* of sRGB in 0..255 (IEC 61966-2-1, CIE 15)."""
    share = np.asarray(rgb, float) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    y = linear @ [0.2126, 0.7152, 0.0722]
    return np.where(y > 216 / 24389, 116 * np.cbrt(y) - 16, 24389 / 27 * y)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_largest_values_stand_out_from_a_lit_surface(theme, gl):
    scene = scene_of("left", theme)
    (panel,) = cc.panels(scene, size=SIZE)
    column, row = np.rint(panel.pixel_of(scene.electrodes.pos)).astype(int).T
    discs = lightness(cc.frame(scene, size=SIZE)[row, column])
    # Of the surface beside each disc.
    ground = lightness(cc.frame(scene, size=SIZE)[row + 14, column])
    away = np.abs(discs - ground)
    assert away[[2, 3]].max() < away[[0, 1, 4, 5]].min()


def test_before_dark_slices_the_map_keeps_its_dark_middle(gl):
    scene = scene_of("axial", "dark")
    (panel,) = cc.panels(scene, size=SIZE)
    column, row = np.rint(panel.pixel_of(scene.electrodes.pos[:, :2])).astype(int).T
    discs = lightness(cc.frame(scene, size=SIZE)[row, column])
    assert discs[[2, 3]].max() < 50 < discs[[0, 1, 4, 5]].min()


@pytest.mark.parametrize("theme", ["dark", "light", "print"])
@pytest.mark.parametrize("layout", ["left", "axial"])
def test_values_near_zero_have_an_outline_that_stands_out_from_them(layout, theme, gl):
    """The middle of a signed map may be the grey of the tissue beside it."""
    scene = scene_of(layout, theme)
    (panel,) = cc.panels(scene, size=SIZE)
    pos = scene.electrodes.pos if layout == "left" else scene.electrodes.pos[:, :2]
    drawn = lightness(cc.frame(scene, size=SIZE))
    for column, row in np.rint(panel.pixel_of(pos)).astype(int)[[2, 3]]:
        across = drawn[row, column : column + 14]
        assert np.abs(across - across[0]).max() > 35
