"""Tasks, each for one process: a whole film, its analysis, its full scale, a part of it, or the joining of its parts.

A task may be done twice without harm. Tasks and results travel as JSON, to processes of this machine and of others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

from corticast.app.batch.order import FilmOrder
from corticast.app.batch.segments import facts_of, join_parts
from corticast.app.render.film_file import Part, write_film
from corticast.app.render.flash_gain import limited
from corticast.app.render.flash_samples import samples_path
from corticast.core.geometry.placement import placed_of
from corticast.errors import DeviceError
from corticast.film.analysis import analyse
from corticast.film.analysis_file import read_analysis, write_analysis
from corticast.film.opening import open_film
from corticast.film.scale_facts import scale_facts
from corticast.film.scene_inputs import film_timing, open_scene
from corticast.process import ffmpeg

# Called with (frames written, frames in all).
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class FilmTask:
    """Render a film whole.

    Parameters
    ----------
    order : of the film
    analysis : file of the film's analysis; None analyses the film now
    """

    order: FilmOrder
    analysis: Path | None = None

    def perform(self, report: Report) -> dict[str, Any]:
        """Render the film."""
        return _render(self.order, self.analysis, report)


@dataclass(frozen=True)
class AnalysisTask:
    """Analyse the inputs of a film.

    Parameters
    ----------
    order : of the film
    analysis : file that the task writes, and that parts and their joining read
    """

    order: FilmOrder
    analysis: Path

    def perform(self, report: Report) -> dict[str, Any]:
        """Analyse the inputs, unless an earlier run has."""
        file = self.order.scene
        timing = film_timing(file)
        if self.analysis.is_file():
            analysis = read_analysis(self.analysis)
        else:
            scene = open_scene(file, self.order.machine)
            analysis = analyse(scene, placed_of(scene), timing)
            if file.flash_limit:
                analysis = limited(open_film(scene, timing, analysis=analysis), analysis, self.order.machine)
            write_analysis(analysis, self.analysis)
        return {"n_frames": analysis.n_frames, "fps": str(timing.fps)}


@dataclass(frozen=True)
class ScaleTask:
    """Find the full scale that a film has alone.

    Parameters
    ----------
    order : of the film
    """

    order: FilmOrder

    def perform(self, report: Report) -> dict[str, Any]:
        """Analyse the inputs. The analysis is not kept: the film gets another one, with the common scale."""
        scene = open_scene(self.order.scene, self.order.machine)
        return scale_facts(analyse(scene, placed_of(scene), film_timing(self.order.scene)).heard)


@dataclass(frozen=True)
class PartTask:
    """Render a part of a film.

    Parameters
    ----------
    order : of the film
    analysis : file of the film's analysis
    part : file and frames of the part
    """

    order: FilmOrder
    analysis: Path
    part: Part

    @property
    def n_frames(self) -> int:
        """Frames of the part."""
        return len(self.part.frames)

    def perform(self, report: Report) -> dict[str, Any]:
        """Render the part."""
        return _render(self.order, self.analysis, report, self.part)


@dataclass(frozen=True)
class JoinTask:
    """Join the parts of a film.

    Parameters
    ----------
    order : of the film
    analysis : file of the film's analysis
    parts : files of the parts, in order
    known : facts from the making of the parts: the renderer, and the seconds
    """

    order: FilmOrder
    analysis: Path
    parts: tuple[Path, ...]
    known: Mapping[str, Any] = field(default_factory=dict)

    def perform(self, report: Report) -> dict[str, Any]:
        """Join the parts."""
        order, analysis = self.order, read_analysis(self.analysis)
        joined = join_parts(
            order.scene, order.film, self.parts, analysis, machine=order.machine, overwrite=order.overwrite
        )
        report(joined["n_frames"], joined["n_frames"])
        return {**joined, **self.known}


# At the end of these tasks, the film is there.
Finishing: TypeAlias = FilmTask | JoinTask
Task: TypeAlias = Finishing | AnalysisTask | ScaleTask | PartTask


def made_with() -> str:
    """Versions of this package and of the encoder, on which frames depend beside the scene."""
    return f"corticast {version('corticast')}, ffmpeg {ffmpeg.version()}"


def perform(task: Task, report: Report) -> dict[str, Any]:
    """Do a task.

    Parameters
    ----------
    report : called with (frames written, frames in all)

    Returns
    -------
    facts of the film, the part or the analysis, as JSON holds them

    Raises
    ------
    DeviceError : this machine has other versions, whose frames may be others
    CorticastError : as `render` raises
    """
    order = task.order
    if (own := made_with()) != order.made_with:
        raise DeviceError(f"made with {own} here and {order.made_with} elsewhere; install the same on all machines")
    if isinstance(task, PartTask) and task.part.path.is_file() and samples_path(task.part.path).is_file():
        # An earlier process finished the part, and its answer got lost.
        return {"n_frames": task.n_frames}
    kept = order.kept()
    if kept is not None:
        if isinstance(task, Finishing):
            order.add_missing_sheet()
        return kept
    order.make_folder()
    started_s = time.monotonic()
    facts = task.perform(report)
    facts["seconds"] = round(facts.get("seconds", 0.0) + time.monotonic() - started_s, 3)
    if isinstance(task, Finishing):
        order.complete(facts)
    return facts


def _render(order: FilmOrder, analysis_file: Path | None, report: Report, part: Part | None = None) -> dict[str, Any]:
    """Render a whole film, or a part."""
    analysis = None if analysis_file is None else read_analysis(analysis_file)
    file = order.scene
    rendered = write_film(
        open_scene(file, order.machine, analysis=analysis, with_sound=part is None),
        order.film,
        film_timing(file),
        order.machine,
        flash_limit=bool(file.flash_limit),
        encoding=file.encoding,
        overwrite=order.overwrite or part is not None,
        encoder_threads=order.encoder_threads,
        analysis=analysis,
        progress=report,
        part=part,
    )
    return facts_of(rendered)
