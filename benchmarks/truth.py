"""Whether films show their data: activity read back from decoded MP4s, and the flashes.

    python benchmarks/truth.py [--carol FILE] [--speech FILE] [--seconds 6] [-o benchmarks/results/truth.json]

Each film is made by default and with the flash limit, and decoded. The activity of a contact is read twice:

- from the default film, by diameter and colour: of pictures of the contact at 256 levels, the most alike one counts;
- from a film at --crf 0, whose codes are those that were drawn, by the colour of its middle alone.

Contacts that others cover are left out. `spearman_clipped` ranks all values after scale and clipping, those that were
read like the true ones: a contact is drawn by clip(a, 0.01, 1), and equal values have their mean rank. `spearman` ranks
the values of at least 1 % of full scale alone; `spearman_all` ranks all without the lower clip, though no contact
changes its size there. The ranks of the drawn colours are those of the map's 256 steps, and
`bound` is the rank correlation of all values with their own steps, which no reader of colours can exceed. IRIS judges
the whole picture and crops of a third by a third.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.stats

import corticast as cc
from corticast.app.demo.demo import demo_inputs
from corticast.app.demo.song import jingle_bells
from corticast.core.color.colormaps import activity_table
from corticast.core.geometry.scene_layout import layout_of
from corticast.core.model.types import Electrodes, SampledSound
from corticast.film.opening import open_film
from corticast.film.timing import FilmTiming
from corticast.process.ffmpeg import executable

ROOT = Path(__file__).parents[1]
RATE, FPS, SIZE = 48000, 30, (1280, 720)
# Every fourth contact of the demo's grid, so that each covers pixels of its own, from 9 to 30 pixels wide.
STEP, SIZES = 3, (14.0, 45.0)
# Contacts are drawn by activity of at least this share of full scale.
LEAST = 0.01


def drums(beats_per_minute: float, seconds: float) -> SampledSound:
    """Bursts of noise that decay."""
    times = np.arange(int(seconds * RATE)) / RATE
    phase = times % (60 / beats_per_minute)
    noise = np.random.default_rng(3).normal(0, 0.3, len(times))
    return SampledSound((np.exp(-phase / 0.06) * noise)[None].astype(np.float32), RATE)


def syllables(seconds: float) -> SampledSound:
    """Noise in four bands, each in a rhythm of syllables of its own: a stand-in for speech."""
    times = np.arange(int(seconds * RATE)) / RATE
    rng = np.random.default_rng(4)
    sound = np.zeros(len(times))
    for low_hz, high_hz in ((300, 900), (900, 2000), (2000, 3500), (3500, 6000)):
        band = scipy.signal.sosfilt(
            scipy.signal.butter(4, (low_hz, high_hz), "band", fs=RATE, output="sos"), rng.normal(size=len(times))
        )
        level = scipy.ndimage.gaussian_filter1d(rng.normal(size=len(times)), RATE / 25)
        sound += band * np.clip(level / level.std(), 0, None)
    return SampledSound((0.3 * sound / np.abs(sound).max())[None].astype(np.float32), RATE)


def excerpt(path: Path | None, seconds: float, otherwise: Callable[[], SampledSound]) -> SampledSound:
    """The beginning of a sound file, else a sound of our own."""
    if path is None:
        return otherwise()
    sound = cc.load_audio(path)
    blocks = np.concatenate(list(sound.blocks(stop=round(seconds * sound.sample_rate))), axis=1)
    return SampledSound(blocks, sound.sample_rate)


def table_of(names: tuple[str, ...], seconds: float) -> cc.ArrayDrive:
    """Contacts that follow a sine of 5 Hz, each a little later than the one before."""
    times = np.arange(int(seconds * 200)) / 200
    phases = np.linspace(0, np.pi / 2, len(names))[:, None]
    return cc.ArrayDrive((1 + np.sin(2 * np.pi * 5 * times + phases)) / 2, 200, names, full_scale=1.0)


@dataclass
class Case:
    """A film: its name, its scene, and the panel whose contacts are read."""

    name: str
    scene: cc.Scene
    panel: int = 0


def cases(carol: SampledSound, speech: SampledSound, seconds: float) -> list[Case]:
    """Twelve films of usual contacts, and three of large ones."""
    brain = demo_inputs()
    table = brain["electrodes"]
    grid = [row for row, name in enumerate(table.names) if not name.startswith("R")]
    kept = [row for number, row in enumerate(grid) if number // 8 % STEP == 0 and number % 8 % STEP == 0]
    few = Electrodes(tuple(table.names[row] for row in kept), table.pos[kept], space=table.space)
    head = {"volume": brain["volume"], "electrodes": few, "electrode_size": SIZES}
    ortho = {**head, "plane_mm": brain["plane_mm"], "electrode_depth": "all"}
    y, z = np.meshgrid(np.linspace(-60, 60, 4), np.linspace(-30, 30, 3))
    wide = Electrodes(tuple(f"W{k}" for k in range(12)), np.stack([np.full(12, -60.0), y.ravel(), z.ravel()], axis=1))
    large = {"electrodes": wide, "layout": "lateral", "side": "left", "electrode_size": (20.0, 300.0), "labels": ()}
    image = cc.Picture(np.full((360, 640, 3), 40, np.uint8))
    xy = np.stack([np.linspace(60, 580, 10), 60 + 26.0 * np.arange(10)], axis=1)
    spots = Electrodes(tuple(f"P{k}" for k in range(10)), xy, space="picture")

    def drive(sound: SampledSound) -> cc.AudioDrive:
        return cc.AudioDrive(sound)

    films = [
        Case("carol, lateral", cc.Scene(**head, layout="lateral", drive=drive(carol))),
        Case("carol, 3d", cc.Scene(**head, layout="3d", view=(180, 10), drive=drive(carol))),
        Case("carol, ortho", cc.Scene(**ortho, drive=drive(carol))),
        Case("speech, lateral", cc.Scene(**head, layout="lateral", drive=drive(speech))),
        Case("speech, ortho", cc.Scene(**ortho, drive=drive(speech))),
        Case("drums 60, lateral", cc.Scene(**head, layout="lateral", drive=drive(drums(60, seconds)))),
        Case("drums 120, 3d", cc.Scene(**head, layout="3d", view=(180, 10), drive=drive(drums(120, seconds)))),
        Case("drums 160, ortho", cc.Scene(**ortho, drive=drive(drums(160, seconds)))),
        Case("drums 180, lateral", cc.Scene(**head, layout="lateral", drive=drive(drums(180, seconds)))),
        Case(
            "post, picture", cc.Scene(image=image, electrodes=spots, drive=cc.PostDrive(carol), electrode_size=(14, 60))
        ),
        Case("5 Hz table, lateral", cc.Scene(**head, layout="lateral", drive=table_of(few.names, seconds))),
        Case("5 Hz table, ortho", cc.Scene(**ortho, drive=table_of(few.names, seconds))),
        Case("large: drums 160", cc.Scene(**large, drive=drive(drums(160, seconds)))),
        Case("large: drums 180", cc.Scene(**large, drive=drive(drums(180, seconds)))),
        Case("large: 5 Hz table", cc.Scene(**large, drive=table_of(wide.names, seconds))),
    ]
    return films


def ycbcr(colours: np.ndarray) -> np.ndarray:
    """(n, 3) float64: codes of BT.709, limited range, for (n, 3) sRGB codes."""
    red, green, blue = np.asarray(colours, dtype=np.float64).T / 255
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return np.stack([16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8556, 128 + 224 * (red - luma) / 1.5748], axis=1)


def decoded(path: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Luma (h, w) uint8 and chroma (2, h / 2, w / 2) uint8 of each frame of a film."""
    (width, height), n_bytes = SIZE, SIZE[0] * SIZE[1] * 3 // 2
    command = [executable(), "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while len(raw := process.stdout.read(n_bytes)) == n_bytes:
            codes = np.frombuffer(raw, np.uint8)
            yield codes[: width * height].reshape(height, width), codes[width * height :].reshape(2, height // 2, -1)


def read_back(path: Path, places: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """(n_frames, n_contacts): activity whose colour is nearest to that in the middle of each contact."""
    steps = np.linspace(0, 1, 4 * 255 + 1)
    fine = ycbcr(np.stack([np.interp(steps, np.linspace(0, 1, 256), colours[:, k]) for k in range(3)], axis=1))
    found = []
    for luma, chroma in decoded(path):
        middles = [
            (luma[y - 1 : y + 2, x - 1 : x + 2].mean(), *chroma[:, y // 2, x // 2].astype(float)) for x, y in places
        ]
        distances = ((np.array(middles)[:, None] - fine) ** 2).sum(axis=2)
        found.append(steps[distances.argmin(axis=1)])
    return np.array(found)


def patches(path: Path, places: np.ndarray, half_px: int) -> list[np.ndarray]:
    """Luma and chroma of squares around contacts, whose places are even: (n_frames, n) float32 for each."""
    found = []
    for luma, chroma in decoded(path):
        squares = []
        for x, y in places:
            x0, x1, y0, y1 = max(x - half_px, 0), x + half_px, max(y - half_px, 0), y + half_px
            parts = luma[y0:y1, x0:x1], chroma[:, y0 // 2 : y1 // 2, x0 // 2 : x1 // 2]
            squares.append(np.concatenate([part.ravel() for part in parts]))
        found.append(squares)
    return [np.array(each, np.float32) for each in zip(*found, strict=True)]


def most_alike(shown: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """(n_frames,) activity 0..1: which of evenly spaced levels each square shows, between two levels by a parabola."""
    middle = levels.mean(axis=0)
    shown, levels = shown - middle, levels - middle
    distances = (levels**2).sum(axis=1) - 2 * shown @ levels.T
    best = distances.argmin(axis=1)
    inner = np.clip(best, 1, len(levels) - 2)
    below, at, above = (distances[np.arange(len(best)), inner + step] for step in (-1, 0, 1))
    between = np.clip(0.5 * (below - above) / np.maximum(below - 2 * at + above, 1e-6), -0.5, 0.5)
    return np.clip(np.where(best == inner, best + between, best), 0, len(levels) - 1) / (len(levels) - 1)


def apart(pixels: np.ndarray, least_px: float) -> np.ndarray:
    """Numbers of the contacts that lie in the frame and farther than this from all others."""
    distances = np.linalg.norm(pixels[:, None] - pixels, axis=2) + 1e9 * np.eye(len(pixels))
    inside = ((pixels > 2) & (pixels < np.array(SIZE) - 3)).all(axis=1)
    return np.flatnonzero(inside & (distances.min(axis=1) > least_px))


def judged(path: Path) -> list[bool]:
    """Whether IRIS passes the whole picture, and crops of a third by a third."""
    orders = "".join(json.dumps({"path": str(path), "fps": FPS, "share": share}) + "\n" for share in (1.0, 1 / 3))
    python = os.environ.get("CORTICAST_IRIS", str(ROOT / ".venv-iris" / "bin" / "python"))
    command = [python, ROOT / "tests" / "iris_child.py"]
    done = subprocess.run(command, input=orders, capture_output=True, text=True, check=True)
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    return [not any(failed for kind in verdict.values() for failed in kind.values()) for verdict in verdicts]


def _spearman(one: np.ndarray, other: np.ndarray) -> float:
    return round(float(scipy.stats.spearmanr(one.ravel(), other.ravel()).statistic), 4)


def _clipped(values: np.ndarray) -> np.ndarray:
    return np.clip(values, LEAST, 1)


def _steps(values: np.ndarray) -> np.ndarray:
    return np.round(np.asarray(values) * 255)


class Bench:
    """Makes the films of one case.

    Parameters
    ----------
    folder : of the films
    """

    def __init__(self, case: Case, folder: Path, seconds: float) -> None:
        self._path = folder / "film.mp4"
        self._scene, self._n_frames = case.scene, round(seconds * FPS)
        film = open_film(case.scene, FilmTiming(size=SIZE, fps=FPS, frames=self._n_frames))
        assert film.placed is not None
        pixels = cc.panels(case.scene, size=SIZE)[case.panel].pixel_of(film.placed.pos)
        look = film.sprites.chosen(case.scene.contact_map, case.scene.electrode_style)
        sizes, layout = film.contact_sizes(), layout_of(case.scene, film.placed, SIZE)
        assert sizes is not None
        largest_px = float(sizes.on(layout.panels[case.panel], layout).max())
        rows = apart(pixels, 0.5 * largest_px)
        self._places = np.round(pixels[rows]).astype(int)
        self._even = self._places // 2 * 2
        self._half_px = 2 * (int(largest_px) // 4 + 2)
        levels = np.tile(np.linspace(0, 1, 256), (len(film.placed.pos), 1))
        self._levels = dataclasses.replace(
            case.scene,
            drive=cc.ArrayDrive(levels, FPS, film.placed.table.names, full_scale=1.0),
            electrode_size=case.scene.electrode_size or film.sprites.diameters,
            electrode_cmap=look.cmap or "inferno-lifted",
        )
        self._colours = activity_table(look.cmap, signed=film.signed)
        self._true = cc.activity(case.scene, size=SIZE, fps=FPS, frames=self._n_frames).values[:, rows]

    def film(self, **options: Any) -> cc.RenderReport:
        """Make a film."""
        return cc.render(self._scene, self._path, size=SIZE, fps=FPS, frames=self._n_frames, overwrite=True, **options)

    def facts(self, *, flash_limit: bool) -> dict[str, object]:
        """Figures of one film: read at its best, and at the default quality."""
        usual = self.film(flash_limit=flash_limit)
        seen, iris = self._read_squares(), judged(self._path)
        self.film(flash_limit=flash_limit, crf=0)
        drawn = read_back(self._path, self._places, self._colours)
        # Each film shows its activity times its gain.
        true = self._true * np.float32(usual.flash_gain)
        is_seen = true >= LEAST
        pairs = [(a, b) for a, b in zip(true.T, drawn.T, strict=True) if a.std() > 0.02]
        return {
            "n_contacts": len(pairs),
            "r": round(float(np.corrcoef(true.ravel(), seen.ravel())[0, 1]), 5),
            "spearman_clipped": _spearman(_clipped(true), _clipped(seen)),
            "spearman": _spearman(true[is_seen], seen[is_seen]),
            "spearman_all": _spearman(true, seen),
            "below_1_percent": round(float((~is_seen).mean()), 3),
            "drawn": {
                "r": round(float(np.corrcoef(true.ravel(), drawn.ravel())[0, 1]), 5),
                "spearman": _spearman(_steps(true), _steps(drawn)),
                "worst_contact": min(_spearman(_steps(a), _steps(b)) for a, b in pairs),
                "spearman_clipped": _spearman(_clipped(true), _clipped(drawn)),
                "spearman_all": _spearman(true, drawn),
                "bound": _spearman(true, _steps(true)),
            },
            "gain": round(usual.flash_gain, 4),
            "exceeded": [reading.exceeded for reading in usual.flashes.readings],
            "rate_hz": [reading.rate_hz for reading in usual.flashes.readings],
            "area": [reading.area for reading in usual.flashes.readings],
            "iris_passes": iris,
        }

    def _read_squares(self) -> np.ndarray:
        shown = patches(self._path, self._even, self._half_px)
        path = self._path.with_name("levels.mp4")
        cc.render(self._levels, path, size=SIZE, fps=FPS, frames=256, crf=0, overwrite=True)
        levels = patches(path, self._even, self._half_px)
        return np.stack([most_alike(one, other) for one, other in zip(shown, levels, strict=True)], axis=1)

    def is_equal(self) -> bool:
        """Whether the film with the limit has the bytes of the free one."""
        hashes = []
        for flash_limit in (False, True):
            self.film(flash_limit=flash_limit)
            hashes.append(hashlib.sha256(self._path.read_bytes()).digest())
        return hashes[0] == hashes[1]


def main() -> None:
    """Print a line for each film, and write them."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--carol", type=Path)
    options.add_argument("--speech", type=Path)
    options.add_argument("--seconds", type=float, default=6.0)
    options.add_argument("--only", default="")
    options.add_argument("-o", "--output", type=Path)
    given = options.parse_args()
    carol = excerpt(
        given.carol, given.seconds, lambda: SampledSound(jingle_bells(RATE)[:, : int(given.seconds * RATE)], RATE)
    )
    speech = excerpt(given.speech, given.seconds, lambda: syllables(given.seconds))
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(carol, speech, given.seconds):
            if given.only not in case.name:
                continue
            bench = Bench(case, Path(folder), given.seconds)
            line: dict[str, object] = {"film": case.name, "free": bench.facts(flash_limit=False)}
            # A film with a gain of 1 has the same bytes as the free one.
            line["limited"] = "equal to the free one" if bench.is_equal() else bench.facts(flash_limit=True)
            lines.append(line)
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
    if given.output:
        given.output.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
