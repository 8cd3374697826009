"""Films of odd sizes: the size that is reported is the file's, and the last row or column is repeated."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from tests.films import decoded, needs_ffprobe, probed
from tests.pipeline.command import run

import corticast as cc
from corticast.core.model.encoder import EncoderOptions
from corticast.video.formats import film_format
from corticast.video.live_writer import LiveWriter

pytestmark = pytest.mark.gl

BOTH, COLUMN, ROW = "the last row and column are", "the last column is", "the last row is"


@pytest.fixture
def ramp(tmp_path):
    """A picture whose last row and column are neither black nor like their neighbours on the other side."""
    path = tmp_path / "ramp.png"
    down, across = np.mgrid[:41, :61]
    Image.fromarray((40 + 2 * across + 2 * down).astype(np.uint8)).save(path)
    return path


def size_of(path):
    (video,) = probed(path, "stream", "-select_streams", "v")["streams"]
    return video["width"], video["height"]


@needs_ffprobe
@pytest.mark.parametrize(
    ("name", "size", "written", "repeated"),
    [
        ("film.mp4", (61, 41), (62, 42), BOTH),
        ("film.mp4", (61, 40), (62, 40), COLUMN),
        ("film.mp4", (60, 41), (60, 42), ROW),
        ("film.webm", (63, 43), (64, 44), BOTH),
        ("film.mov", (61, 41), (61, 41), None),
        ("film.gif", (61, 41), (61, 41), None),
        ("film.mp4", (60, 40), (60, 40), None),
    ],
)
def test_the_reported_size_is_the_files(ramp, tmp_path, name, size, written, repeated):
    film = tmp_path / name
    scene = cc.Scene(image=cc.load_picture(ramp), labels="none")
    report = cc.render(scene, film, size=size, frames=2, crf=0 if name == "film.webm" else None)
    assert report.size == size_of(film) == written
    lines = [line for line in report.warnings if "even sizes" in line]
    wide, high = written
    line = f"{size[0]}x{size[1]} is written as {wide}x{high}: {film.suffix} needs even sizes; {repeated} repeated"
    assert lines == ([] if repeated is None else [line])
    grey = decoded(film, "gray", shape=(high, wide))[-1, :, :, 0].astype(int)
    # Coding leaves a few levels; black would be 100 levels off.
    if wide != size[0]:
        assert np.abs(grey[:, -1] - grey[:, -2]).max() <= 6
        assert grey[:, -1].min() > 30
    if high != size[1]:
        assert np.abs(grey[-1] - grey[-2]).max() <= 6
        assert grey[-1].min() > 30


@needs_ffprobe
def test_the_command_line_reports_the_files_size_once(ramp, tmp_path):
    film = tmp_path / "film.mp4"
    done = run("render", "--image", ramp, "--size", "61x41", "--duration", "0.2", "-o", film)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith(f"{film}: 62x42, ")
    assert size_of(film) == (62, 42)
    assert done.stderr.count("61x41 is written as 62x42") == 1


@needs_ffprobe
def test_films_of_segments_and_their_sidecars(ramp, tmp_path):
    film = tmp_path / "film.mp4"
    arguments = ("--size", "61x41", "--duration", "4", "--fps", "5", "--segments", "2", "-o", film)
    done = run("render", "--image", ramp, *arguments)
    assert done.returncode == 0, done.stderr
    assert f"{film}: 62x42, " in done.stdout
    assert size_of(film) == (62, 42)
    assert done.stderr.count("61x41 is written as 62x42") == 1


def test_captures_of_shows_report_the_files_size(tmp_path):
    writer = LiveWriter(tmp_path / "show.mp4", size=(61, 41), fps=Fraction(30), sample_rate=48000, n_channels=1)
    assert writer.frame_size == (62, 42)
    assert writer.warnings == (
        "61x41 is written as 62x42: .mp4 needs even sizes; the last row and column are repeated",
    )


@pytest.mark.parametrize("encoder", ["nvenc", "vaapi", "qsv", "videotoolbox"])
def test_hardware_encoders_take_even_sizes_too(encoder):
    film = film_format("film.mp4", size=(61, 40), fps=Fraction(30), encoding=EncoderOptions(encoder=encoder))
    assert film.size == (62, 40)
    assert any("the last column is repeated" in line for line in film.warnings)
