"""Frames of a live show while somebody drags the grey window or the planes, beside frames at rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from corticast.app.demo.demo import demo_inputs
from corticast.app.live.feed import FeedStatus, Hear, Moment
from corticast.app.live.show import Show
from corticast.app.render.still import frame
from corticast.bench.clocks import milliseconds_per_call
from corticast.bench.drawing import FPS, SMALL, check_same, open_context
from corticast.bench.model import Benchmark, Environment, Sample
from corticast.core.model.scene import Scene, changed
from corticast.core.model.types import Float32Array, Float64Array
from corticast.dsp.drive import ArrayDrive
from corticast.film.opening import open_film
from corticast.gl.target import Target
from corticast.gl.timer import finish

_RATE = 48000
_N_BANDS = 10


class _Noise:
    """A feed whose bands show another random activity in every frame."""

    sample_rate, n_channels, is_over, has_gain = _RATE, 1, False, True
    band_edges_hz: Float64Array | None = None
    warnings: tuple[str, ...] = ()

    def __init__(self, n_contacts: int) -> None:
        self.row_of_contact = np.arange(n_contacts) % _N_BANDS
        self.gain_db: float | None = None
        self._rng = np.random.default_rng(1857)
        self.rows = np.zeros(_N_BANDS, np.float32)

    def start(self, listeners: Sequence[Hear] = ()) -> None:
        """Nothing is heard."""

    def end(self) -> None:
        """Nothing has begun."""

    def arrival_s(self, position: float) -> float | None:
        """Unknown."""

    def moment(self) -> Moment:
        """The activity drawn now."""
        return self.at(0.0)

    def at(self, position: float) -> Moment:
        """The activity drawn now."""
        return Moment(position, self.rows, None)

    def next(self) -> None:
        """Other activity."""
        self.rows = self._rng.random(_N_BANDS, dtype=np.float32)

    @property
    def status(self) -> FeedStatus:
        """A feed without a device."""
        return FeedStatus("noise")

    @property
    def spectrum(self) -> Float32Array:
        """(n_rows,) float32 0..1."""
        return self.rows

    def pause(self, paused: bool) -> None:
        """Noise has no position to hold."""


def _check_drag(environment: Environment, show: Show, scene: Scene, size: tuple[int, int]) -> None:
    """Compare a frame of a dragged grey window with cc.frame's of the same scene and activity.

    Raises
    ------
    WrongResultError : they differ
    """
    values = np.zeros((len(show.feed.row_of_contact), 2), np.float32)
    assert scene.electrodes is not None
    drive = ArrayDrive(values, 1.0, list(scene.electrodes.names))
    still = changed(scene, drive=drive, window=show.settings.window)
    expected = frame(still, 0, size=size, fps=FPS, frames=1, gpu=environment.gpu, backend=environment.backend)
    check_same("the dragged frame", show.draw().read()[..., :3], expected, 0)


@contextmanager
def _drag(environment: Environment, *, size: tuple[int, int]) -> Iterator[Sample]:
    """Frames of the demo on the screen, at rest and dragged: with new activity, drawn, and copied to a window."""
    # Else the show, whose planes can be dragged, has room for the whole head, and a still for its slices.
    # In the small frame of the quick case a letter touches a coordinate, and a show draws coordinates last.
    scene = Scene(**demo_inputs(), caption="none", fit="volume")
    scene = changed(scene, labels=set(scene.shown_labels) - {"letters"})
    film = open_film(scene, still=True)
    assert film.placed is not None
    feed = _Noise(len(film.placed.pos))
    with open_context(environment) as context:
        show = Show(film, feed)
        show.attach(context, size)
        window = Target(context, size)
        show.drag(60, 40)
        _check_drag(environment, show, scene, size)
        step = 0

        def shown(change: Callable[[int], object]) -> Callable[[], None]:
            def next_frame() -> None:
                nonlocal step
                step += 1
                feed.next()
                change(step)
                show.draw().show(window.name, size)
                finish()

            return next_frame

        x, y, z = film.resting_mm
        changes: dict[str, Callable[[int], object]] = {
            "rest": lambda step: None,
            "window": lambda step: show.drag((-1) ** step, (-1) ** step),
            "planes": lambda step: show.change(plane_mm=(x + step % 7, y + step % 5, z + step % 9)),
            "gain": lambda step: show.change(gain_db=float(step % 12)),
        }
        try:
            yield lambda: {name: milliseconds_per_call(shown(change)) for name, change in changes.items()}
        finally:
            show.detach()


BENCHMARKS = (
    Benchmark(
        "live.drag",
        _drag,
        {"rest": "ms", "window": "ms", "planes": "ms", "gain": "ms"},
        cases=({"size": (1280, 720)}, {"size": (1920, 1080)}),
        quick=({"size": SMALL},),
    ),
)
