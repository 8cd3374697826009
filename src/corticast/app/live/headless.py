"""A live show without a window."""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction

from corticast.app.live.options import LiveOptions
from corticast.app.live.report import LiveReport, rss_mib
from corticast.app.live.run import Warn, live_show
from corticast.app.live.settings import LiveSettings
from corticast.app.live.show import Show
from corticast.core.model.scene import Scene
from corticast.dsp.live import LiveDrive
from corticast.film.sizes import Size
from corticast.gl.context import OffscreenContext


def run_headless(
    scene: Scene,
    drive: LiveDrive,
    options: LiveOptions,
    *,
    size: Size,
    settings: LiveSettings | None = None,
    warn: Warn | None = None,
) -> LiveReport:
    """Run a show without a window; Ctrl-C ends it like the end of its time.

    Parameters
    ----------
    scene, drive, options : as `live_show` takes them
    size : width, height in pixels
    settings : of a viewer; None takes those of the scene
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
    """Times of frames, without end: each `next` waits for the time of its frame.

    Yields
    ------
    number of times that have passed since the one before
    """
    begun_s = time.monotonic()
    index = 0
    while True:
        due = int((time.monotonic() - begun_s) * fps)
        yield max(0, due - index)
        index = max(due, index) + 1
        time.sleep(max(0.0, begun_s + float(index / fps) - time.monotonic()))
