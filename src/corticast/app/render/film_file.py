"""Renders a film to a file: draw, convert, read back, encode, each frame once and in order."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from corticast.app.render.drawing import compositor_of, volume_texture_of
from corticast.app.render.flash_gain import Span, limited_film
from corticast.app.render.flash_lines import flash_lines
from corticast.app.render.flash_samples import samples_path, write_samples
from corticast.app.render.metering import FilmMeter, can_flash, frames_before, sample_rate_hz
from corticast.app.render.notebook import film_html
from corticast.app.render.picture_file import check_picture_path, write_picture
from corticast.app.render.poster import Poster, poster_of, poster_pixels
from corticast.app.render.profile import Profile, check_profile_path, profile_of, write_trace
from corticast.core.arguments import check_function, check_path, check_real, check_switch, named_arguments
from corticast.core.flash_meter import FlashMeter
from corticast.core.flashes import Flashes, FlashSample, flashes_of
from corticast.core.model.encoder import EncoderOptions
from corticast.core.model.machine import Machine
from corticast.core.model.options import table_of
from corticast.core.model.scene import Scene, check_scene
from corticast.core.model.scene_file import SceneFile
from corticast.core.model.types import UInt8Array
from corticast.core.timing import Number
from corticast.core.trace import Trace
from corticast.errors import in_python
from corticast.film.analysis import Analysis
from corticast.film.column_words import column_facts
from corticast.film.film import Film
from corticast.film.opening import open_film
from corticast.film.scale_facts import scale_facts
from corticast.film.shown_activity import check_activity_path, shown_activity, write_activity
from corticast.film.size_words import sizes_line
from corticast.film.sizes import Size
from corticast.film.timing import FilmTiming
from corticast.film.words import activity_map, caption_of, methods_of
from corticast.gl.context import OffscreenContext, check_backend
from corticast.gl.readback import ReadbackRing, ring_depth
from corticast.gl.volume import VolumeTexture
from corticast.passes.planes import PlanePass
from corticast.passes.straight import StraightPass
from corticast.passes.views import ViewPass
from corticast.process.threads import settled_threads
from corticast.video.bound import Bound
from corticast.video.stretch import stretched
from corticast.video.writer import Segment, Sound, VideoWriter

Progress = Callable[[int, int], None]

# Stages of a report; those within them are for profiles.
_STAGES = ("open", "draw", "convert", "read", "encode", "finish")


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


@dataclass(frozen=True)
class RenderReport:
    """Facts about a written film, and the time of its making.

    Parameters
    ----------
    path : path of the film
    size : width, height of the file in pixels; odd sides of .mp4 and .webm are written one pixel larger
    fps : frames per second
    n_frames : number of written frames
    n_bytes : size of the file, or of all pictures of a sequence
    seconds : time per stage: "open" (inputs, OpenGL, upload), "draw", "convert" (to the encoder's format), "read" (from
        OpenGL), "encode" (waiting for the encoder), "finish" (its last frames, muxing), "total"
    n_contacts, n_contacts_near : number of drawn contacts, and of those within the depth of a plane
    share_inside : share of the drawn contacts inside the volume or the picture; None without either
    n_left_out : contacts that `select` and `exclude` leave out
    renderer : OpenGL renderer
    warnings : warnings, one line each
    flashes : flashes of the frames, by WCAG 2.3.1 and ITU-R BT.1702; None if they were not measured
    flash_gain : factor on the activity, by the flash limit; 1 without one
    profile : time of each stage per frame; None unless requested
    scale : full scale, colour map, and how many values lie beyond, see `scale_facts`; empty without activity
    columns : what columns show as colours and sizes, see `column_facts`; empty without any
    caption : what the lights are, in one line; "" without a caption
    methods : how the lights came about, in sentences for a paper's methods; "" without activity
    sizes : diameters of the contacts, in one line; "" without contacts
    bound : bit rates that kept the film below `max_size`; None without one
    poster_s : second of the film that the poster shows; None without a poster
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
    flashes: Flashes | None = None
    flash_gain: float = 1.0
    profile: Profile | None = None
    scale: Mapping[str, Any] = field(default_factory=dict)
    caption: str = ""
    methods: str = ""
    n_left_out: int = 0
    sizes: str = ""
    bound: Bound | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    poster_s: Fraction | None = None

    @property
    def duration_s(self) -> Fraction:
        """Duration in seconds."""
        return self.n_frames / self.fps

    @property
    def frames_per_second(self) -> float:
        """Frames rendered per second of whole time."""
        return self.n_frames / self.seconds["total"]

    def _repr_html_(self) -> str:
        """The film with its facts, for a notebook."""
        width, height = self.size
        rate = f"{float(self.fps):.5g} frames per second"
        length = f"{self.n_frames} frames, {float(self.duration_s):.4g} s, {self.n_bytes / 2**20:.1f} MiB"
        return film_html(self.path, width, f"{self.path}: {width}x{height}, {rate}, {length}")


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
    check_scene(scene)
    check_path("path", path, "the name of a film: .mp4, .mov, .webm, .gif, or frames/%05d.png")
    check_switch("flash_limit", flash_limit)
    check_switch("overwrite", overwrite)
    if crf is not None:
        check_real("crf", crf, "the quality as a number, or None")
    if profile is not None:
        check_path("profile", profile, "the name of a .json file")
    if progress is not None:
        check_function("progress", progress)
    wanted = poster_of(poster, poster_time)
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
        poster=wanted,
    )
    return replace(report, warnings=tuple(map(in_python, report.warnings)))


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
    if profile is not None:
        check_profile_path(profile, overwrite=overwrite)
    if save_activity is not None:
        check_activity_path(save_activity, overwrite=overwrite)
    if poster is not None:
        check_picture_path(poster.path, overwrite=overwrite, option="--poster")
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
    drawn = _draw_film(
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
    flashes = flashes_of(drawn.samples, float(sample_rate_hz(film.fps)), drawn.patterns_s)
    lines = flash_lines(flashes, is_limited=flash_limit, has_activity=film.has_activity)
    warnings = (*film.warnings, *writer.warnings, *lines)
    report = report_of(
        drawn.film,
        Path(path),
        size=writer.frame_size,
        n_frames=len(shown),
        n_bytes=writer.n_bytes,
        warnings=warnings,
    )
    report = _measured(replace(report, renderer=drawn.renderer, flashes=flashes, bound=writer.bound), trace)
    if kept_index is not None:
        report = replace(report, poster_s=kept_index / film.fps)
    if profile is not None:
        write_trace(trace, profile, overwrite=overwrite)
    return report


def report_of(
    film: Film, path: Path, *, size: Size, n_frames: int, n_bytes: int, warnings: tuple[str, ...]
) -> RenderReport:
    """Report of a film whose file has this size, without the renderer and the seconds."""
    n_contacts, n_near = film.n_contacts()
    return RenderReport(
        path=path,
        size=size,
        fps=film.fps,
        n_frames=n_frames,
        n_bytes=n_bytes,
        n_contacts=n_contacts,
        n_contacts_near=n_near,
        flash_gain=film.gain,
        share_inside=film.placed.share_inside if film.placed is not None else None,
        n_left_out=film.placed.n_left_out if film.placed is not None else 0,
        warnings=warnings,
        scale=scale_facts(film.activity, activity_map(film), film.values_beyond),
        columns=column_facts(film),
        caption=caption_of(film),
        methods=methods_of(film),
        sizes=sizes_line(film),
    )


def _measured(report: RenderReport, trace: Trace) -> RenderReport:
    """The report with the seconds of its film, and with their profile if the trace keeps all stages."""
    seconds = {name: trace.seconds(name) for name in _STAGES} | {"total": trace.elapsed_s}
    return replace(report, seconds=seconds, profile=profile_of(trace, report.n_frames) if trace.keeps else None)


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


@dataclass(frozen=True)
class _Drawn:
    """Frames of a film that were drawn.

    Parameters
    ----------
    film : with the gain of its flash limit
    renderer : OpenGL renderer
    samples, patterns_s : of the flash meter
    kept : (height, width, 4) uint8, pixels of the frame that was to be kept; None without one
    """

    film: Film
    renderer: str
    samples: list[FlashSample]
    patterns_s: tuple[Span, ...]
    kept: UInt8Array | None


def _draw_film(
    film: Film,
    machine: Machine,
    shown: range,
    writer: VideoWriter,
    trace: Trace,
    progress: Progress | None,
    *,
    finds_gain: bool,
    samples_file: Path | None,
    kept_index: int | None,
) -> _Drawn:
    """Draw frames of a film and complete its file; before it, the file of its samples."""
    with writer:
        with trace.stage("open"), trace.stage("context"):
            context = OffscreenContext(machine.gpu, machine.backend, threads=machine.threads, trace=trace)
        with context:
            with trace.stage("open"):
                texture = volume_texture_of(context, film)
            views = None
            if finds_gain:
                with trace.stage("limit flashes"):
                    limited = limited_film(context, film, texture)
                    film, views = limited.film, limited.views
            meter, kept = _draw_frames(context, film, texture, views, shown, writer, trace, progress, kept_index)
            renderer = context.facts.renderer
        if samples_file is not None:
            write_samples(meter.samples, meter.patterns_s, samples_file)
        with trace.stage("finish"):
            writer.close()
    return _Drawn(film, renderer, meter.samples, tuple(meter.patterns_s), kept)


def _draw_frames(
    context: OffscreenContext,
    film: Film,
    texture: VolumeTexture | None,
    views: ViewPass | None,
    shown: range,
    writer: VideoWriter,
    trace: Trace,
    progress: Progress | None,
    kept_index: int | None,
) -> tuple[FlashMeter, UInt8Array | None]:
    """Draw frames, hand them to the writer, and read the flashes; also the pixels of the frame to be kept."""
    kept_pixels: UInt8Array | None = None
    size = film.timing.size
    with trace.stage("open"):
        context.check_size("--size", size)
        # Those that the encoder holds, and the one being filled.
        kept = writer.frames_held + 1
        planes = PlanePass(context, size, kept) if writer.pix_fmt == "yuv420p" else None
        straight = StraightPass(context, size) if writer.pix_fmt == "rgba" else None
        compositor = compositor_of(context, film, size, planes=planes, texture=texture, views=views)
        target = next((made.target for made in (planes, straight) if made is not None), compositor.frame)
        # Padded planes are copied without their padding, and the bytes that were read are free after the copy.
        read_kept = kept if planes is None or not planes.pads else 1
        ring = ReadbackRing(4 * target.size[0] * target.size[1], ring_depth(context.facts), read_kept)
        counts = can_flash(compositor, film)
        before = frames_before(film.fps, shown.start) if counts else range(shown.start, shown.start)
        meter = FilmMeter(context, compositor, film.fps, before.start, shown.start, planes, counts=counts)

    def write(pixels: Any) -> None:
        with trace.stage("encode"):
            writer.write(planes.planes(pixels) if planes is not None else pixels)

    try:
        for index in before:
            frame = compositor.draw(film.frame(index))
            if planes is not None:
                compositor.convert()
            meter.frame(index, frame)
        for n_drawn, index in enumerate(shown, 1):
            with trace.stage("draw"):
                frame = compositor.draw(film.frame(index))
            if index == kept_index:
                kept_pixels = frame.read()
            with trace.stage("convert"):
                if planes is not None:
                    compositor.convert()
                elif straight is not None:
                    straight.draw(frame)
            with trace.stage("measure flashes"):
                meter.frame(index, frame)
            with trace.stage("read"):
                pixels = ring.push(target)
            if pixels is not None:
                write(pixels)
            if progress is not None:
                progress(n_drawn, len(shown))
        for pixels in ring.drain():
            write(pixels)
        meter.finish()
        return meter.meter, kept_pixels
    finally:
        ring.close()
        meter.close()
