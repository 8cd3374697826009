"""The live show: opens what is heard and what is shown, runs it in a window or without one, and sums it up."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from corticast.app.live.feed import Feed, Hear
from corticast.app.live.feed_capture import CaptureFeed
from corticast.app.live.feed_playback import PlaybackFeed
from corticast.app.live.settings import LiveSettings
from corticast.app.live.show import Show
from corticast.app.live.window.loop import NoWindowError
from corticast.audio.devices import Direction, choose_device, list_devices
from corticast.core.model.machine import Machine
from corticast.core.model.scene import Scene
from corticast.dsp.live import LiveDrive
from corticast.errors import DeviceError, OptionError
from corticast.film.film import Film
from corticast.film.opening import open_film
from corticast.film.sizes import Size, check_size
from corticast.film.timing import FilmTiming
from corticast.gl.context import OffscreenContext, check_backend
from corticast.process.threads import renderer_threads_set, settled_threads
from corticast.video.live_writer import LiveWriter

# Samples of a callback's buffer: short where sound is waited for, long enough for a busy machine where it is played.
CAPTURE_BLOCK, PLAYBACK_BLOCK = 512, 4096
_LONGEST_BLOCK = 16384

# The interpreter lets another thread have its turn after this time: the analysis is not to wait for a busy one.
_SWITCH_INTERVAL_S = 0.0005

Warn = Callable[[tuple[str, ...]], None]


@dataclass(frozen=True)
class LiveOptions:
    """How a show runs.

    Parameters
    ----------
    device : sound device by number or name; None takes the default one
    sample_rate, n_channels : of the capture; None takes the device's
    block_size : samples of a callback's buffer; None takes 512 for what is captured, and more for a file that plays
    seconds : after which the show ends; None lets it go on
    fps : frames per second without a window, and of the capture
    record : film to write
    crf, preset, encoder : of the capture
    overwrite : replace a film that exists
    flash_limit : whether flashes of a large part of the frame are kept at three a second
    machine : where frames are drawn, and on how many threads
    """

    device: str | None = None
    sample_rate: int | None = None
    n_channels: int | None = None
    block_size: int | None = None
    seconds: float | None = None
    fps: Fraction = Fraction(30)
    record: Path | None = None
    crf: float | None = None
    preset: str | None = None
    encoder: str = "auto"
    overwrite: bool = False
    flash_limit: bool = True
    machine: Machine = field(default_factory=Machine)

    def __post_init__(self) -> None:
        if self.seconds is not None and not 0 < self.seconds < float("inf"):
            raise OptionError(f"--seconds {self.seconds:g}: give seconds above 0")
        if self.block_size is not None and not 16 <= self.block_size <= _LONGEST_BLOCK:
            raise OptionError(f"--block-size {self.block_size}: give 16 to {_LONGEST_BLOCK} samples")
        if self.sample_rate is not None and not 1000 <= self.sample_rate <= 768_000:
            raise OptionError(f"--sample-rate {self.sample_rate}: give 1000 to 768000 Hz")
        if self.n_channels is not None and not 1 <= self.n_channels <= 64:
            raise OptionError(f"--channels {self.n_channels}: give 1 to 64")


@dataclass
class LiveReport:
    """What a show was like.

    Parameters
    ----------
    seconds : it lasted
    n_frames : drawn
    n_late : frames left out since their time had passed, without a window
    fps : frames drawn per second
    latency_ms : percentiles "p50", "p95" and "p99" from the arrival of a sample in the audio callback to the frame that
        stands for it; empty when nothing arrived
    n_blocks, n_lost : blocks and lost samples of the stream
    n_late_blocks, n_flags : blocks that came late, and those that PortAudio has flagged
    input_latency_ms : PortAudio's own
    device, sample_rate, n_channels : of the sound
    size, renderer : of the picture
    rss_mib : resident memory after the first frame, without a window, and at the end
    recording : film of the show, its frames, frames that were repeated because draws were late, frames that the encoder
        had no time for, and samples that were silenced for the same reason
    warnings : what a person should know
    """

    seconds: float = 0.0
    n_frames: int = 0
    n_late: int = 0
    fps: float = 0.0
    latency_ms: dict[str, float] = field(default_factory=dict)
    n_blocks: int = 0
    n_lost: int = 0
    n_late_blocks: int = 0
    n_flags: int = 0
    input_latency_ms: float | None = None
    device: str = ""
    sample_rate: int = 0
    n_channels: int = 0
    size: Size = (0, 0)
    renderer: str = ""
    rss_mib: tuple[float, float] = (0.0, 0.0)
    recording: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()


@contextmanager
def _opened(scene: Scene, drive: LiveDrive, options: LiveOptions, size: Size) -> Iterator[tuple[Film, Feed]]:
    # The show limits flashes itself, whatever the viewer makes of the sprites.
    film = open_film(scene, FilmTiming(size=size, fps=options.fps), still=True, flash_limit=False)
    if options.device is not None:
        _check_device(options.device, "input" if scene.sound is None else "output")
    feed: CaptureFeed | PlaybackFeed
    if scene.sound is not None:
        bands = getattr(scene.drive, "bands", None)
        feed = PlaybackFeed(
            scene.sound,
            film.activity,
            band_edges_hz=None if bands is None else bands.edges_hz,
            wanted=options.device,
            block_size=min(options.block_size or PLAYBACK_BLOCK, max(scene.sound.sample_rate // 4, 16)),
        )
    else:
        feed = CaptureFeed(
            drive,
            film.placed,
            wanted=options.device,
            sample_rate=options.sample_rate,
            n_channels=options.n_channels,
            block_size=options.block_size or CAPTURE_BLOCK,
        )
    with feed:
        yield film, feed


def _check_device(wanted: str, direction: Direction) -> None:
    """Refuse a device that is not there now; where devices cannot be listed, it is waited for.

    Raises
    ------
    OptionError : there are devices, and none of that name or number
    """
    try:
        choose_device(wanted, direction)
    except DeviceError as error:
        with suppress(DeviceError):
            if list_devices(direction):
                raise OptionError(error.as_typed) from error


@contextmanager
def live_show(
    scene: Scene,
    drive: LiveDrive,
    options: LiveOptions,
    settings: LiveSettings,
    size: Size,
    report: LiveReport,
    *,
    hear: Hear | None = None,
    warn: Warn | None = None,
) -> Iterator[Show]:
    """A show with its sound and its capture; the report is complete when it ends.

    Parameters
    ----------
    scene : what is shown; a scene with sound plays along with it, one without listens
    drive : what makes activity of captured sound
    size : of the capture and of the first picture
    report : filled in when the show ends
    hear : is given every sample of the stream, in order, from another thread
    warn : is given what a person should know, before the show begins

    Raises
    ------
    OptionError, DataError : an option or an input cannot be used
    DeviceError : there is no such sound device
    EncoderError : the capture failed; its partial file stays
    """
    check_size(size)
    check_backend(options.machine.backend, options.machine.gpu)
    threads = settled_threads(options.machine.threads)
    switch_interval_s = sys.getswitchinterval()
    with ExitStack() as stack:
        # The window opens its context while the show runs.
        stack.enter_context(renderer_threads_set(options.machine.threads))
        film, feed = stack.enter_context(_opened(scene, drive, options, size))
        if warn is not None:
            warn((*film.warnings, *feed.warnings))
        writer = None
        if options.record is not None:
            writer = stack.enter_context(
                LiveWriter(
                    options.record,
                    size=size,
                    fps=options.fps,
                    sample_rate=feed.sample_rate,
                    n_channels=feed.n_channels,
                    crf=options.crf,
                    preset=options.preset,
                    encoder=options.encoder,
                    overwrite=options.overwrite,
                    threads=threads,
                )
            )
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        stack.callback(sys.setswitchinterval, switch_interval_s)
        # Blocks are analysed all the time: what was made so far is not looked through for garbage again.
        gc.collect()
        gc.freeze()
        stack.callback(gc.unfreeze)
        show = Show(
            film,
            feed,
            settings,
            writer=writer,
            fps=options.fps,
            flash_limit=options.flash_limit,
            seconds=options.seconds,
        )
        begun_s = time.monotonic()
        listeners = [listener for listener in (hear, writer.hear if writer is not None else None) if listener]
        feed.start(listeners)
        try:
            yield show
        finally:
            _sum_up(report, show, feed, film, time.monotonic() - begun_s)
    if writer is not None:
        report.recording = {
            "film": str(options.record),
            "frames": writer.n_frames,
            "repeated": writer.n_repeated,
            "dropped": writer.n_dropped,
            "silenced": writer.n_silenced,
        }


def _sum_up(report: LiveReport, show: Show, feed: Feed, film: Film, seconds: float) -> None:
    status = feed.status
    report.seconds = seconds
    report.n_frames = show.n_drawn
    report.fps = show.n_drawn / seconds if seconds else 0.0
    found = {f"p{percent}": show.delays.percentile(percent) for percent in (50, 95, 99)}
    report.latency_ms = {name: value for name, value in found.items() if value is not None}
    report.n_blocks, report.n_lost = status.n_blocks, status.n_lost
    report.n_late_blocks, report.n_flags = status.n_late, status.n_flags
    report.renderer = show.renderer
    if status.input_latency_s is not None:
        report.input_latency_ms = 1e3 * status.input_latency_s
    report.device, report.sample_rate, report.n_channels = status.device, feed.sample_rate, feed.n_channels
    report.rss_mib = (report.rss_mib[0], rss_mib())
    report.warnings = (*film.warnings, *feed.warnings)


def run_headless(
    scene: Scene,
    drive: LiveDrive,
    options: LiveOptions,
    *,
    size: Size,
    settings: LiveSettings | None = None,
    warn: Warn | None = None,
) -> LiveReport:
    """Run a show without a window; Ctrl-C ends it as the end of its time does.

    Parameters
    ----------
    scene, drive, options : as `live_show` takes them
    size : width, height in pixels
    settings : of a viewer; None leaves everything to the scene
    warn : as `live_show` takes it

    Raises
    ------
    as `live_show`, and DeviceError : there is no OpenGL
    """
    report = LiveReport(size=size)
    with (
        live_show(scene, drive, options, settings or LiveSettings(), size, report, warn=warn) as show,
        OffscreenContext(options.machine.gpu, options.machine.backend) as context,
    ):
        show.attach(context, size)
        try:
            _loop(show, context, options, report)
        except KeyboardInterrupt:
            pass
        finally:
            show.detach()
    return report


def _loop(show: Show, context: OffscreenContext, options: LiveOptions, report: LiveReport) -> None:
    """Draw at a constant rate until the time is up or the sound is over; frames that come late are left out."""
    for n_missed in ticks(options.fps):
        report.n_late += n_missed
        while True:
            show.draw()
            context.finish()
            show.finished(time.monotonic())
            if show.is_over or not show.is_behind:
                break
        if not report.rss_mib[0]:
            report.rss_mib = (rss_mib(), 0.0)
        if show.is_over:
            return


def ticks(fps: Fraction) -> Iterator[int]:
    """Times of frames, for ever: each `next` waits for its own.

    Yields
    ------
    how many have passed since the one before
    """
    begun_s = time.monotonic()
    index = 0
    while True:
        due = int((time.monotonic() - begun_s) * fps)
        yield max(0, due - index)
        index = max(due, index) + 1
        time.sleep(max(0.0, begun_s + float(index / fps) - time.monotonic()))


def run_window(
    scene: Scene,
    drive: LiveDrive,
    options: LiveOptions,
    *,
    size: Size,
    settings: LiveSettings,
    screen: int | None = None,
    full_screen: bool = False,
    keep: Callable[[LiveSettings], None] | None = None,
    warn: Warn | None = None,
) -> LiveReport:
    """Run a show in a window: PySide6's with controls, or GLFW's without.

    Parameters
    ----------
    scene, drive, options : as `live_show` takes them
    size : of the window at first, and of the capture
    settings : of the viewer
    screen : number of the screen, from 0
    full_screen : whether the window begins so
    keep : is given the settings when the show ends
    warn : as `live_show` takes it

    Raises
    ------
    as `live_show`, and DeviceError : there is no window to be had
    """
    if options.machine.backend == "egl":
        raise OptionError("--backend egl: has no window; add --headless, or give pyside6 or glfw")
    if options.machine.gpu is not None:
        raise OptionError(
            f"--gpu {options.machine.gpu}: a window is drawn by the GPU of its display; leave it out, or add --headless"
        )
    report = LiveReport(size=size)
    with live_show(scene, drive, options, settings, size, report, warn=warn) as show:
        try:
            _run_window(
                show,
                options.machine.backend,
                size=size,
                screen=screen,
                full_screen=full_screen,
                title=scene.title or "corticast",
            )
        except KeyboardInterrupt:
            # Ctrl-C closes the window.
            pass
        finally:
            if keep is not None:
                keep(show.settings)
    return report


def _run_window(show: Show, backend: str, **window: Any) -> None:
    """Run a show in the window of a backend, or in the first that can be had.

    Raises
    ------
    OptionError : the backend has no window, or there is no such screen
    NoWindowError : no window can be opened
    """
    from corticast.app.live.window import plain
    from corticast.app.live.window.qt import opening

    if backend in ("auto", "pyside6"):
        try:
            opening.run(show, **window)
            return
        except NoWindowError as error:
            if backend == "pyside6":
                raise
            without_qt = error
        try:
            plain.run(show, **window)
        except NoWindowError:
            # The window with controls is the one to get.
            raise without_qt from None
    else:
        plain.run(show, **window)


def rss_mib() -> float:
    """Resident memory of this process in MiB; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (OSError, ValueError, IndexError):
        return 0.0
