"""Texts of other scripts in pictures, and the same in PDF and SVG: read by poppler and Chromium."""

import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter
from tests.fonts import DEJAVU, font_of_characters, made_font
from tests.pipeline.chromium import needs_chromium, screenshot
from tests.pipeline.test_pages import ball, needs_poppler
from tests.unit.core.text.test_units import needs_libraqm

import corticast as cc

pytestmark = [pytest.mark.gl, pytest.mark.filterwarnings("ignore::corticast.errors.CorticastWarning")]

SIZE = (960, 540)
TEXTS = {"title": "مريض رقم 12 (جراحة)", "caption": "קֶצֶב הלב, 脳 A-1 Ж"}


@pytest.fixture
def figures(system_fonts, tmp_path):
    """A figure in each format."""
    shutil.copy(DEJAVU, system_fonts)
    font_of_characters(system_fonts / "other.ttf", "脳")
    table = cc.Electrodes(("יד1",), np.array([[0.0, 0, 0]]), "world")
    scene = cc.Scene(volume=ball(), electrodes=table, layout="axial", names="all", window=(0, 200), **TEXTS)
    files = {kind: tmp_path / f"figure.{kind}" for kind in ("png", "pdf", "svg")}
    for file in files.values():
        cc.save_frame(scene, file, size=SIZE, dpi=72)
    return files


def lines_of(pixels):
    """Title and caption of a picture, blurred: renderers smooth glyphs each in their own way."""
    brightness = gaussian_filter(pixels[..., :3].mean(axis=-1), 1.0)
    height = len(brightness)
    return {"title": brightness[: height // 12], "caption": brightness[-height // 12 :]}


def agree(some, others):
    for place, line in lines_of(some).items():
        other = lines_of(others)[place]
        assert line.max() > 60, place
        assert np.corrcoef(line.ravel(), other.ravel())[0, 1] > 0.95, place


@needs_libraqm
@needs_poppler
def test_a_pdf_shows_what_the_picture_shows_and_holds_the_words(figures, tmp_path):
    said = subprocess.run(["pdftotext", figures["pdf"], "-"], capture_output=True, text=True, check=True).stdout
    # Poppler marks directions, and orders numbers and brackets between them in its own way.
    words = "".join(c for c in said if c not in "\u202a\u202b\u202c")
    for text in ("مريض رقم", "جراحة", "קֶצֶב הלב", "脳 A-1 Ж", "יד1"):
        assert text in words
    page = tmp_path / "page"
    to = ["-scale-to-x", str(SIZE[0]), "-scale-to-y", str(SIZE[1])]
    subprocess.run(["pdftoppm", "-singlefile", "-png", *to, figures["pdf"], page], check=True)
    agree(np.array(Image.open(figures["png"])), np.array(Image.open(page.with_suffix(".png"))))


@needs_libraqm
@needs_chromium
def test_an_svg_shows_what_the_picture_shows_and_holds_the_words(figures, tmp_path):
    page = figures["svg"].read_text()
    for text in (*TEXTS.values(), "יד1"):
        assert f">{text}</text>" in page
    agree(np.array(Image.open(figures["png"])), screenshot(figures["svg"], SIZE, tmp_path))


@needs_libraqm
@needs_poppler
def test_a_font_of_the_same_family_and_a_lone_mark_are_drawn_in_a_pdf(system_fonts, tmp_path):
    shutil.copy(DEJAVU, system_fonts)
    own = made_font(tmp_path / "own.ttf", family="DejaVu Sans")
    scene = cc.Scene(volume=ball(), layout="axial", title="A שלום", caption="\u05b7 b", font=own, window=(0, 200))
    cc.save_frame(scene, tmp_path / "a.pdf", size=SIZE, dpi=72)
    said = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert "שלום" in said
    assert "A" in said


def test_a_line_names_the_font_that_draws_other_characters(system_fonts, tmp_path):
    font_of_characters(system_fonts / "other.ttf", "脳", family="Of Kanji")
    with pytest.warns(cc.errors.CorticastWarning, match="lacks 脳; Of Kanji, a font of the system, draws them"):
        cc.frame(cc.Scene(volume=ball(), layout="axial", title="脳 1"), size=SIZE)
