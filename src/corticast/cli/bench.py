"""corticast bench: speed, alone, beside other software, and against earlier results."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

from corticast.cli.options import SCENE
from corticast.cli.running import command


class _BenchGroup(typer.core.TyperGroup):
    """`corticast bench [NAME ...]` is short for `corticast bench run [NAME ...]`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        is_short = not args or (args[0] not in self.commands and args[0] != "--help")
        return list(super().parse_args(ctx, ["run", *args] if is_short else args))


_Json = Annotated[
    Path | None, typer.Option("--json", help="Write results and facts about the machine.", metavar="FILE")
]
_Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a file that exists.")]
_Quick = Annotated[bool, typer.Option("--quick", help="The smallest sizes: whether all works, not how fast it is.")]
_Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show where an error comes from.")]
_Quiet = Annotated[bool, typer.Option("--quiet", help="Print errors only.")]


def _bench_run(
    names: Annotated[list[str] | None, typer.Argument(help="Benchmarks or levels; all.", metavar="[NAME ...]")] = None,
    as_list: Annotated[bool, typer.Option("--list", help="List the benchmarks, and measure nothing.")] = False,
    json_path: _Json = None,
    overwrite: _Overwrite = False,
    repeats: Annotated[int, typer.Option("--repeats", help="Samples of each figure.", metavar="N")] = 7,
    quick: _Quick = False,
    backend: Annotated[
        str, typer.Option("--backend", help="Where OpenGL comes from: auto, egl, glfw or pyside6.", metavar="NAME")
    ] = "auto",
    gpu: Annotated[int | None, typer.Option("--gpu", help="Which of several GPUs, from 0.", metavar="N")] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", help="Threads; by default all that the machine grants.", metavar="N")
    ] = None,
    verbose: _Verbose = False,
    quiet: _Quiet = False,
) -> None:
    """Measure kernels, passes, encoder and whole films on this machine."""
    from corticast.bench.runner import list_lines, run_tasks, select, tasks_of
    from corticast.bench.session import run_session

    if as_list:
        sys.stdout.write("\n".join(list_lines()) + "\n")
        return
    tasks = tasks_of(select(names or []), quick=quick)
    run_session(
        lambda environment, step, tell: run_tasks(tasks, environment, repeats, step, tell),
        n_steps=len(tasks),
        repeats=repeats,
        json_path=json_path,
        overwrite=overwrite,
        gpu=gpu,
        backend=backend,
        threads=threads,
        quiet=quiet,
    )


def _bench_peers(
    names: Annotated[
        list[str] | None, typer.Argument(help="sweep, scatter, nilearn, pyvista, spin; all.", metavar="[NAME ...]")
    ] = None,
    volume: Annotated[
        Path | None, typer.Option("--volume", help="T1w in place of the template at 0.5 mm.", metavar="FILE")
    ] = None,
    size: Annotated[str | None, typer.Option("--size", help="In place of the film's sizes.", metavar="WxH")] = None,
    frames: Annotated[
        str | None, typer.Option("--frames", help="Short and long film in place of its own.", metavar="N,N")
    ] = None,
    json_path: _Json = None,
    overwrite: _Overwrite = False,
    repeats: Annotated[int, typer.Option("--repeats", help="Runs of each film.", metavar="N")] = 5,
    quick: _Quick = False,
    verbose: _Verbose = False,
    quiet: _Quiet = False,
) -> None:
    """Make the same films with other software and with corticast, as whole processes, in turn."""
    from corticast.bench.peers.race import choose_races, lines_of, read_lengths, run_races
    from corticast.bench.session import run_session

    wanted = None if size is None else SCENE["size"].read("size", size)
    races = choose_races(names or [], quick=quick, size=wanted, lengths=read_lengths(frames))
    run_session(
        lambda environment, step, tell: run_races(races, environment, repeats, volume, step, tell),
        n_steps=sum(race.n_steps(repeats) for race in races),
        repeats=repeats,
        json_path=json_path,
        overwrite=overwrite,
        quiet=quiet,
        lines=lines_of,
    )


def _bench_compare(
    old: Annotated[Path, typer.Argument(help="Results of `--json`.", metavar="OLD.json")],
    new: Annotated[Path, typer.Argument(help="Later results of the same machine.", metavar="NEW.json")],
    verbose: _Verbose = False,
) -> None:
    """Compare two results files of the same machine and renderer."""
    from corticast.bench.compare import compare

    sys.stdout.write("\n".join(compare(old, new)) + "\n")


_BENCHES = {
    "run": command(_bench_run, examples=("corticast bench pipeline --json new.json", "corticast bench --list")),
    "peers": command(_bench_peers, examples=("corticast bench peers sweep --frames 30,120",)),
    "compare": command(_bench_compare, examples=("corticast bench compare old.json new.json",)),
}

COMMAND = _BenchGroup(
    name="bench",
    commands=_BENCHES,
    help="Measure speed. `corticast bench [NAME ...]` is short for `corticast bench run [NAME ...]`.",
    epilog="Example: corticast bench pipeline --json new.json",
    rich_markup_mode=None,
)
