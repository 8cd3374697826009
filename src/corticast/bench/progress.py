"""Progress of the measurements: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Called with the name of the next step.
Step = Callable[[str], None]


@contextmanager
def steps(n_steps: int, *, quiet: bool) -> Iterator[Step]:
    """A function to call before each of `n_steps` steps."""
    if quiet:
        yield lambda what: None
    elif sys.stderr.isatty():
        with _bar(n_steps) as step:
            yield step
    else:
        yield _lines(n_steps)


@contextmanager
def _bar(n_steps: int) -> Iterator[Step]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=n_steps)
        n_begun = 0

        def step(what: str) -> None:
            nonlocal n_begun
            bar.update(task, completed=n_begun, description=what)
            n_begun += 1

        yield step


def _lines(n_steps: int) -> Step:
    n_begun = 0

    def step(what: str) -> None:
        nonlocal n_begun
        n_begun += 1
        sys.stderr.write(f"{n_begun} of {n_steps}  {what}\n")
        sys.stderr.flush()

    return step
