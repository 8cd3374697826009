"""Benchmarks of whole processes: their time and memory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corticast.app.demo.demo import template_path
from corticast.bench.films import check_film
from corticast.bench.inputs import write_electrodes, write_song
from corticast.bench.model import Benchmark, Environment, Sample, WrongResultError

# The command of this installation, wherever its script lies.
CORTICAST = (sys.executable, "-c", "from corticast.cli import main; main()")

# Libraries of linear algebra read these variables before they start their threads.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class FailedProcessError(WrongResultError):
    """A process ended with another status than 0."""


@dataclass(frozen=True)
class Spent:
    """Time and memory of a process.

    Parameters
    ----------
    seconds : wall time from start to end
    cpu_s : CPU time on all cores, including its child processes
    peak_mib : largest resident memory of the process or of one of its children, in MiB
    reported : the JSON object in the last line of its output; empty without one
    """

    seconds: float
    cpu_s: float
    peak_mib: float
    reported: dict[str, Any] = field(default_factory=dict)


def run_process(command: Sequence[str], *, one_core: bool = False) -> Spent:
    """Run a process to its end, on all cores or on one.

    Raises
    ------
    FailedProcessError : the process failed; the text holds the last line of its errors
    """
    launcher = [sys.executable, "-m", "corticast.bench.launch", "one" if one_core else "all"]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [*launcher, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            env=_environment(one_core=one_core),
            process_group=0,
        )
        try:
            process.wait()
        except BaseException:
            # Kill the launcher and its child.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        output.seek(0)
        errors.seek(0)
        lines = [line for line in output.read().decode(errors="replace").splitlines() if line]
        said = [line.strip() for line in errors.read().decode(errors="replace").splitlines() if line.strip()]
    if process.returncode:
        raise FailedProcessError(f"cannot start {command[0]}: {said[-1] if said else 'no error text'}")
    spent = json.loads(lines.pop())
    if spent["status"]:
        last = said[-1] if said else "no error text"
        raise FailedProcessError(f"{Path(command[0]).name} ended with status {spent['status']}: {last}")
    # macOS reports bytes, Linux kibibytes.
    peak_mib = spent["peak"] / (2**20 if sys.platform == "darwin" else 2**10)
    reported = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return Spent(spent["seconds"], spent["cpu"], peak_mib, reported)


def _environment(*, one_core: bool) -> dict[str, str]:
    """Environment of a measured process. Python may store compiled modules, as for installed packages."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **_ONE_THREAD} if one_core else kept


def python_process(module: str, arguments: Sequence[str], *, one_core: bool = False) -> Spent:
    """Run a module of this package as a process. See `run_process`."""
    return run_process([sys.executable, "-m", module, *arguments], one_core=one_core)


def render_command(environment: Environment, *options: str) -> list[str]:
    """Command of `corticast render` with options, and with the machine options of the environment."""
    command = [*CORTICAST, "render", *options, "--overwrite", "--quiet", "--backend", environment.backend]
    for name, value in (("--gpu", environment.gpu), ("--threads", environment.threads)):
        command += [] if value is None else [name, str(value)]
    return command


@contextmanager
def _start_up(environment: Environment, *, size: tuple[int, int]) -> Iterator[Sample]:
    """A film of a single frame of a 1 mm T1w, as a whole process: from start-up to the encoded frame."""
    film = environment.folder / "first.mp4"
    options = ("--volume", str(template_path()), "--size", f"{size[0]}x{size[1]}", "--frames", "1", "-o", str(film))

    def sample() -> dict[str, float]:
        spent = run_process(render_command(environment, *options))
        check_film(film, size, 1)
        return {"time": spent.seconds, "memory": spent.peak_mib}

    yield sample


@contextmanager
def _memory(environment: Environment, *, size: tuple[int, int], sound_s: float, n_frames: int) -> Iterator[Sample]:
    """A film with electrodes and sound, as a whole process: peak memory, and time including the sound's analysis."""
    sound = write_song(environment.folder / f"song-{sound_s:g}s.wav", sound_s)
    table = write_electrodes(environment.folder / "electrodes.tsv")
    film = environment.folder / "memory.mp4"
    # fmt: off
    options = (
        "--volume", str(template_path()), "--electrodes", str(table), "--electrodes-space", "world",
        "--audio", str(sound), "--size", f"{size[0]}x{size[1]}", "--frames", str(n_frames), "-o", str(film),
    )
    # fmt: on

    def sample() -> dict[str, float]:
        spent = run_process(render_command(environment, *options))
        check_film(film, size, n_frames)
        return {"memory": spent.peak_mib, "time": spent.seconds}

    yield sample


BENCHMARKS = (
    Benchmark(
        "process.start_up",
        _start_up,
        {"time": "s", "memory": "MiB"},
        cases=({"size": (640, 360)}, {"size": (1920, 1080)}),
        quick=({"size": (320, 180)},),
    ),
    Benchmark(
        "process.memory",
        _memory,
        {"memory": "MiB", "time": "s"},
        cases=(
            {"size": (1920, 1080), "sound_s": 20, "n_frames": 30},
            {"size": (1920, 1080), "sound_s": 3600, "n_frames": 30},
            {"size": (3840, 2160), "sound_s": 20, "n_frames": 30},
        ),
        quick=({"size": (320, 180), "sound_s": 2, "n_frames": 4},),
        warms_up=False,
    ),
)
