"""Renders a film to a file: draw, convert, read back, encode, each frame once and in order."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from corticast.app.film import Film, open_film
from corticast.app.frame import Size, check_size, compositor_of
from corticast.app.threads import use_threads
from corticast.core.scene import Scene
from corticast.core.timing import parse_fps
from corticast.gl.context import OffscreenContext, check_backend
from corticast.gl.readback import ReadbackRing
from corticast.passes.planes import PlanePass
from corticast.passes.straight import StraightPass
from corticast.video.writer import Sound, VideoWriter

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class RenderReport:
    """What was written, and where the time went.

    Parameters
    ----------
    path : of the film
    size : width, height in pixels
    fps : frames per second
    n_frames : frames written
    n_bytes : of the file, or of all pictures of a sequence
    seconds : per stage: "open" (GL, upload, first draw), "draw", "read" (conversion and readback), "encode" (waiting
        for the encoder), "finish" (its last frames, muxing), "total"
    n_contacts, n_contacts_near : drawn, and within the depth of some plane
    share_inside : of the contacts inside the volume or the picture, None without either
    renderer : OpenGL renderer
    warnings : what a person should know
    """

    path: Path
    size: Size
    fps: Fraction
    n_frames: int
    n_bytes: int
    seconds: dict[str, float] = field(default_factory=dict)
    n_contacts: int = 0
    n_contacts_near: int = 0
    share_inside: float | None = None
    renderer: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def duration_s(self) -> Fraction:
        """Duration in seconds."""
        return self.n_frames / self.fps

    @property
    def frames_per_second(self) -> float:
        """Frames rendered per second of whole time."""
        return self.n_frames / self.seconds["total"]


class _Stopwatch:
    """Adds up the time of named stages."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start = time.perf_counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began

    def total(self) -> dict[str, float]:
        return {**self.seconds, "total": time.perf_counter() - self._start}


def render(
    scene: Scene,
    path: str | os.PathLike[str],
    *,
    size: Size = (1920, 1080),
    fps: str | int | float | Fraction = 30,
    start: float | Fraction = 0,
    duration: float | Fraction | None = None,
    frames: int | None = None,
    codec: str | None = None,
    crf: float | None = None,
    preset: str | None = None,
    overwrite: bool = False,
    gpu: int | None = None,
    backend: str = "auto",
    threads: int | None = None,
    progress: Progress | None = None,
) -> RenderReport:
    """Render a scene to a film.

    Parameters
    ----------
    scene : what is shown and how
    path : .mp4, .mov, .webm, .gif, or a numbered picture such as frames/%05d.png
    size : width, height in pixels
    fps : frames per second, exact: 30, "30000/1001", Fraction(441, 16)
    start : time in seconds of the sound and the activity that frame 0 shows
    duration, frames : length of the film, one of the two; by default that of the sound, the activity or the sweep
    codec : "vp9" or "av1" for .webm
    crf, preset : quality and effort of the encoder
    overwrite : replace an existing file
    gpu : which of several GPUs
    backend : "egl", or "glfw" or "pyside6" for a hidden window's OpenGL; "auto" takes the first that can be had
    threads : of a software renderer and the encoder; None takes what the machine grants
    progress : called with (frames written, frames in all)

    Returns
    -------
    RenderReport

    Raises
    ------
    OptionError, DataError : an argument or an input cannot be used; nothing is written
    EncoderError : the encoder failed; an existing file is as it was
    DeviceError : there is no OpenGL, or it cannot hold the volume or the frame
    """
    watch = _Stopwatch()
    rate = parse_fps(fps)
    check_size(size)
    check_backend(backend, gpu)
    with watch.stage("open"):
        film = open_film(
            scene,
            fps=rate,
            start_s=Fraction(start),
            duration_s=None if duration is None else Fraction(duration),
            frames=frames,
        )
    settled_threads = use_threads(threads)
    transparent = scene.background == "none"
    writer = VideoWriter(
        path,
        size=size,
        fps=rate,
        n_frames=film.n_frames,
        sound=_sound_of(film),
        codec=codec,
        crf=crf,
        preset=preset,
        alpha=transparent,
        overwrite=overwrite,
        threads=settled_threads,
    )
    with writer:
        with watch.stage("open"):
            context = OffscreenContext(gpu, backend)
        with context:
            _draw_frames(context, film, size, writer, watch, progress)
            renderer = context.facts.renderer
        with watch.stage("finish"):
            writer.close()
    n_contacts, n_near = film.n_contacts()
    return RenderReport(
        path=Path(path),
        size=size,
        fps=rate,
        n_frames=film.n_frames,
        n_bytes=writer.n_bytes,
        seconds=watch.total(),
        n_contacts=n_contacts,
        n_contacts_near=n_near,
        share_inside=film.placed.share_inside if film.placed is not None else None,
        renderer=renderer,
        warnings=(*film.warnings, *writer.warnings),
    )


def _sound_of(film: Film) -> Sound | None:
    """The film's part of the sound, sample for sample what the drive has analysed."""
    source = film.scene.sound
    if source is None:
        return None
    first = round(film.start_s * source.sample_rate)
    last = min(source.n_samples, first + round(film.duration_s * source.sample_rate))
    return Sound(source.sample_rate, source.n_channels, source.blocks(start=first, stop=last))


def _draw_frames(
    context: OffscreenContext,
    film: Film,
    size: Size,
    writer: VideoWriter,
    watch: _Stopwatch,
    progress: Progress | None,
) -> None:
    with watch.stage("open"):
        context.check_size("--size", size)
        compositor = compositor_of(context, film, size)
        conversion: Any = None
        if writer.pix_fmt == "yuv420p":
            conversion = PlanePass(context, size)
        elif writer.pix_fmt == "rgba":
            conversion = StraightPass(context, size)
        target = conversion.target if conversion is not None else compositor.frame
        ring = ReadbackRing(4 * target.size[0] * target.size[1])

    def write(pixels: Any) -> None:
        with watch.stage("encode"):
            writer.write(conversion.planes(pixels) if isinstance(conversion, PlanePass) else pixels)

    try:
        for index in range(film.n_frames):
            with watch.stage("draw"):
                frame = compositor.draw(film.frame(index))
                if isinstance(conversion, PlanePass):
                    conversion.draw(frame, compositor.changed, chroma_rests=compositor.is_neutral)
                elif conversion is not None:
                    conversion.draw(frame)
            with watch.stage("read"):
                pixels = ring.push(target)
            if pixels is not None:
                write(pixels)
            if progress is not None:
                progress(index + 1, film.n_frames)
        for pixels in ring.drain():
            write(pixels)
    finally:
        ring.close()
