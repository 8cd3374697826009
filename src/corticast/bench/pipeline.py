"""Benchmarks of whole films: encoding alone, complete renders, and the ratio of both speeds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from corticast.app.render.film_file import render
from corticast.bench.clocks import seconds_of
from corticast.bench.drawing import FPS, check_same, drawing, expected_frame, luma_of
from corticast.bench.films import check_film
from corticast.bench.inputs import scene_of, sweep_scene
from corticast.bench.model import Benchmark, Environment, Sample
from corticast.core.model.scene import Scene
from corticast.core.model.types import UInt8Array
from corticast.process.threads import settled_threads
from corticast.video.writer import VideoWriter

Size = tuple[int, int]


def frames_in_memory(
    environment: Environment, scene: Scene, size: Size, n_frames: int
) -> list[UInt8Array]:  # fmt: skip
    """Every frame of a film as planes, as a render passes them to the encoder.

    Raises
    ------
    WrongResultError : the last frame differs from cc.frame's
    """
    frames = []
    with drawing(environment, scene, size, n_frames) as drawn:
        for index in range(n_frames):
            drawn.draw(index)
            frames.append(np.array(drawn.planes()))
    luma = frames[-1][: size[0] * size[1]].reshape(size[1], size[0])
    check_same("the luma", luma, luma_of(expected_frame(environment, scene, size, n_frames - 1, n_frames)), 1)
    return frames


def encode(environment: Environment, frames: list[UInt8Array], size: Size, film: Path) -> None:
    """Encode frames from memory with the settings of a render."""
    threads = settled_threads(environment.threads)
    with VideoWriter(film, size=size, fps=FPS, n_frames=len(frames), overwrite=True, threads=threads) as writer:
        for planes in frames:
            writer.write(planes)


def render_film(environment: Environment, scene: Scene, size: Size, n_frames: int, film: Path) -> dict[str, float]:
    """Frames per second of a render, without and with the opening of inputs and OpenGL."""
    report = render(
        scene,
        film,
        size=size,
        fps=FPS,
        frames=n_frames,
        overwrite=True,
        gpu=environment.gpu,
        backend=environment.backend,
        threads=environment.threads,
    )
    check_film(film, size, n_frames)
    total_s = report.seconds["total"]
    return {"fps": n_frames / (total_s - report.seconds["open"]), "fps_with_opening": n_frames / total_s}


@contextmanager
def _encode_alone(environment: Environment, *, film: str, size: Size, n_frames: int) -> Iterator[Sample]:
    """Encoding of frames from memory, with the settings of a render."""
    frames = frames_in_memory(environment, scene_of(film), size, n_frames)
    path = environment.folder / "encode.mp4"

    def sample() -> dict[str, float]:
        seconds = seconds_of(lambda: encode(environment, frames, size, path))
        check_film(path, size, n_frames)
        return {"fps": n_frames / seconds}

    yield sample


@contextmanager
def _render(environment: Environment, *, film: str, size: Size, n_frames: int) -> Iterator[Sample]:
    """A complete render: all planes move, or planes rest while sound moves the electrodes."""
    scene = scene_of(film)
    path = environment.folder / "pipeline.mp4"
    yield lambda: render_film(environment, scene, size, n_frames, path)


@contextmanager
def _ratio(environment: Environment, *, size: Size, n_frames: int) -> Iterator[Sample]:
    """A render of a sweep and the encoding of its frames from memory, in turn: the render's share of that speed."""
    scene = sweep_scene()  # without sound, so that ffmpeg does the same work on both sides
    frames = frames_in_memory(environment, scene, size, n_frames)
    path = environment.folder / "ratio.mp4"

    def sample() -> dict[str, float]:
        rendered = render_film(environment, scene, size, n_frames, path)["fps"]
        encoded = n_frames / seconds_of(lambda: encode(environment, frames, size, path))
        check_film(path, size, n_frames)
        return {"ratio": rendered / encoded, "fps": rendered, "encode_fps": encoded}

    yield sample


@contextmanager
def _at_rest(environment: Environment, *, size: Size, n_frames: int) -> Iterator[Sample]:
    """Renders of the sweep without electrodes, and of the resting demo with electrodes and sound, in turn."""
    path = environment.folder / "rest.mp4"

    def sample() -> dict[str, float]:
        fps = {film: render_film(environment, scene_of(film), size, n_frames, path)["fps"] for film in _FILMS}
        return {"ratio": fps["resting"] / fps["sweep"], "resting_fps": fps["resting"], "sweep_fps": fps["sweep"]}

    yield sample


_FILMS = ("sweep", "resting")
_SIZES = (
    {"size": (640, 360), "n_frames": 240},
    {"size": (1920, 1080), "n_frames": 240},
    {"size": (3840, 2160), "n_frames": 60},
    {"size": (7680, 4320), "n_frames": 20},
)
_SMALL = {"size": (320, 180), "n_frames": 6}
_CASES = tuple({"film": film, **size} for size in _SIZES for film in _FILMS)
_QUICK = tuple({"film": film, **_SMALL} for film in _FILMS)

BENCHMARKS = (
    Benchmark("encode.alone", _encode_alone, {"fps": "frames/s"}, cases=_CASES, quick=_QUICK),
    Benchmark(
        "pipeline.render",
        _render,
        {"fps": "frames/s", "fps_with_opening": "frames/s"},
        cases=_CASES,
        quick=_QUICK,
    ),
    Benchmark(
        "pipeline.ratio",
        _ratio,
        {"ratio": "ratio", "fps": "frames/s", "encode_fps": "frames/s"},
        cases=_SIZES,
        quick=(_SMALL,),
    ),
    Benchmark(
        "pipeline.at_rest",
        _at_rest,
        {"ratio": "times", "resting_fps": "frames/s", "sweep_fps": "frames/s"},
        cases=({"size": (1800, 600), "n_frames": 360}, {"size": (1920, 1080), "n_frames": 240}),
        quick=(_SMALL,),
    ),
)
