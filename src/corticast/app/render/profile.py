"""The time of a render: a table, the share of the possible speed, and a trace."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corticast.core.trace import MAIN, Stage, Trace
from corticast.errors import OptionError
from corticast.io.whole_file import whole_file
from corticast.video.encoding import FFMPEG
from corticast.video.pipes import WRITER, WRITING

# A film's frames take from the first of these stages to the end of the second.
_FIRST_STAGE, _LAST_STAGE = "draw", "finish"
# The drawing thread is idle in these stages.
_WAITING = ("wait for queue", _LAST_STAGE)

_SUFFIX = ".json"
_PROCESS = 1


@dataclass(frozen=True)
class StageTime:
    """Time of one stage.

    Parameters
    ----------
    name, thread : name of the stage, and its thread
    depth : number of other stages that contain this one
    n : number of pieces of work, usually one per frame
    median_ms, p95_ms : median and 95th percentile over the pieces, in milliseconds
    total_s : sum of all pieces in seconds
    """

    name: str
    thread: str
    depth: int
    n: int
    median_ms: float
    p95_ms: float
    total_s: float


@dataclass(frozen=True)
class Profile:
    """The time of a film's frames.

    Drawing and encoding run side by side. With perfect overlap, a film would take as long as the busier side alone.
    This is the limit. The share of the limit is the time of the busier side over the real time, which equals the real
    frame rate over the limit's. If both sides share the cores, each slows the other, and the share does not show this.

    Parameters
    ----------
    stages : stages by thread, in the order in which they first ran
    n_frames : number of frames in the film
    frames_s : seconds from the first frame's draw to the complete film
    drawing_s : the part of these seconds in which the drawing thread worked (draw, read back, hand over) instead of
        waiting for the encoder
    encoding_s : the part of these seconds in which ffmpeg was behind: writing frames to it, and its last frames
    """

    stages: tuple[StageTime, ...]
    n_frames: int
    frames_s: float
    drawing_s: float
    encoding_s: float

    @property
    def limit(self) -> str:
        """The busier side: "drawing" or "encoding"."""
        return "drawing" if self.drawing_s >= self.encoding_s else "encoding"

    @property
    def share_of_limit(self) -> float:
        """Real frame rate over the frame rate of the busier side alone, 0 to 1."""
        return max(self.drawing_s, self.encoding_s) / self.frames_s


def check_profile_path(path: str | os.PathLike[str], *, overwrite: bool) -> None:
    """Check that a trace can be written, before anything is drawn.

    Raises
    ------
    OptionError : not a .json file, a missing folder, or an existing file that may not be replaced
    """
    file = Path(path)
    if file.suffix.lower() != _SUFFIX:
        raise OptionError(f"--profile {file}: traces are JSON; name the file {file.name or 'profile'}{_SUFFIX}")
    if not file.parent.is_dir():
        raise OptionError(f"--profile {file}: no such folder: {file.parent}; create it, or give another folder")
    if file.is_dir():
        raise OptionError(f"--profile {file}: a folder; give the name of a file")
    if file.exists() and not overwrite:
        raise OptionError(f"--profile {file}: exists; give --overwrite to replace it, or another name")


def profile_beside(film: str | os.PathLike[str]) -> Path:
    """Default name of a trace: the film's name, or that of the pictures' folder, with .profile.json."""
    file = Path(film)
    folder, name = (file.parent, file.stem) if "%" not in file.name else (file.parent.parent, file.parent.name)
    return folder / f"{name or 'corticast'}.profile{_SUFFIX}"


def profile_of(trace: Trace, n_frames: int) -> Profile:
    """Evaluate a trace that kept every piece of work.

    Parameters
    ----------
    trace : trace of a complete render
    n_frames : number of frames in the film
    """
    bounds_ns = {stage: _bounds_of(stage) for stage in trace.stages}
    began_ns = int(bounds_ns[trace.stage(_FIRST_STAGE)][0, 0])
    ended_ns = int(bounds_ns[trace.stage(_LAST_STAGE)][-1, 1])
    waited_ns = sum(trace.stage(name).total_ns for name in _WAITING)
    encoding_ns = sum(stage.total_ns for stage in trace.stages if stage.thread == FFMPEG or stage.name == WRITING)
    ran = [stage for stage, bounds in bounds_ns.items() if len(bounds)]
    threads = _threads_of(trace)
    ran.sort(key=lambda stage: (threads.index(stage.thread), bounds_ns[stage][0, 0]))
    frames_ns = ended_ns - began_ns
    return Profile(
        stages=tuple(_time_of(stage, bounds_ns) for stage in ran),
        n_frames=n_frames,
        frames_s=frames_ns / 1e9,
        drawing_s=(frames_ns - waited_ns) / 1e9,
        encoding_s=encoding_ns / 1e9,
    )


def _threads_of(trace: Trace) -> list[str]:
    return list(dict.fromkeys([MAIN, WRITER, FFMPEG, *(stage.thread for stage in trace.stages)]))


def _bounds_of(stage: Stage) -> npt.NDArray[np.int64]:
    """(n, 2) int64, begin and end of each piece in nanoseconds."""
    assert stage.bounds_ns is not None
    return np.array(stage.bounds_ns, np.int64).reshape(-1, 2)


def _time_of(stage: Stage, bounds_ns: dict[Stage, npt.NDArray[np.int64]]) -> StageTime:
    began_ns, ended_ns = bounds_ns[stage][0]
    around = [
        other
        for other, bounds in bounds_ns.items()
        if other is not stage
        and other.thread == stage.thread
        and ((bounds[:, 0] <= began_ns) & (bounds[:, 1] >= ended_ns)).any()
    ]
    pieces_ms = np.diff(bounds_ns[stage], axis=1) / 1e6
    return StageTime(
        name=stage.name,
        thread=stage.thread,
        depth=len(around),
        n=len(pieces_ms),
        median_ms=float(np.median(pieces_ms)),
        p95_ms=float(np.percentile(pieces_ms, 95)),
        total_s=stage.total_ns / 1e9,
    )


def profile_lines(profile: Profile) -> list[str]:
    """A profile as lines of text."""
    lines = [f"{'stage':<21} {'thread':<7} {'times':>6} {'median ms':>10} {'p95 ms':>9} {'total s':>9}"]
    lines += [
        f"{'  ' * stage.depth + stage.name:<21} {stage.thread:<7} {stage.n:>6} {stage.median_ms:>10.3f} "
        f"{stage.p95_ms:>9.3f} {stage.total_s:>9.3f}"
        for stage in profile.stages
    ]
    reached = profile.n_frames / profile.frames_s
    waited_s = profile.frames_s - profile.drawing_s
    idle_s = profile.frames_s - profile.encoding_s
    lines.append(
        f"{100 * profile.share_of_limit:.0f} % of the limit, set by {profile.limit}: {reached:.1f} of "
        f"{reached / profile.share_of_limit:.1f} frames/s from the first frame to the complete film"
    )
    lines.append(f"drawing waited {waited_s:.2f} s for the encoder, the encoder {idle_s:.2f} s for frames")
    return lines


def write_trace(trace: Trace, path: str | os.PathLike[str], *, overwrite: bool) -> None:
    """Write every piece of work as a trace in Chrome's trace event format. The file appears when it is complete.

    Raises
    ------
    OptionError : the file cannot be written
    """
    check_profile_path(path, overwrite=overwrite)
    file = Path(path)
    try:
        with whole_file(file) as partial, partial.open("w", encoding="utf-8") as stream:
            # Write one event per line, one by one: an hour's film has hundreds of thousands.
            separator = '{"displayTimeUnit": "ms", "traceEvents": [\n'
            for event in _events(trace):
                stream.write(separator + json.dumps(event))
                separator = ",\n"
            stream.write("\n]}\n")
    except OSError as error:
        raise OptionError(f"--profile {file}: {error.strerror or error}; give a folder that is writable") from error


def _events(trace: Trace) -> Iterator[dict[str, Any]]:
    """Names of process and threads, then one complete event ("X") per piece of work, with times in microseconds."""
    threads = _threads_of(trace)
    yield {"ph": "M", "name": "process_name", "pid": _PROCESS, "tid": 1, "args": {"name": "corticast render"}}
    for number, name in enumerate(threads, 1):
        where = {"pid": _PROCESS, "tid": number}
        yield {"ph": "M", "name": "thread_name", **where, "args": {"name": name}}
        yield {"ph": "M", "name": "thread_sort_index", **where, "args": {"sort_index": number}}
    for stage in trace.stages:
        tid = threads.index(stage.thread) + 1
        event = {"ph": "X", "name": stage.name, "cat": "render", "pid": _PROCESS, "tid": tid}
        for index, (began_ns, ended_ns) in enumerate(_bounds_of(stage).tolist()):
            since_start_us = (began_ns - trace.began_ns) / 1000
            duration_us = (ended_ns - began_ns) / 1000
            yield {**event, "ts": since_start_us, "dur": duration_us, "args": {"index": index}}
