"""Pictures of any kind become upright RGB; anything else is one line."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests import odd_pictures

from corticast.core.model.scene import Scene
from corticast.core.model.types import Electrodes
from corticast.errors import DataError
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming
from corticast.io.picture import load_picture

SHARED_PICTURE = (
    Path(__file__).parents[3].parent
    / "shared"
    / "data"
    / "electrodes"
    / "holdgraf_ecogtools"
    / "brain_3d_screenshot.png"
)
RGBA = np.random.default_rng(0).integers(0, 256, (20, 30, 4), dtype=np.uint8)
RGB = RGBA[..., :3]
GREY = RGBA[..., 0]


@pytest.fixture(autouse=True)
def warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def pixels_of(image, path, **options):
    image.save(path, **options)
    picture = load_picture(path)
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.flags.c_contiguous
    assert (picture.name, picture.path) == (path.name, path)
    return picture.pixels


def over_black(colour, alpha):
    return colour * (alpha[..., np.newaxis] / 255.0)


def test_colour_and_grey(tmp_path):
    np.testing.assert_array_equal(pixels_of(Image.fromarray(RGB), tmp_path / "p.png"), RGB)
    grey = pixels_of(Image.fromarray(GREY), tmp_path / "g.png")
    np.testing.assert_array_equal(grey, np.stack([GREY] * 3, axis=-1))
    black_and_white = pixels_of(Image.fromarray(GREY > 127), tmp_path / "b.png")
    np.testing.assert_array_equal(black_and_white[..., 0], np.where(GREY > 127, 255, 0))


def test_grey_of_16_bits_is_scaled_not_cut_off(tmp_path):
    values = np.random.default_rng(1).integers(0, 65536, (20, 30), dtype=np.uint16)
    values[0, :3] = 0, 65535, 256
    pixels = pixels_of(Image.fromarray(values), tmp_path / "p.png")
    np.testing.assert_array_equal(pixels, np.stack([np.rint(values / 257)] * 3, axis=-1))


def test_palette(tmp_path):
    image = Image.fromarray(RGB).quantize(16)
    table = np.array(image.getpalette()).reshape(-1, 3)
    np.testing.assert_array_equal(pixels_of(image, tmp_path / "p.png"), table[np.asarray(image)])


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_shows_black(tmp_path, mode):
    channels = RGBA if mode == "RGBA" else RGBA[..., [0, 3]]
    colour = RGB if mode == "RGBA" else np.stack([GREY] * 3, axis=-1)
    pixels = pixels_of(Image.fromarray(np.ascontiguousarray(channels)), tmp_path / "p.png")
    np.testing.assert_allclose(pixels, over_black(colour, RGBA[..., 3]), atol=1)


def test_a_transparent_palette_entry_shows_black(tmp_path):
    image = Image.fromarray(RGB).quantize(8)
    index = np.asarray(image)
    pixels = pixels_of(image, tmp_path / "p.png", transparency=3)
    assert (pixels[index == 3] == 0).all()
    np.testing.assert_array_equal(pixels[index != 3], np.asarray(image.convert("RGB"))[index != 3])


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_jpeg(tmp_path, mode):
    ramp = np.stack([np.tile(np.arange(0, 256, 8, dtype=np.uint8), (32, 1))] * 3, axis=-1)
    pixels = pixels_of(Image.fromarray(ramp).convert(mode), tmp_path / "p.jpg", quality=100)
    np.testing.assert_allclose(pixels.astype(int), ramp, atol=4)


def test_the_content_decides_not_the_name(tmp_path):
    Image.fromarray(RGB).save(tmp_path / "p.png")
    (tmp_path / "p.png").rename(tmp_path / "p.jpg")
    np.testing.assert_array_equal(load_picture(tmp_path / "p.jpg").pixels, RGB)


# The eight values of tag 0x0112 (Exif 2.32): how to turn the stored picture upright.
UPRIGHT = {
    1: RGB,
    2: RGB[:, ::-1],
    3: RGB[::-1, ::-1],
    4: RGB[::-1],
    5: RGB.transpose(1, 0, 2),
    6: np.rot90(RGB, -1),
    7: RGB[::-1, ::-1].transpose(1, 0, 2),
    8: np.rot90(RGB),
}


@pytest.mark.parametrize("orientation", sorted(UPRIGHT))
def test_exif_orientation(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = pixels_of(Image.fromarray(RGB), tmp_path / "p.png", exif=exif)
    np.testing.assert_array_equal(pixels, UPRIGHT[orientation])


def refusal(path) -> str:
    with pytest.raises(DataError) as caught:
        load_picture(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message


def test_missing_file_folder_empty_file_and_text(tmp_path):
    assert "no such file" in refusal(tmp_path / "none.png")
    assert "is a folder" in refusal(tmp_path)
    (tmp_path / "empty.png").touch()
    assert "neither PNG nor JPEG" in refusal(tmp_path / "empty.png")
    (tmp_path / "text.png").write_text("Dear reader")
    assert "neither PNG nor JPEG" in refusal(tmp_path / "text.png")


@pytest.mark.parametrize("suffix", [".gif", ".bmp", ".tif"])
def test_other_kinds_of_picture(tmp_path, suffix):
    Image.fromarray(RGB).save(tmp_path / f"p{suffix}")
    assert "neither PNG nor JPEG" in refusal(tmp_path / f"p{suffix}")


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_cut_off(tmp_path, suffix):
    path = tmp_path / f"p{suffix}"
    Image.fromarray(RGB).save(path)
    stored = path.read_bytes()
    path.write_bytes(stored[: len(stored) * 3 // 4])
    refusal(path)


def test_damaged(tmp_path):
    Image.fromarray(RGB).save(tmp_path / "p.png")
    stored = bytearray((tmp_path / "p.png").read_bytes())
    stored[100] ^= 0xFF
    (tmp_path / "p.png").write_bytes(stored)
    refusal(tmp_path / "p.png")


@pytest.mark.parametrize("side", [9500, 20000])
def test_decompression_bomb(tmp_path, side):
    """A few kilobytes that would unpack to 90 or 400 megapixels."""
    Image.new("1", (side, side)).save(tmp_path / "p.png")
    assert "too many pixels" in refusal(tmp_path / "p.png")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (odd_pictures.png_with_cut_off_exif, "EXIF data are damaged"),
        (odd_pictures.png_with_exif_elsewhere, "EXIF data are damaged"),
        (odd_pictures.jpeg_with_cut_off_exif, "EXIF data are damaged"),
        (odd_pictures.jpeg_with_exif_elsewhere, "EXIF data are damaged"),
        (odd_pictures.png_of_two_animations, "damaged animation"),
        (odd_pictures.png_of_an_empty_animation, "damaged animation"),
        (odd_pictures.jpeg_of_a_damaged_series, "its first picture is shown"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_warnings_of_pillow_are_lines_about_the_picture(tmp_path, make, words):
    picture = load_picture(make(tmp_path / "odd.png"))
    (line,) = picture.warnings
    assert line.startswith("odd.png: ")
    assert words in line
    assert np.corrcoef(picture.pixels.ravel(), odd_pictures.RGB.ravel())[0, 1] > 0.3
    table = Electrodes(("A",), np.array([[3.0, 4.0]]))
    film = open_film(Scene(image=picture, electrodes=table), FilmTiming.of(duration=1))
    assert film.warnings == picture.warnings


@pytest.mark.skipif(not SHARED_PICTURE.is_file(), reason="needs the shared data folder")
def test_shared_picture():
    with Image.open(SHARED_PICTURE) as image:
        np.testing.assert_array_equal(load_picture(SHARED_PICTURE).pixels, np.asarray(image.convert("RGB")))
