"""Themes: contrast by the formula of WCAG, the scene's own choices, and what a saved scene holds."""

import numpy as np
import pytest

import corticast as cc
from corticast.core.color.colormaps import activity_table, group_table, table
from corticast.core.color.themes import THEMES, theme_of
from corticast.core.model.changed_defaults import changed_since
from corticast.core.model.scene_file import SceneFile
from corticast.errors import OptionError
from corticast.film.opening import open_film
from corticast.io.scene import scene_values


def luminance(rgb):
    """Relative luminance, WCAG 2.2."""
    rgb = np.asarray(rgb, dtype=float)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722)


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def volume():
    return cc.Volume(np.zeros((4, 4, 4), np.uint8), np.eye(4))


@pytest.mark.parametrize("name", THEMES)
def test_texts_stand_out_from_the_ground(name):
    theme = THEMES[name]
    # The faintest texts, the lines at the foot, are drawn with this opacity; warnings with opacity 1.
    for ink, opacity in ((theme.text, 0.8), (theme.warning, 1.0)):
        mixed = opacity * np.asarray(ink) + (1 - opacity) * np.asarray(theme.ground)
        assert contrast(mixed, theme.ground) >= 4.5
    assert contrast(theme.panel_ink or theme.text, theme.ground) >= 4.5


@pytest.mark.parametrize("background", ["white", "black", "#808080", "#777777", "#ff0000", "navy", "yellow", "#5a5a5a"])
@pytest.mark.parametrize("name", THEMES)
def test_texts_stand_out_from_any_background(name, background):
    theme = theme_of(cc.Scene(volume=volume(), theme=name, background=background))
    assert contrast(theme.text, theme.ground) >= 4.5
    assert contrast(theme.panel_ink or theme.text, theme.ground) >= 4.5
    assert theme.is_light == (luminance(theme.ground) > luminance(theme.text))


def test_a_scene_overrides_its_theme():
    scene = cc.Scene(volume=volume(), theme="print", background="#102030", cmap="viridis")
    theme = theme_of(scene)
    assert (theme.background, theme.cmap, theme.ghosts) == ("#102030", "viridis", False)
    assert theme.text == THEMES["dark"].text
    assert theme_of(cc.Scene(volume=volume())) == THEMES["dark"]
    clear = theme_of(cc.Scene(volume=volume(), theme="light", background="none"))
    assert clear.premultiplied == (0, 0, 0, 0)
    assert clear.text == THEMES["light"].text


def test_unknown_themes_are_refused():
    with pytest.raises(OptionError, match=r"theme.*litght.*light"):
        cc.Scene(volume=volume(), theme="litght")


def lightness(colours):
    y = luminance(np.asarray(colours) / 255)
    return 116 * np.where(y > (6 / 29) ** 3, np.cbrt(y), y / (3 * (6 / 29) ** 2) + 4 / 29) - 16


@pytest.mark.parametrize("name", THEMES)
def test_all_colours_of_contacts_stand_out_from_the_ground(name):
    """No colour of a default map comes nearer to the ground than 20 of 100 steps of lightness."""
    theme = THEMES[name]
    ground = lightness(255 * np.asarray(theme.ground))
    for colours in (
        activity_table(None, signed=False, theme=theme),
        activity_table(None, signed=True, theme=theme),
        group_table(None, 10, on_paper=theme.is_light)[:10],
    ):
        assert np.abs(lightness(colours) - ground).min() > 19


def test_more_is_darker_on_paper():
    falling = lightness(activity_table(None, signed=False, theme=THEMES["light"]))
    assert np.diff(falling).max() < 0.3
    assert falling[0] - falling[-1] > 50
    middle = lightness(activity_table(None, signed=True, theme=THEMES["light"]))
    for arm in (middle[127::-1], middle[128:]):
        assert np.diff(arm).max() < 0.3
        assert arm[0] - arm[-1] > 30


def test_greys_of_print_are_even_and_leave_out_the_ends():
    grey = table("gray-print")
    assert (grey == grey[:, :1]).all()
    steps = np.diff(lightness(grey[::15]))
    np.testing.assert_allclose(steps, steps.mean(), rtol=0.1)
    np.testing.assert_allclose(lightness(grey[[0, -1]]), (16, 93), atol=0.3)


@pytest.mark.parametrize("theme", THEMES)
def test_a_saved_scene_holds_the_values_of_its_theme(tmp_path, theme):
    import nibabel

    nibabel.save(nibabel.Nifti1Image(np.arange(64, dtype=np.uint8).reshape(4, 4, 4), np.eye(4)), tmp_path / "v.nii")
    table_file = tmp_path / "e.tsv"
    table_file.write_text("name\tx\ty\tz\nA1\t1\t1\t1\n")
    scene = cc.Scene(volume=cc.load_volume(tmp_path / "v.nii"), electrodes=cc.load_electrodes(table_file), theme=theme)
    scene.save(tmp_path / "scene.toml")
    again = cc.load_scene(tmp_path / "scene.toml")
    saved = (tmp_path / "scene.toml").read_text()
    assert f'background = "{THEMES[theme].background}"' in saved
    # The map stays open: a statistic has another one than the theme's.
    assert (again.theme, again.background, again.cmap) == (theme, THEMES[theme].background, None)
    assert theme_of(again).cmap == THEMES[theme].cmap
    assert theme_of(again) == theme_of(scene)


