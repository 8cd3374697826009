"""Benchmarks and their results."""

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

# Larger is better for figures in these units. For all others, smaller is better.
HIGHER_IS_BETTER = ("frames/s", "GB/s", "Msamples/s", "ratio", "SSIM", "px/mm", "px/px")

Case = Mapping[str, Any]
# Makes one sample: figures by name, in the units of the benchmark.
Sample = Callable[[], Mapping[str, float]]


class SkippedError(CorticastError):
    """A benchmark cannot run here. The text names the missing part."""


def check_memory(n_bytes: int) -> None:
    """Skip a benchmark that needs more memory than is free: the system would swap or kill the process."""
    if not hasattr(os, "sysconf") or "SC_AVPHYS_PAGES" not in os.sysconf_names:
        return
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if n_bytes > 0.6 * free:
        raise SkippedError(f"needs {n_bytes / 2**30:.1f} GiB of memory, but only {free / 2**30:.1f} are free")


class WrongResultError(CorticastError):
    """The measured code gave a wrong result, so its speed means nothing."""


@dataclass(frozen=True)
class Environment:
    """Environment of the benchmarks.

    Parameters
    ----------
    folder : folder for files of the benchmarks; removed after the run
    gpu : index of the GPU; None for the first
    backend : OpenGL backend
    threads : threads of a software renderer and of the encoder; None takes all that the machine grants
    """

    folder: Path
    gpu: int | None = None
    backend: str = "auto"
    threads: int | None = None


@dataclass(frozen=True)
class Benchmark:
    """A function to measure, and its parameters.

    Parameters
    ----------
    name : "level.what"
    run : context manager that takes the environment and a case's parameters; it sets up, checks the result, and
        returns the function that makes a sample
    units : unit of each figure of a sample
    cases : parameters of each case
    quick : cases for `--quick`
    warms_up : whether the first sample is discarded
    """

    name: str
    run: Callable[..., AbstractContextManager[Sample]]
    units: Mapping[str, str]
    cases: tuple[Case, ...]
    quick: tuple[Case, ...]
    warms_up: bool = True

    @property
    def summary(self) -> str:
        """One line about the measured work."""
        return (self.run.__doc__ or "").splitlines()[0]


@dataclass(frozen=True)
class Figure:
    """A quantity that was measured several times.

    Parameters
    ----------
    unit : unit of the samples
    samples : samples in the order of measurement
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
        """Median, lowest, highest and all samples."""
        return {
            "unit": self.unit,
            "median": self.median,
            "lowest": self.lowest,
            "highest": self.highest,
            "samples": list(self.samples),
        }


@dataclass(frozen=True)
class Result:
    """Result of one case of a benchmark.

    Parameters
    ----------
    name : name of the benchmark
    parameters : parameters of the case
    figures : figures by name; empty if the case was skipped or wrong
    skipped : reason why the case cannot run here; "" if it ran
    wrong : error in the result; "" if the result was right
    notes : further facts about the measurement
    """

    name: str
    parameters: Case
    figures: Mapping[str, Figure] = field(default_factory=dict)
    skipped: str = ""
    wrong: str = ""
    notes: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The entry of a results file."""
        entry: dict[str, Any] = {"name": self.name, "parameters": dict(self.parameters)}
        if self.figures:
            entry["figures"] = {name: figure.as_json() for name, figure in self.figures.items()}
        entry |= {name: text for name, text in (("skipped", self.skipped), ("wrong", self.wrong)) if text}
        if self.notes:
            entry["notes"] = dict(self.notes)
        return entry


def digits(value: float) -> str:
    """A number with three significant digits, without an exponent."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"
