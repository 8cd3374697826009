"""What a process does by itself: a film, a part of one, or the joining of its parts. Doing it again does no harm.

Tasks and what comes of them travel as JSON, to processes of this machine and of others.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corticast.app.batch.segments import facts_of, join_parts
from corticast.app.render.film_file import Part, write_film
from corticast.core.model.machine import Machine
from corticast.core.model.scene_file import SceneFile
from corticast.core.timing import parse_fps
from corticast.errors import DeviceError
from corticast.film.scene_inputs import film_timing, open_scene
from corticast.io.scene import scene_values
from corticast.io.whole_file import write_text
from corticast.process import ffmpeg

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Task:
    """A film, or, with `part`, some of its frames, or, with `parts`, the film of them.

    Parameters
    ----------
    scene : what is shown
    film : path of the whole film
    machine : how the machine is used; without threads each machine shares out what it grants
    encoder_threads : threads of the encoder, the same for all tasks, as frames depend on their number
    made_with : versions that all tasks of a run must have
    overwrite : whether the film may be replaced
    part, frames : file of a part, its first frame and the one after its last
    parts : files to be joined
    known : what their making has told: what drew them, and in how many seconds
    sheet, sheet_options : page of slices that is drawn too, and what `sheet` takes for it
    sidecar : what the JSON file beside the film says, but for what rendering finds out; None for no such file
    """

    scene: SceneFile
    film: Path
    machine: Machine
    encoder_threads: int
    made_with: str
    overwrite: bool = False
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
        """The task with so many threads that draw."""
        return replace(self, machine=replace(self.machine, threads=threads))

    @classmethod
    def from_json(cls, text: str) -> Task:
        """The task that `as_json` wrote."""
        values = json.loads(text)
        for name in ("film", "part", "sheet"):
            values[name] = None if values[name] is None else Path(values[name])
        values["parts"] = tuple(map(Path, values["parts"]))
        values["frames"] = tuple(values["frames"])
        values["machine"] = Machine(**values["machine"])
        return cls(**{**values, "scene": SceneFile(**values["scene"])})


def made_with() -> str:
    """What frames depend on beside the scene: versions of this package and of the encoder."""
    return f"corticast {version('corticast')}, ffmpeg {ffmpeg.version()}"


def perform(task: Task, told: Told) -> dict[str, Any]:
    """Do a task.

    Parameters
    ----------
    told : called with (frames written, frames in all)

    Returns
    -------
    what there is to tell of the film or the part, as JSON holds it

    Raises
    ------
    DeviceError : this machine has other versions, whose frames may be others
    CorticastError : as `render` raises
    """
    if (own := made_with()) != task.made_with:
        raise DeviceError(f"made with {own} here and {task.made_with} elsewhere; install the same on all machines")
    if task.part is not None and task.part.is_file():
        # Done before, by a process whose answer got lost.
        return {"n_frames": task.n_frames}
    if task.sidecar is not None:
        kept = None if task.overwrite else finished(task.film, str(task.sidecar["SceneDigest"]))
        if kept is not None:
            if task.sheet is not None and not task.sheet.is_file():
                _draw_sheet(task)
            return kept
        # Another run may have tidied it away while it was empty.
        task.film.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    if task.parts:
        joined = join_parts(
            task.scene,
            task.film,
            task.parts,
            machine=task.machine,
            overwrite=task.overwrite,
        )
        facts = {**joined, **(task.known or {})}
        told(facts["n_frames"], facts["n_frames"])
    else:
        facts = _rendered(task, told)
    facts["seconds"] = round(facts.get("seconds", 0.0) + time.monotonic() - started, 3)
    if task.part is None:
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
    """What the JSON file beside a film tells of it; None unless the film is there, and of that scene."""
    try:
        told = json.loads(sidecar_path(film).read_text(encoding="utf-8"))
        facts = told["Rendering"] if told["SceneDigest"] == digest and film.is_file() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return facts if isinstance(facts, dict) else None


def _rendered(task: Task, told: Told) -> dict[str, Any]:
    part = None if task.part is None else Part(task.part, range(*task.frames))
    report = write_film(
        open_scene(task.scene, task.machine),
        task.film,
        film_timing(task.scene),
        task.machine,
        flash_limit=task.scene.flash_limit,
        codec=task.scene.codec,
        crf=task.scene.crf,
        preset=task.scene.preset,
        encoder=task.scene.encoder,
        overwrite=task.overwrite or part is not None,
        encoder_threads=task.encoder_threads,
        progress=told,
        part=part,
    )
    return facts_of(report)


def _draw_sheet(task: Task) -> None:
    from corticast.app.sheet.sheet import sheet

    machine = task.machine
    opened = open_scene(task.scene, machine)
    assert task.sheet is not None
    options: dict[str, Any] = {"gpu": machine.gpu, "backend": machine.backend, "threads": machine.threads}
    sheet(opened, task.sheet, overwrite=True, **task.sheet_options, **options)


def _write_sidecar(task: Task, facts: Mapping[str, Any]) -> None:
    assert task.sidecar is not None
    duration_s = facts["n_frames"] / float(parse_fps(facts["fps"]))
    path = sidecar_path(task.film)
    told = {
        **task.sidecar,
        "Scene": scene_values(task.scene, path.resolve().parent),
        "Rendering": {**facts, "duration_s": round(duration_s, 6), "made_with": task.made_with},
    }
    write_text(path, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
