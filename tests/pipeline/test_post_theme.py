"""The look of the second post: red names and numbers of slices, upright ones among them, in pictures and pages."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from tests.conftest import expected
from tests.pipeline.chromium import needs_chromium, screenshot

import corticast as cc
from corticast.core.geometry.layout import TextSlot
from corticast.core.text.captions import Text
from corticast.core.text.metrics import pens_px
from corticast.gl.target import Target
from corticast.passes.labels import GlyphAtlas, LabelPass

pytestmark = pytest.mark.gl

SIZE = (900, 300)
RED = (230, 0, 0)
NAMES = ("Sagittal", "Coronal", "Transversal")
# Voxels of 2 mm, the planes go through 0: voxels 20, 25 and 15.
SHAPE, MIDDLE = (41, 51, 31), (20, 25, 15)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The same figure in three formats."""
    place = np.stack(np.meshgrid(*[np.linspace(-1, 1, n) for n in SHAPE], indexing="ij"))
    head = np.where((place**2).sum(axis=0) <= 0.9, 150, 0).astype(np.uint8)
    affine = np.diag([2.0, 2, 2, 1])
    affine[:3, 3] = -2 * np.array(MIDDLE)
    labels = frozenset({"title", "slice"})
    scene = cc.Scene(volume=cc.Volume(head, affine), theme="post", plane_mm=(0, 0, 0), labels=labels, window=(0, 200))
    folder = tmp_path_factory.mktemp("post")
    for suffix in ("png", "pdf", "svg"):
        cc.save_frame(scene, folder / f"figure.{suffix}", size=SIZE, dpi=72)
    return scene, {path.suffix[1:]: path for path in folder.iterdir()}


def reds(pixels):
    """Pixels far redder than green and blue; the volume is grey."""
    pixels = np.asarray(pixels).astype(int)
    return (pixels[..., 0] - pixels[..., 1:].max(axis=2)) > 100


def test_names_and_numbers_are_red_at_the_middle_of_the_edges(written):
    scene, paths = written
    with Image.open(paths["png"]) as image:
        pixels = np.asarray(image.convert("RGB"))
    found = reds(pixels)
    assert {tuple(colour) for colour in pixels[found]} >= {RED}
    for panel in cc.panels(scene, size=SIZE):
        x, y, width, height = panel.rect
        rows, columns = np.nonzero(found[y : y + height, x : x + width])
        # Half axes of the head in mm: names and numbers stand close to the head.
        half = [np.sqrt(0.9) * SHAPE[axis] * panel.pixels_per_mm for axis in (panel.right_axis, panel.up_axis)]
        # The head stands further right than the middle of its panel, whose left holds the number.
        column, row = panel.pixel_of(np.zeros((1, 3)))[0] + 0.5 - (x, y)
        head_left, head_top = column - half[0], row - half[1]
        # 25 points of a figure 6 inches high, 432 points: capitals of Roboto are 0.711 of the size.
        size_px = 25 / 432 * SIZE[1]
        above = rows < rows.min() + 1.5 * size_px
        assert head_top - rows[above].max() < 3 * size_px
        assert columns[above].mean() == pytest.approx(column, abs=0.3 * size_px)
        assert np.ptp(columns[above]) > 3 * size_px
        # The number runs along the left edge, and its middle is that of the panel.
        assert columns[~above].max() < max(head_left, 0) + 1.5 * size_px
        assert columns[~above].min() > head_left - 3 * size_px
        assert (rows[~above].max() + rows[~above].min()) / 2 == pytest.approx(row, abs=2)
        assert np.ptp(rows[~above]) > 2.5 * size_px


@pytest.mark.skipif(shutil.which("pdftotext") is None and not expected("poppler"), reason="poppler is not installed")
def test_a_pdf_has_the_words(written):
    _, paths = written
    said = subprocess.run(["pdftotext", "-bbox", paths["pdf"], "-"], capture_output=True, text=True, check=True).stdout
    number = r'"([\d.]+)"'
    boxes = re.findall(rf"xMin={number} yMin={number} xMax={number} yMax={number}>([^<]+)<", said)
    words = [word for *_, word in boxes]
    assert sorted(words) == sorted([*NAMES, *["Slice"] * 3, *map(str, MIDDLE)])
    for *ends, word in boxes:
        left, top, right, bottom = map(float, ends)
        # Two digits are about as long as a line is high.
        assert word.isdigit() or (right - left > bottom - top) == (word in NAMES), word


def test_an_svg_turns_its_captions(written):
    _, paths = written
    svg = "{http://www.w3.org/2000/svg}"
    turned = [
        each for each in ET.parse(paths["svg"]).getroot().iter(f"{svg}g") if "rotate(-90" in each.get("transform", "")
    ]
    assert [each.find(f"{svg}text").text for each in turned] == [f"Slice {index}" for index in MIDDLE]
    assert {each.get("fill") for each in ET.parse(paths["svg"]).getroot().iter(f"{svg}text")} == {"#e60000"}


@needs_chromium
def test_an_svg_has_its_red_where_the_picture_has(written, tmp_path):
    scene, paths = written
    found = reds(screenshot(paths["svg"], SIZE, tmp_path))
    with Image.open(paths["png"]) as image:
        drawn = reds(image.convert("RGB"))
    for x, y, width, height in (panel.rect for panel in cc.panels(scene, size=SIZE)):
        name = y + int(np.nonzero(drawn[y : y + height, x : x + width].any(axis=1))[0][0])
        for part in (np.s_[y : name + 26, x : x + width], np.s_[name + 26 : y + height, x : x + width]):
            ours, theirs = (np.argwhere(each[part]) for each in (drawn, found))
            assert np.abs(ours.min(axis=0) - theirs.min(axis=0)).max() <= 2
            assert np.abs(ours.max(axis=0) - theirs.max(axis=0)).max() <= 2


@pytest.mark.parametrize("anchor", ["l", "m", "r"])
@pytest.mark.parametrize("halo", [None, (0.0, 0.0, 1.0)])
def test_an_upright_text_is_the_level_one_turned(current_gl, anchor, halo):
    """Against NumPy's rot90: the same texels, in a square whose turn takes one slot to the other."""
    size, words = 240, "Slice 90  ·  x = −36 mm"
    drawn = []
    for slot in (TextSlot(119.5, 60.25, anchor, 19.5), TextSlot(60.25, 120.5, anchor, 19.5, upright=True)):
        target = Target(current_gl, (size, size))
        labels = LabelPass((size, size), GlyphAtlas(), (1.0, 1.0, 1.0), halo)
        with target.bound(blend=True):
            target.clear((0.0, 0.0, 0.0, 1.0))
            labels.draw([Text(words, slot, color=(1.0, 0.25, 0.0))])
        current_gl.flush()
        drawn.append(target.read())
        (x, y, width, height) = labels.rects[0]
        inked = np.argwhere(drawn[-1][..., :3].any(axis=2))
        assert (inked.min(axis=0) >= (y, x)).all()
        assert (inked.max(axis=0) < (y + height, x + width)).all()
    level, upright = drawn
    assert pens_px(words, 19.5, False)[-1] > 100
    assert level[..., 0].any()
    # Shares of a rim are blended in another order, and rounded.
    assert np.abs(np.rot90(level).astype(int) - upright).max() <= (3 if halo else 0)
    assert np.allclose(level[..., 1][level[..., 0] == 255], 64, atol=1)
