"""One run of `corticast bench`: measures, prints each result at once, and keeps the results file up to date."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from corticast.bench.machine import machine_facts
from corticast.bench.model import Environment, Result
from corticast.bench.progress import Step, steps
from corticast.bench.report import check_report_path, lines_of, write_report
from corticast.errors import CorticastError

# Measures everything. Its arguments: the environment, a function for each step, and a function for each result.
Measure = Callable[[Environment, Step, Callable[[Result], None]], object]


def run_session(
    measure: Measure,
    *,
    n_steps: int,
    json_path: Path | None = None,
    overwrite: bool = False,
    gpu: int | None = None,
    backend: str = "auto",
    threads: int | None = None,
    quiet: bool = False,
    lines: Callable[[Result], list[str]] = lines_of,
) -> None:
    """Run measurements, print and store their results.

    Parameters
    ----------
    measure : measures everything; called once
    n_steps : number of steps that `measure` announces
    json_path : results file; written after each result, so an interrupted run keeps its results
    overwrite : replace an existing file
    gpu, backend, threads : see `Environment`
    quiet : print no results and no progress
    lines : makes the printed lines of a result

    Raises
    ------
    OptionError : the results file cannot be written
    CorticastError : a measurement gave a wrong result; all others have been measured
    """
    if json_path is not None:
        check_report_path(json_path, overwrite=overwrite)
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="corticast-bench-") as folder:
        environment = Environment(Path(folder), gpu, backend, threads)
        machine = machine_facts(environment)

        def tell(result: Result) -> None:
            results.append(result)
            if json_path is not None:
                write_report(json_path, machine, results)
            if not quiet:
                sys.stdout.write("\n".join(lines(result)) + "\n")
                sys.stdout.flush()

        with steps(n_steps, quiet=quiet) as step:
            measure(environment, step, tell)
    wrong = [result.name for result in results if result.wrong]
    if wrong:
        raise CorticastError(f"wrong results from {', '.join(dict.fromkeys(wrong))}: their speed means nothing")
