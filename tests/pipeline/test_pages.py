"""Figures as PDF and SVG: read by poppler, Chromium, fontTools and an XML parser, and compared with the picture."""

import base64
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from fractions import Fraction
from io import BytesIO

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageFont
from scipy.ndimage import maximum_filter, minimum_filter
from tests.conftest import expected
from tests.pipeline.chromium import needs_chromium, screenshot

import corticast as cc
from corticast.app.render.frame_order import FrameOrder
from corticast.app.render.still import take_page, take_still
from corticast.core.geometry.print_size import print_size
from corticast.core.model.machine import Machine
from corticast.core.model.scene import changed
from corticast.core.text.face import BUILT_IN
from corticast.errors import CorticastWarning, OptionError
from corticast.film.timing import FilmTiming

pytestmark = pytest.mark.gl

SIZE = (480, 270)
LOW_PX, HIGH_PX = 12, 60
SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
TITLE = "Left & right <i> ärger"
# On the surface to the left, to the front and at the top, under the surface, and before it; C1 has no activity.
POSITIONS = {
    "A1": (-40, 0, 0),
    "A2": (-39, 14, 8),
    "A3": (0, 40, 0),
    "B1": (0, 0, 40),
    "B2": (0, 0, 0),
    "C1": (-50, 0, 9),
}
ACTIVITY = (0.0, 0.4, 1.0, 0.75, 0.87, 0.25)


def needs_poppler(test):
    missing = shutil.which("pdftotext") is None and not expected("poppler")
    return pytest.mark.skipif(missing, reason="poppler is not installed")(test)


def ball():
    """A ball of 40 mm, brighter to the right and to the front."""
    place = np.stack(np.meshgrid(*[np.arange(-48, 50, 2)] * 3, indexing="ij"))
    inside = (place**2).sum(axis=0) <= 40**2
    affine = np.diag([2.0, 2, 2, 1])
    affine[:3, 3] = -48
    return cc.Volume(
        np.asfortranarray(np.where(inside, 60 + 60 * (place[0] > 0) + 30 * (place[1] > 0), 0).astype(np.uint8)), affine
    )


@pytest.fixture(scope="module")
def scene():
    bad = np.array([name == "C1" for name in POSITIONS])
    table = cc.Electrodes(tuple(POSITIONS), np.array(list(POSITIONS.values()), float), "world", bad=bad)
    drive = cc.ArrayDrive(np.repeat(np.array(ACTIVITY)[:, None], 2, axis=1), 10, table.names, full_scale=1.0)
    return cc.Scene(
        volume=ball(), electrodes=table, drive=drive, layout="axial", plane_mm=(0, 0, 3), title=TITLE,
        electrode_size=(LOW_PX, HIGH_PX), window=(0, 200),
    )  # fmt: skip


@pytest.fixture(scope="module")
def written(scene, tmp_path_factory):
    """The same figure in four formats."""
    folder = tmp_path_factory.mktemp("pages")
    paths = {suffix: folder / f"figure.{suffix}" for suffix in ("png", "pdf", "svg")}
    for path in paths.values():
        cc.save_frame(scene, path, size=SIZE, dpi=72)
    return paths


def circles(path):
    """Each contact's centre, outer radius, fill, outline and opacity, by the file alone."""
    found = []
    for group in ET.parse(path).getroot().iter(f"{SVG}g"):
        for each in group.findall(f"{SVG}circle"):
            number = {name: float(each.get(name, 0)) for name in ("cx", "cy", "r", "stroke-width")}
            reach = number["r"] + number["stroke-width"] / 2
            found.append((number["cx"], number["cy"], reach, each.get("fill"), float(each.get("opacity", 1))))
    return found


def test_contacts_are_circles_where_the_panel_says(scene, written):
    """Centre by the panel's affine, diameter MIN + (MAX − MIN) · a in pixels of 1080 lines, colour by the map."""
    (panel,) = cc.panels(scene, size=SIZE)
    named = dict(zip(POSITIONS, ACTIVITY, strict=True))
    found = circles(written["svg"])
    table = np.asarray(Image.open(written["png"]).convert("RGB"))
    # Those within 10 mm of z = 3: all but B1, which is a ghost, and drawn first.
    for name, (x, y, _) in POSITIONS.items():
        column, row = panel.affine @ (x, y, 1) + 0.5
        share = 0.55 if name == "B1" else 1.0
        radius = share / 2 * (LOW_PX + (HIGH_PX - LOW_PX) * max(named[name], 0.01)) * SIZE[1] / 1080
        own, *others = [each for each in found if np.allclose(each[:3], (column, row, radius), atol=1e-3)]
        assert not others
        # So far from the plane a ghost has faded to a quarter of 0.4.
        assert own[4] == pytest.approx(0.1 if name == "B1" else 1.0, abs=1e-4)
        if name == "B2":
            assert own[3] == "#{:02x}{:02x}{:02x}".format(*table[int(row), int(column)])
    assert np.allclose(found[0][:2], panel.affine @ (0, 0, 1) + 0.5, atol=1e-3)


