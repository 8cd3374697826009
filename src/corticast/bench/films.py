"""What a film file holds, and how near it is to the frames that it was made of; ffmpeg says both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from corticast.bench.model import WrongResultError
from corticast.process.ffmpeg import FfmpegRun

# Levels of luma between the darkest and the brightest pixel of what is no empty frame, and by which pixels change on
# average where something moves. Encoding alone stays far below.
_LEAST_RANGE, _LEAST_MOVED = 64.0, 0.2

_SCALE = "scale=flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp,format=gbrp"


@dataclass(frozen=True)
class Similarity:
    """SSIM of a film's frames, in RGB as a player shows it.

    Parameters
    ----------
    mean : over the frames
    lowest : of the frames
    n_frames : that were compared
    """

    mean: float
    lowest: float
    n_frames: int


def _run_ffmpeg(arguments: Sequence[str]) -> str:
    with FfmpegRun(arguments, label="film", has_output=True) as run:
        output = run.output.read().decode()
        if run.status():
            reason = run.last_words or "it gives no reason"
            raise WrongResultError(f"ffmpeg cannot read a film that was written: {reason[-300:]}")
    return output


def check_film(film: Path, size: tuple[int, int], n_frames: int) -> None:
    """See that a film is what was asked for.

    Raises
    ------
    WrongResultError : it has another size or number of frames
    """
    # One line per packet, and the size in the heading; nothing is decoded.
    told = _run_ffmpeg(["-i", str(film), "-map", "0:v:0", "-c", "copy", "-f", "framecrc", "-"])
    found_size = re.search(r"^#dimensions 0: (\d+)x(\d+)$", told, re.MULTILINE)
    found = tuple(map(int, found_size.groups())) if found_size else None
    n_found = sum(1 for line in told.splitlines() if line and not line.startswith("#"))
    if found != size or n_found != n_frames:
        raise WrongResultError(f"{film.name} has {n_found} frames of {found}, not {n_frames} of {size}")


def check_turns(film: Path) -> None:
    """See that every frame of a film shows something, and something else than the one before.

    Raises
    ------
    WrongResultError : a frame is empty, or stands
    """
    graph = "signalstats,metadata=mode=print:file=-"
    told = _run_ffmpeg(["-i", str(film), "-vf", graph, "-f", "null", "-"])
    low, high, moved = (
        [float(value) for value in re.findall(rf"^lavfi\.signalstats\.{name}=([0-9.]+)", told, re.MULTILINE)]
        for name in ("YMIN", "YMAX", "YDIF")
    )
    if not high or min(np.subtract(high, low)) < _LEAST_RANGE:
        raise WrongResultError(f"{film.name} has an empty frame")
    if min(moved[1:], default=_LEAST_MOVED) < _LEAST_MOVED:
        raise WrongResultError(f"{film.name} has a frame that shows what the one before it does")


def similarity(film: Path, lossless: Path, fps: Fraction) -> Similarity:
    """SSIM of a film against other frames: a film, or numbered pictures such as FOLDER/%05d.png.

    Frames are paired by their number, whatever the containers make of their times.
    """
    rate = f"{fps.numerator}/{fps.denominator}"
    pictures = ["-framerate", rate] if "%" in lossless.name else []
    by_number = f"settb={fps.denominator}/{fps.numerator},setpts=N,{_SCALE}"
    graph = f"[0:v]{by_number}[film];[1:v]{by_number}[source];[film][source]ssim=stats_file=-"
    inputs = ["-i", str(film), *pictures, "-i", str(lossless)]
    return parse_ssim(_run_ffmpeg([*inputs, "-lavfi", graph, "-f", "null", "-"]))


def parse_ssim(stats: str) -> Similarity:
    """Mean and lowest SSIM of the lines of ffmpeg's ssim filter, "n:1 … All:0.98 (17.4)".

    Raises
    ------
    WrongResultError : there is no such line
    """
    values = [float(value) for value in re.findall(r"^n:\d+ .*\bAll:([0-9.]+)", stats, re.MULTILINE)]
    if not values:
        raise WrongResultError("ffmpeg's ssim filter has compared nothing")
    return Similarity(sum(values) / len(values), min(values), len(values))
