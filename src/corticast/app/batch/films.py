"""Many films at once: each is one task, or parts and their joining; what is done stays done when a run ends early."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corticast.app.batch.pool import Pool, TaskProgress
from corticast.app.batch.segments import cut, format_of, length_of, part_path, parts_folder, why_whole, worthwhile_parts
from corticast.app.batch.tasks import Task
from corticast.core.model.machine import Machine
from corticast.core.model.options import table_of
from corticast.core.model.scene_file import SceneFile
from corticast.errors import CorticastError, OptionError
from corticast.io.companions import companions

# What is hashed of an input: all of it, or, of a large one, its size, when it was changed, its beginning and its end.
_HASHED_BYTES = 64 << 20
_ENDS_BYTES = 1 << 20


@dataclass(frozen=True)
class FilmPlan:
    """A film that is to be made.

    Parameters
    ----------
    label : in messages
    scene : what is shown
    film : its path; the folder exists
    sheet, sheet_options : page of slices that is drawn too, and what `sheet` takes for it
    sidecar : what the JSON file beside it says before it is rendered; None for no such file
    error : why it cannot be made, where that is known
    """

    label: str
    scene: SceneFile
    film: Path
    sheet: Path | None = None
    sheet_options: Mapping[str, Any] = field(default_factory=dict)
    sidecar: Mapping[str, Any] | None = None
    error: str | None = None


@dataclass(frozen=True)
class FilmDone:
    """What came of a film: facts as `perform` tells them, or an error."""

    plan: FilmPlan
    facts: Mapping[str, Any] = field(default_factory=dict)
    error: BaseException | None = None


@dataclass
class _Cut:
    """A film whose parts are under way."""

    plan: FilmPlan
    whole: Task
    folder: Path
    paths: list[Path]
    n_left: int
    seconds: float = 0.0
    # Unknown where an earlier run has drawn all of it.
    renderer: str = "an earlier run's OpenGL"


def scene_digest(scene: SceneFile, made_with: str) -> str:
    """Digest of what a film shows: the scene, contents of its inputs and of what lies beside them, versions."""
    table = table_of(SceneFile)
    values = {
        name: value for name, value in scene.plain_values().items() if getattr(scene, name) != table[name].default
    }
    for name, path in scene.given_values.items():
        if isinstance(path, Path):
            # A dataset that is moved shows the same.
            values[name] = [[file.name, _content_digest(file)] for file in (path, *companions(path))]
    text = json.dumps([values, made_with], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _content_digest(path: Path) -> str:
    found = hashlib.sha256()
    with suppress(OSError), path.open("rb") as file:
        facts = os.fstat(file.fileno())
        if facts.st_size <= _HASHED_BYTES:
            return hashlib.file_digest(file, "sha256").hexdigest()
        found.update(f"{facts.st_size} {facts.st_mtime_ns} ".encode() + file.read(_ENDS_BYTES))
        file.seek(-_ENDS_BYTES, os.SEEK_END)
        found.update(file.read())
    return found.hexdigest()


def make_films(
    plans: Sequence[FilmPlan],
    pool: Pool,
    machine: Machine,
    told: TaskProgress,
    *,
    encoder_threads: int,
    made_with: str,
    overwrite: bool,
    n_parts: int | None = None,
) -> Iterator[FilmDone]:
    """Make films, several at a time, and go on past those that fail.

    Parameters
    ----------
    plans : films
    pool : where they are made
    machine : how tasks use theirs
    encoder_threads : threads of every task's encoder
    told : called for each part of a film, with none of its frames written at first, and with all of them at its end
    made_with : versions that all tasks must have
    overwrite : whether films may be replaced
    n_parts : into how many parts each film is cut; None cuts long films where there are fewer than the pool can do

    Returns
    -------
    what came of each film, as they are completed
    """
    wanted = n_parts or -(-pool.n_workers // max(len(plans), 1))
    under_way: dict[Path, _Cut] = {}
    whole: dict[Path, FilmPlan] = {}
    for plan in plans:
        try:
            if plan.error is not None:
                raise CorticastError(plan.error)
            task = Task(
                plan.scene,
                plan.film,
                machine,
                encoder_threads,
                made_with,
                overwrite,
                sheet=plan.sheet,
                sheet_options=plan.sheet_options,
                sidecar=plan.sidecar,
            )
            tasks = _cut_up(plan, task, wanted, under_way, asked=n_parts is not None)
        except Exception as error:
            yield FilmDone(plan, error=error)
            continue
        if not tasks:
            whole[plan.film], tasks = plan, [task]
        for each in tasks:
            if each.part is not None:
                told(each, 0, each.n_frames)
            pool.submit(each)
    for done in pool.results():
        film = done.task.film
        if film in whole:
            yield FilmDone(whole[film], done.facts or {}, done.error)
        elif film in under_way:
            state = under_way[film]
            if done.error is not None:
                del under_way[film]
                pool.give_up(film)
                yield FilmDone(state.plan, error=done.error)
                continue
            facts = dict(done.facts or {})
            if done.task.parts:
                del under_way[film]
                shutil.rmtree(state.folder, ignore_errors=True)
                yield FilmDone(state.plan, facts)
                continue
            told(done.task, done.task.n_frames, done.task.n_frames)
            state.n_left -= 1
            state.seconds += facts.get("seconds", 0.0)
            state.renderer = facts.get("renderer", state.renderer)
            if state.n_left == 0:
                known = {"renderer": state.renderer, "seconds": state.seconds}
                pool.submit(replace(state.whole, parts=tuple(state.paths), known=known))


def _cut_up(plan: FilmPlan, task: Task, n_wanted: int, under_way: dict[Path, _Cut], *, asked: bool) -> list[Task]:
    """Tasks that make the parts of a film; none where it is made whole.

    Raises
    ------
    InputError, OptionError : there is no such film
    """
    kind = format_of(plan.scene, plan.film)
    if n_wanted < 2 or why_whole(kind) is not None:
        return []
    n_frames, fps = length_of(plan.scene, task.machine)
    parts = cut(kind, n_frames, n_wanted if asked else worthwhile_parts(n_frames, fps, n_wanted))
    if len(parts) < 2:
        return []
    folder = parts_folder(plan.film)
    digest = scene_digest(plan.scene, f"{task.made_with}, {task.encoder_threads} threads")
    paths = [part_path(kind, folder, digest, frames) for frames in parts]
    _prepare(folder, paths)
    under_way[plan.film] = _Cut(plan, task, folder, paths, len(parts))
    return [
        replace(task, part=path, frames=(frames.start, frames.stop), sheet=None)
        for path, frames in zip(paths, parts, strict=True)
    ]


def _prepare(folder: Path, paths: Sequence[Path]) -> None:
    """Make the folder of a film's parts; of an earlier run's those stay that belong to this film, as it is now."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for found in folder.iterdir():
            if found.is_dir():
                shutil.rmtree(found)
            elif found not in paths:
                found.unlink()
    except OSError as error:
        raise OptionError(f"{folder}: {error.strerror or error}; choose a folder that can be written") from error
