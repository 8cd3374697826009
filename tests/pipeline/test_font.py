"""Pictures whose texts are all in a font of one's own."""

import shutil
import subprocess
import tomllib
import warnings

import font_roboto
import numpy as np
import pytest
from PIL import Image
from tests.conftest import expected
from tests.fonts import LATIN, cubic_font, damaged_font, made_font
from tests.unit.cli.running import run

import corticast as cc
from corticast.errors import CorticastWarning, OptionError

pytestmark = [pytest.mark.gl, pytest.mark.filterwarnings("ignore::corticast.errors.CorticastWarning")]

SIZE = (640, 360)


def scene_in(font, **options):
    """Slices and a view, with names, activity and a title."""
    place = np.stack(np.meshgrid(*[np.arange(-48, 50, 4)] * 3, indexing="ij"))
    affine = np.diag([4.0, 4, 4, 1])
    affine[:3, 3] = -48
    volume = cc.Volume(((place**2).sum(axis=0) <= 40**2).astype(np.uint8) * 100, affine)
    table = cc.Electrodes(("A1", "B2"), np.array([[-40.0, 0, 0], [0, 38, 0]]), "world")
    drive = cc.ArrayDrive(np.ones((2, 40)), 10, table.names)
    shown = {"volume": volume, "electrodes": table, "drive": drive, "layout": "grid", "title": "Ärger · 21 µV"}
    return cc.Scene(**{**shown, "names": "all", "window": (0, 100), "font": font, **options})


@pytest.fixture
def without_built_in(monkeypatch, tmp_path):
    """No file of the built-in face: a text that somebody measures or draws in it fails."""
    monkeypatch.setattr(font_roboto, "Roboto", str(tmp_path / "no-roboto.ttf"))
    monkeypatch.setattr(font_roboto, "RobotoMedium", str(tmp_path / "no-medium.ttf"))
    from corticast.core.text import fonts, metrics

    cached = fonts.font_of, metrics._advances, metrics._pens_px, metrics._capital_height_px
    for each in cached:
        each.cache_clear()
    yield
    for each in cached:
        each.cache_clear()


def test_no_text_is_measured_or_drawn_in_the_built_in_face(without_built_in, tmp_path):
    font = made_font(tmp_path / "own.ttf", family="Own")
    scene = scene_in(font)
    drawn = cc.frame(scene, time=1, size=SIZE)
    cc.render(scene, tmp_path / "film.mp4", size=SIZE, fps=10, duration=0.3)
    cc.render(scene_in(font, spin=90), tmp_path / "turn.mp4", size=(320, 180), fps=10, duration=0.3)
    cc.sheet(scene_in(font), tmp_path / "sheet.png", size=(640, 900))
    assert drawn.std() > 0
    with pytest.raises(OSError, match="cannot open resource"):
        cc.frame(scene_in(None), time=1, size=SIZE)


@pytest.mark.skipif(shutil.which("pdffonts") is None and not expected("poppler"), reason="poppler is not installed")
def test_a_pdf_holds_a_part_of_the_font_and_its_words(tmp_path):
    wide = made_font(tmp_path / "wide.ttf", width=1.3, family="Wide Sans")
    cubic = cubic_font(tmp_path / "cubic.otf")
    for font, name in ((wide, "WideSans"), (cubic, "CubicSans")):
        page = tmp_path / "figure.pdf"
        cc.save_frame(scene_in(font, layout="axial"), page, time=1, size=SIZE, overwrite=True)
        found = subprocess.run(["pdffonts", page], capture_output=True, text=True, check=True)
        listed = found.stdout.splitlines()[2:]
        assert len(listed) == 1
        # Poppler complains of a font whose kind is not the stated one.
        assert found.stderr == ""
        assert listed[0].split("+")[1].startswith(name)
        # Embedded, a subset, and with a map to Unicode.
        assert listed[0].split()[-5:-2] == ["yes", "yes", "yes"]
        words = subprocess.run(["pdftotext", page, "-"], capture_output=True, text=True, check=True).stdout
        for text in ("Ärger · 21 µV", "Axial", "z = "):
            assert text in words