def test_a_hollow_contact_is_two_rings(scene, written):
    rings = [each for each in ET.parse(written["svg"]).getroot().iter(f"{SVG}circle") if each.get("fill") == "none"]
    assert len(rings) == 2
    (outline, ring) = ((float(each.get("r")), float(each.get("stroke-width"))) for each in rings)
    assert outline[0] - outline[1] / 2 == pytest.approx(ring[0] + ring[1] / 2, abs=1e-3)
    assert ring[0] - ring[1] / 2 > 0.5


def test_a_bad_channel_among_rings_has_a_bar(scene, tmp_path):
    """From the lower left to the upper right edge of the hole, in the colour of the ring."""
    cc.save_frame(changed(scene, electrode_style="ring"), tmp_path / "a.svg", time=0.1, size=SIZE)
    cc.save_frame(changed(scene, electrode_style="ring"), tmp_path / "a.pdf", time=0.1, size=SIZE)
    root = ET.parse(tmp_path / "a.svg").getroot()
    (bar,) = root.iter(f"{SVG}line")
    x1, y1, x2, y2 = (float(bar.get(name)) for name in ("x1", "y1", "x2", "y2"))
    assert x2 - x1 == pytest.approx(y1 - y2, abs=1e-3)
    assert x2 > x1
    # C1 lies farthest to the left, and its ring ends at the hole.
    rings = list(root.iter(f"{SVG}circle"))
    own = [each for each in rings if float(each.get("cx")) == min(float(each.get("cx")) for each in rings)]
    middle = [float(own[0].get(name)) for name in ("cx", "cy")]
    assert [(x1 + x2) / 2, (y1 + y2) / 2] == pytest.approx(middle, abs=1e-3)
    assert np.hypot(x2 - x1, y2 - y1) / 2 == pytest.approx(
        float(own[1].get("r")) - float(own[1].get("stroke-width")) / 2, abs=1e-3
    )
    strokes = [each.get("stroke") for each in rings]
    assert bar.get("stroke") == own[1].get("stroke")
    # All other contacts are rings without a bar: two circles each.
    assert len(strokes) == 2 * len(POSITIONS)


def test_pages_have_their_size_in_print(written):
    root = ET.parse(written["svg"]).getroot()
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("169.3333mm", "95.25mm", "0 0 480 270")
    picture = root.find(f"{SVG}image")
    assert (picture.get("width"), picture.get("height")) == ("480", "270")
    box = re.search(rb"/MediaBox \[([\d. ]+)\]", written["pdf"].read_bytes())[1].split()
    assert np.allclose([float(side) for side in box], [0, 0, *SIZE], atol=0.01)


def words_of(scene):
    """Words that the figure shows."""
    return [*TITLE.split(), "Axial", "z", "=", "3", "mm", "activity", "0", "1", "L", "R", "A", "P", "n"]


def test_texts_of_an_svg_are_text_in_a_subset_of_the_font(scene, written):
    root = ET.parse(written["svg"]).getroot()
    texts = [each.text for each in root.iter(f"{SVG}text")]
    assert root.find(f"{SVG}title").text == TITLE
    assert TITLE in texts
    assert set(words_of(scene)) <= {word for text in texts for word in text.split()}
    style = next(root.iter(f"{SVG}style")).text
    faces = re.findall(r"font-weight:(\d+);src:url\(data:font/woff;base64,([\w+/=]+)\)", style)
    fonts = {weight: TTFont(BytesIO(base64.b64decode(data))) for weight, data in faces}
    shown = {"400": set(), "500": set()}
    for each in root.iter(f"{SVG}text"):
        shown[each.get("font-weight", "400")] |= set(each.text)
    assert {weight: {chr(code) for code in font.getBestCmap()} for weight, font in fonts.items()} == shown
    # Nothing moves a glyph but its advance: labels are measured by advances.
    assert all(not {"GPOS", "GSUB", "kern"} & set(font.keys()) for font in fonts.values())
    assert all("Apache" in font["name"].getDebugName(13) and font["OS/2"].fsType == 0 for font in fonts.values())


