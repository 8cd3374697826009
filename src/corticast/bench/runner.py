"""Choose benchmarks by name, and measure them: a warm-up, then samples of each case in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from corticast.bench import dragging, drawing, kernels, live, pipeline, processes, views
from corticast.bench.model import Benchmark, Case, Environment, Figure, Result, SkippedError, WrongResultError
from corticast.bench.progress import Step
from corticast.bench.report import parameters_text
from corticast.core.suggest import did_you_mean
from corticast.errors import DeviceError, OptionError

BENCHMARKS: tuple[Benchmark, ...] = (
    *kernels.BENCHMARKS,
    *drawing.BENCHMARKS,
    *views.BENCHMARKS,
    *pipeline.BENCHMARKS,
    *processes.BENCHMARKS,
    *live.BENCHMARKS,
    *dragging.BENCHMARKS,
)

Task = tuple[Benchmark, Case]


def select(names: Sequence[str]) -> list[Benchmark]:
    """Benchmarks with the given names or levels; all without names.

    Raises
    ------
    OptionError : unknown name
    """
    for name in names:
        if not any(_is_named(benchmark, name) for benchmark in BENCHMARKS):
            levels = dict.fromkeys(benchmark.name.partition(".")[0] for benchmark in BENCHMARKS)
            mean = did_you_mean(name, [*levels, *(benchmark.name for benchmark in BENCHMARKS)])
            remedy = f"{mean}give {', '.join(levels)}, or a name of `corticast bench --list`"
            raise OptionError(f"{name}: unknown benchmark; {remedy}")
    return [benchmark for benchmark in BENCHMARKS if not names or any(_is_named(benchmark, name) for name in names)]


def _is_named(benchmark: Benchmark, name: str) -> bool:
    return benchmark.name == name or benchmark.name.startswith(f"{name}.")


def list_lines() -> list[str]:
    """Names and summaries of all benchmarks, one per line."""
    return [f"{benchmark.name:<20} {benchmark.summary}" for benchmark in BENCHMARKS]


def tasks_of(benchmarks: Sequence[Benchmark], *, quick: bool) -> list[Task]:
    """All cases of the benchmarks, in order."""
    return [(one, case) for one in benchmarks for case in (one.quick if quick else one.cases)]


def run_tasks(
    tasks: Sequence[Task], environment: Environment, repeats: int, step: Step, tell: Callable[[Result], None]
) -> list[Result]:
    """Measure cases one after the other.

    Parameters
    ----------
    repeats : samples of each case
    step : called before each case
    tell : called with each result

    Returns
    -------
    results in the order of the tasks
    """
    results = []
    for benchmark, case in tasks:
        step(f"{benchmark.name}  {parameters_text(case)}")
        results.append(_measured(benchmark, case, environment, repeats))
        tell(results[-1])
    return results


def _measured(benchmark: Benchmark, case: Case, environment: Environment, repeats: int) -> Result:
    try:
        with benchmark.run(environment, **case) as sample:
            if benchmark.warms_up:
                sample()
            samples = [sample() for _ in range(repeats)]
    except (SkippedError, DeviceError) as error:
        return Result(benchmark.name, case, skipped=str(error))
    except WrongResultError as error:
        return Result(benchmark.name, case, wrong=str(error))
    figures = {
        name: Figure(unit, tuple(one[name] for one in samples))
        for name, unit in benchmark.units.items()
        if name in samples[0]
    }
    return Result(benchmark.name, case, figures)
