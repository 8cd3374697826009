"""The same scene is the same film: twice, on any number of threads, alone or as a frame of a film."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from tests.pipeline.test_render import inputs, run, scene_of
from tests.pipeline.test_video_films import decoded

import corticast as cc
from corticast.core.color import rgb_to_ycbcr

pytestmark = pytest.mark.gl

__all__ = ["inputs"]  # a fixture

SIZE = (320, 180)
RATES = [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(60), Fraction(441, 16)]


def test_raw_frames_are_the_same_bytes_twice(inputs, fidelity, tmp_path):
    """In two processes, on one thread and on two: lossless H.264 holds the planes that left the GPU."""
    planes = []
    for threads in ("1", "2", "2"):
        film = tmp_path / f"film{len(planes)}.mp4"
        done = run(
            "render", "--volume", inputs / "sub-01_T1w.nii.gz", "--electrodes", inputs / "sub-01_electrodes.tsv",
            "--audio", inputs / "song.wav", "--size", "320x180", "--frames", "20", "--crf", "0", "--preset",
            "ultrafast", "--sweep", "full", "--threads", threads, "-o", film,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        planes.append(decoded(film, "yuv420p", shape=SIZE[::-1]))
    difference = [planes[0].astype(int) - again for again in planes[1:]]
    fidelity.within("Sameness: raw frames of two renders", "each other", difference, 0, "codes")


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize(("sweep", "start"), [("full", 0), ("none", Fraction(1, 3))])
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