@needs_poppler
def test_texts_of_a_pdf_are_text_in_a_subset_of_the_font(scene, written):
    said = subprocess.run(["pdftotext", written["pdf"], "-"], capture_output=True, text=True, check=True).stdout
    assert TITLE in said
    assert set(words_of(scene)) <= set(said.split())
    # Rims are no second text.
    assert said.count("· slice") == 1
    fonts = subprocess.run(["pdffonts", written["pdf"]], capture_output=True, text=True, check=True).stdout
    lines = fonts.splitlines()[2:]
    assert len(lines) == 2
    for line in lines:
        assert re.match(r"[A-Z]{6}\+Roboto", line)
        assert re.search(r"yes\s+yes\s+yes\s+\d+\s+0$", line), line
    assert len(written["pdf"].read_bytes()) < 120_000


@needs_poppler
def test_characters_that_no_font_has_are_boxes_in_a_pdf_too(scene, tmp_path, caplog, without_system_fonts):
    """The words after them stand where the picture has them."""
    path = tmp_path / "a.pdf"
    titled = changed(scene, title="left 日本 right")
    with pytest.warns(CorticastWarning, match="no font here has 日 本"):
        cc.save_frame(titled, path, size=SIZE, dpi=72)
    assert not [record for record in caplog.records if record.name.startswith("fpdf")]
    page, _ = take_page(FrameOrder(titled, None, FilmTiming(size=SIZE), Machine(), print_size(SIZE, dpi=72)))
    (title,) = [text for text in page.texts if text.text == titled.title]
    said = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True).stdout
    places = {word: float(x) for x, word in re.findall(r'xMin="([\d.]+)"[^>]*>([^<]+)</word>', said)}
    assert places["left"] == pytest.approx(title.x, abs=0.1)
    font = ImageFont.truetype(BUILT_IN.file(strong=True), 1000, layout_engine=ImageFont.Layout.BASIC)
    before_px = font.getlength("left 日本 ") * title.size_px / 1000
    # Labels are measured in sixteenths of a pixel; a box is 4 pixels wide.
    assert places["right"] - places["left"] == pytest.approx(before_px, abs=8 / 32)


def flat_parts(pixels):
    """Pixels that equal all others within two pixels, to a level."""
    box = (5, 5, 1)
    return (maximum_filter(pixels, box) - minimum_filter(pixels, box)).max(axis=2) <= 1


