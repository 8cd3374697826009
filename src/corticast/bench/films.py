"""Checks of film files through ffmpeg: their content, and their similarity to the original frames."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from corticast.bench.model import WrongResultError
from corticast.process.ffmpeg import FfmpegRun

# Least difference in luma between the darkest and the brightest pixel of a frame that is not empty, and least mean
# change of luma between frames that move. Encoding alone stays far below.
_LEAST_RANGE, _LEAST_MOVED = 64.0, 0.2

_SCALE = "scale=flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp,format=gbrp"


@dataclass(frozen=True)
class Similarity:
    """SSIM of a film's frames, in RGB as a player shows them.

    Parameters
    ----------
    mean : mean over all frames
    lowest : lowest of all frames
    n_frames : number of compared frames
    """

    mean: float
    lowest: float
    n_frames: int


def _run_ffmpeg(arguments: Sequence[str]) -> str:
    with FfmpegRun(arguments, label="film", has_output=True) as run:
        output = run.output.read().decode()
        if run.status():
            reason = run.last_words or "ffmpeg gave no reason"
            raise WrongResultError(f"ffmpeg cannot read the film that was written: {reason[-300:]}")
    return output


def check_film(film: Path, size: tuple[int, int], n_frames: int) -> None:
    """Check the size and length of a film.

    Raises
    ------
    WrongResultError : the film has another size or number of frames
    """
    # One line per packet, and the size in the heading, without decoding.
    packets = _run_ffmpeg(["-i", str(film), "-map", "0:v:0", "-c", "copy", "-f", "framecrc", "-"])
    found_size = re.search(r"^#dimensions 0: (\d+)x(\d+)$", packets, re.MULTILINE)
    found = tuple(map(int, found_size.groups())) if found_size else None
    n_found = sum(1 for line in packets.splitlines() if line and not line.startswith("#"))
    if found != size or n_found != n_frames:
        raise WrongResultError(f"{film.name} has {n_found} frames of {found}, not {n_frames} of {size}")


def check_turns(film: Path) -> None:
    """Check that every frame of a film shows something, and that it differs from the frame before.

    Raises
    ------
    WrongResultError : a frame is empty or repeated
    """
    graph = "signalstats,metadata=mode=print:file=-"
    stats = _run_ffmpeg(["-i", str(film), "-vf", graph, "-f", "null", "-"])
    low, high, moved = (
        [float(value) for value in re.findall(rf"^lavfi\.signalstats\.{name}=([0-9.]+)", stats, re.MULTILINE)]
        for name in ("YMIN", "YMAX", "YDIF")
    )
    if not high or min(np.subtract(high, low)) < _LEAST_RANGE:
        raise WrongResultError(f"{film.name} has an empty frame")
    if min(moved[1:], default=_LEAST_MOVED) < _LEAST_MOVED:
        raise WrongResultError(f"{film.name} repeats a frame")


def similarity(film: Path, lossless: Path, fps: Fraction) -> Similarity:
    """SSIM of a film against a lossless film, or against numbered pictures such as FOLDER/%05d.png.

    Frames are paired by number, since containers round their times differently.
    """
    rate = f"{fps.numerator}/{fps.denominator}"
    pictures = ["-framerate", rate] if "%" in lossless.name else []
    by_number = f"settb={fps.denominator}/{fps.numerator},setpts=N,{_SCALE}"
    graph = f"[0:v]{by_number}[film];[1:v]{by_number}[source];[film][source]ssim=stats_file=-"
    inputs = ["-i", str(film), *pictures, "-i", str(lossless)]
    return parse_ssim(_run_ffmpeg([*inputs, "-lavfi", graph, "-f", "null", "-"]))


def parse_ssim(stats: str) -> Similarity:
    """Mean and lowest SSIM from the lines of ffmpeg's ssim filter, "n:1 … All:0.98 (17.4)".

    Raises
    ------
    WrongResultError : the text has no such line
    """
    values = [float(value) for value in re.findall(r"^n:\d+ .*\bAll:([0-9.]+)", stats, re.MULTILINE)]
    if not values:
        raise WrongResultError("ffmpeg's ssim filter compared no frames")
    return Similarity(sum(values) / len(values), min(values), len(values))
