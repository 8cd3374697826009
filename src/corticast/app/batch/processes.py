"""Tasks side by side, each in a process of its own: what one of them breaks is its own."""

from __future__ import annotations

import json
import selectors
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from signal import Signals
from types import TracebackType
from typing import IO, Any, Protocol, Self

from corticast.app.batch.tasks import Task, Told
from corticast.errors import CorticastError, InputError
from corticast.process.environment import environment_of_children

_LOOK_EVERY_S = 0.2
_END_WITHIN_S = 10.0

# Told of a task: (task, frames written, frames in all).
TaskTold = Callable[[Task, int, int], None]


class StoppedError(CorticastError):
    """A task was given up because the run ends."""


@dataclass(frozen=True)
class Done:
    """What came of a task: facts, or an error."""

    task: Task
    facts: dict[str, Any] | None = None
    error: BaseException | None = None


class Pool(Protocol):
    """Where tasks are done; a context manager, at whose end nothing is under way any more."""

    @property
    def n_workers(self) -> int:
        """How many tasks it does at a time."""

    def submit(self, task: Task) -> None:
        """Take a task."""

    def give_up(self, film: Path) -> None:
        """End what is left to do of a film; `results` may still tell of it."""

    def results(self) -> Iterator[Done]:
        """What comes of tasks, as they end, until none is left; more may be submitted meanwhile."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


class Processes:
    """A `Pool` of processes of this machine.

    Parameters
    ----------
    n_workers : at a time
    told : called, in any thread, when a task has gone on
    """

    def __init__(self, n_workers: int, told: TaskTold) -> None:
        self.n_workers = n_workers
        self._told = told
        self._threads = ThreadPoolExecutor(n_workers, thread_name_prefix="corticast-job")
        self._done: SimpleQueue[Done] = SimpleQueue()
        self._n_left = 0
        self._stopped = threading.Event()
        self._given_up: set[Path] = set()

    def submit(self, task: Task) -> None:
        """Take a task."""
        self._n_left += 1
        self._threads.submit(self._run, task)

    def give_up(self, film: Path) -> None:
        """End what is left to do of a film; `results` may still tell of it."""
        self._given_up.add(film)

    def results(self) -> Iterator[Done]:
        """What comes of tasks, as they end, until none is left; more may be submitted meanwhile."""
        while self._n_left:
            done = self._done.get()
            self._n_left -= 1
            yield done

    def _run(self, task: Task) -> None:
        def stopped() -> bool:
            return self._stopped.is_set() or task.film in self._given_up

        try:
            facts = run_in_child(task, lambda done, total: self._told(task, done, total), stopped)
        except BaseException as error:
            self._done.put(Done(task, error=error))
        else:
            self._done.put(Done(task, facts))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._threads.shutdown(wait=True, cancel_futures=True)


def run_in_child(task: Task, told: Told, stopped: Callable[[], bool]) -> dict[str, Any]:
    """Do a task in a process of its own.

    Parameters
    ----------
    told : called with (frames written, frames in all)
    stopped : asked a few times a second whether to give the task up

    Returns
    -------
    what `perform` returns

    Raises
    ------
    InputError, CorticastError : what the task has raised; or the process was killed
    StoppedError : it was given up
    """
    if stopped():
        raise StoppedError("given up")
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "corticast.app.batch.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env=environment_of_children({}),
            # A group of its own: Ctrl-C is this process's to deal with.
            process_group=0,
        )
        try:
            answer = _answer(process, task, told, stopped)
        finally:
            _end(process)
        if answer is None:
            said.seek(0)
            raise CorticastError(_how_it_ended(process.returncode, said))
    if "facts" in answer:
        return dict(answer["facts"])
    raise (InputError if answer["is_input"] else CorticastError)(answer["error"])


def _answer(
    process: subprocess.Popen[bytes], task: Task, told: Told, stopped: Callable[[], bool]
) -> dict[str, Any] | None:
    """The last line that a process tells; None if it ends without one."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(task.as_json().encode() + b"\n")
        process.stdin.flush()
    except BrokenPipeError:
        return None
    begun = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if stopped():
                raise StoppedError("given up")
            if not selector.select(_LOOK_EVERY_S):
                continue
            read = process.stdout.read1(65536)  # type: ignore[attr-defined]
            if not read:
                return None
            *lines, begun = (begun + read).split(b"\n")
            for line in lines:
                event = json.loads(line)
                if "done" not in event:
                    return dict(event)
                told(event["done"], event["total"])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let a process put away what it has begun, and see that it ends."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    try:
        process.wait(_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


def _how_it_ended(status: int, said: IO[bytes]) -> str:
    lines = [line for line in said.read().decode(errors="replace").splitlines() if line.strip()]
    if status < 0:
        hint = " (out of memory? give fewer --jobs)" if -status == Signals.SIGKILL else ""
        return f"its process was killed by {Signals(-status).name}{hint}"
    return f"its process ended with status {status}: {lines[-1].strip() if lines else 'it said nothing'}"