@pytest.mark.skipif(shutil.which("pdftotext") is None and not expected("poppler"), reason="poppler is not installed")
def test_characters_that_the_font_lacks_are_drawn_by_the_built_in_one(tmp_path):
    font = made_font(tmp_path / "ascii.ttf", characters="".join(map(chr, range(0x20, 0x7F))), family="Own")
    cc.save_frame(scene_in(font, layout="axial"), tmp_path / "a.svg", time=1, size=SIZE)
    with pytest.warns(CorticastWarning) as said:
        cc.save_frame(scene_in(font, layout="axial"), tmp_path / "a.pdf", time=1, size=SIZE)
    lines = {str(each.message) for each in said if "font" in str(each.message)}
    assert lines == {f"font {font}: the font lacks − · ° × … – Ä µ; the built-in font draws them"}
    listed = subprocess.run(["pdffonts", tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout
    assert "+Own" in listed
    assert "+Roboto" in listed
    assert "Ärger · 21 µV" in subprocess.run(
        ["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout  # fmt: skip
    page = (tmp_path / "a.svg").read_text()
    assert "font-family=\"'Own', 'Corticast Roboto', Arial, Helvetica, sans-serif\"" in page
    assert page.count("@font-face") == 3  # its own, and two weights of the built-in face


def test_a_font_whose_licence_forbids_documents_is_refused_in_them_alone(tmp_path):
    font = made_font(tmp_path / "restricted.ttf", uses=2)
    for suffix in ("pdf", "svg"):
        with pytest.raises(OptionError, match=r"restricted.ttf: its licence \(fsType\) keeps it out of PDF and SVG"):
            cc.save_frame(scene_in(font, layout="axial"), tmp_path / f"a.{suffix}", time=1, size=SIZE)
        assert not (tmp_path / f"a.{suffix}").exists()
    cc.save_frame(scene_in(font, layout="axial"), tmp_path / "a.png", time=1, size=SIZE)


def test_saved_scenes_and_own_defaults_name_the_font(capsys, tmp_path, monkeypatch):
    folder = tmp_path / "fonts"
    folder.mkdir()
    made_font(folder / "own.ttf", characters=LATIN)
    Image.fromarray(np.zeros((60, 80, 3), np.uint8)).save(tmp_path / "a.png")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("sys.platform", "linux")
    asked = ("--image", "a.png", "--layout", "image", "--title", "Title", "--size", "320x240")
    status, _, err = run(capsys, "frame", *asked, "--font", "fonts/own.ttf", "--save-scene", "s.toml", "-o", "b.png")
    assert status == 0, err
    assert tomllib.loads((tmp_path / "s.toml").read_text())["font"] == "fonts/own.ttf"
    # Paths of a scene file start at its folder.
    monkeypatch.chdir(folder)
    assert run(capsys, "frame", "../s.toml", "-o", "again.png")[0] == 0
    assert (folder / "again.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert run(capsys, "config", "font", "own.ttf") == (0, "", "")
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "config", "font")[1] == f"{folder / 'own.ttf'}\n"
    status, _, err = run(capsys, "frame", *asked, "-o", "c.png", "-v")
    assert "font" in err
    assert (tmp_path / "c.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    status, _, err = run(capsys, "config", "font", "a.png")
    assert (status, err.strip()) == (2, "corticast: --font a.png: no font; give a .ttf or .otf file")


def test_a_font_is_refused_before_anything_is_drawn(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.zeros((60, 80, 3), np.uint8)).save(tmp_path / "a.png")
    status, out, err = run(capsys, "frame", "--image", "a.png", "--layout", "image", "--font", "a.png", "-o", "b.png")
    assert (status, out) == (2, "")
    assert err.strip() == "corticast: --font a.png: no font; give a .ttf or .otf file"
    with warnings.catch_warnings(), pytest.raises(OptionError, match=r"^font .*none.ttf: no such file"):
        cc.frame(scene_in(tmp_path / "none.ttf"), time=1, size=SIZE)


@pytest.mark.parametrize("table", ["loca", "GSUB", "GPOS"])
def test_a_damaged_font_is_refused_before_a_page_is_drawn(table, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(np.zeros((60, 80, 3), np.uint8)).save("a.png")
    font = damaged_font(tmp_path / "own.ttf", table)
    monkeypatch.setattr("corticast.app.render.figure.take_page", None)
    before = set(tmp_path.iterdir())
    for page in ("b.pdf", "b.svg"):
        asked = ("--image", "a.png", "--layout", "image", "--title", "Title", "--font", "own.ttf", "-o", page)
        status, out, err = run(capsys, "frame", *asked)
        assert (status, out) == (2, "")
        assert err.count("\n") == 1
        assert err.startswith(f"corticast: --font {font}: a damaged font (")
        assert err.endswith("); get the file again\n")
    assert set(tmp_path.iterdir()) == before


def test_a_damaged_glyph_of_a_page_is_refused(tmp_path, monkeypatch):
    """A glyph beyond those that are tried beforehand."""
    monkeypatch.setattr("corticast.app.render.figure._faults_in_page", lambda face: ())
    font = damaged_font(tmp_path / "own.ttf", "loca")
    for page in ("b.pdf", "b.svg"):
        with pytest.raises(OptionError, match=r"own.ttf: a damaged font \(TTLibError\); get the file again"):
            cc.save_frame(scene_in(font, layout="axial"), tmp_path / page, time=1, size=SIZE)
        assert not (tmp_path / page).exists()


def test_a_font_without_a_name_is_drawn_in_a_page(tmp_path):
    with pytest.warns(CorticastWarning, match="fontTools reports: skipping malformed name record"):
        cc.save_frame(
            scene_in(damaged_font(tmp_path / "own.ttf", "name", 0, seed=50)), tmp_path / "a.pdf", time=1, size=SIZE
        )
    assert b"own" in (tmp_path / "a.pdf").read_bytes()


def test_faults_of_a_font_are_lines_of_reports(tmp_path, caplog):
    font = damaged_font(tmp_path / "own.ttf", "hmtx")
    for file in ("b.pdf", "b.svg", "b.png"):
        report = cc.save_frame(scene_in(font, layout="axial"), tmp_path / file, time=1, size=SIZE)
        assert sum("fontTools reports" in line for line in report.warnings) == 1
    report = cc.sheet(scene_in(font), tmp_path / "sheet.png", size=(640, 900))
    assert sum("fontTools reports" in line for line in report.warnings) == 1
    assert not [record for record in caplog.records if record.name.startswith("fontTools")]
