"""Many films at once: each is one task, or its analysis, its parts and their joining.

Finished parts stay when a run ends early, and the next run continues from there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corticast.app.batch.order import FilmOrder
from corticast.app.batch.pool import Done, Pool, TaskProgress
from corticast.app.batch.segments import (
    analysis_path,
    cut,
    format_of,
    known_length,
    part_path,
    parts_folder,
    why_whole,
    worthwhile_parts,
)
from corticast.app.batch.tasks import AnalysisTask, FilmTask, Finishing, JoinTask, PartTask, Task
from corticast.app.render.film_file import Part
from corticast.app.render.flash_samples import samples_path
from corticast.core.model.machine import Machine
from corticast.core.model.options import table_of
from corticast.core.model.scene_file import SceneFile
from corticast.errors import CorticastError, DataError, OptionError
from corticast.io.companions import companions
from corticast.io.door import opened
from corticast.io.file_kinds import ANY
from corticast.video.formats import FilmFormat

# All of an input is hashed; of a large one its size, its date of change, its beginning and its end.
_HASHED_BYTES = 64 << 20
_ENDS_BYTES = 1 << 20


@dataclass(frozen=True)
class FilmPlan:
    """Plan of a film.

    Parameters
    ----------
    label : name in messages
    scene : scene of the film
    film : path of the film, in an existing folder
    sheet, sheet_options : path of a contact sheet to draw, too, and its options
    sidecar : content of the film's JSON file before rendering; None for no such file
    error : reason why the film cannot be made, if already known
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
    """The outcome of a film: facts as `perform` gives them, or an error."""

    plan: FilmPlan
    facts: Mapping[str, Any] = field(default_factory=dict)
    error: BaseException | None = None


