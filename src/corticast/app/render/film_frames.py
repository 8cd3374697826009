"""Draws the frames of a film: draw, convert, read back, encode, each frame once and in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corticast.app.render.drawing import compositor_of, volume_texture_of
from corticast.app.render.flash_gain import limited_film
from corticast.app.render.flash_samples import write_samples
from corticast.app.render.gain_search import Span
from corticast.app.render.metering import FilmMeter, can_flash, frames_before, reach_of
from corticast.core.flash_meter import FlashMeter
from corticast.core.flashes import FlashSample
from corticast.core.model.machine import Machine
from corticast.core.model.types import UInt8Array
from corticast.core.trace import Trace
from corticast.film.film import Film
from corticast.gl.context import OffscreenContext
from corticast.gl.readback import ReadbackRing, ring_depth
from corticast.gl.volume import VolumeTexture
from corticast.passes.planes import PlanePass
from corticast.passes.straight import StraightPass
from corticast.passes.views import ViewPass
from corticast.video.writer import VideoWriter

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class DrawnFilm:
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


def draw_film(
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
) -> DrawnFilm:
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
    return DrawnFilm(film, renderer, meter.samples, tuple(meter.patterns_s), kept)


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
        before = frames_before(film.fps, shown.start)
        reach = reach_of(compositor, film, in_planes=planes is not None)
        counts = can_flash(reach, film, range(before.start, shown.stop))
        before = before if counts else range(shown.start, shown.start)
        meter = FilmMeter(context, compositor, film.fps, before.start, shown.start, planes, counts=counts, reach=reach)

    # Frames before the first one of the film, which are measured alone.
    n_ahead = len(before) if planes is not None else 0

    def write(pixels: Any) -> None:
        nonlocal n_ahead
        with trace.stage("measure flashes"):
            meter.planes(pixels)
        n_ahead -= 1
        if n_ahead < 0:
            with trace.stage("encode"):
                writer.write(planes.planes(pixels) if planes is not None else pixels)

    try:
        for index in before:
            frame = compositor.draw(film.frame(index))
            if planes is not None:
                compositor.convert()
            meter.frame(index, frame)
            if planes is not None and (pixels := ring.push(target)) is not None:
                write(pixels)
        for n_drawn, index in enumerate(shown, 1):
            state = film.frame(index)
            with trace.stage("draw"):
                frame = compositor.draw(state)
            if index == kept_index:
                kept_pixels = compositor.draw_whole(state).read()
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
