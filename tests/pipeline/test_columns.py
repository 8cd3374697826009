"""Contacts that a column colours and gives their size: pixels against cmap, matplotlib's colours and formulas."""

import json
from dataclasses import replace

import numpy as np
import pytest
from cmap import Colormap
from PIL import Image
from tests.pipeline.command import run

import corticast as cc
from corticast.app.render.drawing import compositor_of
from corticast.core.color.themes import contrast
from corticast.core.geometry.scene_layout import layout_of
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming
from corticast.film.words import caption_of

SIZE = (640, 480)
N = 12
NAMES = tuple(f"LA{k}" for k in range(1, N + 1))
# Far apart on a picture, so that each contact's pixels are its own.
POS = np.array([[60 + 80 * (k % 4), 60 + 90 * (k // 4)] for k in range(N)], float)
VALUES = np.array([-6.4, -3, -1.9, -0.5, 0, 0.7, 2.1, 3.3, 4.2, 5, 6, np.nan])
GREY = 128
LARGE = {"electrode_size": (60, 60)}
OKABE_ITO = [(230, 159, 0), (86, 180, 233), (0, 158, 115)]


def values_of(values=VALUES, title="t"):
    cells = tuple("n/a" if np.isnan(value) else repr(float(value)) for value in values)
    return cc.ContactValues(NAMES, {title: cells}, {title: "a.u."})


def scene_of(columns=None, **options):
    picture = cc.Picture(np.zeros((330, 400, 3), np.uint8))
    table = cc.Electrodes(NAMES, POS, "picture", columns=columns or {})
    return cc.Scene(image=picture, electrodes=table, **options)


def at_contacts(scene):
    image = cc.frame(scene, size=SIZE)
    (panel,) = cc.panels(scene, size=SIZE)
    return image, np.rint(panel.pixel_of(POS)).astype(int)


def colours_at(scene):
    image, places = at_contacts(scene)
    return image[places[:, 1], places[:, 0]].astype(int)


def diameters(scene):
    """Diameter of each contact in pixels, from the area that is not black around it."""
    image, places = at_contacts(scene)
    return np.array(
        [2 * np.sqrt(image[y - 30 : y + 31, x - 30 : x + 31].max(axis=2).astype(bool).sum() / np.pi) for x, y in places]
    )


@pytest.mark.gl
@pytest.mark.parametrize("name", ["RdBu_r", "viridis"])
@pytest.mark.parametrize("symmetric", [False, True])
def test_each_contact_has_the_colour_of_its_value(name, symmetric):
    values = VALUES if symmetric else np.abs(VALUES)
    scene = scene_of(values=values_of(values), electrode_cmap=name, symmetric=symmetric, **LARGE)
    shares = (values + 6.5) / 13 if symmetric else values / 6.5
    expected = np.array([Colormap(name)(share).rgba8[:3] for share in shares[:-1]])
    colours = colours_at(scene)
    assert np.abs(colours[:-1] - expected).max() <= 4
    # Without a value: hollow, so that the picture shows in the middle.
    assert (colours[-1] == 0).all()


@pytest.mark.gl
def test_contacts_below_the_threshold_are_small_and_grey():
    whole, part = scene_of(values=values_of(), **LARGE), scene_of(values=values_of(), threshold=2, **LARGE)
    below = np.abs(VALUES) < 2
    before, after = colours_at(whole), colours_at(part)
    assert (after[below] == GREY).all()
    assert (after[~below] == before[~below]).all()
    shares = diameters(part) / diameters(whole)
    np.testing.assert_allclose(shares[below], 0.5, atol=0.12)
    np.testing.assert_allclose(shares[~below], 1, atol=1e-9)


@pytest.mark.gl
def test_contacts_without_a_value_are_smaller_than_those_with_one():
    """Hollow rings of 0.65 of the diameter: smaller than any value, larger than values below a threshold."""
    image, places = at_contacts(scene_of(values=values_of(), **LARGE))
    reach = 30
    widths = [(image[y, x - reach : x + reach + 1].max(axis=-1) > 60).nonzero()[0] for x, y in places]
    drawn = np.array([columns.max() + 1 - columns.min() for columns in widths], dtype=float)
    np.testing.assert_allclose(drawn[-1] / drawn[:-1].mean(), 0.65, atol=0.06)


@pytest.mark.gl
def test_values_near_zero_stand_out_from_a_brain_as_grey_as_they_are():
    """On dark grounds their map has a grey middle: a light outline surrounds each disc, 3 to 1 by WCAG 2.2, 1.4.11."""
    scene = scene_of(values=values_of(np.append(np.linspace(-0.1, 0.1, N - 1), 5.0)), **LARGE)
    middle = colours_at(scene)[N // 2]
    pixels = np.full((330, 400, 3), middle, np.uint8)
    image, places = at_contacts(replace(scene, image=cc.Picture(pixels)))
    for x, y in places:
        brightest = image[y - 30 : y + 31, x].max(axis=0)
        assert contrast(tuple(brightest / 255), tuple(middle / 255)) > 3


@pytest.mark.gl
def test_the_bar_is_grey_where_values_are_hidden():
    image = cc.frame(scene_of(values=values_of(), threshold=2.6), size=SIZE)
    film = open_film(scene_of(values=values_of(), threshold=2.6), FilmTiming(size=SIZE), still=True)
    x, y, width, height = layout_of(film.scene, film.placed, film.timing.size).colorbar
    column = image[y : y + height, x + width // 2].astype(int)
    grey = np.flatnonzero((column == GREY).all(axis=1))
    np.testing.assert_allclose((grey.min(), grey.max() + 1), [height * (1 - 9.1 / 13), height * (1 - 3.9 / 13)], atol=1)
    assert len(grey) == grey.max() + 1 - grey.min()


@pytest.mark.gl
def test_diameters_are_monotone_in_magnitude():
    scene = scene_of(values=values_of(), color_by=None, size_by="t", electrode_size=(18, 90))
    drawn, magnitudes = diameters(scene), np.abs(VALUES)
    n = N - 1
    expected = (18 + 72 * magnitudes[:n] / 6.4) * SIZE[1] / 1080
    # Dark outlines are not counted.
    np.testing.assert_allclose(drawn[:n], expected, atol=1.6)
    order = np.argsort(magnitudes[:n])
    assert (np.diff(drawn[:n][order]) > -0.3).all()
    # One without a value has the least.
    assert drawn[n] <= drawn[:n].min() + 0.5


@pytest.mark.gl
def test_the_key_shows_the_diameters_that_contacts_have(current_gl):
    scene = scene_of(values=values_of(), color_by="t", size_by="t", electrode_size=(12, 60))
    size = (1280, 960)
    film = open_film(scene, FilmTiming(size=size), still=True)
    compositor = compositor_of(current_gl, film, size)
    image = compositor.draw(film.still()).read()[:, :, :3]
    x, y, width, height = layout_of(film.scene, film.placed, film.timing.size).size_key
    key = image[y : y + height, x : x + width].astype(int)
    # The grey of discs, which no antialiased text has over an area.
    grey = (np.abs(key - GREY) <= 1).all(axis=2)
    rows = np.flatnonzero(grey.sum(axis=1) > 3)
    first, second = np.split(rows, np.flatnonzero(np.diff(rows) > 4) + 1)
    for found, value in ((first, 2), (second, 5)):
        outer = (12 + 48 * value / 6.4) * 960 / 1080
        outline = min(2 * 960 / 1080, 0.15 * outer)
        assert len(found) + 2 * outline == pytest.approx(outer, abs=2.5)


@pytest.mark.gl
def test_words_have_colours_and_a_legend(current_gl):
    words = ("STG",) * 4 + ("MTG",) * 4 + ("IFG",) * 3 + ("n/a",)
    scene = scene_of({"region": words}, color_by="region")
    image, _ = at_contacts(scene)
    expected = [OKABE_ITO[("STG", "MTG", "IFG").index(word)] for word in words[:-1]]
    assert (colours_at(scene)[:-1] == expected).all()
    # Chips of the legend stand at the right.
    chips = image[:, -150:]
    assert [(chips == colour).all(axis=2).sum() > 20 for colour in OKABE_ITO] == [True] * 3
    film = open_film(scene, FilmTiming(size=SIZE), still=True)
    texts = texts_of(current_gl, film)
    assert [text for text in texts if text in ("region", "STG", "MTG", "IFG")] == ["region", "STG", "MTG", "IFG"]


@pytest.mark.parametrize("color_by", ["group", None])
@pytest.mark.parametrize("bar_title", ["", "Shaft"])
@pytest.mark.gl
def test_groups_have_a_legend_without_a_title_unless_one_is_given(current_gl, color_by, bar_title):
    groups = ("LA",) * 6 + ("RA",) * 6
    film = open_film(
        scene_of({"group": groups}, color_by=color_by, bar_title=bar_title), FilmTiming(size=SIZE), still=True
    )
    texts = texts_of(current_gl, film)
    assert [text for text in texts if text in ("group", "Shaft", "LA", "RA")] == [
        *[bar_title] * bool(bar_title),
        "LA",
        "RA",
    ]


def texts_of(context, film):
    captions = compositor_of(context, film, film.timing.size)._captions._captions
    return [text.text for text in captions.resting(film.still())]


@pytest.mark.gl
def test_the_bar_names_the_column_its_unit_and_its_ends(current_gl):
    film = open_film(scene_of(values=values_of(), threshold=2), FilmTiming(size=SIZE), still=True)
    texts = texts_of(current_gl, film)
    assert {"−6.5", "6.5", "0"} <= set(texts)
    assert "t (a.u.)" in texts
    foot = "colour: t (a.u.) · grey: 4 with |t| < 2 · hollow: 1 without a value · n = 11 contacts"
    assert caption_of(film) == foot
    titled = open_film(scene_of(values=values_of(), bar_title="Effect"), FilmTiming(size=SIZE), still=True)
    assert "Effect" in texts_of(current_gl, titled)
    assert "t (a.u.)" not in texts_of(current_gl, titled)


@pytest.fixture
def files(tmp_path):
    Image.fromarray(np.zeros((330, 400, 3), np.uint8)).save(tmp_path / "head.png")
    rows = [f"{name}\t{x}\t{y}\tSTG" for name, (x, y) in zip(NAMES, POS, strict=True)]
    (tmp_path / "contacts.tsv").write_text("\n".join(["name\tx_2d\ty_2d\tregion", *rows]) + "\n")
    cells = [f"{name}\t{'n/a' if np.isnan(value) else value}" for name, value in zip(NAMES, VALUES, strict=True)]
    (tmp_path / "t.tsv").write_text("\n".join(["name\tt", *cells, "X9\t3"]) + "\n")
    (tmp_path / "t.json").write_text(json.dumps({"t": {"Units": "a.u."}}))
    return tmp_path


def test_frames_films_and_saved_scenes_report_columns(files):
    inputs = ["--image", files / "head.png", "--electrodes", files / "contacts.tsv", "--values", files / "t.tsv"]
    options = ["--threshold", 2, "--size-by", "t", "--size", "160x120", "--color-by", "t"]
    done = run("frame", *inputs, *options, "-o", files / "frame.png")
    colour = "colour by t (a.u.) of t.tsv, −6.5 to 6.5 on blue-grey-orange, 4 with |t| below 2 are small and grey, "
    assert colour + "1 without a value are hollow\n" in done.stdout, done
    assert "size by t (a.u.) of t.tsv, |t| from 0 to 6.4, 1 without a value are hollow\n" in done.stdout
    assert "t.tsv: 1 of 13 rows name no contact of the table, and are not shown: X9" in done.stderr
    film = files / "film.mp4"
    done = run("render", *inputs, *options, "--frames", 2, "-o", film, "--save-scene", files / "scene.toml")
    assert colour in done.stdout, done
    scene = cc.load_scene(files / "scene.toml")
    assert (scene.color_by, scene.size_by, scene.threshold) == ("t", "t", 2)
    scene.save(files / "again.toml")
    again = cc.load_scene(files / "again.toml")
    assert (cc.frame(again, size=(160, 120)) == cc.frame(scene, size=(160, 120))).all()
    report = cc.render(scene, files / "other.mp4", size=(160, 120), frames=2)
    facts = report.columns["Columns"]["Colour"]
    assert (facts["Column"], facts["Unit"], facts["Range"], facts["Below"]) == ("t", "a.u.", [-6.5, 6.5], 4)
    assert report.methods.startswith("Colour by t (a.u.) of t.tsv, −6.5 to 6.5 on blue-grey-orange")


def test_a_dataset_takes_no_values_of_one_file(files):
    done = run("render", "--bids", files, "-o", files / "out", "--values", files / "t.tsv")
    assert done.returncode == 2
    assert "contacts of several subjects bear the same names; give --color-by" in done.stderr