def test_the_drive_of_the_post_has_a_white_figure(tmp_path):
    electrodes = cc.Electrodes(("A1",), np.zeros((1, 2)), space="picture")
    drive = cc.PostDrive(cc.SampledSound(np.zeros((1, 44100), np.float32), 44100, "one"))
    assert theme_of(cc.Scene(electrodes=electrodes, drive=drive)).background == "white"
    assert theme_of(cc.Scene(electrodes=electrodes, drive=drive, theme="dark")).background == "black"
    file = SceneFile(electrodes="e.tsv", audio="a.wav", drive="post")
    saved = scene_values(file, tmp_path)
    assert (saved["theme"], saved["background"]) == ("post", "white")
    assert any("white with drive" in note for note in changed_since("0.2.0", {"drive": "post"}))


def test_a_surface_without_ghosts_says_what_it_leaves_out():
    values = np.zeros((30, 30, 30), np.uint8)
    values[8:22, 8:22, 8:22] = 100
    brain = cc.Volume(values, np.diag([5.0, 5.0, 5.0, 1.0]))
    electrodes = cc.Electrodes(("A1",), np.full((1, 3), 70.0), space="world")
    for more, counts in (({"theme": "print"}, True), ({"theme": "light"}, False), ({"ghosts": "off"}, True)):
        scene = cc.Scene(volume=brain, electrodes=electrodes, layout="lateral", render="surface", **more)
        assert any("under the surface" in line for line in open_film(scene, still=True).warnings) == counts


def test_contacts_that_are_left_out_are_counted():
    pos = np.array([[1.0, 1, 1], [1, 1, 40], [60, 70, 80]])
    electrodes = cc.Electrodes(("A1", "A2", "A3"), pos, space="world")
    values = {"electrodes": electrodes, "plane_mm": (1, 1, 1), "layout": "axial", "electrode_depth": 5}
    for more, by in (({"ghosts": "off"}, "--ghosts off"), ({"theme": "print"}, "--theme print")):
        film = open_film(cc.Scene(**values, **more), still=True)
        assert f"{by}: leaves 2 of 3 contacts, which lie more than 5 mm from each slice" in "".join(film.warnings)
    for more in ({}, {"theme": "print", "ghosts": "on"}):
        assert "leaves" not in "".join(open_film(cc.Scene(**values, **more), still=True).warnings)


def test_groups_keep_their_hues_on_every_ground():
    """A slide and a page of one patient agree; yellow alone, which paper swallows, is darker there."""
    dark, light = (group_table(None, 10, on_paper=on_paper)[:10] for on_paper in (False, True))
    assert np.flatnonzero((dark != light).any(axis=1)).tolist() == [3]
    hues = [np.arctan2(b, a) for _, a, b in oklab(np.array([dark[3], light[3]]) / 255)]
    np.testing.assert_allclose(*hues, atol=0.03)


def linear(rgb):
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def oklab(rgb):
    """Oklab by the matrices as Ottosson published them (2020)."""
    to_cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return np.cbrt(linear(rgb) @ to_cones.T) @ to_lab.T


def as_deuteranope(rgb):
    """Colours as a deuteranope sees them, by Machado, Oliveira and Fernandes (2009)."""
    seen = np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]])
    values = np.clip(linear(rgb) @ seen.T, 0, 1)
    return np.where(values <= 0.0031308, 12.92 * values, 1.055 * values ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("on_paper", [False, True])
def test_ten_groups_are_distinct(on_paper):
    """Okabe and Ito's own colours lie 0.156 apart in Oklab, and 0.076 as a deuteranope sees them."""
    colours = group_table(None, 10, on_paper=on_paper)[:10] / 255
    for seen, least in ((colours, 0.13), (as_deuteranope(colours), 0.075)):
        lab = oklab(seen)
        apart = np.linalg.norm(lab[:, None] - lab, axis=2)[np.triu_indices(10, 1)]
        assert apart.min() > least


@pytest.mark.parametrize("name", ["dark", "light"])
def test_colours_of_twenty_groups_lie_apart(name):
    """At least 23 apart in CIE L*a*b* (D65), and 19 steps of lightness from the ground."""
    theme = THEMES[name]
    colours = group_table(None, 20, on_paper=theme.is_light)[:20]
    share = colours / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
    )
    ratios = linear @ to_xyz.T / [0.95047, 1, 1.08883]
    f = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    lab = np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)
    apart = np.linalg.norm(lab[:, None] - lab, axis=2)[~np.eye(20, dtype=bool)]
    assert apart.min() > 23
    assert np.abs(lab[:, 0] - lightness(255 * np.asarray(theme.ground))).min() > 19
