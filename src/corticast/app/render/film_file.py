"""Renders a film to a file, and reports on the film."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from corticast.app.render.film_frames import DrawnFilm, Progress, draw_film
from corticast.app.render.flash_lines import flash_lines
from corticast.app.render.flash_samples import samples_path
from corticast.app.render.metering import sample_rate_hz
from corticast.app.render.picture_file import check_picture_path, write_picture
from corticast.app.render.poster import Poster, poster_of, poster_pixels
from corticast.app.render.profile import check_profile_path, write_trace
from corticast.app.render.report import RenderReport, measured, report_of
from corticast.core.arguments import check_function, check_path, check_real, check_switch, named_arguments
from corticast.core.flashes import flashes_of
from corticast.core.geometry.text_sizes import check_points
from corticast.core.model.encoder import EncoderOptions
from corticast.core.model.machine import Machine
from corticast.core.model.options import table_of
from corticast.core.model.scene import Scene, check_scene
from corticast.core.model.scene_file import SceneFile
from corticast.core.timing import Number
from corticast.core.trace import Trace
from corticast.errors import OptionError, in_python
from corticast.film.analysis import Analysis
from corticast.film.film import Film
from corticast.film.opening import open_film
from corticast.film.shown_activity import check_activity_path, shown_activity, write_activity
from corticast.film.sizes import Size
from corticast.film.timing import FilmTiming
from corticast.gl.context import check_backend
from corticast.io.companions import sidecar_of
from corticast.io.whole_file import is_same_file
from corticast.process.threads import settled_threads
from corticast.video.stretch import stretched
from corticast.video.writer import Segment, Sound, VideoWriter


@dataclass(frozen=True)
class Part:
    """Frames of a film that are rendered by themselves, without its sound.

    Parameters
    ----------
    path : file of these frames
    frames : which of the film's frames; the first one is a key frame
    """

    path: Path
    frames: range


@named_arguments
def render(
    scene: Scene,
    path: str | os.PathLike[str],
    *,
    size: Size = (1920, 1080),
    fps: Number = 30,
    start: Number = 0,
    duration: Number | None = None,
    frames: int | None = None,
    speed: Number = 1,
    flash_limit: bool = False,
    codec: str | None = None,
    crf: float | None = None,
    preset: str | None = None,
    encoder: str = "auto",
    max_size: int | str | None = None,
    poster: str | os.PathLike[str] | None = None,
    poster_time: Number | None = None,
    overwrite: bool = False,
    gpu: int | None = None,
    backend: str = "auto",
    threads: int | None = None,
    profile: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> RenderReport:
    """Render a scene to a film.

    Times and factors are exact: 0.1 is 1/10, and `Fraction(1, 3)` or "1/3" is a third.

    Parameters
    ----------
    scene : content and look of the film
    path : .mp4, .mov, .webm, .gif, or a numbered picture such as frames/%05d.png
    size : width, height in pixels
    fps : frames per second: 30, "30000/1001", Fraction(441, 16)
    start : time of sound and activity in frame 0, in seconds
    duration, frames : length of the film in seconds or in frames, only one of the two; the default is the length of the
        sound, the activity or the sweep
    speed : seconds of sound and activity per second of the film; the sound keeps its pitch
    flash_limit : lower the activity until no large part of the frame flashes more than three times per second
    codec : "vp9" or "av1" for .webm; "h264" for .mp4, or with a hardware encoder "hevc"
    crf, preset : quality and effort of the encoder
    encoder : "software", a kind of hardware ("nvenc", "videotoolbox", "qsv" or "vaapi"), or one of its encoders, such
        as "hevc_nvenc"; "auto" takes software
    max_size : largest size of the film: bytes, or a text such as "10MB"; a bound on the bit rate keeps it
    poster : picture of one frame that is written too: .png, .jpg, .tiff or .webp
    poster_time : second of the film that the poster shows; None takes the frame with the most activity, or the middle
        one without activity
    overwrite : replace existing files
    gpu : index of the GPU
    backend : "egl", or "glfw" or "pyside6" for a hidden window's OpenGL; "auto" takes the first that works
    threads : threads of a software renderer and of the encoder; None takes all that the machine grants
    profile : .json file for a trace of all work, which chrome://tracing and Perfetto show
    progress : called with (frames written, frames in all)

    Returns
    -------
    RenderReport

    Raises
    ------
    OptionError, DataError : an argument or an input is wrong; nothing is written
    EncoderError : the encoder failed; an existing file stays unchanged
    DeviceError : OpenGL or the hardware encoder does not work, or OpenGL cannot hold the volume or the frame
    """
    _check_arguments(scene, path, crf, profile, progress, flash_limit=flash_limit, overwrite=overwrite)
    max_bytes = table_of(SceneFile)["max_size"].read("max_size", max_size)
    report = write_film(
        scene,
        path,
        FilmTiming.of(size=size, fps=fps, start=start, duration=duration, frames=frames, speed=speed),
        Machine(gpu, backend, threads=threads),
        flash_limit=flash_limit,
        encoding=EncoderOptions(codec, crf, preset, encoder, max_bytes),
        overwrite=overwrite,
        profile=profile,
        progress=progress,
        poster=poster_of(poster, poster_time),
    )
    return replace(report, warnings=tuple(map(in_python, report.warnings)))


def _check_arguments(
    scene: Scene,
    path: str | os.PathLike[str],
    crf: float | None,
    profile: str | os.PathLike[str] | None,
    progress: Progress | None,
    *,
    flash_limit: bool,
    overwrite: bool,
) -> None:
    """Refuse arguments of `render` that a film cannot have."""
    check_scene(scene)
    check_points(scene)
    check_path("path", path, "the name of a film: .mp4, .mov, .webm, .gif, or frames/%05d.png")
    check_switch("flash_limit", flash_limit)
    check_switch("overwrite", overwrite)
    if crf is not None:
        check_real("crf", crf, "the quality as a number, or None")
    if profile is not None:
        check_path("profile", profile, "the name of a .json file")
    if progress is not None:
        check_function("progress", progress)


def write_film(
    scene: Scene,
    path: str | os.PathLike[str],
    timing: FilmTiming,
    machine: Machine,
    *,
    flash_limit: bool = False,
    encoding: EncoderOptions = EncoderOptions(),
    overwrite: bool = False,
    profile: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    encoder_threads: int | None = None,
    analysis: Analysis | None = None,
    save_activity: Path | None = None,
    part: Part | None = None,
    poster: Poster | None = None,
) -> RenderReport:
    """Render a scene to a film, or to a part of one; see `render`.

    Parameters
    ----------
    timing : size, rate, beginning, length and pace of the film
    machine : where frames are drawn, and on how many threads
    encoding : codec, quality, effort and encoder
    encoder_threads : threads of the encoder, if others: frames of H.264 depend on their number
    analysis : of the scene, from `analyse`; None analyses it now
    save_activity : .tsv to which the activity of all frames is written too
    part : of the film, written into a file of its own; `join_parts` makes the film of all parts
    poster : frame that is written as a picture too
    """
    _check_further_files(path, profile, save_activity, poster, overwrite=overwrite)
    trace = Trace(keep=profile is not None)
    check_backend(machine.backend, machine.gpu)
    with trace.stage("open"):
        film = open_film(scene, timing, analysis=analysis, trace=trace)
    shown = range(film.n_frames) if part is None else part.frames
    writer = VideoWriter(
        path,
        size=timing.size,
        fps=timing.fps,
        n_frames=len(shown),
        sound=None if part is not None else sound_of(film),
        encoding=encoding,
        alpha=scene.background == "none",
        overwrite=overwrite,
        segment=None if part is None else Segment(part.path, part.frames.start),
        threads=settled_threads(machine.threads) if encoder_threads is None else encoder_threads,
        trace=trace,
    )
    finds_gain = flash_limit and analysis is None
    kept_index = None if poster is None else poster.index(film)
    samples_file = None if part is None else samples_path(part.path)
    drawn = draw_film(
        film,
        machine,
        shown,
        writer,
        trace,
        progress,
        finds_gain=finds_gain,
        samples_file=samples_file,
        kept_index=kept_index,
    )
    if poster is not None and drawn.kept is not None:
        pixels = poster_pixels(drawn.kept, is_transparent=scene.background == "none")
        write_picture(pixels, poster.path, overwrite=overwrite, option="--poster")
    if save_activity is not None:
        # With the gain of the flash limit.
        write_activity(shown_activity(drawn.film), save_activity, overwrite=overwrite)
    report = _report_on(drawn, film, writer, Path(path), len(shown), is_limited=flash_limit)
    report = measured(report, trace)
    if kept_index is not None:
        report = replace(report, poster_s=kept_index / film.fps)
    if profile is not None:
        write_trace(trace, profile, overwrite=overwrite)
    return report


def _check_further_files(
    film: str | os.PathLike[str],
    profile: str | os.PathLike[str] | None,
    save_activity: Path | None,
    poster: Poster | None,
    *,
    overwrite: bool,
) -> None:
    """Check that the files beside a film can be written, and are different ones, before anything is drawn."""
    if profile is not None:
        check_profile_path(profile, overwrite=overwrite)
    if save_activity is not None:
        check_activity_path(save_activity, overwrite=overwrite)
    if poster is not None:
        check_picture_path(poster.path, overwrite=overwrite, option="--poster")
    written = [("the film", Path(film))]
    written += [] if profile is None else [("--profile", Path(profile))]
    written += [] if save_activity is None else [("--save-activity", save_activity)]
    written += [] if save_activity is None else [("the .json of --save-activity", sidecar_of(save_activity))]
    written += [] if poster is None else [("--poster", poster.path)]
    for (name, path), (other, known) in combinations(written, 2):
        if is_same_file(path, known):
            raise OptionError(f"{other} {known}: {name} is the same file; choose another name")


def _report_on(
    drawn: DrawnFilm, film: Film, writer: VideoWriter, path: Path, n_frames: int, *, is_limited: bool
) -> RenderReport:
    """Facts about a film that is written, without its times."""
    flashes = flashes_of(drawn.samples, float(sample_rate_hz(film.fps)), drawn.patterns_s)
    lines = flash_lines(flashes, is_limited=is_limited, has_activity=film.has_activity)
    report = report_of(
        drawn.film,
        path,
        size=writer.frame_size,
        n_frames=n_frames,
        n_bytes=writer.n_bytes,
        warnings=(*film.warnings, *writer.warnings, *lines),
    )
    return replace(report, renderer=drawn.renderer, flashes=flashes, bound=writer.bound)


def sound_of(film: Film) -> Sound | None:
    """The film's part of the sound: the very samples that the drive analyses, stretched where the pace is not 1.

    Without a sound the film may have one that is made of the activity, at the film's pace.
    """
    if film.sonified is not None:
        return Sound(film.sonified.sample_rate, film.sonified.n_channels, film.sonified.blocks())
    source = film.scene.sound
    if source is None:
        return None
    start_s, speed = film.timing.start, film.timing.speed
    first = round(start_s * source.sample_rate)
    last = min(source.n_samples, first + round(film.duration_s * speed * source.sample_rate))
    sound = Sound(source.sample_rate, source.n_channels, source.blocks(start=first, stop=last))
    return sound if speed == 1 else stretched(sound, float(speed))
