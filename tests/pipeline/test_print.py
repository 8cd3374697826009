"""Frames with a size in print, as Pillow reads it."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from tests.pipeline.test_stills import SIZE, files, head  # noqa: F401
from tests.unit.cli.running import run

import corticast as cc
from corticast.core.geometry.rooms import CAPTION_PX, TITLE_PX
from corticast.errors import OptionError

pytestmark = pytest.mark.gl

SVG = "{http://www.w3.org/2000/svg}"

LINE = ("frame", "--volume", "T1w.nii.gz", "--layout", "axial", "--window", "0,240", "--size", "240x160")


@pytest.fixture
def folder(files, monkeypatch, tmp_path):  # noqa: F811
    monkeypatch.chdir(files)
    return tmp_path


def in_print(path):
    """Pixels, and mm across, by what the file says."""
    with Image.open(path) as image:
        x_dpi, y_dpi = image.info["dpi"]
        assert float(x_dpi) == pytest.approx(float(y_dpi))
        return image.size, float(x_dpi), image.size[0] / float(x_dpi) * 25.4


@pytest.mark.parametrize("suffix", [".png", ".tiff", ".jpg"])
@pytest.mark.parametrize(("width", "mm"), [("60mm", 60), ("6cm", 60), ("2.5in", 63.5)])
def test_a_file_states_its_size_in_print(capsys, folder, suffix, width, mm):
    """The shape is that of --size; pixels = width · dpi."""
    path = folder / f"figure{suffix}"
    status, said, _ = run(capsys, *LINE, "-o", str(path), "--width", width, "--dpi", "150")
    assert status == 0
    size, dpi, found_mm = in_print(path)
    pixels = round(mm / 25.4 * 150)
    assert size == (pixels, round(pixels * 160 / 240))
    assert dpi == pytest.approx(150, abs=0.02)
    assert found_mm == pytest.approx(mm, abs=25.4 / 150)
    facts, planes, page = said.splitlines()
    high_mm = mm * size[1] / size[0]
    assert facts == f"{path}: {size[0]}x{size[1]}, {mm:.1f} x {high_mm:.1f} mm at 150 dpi"
    assert planes.startswith("planes: axial at z = 2 mm, since the slice at z = 0 mm shows less than ")
    assert page == "page: black, as on screen; for white paper give --theme print or light"


@pytest.mark.parametrize("chosen", [("--theme", "print"), ("--theme", "dark"), ("--background", "navy")])
def test_a_ground_that_is_chosen_is_not_mentioned(capsys, folder, chosen):
    """A page in print is black by default, as every picture; a line says so."""
    path = str(folder / "figure.pdf")
    assert "page: black" in run(capsys, *LINE, "-o", path)[1]
    status, said, _ = run(capsys, *LINE, "-o", path, "--overwrite", *chosen)
    assert status == 0
    assert "page:" not in said
    assert "page:" not in run(capsys, *LINE, "-o", str(folder / "screen.png"))[1]


def test_a_width_alone_means_300_dpi_and_a_resolution_alone_keeps_the_pixels(capsys, folder):
    wide, fine, plain = (str(folder / name) for name in ("wide.png", "fine.tif", "plain.png"))
    assert run(capsys, *LINE, "-o", wide, "--width", "20mm")[0] == 0
    assert in_print(wide)[0] == (236, 157)
    bare = (*LINE, "--labels", "none")
    assert run(capsys, *bare, "-o", fine, "--dpi", "600")[0] == 0
    assert in_print(fine) == (SIZE, pytest.approx(600), pytest.approx(10.16))
    assert run(capsys, *bare, "-o", plain)[0] == 0
    with Image.open(plain) as image, Image.open(fine) as other:
        assert "dpi" not in image.info
        assert other.info["compression"] == "tiff_lzw"
        np.testing.assert_array_equal(np.asarray(image), np.asarray(other))


@pytest.mark.parametrize(
    ("options", "wording"),
    [
        (("--dpi", "0"), "--dpi 0: give a number of at least 10 and up to 10000, such as 300"),
        (("--dpi", "fine"), "--dpi fine: give a number"),
        (("--font-size", "large"), "--font-size large: give 4pt to 40pt in print, such as 8pt, or 10 to 75 pixels"),
        (("--font-size", "0pt", "--dpi", "300"), "--font-size 0pt: give 4pt to 40pt"),
        (("--width", "5m"), "--width 5m: give a length"),
        (
            ("--width", "5000mm", "--dpi", "9999"),
            "--width 5000mm at --dpi 9999 makes 1968307x1312205: above the limit of",
        ),
        (("--width", "5"), "--width 5: give a length of 5mm to 5000mm with its unit, such as 180mm or 7in"),
        (("--width", "1mm"), "--width 1mm: give a length"),
        (("--width", "1.2.3mm"), "--width 1.2.3mm: give a length"),
        (("--width", "99999in"), "--width 99999in: give a length"),
        (("-o", "a.webp", "--dpi", "300"), "--dpi: .webp files state no size in print; give .png"),
        (("-o", "a.bmp"), "-o a.bmp: unknown kind of picture; give one of .png"),
    ],
)
def test_wrong_values_are_answered_in_one_line(capsys, folder, options, wording):
    options = options if "-o" in options else (*options, "-o", str(folder / "a.png"))
    status, _, said = run(capsys, *LINE, *options)
    assert status == 2
    assert wording in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("points", [7, 8])
def test_a_font_size_is_that_of_captions(capsys, folder, points):
    path = folder / "figure.svg"
    line = (*LINE, "-o", str(path), "--width", "120mm", "--font-size", f"{points}pt", "--title", "Title", "--quiet")
    assert run(capsys, *line) == (0, "", "")
    sizes = {each.text: float(each.get("font-size")) for each in ET.parse(path).getroot().iter(f"{SVG}text")}
    (caption,) = [size for text, size in sizes.items() if text.startswith("z = ")]
    assert caption * 72 / 300 == pytest.approx(points, rel=1e-3)
    assert sizes["Title"] / caption == pytest.approx(TITLE_PX / CAPTION_PX, rel=1e-4)


def test_texts_too_small_to_read_become_larger(capsys, folder):
    status, _, said = run(capsys, *LINE, "-o", str(folder / "figure.svg"), "--width", "60mm")
    assert status == 0
    assert said.endswith("in print, too small to read; they have 6.8 pt\n")


def test_points_need_a_size_in_print(capsys, folder):
    for command in (LINE, ("render", *LINE[1:], "--sweep", "full")):
        path = folder / ("a.png" if command[0] == "frame" else "a.mp4")
        status, _, said = run(capsys, *command, "-o", str(path), "--font-size", "8pt")
        assert status == 2
        remedy = "--width or --dpi" if command[0] == "frame" else "pixels, such as 40"
        assert f"--font-size 8pt: does nothing without a size in print; leave it out, or give {remedy}\n" in said
        assert not list(folder.iterdir())


def test_a_film_has_no_size_in_print(capsys, folder):
    for option in (("--dpi", "300"), ("--width", "180mm")):
        assert "`corticast frame` has one" in run(capsys, "render", *LINE[1:], "-o", "a.mp4", *option)[2]


def test_python_writes_the_same_file(capsys, folder):
    typed, called = folder / "typed.png", folder / "called.png"
    assert run(capsys, *LINE, "-o", str(typed), "--width", "60mm", "--dpi", "100", "--labels", "none")[0] == 0
    scene = cc.Scene(volume=head(), layout="axial", window=(0, 240), labels="none")
    report = cc.save_frame(scene, called, size=SIZE, width_mm=60, dpi=100)
    assert typed.read_bytes() == called.read_bytes()
    assert report == cc.FrameReport(called, (236, 157), 100, 60, pytest.approx(60 * 157 / 236))
    with pytest.raises(OptionError, match=r"path .*called.png: exists"):
        cc.save_frame(scene, called, size=SIZE)
    with pytest.raises(OptionError, match=r"width_mm -3: give a length"):
        cc.save_frame(scene, called, size=SIZE, width_mm=-3, overwrite=True)


def test_points_of_a_scene_file_do_not_keep_a_film_from_being_made(capsys, folder, files):  # noqa: F811
    scene = folder / "scene.toml"
    scene.write_text(f'volume = "{files / "T1w.nii.gz"}"\nlayout = "axial"\nfont_size = "8pt"\nsize = "64x48"\n')
    status, _, said = run(capsys, "render", scene, "-o", folder / "a.mp4", "--sweep", "full", "--frames", "2")
    assert status == 0
    # Other lines name defaults that have changed since older versions.
    assert said.endswith("scene.toml, line 3: font_size does nothing without a size in print\n")
    assert run(capsys, "frame", scene, "-o", folder / "a.svg", "--width", "120mm", "--quiet") == (0, "", "")


def test_points_need_save_frame_in_python(tmp_path):
    scene = cc.Scene(volume=head(), layout="axial", font_size="8pt")
    for call in (lambda: cc.frame(scene), lambda: cc.show(scene), lambda: cc.render(scene, tmp_path / "a.mp4")):
        with pytest.raises(OptionError, match=r"font_size 8pt: points need a size in print; .* save_frame"):
            call()
