"""The interface of pools, which do tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from corticast.app.batch.tasks import Task
from corticast.errors import CorticastError

# Reports the progress of a task: (task, frames written, frames in all).
TaskProgress = Callable[[Task, int, int], None]


class StoppedError(CorticastError):
    """A task was given up because the run ends."""


@dataclass(frozen=True)
class Done:
    """The outcome of a task: facts, or an error."""

    task: Task
    facts: dict[str, Any] | None = None
    error: BaseException | None = None


class Pool(Protocol):
    """Does tasks side by side; a context manager, at whose end no task is under way any more."""

    @property
    def n_workers(self) -> int:
        """How many tasks it does at a time."""

    def submit(self, task: Task) -> None:
        """Take a task."""

    def give_up(self, film: Path) -> None:
        """End all tasks of a film; `results` may still give their outcome."""

    def results(self) -> Iterator[Done]:
        """Outcomes of tasks, as they end, until none is left; more may be submitted meanwhile."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
