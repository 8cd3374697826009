"""Tasks, each for one process: a whole film, or the analysis of one, a part of one, or the joining of its parts.

A task may be done twice without harm. Tasks and results travel as JSON, to processes of this machine and of others.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, TypeAlias

from corticast.app.batch.segments import facts_of, join_parts
from corticast.app.render.film_file import Part, write_film
from corticast.core.geometry.placement import placed_of
from corticast.core.model.machine import Machine
from corticast.core.model.scene_file import SceneFile
from corticast.core.timing import parse_fps
from corticast.errors import DeviceError
from corticast.film.analysis import analyse
from corticast.film.analysis_file import read_analysis, write_analysis
from corticast.film.scene_inputs import film_timing, open_scene
from corticast.io.scene import scene_values
from corticast.io.whole_file import write_text
from corticast.process import ffmpeg

# Called with (frames written, frames in all).
Report = Callable[[int, int], None]

Step: TypeAlias = Literal["film", "analysis", "part", "join"]


@dataclass(frozen=True)
class Task:
    """A film, or one step of making it in parts.

    Parameters
    ----------
    scene : scene of the film
    film : path of the whole film
    machine : machine options; without threads, each machine divides its own
    encoder_threads : threads of the encoder, the same for all tasks, since frames depend on this number
    made_with : versions that all tasks of a run must have
    overwrite : whether the film may be replaced
    step : "film" renders it whole; "analysis" writes the file that "part" and "join" read
    analysis : file of the film's analysis; a whole film may do without
    part, frames : file of a part, its first frame and the one after its last
    parts : files to be joined
    known : facts from the making of the parts: the renderer, and the seconds
    sheet, sheet_options : page of slices that is drawn too, and the options that `sheet` takes for it
    sidecar : contents of the JSON file beside the film, without the facts of rendering; None for no such file
    """

    scene: SceneFile
    film: Path
    machine: Machine
    encoder_threads: int
    made_with: str
    overwrite: bool = False
    step: Step = "film"
    analysis: Path | None = None
    part: Path | None = None
    frames: tuple[int, int] = (0, 0)
    parts: tuple[Path, ...] = ()
    known: Mapping[str, Any] | None = None
    sheet: Path | None = None
    sheet_options: Mapping[str, Any] = field(default_factory=dict)
    sidecar: Mapping[str, Any] | None = None

    @property
    def n_frames(self) -> int:
        """Frames of a part."""
        return self.frames[1] - self.frames[0]

    def as_json(self) -> str:
        """The task in a line."""
        values = {name.name: getattr(self, name.name) for name in fields(self)}
        values["machine"] = vars(self.machine)
        values["scene"] = self.scene.plain_values()
        return json.dumps(values, default=str)

    def on_threads(self, threads: int) -> Task:
        """The task on so many threads."""
        return replace(self, machine=replace(self.machine, threads=threads))

    @classmethod
    def from_json(cls, text: str) -> Task:
        """The task that `as_json` wrote."""
        values = json.loads(text)
        for name in ("film", "analysis", "part", "sheet"):
            values[name] = None if values[name] is None else Path(values[name])
        values["parts"] = tuple(map(Path, values["parts"]))
        values["frames"] = tuple(values["frames"])
        values["machine"] = Machine(**values["machine"])
        return cls(**{**values, "scene": SceneFile(**values["scene"])})


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
    if (own := made_with()) != task.made_with:
        raise DeviceError(f"made with {own} here and {task.made_with} elsewhere; install the same on all machines")
    if task.part is not None and task.part.is_file():
        # An earlier process finished it, and its answer got lost.
        return {"n_frames": task.n_frames}
    if task.sidecar is not None:
        kept = None if task.overwrite else finished(task.film, str(task.sidecar["SceneDigest"]))
        if kept is not None:
            if task.sheet is not None and not task.sheet.is_file():
                _draw_sheet(task)
            return kept
        # Another run may have tidied the folder away while it was empty.
        task.film.parent.mkdir(parents=True, exist_ok=True)
    started_s = time.monotonic()
    facts = _STEPS[task.step](task, report)
    facts["seconds"] = round(facts.get("seconds", 0.0) + time.monotonic() - started_s, 3)
    if task.step in ("film", "join"):
        if task.sidecar is not None:
            # At once: without it the film would be taken for another's.
            _write_sidecar(task, facts)
        if task.sheet is not None:
            _draw_sheet(task)
    return facts


def sidecar_path(film: Path) -> Path:
    """The JSON file beside a film."""
    return film.with_suffix(".json")


def finished(film: Path, digest: str) -> dict[str, Any] | None:
    """Facts from the JSON file beside a film; None unless the film is there, and shows that scene."""
    try:
        sidecar = json.loads(sidecar_path(film).read_text(encoding="utf-8"))
        facts = sidecar["Rendering"] if sidecar["SceneDigest"] == digest and film.is_file() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return facts if isinstance(facts, dict) else None


def _analyse(task: Task, report: Report) -> dict[str, Any]:
    """Analyse the inputs of a film, unless an earlier run has."""
    assert task.analysis is not None
    timing = film_timing(task.scene)
    if task.analysis.is_file():
        analysis = read_analysis(task.analysis)
    else:
        scene = open_scene(task.scene, task.machine)
        analysis = analyse(scene, placed_of(scene), timing, flash_limit=task.scene.flash_limit)
        write_analysis(analysis, task.analysis)
    return {"n_frames": analysis.n_frames, "fps": str(timing.fps)}


def _render(task: Task, report: Report) -> dict[str, Any]:
    """Render a whole film, or a part."""
    analysis = None if task.analysis is None else read_analysis(task.analysis)
    part = None if task.part is None else Part(task.part, range(*task.frames))
    file = task.scene
    rendered = write_film(
        open_scene(file, task.machine, analysis=analysis, with_sound=part is None),
        task.film,
        film_timing(file),
        task.machine,
        flash_limit=file.flash_limit,
        encoding=file.encoding,
        overwrite=task.overwrite or part is not None,
        encoder_threads=task.encoder_threads,
        analysis=analysis,
        progress=report,
        part=part,
    )
    return facts_of(rendered)


def _join(task: Task, report: Report) -> dict[str, Any]:
    assert task.analysis is not None
    analysis = read_analysis(task.analysis)
    joined = join_parts(task.scene, task.film, task.parts, analysis, machine=task.machine, overwrite=task.overwrite)
    report(joined["n_frames"], joined["n_frames"])
    return {**joined, **(task.known or {})}


_STEPS: dict[Step, Callable[[Task, Report], dict[str, Any]]] = {
    "film": _render,
    "analysis": _analyse,
    "part": _render,
    "join": _join,
}


def _draw_sheet(task: Task) -> None:
    from corticast.app.sheet.sheet import write_sheet

    assert task.sheet is not None
    write_sheet(open_scene(task.scene, task.machine), task.sheet, task.machine, overwrite=True, **task.sheet_options)


def _write_sidecar(task: Task, facts: Mapping[str, Any]) -> None:
    assert task.sidecar is not None
    duration_s = facts["n_frames"] / float(parse_fps(facts["fps"]))
    path = sidecar_path(task.film)
    sidecar = {
        **task.sidecar,
        "Scene": scene_values(task.scene, path.resolve().parent),
        "Rendering": {**facts, "duration_s": round(duration_s, 6), "made_with": task.made_with},
    }
    write_text(path, json.dumps(sidecar, indent=2, ensure_ascii=False) + "\n")