def scene_digest(scene: SceneFile, made_with: str) -> str:
    """Digest of the scene, the contents of its inputs and of the files beside them, and the versions."""
    table = table_of(SceneFile)
    values = {
        name: value for name, value in scene.plain_values().items() if getattr(scene, name) != table[name].default
    }
    for name, paths in scene.given_paths.items():
        # A dataset that is moved shows the same.
        files = (file for path in paths for file in (path, *companions(path)))
        values[name] = [[file.name, _content_digest(file)] for file in files]
    text = json.dumps([values, made_with], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _content_digest(path: Path) -> str:
    found = hashlib.sha256()
    with suppress(DataError), opened(path, ANY) as file:
        facts = file.stamp
        if facts.size <= _HASHED_BYTES:
            return hashlib.file_digest(file, "sha256").hexdigest()
        found.update(f"{facts.size} {facts.mtime_ns} ".encode() + (file.read(_ENDS_BYTES) or b""))
        file.seek(-_ENDS_BYTES, os.SEEK_END)
        found.update(file.read() or b"")
    return found.hexdigest()


def make_films(
    plans: Sequence[FilmPlan],
    pool: Pool,
    machine: Machine,
    report: TaskProgress,
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
    pool : does their tasks
    machine : how each task uses its machine
    report : called for each part of a film, at first without a frame written, at the end with all of them
    encoder_threads : threads of every task's encoder
    made_with : versions that all tasks must have
    overwrite : whether films may be replaced
    n_parts : parts of each film; None cuts long films where there are fewer films than workers

    Yields
    ------
    the outcome of each film, as they end
    """
    wanted = n_parts or -(-pool.n_workers // max(len(plans), 1))
    under_way: dict[Path, _Whole | _Cut] = {}
    for plan in plans:
        try:
            order = order_of(plan, machine, encoder_threads, made_with, overwrite=overwrite)
            making = _making(plan, order, wanted, report, asked=n_parts is not None)
        except Exception as error:
            yield FilmDone(plan, error=error)
            continue
        under_way[plan.film] = making
        pool.submit(making.first)
    for done in pool.results():
        film = done.task.order.film
        if film not in under_way:
            # Given up, as another of its tasks failed.
            continue
        making = under_way[film]
        tasks = making.after(done) if done.error is None else []
        for task in tasks:
            pool.submit(task)
        if done.error is not None:
            pool.give_up(film)
        if done.error is not None or isinstance(done.task, Finishing):
            del under_way[film]
            yield FilmDone(making.plan, done.facts or {}, done.error)


def order_of(plan: FilmPlan, machine: Machine, encoder_threads: int, made_with: str, *, overwrite: bool) -> FilmOrder:
    """The order of a planned film.

    Raises
    ------
    CorticastError : the film cannot be made
    """
    if plan.error is not None:
        raise CorticastError(plan.error)
    return FilmOrder(
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


def _making(plan: FilmPlan, order: FilmOrder, n_wanted: int, report: TaskProgress, *, asked: bool) -> _Whole | _Cut:
    """The way a film is made: in parts if that is asked for, or worth while."""
    kind = format_of(plan.scene, plan.film)
    if n_wanted < 2 or why_whole(kind) is not None:
        return _Whole(plan, FilmTask(order))
    n_frames = None if asked else known_length(plan.scene)
    if n_frames is not None and worthwhile_parts(n_frames, kind.fps, n_wanted) < 2:
        return _Whole(plan, FilmTask(order))
    return _Cut.begun(plan, order, kind, n_wanted, report, asked=asked)


@dataclass
class _Whole:
    """A film that one task makes."""

    plan: FilmPlan
    first: FilmTask

    def after(self, done: Done) -> Sequence[Task]:
        """No further task."""
        return []


@dataclass
class _Cut:
    """A film that is made in parts: its analysis, then the parts side by side, then their joining."""

    plan: FilmPlan
    order: FilmOrder
    kind: FilmFormat
    n_wanted: int
    asked: bool
    report: TaskProgress
    folder: Path
    digest: str
    analysis: Path
    parts: tuple[Path, ...] = ()
    n_left: int = 0
    seconds: float = 0.0
    renderer: str = "an earlier run's OpenGL"

    @classmethod
    def begun(
        cls, plan: FilmPlan, order: FilmOrder, kind: FilmFormat, n_wanted: int, report: TaskProgress, *, asked: bool
    ) -> _Cut:
        """Prepare the folder of the parts.

        Raises
        ------
        OptionError : the folder cannot be written
        """
        folder = parts_folder(plan.film)
        digest = scene_digest(plan.scene, f"{order.made_with}, {order.encoder_threads} threads")
        _make_folder(folder)
        return cls(plan, order, kind, n_wanted, asked, report, folder, digest, analysis_path(folder, digest))

    @property
    def first(self) -> AnalysisTask:
        """The analysis."""
        return AnalysisTask(self.order, self.analysis)

    def after(self, done: Done) -> Sequence[Task]:
        """Tasks that follow one that is done."""
        facts = done.facts or {}
        self.seconds += facts.get("seconds", 0.0)
        if isinstance(done.task, AnalysisTask):
            return self._parts(int(facts["n_frames"]))
        if isinstance(done.task, PartTask):
            return self._after_part(done.task, facts)
        shutil.rmtree(self.folder, ignore_errors=True)
        return []

    def _parts(self, n_frames: int) -> Sequence[Task]:
        n_parts = self.n_wanted if self.asked else worthwhile_parts(n_frames, self.kind.fps, self.n_wanted)
        parts = cut(self.kind, n_frames, n_parts)
        if len(parts) < 2:
            return [FilmTask(self.order, self.analysis)]
        self.parts = tuple(part_path(self.kind, self.folder, self.digest, frames) for frames in parts)
        self.n_left = len(parts)
        _clear(self.folder, {*self.parts, *map(samples_path, self.parts), self.analysis})
        tasks = [
            PartTask(self.order, self.analysis, Part(path, frames))
            for path, frames in zip(self.parts, parts, strict=True)
        ]
        for task in tasks:
            self.report(task, 0, task.n_frames)
        return tasks

    def _after_part(self, task: PartTask, facts: Mapping[str, Any]) -> Sequence[Task]:
        self.report(task, task.n_frames, task.n_frames)
        self.renderer = facts.get("renderer", self.renderer)
        self.n_left -= 1
        if self.n_left:
            return []
        known = {"renderer": self.renderer, "seconds": self.seconds}
        return [JoinTask(self.order, self.analysis, self.parts, known)]


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OptionError(f"{folder}: {error.strerror or error}; give a folder that is writable") from error


def _clear(folder: Path, wanted: Collection[Path]) -> None:
    """Remove files of earlier runs that do not belong to this same film."""
    for found in folder.iterdir():
        if found.is_dir():
            shutil.rmtree(found, ignore_errors=True)
        elif found not in wanted:
            with suppress(OSError):
                found.unlink()