def agree_in_flat_parts(fidelity, kind, program, picture, page):
    assert picture.shape == page.shape
    apart = np.abs(picture - page).max(axis=2)
    flat = flat_parts(picture)
    # Contacts, ball and background have flat parts.
    colours = np.unique(picture[flat] // 8, axis=0)
    assert len(colours) > 5
    fidelity.within(f"Colour: a figure as {kind} beside the picture, flat parts", program, apart[flat], 2, "levels")
    # Edges are smoothed by another program, and stand in the same place.
    assert (apart > 64).mean() < 0.02


@needs_poppler
def test_a_pdf_has_the_colours_of_the_picture(written, tmp_path, fidelity):
    subprocess.run(["pdftoppm", "-r", "72", "-png", written["pdf"], tmp_path / "page"], check=True)
    (page,) = tmp_path.glob("page*.png")
    agree_in_flat_parts(fidelity, "PDF", "poppler", pixels_of(written["png"]), pixels_of(page))


@needs_chromium
def test_an_svg_has_the_colours_of_the_picture(written, tmp_path, fidelity):
    page = screenshot(written["svg"], SIZE, tmp_path).astype(int)
    agree_in_flat_parts(fidelity, "SVG", "Chromium", pixels_of(written["png"]), page)


def pixels_of(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def over(layer, pixels):
    """A layer over pixels in 0..1: a picture, or discs whose edges a pixel's coverage smooths."""
    if isinstance(layer, np.ndarray):
        alpha = layer[..., 3:] / 255 if layer.shape[2] == 4 else 1.0
        return layer[..., :3] / 255 * alpha + pixels * (1 - alpha)
    rows, columns = np.indices(pixels.shape[:2]) + 0.5
    for disc in layer:
        away = np.hypot(columns - disc.x, rows - disc.y)[..., None]
        outline, inside = disc.rings
        disc_share, inner = (np.clip(radius + 0.5 - away, 0, 1) for radius in (outline.outer, inside.outer))
        hole = np.clip(inside.inner + 0.5 - away, 0, 1) if inside.inner else 0.0
        if disc.bar:
            beside = np.abs(columns - disc.x + rows - disc.y)[..., None] / np.sqrt(2)
            hole *= 1 - np.clip(disc.bar / 2 + 0.5 - beside, 0, 1)
        alpha = disc_share * (1 - hole) * disc.opacity
        pixels = pixels * (1 - alpha) + alpha * (np.array(outline.color) * (1 - inner) + np.array(inside.color) * inner)
    return pixels


@pytest.mark.parametrize(
    ("layout", "options"),
    [
        ("ortho", {}),
        ("ortho", {"theme": "light"}),
        ("grid", {"render": "surface"}),
        ("lateral", {"render": "surface", "side": "left"}),
        ("3d", {"render": "glass"}),
        ("superior", {"render": "mip"}),
        ("lateral", {"render": "surface", "side": "left", "theme": "print"}),
        ("ortho", {"electrode_style": "ring"}),
        ("lateral", {"render": "surface", "side": "left", "electrode_style": "glow"}),
        ("ortho", {"electrode_style": "ball"}),
    ],
)
def test_the_layers_of_a_page_make_the_picture(scene, layout, options):
    """Contacts near a plane and away from it, on a surface, under it and behind glass, in the order they are drawn."""
    plain = changed(scene, layout=layout, labels=frozenset({"colorbar"}), caption="none", title="", **options)
    plain = changed(plain, labels=frozenset())
    timing = FilmTiming(size=SIZE)
    page, _ = take_page(FrameOrder(plain, Fraction(1, 10), timing, Machine(), print_size(SIZE)))
    pixels = np.zeros((*SIZE[::-1], 3))
    for layer in page.layers:
        pixels = over(layer, pixels)
    apart = np.abs(np.round(pixels * 255) - cc.frame(plain, Fraction(1, 10), size=SIZE).astype(int))
    assert apart.max() <= 2
    discs = next(layer for layer in page.layers if isinstance(layer, tuple))
    if options.get("electrode_style") == "ball":
        assert discs == ()
        return
    opacities = {round(disc.opacity, 4) for disc in discs}
    if layout == "lateral":
        # B2 lies in the middle of the ball, A3 and B1 at its edge.
        assert opacities == ({1.0} if "theme" in options else {0.4, 1.0})
    sizes = [disc.rings[0].outer for disc in discs]
    assert len(set(sizes)) > 2


def test_names_of_contacts_are_texts(scene, tmp_path):
    path = tmp_path / "a.svg"
    cc.save_frame(changed(scene, names="all", electrode_size=(12, 20)), path, size=(960, 540), dpi=144)
    texts = {each.text for each in ET.parse(path).getroot().iter(f"{SVG}text")}
    assert texts & set(POSITIONS) >= {"A1", "A3", "B2"}
    order = FrameOrder(changed(scene, names="all"), None, FilmTiming(size=SIZE), Machine(), print_size(SIZE))
    (page, _), still = take_page(order), take_still(order)
    assert sorted(text.text for text in still.texts) == sorted(text.text for text in page.texts)


def test_a_transparent_page(scene, tmp_path):
    path = tmp_path / "a.svg"
    cc.save_frame(changed(scene, background="none"), path, size=SIZE, dpi=72)
    data = ET.parse(path).getroot().find(f"{SVG}image").get(f"{XLINK}href").partition(",")[2]
    pixels = np.asarray(Image.open(BytesIO(base64.b64decode(data))))
    assert pixels.shape == (*SIZE[::-1], 4)
    assert pixels[0, 0, 3] == 0
    assert pixels[..., 3].max() == 255
    report = cc.save_frame(changed(scene, background="none"), tmp_path / "a.pdf", size=(1920, 1080))
    assert b"/SMask" in (tmp_path / "a.pdf").read_bytes()
    assert (report.dpi, report.width_mm) == (300, pytest.approx(162.56))


def test_a_rim_makes_texts_legible_over_contacts(scene, tmp_path):
    """A contact that reaches the letter P: the outlines of the glyphs lie between the contact and the text."""
    path = tmp_path / "a.svg"
    large = changed(scene, electrode_size=(12, 1080))
    cc.save_frame(large, path, size=SIZE, dpi=72)
    groups = list(ET.parse(path).getroot().iter(f"{SVG}g"))
    kinds = [[each.tag.removeprefix(SVG) for each in group] for group in groups]
    assert set(kinds[0]) <= {"circle", "g"}
    assert set(kinds[1]) == {"path", "text"}
    # Two strokes make a rim.
    assert re.fullmatch("(ppt|t)+", "".join(kind[0] for kind in kinds[1]))


def test_a_page_appears_when_it_is_complete(scene, tmp_path, monkeypatch):
    path = tmp_path / "a.pdf"
    path.write_text("old")
    with pytest.raises(OptionError, match=r"path .*a.pdf: exists; give overwrite"):
        cc.save_frame(scene, path, size=SIZE)
    assert path.read_text() == "old"
    from corticast.app.render.page import pdf

    monkeypatch.setattr(pdf, "png_bytes", lambda pixels: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cc.save_frame(scene, path, size=SIZE, overwrite=True)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
