"""Benchmark of a live show from end to end: a sound server plays beeps, and pixels light up."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from corticast.app.demo.demo import demo_inputs
from corticast.app.live.headless import ticks
from corticast.app.live.options import LiveOptions
from corticast.app.live.report import LiveReport, rss_mib
from corticast.app.live.run import live_show
from corticast.app.live.settings import LiveSettings
from corticast.app.live.show import Show
from corticast.bench.model import Benchmark, Environment, Sample, SkippedError, WrongResultError
from corticast.bench.sound_server import SoundServer
from corticast.core.geometry.full_strength import FullStrength
from corticast.core.geometry.panels import SlicePanel
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.machine import Machine
from corticast.core.model.scene import Scene
from corticast.core.model.types import Float32Array, Float64Array, FrameState, UInt8Array
from corticast.dsp.bands import LogBands
from corticast.dsp.live import LiveDrive
from corticast.gl.context import OffscreenContext

Size = tuple[int, int]

_RATE = 44100
_TONE_HZ, _PERIOD_S, _BEEP_S = 1000.0, 0.5, 0.1
_BLOCK_SIZE = 512
_FPS = Fraction(60)
# With less latency, the player runs dry on a busy machine, and the server inserts silence into the beeps.
_PLAYER_MS = 100
# Beeps wait in the player's pipe for at most 23 ms.
_PIPE_BYTES = 4096
# Growth of memory counts from this time on.
_SETTLING_S = 2.0
# Number of beeps at the start that only adapt the gain.
_N_FIRST = 3
# Beeps that come too late for the player or for their frame light nothing. Most do, even on a busy machine.
_MOST_DARK = 0.5
# A beep lights its pixel within this time or never.
_LONGEST_S = 0.4


class Beeps(threading.Thread):
    """Plays a tone every half second through `pacat`, in step with the monotonic clock.

    Parameters
    ----------
    server : server that plays the tones

    Attributes
    ----------
    handed_s : monotonic times at which the player got the first sample of each beep
    """

    def __init__(self, server: SoundServer) -> None:
        super().__init__(name="corticast-beeps", daemon=True)
        self._ended = threading.Event()
        self.handed_s: list[float] = []
        command = ["pacat", "--playback", f"--device={server.sink}"]
        command += [f"--latency-msec={_PLAYER_MS}", "--process-time-msec=20"]
        command += [f"--rate={_RATE}", "--channels=1", "--format=float32le", "--raw"]
        self._player = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=server.environment,
            pipesize=_PIPE_BYTES,
        )

    def run(self) -> None:
        """Write 5 ms at a time to the player."""
        assert self._player.stdin is not None
        period, beep = round(_PERIOD_S * _RATE), round(_BEEP_S * _RATE)
        tone = (0.5 * np.sin(2 * np.pi * _TONE_HZ / _RATE * np.arange(beep))).astype("<f4")
        cycle = np.concatenate([np.zeros(period - beep, "<f4"), tone])
        step, position, begun_s = _RATE // 200, 0, time.monotonic()
        with contextlib.suppress(BrokenPipeError):
            while not self._ended.is_set():
                part = np.take(cycle, np.arange(position, position + step), mode="wrap")
                if position % period < period - beep <= position % period + step:
                    self.handed_s.append(time.monotonic())
                self._player.stdin.write(part.tobytes())
                self._player.stdin.flush()
                position += step
                # Never catch up after the player was late: the backlog would stay for ever.
                begun_s = max(begun_s, time.monotonic() - position / _RATE)
                self._ended.wait(max(0.0, begun_s + position / _RATE - time.monotonic()))

    def end(self) -> None:
        """Stop playing."""
        self._ended.set()
        self.join()
        assert self._player.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._player.stdin.close()
        self._player.kill()
        self._player.wait()


@dataclass
class _Onsets:
    """Finds the beginnings of beeps in the stream, and the times at which these samples arrived in the callback."""

    arrival_s: Callable[[float], float | None] = lambda position: None
    found: list[float] = field(default_factory=list)
    _position: int = 0
    _last: int = -_RATE

    def hear(self, samples: Float32Array) -> None:
        """Search the latest samples for beginnings."""
        for index in np.flatnonzero(np.abs(samples).max(axis=0) > 0.02):
            position = self._position + int(index)
            if position - self._last > round((_PERIOD_S - _BEEP_S) * _RATE / 2):
                arrived_s = self.arrival_s(position)
                if arrived_s is not None:
                    self.found.append(arrived_s)
            self._last = position
        self._position += samples.shape[1]


def _spin(ended: Any) -> None:
    """Keep a core busy with Python code."""
    count = 0
    while not ended.is_set():
        count += 1


@contextmanager
def _load(kind: str) -> Iterator[None]:
    """Run other work meanwhile: "none", "threads" (two that hold Python's interpreter lock), "process" (one core)."""
    ended: Any
    workers: list[Any] = []
    if kind == "threads":
        ended = threading.Event()
        workers = [threading.Thread(target=_spin, args=(ended,), daemon=True) for _ in range(2)]
    elif kind == "process":
        context = multiprocessing.get_context("spawn")
        ended = context.Event()
        workers = [context.Process(target=_spin, args=(ended,), daemon=True)]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        if workers:
            ended.set()
        for worker in workers:
            worker.join()


def _scene() -> Scene:
    return Scene(**demo_inputs())


def _lit_pixel(show: Show, size: Size, band: int) -> tuple[int, int]:
    """Pixel in the middle of a contact that shows the band and lies away from other growing contacts."""
    # The show's own scene and layout: its caption takes room, and its planes can be dragged.
    scene, placed = show.film.scene, show.film.placed
    assert placed is not None
    layout = layout_of(scene, placed, size, planes_move=True)
    panel = layout.panels[0]
    assert isinstance(panel, SlicePanel)
    # Near the plane, contacts are drawn in the table's order: later ones cover earlier ones.
    near = FullStrength(scene, placed, panel, layout.depths).at(FrameState(show.film.resting_mm))
    contacts = np.flatnonzero(near)
    centres = panel.pixel_of(placed.pos[contacts])
    away = np.linalg.norm(centres[:, None] - centres, axis=2)
    away[np.tril_indices(len(away))] = np.inf
    free = np.where(show.feed.row_of_contact[contacts] == band, away.min(axis=1), -1.0)
    column, row = centres[int(np.argmax(free))]
    return round(float(column)), round(float(row))


def _delays_ms(begun_s: list[float], frames: list[tuple[float, float]], settled_s: float) -> tuple[Float64Array, int]:
    """Delay from each beginning to the first frame beyond half of the rise, and the number of beeps without one."""
    times, light = np.array(frames).T
    delays = []
    n_dark = 0
    for start_s in begun_s:
        if start_s < settled_s or start_s + _LONGEST_S > times[-1]:
            continue
        before = np.flatnonzero(times < start_s)
        within = np.flatnonzero((times >= start_s) & (times < start_s + _LONGEST_S))
        if not len(before) or not len(within):
            continue
        low, high = light[before[-1]], light[within].max()
        if high - low < 0.05:
            n_dark += 1
            continue
        passed = within[light[within] >= (low + high) / 2]
        delays.append(1e3 * (times[passed[0]] - start_s))
    if n_dark >= _MOST_DARK * (n_dark + len(delays)):
        raise WrongResultError(f"{n_dark} of {n_dark + len(delays)} beeps did not light their contact")
    return np.array(delays), n_dark


def _brightness(pixel: UInt8Array) -> float:
    """Mean of a pixel's sRGB codes, 0..1."""
    return float(pixel[:3].mean() / 255)


@contextmanager
def _latency(environment: Environment, *, size: Size, seconds: float, load: str) -> Iterator[Sample]:
    """From a beep's arrival in the callback, and from the player, to the first pixel beyond half of its rise."""
    if missing := SoundServer.missing():
        raise SkippedError(f"needs {missing}; see the README on live sound")
    scene = _scene()
    bands = LogBands()
    band = int(np.searchsorted(bands.edges_hz, _TONE_HZ)) - 1

    def sample() -> dict[str, float]:
        with SoundServer(environment.folder) as server, _environment(server.variables):
            return _measure(environment, server, scene, band, size, seconds, load)

    yield sample


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables for the processes started meanwhile."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _measure(
    environment: Environment, server: SoundServer, scene: Scene, band: int, size: Size, seconds: float, load: str
) -> dict[str, float]:
    onsets = _Onsets()
    report = LiveReport()
    options = LiveOptions(
        device=server.source,
        block_size=_BLOCK_SIZE,
        fps=_FPS,
        machine=Machine(environment.gpu, environment.backend, threads=environment.threads),
    )
    drive = LiveDrive(bands=LogBands(), attack_s=0.0, release_s=0.05)
    frames: list[tuple[float, float]] = []
    others = 0.0
    n_late = 0
    with (
        _load(load),
        live_show(scene, drive, options, LiveSettings(), size, report, hear=onsets.hear) as show,
        OffscreenContext(options.machine.gpu, options.machine.backend) as context,
    ):
        onsets.arrival_s = show.feed.arrival_s
        show.attach(context, size)
        column, row = _lit_pixel(show, size, band)
        beeps = Beeps(server)
        beeps.start()
        begun_s = time.monotonic()
        grown = 0.0
        try:
            for n_missed in ticks(_FPS):
                n_late += n_missed
                pixels = show.draw().read()
                now_s = time.monotonic()
                show.finished(now_s)
                frames.append((now_s, _brightness(pixels[row, column])))
                others = max(others, float(np.delete(show.feed.moment().rows, band).max(initial=0.0)))
                if now_s < begun_s + _SETTLING_S:
                    grown = rss_mib()
                if now_s > begun_s + seconds:
                    break
            grown = rss_mib() - grown
        finally:
            beeps.end()
            show.detach()
        input_latency_s = show.feed.status.input_latency_s
    if len(onsets.found) <= _N_FIRST:
        raise WrongResultError(f"only {len(onsets.found)} beeps arrived")
    settled_s = onsets.found[_N_FIRST]
    arrived, n_dark = _delays_ms(onsets.found, frames, settled_s)
    handed, _ = _delays_ms(beeps.handed_s, frames, settled_s)
    return {
        **{f"arrival_p{percent}": float(np.percentile(arrived, percent)) for percent in (50, 95, 99)},
        **{f"player_p{percent}": float(np.percentile(handed, percent)) for percent in (50, 95, 99)},
        "input_latency": 1e3 * (input_latency_s or 0.0),
        "other_bands": others,
        "fps": len(frames) / (frames[-1][0] - begun_s),
        "late": float(n_late),
        "dark": float(n_dark),
        "lost": float(report.n_lost),
        "growth": grown,
    }


_UNITS = {
    **{f"{where}_p{percent}": "ms" for where in ("arrival", "player") for percent in (50, 95, 99)},
    "input_latency": "ms",
    "other_bands": "activity",
    "fps": "frames/s",
    "late": "frames",
    "dark": "beeps",
    "lost": "samples",
    "growth": "MiB",
}

BENCHMARKS = (
    Benchmark(
        "live.latency",
        _latency,
        _UNITS,
        cases=(
            {"size": (1280, 720), "seconds": 60.0, "load": "none"},
            {"size": (1280, 720), "seconds": 120.0, "load": "threads"},
            {"size": (1280, 720), "seconds": 120.0, "load": "process"},
        ),
        quick=({"size": (320, 180), "seconds": 9.0, "load": "none"},),
        warms_up=False,
    ),
)
