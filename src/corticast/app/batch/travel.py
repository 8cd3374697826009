"""How tasks travel: as JSON holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from corticast.app.batch.order import FilmOrder
from corticast.app.batch.tasks import AnalysisTask, FilmTask, JoinTask, PartTask, ScaleTask, Task
from corticast.app.render.film_file import Part


def packed(task: Task) -> dict[str, Any]:
    """A task as JSON holds it."""
    return {"task": type(task).__name__, "order": task.order.plain_values(), **_own_values(task)}


def unpacked(values: Mapping[str, Any]) -> Task:
    """The task that `packed` was given."""
    return _KINDS[values["task"]](FilmOrder.from_plain(values["order"]), values)


def _own_values(task: Task) -> dict[str, Any]:
    if isinstance(task, ScaleTask):
        return {}
    analysis = None if task.analysis is None else str(task.analysis)
    match task:
        case PartTask(part=part):
            return {"analysis": analysis, "part": [str(part.path), part.frames.start, part.frames.stop]}
        case JoinTask():
            return {"analysis": analysis, "parts": list(map(str, task.parts)), "known": dict(task.known)}
        case _:
            return {"analysis": analysis}


def _film(order: FilmOrder, values: Mapping[str, Any]) -> FilmTask:
    return FilmTask(order, None if values["analysis"] is None else Path(values["analysis"]))


def _analysis(order: FilmOrder, values: Mapping[str, Any]) -> AnalysisTask:
    return AnalysisTask(order, Path(values["analysis"]))


def _scale(order: FilmOrder, values: Mapping[str, Any]) -> ScaleTask:
    return ScaleTask(order)


def _part(order: FilmOrder, values: Mapping[str, Any]) -> PartTask:
    path, start, stop = values["part"]
    return PartTask(order, Path(values["analysis"]), Part(Path(path), range(start, stop)))


def _join(order: FilmOrder, values: Mapping[str, Any]) -> JoinTask:
    return JoinTask(order, Path(values["analysis"]), tuple(map(Path, values["parts"])), values["known"])


_KINDS: dict[str, Callable[[FilmOrder, Mapping[str, Any]], Task]] = {
    "FilmTask": _film,
    "AnalysisTask": _analysis,
    "ScaleTask": _scale,
    "PartTask": _part,
    "JoinTask": _join,
}
