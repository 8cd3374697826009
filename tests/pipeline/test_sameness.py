"""The same scene is the same film: twice, on any number of threads, alone or as a frame of a film."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from tests.films import decoded
from tests.pipeline.command import run, scene_of

import corticast as cc
from corticast.app.render import film_frames as export
from corticast.core.color.color import rgb_to_ycbcr

pytestmark = pytest.mark.gl

SIZE = (320, 180)
RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(60), Fraction(441, 16)]


def test_raw_frames_are_the_same_bytes_twice(inputs, fidelity, tmp_path):
    """In two processes, on one thread and on two: lossless H.264 holds the planes that left the GPU."""
    planes = []
    for threads in ("1", "2"):
        film = tmp_path / f"film{len(planes)}.mp4"
        done = run(
            "render", "--volume", inputs / "sub-01_T1w.nii.gz", "--electrodes", inputs / "sub-01_electrodes.tsv",
            "--audio", inputs / "song.wav", "--size", "320x180", "--frames", "20", "--crf", "0", "--preset",
            "ultrafast", "--sweep", "full", "--threads", threads, "-o", film,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        planes.append(decoded(film, "yuv420p", shape=SIZE[::-1]))
    difference = planes[0].astype(int) - planes[1]
    fidelity.within("Sameness: raw frames of two renders", "each other", difference, 0, "codes")


@pytest.mark.parametrize(
    ("fps", "sweep", "start"),
    [
        pytest.param(fps, sweep, start, marks=[] if k % 2 == part else pytest.mark.thorough)
        for k, fps in enumerate(RATES)
        for part, (sweep, start) in enumerate([("full", 0), ("none", Fraction(1, 3))])
    ],
)
def test_frame_is_the_frame_of_the_film(inputs, fidelity, tmp_path, fps, sweep, start):
    scene = scene_of(inputs, sweep=sweep)
    where = {"size": SIZE, "fps": fps, "start": start, "frames": 13}
    cc.render(scene, tmp_path / "%02d.png", **where)
    for k in (0, 1, 6, 12):
        written = np.asarray(Image.open(tmp_path / f"{k:02}.png").convert("RGB")).astype(int)
        drawn = cc.frame(scene, time=k / fps, **where)
        fidelity.within("Sameness: frame at k / fps", "frame k of render", written - drawn, 0, "levels")


def test_planes_of_a_film_are_those_of_the_frame(inputs, fidelity, tmp_path):
    scene = scene_of(inputs)
    cc.render(scene, tmp_path / "film.mp4", size=SIZE, fps=30, frames=7, crf=0, preset="ultrafast")
    planes = decoded(tmp_path / "film.mp4", "yuv420p", shape=SIZE[::-1])
    luma = planes[:, : SIZE[0] * SIZE[1]].reshape(-1, SIZE[1], SIZE[0])
    for k in (0, 3, 6):
        codes = rgb_to_ycbcr(cc.frame(scene, time=Fraction(k, 30), size=SIZE) / 255)[..., 0] * 255
        fidelity.within("Sameness: luma of a lossless film", "luma of frame, float64", luma[k] - codes, 0.51, "codes")


def test_frames_through_pixel_pack_buffers_are_the_same(inputs, fidelity, tmp_path, monkeypatch):
    """Software OpenGL is read without them, a GPU with two."""
    monkeypatch.delenv("CORTICAST_GL_DEBUG", raising=False)
    films = []
    for depth in (0, 1, 2, 3):
        monkeypatch.setattr(export, "ring_depth", lambda facts, depth=depth: depth)
        for width in (SIZE[0], SIZE[0] + 2):
            film = tmp_path / f"{depth}-{width}.mp4"
            where = {"size": (width, SIZE[1]), "fps": 30, "frames": 24, "crf": 0, "preset": "ultrafast"}
            cc.render(scene_of(inputs), film, **where)
            films.append(decoded(film, "yuv420p", shape=(SIZE[1], width)).astype(int))
    difference = np.concatenate([(films[k] - films[k % 2]).ravel() for k in range(2, len(films))])
    fidelity.within("Sameness: frames through pixel-pack buffers", "frames read at once", difference, 0, "codes")


@pytest.mark.parametrize("name", ["%02d.png", "film.mp4"])
def test_a_picture_drawn_between_two_frames_of_a_film_leaves_no_trace(inputs, fidelity, tmp_path, name):
    """A progress callback of a program may draw in a context of its own."""
    scene, other = scene_of(inputs, sweep="full"), scene_of(inputs, layout="axial")
    where = {"size": SIZE, "fps": 30, "frames": 6}
    (tmp_path / "alone").mkdir()
    (tmp_path / "beside").mkdir()
    cc.render(scene, tmp_path / "alone" / name, **where)
    cc.render(scene, tmp_path / "beside" / name, **where, progress=lambda *_: cc.frame(other, size=(90, 50)))
    files = sorted(path.name for path in (tmp_path / "alone").iterdir())
    assert files
    for file in files:
        if file.endswith(".png"):
            alone, beside = (np.asarray(Image.open(tmp_path / folder / file)) for folder in ("alone", "beside"))
        else:
            alone, beside = (
                decoded(tmp_path / folder / file, "yuv420p", shape=SIZE[::-1]) for folder in ("alone", "beside")
            )
        fidelity.within(
            "Sameness: film with pictures drawn meanwhile", "film without", alone.astype(int) - beside, 0, "levels"
        )
