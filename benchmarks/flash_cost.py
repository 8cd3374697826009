"""What the measuring of flashes and the flash limit cost.

    python benchmarks/flash_cost.py [--carol FILE] [--seconds 20] [--runs 5] [-o benchmarks/results/flash_cost.json]

Films are made in turn: without measuring, by default, with the limit. A figure is the median of shares of the film
without measuring that was made in the same turn: of CPU time, the encoder's too, and of wall time. `own_cpu` is the CPU
time of the meter's own calls in the thread that draws, as a share of that of the whole film: other programs disturb
the figure little.
"""

from __future__ import annotations

import argparse
import functools
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from truth import FPS, RATE, cases, excerpt

import corticast as cc
from corticast.app.demo.demo import demo_inputs
from corticast.app.demo.song import jingle_bells
from corticast.app.render import film_frames
from corticast.app.render.metering import FilmMeter
from corticast.core.model.types import SampledSound

SIZE = (1920, 1080)
FILMS = ("carol, lateral", "carol, ortho", "large: drums 160", "large: drums 180", "large: 5 Hz table")
WAYS = ("unmeasured", "default", "limited")


def used_cpu_s() -> float:
    """CPU seconds of this process, and of the encoders that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


# Calls of the meter.
CALLS = (
    (film_frames, "reach_of"),
    (film_frames, "can_flash"),
    *((FilmMeter, name) for name in ("__init__", "frame", "planes", "finish")),
)


class OwnTime:
    """CPU seconds of the meter's calls."""

    def __init__(self) -> None:
        self.cpu_s = 0.0

    def __enter__(self) -> OwnTime:
        self._calls = [getattr(owner, name) for owner, name in CALLS]
        for (owner, name), call in zip(CALLS, self._calls, strict=True):
            setattr(owner, name, self._timed(call))
        return self

    def __exit__(self, *_: object) -> None:
        for (owner, name), call in zip(CALLS, self._calls, strict=True):
            setattr(owner, name, call)

    def _timed(self, call: Callable[..., object]) -> Callable[..., object]:
        @functools.wraps(call)
        def timed(*given: object, **named: object) -> object:
            begun = time.thread_time()
            try:
                return call(*given, **named)
            finally:
                self.cpu_s += time.thread_time() - begun

        return timed


def spent(scene: cc.Scene, n_frames: int, path: Path, way: str) -> tuple[float, float, float]:
    """CPU and wall seconds of a film, and the meter's own CPU seconds."""
    measure, read, decide = FilmMeter.frame, FilmMeter.planes, film_frames.can_flash
    if way == "unmeasured":
        FilmMeter.frame = FilmMeter.planes = lambda *_: None
        film_frames.can_flash = lambda *_: False
    try:
        with OwnTime() as own:
            begun = used_cpu_s(), time.perf_counter()
            cc.render(scene, path, size=SIZE, fps=FPS, frames=n_frames, overwrite=True, flash_limit=way == "limited")
            return used_cpu_s() - begun[0], time.perf_counter() - begun[1], own.cpu_s
    finally:
        FilmMeter.frame, FilmMeter.planes, film_frames.can_flash = measure, read, decide


def cost(name: str, scene: cc.Scene, n_frames: int, path: Path, n_runs: int) -> dict[str, object]:
    """Figures of one film; the first turn warms up."""
    turns = np.array([[spent(scene, n_frames, path, way) for way in WAYS] for _ in range(n_runs + 1)])[1:]
    shares = np.median(turns[..., :2] / turns[:, :1, :2], axis=0).round(3)
    own = np.median(turns[:, 1, 2] / turns[:, 1, 0])
    return {
        "film": name,
        "n_frames": n_frames,
        "n_turns": n_runs,
        "unmeasured_ms_per_frame": {
            "cpu": round(float(np.median(turns[:, 0, 0])) / n_frames * 1e3, 2),
            "wall": round(float(np.median(turns[:, 0, 1])) / n_frames * 1e3, 2),
        },
        "measured": {"cpu": float(shares[1, 0]), "wall": float(shares[1, 1]), "own_cpu": round(float(own), 4)},
        "limited": {"cpu": float(shares[2, 0]), "wall": float(shares[2, 1])},
    }


def main() -> None:
    """Print a line for each film, and write them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--carol", type=Path)
    options.add_argument("--seconds", type=float, default=20.0)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--only", default="")
    options.add_argument("-o", "--output", type=Path)
    given = options.parse_args()
    song = excerpt(
        given.carol, given.seconds, lambda: SampledSound(jingle_bells(RATE)[:, : int(given.seconds * RATE)], RATE)
    )
    scenes = {"main job": cc.Scene(**demo_inputs(), drive=cc.AudioDrive(song))}
    scenes |= {case.name: case.scene for case in cases(song, song, given.seconds) if case.name in FILMS}
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for name, scene in scenes.items():
            if given.only in name:
                lines.append(cost(name, scene, round(given.seconds * FPS), Path(folder) / "film.mp4", given.runs))
                sys.stdout.write(json.dumps(lines[-1]) + "\n")
                sys.stdout.flush()
    if given.output:
        given.output.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
