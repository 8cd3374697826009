"""What a benchmark is, and what it finds."""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corticast.errors import CorticastError

# Figures in these units are the better the larger they are; all others the smaller.
HIGHER_IS_BETTER = ("frames/s", "GB/s", "Msamples/s", "ratio", "SSIM", "px/mm", "px/px")

Case = Mapping[str, Any]
# Makes one sample: figures by name, in the units that the benchmark says.
Sample = Callable[[], Mapping[str, float]]


class SkippedError(CorticastError):
    """A benchmark cannot run here; the text says what is missing."""


def check_memory(n_bytes: int) -> None:
    """Skip what would not fit: the system would swap, or end the process."""
    if not hasattr(os, "sysconf") or "SC_AVPHYS_PAGES" not in os.sysconf_names:
        return
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if n_bytes > 0.6 * free:
        raise SkippedError(f"needs {n_bytes / 2**30:.1f} GiB of memory, {free / 2**30:.1f} are free")


class WrongResultError(CorticastError):
    """What was timed gave a wrong result, so that its speed means nothing."""


@dataclass(frozen=True)
class Environment:
    """Where benchmarks run.

    Parameters
    ----------
    folder : for files that benchmarks write; removed after the run
    gpu : which of several GPUs, None for the first
    backend : where OpenGL comes from
    threads : of a software renderer and the encoder, None takes what the machine grants
    """

    folder: Path
    gpu: int | None = None
    backend: str = "auto"
    threads: int | None = None


@dataclass(frozen=True)
class Benchmark:
    """A function that is measured, and with which parameters.

    Parameters
    ----------
    name : "level.what"
    run : takes the environment and a case's parameters; a context manager that sets up, checks that the result is
        right, and gives what makes a sample
    units : unit of each figure of a sample
    cases : parameters
    quick : those of `--quick`
    warms_up : whether the first sample is thrown away
    """

    name: str
    run: Callable[..., AbstractContextManager[Sample]]
    units: Mapping[str, str]
    cases: tuple[Case, ...]
    quick: tuple[Case, ...]
    warms_up: bool = True

    @property
    def summary(self) -> str:
        """One line on what is measured."""
        return (self.run.__doc__ or "").splitlines()[0]


@dataclass(frozen=True)
class Figure:
    """A quantity that was measured several times.

    Parameters
    ----------
    unit : of the samples
    samples : in the order they were taken
    """

    unit: str
    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median of the samples."""
        return statistics.median(self.samples)

    @property
    def lowest(self) -> float:
        """The smallest sample."""
        return min(self.samples)

    @property
    def highest(self) -> float:
        """The largest sample."""
        return max(self.samples)

    def as_json(self) -> dict[str, Any]:
        """Median, ends and samples."""
        return {
            "unit": self.unit,
            "median": self.median,
            "lowest": self.lowest,
            "highest": self.highest,
            "samples": list(self.samples),
        }


@dataclass(frozen=True)
class Result:
    """What one case of a benchmark has found.

    Parameters
    ----------
    name : of the benchmark
    parameters : of the case
    figures : by name; empty when the case was skipped or went wrong
    skipped : why the case could not run here, "" when it ran
    wrong : what was wrong with its result, "" when nothing was
    notes : facts about what was measured
    """

    name: str
    parameters: Case
    figures: Mapping[str, Figure] = field(default_factory=dict)
    skipped: str = ""
    wrong: str = ""
    notes: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What a results file holds of it."""
        told: dict[str, Any] = {"name": self.name, "parameters": dict(self.parameters)}
        if self.figures:
            told["figures"] = {name: figure.as_json() for name, figure in self.figures.items()}
        told |= {name: text for name, text in (("skipped", self.skipped), ("wrong", self.wrong)) if text}
        if self.notes:
            told["notes"] = dict(self.notes)
        return told


def digits(value: float) -> str:
    """A number in three significant digits, without an exponent."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"
