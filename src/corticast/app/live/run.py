"""A live show: the sound, the film that it drives, the show, and the capture of it, opened and closed together.

headless.py and window/run.py draw its frames.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

from corticast.app.live.feed import Feed, Hear
from corticast.app.live.feed_capture import CaptureFeed
from corticast.app.live.feed_playback import PlaybackFeed
from corticast.app.live.flash_limit import FlashLimit, figures_of
from corticast.app.live.options import LiveOptions
from corticast.app.live.report import LiveReport, rss_mib
from corticast.app.live.settings import LiveSettings
from corticast.app.live.show import Show
from corticast.audio.capture import Capture
from corticast.audio.devices import Direction, choose_device, list_devices
from corticast.core.geometry.placement import placed_of
from corticast.core.model.scene import Scene, changed
from corticast.core.text.foot import BETWEEN_FACTS
from corticast.core.text.numbers import number
from corticast.dsp.assignment import order_words
from corticast.dsp.live import LiveDrive
from corticast.errors import DeviceError, OptionError
from corticast.film.film import Film
from corticast.film.opening import open_film
from corticast.film.size_words import sizes_line
from corticast.film.sizes import Size, check_size
from corticast.film.timing import FilmTiming
from corticast.gl.context import check_backend
from corticast.process.threads import renderer_threads_set, settled_threads
from corticast.video.live_writer import LiveWriter

# Samples of a callback's buffer: few for a short latency of captured sound, many for a busy machine that plays.
CAPTURE_BLOCK, PLAYBACK_BLOCK = 512, 4096

# The interpreter switches threads after this time, so that the analysis does not wait for a busy one.
_SWITCH_INTERVAL_S = 0.0005

Warn = Callable[[tuple[str, ...]], None]


@contextmanager
def _opened(scene: Scene, drive: LiveDrive, options: LiveOptions, size: Size) -> Iterator[tuple[Film, Feed]]:
    if scene.sound is None and scene.electrodes is not None and scene.caption == "auto":
        placed = placed_of(scene)
        scene = changed(scene, caption=live_caption(drive, in_picture=placed is not None and placed.in_picture))
    film = open_film(scene, FilmTiming(size=size, fps=options.fps), still=True)
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
        source = Capture(
            options.device,
            sample_rate=options.sample_rate,
            n_channels=options.n_channels,
            block_size=options.block_size or CAPTURE_BLOCK,
        )
        # Bands belong to all contacts, selected or not.
        feed = CaptureFeed(drive, placed_of(scene), source)
    with feed:
        yield film, feed


def live_caption(drive: LiveDrive, *, in_picture: bool = False) -> str:
    """Caption of a show that listens: what the lights follow, which contacts have low bands, and how fast.

    Parameters
    ----------
    in_picture : whether contacts stand in pixels of a picture
    """
    low_hz, high_hz, n = drive.bands.lo, drive.bands.hi, drive.bands.n
    bands = f"{n} band{'s' * (n != 1)} {number(low_hz)}–{number(high_hz)} Hz"
    bands += f", {order_words(drive.assign, in_picture=in_picture)}" if n > 1 else ""
    pace = f"rise {1000 * drive.attack_s:g} ms, fall {1000 * drive.release_s:g} ms"
    return BETWEEN_FACTS.join(("lights follow the sound", bands, pace))


def _check_device(wanted: str, direction: Direction) -> None:
    """Check that a device is present; if devices cannot be listed, the show waits for it.

    Raises
    ------
    OptionError : there are devices, but none of that name or number
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
    scene : with sound, the sound is played; without, the show listens to a device
    drive : makes activity of captured sound
    size : of the capture and of the first picture
    report : completed when the show ends
    hear : called with every sample of the stream, in order, from another thread
    warn : called with the warnings of film and sound, before the show begins

    Raises
    ------
    OptionError, DataError : an option or an input cannot be used
    DeviceError : there is no such sound device
    EncoderError : the capture failed; its partial file stays
    """
    check_size(size)
    check_backend(options.machine.backend, options.machine.gpu)
    threads = settled_threads(options.machine.threads)
    # The window opens its context while the show runs.
    with renderer_threads_set(options.machine.threads), _opened(scene, drive, options, size) as (film, feed):
        if warn is not None:
            warn((*film.warnings, *feed.warnings))
        limit = flash_limit_of(film, drive, options)
        with _capture(options, feed, size, threads) as writer, _undisturbed():
            if warn is not None and writer is not None:
                warn(writer.warnings)
            show = Show(
                film,
                feed,
                settings,
                writer=writer,
                fps=options.fps,
                seconds=options.seconds,
                limit=limit,
            )
            begun_s = time.monotonic()
            feed.start([listener for listener in (hear, writer and writer.hear) if listener])
            try:
                yield show
            finally:
                feed.end()
                _sum_up(report, show, feed, film, time.monotonic() - begun_s)
                report.flash_limit = figures_of(limit)
                if writer is not None:
                    report.warnings += writer.warnings
    if writer is not None:
        report.capture = {
            "film": str(options.record),
            "size": writer.frame_size,
            "frames": writer.n_frames,
            "repeated": writer.n_repeated,
            "dropped": writer.n_dropped,
            "silenced": writer.n_silenced,
        }


def flash_limit_of(film: Film, drive: LiveDrive, options: LiveOptions) -> FlashLimit | None:
    """The flash limit of a show; None for a show that is not limited.

    Sound is limited unless the limit is switched off, a recording that is played only if the limit is asked for.

    Parameters
    ----------
    film : the scene, with the activity of sound or of a recording that is played
    drive : whose release the limit keeps
    options : of the show
    """
    plays_recording = film.activity is not None and film.activity.measured.source == "recording"
    wanted = not plays_recording if options.flash_limit is None else options.flash_limit
    return FlashLimit(drive.release_s, options.front_row) if wanted and film.placed is not None else None


def _capture(options: LiveOptions, feed: Feed, size: Size, threads: int) -> AbstractContextManager[LiveWriter | None]:
    """The writer of the show's film; None for a show that is not captured."""
    if options.record is None:
        return nullcontext()
    return LiveWriter(
        options.record,
        size=size,
        fps=options.fps,
        sample_rate=feed.sample_rate,
        n_channels=feed.n_channels,
        encoding=options.encoding,
        overwrite=options.overwrite,
        threads=threads,
    )


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep the interpreter's housekeeping out of a show."""
    switch_interval_s = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    # The garbage collector would search all objects of the start again and again during the show.
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(switch_interval_s)


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
    report.sizes = sizes_line(film, report.size, moves=True)
    report.warnings = (*film.warnings, *feed.warnings)
