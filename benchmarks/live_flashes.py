"""Effects of the flash limit on live shows: on their activity, and on the films that `--record` writes.

    python benchmarks/live_flashes.py [SOUND ...] [--iris] [-o benchmarks/results/live_flashes.json]

Drums of several rhythms and real sounds are analysed as live sound is, column by column, and drawn by a show without
a window, 30 frames a second. The show is recorded by the writer of `--record`. The film is decoded, and judged by our
two readings and by IRIS, as a whole and in overlapping crops of a third of the sides.

`r` is the least correlation of a row's free activity to the activity that is shown, from 3 s on. The fastest fall is
given in units of the release: 1 is e-fold in the release.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

import corticast as cc
from corticast.app.live.feed import FeedStatus, Moment
from corticast.app.live.flash_limit import FlashLimit
from corticast.app.live.show import Show
from corticast.core.flash_meter import FlashMeter
from corticast.core.flashes import FRONT_ROW, sample_size
from corticast.core.model.types import Electrodes, Volume
from corticast.dsp.history import ActivityHistory
from corticast.dsp.live import LiveAnalyser, LiveDrive
from corticast.film.opening import open_film
from corticast.gl.context import OffscreenContext
from corticast.process.ffmpeg import executable
from corticast.video.live_writer import LiveWriter

RATE, FPS = 16000, 30
SIZE = (480, 270)
RHYTHMS = (60, 90, 120, 150, 180)
# Rows whose activity hardly varies have no correlation.
LEAST_SPREAD = 0.01
# The show and its capture begin together; r counts from here on.
FIRST_S = 3
# Frames that may wait for the encoder, which drops frames beyond.
MOST_WAITING = 4


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
        "glass, turning": cc.Scene(**head(), layout="3d", render="glass", spin=30),
        "glass, turning, large": cc.Scene(**head(), layout="3d", render="glass", spin=30, electrode_size=(10, 240)),
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
        return FeedStatus("a sound")

    def pause(self, paused: bool) -> None:
        """Do nothing."""


@dataclass
class Shown:
    """A show and its film.

    Parameters
    ----------
    free : (n_frames, n_rows) activity of the sound
    gain : (n_frames,) of the flash limit
    floor : of the flash limit, at the end
    film : of the show
    draw_ms : mean time of a frame
    """

    free: np.ndarray
    gain: np.ndarray
    floor: float
    film: Path
    draw_ms: float

    @property
    def shown(self) -> np.ndarray:
        """(n_frames, n_rows): activity that is drawn."""
        return self.free * self.gain[:, None]

    @property
    def is_limited(self) -> bool:
        """Whether the limit has changed a frame."""
        return bool((self.gain < 1).any())

    def r(self, first_s: float = FIRST_S) -> float:
        """Least correlation over the rows, from a second on."""
        first = round(first_s * FPS)
        pairs = zip(self.free[first:].T, self.shown[first:].T, strict=True)
        return float(min(np.corrcoef(free, shown)[0, 1] for free, shown in pairs if free.std() > LEAST_SPREAD))

    def fastest_fall(self, least: float = 0.05) -> float:
        """Fastest fall of a row, in units of the release: 1 is e-fold in the release."""
        ratio = np.maximum(self.shown[1:], 1e-9) / np.maximum(self.shown[:-1], 1e-9)
        counted = (self.shown[:-1] > least) & (self.shown[1:] > 1e-3)
        return float(-np.log(ratio[counted].min()) * FPS * LiveDrive().release_s)

    @property
    def frames(self) -> np.ndarray:
        """(n_frames, h, w, 3) uint8, RGB, decoded from the film."""
        matrix = "scale=in_color_matrix=bt709:in_range=tv:flags=accurate_rnd+full_chroma_int"
        command = [executable(), "-v", "error", "-i", self.film, "-fps_mode", "passthrough", "-vf", matrix]
        done = subprocess.run([*command, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True)
        return np.frombuffer(done.stdout, np.uint8).reshape(-1, SIZE[1], SIZE[0], 3)

    @property
    def figures(self) -> dict[str, Any]:
        """Figures of the activity and of the readings."""
        return {
            "r": round(self.r(), 4),
            "fastest_fall_in_releases": round(self.fastest_fall(), 3),
            "least_gain": round(float(self.gain.min()), 3),
            "last_gain": round(float(self.gain[-1]), 3),
            "floor": round(self.floor, 3),
            "exceeded": measured(self.frames),
        }


def shown(
    scene: cc.Scene,
    sound: np.ndarray,
    film: Path,
    *,
    limited: bool = True,
    sample_rate: int = RATE,
    front_row: float = FRONT_ROW,
) -> Shown:
    """Play a sound in a show, frame by frame, and record the show.

    Parameters
    ----------
    sound : (1, n) float32
    film : to write, .mp4; an existing one is replaced
    front_row : screen widths between the screen and the nearest viewer
    """
    opened = open_film(scene, still=True)
    feed = SoundFeed(sound, opened.placed, LiveDrive(), sample_rate)
    limit = FlashLimit(front_row=front_row) if limited else None
    n_frames = int(sound.shape[1] / sample_rate * FPS)
    blocks = np.array_split(sound, n_frames, axis=1)
    free, gains = [], []
    writer = LiveWriter(
        film, size=SIZE, fps=Fraction(FPS), sample_rate=sample_rate, n_channels=1, overwrite=True, threads=1
    )
    with OffscreenContext() as context, writer:
        show = Show(opened, feed, writer=writer, fps=Fraction(FPS), limit=limit)
        show.attach(context, SIZE)
        drawn_s = 0.0
        for index, block in enumerate(blocks):
            # A frame begins at a whole sample or before.
            feed.position = float(np.ceil(index / FPS * sample_rate))
            begun_s = time.perf_counter()
            show.draw()
            drawn_s += time.perf_counter() - begun_s
            free.append(feed.at(index / FPS * sample_rate).rows)
            gains.append(limit.gain if limit else 1.0)
            writer.hear(block)
            while writer.n_waiting > MOST_WAITING:
                time.sleep(0.001)
        show.detach()
    assert (writer.n_dropped, writer.n_repeated, writer.n_frames) == (0, 0, n_frames)
    floor = limit.floor if limit else 1.0
    return Shown(np.array(free), np.array(gains), floor, film, drawn_s / n_frames * 1e3)


def measured(frames: np.ndarray, front_row: float = FRONT_ROW) -> dict[str, bool]:
    """Whether the readings are exceeded, from every third pixel of the frames."""
    width, height = sample_size((frames.shape[2], frames.shape[1]))
    rows = (np.arange(height) + 0.5) * frames.shape[1] / height
    columns = (np.arange(width) + 0.5) * frames.shape[2] / width
    meter = FlashMeter((width, height), FPS, front_row=front_row)
    for frame in frames:
        meter.push(np.ascontiguousarray(frame[rows.astype(int)][:, columns.astype(int)]))
    return {reading.guideline: reading.exceeded for reading in meter.flashes.readings}


def judged_by_iris(film: Path) -> bool:
    """Whether IRIS passes a film as a whole, and its crops of a third of its sides."""
    root = Path(__file__).parents[1]
    python = os.environ.get("CORTICAST_IRIS", root / ".venv-iris" / "bin" / "python")
    orders = "".join(json.dumps({"path": str(film), "fps": FPS, "share": share}) + "\n" for share in (1.0, 1 / 3))
    command = [python, root / "tests" / "iris_child.py"]
    done = subprocess.run(command, input=orders, capture_output=True, text=True, check=True)
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    return not any(failed for verdict in verdicts for kind in verdict.values() for failed in kind.values())


def sounds(files: list[Path], seconds: float) -> dict[str, tuple[np.ndarray, int]]:
    """(1, n) float32 and sample rate of drums and of files, by name; short files are repeated."""
    found = {f"drums {rhythm}": (drums(rhythm, seconds), RATE) for rhythm in RHYTHMS}
    for file in files:
        samples, sample_rate = soundfile.read(file, dtype="float32", always_2d=True)
        n_samples = round(seconds * sample_rate)
        mono = np.resize(samples.mean(axis=1), n_samples)
        found[file.stem] = np.ascontiguousarray(mono[None]), sample_rate
    return found


def line_of(scene: cc.Scene, sound: np.ndarray, sample_rate: int, *, iris: bool) -> dict[str, Any]:
    """Figures of a show without the limit and with the limit."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for word in ("free", "limited"):
            one = shown(scene, sound, Path(folder, f"{word}.mp4"), limited=word == "limited", sample_rate=sample_rate)
            found[word] = one.figures
            if iris:
                # A show that the limit has not changed has the same film.
                is_new = word == "free" or one.is_limited
                found[word]["iris_passes"] = judged_by_iris(one.film) if is_new else found["free"]["iris_passes"]
    return found


def main() -> None:
    """Print a line for each show, and write them."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("sounds", nargs="*", type=Path, metavar="SOUND")
    options.add_argument("--iris", action="store_true")
    options.add_argument("--scene", action="append", choices=scenes(), help="one of the scenes, as often as wanted")
    options.add_argument("--seconds", type=float, default=12.0)
    options.add_argument("-o", "--output", type=Path)
    given = options.parse_args()
    lines = []
    for name in given.scene or scenes():
        scene = scenes()[name]
        for sound_name, (sound, sample_rate) in sounds(given.sounds, given.seconds).items():
            line = {"scene": name, "sound": sound_name, **line_of(scene, sound, sample_rate, iris=given.iris)}
            lines.append(line)
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
    if given.output:
        given.output.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
