"""Run both sides of a film in turn, and compute start-up, cost per frame, ratio and similarity."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corticast.bench.films import Similarity, check_film, check_turns, similarity
from corticast.bench.model import Environment, Figure, Result, SkippedError, WrongResultError, digits
from corticast.bench.peers.inputs import Inputs
from corticast.bench.peers.sides import PEERS, Peer, Size
from corticast.bench.processes import FailedProcessError, Spent, run_process
from corticast.bench.progress import Step
from corticast.errors import DeviceError, OptionError

OURS = "corticast"

# Lossless frames of each side, and a test of the recipe.
_N_STEPS_ONCE = 3


@dataclass(frozen=True)
class Race:
    """A film of one size in two lengths.

    Parameters
    ----------
    peer : the film
    size : width, height in pixels
    lengths : number of frames of the short and of the long film
    """

    peer: Peer
    size: Size
    lengths: tuple[int, int]

    def n_steps(self, repeats: int) -> int:
        """Number of processes that `run_races` announces."""
        return _N_STEPS_ONCE + 2 * len(self.lengths) * repeats


def choose_races(
    names: Sequence[str], *, quick: bool, size: Size | None, lengths: tuple[int, int] | None
) -> list[Race]:
    """Races of the named peers or groups; of all without names. Size and lengths replace those of the peers.

    Raises
    ------
    OptionError : unknown peer
    """
    for name in names:
        if not any(_is_named(peer, name) for peer in PEERS):
            known = dict.fromkeys(peer.name.partition(".")[0] for peer in PEERS)
            raise OptionError(f"{name}: unknown peer; give one or more of {', '.join(known)}")
    chosen = [peer for peer in PEERS if not names or any(_is_named(peer, name) for name in names)]
    return [
        Race(peer, one, lengths or (peer.quick_lengths if quick else peer.lengths))
        for peer in chosen
        for one in ((size,) if size is not None else peer.quick_sizes if quick else peer.sizes)
    ]


def _is_named(peer: Peer, name: str) -> bool:
    return peer.name == name or peer.name.startswith(f"{name}.")


def run_races(
    races: Sequence[Race],
    environment: Environment,
    repeats: int,
    volume: Path | None,
    step: Step,
    tell: Callable[[Result], None],
) -> None:
    """Run races one after the other.

    Parameters
    ----------
    repeats : runs of each side and length
    volume : T1w that replaces the template
    step : called before each process
    tell : called with each result
    """
    for race in races:
        parameters = {
            "library": race.peer.library,
            "size": list(race.size),
            "n_frames": list(race.lengths),
            "fps": str(race.peer.fps),
            "volume": "template" if volume is None else volume.name,
        }
        name = f"peers.{race.peer.name}"
        try:
            race.peer.check_installed()
            inputs = race.peer.inputs(environment.folder, volume)
            tell(Result(name, parameters, _Run(race, inputs, environment.folder, step).figures(repeats)))
        except (SkippedError, DeviceError) as error:
            tell(Result(name, parameters, skipped=str(error)))
        except WrongResultError as error:
            tell(Result(name, parameters, wrong=str(error)))


class _Run:
    """One race in progress."""

    def __init__(self, race: Race, inputs: Inputs, folder: Path, step: Step) -> None:
        self._race = race
        self._inputs = inputs
        self._folder = folder / race.peer.name
        self._folder.mkdir(exist_ok=True)
        self._step = step
        self._sides = (OURS, race.peer.library)

    def figures(self, repeats: int) -> dict[str, Figure]:
        """Run both sides in turn, then compare their films."""
        self._probe()
        seconds: dict[tuple[str, int], list[float]] = {}
        cpu_s: dict[tuple[str, int], list[float]] = {}
        for repeat in range(repeats):
            for n_frames in self._race.lengths:
                for side in self._sides:
                    self._announce(f"{side}, {n_frames} frames, run {repeat + 1} of {repeats}")
                    spent = self._timed(side, n_frames)
                    seconds.setdefault((side, n_frames), []).append(spent.seconds)
                    cpu_s.setdefault((side, n_frames), []).append(spent.cpu_s)
        short, long = self._race.lengths
        found: dict[str, Figure] = {}
        slopes = {}
        for side in self._sides:
            start_up_s, slopes[side] = line_through(
                (short, statistics.median(seconds[side, short])), (long, statistics.median(seconds[side, long]))
            )
            found[f"{side}.time"] = Figure("s", tuple(seconds[side, long]))
            found[f"{side}.time_short"] = Figure("s", tuple(seconds[side, short]))
            # CPU time is steadier than wall time if other processes run, too.
            found[f"{side}.cpu"] = Figure("s", tuple(cpu_s[side, long]))
            found[f"{side}.cpu_short"] = Figure("s", tuple(cpu_s[side, short]))
            found[f"{side}.fps"] = Figure("frames/s", tuple(long / spent for spent in seconds[side, long]))
            found[f"{side}.start_up"] = Figure("s", (start_up_s,))
            found[f"{side}.per_frame"] = Figure("ms", (1e3 * slopes[side],))
            found |= self._likeness(side)
        pairs = zip(seconds[self._sides[1], long], seconds[OURS, long], strict=True)
        found["ratio"] = Figure("ratio", tuple(theirs / ours for theirs, ours in pairs))
        if slopes[OURS] > 0:
            found["ratio_per_frame"] = Figure("ratio", (slopes[self._sides[1]] / slopes[OURS],))
        return found | self._alike()

    def _announce(self, what: str) -> None:
        width, height = self._race.size
        self._step(f"{self._race.peer.name} {width}x{height}: {what}")

    def _film(self, side: str) -> Path:
        return self._folder / f"{side}.mp4"

    def _timed(self, side: str, n_frames: int) -> Spent:
        film = self._film(side)
        peer, size = self._race.peer, self._race.size
        if side == OURS:
            command = peer.corticast_command(self._inputs, size, n_frames, film)
        else:
            command = peer.peer_command(self._inputs, size, n_frames, film, lossless=False)
        spent = run_process(command)
        check_film(film, size, n_frames)
        return spent

    def _probe(self) -> None:
        """Check that the recipe runs here: some libraries cannot draw without a display.

        Raises
        ------
        SkippedError : the recipe fails
        """
        self._announce("does the recipe run?")
        try:
            self._timed(self._sides[1], 1)
        except FailedProcessError as error:
            raise SkippedError(f"the recipe fails here: {error}") from None

    def _alike(self) -> dict[str, Figure]:
        """SSIM between the long films of both sides, if both draw the same.

        Raises
        ------
        WrongResultError : the films differ too much
        """
        least = self._race.peer.least_alike
        if least is None:
            return {}
        ours, theirs = (self._film(side) for side in self._sides)
        alike = similarity(theirs, ours, self._race.peer.fps).mean
        if alike < least:
            raise WrongResultError(f"the frames of both sides have an SSIM of {alike:.3f}; expected {least} or more")
        return {"alike": Figure("SSIM", (alike,))}

    def _likeness(self, side: str) -> dict[str, Figure]:
        """Size of the long film, SSIM against its own lossless frames, and the scale of its panels."""
        peer, size, n_frames = self._race.peer, self._race.size, self._race.lengths[1]
        self._announce(f"{side}, lossless frames")
        # The latest timed film is a long one.
        film = self._film(side)
        if peer.turns:
            check_turns(film)
        if side == OURS:
            frames = self._folder / "frames"
            frames.mkdir(exist_ok=True)
            lossless = frames / "%06d.png"
            run_process(peer.corticast_command(self._inputs, size, n_frames, lossless))
            scales = peer.corticast_scales(self._inputs, size)
        else:
            lossless = self._folder / "lossless.mkv"
            command = peer.peer_command(self._inputs, size, n_frames, lossless, lossless=True)
            scales = run_process(command).reported["scales"]
        alike = similarity(film, lossless, peer.fps)
        n_bytes = film.stat().st_size
        for path in [lossless] if side != OURS else frames.iterdir():
            path.unlink()
        return _likeness_figures(side, n_bytes, alike, scales, peer.scale_unit)


def _likeness_figures(
    side: str, n_bytes: int, alike: Similarity, scales: list[float], scale_unit: str
) -> dict[str, Figure]:  # fmt: skip
    return {
        f"{side}.file": Figure("MB", (n_bytes / 1e6,)),
        f"{side}.ssim": Figure("SSIM", (alike.mean,)),
        f"{side}.ssim_lowest": Figure("SSIM", (alike.lowest,)),
        f"{side}.scale": Figure(scale_unit, (min(scales),)),
        f"{side}.scale_largest": Figure(scale_unit, (max(scales),)),
    }


def line_through(short: tuple[float, float], long: tuple[float, float]) -> tuple[float, float]:
    """Intercept and slope of the line through two points: start-up, and cost per frame."""
    slope = (long[1] - short[1]) / (long[0] - short[0])
    return short[1] - slope * short[0], slope


_COLUMNS: tuple[tuple[str, str], ...] = (
    ("time", "s"), ("cpu", "s CPU"), ("fps", "frames/s"), ("start_up", "s start"), ("per_frame", "ms/frame"),
    ("file", "MB"), ("ssim", "SSIM"), ("ssim_lowest", "lowest"), ("scale", ""),
)  # fmt: skip


def lines_of(result: Result) -> list[str]:
    """A table of both sides, and the ratios."""
    parameters: Any = result.parameters
    width, height = parameters["size"]
    short, long = parameters["n_frames"]
    lines = [f"{result.name}  {width}x{height}, {long} frames (start-up by {short} too), {parameters['volume']}"]
    if not result.figures:
        return [*lines, f"    {'skipped: ' + result.skipped if result.skipped else 'WRONG: ' + result.wrong}"]
    figures = result.figures
    heads = [head or figures[f"{OURS}.scale"].unit for _, head in _COLUMNS]
    lines.append("    " + " " * 12 + "".join(f"{head:>10}" for head in heads))
    for side in (OURS, parameters["library"]):
        cells = [
            f"{figures[f'{side}.{name}'].median:.4f}" if "ssim" in name else digits(figures[f"{side}.{name}"].median)
            for name, _ in _COLUMNS
        ]
        lines.append(f"    {side:<12}" + "".join(f"{cell:>10}" for cell in cells))
    ratio = figures["ratio"]
    text = f"corticast is {digits(ratio.median)} times as fast ({digits(ratio.lowest)} .. {digits(ratio.highest)})"
    if "ratio_per_frame" in figures:
        text += f", {digits(figures['ratio_per_frame'].median)} times per frame"
    if "alike" in figures:
        text += f"; frames of both sides have an SSIM of {figures['alike'].median:.3f}"
    return [*lines, f"    {text}"]
