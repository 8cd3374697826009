"""What the flash limit of a live show does: r, the steepest fall and flashes, for drums in several scenes.

    python benchmarks/live_flashes.py [--iris] [-o benchmarks/results/live_flashes.json]

Drums are analysed as live sound is, column by column, and drawn by a show without a window, 30 frames a second. `free`
is the activity of the sound, `shown` the activity that is drawn.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import corticast as cc
from corticast.app.live.feed import FeedStatus, Moment
from corticast.app.live.flash_limit import FlashLimit
from corticast.app.live.show import Show
from corticast.core.flashes import FlashMeter, sample_size
from corticast.core.model.types import Electrodes, Volume
from corticast.dsp.history import ActivityHistory
from corticast.dsp.live import LiveAnalyser, LiveDrive
from corticast.film.opening import open_film
from corticast.gl.context import OffscreenContext

RATE, FPS = 16000, 30
SIZE = (480, 270)
RHYTHMS = (60, 90, 120, 150, 160, 180)
# Before the issue (0277659), by its text.
BEFORE = {"drums": "activity fell from 0.78 to 0.21 within one frame", "source": "issue, of 0277659"}


def drums(beats_per_minute: float, seconds: float) -> np.ndarray:
    """(1, n) float32: bursts of noise, 80 ms long, that decay."""
    rng = np.random.default_rng(3)
    times = np.arange(int(seconds * RATE)) / RATE
    phase = times % (60 / beats_per_minute)
    return (np.exp(-phase / 0.02) * rng.normal(0, 0.3, len(times)))[None].astype(np.float32)


def head(n: int = 64) -> dict[str, object]:
    """A small head with contacts all over it."""
    grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, 40)] * 3, indexing="ij"))
    voxels = np.asfortranarray((600 * (np.linalg.norm(grid, axis=0) < 0.9)).astype(np.int16))
    affine = np.diag([4.0, 4, 4, 1])
    affine[:3, 3] = -78
    rng = np.random.default_rng(1)
    directions = rng.normal(size=(n, 3))
    pos = 66 * directions / np.linalg.norm(directions, axis=1)[:, None]
    return {
        "volume": Volume(voxels, affine),
        "electrodes": Electrodes(tuple(f"e{i}" for i in range(n)), pos, space="world"),
    }


def scenes() -> dict[str, cc.Scene]:
    """Scenes of small and of large contacts."""
    return {
        "ortho": cc.Scene(**head()),
        "grid": cc.Scene(**head(), layout="grid"),
        "lateral": cc.Scene(**head(), layout="lateral"),
        "3d": cc.Scene(**head(), layout="3d"),
        "ortho, large": cc.Scene(**head(), electrode_size=(10, 160), electrode_depth="all"),
        "axial, white": cc.Scene(
            **head(), layout="axial", electrode_size=(10, 200), electrode_depth="all", background="white"
        ),
        "3d, large": cc.Scene(**head(), layout="3d", electrode_size=(10, 240)),
    }


class SoundFeed:
    """Sound that was analysed as live sound is, on a clock that the caller sets."""

    n_channels, is_over, has_gain, warnings, band_edges_hz = 1, False, True, (), None
    gain_db = None

    def __init__(self, sound: np.ndarray, placed: object, drive: LiveDrive, sample_rate: int = RATE) -> None:
        self.sample_rate = sample_rate
        analyser = LiveAnalyser(drive, sample_rate, 1)
        columns = analyser.push(sound)
        self._history = ActivityHistory(analyser.n_bands, analyser.stft.hop_length, columns.shape[1] + 2)
        for first in range(0, columns.shape[1], 64):
            self._history.put(columns[:, first : first + 64])
        self.row_of_contact = analyser.rows_of(placed)
        self.position = 0.0
        self.spectrum = np.zeros(analyser.n_bands, np.float32)

    def moment(self) -> Moment:
        """The sound at the position."""
        return self.at(self.position)

    def at(self, position: float) -> Moment:
        """The sound at a position."""
        return Moment(position, self._history.at(position), None)

    @property
    def status(self) -> FeedStatus:
        """The name of the sound."""
        return FeedStatus("drums")

    def pause(self, paused: bool) -> None:
        """Do nothing."""


@dataclass
class Shown:
    """A show: free activity and gain of each frame, samples of the frames."""

    free: np.ndarray
    gain: np.ndarray
    frames: np.ndarray
    floor: float
    draw_ms: float

    @property
    def shown(self) -> np.ndarray:
        """(n_frames, n_rows): activity that is drawn."""
        return self.free * self.gain[:, None]

    def r(self, first_s: float) -> float:
        """Least correlation over the rows, from a second on."""
        first = round(first_s * FPS)
        pairs = [(a, b) for a, b in zip(self.free[first:].T, self.shown[first:].T, strict=True) if a.std() > 0.01]
        return float(min(np.corrcoef(a, b)[0, 1] for a, b in pairs))

    def fastest_fall(self, least: float = 0.05) -> float:
        """Fastest fall of a row, in units of the release: 1 is e-fold in the release."""
        ratio = np.maximum(self.shown[1:], 1e-9) / np.maximum(self.shown[:-1], 1e-9)
        counted = (self.shown[:-1] > least) & (self.shown[1:] > 1e-3)
        return float(-np.log(ratio[counted].min()) * FPS * LiveDrive().release_s)


def shown(scene: cc.Scene, sound: np.ndarray, *, limited: bool = True, sample_rate: int = RATE) -> Shown:
    """Play a sound in a show, frame by frame."""
    film = open_film(scene, still=True)
    feed = SoundFeed(sound, film.placed, LiveDrive(), sample_rate)
    limit = FlashLimit() if limited else None
    show = Show(film, feed, limit=limit)
    free, gains, frames = [], [], []
    with OffscreenContext() as context:
        show.attach(context, SIZE)
        begun_s = time.perf_counter()
        for index in range(int(sound.shape[1] / sample_rate * FPS)):
            feed.position = index / FPS * sample_rate
            frames.append(show.draw().read()[:, :, :3])
            free.append(feed.moment().rows)
            gains.append(limit.gain if limit else 1.0)
        draw_ms = (time.perf_counter() - begun_s) / len(frames) * 1e3
        show.detach()
    return Shown(np.array(free), np.array(gains), np.array(frames), limit.floor if limit else 1.0, draw_ms)


def measured(frames: np.ndarray) -> dict[str, bool]:
    """Whether the readings are exceeded, from every third pixel of the frames."""
    width, height = sample_size((frames.shape[2], frames.shape[1]))
    rows = (np.arange(height) + 0.5) * frames.shape[1] / height
    columns = (np.arange(width) + 0.5) * frames.shape[2] / width
    meter = FlashMeter((width, height), FPS)
    for frame in frames:
        meter.push(np.ascontiguousarray(frame[rows.astype(int)][:, columns.astype(int)]))
    return {reading.guideline: reading.exceeded for reading in meter.flashes.readings}


def judged_by_iris(frames: np.ndarray) -> bool:
    """Whether IRIS passes the whole picture, and crops of a third of its sides."""
    root = Path(__file__).parents[1]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "frames.npy")
        np.save(path, frames)
        orders = "".join(json.dumps({"path": str(path), "fps": FPS, "share": share}) + "\n" for share in (1.0, 1 / 3))
        command = [root / ".venv-iris" / "bin" / "python", root / "tests" / "iris_child.py"]
        done = subprocess.run(command, input=orders, capture_output=True, text=True, check=True)
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    return not any(failed for verdict in verdicts for kind in verdict.values() for failed in kind.values())


def main() -> None:
    """Print the table, and write it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--iris", action="store_true")
    options.add_argument("--only", default="")
    options.add_argument("--seconds", type=float, default=12.0)
    options.add_argument("-o", "--output", type=Path)
    given = options.parse_args()
    lines = []
    for name, scene in scenes().items():
        if given.only not in name:
            continue
        for rhythm in RHYTHMS:
            sound = drums(rhythm, given.seconds)
            line = {"scene": name, "beats_per_minute": rhythm}
            for word, limited in (("free", False), ("limited", True)):
                one = shown(scene, sound, limited=limited)
                line[word] = {
                    "r": round(one.r(3), 4),
                    "fastest_fall_in_releases": round(one.fastest_fall(), 3),
                    "least_gain": round(float(one.gain.min()), 3),
                    "last_gain": round(float(one.gain[-1]), 3),
                    "floor": round(one.floor, 3),
                    "exceeded": measured(one.frames),
                }
                if given.iris:
                    line[word]["iris_passes"] = judged_by_iris(one.frames)
            lines.append(line)
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
    if given.output:
        given.output.write_text(json.dumps({"before": BEFORE, "after": lines}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
